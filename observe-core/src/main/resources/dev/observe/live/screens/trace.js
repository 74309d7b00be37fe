// One trace: a waterfall with self times and the critical path, and the details of a span.
import { html, nothing, api, ms, digits, bytes, clock, link, copy, empty } from '../ui.js';
import { svg } from '../lib/lit-html.js';

const PAGE = 300;

export function load(params) {
  return api('trace', { id: params.id });
}

export function title(data) {
  const root = data?.spans[0];
  return root ? html`<bdi>${root.name}</bdi>` : 'Trace';
}

export function view(data, context) {
  const tree = build(data);
  const state = context.view;
  state.closed ??= new Set();
  state.limit ??= PAGE;
  const rows = visible(tree, state.closed);
  const selected = tree.byId.get(context.params.span) ?? tree.roots[0];
  const services = [...new Set(data.spans.map(span => span.service))];
  return html`
    <p class="crumbs"><a href=${link('traces')}>All traces</a> · ${clock(data.start)} · ${ms(tree.duration)} ·
      ${digits(data.spans.length)} ${data.spans.length === 1 ? 'span' : 'spans'}${data.omittedSpans ? html` · <span class="bad">${digits(data.omittedSpans)} more were not kept</span>` : nothing}</p>
    <p class="actions"><code class="id">${data.id}</code>
      <button id="copy-id" @click=${() => copy(data.id)}>Copy id</button>
      <button id="copy-otlp" @click=${async () => copy(JSON.stringify(await api('trace', { id: data.id, format: 'otlp' }), null, 2))}>Copy as OTLP JSON</button>
      ${data.url && /^https?:/.test(data.url) ? html`<a class="button" href=${data.url} rel="noreferrer">Open elsewhere</a>` : nothing}
      <button id="toggle-all" @click=${() => toggleAll(tree, context)}>${state.closed.size ? 'Expand all' : 'Collapse all'}</button></p>
    <p class="hint">${services.map((name, i) => html`<span class="legend"><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="s${i % 6}" width="10" height="10"></rect></svg><bdi>${name || 'no service'}</bdi></span> `)}
      <span class="legend"><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="critical" y="3" width="10" height="4"></rect></svg>critical path</span></p>
    <div class="spans">
      <div class="waterfall" role="tree" aria-label="Spans">
        ${rows.slice(0, state.limit).map(node => line(node, tree, services, selected, context))}
        ${rows.length > state.limit ? html`<button id="more" @click=${() => { state.limit += PAGE; context.update(); }}>Show ${digits(Math.min(PAGE, rows.length - state.limit))} of ${digits(rows.length - state.limit)} more</button>` : nothing}
      </div>
      <aside aria-label="Details of the span">${selected ? details(selected, tree) : empty('No span.')}</aside>
    </div>`;
}

function build(data) {
  const byId = new Map(data.spans.map(span => [span.id, { span, children: [], parent: null, depth: 0, critical: false }]));
  const roots = [];
  for (const node of byId.values()) {
    const parent = byId.get(node.span.parent);
    if (parent && parent !== node) {
      node.parent = parent;
      parent.children.push(node);
    } else {
      roots.push(node);
    }
  }
  const stack = [...roots];
  while (stack.length) {
    const node = stack.pop();
    node.self = selfTime(node);
    for (const child of node.children) {
      child.depth = node.depth + 1;
      stack.push(child);
    }
  }
  const end = Math.max(0.001, ...ends(data.spans));
  if (roots[0]) mark(roots[0]);
  return { byId, roots, duration: end };
}

/** Returns the latest end; a spread of 10,000 arguments is safe, of more it may not be. */
function ends(spans) {
  return [spans.reduce((latest, span) => Math.max(latest, span.startMs + span.durationMs), 0)];
}

/** The time in which no child was running. */
function selfTime({ span, children }) {
  const end = span.startMs + span.durationMs;
  const parts = children.map(child => [Math.max(span.startMs, child.span.startMs), Math.min(end, child.span.startMs + child.span.durationMs)])
    .filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]);
  let covered = 0;
  let reached = span.startMs;
  for (const [from, to] of parts) {
    if (to > reached) {
      covered += to - Math.max(from, reached);
      reached = to;
    }
  }
  return Math.max(0, span.durationMs - covered);
}

/** Marks the spans that the end of the trace waited for: from the end back, the child that ended last. */
function mark(root) {
  const open = [root];
  while (open.length) {
    const node = open.pop();
    node.critical = true;
    let until = node.span.startMs + node.span.durationMs;
    const byEnd = [...node.children].sort((a, b) => (b.span.startMs + b.span.durationMs) - (a.span.startMs + a.span.durationMs));
    for (const child of byEnd) {
      if (child.span.startMs + child.span.durationMs <= until + 0.001) {
        open.push(child);
        until = child.span.startMs;
      }
    }
  }
}

function visible(tree, closed) {
  const rows = [];
  const stack = [...tree.roots].reverse();
  while (stack.length) {
    const node = stack.pop();
    rows.push(node);
    if (!closed.has(node.span.id)) stack.push(...[...node.children].reverse());
  }
  return rows;
}

