// What all screens share: requests, numbers and times as text, links, and the clipboard.
import { html, nothing } from './lib/lit-html.js';

export { html, nothing };

/** Requests a JSON of the API; throws an Error with the text of a refusal. */
export async function api(name, params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null && one !== '') query.append(key, one);
    }
  }
  const text = query.toString();
  const response = await fetch('api/' + name + (text ? '?' + text : ''), { headers: { Accept: 'application/json' } });
  if (response.status === 401) {
    throw new Error('This page is not open any more: the application was started again. Open the address that it printed.');
  }
  if (!response.ok) throw new Error((await response.text()).trim() || 'Status ' + response.status);
  return response.json();
}

/** Writes a duration with three digits. */
export function ms(value) {
  if (value === null || value === undefined) return '–';
  if (value < 0.001) return '0 ms';
  if (value < 1) return digits(value * 1000) + ' µs';
  if (value < 1000) return digits(value) + ' ms';
  if (value < 60000) return digits(value / 1000) + ' s';
  return Math.floor(value / 60000) + ' min ' + Math.round((value % 60000) / 1000) + ' s';
}

/** Writes a number with three digits, and all digits of a whole one. */
export function digits(value) {
  if (value === null || value === undefined) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
}

export function percent(ratio) {
  if (ratio === null || ratio === undefined) return '–';
  return ratio === 0 ? '0 %' : ratio < 0.001 ? '< 0.1 %' : (ratio * 100).toFixed(1) + ' %';
}

export function bytes(value) {
  if (value === null || value === undefined || value < 0) return '–';
  return value < 1048576 ? digits(Math.round(value / 1024)) + ' KiB' : digits(Math.round(value / 104857.6) / 10) + ' MiB';
}

export function clock(epochMillis) {
  return new Date(epochMillis).toLocaleTimeString('en-GB');
}

/** Writes how long ago something was. */
export function ago(epochMillis, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - epochMillis) / 1000));
  if (seconds < 60) return seconds + ' s ago';
  if (seconds < 3600) return Math.round(seconds / 60) + ' min ago';
  return Math.round(seconds / 3600) + ' h ago';
}

/** Returns the address of a screen with its filters. */
export function link(screen, params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null && one !== '') query.append(key, one);
    }
  }
  const text = query.toString();
  return '#/' + screen + (text ? '?' + text : '');
}

/** Copies a text; works without HTTPS too, where browsers have no clipboard API. */
export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
  } else {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  announce('Copied.');
}

/** Shows a short note, which screen readers read. */
export function announce(text) {
  const note = document.getElementById('note');
  if (note) {
    note.textContent = text;
    note.classList.add('shown');
    setTimeout(() => note.classList.remove('shown'), 2000);
  }
}

export function status(code, error) {
  const kind = error || code >= 500 ? 'bad' : code >= 400 ? 'warn' : 'good';
  return html`<span class="tag ${kind}">${code || (error ? 'error' : 'ok')}</span>`;
}

export function empty(text) {
  return html`<p class="empty">${text}</p>`;
}

/** A table that scrolls on a narrow screen, also by keyboard. */
export function table(label, heads, rows) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${heads.map(head => html`<th scope="col" class=${head.right ? 'right' : ''}>${head.text ?? head}</th>`)}</tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

export function right(text) {
  return { text, right: true };
}
