/** Spans of time, and into how many bars a picture divides them. Times are milliseconds since 1970. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long one bar can be. */
const steps = [
  second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, day, 7 * day, 28 * day,
  364 * day,
];

/** How many bars a picture has where the span is not known beforehand. */
export const mostBars = 60;

/** The buttons above the picture: from now on, in bars that start at round times. */
export const nextSpans = [
  { name: 'Hour', step: minute, bars: 60 },
  { name: 'Day', step: hour, bars: 24 },
  { name: 'Month', step: day, bars: 31 },
];

/** The span of one of the buttons. */
export function spanFrom(now, { step, bars }) {
  const from = floor(now, step);
  return { from, to: from + bars * step };
}

/** The span that a zoom shows: a little more than was asked for, so that bars start at round times. */
export function widened(from, to) {
  const step = stepOf(from, to);
  const [start, end] = [floor(from, step), floor(to, step)];
  return { from: start, to: end < to || end === start ? end + step : end };
}

/** Into how many bars to divide a span. */
export function barsOf(from, to) {
  return Math.min(mostBars, Math.max(1, Math.round((to - from) / stepOf(from, to))));
}

/** Whether a bar can be shown larger. */
export function canZoom(from, to) {
  return to - from > second;
}

function stepOf(from, to) {
  return steps.find(step => (to - from) / step <= mostBars) ?? Math.ceil((to - from) / mostBars);
}

/** The last round time at or before a time, on the reader's clock: a day begins at midnight here, not in Greenwich. */
function floor(time, step) {
  const offset = new Date(time).getTimezoneOffset() * minute;
  return Math.floor((time - offset) / step) * step + offset;
}