function line(node, tree, services, selected, context) {
  const { span } = node;
  const closed = context.view.closed.has(span.id);
  const left = 100 * span.startMs / tree.duration;
  const width = Math.max(0.3, 100 * span.durationMs / tree.duration);
  return html`<div class="line ${node === selected ? 'selected' : ''}" role="treeitem" aria-level=${node.depth + 1} aria-selected=${node === selected ? 'true' : 'false'}
      aria-expanded=${node.children.length ? (closed ? 'false' : 'true') : nothing}
      data-row tabindex=${node === selected ? '0' : '-1'}
      @click=${() => context.set({ span: span.id })}
      @keydown=${event => key(event, node, context)}>
    <span class="name d${Math.min(10, node.depth)}">
      <span class="fold" aria-hidden="true" @click=${event => { event.stopPropagation(); fold(node, context, !closed); }}>${node.children.length ? (closed ? '▸' : '▾') : ''}</span>
      ${span.error ? html`<span class="tag bad">error</span>` : nothing}<bdi>${span.name}</bdi></span>
    <svg class="bar" aria-hidden="true" width="100%" height="18">
      <rect class="s${services.indexOf(span.service) % 6} ${span.error ? 'failed' : ''}" x="${left}%" width="${width}%" y="4" height="10" rx="2"></rect>
      ${node.critical ? svg`<rect class="critical" x="${left}%" width="${width}%" y="15" height="2"></rect>` : nothing}
    </svg>
    <span class="time">${ms(span.durationMs)}</span></div>`;
}

function fold(node, context, close) {
  if (close && node.children.length) context.view.closed.add(node.span.id);
  else context.view.closed.delete(node.span.id);
  context.update();
}

function toggleAll(tree, context) {
  const { closed } = context.view;
  if (closed.size) {
    closed.clear();
  } else {
    for (const node of tree.byId.values()) if (node.children.length && node.parent) closed.add(node.span.id);
    if (!closed.size) tree.roots.forEach(root => closed.add(root.span.id));
  }
  context.update();
}

function key(event, node, context) {
  if (event.key === 'Enter' || event.key === ' ') context.set({ span: node.span.id });
  else if (event.key === 'ArrowLeft') fold(node, context, true);
  else if (event.key === 'ArrowRight') fold(node, context, false);
  else if (event.key === 'ArrowDown') event.currentTarget.nextElementSibling?.focus();
  else if (event.key === 'ArrowUp') event.currentTarget.previousElementSibling?.focus();
  else return;
  event.preventDefault();
}

function details(node, tree) {
  const { span } = node;
  const exception = span.events.find(event => event.attributes['exception.type']);
  return html`
    <h2><bdi>${span.name}</bdi></h2>
    <dl class="figures">
      <dt>Service</dt><dd><bdi>${span.service}</bdi></dd>
      <dt>Kind</dt><dd>${span.kind}</dd>
      <dt>Start</dt><dd>+${ms(span.startMs)}</dd>
      <dt>Duration</dt><dd>${ms(span.durationMs)}</dd>
      <dt>Self time</dt><dd>${ms(node.self)}</dd>
      <dt>Scope</dt><dd><bdi>${span.scope}</bdi></dd>
      <dt>Span id</dt><dd><code>${span.id}</code> <button class="small" @click=${() => copy(span.id)}>Copy</button></dd>
      ${span.statusText ? html`<dt>Status</dt><dd class="bad"><bdi>${span.statusText}</bdi></dd>` : nothing}
    </dl>
    ${exception ? html`<h3>Exception</h3>
      <p class="exception"><strong><bdi>${exception.attributes['exception.type']}</bdi></strong> <bdi>${exception.attributes['exception.message'] ?? ''}</bdi></p>
      ${exception.attributes['exception.stacktrace'] ? html`<details><summary>Stack</summary><pre tabindex="0">${exception.attributes['exception.stacktrace']}</pre></details>` : nothing}` : nothing}
    <h3>Attributes</h3>${attributes(span.attributes)}
    ${span.events.length ? html`<h3>Events</h3>${span.events.map(event => html`<p><strong><bdi>${event.name}</bdi></strong> +${ms(event.startMs)}</p>${event === exception ? nothing : attributes(event.attributes)}`)}` : nothing}
    ${span.links.length ? html`<h3>Links</h3><ul>${span.links.map(one => html`<li><a class="id" href=${link('trace', { id: one.traceId })}>${one.traceId}</a></li>`)}</ul>` : nothing}`;
}

function attributes(all) {
  const entries = Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1);
  if (!entries.length) return empty('None.');
  return html`<dl class="attributes">${entries.map(([name, value]) => html`<dt><bdi>${name}</bdi></dt><dd>${long(String(value))}</dd>`)}</dl>`;
}

/** Folds a text that would fill the panel. */
function long(text) {
  return text.length <= 400 ? html`<bdi>${text}</bdi>`
    : html`<details><summary><bdi>${text.slice(0, 100)}…</bdi> (${bytes(text.length)})</summary><bdi>${text}</bdi></details>`;
}
