// Times as an input of type datetime-local has them: on the reader's clock, without a zone.

const minute = 60_000;

/** @param {string|number|Date} time */
export function toInput(time) {
  const date = new Date(time);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * minute);
  return local.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
}

/** RFC 3339 in UTC, as the API takes it. */
export const fromInput = text => new Date(text).toISOString();
