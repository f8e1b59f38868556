// What the process that answers knows of itself and its store. It refreshes itself.

import { el, fill } from '../dom.js';
import { countSchedules, countText } from '../parts/counts.js';
import { versionElement } from '../parts/version.js';
import { bytes, duration, localText, timeElement } from '../times.js';

export const title = 'State';

const every = 5; // seconds

/** Counting reads the keys of all schedules, so it is repeated less often. */
const countEvery = 60; // seconds

/** A delivery takes this long at times, in seconds. What is due for longer is late. */
const patience = 30;

export async function show(root, { api, session, signal, announce }) {
  const trouble = el('div');
  const verdict = el('div');
  const content = el('div', { class: 'state' });
  const automatic = el('input', { type: 'checkbox', checked: true, id: 'automatic', onchange: () => schedule() });
  const read = el('span', { class: 'hint' });
  root.append(
    el('div', { class: 'row refresh' },
      automatic, el('label', { for: 'automatic' }, `Refresh every ${every} seconds`),
      el('button', { type: 'button', class: 'small', onclick: () => refresh(true) }, 'Refresh now'),
      read),
    trouble, verdict, content);

  let timer;
  let lastRead = null;
  let health = '';
  /** How many schedules there are; null: not known yet. A fault instead if they could not be counted. */
  let counts = null;

  async function refresh(isWanted = false) {
    clearTimeout(timer);
    try {
      const state = await api.get('health/state', {}, signal);
      lastRead = new Date();
      fill(trouble);
      content.classList.remove('stale');
      fill(read, `Read at ${localText(lastRead)}`);
      if (counts === null) tell(state);
      if (isWanted || counts === null || Date.now() - counts.at > countEvery * 1000) counts = await count(state);
      tell(state);
    } catch (error) {
      if (signal.aborted) return;
      fill(verdict);
      content.classList.add('stale');
      fill(trouble, el('div', { class: 'notice bad', role: 'alert' },
        el('strong', {}, error.title ?? 'The state can\'t be read'), el('p', {}, error.detail ?? error.message),
        el('p', {}, lastRead === null ? 'It could not be read so far.'
          : `What is shown below is of ${localText(lastRead)}.`)));
    }
    schedule();
  }

  async function count({ clock }) {
    if (!session.may('schedules:read')) return { at: new Date(), isForbidden: true };
    try {
      return await countSchedules(api, clock.earliest ?? new Date().toISOString(), signal);
    } catch (error) {
      if (error.status === 0 || signal.aborted) throw error;
      return { at: 0, fault: error.detail ?? error.message };
    }
  }

  function tell(state) {
    const now = healthOf(state, counts);
    fill(verdict, el('p', { class: `notice ${now.kind}` }, now.text));
    // Who marks a text to copy it does not want it replaced.
    if (!isMarked(content)) fill(content, cards(state, counts));
    if (counts === null) return;
    if (health !== '' && health !== now.text) announce(now.text);
    health = now.text;
  }

  // A page in the background asks for nothing.
  function schedule() {
    clearTimeout(timer);
    if (automatic.checked && !document.hidden && !signal.aborted) timer = setTimeout(refresh, every * 1000);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && automatic.checked) refresh();
  }, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  await refresh();
}

function healthOf({ store, clock, held, problems }, counts) {
  if (store.fault) return { kind: 'bad', text: `The store can't be reached: ${store.fault}.` };
  if (problems.length > 0) return { kind: 'warn', text: problems.join(' ') };
  if (clock.isInDoubt) return { kind: 'warn', text: 'The store\'s responses disagree about the time.' };
  if (held.length === 1) return { kind: 'warn', text: '1 destination waits, because it has failed.' };
  if (held.length > 1) return { kind: 'warn', text: `${held.length} destinations wait, because they have failed.` };
  if (counts === null) return { kind: '', text: 'Counting the schedules …' };
  if (counts.fault) return { kind: 'warn', text: `The schedules could not be counted. ${counts.fault}` };
  if (counts.isForbidden) {
    return { kind: '', text: 'This process knows of no fault. Whether schedules have failed takes schedules:read.' };
  }
  const { failed, due } = counts;
  if (failed.total === 1) return { kind: 'warn', text: '1 schedule has failed. The view Failed says why.' };
  if (failed.total > 1)
    return { kind: 'warn', text: `${countText(failed)} schedules have failed. The view Failed says why.` };
  if (due.total > 0 && clock.earliest && Date.parse(clock.earliest) - Date.parse(due.from) > patience * 1000)
    return { kind: 'warn', text: `${countText(due)} due and not delivered yet.` };
  return { kind: 'good', text: 'All goes well.' };
}

