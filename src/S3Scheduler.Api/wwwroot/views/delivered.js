import { el } from '../dom.js';
import { bytes, duration, timeElement } from '../times.js';
import { ageOf } from '../parts/age.js';
import { destinationCell, nothingHere, opener } from '../parts/cells.js';
import { filterForm, readFilters } from '../parts/filters.js';
import { endlessList } from '../parts/list.js';
import { traceLink } from '../parts/traces.js';

export const title = 'Delivered';

const names = ['from', 'to', 'bucket', 'keyPrefix'];

export async function show(root, context) {
  const { params, api, config, navigate, signal } = context;
  const set = readFilters(params, names);
  const apply = filters => navigate('delivered', filters);
  const hasTraces = Boolean(config.traceUrl);

  const list = endlessList({
    name: 'Delivered schedules, the newest first',
    columns: ['Delivered', 'Destination', 'Late', 'Size', ...hasTraces ? ['Trace'] : []],
    read: (after, limit) => api.get('schedules', { status: 'delivered', ...set, limit, after }, signal),
    cells: schedule => [
      timeElement(schedule.deliveredAt), destinationCell(schedule, open), duration(schedule.latenessMs / 1000),
      bytes(schedule.size), ...hasTraces ? [traceLink(schedule, context)] : []],
    empty: () => nothingHere('Nothing was delivered yet.', set, () => apply({})),
  });
  const open = opener(list, refresh, () => {}, context);
  const age = ageOf(signal);

  async function refresh() {
    await list.restart();
    age.isNew();
  }

  signal.addEventListener('abort', list.destroy);
  root.append(
    list.skip,
    filterForm({ set, names, labels: { from: 'Delivered from', to: 'Delivered before' }, apply }),
    el('div', { class: 'row' }, el('button', { type: 'button', onclick: refresh }, 'Refresh'), age.element),
    list.element);
  await refresh();
}
