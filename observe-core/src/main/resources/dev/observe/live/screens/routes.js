// All routes, and of one its latency over time, the mix of statuses, and exemplars.
import { html, nothing, api, ms, digits, percent, clock, link, table, right, empty } from '../ui.js';
import { recent } from './overview.js';
import { svg } from '../lib/lit-html.js';

export const every = 5000;
export const ranged = true;

export async function load(params) {
  if (params.method || params.route) {
    return { one: await api('route', { method: params.method, route: params.route }) };
  }
  return api('routes');
}

export function title(data) {
  return data?.one ? data.one.name : 'Routes';
}

export function view(data, context) {
  return data.one ? detail(data.one, context) : list(data, context);
}

function list(data, context) {
  if (!data.routes.length) return empty('No requests yet.');
  const sort = context.params.sort ?? 'count';
  const value = {
    count: row => row.total.count,
    rate: row => row.now.perSecond ?? 0,
    errors: row => row.total.errors,
    p95: row => row.halfHour.p95Ms ?? 0,
  }[sort] ?? (row => row.total.count);
  const head = (key, text) => right(html`<a href=${link('routes', { ...context.params, sort: key })} aria-current=${key === sort ? 'true' : 'false'}>${text}</a>`);
  return table('Routes',
    ['Route', head('rate', 'Now'), head('count', 'Requests'), head('errors', 'Errors'), right('p50'), head('p95', 'p95'), right('p99')],
    [...data.routes].sort((a, b) => value(b) - value(a)).map(row => html`<tr>
      <td><a data-row href=${link('routes', { method: row.method, route: row.route })}>${row.name}</a></td>
      <td class="right">${digits(row.now.perSecond)} /s</td>
      <td class="right">${digits(row.total.count)}</td>
      <td class="right ${row.total.errors ? 'bad' : ''}">${row.total.errors ? digits(row.total.errors) + ' (' + percent(row.total.errorRatio) + ')' : '0'}</td>
      <td class="right">${ms(row.halfHour.p50Ms)}</td><td class="right">${ms(row.halfHour.p95Ms)}</td><td class="right">${ms(row.halfHour.p99Ms)}</td></tr>`));
}

function detail(data, context) {
  const steps = recent(data.steps, context.range);
  const bounds = data.boundsMs;
  const row = value => {
    const index = bounds.findIndex(bound => value <= bound);
    return index < 0 ? bounds.length + 0.5 : index + 0.5;
  };
  const first = steps.time[0] ?? 0;
  const points = data.exemplars.filter(one => one.time >= first)
    .map(one => ({ x: one.time, y: row(one.durationMs), id: one.traceId }));
  const classes = [0, 1, 2, 3, 4].map(i => steps.classes.reduce((sum, step) => sum + step[i], 0));
  const all = classes.reduce((sum, count) => sum + count, 0);
  return html`
    <p class="crumbs"><a href=${link('routes')}>All routes</a> · <a href=${link('traces', { route: data.route || data.name })}>Traces of this route</a></p>
    <section><h2>Latency over time</h2>
      <p class="hint">The stronger the colour, the more requests in these five seconds. A circle is a request whose trace can be opened.</p>
      <live-chart .spec=${{
        label: 'Latency over time as a heat map',
        height: 240,
        heat: { times: steps.time, cells: steps.buckets, labels: ['0', ...bounds.map(ms)], points },
        onpick: id => context.go('trace', { id }),
      }}></live-chart></section>
    <div class="pair">
      <section><h2>Percentiles</h2>
        <live-chart .spec=${{
          label: 'Percentiles of the latency',
          unit: ms,
          series: [{ name: 'p50', color: 'ok' }, { name: 'p95', color: 'accent' }, { name: 'p99', color: 'warn' }],
          data: [steps.time, steps.p50Ms, steps.p95Ms, steps.p99Ms],
        }}></live-chart></section>
      <section><h2>Statuses</h2>
        ${all === 0 ? empty('No requests in this time.') : html`
        <svg class="mix" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${mix(classes, all)}</svg>
        <dl class="figures">${['1xx', '2xx', '3xx', '4xx', '5xx'].map((name, i) => classes[i]
          ? html`<dt><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="c${i + 1}" width="10" height="10"></rect></svg>${name}</dt><dd>${digits(classes[i])} (${percent(classes[i] / all)})</dd>` : nothing)}</dl>`}
      </section>
    </div>
    <section><h2>Exemplars</h2>
      ${data.exemplars.length ? table('Exemplars', ['Time', right('Duration'), 'Trace'], [...data.exemplars].sort((a, b) => b.durationMs - a.durationMs).map(one => html`<tr>
        <td>${clock(one.time)}</td><td class="right">${ms(one.durationMs)}</td>
        <td><a data-row class="id exemplar" href=${link('trace', { id: one.traceId })}>${one.traceId}</a></td></tr>`)) : empty('No exemplars: requests of this route were not sampled.')}
    </section>`;
}

function mix(classes, all) {
  let x = 0;
  return classes.map((count, i) => {
    const width = 100 * count / all;
    const bar = count ? svgRect(x, width, i + 1) : nothing;
    x += width;
    return bar;
  });
}

function svgRect(x, width, i) {
  return svg`<rect class="c${i}" x=${x} width=${width} height="6"></rect>`;
}
