// Rates, errors and latency of all requests, and the routes that need attention.
import { html, nothing, api, ms, digits, percent, link, table, right, empty } from '../ui.js';

export const every = 5000;
export const ranged = true;

export function load() {
  return api('overview');
}

export function view(data, context) {
  const now = data.now;
  const half = data.halfHour;
  const steps = recent(data.steps, context.range);
  return html`
    ${data.banner ? html`<p class="banner ${data.banner.level}" role="status">${data.banner.text}</p>` : nothing}
    <div class="cards">
      ${card('Requests', rate(now.perSecond), 'half hour: ' + rate(half.perSecond))}
      ${card('Errors', percent(now.errorRatio), 'half hour: ' + percent(half.errorRatio), now.errorRatio > 0.05 ? 'bad' : '')}
      ${card('p50', ms(now.p50Ms), 'half hour: ' + ms(half.p50Ms))}
      ${card('p95', ms(now.p95Ms), 'half hour: ' + ms(half.p95Ms))}
      ${card('p99', ms(now.p99Ms), 'half hour: ' + ms(half.p99Ms))}
      ${card('In flight', digits(data.inFlight), digits(data.traces) + ' traces kept')}
    </div>
    <div class="pair">
      <section><h2>Requests per second</h2>
        <live-chart .spec=${{
          label: `Requests per second, now ${digits(now.perSecond)}, errors ${percent(now.errorRatio)}`,
          unit: value => digits(value),
          series: [{ name: 'requests', color: 'accent', fill: 'accent-soft' }, { name: 'errors', color: 'bad' }],
          data: [steps.time, steps.count.map(n => n / data.steps.seconds), steps.errors.map(n => n / data.steps.seconds)],
        }}></live-chart></section>
      <section><h2>Latency</h2>
        <live-chart .spec=${{
          label: `Latency, now p50 ${ms(now.p50Ms)}, p95 ${ms(now.p95Ms)}, p99 ${ms(now.p99Ms)}`,
          unit: ms,
          series: [{ name: 'p50', color: 'ok' }, { name: 'p95', color: 'accent' }, { name: 'p99', color: 'warn' }],
          data: [steps.time, steps.p50Ms, steps.p95Ms, steps.p99Ms],
        }}></live-chart></section>
    </div>
    <div class="pair">
      <section><h2>Slowest routes</h2>${ranking(data.slowest)}</section>
      <section><h2>Most failing routes</h2>${ranking(data.failing, true)}</section>
    </div>`;
}

/** Returns the steps of the last minutes. */
export function recent(steps, minutes) {
  const from = Math.max(0, steps.time.length - minutes * 60 / steps.seconds);
  const cut = {};
  for (const [key, value] of Object.entries(steps)) cut[key] = Array.isArray(value) ? value.slice(from) : value;
  return cut;
}

function rate(perSecond) {
  return perSecond === null ? '–' : digits(perSecond) + ' /s';
}

function card(title, value, note, kind = '') {
  return html`<div class="card ${kind}"><span class="title">${title}</span><span class="value">${value}</span><span class="note">${note}</span></div>`;
}

function ranking(rows, failing = false) {
  if (!rows.length) return empty(failing ? 'No request has failed in the last half hour.' : 'No requests yet.');
  return table(failing ? 'Most failing routes' : 'Slowest routes',
    ['Route', right('Requests'), right('Errors'), right('p50'), right('p95')],
    rows.map(row => html`<tr>
      <td><a data-row href=${link('routes', { method: row.method, route: row.route })}>${row.name}</a></td>
      <td class="right">${digits(row.count)}</td><td class="right">${digits(row.errors)}</td>
      <td class="right">${ms(row.p50Ms)}</td><td class="right">${ms(row.p95Ms)}</td></tr>`));
}
