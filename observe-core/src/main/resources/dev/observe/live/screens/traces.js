// The traces that are kept: filters, a scatter plot, and a table by route and latency.
import { html, nothing, api, ms, digits, clock, link, table, right, empty, status } from '../ui.js';

export const every = 3000;
const FILTERS = ['route', 'service', 'status', 'min', 'max', 'error', 'attr', 'from', 'to'];

export function load(params) {
  const filters = {};
  for (const key of FILTERS) filters[key] = params[key];
  return api('traces', { ...filters, limit: 500 });
}

export function view(data, context) {
  const params = context.params;
  const active = FILTERS.filter(key => params[key]);
  const kind = trace => trace.error ? 'bad' : trace.status >= 400 ? 'warn' : 'ok';
  return html`
    <form class="filters" @submit=${event => event.preventDefault()}>
      ${field('Trace id', html`<input id="paste" type="search" placeholder="32 hex digits" autocomplete="off" spellcheck="false" @change=${event => open(event, context)}>`)}
      ${field('Route', html`<input id="route" list="routes" .value=${params.route ?? ''} @change=${change(context, 'route')}>
        <datalist id="routes">${data.matrix.map(row => html`<option value=${row.name}></option>`)}</datalist>`)}
      ${field('Service', html`<select id="service" @change=${change(context, 'service')}><option value="">all</option>
        ${data.services.map(name => html`<option value=${name} ?selected=${name === params.service}>${name}</option>`)}</select>`)}
      ${field('Status', html`<input id="status" class="short" placeholder="404, 5xx" .value=${params.status ?? ''} @change=${change(context, 'status')}>`)}
      ${field('At least, ms', html`<input id="min" class="short" type="number" min="0" step="any" .value=${params.min ?? ''} @change=${change(context, 'min')}>`)}
      ${field('Attribute', html`<input id="attr" placeholder="key=value" .value=${[params.attr ?? ''].flat()[0]} @change=${change(context, 'attr')}>`)}
      <label class="check"><input id="error" type="checkbox" .checked=${params.error === 'true'}
        @change=${event => context.set({ error: event.target.checked ? 'true' : '' })}> failed only</label>
      ${active.length ? html`<a class="button" id="clear" href=${link('traces')}>Clear filters</a>` : nothing}
    </form>
    <section><h2>${digits(data.matching)} ${data.matching === 1 ? 'trace' : 'traces'}</h2>
      ${data.traces.length ? html`
      <p class="hint">Drag a box to filter by time and duration; a click opens a trace. ${legend()}</p>
      <live-chart id="scatter" .spec=${{
        label: `Scatter plot of ${data.traces.length} traces by time and duration`,
        height: 220,
        unit: ms,
        points: data.traces.map(trace => ({ x: trace.start, y: trace.durationMs, kind: kind(trace), id: trace.id })),
        onpick: id => context.go('trace', { id }),
        onselect: box => context.set({ from: box.from, to: box.to, min: round(box.min), max: round(box.max) }),
      }}></live-chart>` : empty(active.length ? 'No trace matches these filters.' : 'No traces yet.')}
    </section>
    <section><h2>By latency</h2>${matrix(data)}</section>
    <section><h2>Latest</h2>
        ${table('Traces', ['Time', 'Request', 'Status', right('Duration'), right('Spans'), 'Services'], data.traces.slice(0, 100).map(trace => html`<tr>
          <td>${clock(trace.start)}</td>
          <td><a data-row class="open" href=${link('trace', { id: trace.id })}><bdi>${trace.name}</bdi></a></td>
          <td>${trace.complete ? status(trace.status, trace.error) : html`<span class="tag">running</span>`}</td>
          <td class="right">${ms(trace.durationMs)}</td><td class="right">${digits(trace.spans)}</td>
          <td><bdi>${trace.services.join(', ')}</bdi></td></tr>`))}
      </section>`;
}

function matrix(data) {
  const bounds = data.bandsMs;
  const heads = [...bounds.map(bound => '< ' + ms(bound)), '≥ ' + ms(bounds[bounds.length - 1])];
  return table('Traces by latency', ['Request', ...heads.map(right), right('failed')], data.matrix.map(row => html`<tr>
    <td><bdi>${row.name}</bdi></td>
    ${row.bands.map((count, i) => html`<td class="right">${count ? html`<a href=${link('traces', { route: row.name, min: i ? bounds[i - 1] : '', max: bounds[i] ?? '' })}>${count}</a>` : ''}</td>`)}
    <td class="right">${row.errors ? html`<a class="bad" href=${link('traces', { route: row.name, error: 'true' })}>${row.errors}</a>` : ''}</td></tr>`));
}

function legend() {
  return ['ok', 'warn', 'bad'].map((kind, i) => html`<span class="legend"><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><circle class=${kind} cx="5" cy="5" r="5"></circle></svg>${['below 400', '4xx', 'failed'][i]}</span> `);
}

function field(text, input) {
  return html`<label>${text}${input}</label>`;
}

function change(context, key) {
  return event => context.set({ [key]: event.target.value.trim() });
}

function open(event, context) {
  const id = event.target.value.trim().toLowerCase();
  if (/^[0-9a-f]{32}$/.test(id)) context.go('trace', { id });
}

function round(value) {
  return Number(value.toPrecision(4));
}
