// Chooses a due time, in the reader's zone or in UTC. Each field shows what the other says.

import { el, fill, labelled, setFault } from '../dom.js';
import { toInput } from '../parts/clock.js';
import { timeInWords, zoneAt } from '../times.js';

const minute = 60_000;

const shortcuts = [
  ['In 5 minutes', () => new Date(Date.now() + 5 * minute)],
  ['In 1 hour', () => new Date(Date.now() + 60 * minute)],
  ['Tomorrow 9:00', () => {
    const tomorrow = new Date();
    tomorrow.setDate(tomorrow.getDate() + 1);
    tomorrow.setHours(9, 0, 0, 0);
    return tomorrow;
  }],
];

/**
 * @param {AbortSignal} signal
 * @returns {{element: HTMLElement, read: () => Date|null, fault: (text: string) => void}}
 *   read: the time; null: there is none, and the field says so.
 */
export function timePicker(signal) {
  const here = el('input', { type: 'datetime-local', step: 1, required: true, oninput: () => take(here, '') });
  const there = el('input', { type: 'datetime-local', step: 1, oninput: () => take(there, 'Z') });
  const hereField = labelled('Your time', here);
  const note = el('p', { class: 'hint' });
  let time = null;

  function take(field, zone) {
    const typed = new Date(field.value + zone);
    time = Number.isNaN(typed.getTime()) ? null : typed;
    show(field);
  }

  /** @param {HTMLInputElement} [typed] The field that the person is in: its text is left alone. */
  function show(typed) {
    setFault(here, '');
    if (time && typed !== here) here.value = toInput(time);
    if (time && typed !== there) there.value = time.toISOString().slice(0, 19);
    fill(hereField.querySelector('label'), time ? `Your time (${zoneAt(time)})` : 'Your time');
    describe();
  }

  function describe() {
    fill(note, time !== null && timeInWords(time), isPast() && ' That is past, so it is delivered at once.');
  }

  // One that the service refuses is not delivered.
  const isPast = () => time !== null && time < Date.now() && !here.hasAttribute('aria-invalid');

  function choose(at) {
    // Whole seconds, because the fields have no more.
    time = new Date(Math.ceil(at.getTime() / 1000) * 1000);
    show();
  }

  choose(shortcuts[1][1]());
  const clock = setInterval(describe, 1000);
  signal.addEventListener('abort', () => clearInterval(clock));
  return {
    element: el('fieldset', {},
      el('legend', {}, 'When'),
      el('div', { class: 'row shortcuts' }, shortcuts.map(([label, at]) =>
        el('button', { type: 'button', class: 'small', onclick: () => choose(at()) }, label))),
      el('div', { class: 'columns' }, hereField, labelled('UTC', there)),
      note),
    read() {
      if (time === null) fail('Give a date and a time of day.');
      return time;
    },
    fault: fail,
  };

  function fail(text) {
    setFault(here, text);
    describe();
    here.focus();
  }
}
