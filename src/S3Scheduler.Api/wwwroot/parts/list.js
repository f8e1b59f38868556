import { el, problem } from '../dom.js';

const pageSize = 100;

/** How many pages are in the document at a time. Those before are read again when they are wanted. */
const mostPages = 5;

/**
 * A table that goes on as one scrolls, or by the button below it. It keeps a bounded number of rows, however long the
 * list is.
 * @param {object} list
 * @param {string} list.name what the table shows, for those who don't see it
 * @param {string[]} list.columns
 * @param {(after: string | null, limit: number) => Promise<{schedules: object[], next: string | null}>} list.read
 * @param {(schedule: object) => Node[]} list.cells the content of a row's cells
 * @param {() => Node} list.empty what stands there instead of a table without rows
 */
export function endlessList({ name, columns, read, cells, empty }) {
  const head = el('thead', {}, el('tr', {}, ...columns.map(column => el('th', { scope: 'col' }, column))));
  const table = el('table', { class: 'list', hidden: true }, el('caption', {}, name), head);
  const earlier = el('button', { type: 'button', hidden: true, onclick: () => load(-1) }, 'Show earlier rows');
  const more = el('button', { type: 'button', hidden: true, onclick: () => load(1) }, 'Load more');
  const status = el('p', { role: 'status', tabindex: -1 });
  const notes = el('div', {});
  /** For the keyboard: there are many stops above the list. */
  const skip = el('button', { type: 'button', class: 'skip', onclick: () => rowOrStatus().focus() },
    'Skip to the list');
  const element = el('div', { class: 'endless' }, earlier, table, notes, status, more);

  /** What each page follows, as far as pages are known: the first follows nothing. */
  let starts = [null];
  /** The pages in the document, each a tbody. The first of them has the number `top`. */
  let pages = [];
  let top = 0;
  /** Counts the starts of the list, so that an answer that comes after a restart is dropped. */
  let round = 0;
  let isLoading = false;

  const visible = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) entry.target.click();
  }, { rootMargin: '600px' });

  async function restart() {
    round += 1;
    [starts, pages, top, isLoading] = [[null], [], 0, false];
    for (const body of table.tBodies) body.remove();
    await load(1);
  }

  /** @param {1 | -1} way forward, or back to a page that has left the document */
  async function load(way) {
    const number = way > 0 ? top + pages.length : top - 1;
    if (isLoading || number < 0 || number >= starts.length) return;
    isLoading = true;
    const started = round;
    status.textContent = 'Loading …';
    try {
      const page = await read(starts[number], pageSize);
      if (started !== round) return;
      add(page, number, way);
      notes.replaceChildren();
      status.textContent = told();
    } catch (error) {
      if (started !== round || error.name === 'AbortError') return;
      status.textContent = '';
      notes.replaceChildren(problem(error));
      visible.disconnect(); // else it would ask again at once, for ever; the button still does
      more.textContent = 'Try again';
      more.hidden = false;
      isLoading = false;
      return;
    }
    isLoading = false;
    offer();
  }

  function add({ schedules, next }, number, way) {
    const body = el('tbody', {}, ...schedules.map(row));
    if (way > 0) {
      table.append(body);
      pages.push(body);
      if (next !== null && number + 1 === starts.length) starts.push(next);
      if (pages.length > mostPages) {
        pages.shift().remove();
        top += 1;
      }
    } else {
      pages[0].before(body);
      pages.unshift(body);
      top -= 1;
      if (pages.length > mostPages) pages.pop().remove();
    }
  }

  function row(schedule) {
    const tr = el('tr', {}, ...cells(schedule).map(cell => el('td', {}, cell)));
    tr.dataset.key = schedule.key;
    return tr;
  }

  const hasMore = () => top + pages.length < starts.length;

  const count = () => table.querySelectorAll('tbody > tr').length;

  function offer() {
    const isEmpty = count() === 0 && top === 0;
    table.hidden = isEmpty;
    if (isEmpty && !hasMore()) notes.replaceChildren(empty());
    const hadFocus = document.activeElement === more && !hasMore();
    earlier.hidden = top === 0;
    more.hidden = !hasMore();
    more.textContent = 'Load more';
    if (hadFocus) status.focus();
    // Observing again tells at once whether a button is still in sight.
    visible.disconnect();
    for (const button of [earlier, more]) if (!button.hidden) visible.observe(button);
  }

  function told() {
    const rows = count();
    const shown = rows === 1 ? '1 row is shown.' : `${rows.toLocaleString()} rows are shown.`;
    if (hasMore()) return `${shown} More follow.`;
    return rows === 0 ? '' : `${shown} This is the end of the list.`;
  }

  /** Takes out one row, such as that of a schedule that was cancelled. */
  function remove(key) {
    for (const tr of table.querySelectorAll('tbody > tr')) if (tr.dataset.key === key) tr.remove();
    status.textContent = told();
    offer();
  }

  const rowOrStatus = () => table.querySelector('tbody button') ?? status;

  /** For the keyboard, if the row that it was on has gone. */
  function keepFocus() {
    if (document.activeElement === document.body) status.focus();
  }

  return { element, skip, restart, remove, keepFocus, destroy: () => visible.disconnect() };
}
