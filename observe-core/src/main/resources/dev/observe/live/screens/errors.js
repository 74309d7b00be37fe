// Failed spans by exception class and route.
import { html, api, digits, ago, link, table, right, empty } from '../ui.js';

export const every = 5000;

export function load() {
  return api('errors');
}

export function view(data) {
  if (!data.groups.length) return empty('No span has failed since the start.');
  return table('Errors', ['Exception', 'Where', right('Count'), 'First', 'Last', 'Traces'], data.groups.map(group => html`<tr>
    <td class="wrap"><strong><bdi>${group.type}</bdi></strong><br><span class="dim"><bdi>${group.message}</bdi></span></td>
    <td class="wrap"><bdi>${group.where}</bdi><br><span class="dim"><bdi>${group.service}</bdi></span></td>
    <td class="right">${digits(group.count)}</td>
    <td>${ago(group.first, data.time)}</td><td>${ago(group.last, data.time)}</td>
    <td>${group.traces.map((id, i) => html`<a data-row class="id" href=${link('trace', { id })}>${id.slice(0, 8)}</a> `)}</td></tr>`));
}
