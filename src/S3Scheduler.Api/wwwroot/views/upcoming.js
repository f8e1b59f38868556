import { scheduleAt } from '../api.js';
import { el, problem } from '../dom.js';
import { bytes, timeElement } from '../times.js';
import { ageOf } from '../parts/age.js';
import { cancelAll, moveAll } from '../parts/all.js';
import { destinationCell, howToSchedule, nothingHere, opener } from '../parts/cells.js';
import { counter } from '../parts/counts.js';
import { filterForm, readFilters } from '../parts/filters.js';
import { histogram } from '../parts/histogram.js';
import { endlessList } from '../parts/list.js';
import { barsOf, canZoom, mostBars, nextSpans, spanFrom, widened } from '../parts/spans.js';

export const title = 'Upcoming';

const names = ['from', 'to', 'bucket', 'keyPrefix'];

/** Ten pages of keys. To count more of them twice would take long. */
const mostCountedTwice = 10_000;

/** The last time that the API takes. */
const latest = Date.UTC(9999, 11, 31);

export async function show(root, context) {
  const { params, api, session, navigate, isHere, signal } = context;
  const set = readFilters(params, names);
  const apply = filters => navigate('upcoming', filters);

  const showSpan = (from, to) => apply({
    ...set, from: new Date(from).toISOString(), to: new Date(to).toISOString(),
  });
  const { from: _, to: __, ...timeless } = set;
  const showAll = () => apply(timeless);

  const picture = histogram({
    zoom(from, to) {
      if (!canZoom(from, to)) return;
      const span = widened(from, to);
      showSpan(span.from, span.to);
    },
    reset: showAll,
  });
  const pictureNotes = el('div', {});
  const age = ageOf(signal);
  const list = endlessList({
    name: 'Upcoming schedules, the next first',
    columns: ['Due', 'Destination', 'Size'],
    read: (after, limit) => api.get('schedules', { ...set, limit, after }, signal),
    cells: schedule => [timeElement(schedule.dueAt), destinationCell(schedule, open), bytes(schedule.size)],
    empty: () => nothingHere(
      'Nothing is scheduled.', set, () => apply({}), session.may('schedules:write') && howToSchedule()),
  });
  const draw = counter(
    read,
    counted => {
      if (signal.aborted) return;
      picture.show(counted);
      pictureNotes.replaceChildren();
    },
    error => {
      picture.clear();
      pictureNotes.replaceChildren(problem(error));
    });
  const open = opener(list, refresh, draw, context);

  const count = query => api.get('schedules/summary', { status: 'pending', ...set, ...query }, signal);
  const countIn = (from, to, bound) => count({
    from: new Date(from).toISOString(), to: new Date(to).toISOString(), bins: barsOf(from, to), ...bound,
  });

  async function read(bound) {
    if (set.from && set.to) return countIn(Date.parse(set.from), Date.parse(set.to), bound);
    const found = await count({ bins: mostBars, ...bound });
    if (found.total === 0 || found.total > mostCountedTwice || !found.isComplete) return found;
    // The service divides the time from the first to the last one. Bars start at round times only if that does.
    const span = widened(Date.parse(found.from), Date.parse(found.to) + 1);
    if (span.to > latest) return found;
    return { ...await countIn(span.from, span.to, bound), from: found.from, to: found.to };
  }

  // The list needs one request, and is whole at once. A picture of a long backlog needs a hundred, and grows.
  async function refresh() {
    const drawn = draw();
    await list.restart();
    age.isNew();
    await drawn;
  }

  const spans = el('div', { class: 'row', role: 'group', 'aria-label': 'Time shown' },
    ...nextSpans.map(next => el('button', { type: 'button', onclick: () => {
      const span = spanFrom(Date.now(), next);
      showSpan(span.from, span.to);
    } }, next.name)),
    el('button', { type: 'button', onclick: showAll }, 'All'));

  // The picture loses the focus by a zoom, so the key for the way back must work outside of it, too.
  document.addEventListener('keydown', event => {
    const isZoomed = Boolean(set.from || set.to);
    if (event.key === 'Escape' && isZoomed && !event.target.closest('dialog, input')) showAll();
  }, { signal });

  /** A link to one schedule leads here. Who closes it is in the list, and its address is that of the list. */
  async function openNamed() {
    const key = params.get('schedule');
    if (!key) return;
    await open(await api.get(scheduleAt(key), {}, signal));
    if (!signal.aborted && isHere()) navigate('upcoming', set, { quiet: true });
  }

  signal.addEventListener('abort', () => {
    picture.destroy();
    list.destroy();
  });
  const forAll = { ...context, showAnew: () => apply(set) };
  const button = (text, onclick) => el('button', { type: 'button', onclick }, text);
  const hasFilter = Object.keys(set).length > 0;
  root.append(
    list.skip,
    filterForm({ set, names, apply }),
    el('div', { class: 'card' }, spans, picture.element, pictureNotes),
    el('div', { class: 'row' },
      button('Refresh', refresh), age.element,
      session.may('schedules:write') && (hasFilter
        ? [button('Cancel all that match …', () => cancelAll(set, forAll)),
          button('Move all that match …', () => moveAll(set, forAll))]
        : el('span', { class: 'hint' }, 'To cancel or move many at once, set a filter first.'))),
    list.element);
  await Promise.all([refresh(), openNamed()]);
}
