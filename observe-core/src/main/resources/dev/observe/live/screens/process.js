// The process: pipelines, losses, settings, build and JVM.
import { html, nothing, api, digits, bytes, ms, table, right, empty } from '../ui.js';

export const every = 5000;

export function load() {
  return api('process');
}

export function view(data) {
  const build = data.build;
  return html`
    <div class="pair">
      <section><h2>Build</h2><dl class="figures">
        <dt>Service</dt><dd>${build.service}</dd>
        <dt>Version</dt><dd>${build.version ?? 'unknown'}</dd>
        <dt>Revision</dt><dd>${build.revision ?? 'unknown'}</dd>
        <dt>Up</dt><dd>${ms(build.uptimeSeconds * 1000)}</dd>
        <dt>Java</dt><dd>${build.java}</dd>
        <dt>Processors</dt><dd>${data.processors}</dd></dl></section>
      <section><h2>JVM</h2><dl class="figures">
        <dt>Heap</dt><dd>${bytes(data.heap.used)} of ${bytes(data.heap.max)}</dd>
        <dt>Threads</dt><dd>${digits(data.threads.count)}, at most ${digits(data.threads.peak)}</dd>
        ${data.collectors.map(one => html`<dt>${one.name}</dt><dd>${digits(one.count)} collections, ${ms(one.millis)} in all</dd>`)}</dl></section>
    </div>
    <section><h2>Pipelines of spans</h2>
      ${data.pipelines.length ? table('Pipelines', ['Pipeline', right('Ended'), right('Delivered'), right('Waiting'), right('Bytes'), right('Retries'), 'Lost'], data.pipelines.map(one => html`<tr>
        <td>${one.name}</td><td class="right">${digits(one.ended)}</td><td class="right">${digits(one.delivered)}</td>
        <td class="right">${digits(one.waiting)} of ${digits(one.capacity)}</td><td class="right">${bytes(one.waitingBytes)}</td><td class="right">${digits(one.retries)}</td>
        <td>${lost(one.lost)}</td></tr>`)) : empty('No spans are exported by this process.')}</section>
    <section><h2>This page</h2><dl class="figures">
      <dt>Traces</dt><dd>${digits(data.store.traces)} kept, ${digits(data.store.evictedTraces)} removed</dd>
      <dt>Memory</dt><dd>${bytes(data.store.bytes)} of ${bytes(data.store.maxBytes)}</dd>
      ${data.store.droppedSpans + data.store.omittedSpans ? html`<dt>Spans not kept</dt><dd>${digits(data.store.droppedSpans + data.store.omittedSpans)}</dd>` : nothing}</dl></section>
    <section><h2>Memory pools</h2>${table('Memory pools', ['Pool', right('Used'), right('Most')], data.pools.map(pool => html`<tr>
      <td>${pool.name}</td><td class="right">${bytes(pool.used)}</td><td class="right">${bytes(pool.max)}</td></tr>`))}</section>
    <section><h2>Settings in force</h2><pre tabindex="0" aria-label="Settings" class="settings">${data.settings.join('\n')}</pre></section>`;
}

function lost(reasons) {
  const some = Object.entries(reasons).filter(([, count]) => count > 0);
  return some.length ? html`<span class="bad">${some.map(([reason, count]) => digits(count) + ' ' + reason).join(', ')}</span>` : 'none';
}
