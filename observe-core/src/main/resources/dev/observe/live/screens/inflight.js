// The requests that are running now, and on demand the stack of their thread.
import { html, nothing, api, ms, digits, clock, link, table, right, empty } from '../ui.js';

export const every = 2000;

export function load() {
  return api('inflight');
}

export function view(data, context) {
  const stacks = context.view.stacks ??= {};
  if (!data.requests.length) return empty('No request is running.');
  return html`<p class="hint">${digits(data.requests.length)} running, the oldest first. A mark shows that a request is older than its route's p99 of the last half hour.</p>
    ${table('Requests in flight', [right('Age'), 'Route', 'Started', 'Thread', 'Stack', 'Trace'], data.requests.map(request => {
      const key = request.threadId + '-' + request.startNanos;
      const stack = stacks[key];
      return html`<tr>
        <td class="right">${request.slow ? html`<span class="tag warn">slow</span> ` : nothing}${ms(request.ageMs)}</td>
        <td><bdi>${request.name}</bdi></td><td>${clock(request.start)}</td>
        <td><code>${request.thread}</code>${request.onThread ? nothing : html` <span class="dim">left</span>`}</td>
        <td>${request.onThread ? html`<button data-row class="small stack" aria-expanded=${stack ? 'true' : 'false'} @click=${() => toggle(request, key, context)}>${stack ? 'Hide stack' : 'Show stack'}</button>` : nothing}</td>
        <td>${request.traceId ? html`<a class="id" href=${link('trace', { id: request.traceId })}>${request.traceId.slice(0, 8)}</a>` : nothing}</td></tr>
        ${stack ? html`<tr><td colspan="6"><pre tabindex="0" aria-label="Stack of ${request.thread}">${stack.error ?? stack.state + '\n' + stack.frames.map(frame => '  at ' + frame).join('\n')}</pre></td></tr>` : nothing}`;
    }))}`;
}

async function toggle(request, key, context) {
  const stacks = context.view.stacks;
  if (stacks[key]) {
    delete stacks[key];
  } else {
    try {
      stacks[key] = await api('stack', { threadId: request.threadId, startNanos: request.startNanos });
    } catch (failure) {
      stacks[key] = { error: failure.message };
    }
  }
  context.update();
}
