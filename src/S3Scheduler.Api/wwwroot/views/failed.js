import { el, problem } from '../dom.js';
import { timeElement } from '../times.js';
import { ageOf } from '../parts/age.js';
import { deleteAll, retryAll } from '../parts/all.js';
import { destinationCell, nothingHere, opener } from '../parts/cells.js';
import { explain } from '../parts/codes.js';
import { counter } from '../parts/counts.js';
import { filterForm, readFilters } from '../parts/filters.js';
import { endlessList } from '../parts/list.js';

export const title = 'Failed';

const names = ['from', 'to', 'bucket', 'keyPrefix', 'code'];

export async function show(root, context) {
  const { params, api, session, navigate, signal } = context;
  const mayWrite = session.may('schedules:write');
  const set = readFilters(params, names);
  const apply = filters => navigate('failed', filters);

  const forAll = { ...context, showAnew: () => apply(set) };
  const button = (text, onclick) => el('button', { type: 'button', onclick }, text);
  const groups = el('div', { class: 'groups' });
  const age = ageOf(signal);
  const list = endlessList({
    name: 'Failed schedules, by due time',
    columns: ['Was due', 'Destination', 'Why'],
    read: (after, limit) => api.get('schedules', { status: 'failed', ...set, limit, after }, signal),
    cells: schedule => [
      timeElement(schedule.dueAt), destinationCell(schedule, open), el('code', {}, schedule.failure.code)],
    empty: () => nothingHere('Nothing has failed.', set, () => apply({})),
  });
  const count = counter(
    bound => api.get('schedules/summary', { status: 'failed', ...set, bins: 0, ...bound }, signal),
    ({ codes, isComplete }) => groups.replaceChildren(...codes.map(group), ...isComplete ? [] : [
      el('p', {}, 'There are more than are counted here. Give a shorter time to see the others.')]),
    error => groups.replaceChildren(problem(error)));
  const open = opener(list, refresh, count, context);

  function group({ bucket, code, count: n }) {
    const number = n.toLocaleString();
    if (bucket === null) return el('p', {}, `${number} more, to other buckets or with other codes.`);
    const { meaning, remedy } = explain(code);
    const these = { ...set, bucket, code };
    return el('section', { class: 'card' },
      el('h2', {}, el('span', { class: 'bucket' }, bucket), ' · ', el('code', {}, code), ` · ${number}`),
      el('p', {}, meaning), el('p', {}, remedy),
      el('div', { class: 'row' },
        mayWrite && [
          button(`Retry ${number} …`, () => retryAll(these, forAll)),
          button(`Delete ${number} …`, () => deleteAll(these, forAll))],
        button('Show only these', () => apply(these))));
  }

  async function refresh() {
    const counted = count();
    await list.restart();
    age.isNew();
    await counted;
  }

  signal.addEventListener('abort', list.destroy);
  root.append(
    list.skip,
    filterForm({ set, names, labels: { from: 'Was due from', to: 'Was due before' }, apply }),
    el('div', { class: 'row' },
      button('Refresh', refresh), age.element,
      mayWrite && button('Retry all that match …', () => retryAll(set, forAll)),
      mayWrite && Object.keys(set).length > 0
        && button('Delete all that match …', () => deleteAll(set, forAll))),
    groups, list.element);
  await refresh();
}
