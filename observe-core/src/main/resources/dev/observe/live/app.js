// The frame of the page: navigation, pause, time range, keyboard, and one screen at a time.
import { render } from './lib/lit-html.js';
import { html, nothing, api, link } from './ui.js';
import './chart.js';
import * as overview from './screens/overview.js';
import * as routes from './screens/routes.js';
import * as traces from './screens/traces.js';
import * as trace from './screens/trace.js';
import * as inflight from './screens/inflight.js';
import * as errors from './screens/errors.js';
import * as metrics from './screens/metrics.js';
import * as process from './screens/process.js';

const SCREENS = { overview, routes, traces, inflight, errors, metrics, process, trace };
const NAMES = [
  ['overview', 'Overview'], ['routes', 'Routes'], ['traces', 'Traces'], ['inflight', 'In flight'],
  ['errors', 'Errors'], ['metrics', 'Metrics'], ['process', 'Process'],
];
const RANGES = [['5', '5 min'], ['15', '15 min'], ['30', '30 min']];

const state = { screen: 'overview', params: {}, data: null, error: null, paused: false, service: '', view: {} };
let turn = 0;
let timer;

/** Reads screen and filters from the address, which is a permalink. */
function readAddress() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const params = {};
  for (const [key, value] of new URLSearchParams(query)) {
    params[key] = key in params ? [params[key]].flat().concat(value) : value;
  }
  const screen = path in SCREENS ? path : 'overview';
  const changed = screen !== state.screen;
  const moved = changed || JSON.stringify(params) !== JSON.stringify(state.params);
  Object.assign(state, { screen, params });
  if (changed) Object.assign(state, { data: null, view: {} });
  if (moved) state.error = null;
  load();
  if (changed) {
    window.scrollTo(0, 0);
    document.querySelector('main')?.focus({ preventScroll: true });
  }
}

/** What a screen gets: its filters, and how to change them. */
const context = {
  get params() { return state.params; },
  get view() { return state.view; },
  get range() { return Number(state.params.range ?? 30); },
  get service() { return state.service; },
  set(changes) {
    location.hash = link(state.screen, { ...state.params, ...changes });
  },
  go(screen, params) {
    location.hash = link(screen, params);
  },
  update: () => draw(),
  reload: () => load(),
};

async function load() {
  const own = ++turn;
  clearTimeout(timer);
  const screen = SCREENS[state.screen];
  try {
    const data = await screen.load(state.params, context);
    if (own !== turn) return;
    state.data = data;
    state.error = null;
  } catch (failure) {
    if (own !== turn) return;
    state.error = failure.message;
  }
  draw();
  if (!state.paused && screen.every && !document.hidden) timer = setTimeout(load, screen.every);
}

function draw() {
  const screen = SCREENS[state.screen];
  const title = NAMES.find(([name]) => name === state.screen)?.[1] ?? 'Trace';
  document.title = title + ' · ' + (state.service || 'live page');
  render(html`
    <a class="skip" href="#main" @click=${skip}>Skip to content</a>
    <header>
      <div class="brand"><span class="dot ${state.error ? 'bad' : state.paused ? 'warn' : 'good'}" aria-hidden="true"></span>
        <strong>${state.service || 'live'}</strong></div>
      <nav aria-label="Screens">${NAMES.map(([name, text]) => html`
        <a href=${link(name)} aria-current=${name === state.screen || (name === 'traces' && state.screen === 'trace') ? 'page' : 'false'}>${text}</a>`)}</nav>
      <div class="controls">
        ${screen.ranged ? html`<label class="plain">Range
          <select id="range" @change=${event => context.set({ range: event.target.value })}>${RANGES.map(([value, text]) => html`
            <option value=${value} ?selected=${Number(value) === context.range}>${text}</option>`)}</select></label>` : nothing}
        <button id="pause" aria-pressed=${state.paused ? 'true' : 'false'} @click=${pause}>${state.paused ? 'Resume' : 'Pause'}</button>
        <button id="help" aria-label="Keyboard shortcuts" @click=${help}>?</button>
      </div>
    </header>
    <main id="main" tabindex="-1">
      <h1>${screen.title ? screen.title(state.data, context) : title}</h1>
      ${state.error ? html`<p class="banner bad" role="alert">${state.error}</p>` : nothing}
      ${state.data ? screen.view(state.data, context) : state.error ? nothing : html`<p class="loading">Loading…</p>`}
    </main>
    <div id="note" role="status"></div>
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keyboard</h2>
      <dl>
        <dt><kbd>1</kbd> … <kbd>7</kbd></dt><dd>the screens, from left to right</dd>
        <dt><kbd>p</kbd></dt><dd>pause or resume</dd>
        <dt><kbd>/</kbd></dt><dd>go to the first filter or search</dd>
        <dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next or previous row</dd>
        <dt><kbd>Enter</kbd></dt><dd>open the row</dd>
        <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>close or open a span of the waterfall</dd>
        <dt><kbd>Esc</kbd></dt><dd>back, or close this window</dd>
      </dl>
      <button @click=${() => document.getElementById("keys").close()}>Close</button>
    </dialog>`, document.getElementById('app'));
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function pause() {
  state.paused = !state.paused;
  if (state.paused) {
    clearTimeout(timer);
    draw();
  } else {
    load();
  }
}

function help() {
  const keys = document.getElementById('keys');
  if (!keys.open) keys.showModal();
}

/** Moves the focus to the next or previous row. */
function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')];
  if (rows.length) {
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    rows[next].focus();
    rows[next].scrollIntoView({ block: 'nearest' });
  }
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches?.('input, select, textarea');
  if (event.key === 'Escape') {
    if (typing) event.target.blur();
    else if (!document.getElementById('keys')?.open && state.screen === 'trace') history.back();
    return;
  }
  if (typing || document.getElementById('keys')?.open) return;
  const key = event.key;
  if (key >= '1' && key <= String(NAMES.length)) context.go(NAMES[Number(key) - 1][0], {});
  else if (key === 'p') pause();
  else if (key === '?') help();
  else if (key === 'j') step(1);
  else if (key === 'k') step(-1);
  else if (key === '/') document.querySelector('main input, main select')?.focus();
  else return;
  event.preventDefault();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !state.paused) load();
});
window.addEventListener('hashchange', readAddress);
draw();
readAddress();
// Some screens have no service of their own in their JSON.
api('overview').then(data => { state.service = data.service; draw(); }, () => {});
