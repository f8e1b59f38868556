// What the process that answers knows of itself and its store. It refreshes itself.

import { el, fill } from '../dom.js';
import { bytes, duration, localText, timeElement } from '../times.js';

export const title = 'State';

const every = 5; // seconds

export async function show(root, { api, signal, announce }) {
  const trouble = el('div');
  const content = el('div', { class: 'state' });
  const automatic = el('input', { type: 'checkbox', checked: true, id: 'automatic', onchange: () => schedule() });
  const read = el('span', { class: 'hint' });
  root.append(
    el('div', { class: 'row refresh' },
      automatic, el('label', { for: 'automatic' }, `Refresh every ${every} seconds`),
      el('button', { type: 'button', class: 'small', onclick: () => refresh() }, 'Refresh now'), read),
    trouble, content);

  let timer;
  let lastRead = null;
  let health = '';

  async function refresh() {
    clearTimeout(timer);
    try {
      const state = await api.get('health/state', {}, signal);
      lastRead = new Date();
      fill(trouble);
      content.classList.remove('stale');
      fill(read, `Read at ${localText(lastRead)}`);
      // Who marks a text to copy it does not want it replaced.
      if (!isMarked(content)) fill(content, cards(state));
      const now = healthOf(state);
      if (health !== '' && health !== now.text) announce(now.text);
      health = now.text;
    } catch (error) {
      if (signal.aborted) return;
      content.classList.add('stale');
      fill(trouble, el('div', { class: 'notice bad', role: 'alert' },
        el('strong', {}, error.title ?? 'The state can\'t be read'), el('p', {}, error.detail ?? error.message),
        el('p', {}, lastRead === null ? 'It could not be read so far.'
          : `What is shown below is of ${localText(lastRead)}.`)));
    }
    schedule();
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

function healthOf({ store, clock, held, problems }) {
  if (store.fault) return { kind: 'bad', text: `The store can't be reached: ${store.fault}.` };
  if (problems.length > 0) return { kind: 'warn', text: problems.join(' ') };
  if (clock.isInDoubt) return { kind: 'warn', text: 'The store\'s responses disagree about the time.' };
  if (held.length === 1) return { kind: 'warn', text: '1 destination waits, because it has failed.' };
  if (held.length > 1) return { kind: 'warn', text: `${held.length} destinations wait, because they have failed.` };
  return { kind: 'good', text: 'All goes well.' };
}

function cards(state) {
  const { version, store, clock, lease, sweeps, held, spool, receipts } = state;
  const health = healthOf(state);
  return [
    el('p', { class: `notice ${health.kind}` }, health.text),
    el('div', { class: 'cards' },
      card('Deliveries', [
        ['Due now', `${sweeps.pendingDue}`],
        ['Oldest due', sweeps.oldestDueSeconds > 0 ? `since ${duration(sweeps.oldestDueSeconds)}` : 'none is due'],
        ['Last look at the folder',
          sweeps.lastLookSeconds === undefined ? 'not yet' : `${duration(sweeps.lastLookSeconds)} ago`],
        ['Receipts not stored yet', `${receipts.unrecorded}`],
        ['Delivered, but not deleted', `${receipts.undeleted}`],
      ]),
      card('Sweep lease', lease ? [
        ['State', lease.state],
        ['Number', `${lease.number}`],
        ['Written', `${duration(lease.ageSeconds)} ago`],
        ['Holder', [el('code', {}, lease.owner), lease.isOwn ? ' (this process)' : ' (another process)']],
      ] : [['State', store.fault ? 'unknown' : 'there was no sweep yet']]),
      card('Store', [
        ['Place', el('code', {}, store.place)],
        ['Bucket', el('code', {}, store.bucket)],
        ['Folder', el('code', {}, store.folder)],
        ['Answers', store.fault ? tag('bad', store.fault) : tag('good', 'yes')],
      ]),
      card('The store\'s clock', [
        ['At least', clock.earliest ? timeElement(clock.earliest) : 'unknown'],
        ['At most', clock.latest ? timeElement(clock.latest) : 'unknown'],
        ['Known to within', clock.widthMs === undefined ? 'unknown' : `${clock.widthMs} ms`],
        ['Responses agree', clock.isInDoubt ? tag('bad', 'no') : tag('good', 'yes')],
        ['Was set', ['never', 'once'][clock.steps] ?? `${clock.steps} times`],
      ]),
      card('This process', [
        ['Version', el('code', {}, version)],
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

function card(heading, entries) {
  return el('section', { class: 'card' }, el('h2', {}, heading),
    el('dl', {}, entries.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])));
}

const tag = (kind, text) => el('span', { class: `tag ${kind}` }, text);

function isMarked(element) {
  const selection = getSelection();
  return !selection.isCollapsed && element.contains(selection.anchorNode);
}
