// The files that were chosen, each with its name at the destination and its progress.

import { el, fill, nextId } from '../dom.js';
import { bytes, duration } from '../times.js';

/**
 * @typedef {'waiting'|'sending'|'done'|'failed'|'removed'} State
 * @typedef {{file: File, state: State, name: string, row: HTMLElement}} Item
 */

/**
 * @param {{onChange: () => void, onRetry: (item: Item) => void}} on
 */
export function fileList({ onChange, onRetry }) {
  /** @type {Item[]} */
  const items = [];
  const list = el('ul', { class: 'files', 'aria-label': 'Files' });

  function add(files) {
    for (const file of files) {
      const item = newItem(file, {
        remove() {
          items.splice(items.indexOf(item), 1);
          const next = item.row.nextElementSibling ?? item.row.previousElementSibling;
          item.row.remove();
          // The button that had the focus is gone.
          (next?.querySelector('input') ?? list.parentElement.querySelector('input')).focus();
          onChange();
        },
        retry: () => onRetry(item),
        onChange,
      });
      items.push(item);
      list.append(item.row);
    }
    onChange();
  }

  return {
    element: list,
    add,
    of: state => items.filter(item => item.state === state),
    get count() { return items.length; },
    /** Those that are still to be sent, or could not be. */
    get unsent() { return items.filter(item => item.state === 'waiting' || item.state === 'failed'); },
    /** Names that more than one file has. */
    get doubles() {
      const names = items.map(item => item.name);
      return new Set(names.filter((name, index) => names.indexOf(name) !== index));
    },
  };
}

function newItem(file, { remove, retry, onChange }) {
  const id = nextId();
  const name = el('input', { id, value: file.name, autocomplete: 'off', spellcheck: 'false', oninput: onChange });
  const status = el('span', { class: 'status' });
  const bar = el('progress', { max: Math.max(1, file.size), value: 0, hidden: true, 'aria-label': file.name });
  const again = el('button', { type: 'button', class: 'small', hidden: true, onclick: retry }, 'Try again');
  const away = el('button', {
    type: 'button',
    class: 'small',
    onclick: () => {
      if (item.state === 'sending') return stop.abort();
      item.state = 'removed';
      remove();
    },
  });
  let stop;
  const row = el('li', {}, el('label', { for: id, class: 'unseen' }, `Name of ${file.name} at the destination`),
    name, status, again, away, bar);

  function show(state, ...text) {
    item.state = state;
    row.dataset.state = state;
    bar.hidden = state !== 'sending';
    name.disabled = state === 'sending' || state === 'done';
    again.hidden = state !== 'failed';
    const action = { sending: 'Stop', done: 'Hide' }[state] ?? 'Remove';
    away.setAttribute('aria-label', `${action} ${file.name}`);
    fill(away, action);
    fill(status, text);
  }

  function set(...state) {
    show(...state);
    onChange();
  }

  const item = {
    file, row, state: 'waiting',
    get name() { return name.value.trim(); },
    focus: () => name.focus(),

    /**
     * @returns {{signal: AbortSignal, onProgress: (sent: number) => void}} signal: aborts when the person stops it.
     *   onProgress: shows how much was sent, how fast, and how long the rest takes.
     */
    start() {
      stop = new AbortController();
      set('sending', 'Starting…');
      const speed = createSpeed(performance.now());
      return { signal: stop.signal, onProgress };

      function onProgress(sent) {
        // The form's other fields count, too.
        const done = Math.min(sent, file.size);
        bar.value = done;
        const rate = speed(performance.now(), sent);
        fill(status, done >= file.size ? 'Sent, waiting for the answer…'
          : `${Math.floor(100 * done / file.size)} % of ${bytes(file.size)}`
            + (rate > 0 ? `, ${bytes(rate)}/s, ${duration((file.size - done) / rate)} left` : ''));
      }
    },

    /** @param {string} link Where the schedule is shown. */
    finish(key, link) {
      set('done', 'Scheduled as ', el('a', { href: link }, el('code', {}, key)));
    },
    fail(error) {
      if (error.name === 'AbortError') set('failed', 'Stopped.');
      else set('failed', el('strong', {}, `${error.title ?? 'That did not work'}. `), error.detail ?? error.message);
    },
  };
  show('waiting', bytes(file.size));
  return item;
}

/** @returns {(now: number, sent: number) => number} The mean speed of the last seconds, in bytes a second. */
function createSpeed(began) {
  let [time, count, rate] = [began, 0, 0];
  return (now, sent) => {
    const seconds = (now - time) / 1000;
    // Events come in bursts. Over a short time, the speed would jump.
    if (seconds < 0.5) return rate;
    const latest = (sent - count) / seconds;
    rate = rate === 0 ? latest : 0.7 * rate + 0.3 * latest;
    [time, count] = [now, sent];
    return rate;
  };
}
