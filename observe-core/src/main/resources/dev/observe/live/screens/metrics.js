// Any metric of the page: its series, a chart from now on, and the line for Prometheus.
import { html, nothing, api, digits, link, table, right, empty, copy } from '../ui.js';

export const every = 3000;
const MAX_LINES = 8;
const MAX_POINTS = 600;
const COLORS = ['accent', 'ok', 'warn', 'bad', 's3', 's4', 's5', 'dim'];

export async function load(params, context) {
  if (!params.name) return { list: await api('metrics', { search: params.search }) };
  const report = await api('metrics', { name: params.name });
  const metric = report.metrics.find(one => one.name === params.name);
  if (!metric) throw new Error('There is no metric with this name now.');
  const history = context.view.name === params.name ? context.view.history : { time: [], series: {} };
  Object.assign(context.view, { name: params.name, history });
  history.time.push(Date.now());
  for (const series of metric.series.slice(0, MAX_LINES)) {
    (history.series[labels(series)] ??= Array(history.time.length - 1).fill(null)).push(series.value ?? series.count);
  }
  for (const values of Object.values(history.series)) while (values.length < history.time.length) values.push(null);
  if (history.time.length > MAX_POINTS) {
    history.time.shift();
    Object.values(history.series).forEach(values => values.shift());
  }
  return { metric };
}

export function title(data) {
  return data?.metric ? data.metric.name : 'Metrics';
}

export function view(data, context) {
  return data.metric ? one(data.metric, context) : list(data.list, context);
}

function list(data, context) {
  return html`
    <form class="filters" @submit=${event => event.preventDefault()}><label>Search<input id="search" type="search" .value=${context.params.search ?? ''}
      @input=${event => context.set({ search: event.target.value.trim() })} autocomplete="off" spellcheck="false"></label></form>
    ${data.metrics.length ? table('Metrics', ['Metric', 'Type', right('Series'), 'Description'], data.metrics.map(metric => html`<tr>
      <td><a data-row class="metric" href=${link('metrics', { name: metric.name })}>${metric.name}</a></td>
      <td>${metric.type}</td><td class="right">${digits(metric.series)}</td><td>${metric.help}</td></tr>`)) : empty('No metric matches.')}`;
}

function one(metric, context) {
  const history = context.view.history;
  const rate = metric.type !== 'gauge' && metric.type !== 'info';
  const names = Object.keys(history.series);
  const data = [history.time, ...names.map(name => rate ? growth(history.time, history.series[name]) : history.series[name])];
  const query = promql(metric);
  return html`
    <p class="crumbs"><a href=${link('metrics')}>All metrics</a> · ${metric.type}${metric.unit ? ' in ' + metric.unit : ''} · ${digits(metric.series.length)} series</p>
    <p>${metric.help}</p>
    <p class="actions"><code class="query">${query}</code> <button id="copy-query" @click=${() => copy(query)}>Copy PromQL</button></p>
    <section><h2>${rate ? 'Growth per second' : 'Value'}, since you opened this screen</h2>
      ${history.time.length < 2 ? empty('The chart begins with the second reading.') : html`<live-chart .spec=${{
        label: 'Chart of ' + metric.name,
        unit: value => digits(value),
        series: shortened(names).map((name, i) => ({ name, color: COLORS[i] })),
        data,
      }}></live-chart>`}
      ${metric.series.length > MAX_LINES ? html`<p class="hint">The chart has the first ${MAX_LINES} series.</p>` : nothing}
    </section>
    <section><h2>Series</h2>${table('Series', ['Labels', right(rate ? 'Count' : 'Value'), right('Per second, 1 min')], metric.series.slice(0, 500).map(series => html`<tr>
      <td class="wrap"><code>${labels(series) || 'none'}</code></td><td class="right">${digits(series.value ?? series.count)}</td><td class="right">${digits(series.rate1m)}</td></tr>`))}</section>`;
}

function labels(series) {
  return Object.entries(series.labels).filter(([, value]) => value !== '').map(([name, value]) => name + '="' + value + '"').join(', ');
}

/** Leaves out the labels that all series have, which tell nothing apart in a legend. */
function shortened(names) {
  const parts = names.map(name => name.split(', '));
  return parts.map(own => own.filter(label => !parts.every(other => other.includes(label))).join(', ') || 'value');
}

function growth(times, values) {
  return values.map((value, i) => i === 0 || value === null || values[i - 1] === null ? null : Math.max(0, value - values[i - 1]) * 1000 / (times[i] - times[i - 1]));
}

function promql(metric) {
  if (metric.type === 'histogram') return `histogram_quantile(0.95, sum by (le) (rate(${metric.name}_bucket[5m])))`;
  if (metric.type === 'summary') return `rate(${metric.name}_sum[5m]) / rate(${metric.name}_count[5m])`;
  return metric.type === 'counter' ? `sum(rate(${metric.name}_total[5m]))` : metric.name;
}
