import { root } from '../api.js';
import { el } from '../dom.js';
import { addressOf } from '../router.js';
import { showDetails } from './details.js';

// What the lists have in common.

/** The destination of a schedule, as a button that opens it. */
export function destinationCell(schedule, open) {
  const { bucket, key } = schedule.destination;
  return el('button', { type: 'button', class: 'link', onclick: () => open(schedule) },
    el('span', { class: 'bucket' }, bucket), '/', key);
}

/**
 * How a row opens its schedule. When the dialog is closed, the view shows what has become of it.
 * @param {object} list
 * @param {() => Promise} refresh reads the view anew
 * @param {() => Promise} recount reads anew what is beside the list
 */
export function opener(list, refresh, recount, context) {
  return async schedule => {
    const outcome = await showDetails(schedule, context);
    if (outcome === null || context.signal.aborted) return;
    if (outcome === 'removed') {
      list.remove(schedule.key);
      await recount();
    } else {
      await refresh();
    }
    list.keepFocus();
  };
}

/** What stands in the place of an empty list. */
export function nothingHere(text, set, clear, wayOn) {
  if (Object.keys(set).length > 0) {
    return el('div', { class: 'card' }, el('p', {}, 'No schedule matches these filters.'),
      el('button', { type: 'button', onclick: clear }, 'Clear the filters'));
  }
  return el('div', { class: 'card' }, el('p', {}, text), wayOn);
}

/** For who has not scheduled anything yet. */
export function howToSchedule() {
  return [
    el('p', {}, 'A file that is scheduled is kept here until its time comes, and is then delivered to a bucket.'),
    el('p', {}, el('a', { href: addressOf('new') }, 'Schedule files'), ', or do it from a program. This file is due '
      + 'ten minutes later:'),
    el('pre', { class: 'code', tabindex: 0 }, 'curl -F delay=PT10M -F bucket=reports -F key=2026/daily.json '
      + `-F content=@daily.json ${new URL('schedules', root)}`),
  ];
}