function cards(state, counts) {
  const { version, store, clock, lease, sweeps, held, spool, receipts } = state;
  return [
    el('div', { class: 'cards' },
      counts?.pending && card('Schedules', `Counted at ${localText(counts.at)}, for all replicas.`, [
        ['Pending', countText(counts.pending)],
        ['Next due', counts.next ? timeElement(counts.next) : 'none is to come'],
        ['Due, not delivered yet', countText(counts.due)],
        ['Failed', countText(counts.failed)],
      ]),
      card('Deliveries', 'What this process has seen. A receipt is the record of deliveries.', [
        ['Due now', `${sweeps.pendingDue}`],
        ['Oldest due', sweeps.oldestDueSeconds > 0 ? `since ${duration(sweeps.oldestDueSeconds)}` : 'none is due'],
        ['Last look at the folder',
          sweeps.lastLookSeconds === undefined ? 'not yet' : `${duration(sweeps.lastLookSeconds)} ago`],
        ['Receipts not stored yet', `${receipts.unrecorded}`],
        ['Delivered, but not deleted', `${receipts.undeleted}`],
      ]),
      card('Sweep lease', 'The right to deliver, which one process has at a time. Open: it delivers, or has ended '
        + 'without closing it. Closed: it has ended. Unresolved: so, but the outcome of a delivery is not known.',
      lease ? [
        ['State', lease.state],
        ['Number', `${lease.number}`],
        ['Written', `${duration(lease.ageSeconds)} ago`],
        ['Holder', [el('code', {}, lease.owner), lease.isOwn ? ' (this process)' : ' (another process)']],
      ] : [['State', store.fault ? 'unknown' : 'there was no sweep yet']]),
      card('Store', 'Where schedules are kept until they are due.', [
        ['Place', el('code', {}, store.place)],
        ['Bucket', el('code', {}, store.bucket)],
        ['Folder', el('code', {}, store.folder)],
        ['Answers', store.fault ? tag('bad', store.fault) : tag('good', 'yes')],
      ]),
      card('The store\'s clock', 'It decides what is due. Each response of the store says its time, so it is known to '
        + 'lie between two bounds.', [
        ['At least', clock.earliest ? timeElement(clock.earliest) : 'unknown'],
        ['At most', clock.latest ? timeElement(clock.latest) : 'unknown'],
        ['Known to within', clock.widthMs === undefined ? 'unknown' : `${clock.widthMs} ms`],
        ['Responses agree', clock.isInDoubt ? tag('bad', 'no') : tag('good', 'yes')],
        ['Was set', ['never', 'once'][clock.steps] ?? `${clock.steps} times`],
      ]),
      card('This process', 'Content can wait on its disk until the store has taken it.', [
        ['Version', versionElement(version, 'code')],
        ['Room for content that waits', `${bytes(spool.usedBytes)} of ${bytes(spool.maxBytes)} in use`],
      ])),
    heldTable(held),
  ];
}

function heldTable(held) {
  if (held.length === 0) return null;
  const columns = ['Bucket', 'Key', 'Reason', 'Failed tries', 'Next try'];
  return el('section', { class: 'card' },
    el('h2', {}, 'Destinations that wait'),
    el('p', { class: 'hint' }, 'Their last delivery failed for a reason that may pass. They are tried again by '
      + 'themselves, and nothing else waits for them.'),
    el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Destinations that wait' },
      el('table', {},
        el('thead', {}, el('tr', {}, columns.map(name => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, held.map(one => el('tr', {},
          el('td', {}, el('code', {}, one.bucket)),
          el('td', {}, one.isWholeBucket ? 'the whole bucket' : el('code', {}, one.key)),
          el('td', {}, one.reason),
          el('td', { class: 'number' }, `${one.tries}`),
          el('td', {}, one.pauseSeconds > 0 ? `in ${duration(one.pauseSeconds)}` : 'under way')))))));
}

function card(heading, explanation, entries) {
  return el('section', { class: 'card' }, el('h2', {}, heading), el('p', { class: 'hint' }, explanation),
    el('dl', {}, entries.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])));
}

const tag = (kind, text) => el('span', { class: `tag ${kind}` }, text);

function isMarked(element) {
  const selection = getSelection();
  return !selection.isCollapsed && element.contains(selection.anchorNode);
}
