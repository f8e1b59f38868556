// Times as an input of type datetime-local has them: on the reader's clock, without a zone.

import { el, fill } from '../dom.js';
import { timeInWords } from '../times.js';

const minute = 60_000;

/** @param {string|number|Date} time */
export function toInput(time) {
  const date = new Date(time);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * minute);
  return local.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
}

/** RFC 3339 in UTC, as the API takes it. */
export const fromInput = text => new Date(text).toISOString();

/** Whether an input has that time; it has no milliseconds, and may leave out the seconds. */
export const isSame = (text, time) => toInput(text) === toInput(time);

/** An input for a time; an empty value: none is given. */
export const timeField = (value, attributes = {}) =>
  el('input', { type: 'datetime-local', step: 1, value, ...attributes });

/** Says what the time in a field is in UTC. */
export function timeNote(field) {
  const note = el('p', { class: 'hint' });
  const tell = () => {
    const time = new Date(field.value);
    fill(note, !Number.isNaN(time.getTime()) && timeInWords(time));
  };
  field.addEventListener('input', tell);
  tell();
  return note;
}
