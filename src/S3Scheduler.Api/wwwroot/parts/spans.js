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
  { name: 'Next hour', step: minute, bars: 60 },
  { name: 'Next 24 hours', step: hour, bars: 24 },
  { name: 'Next 31 days', step: day, bars: 31 },
];

/** The span of one of the buttons. */
export function spanFrom(now, { step, bars }) {
  const from = floor(now, step);
  return { from, to: from + bars * step };
}

/** A little more than was asked for, so that bars start at round times. */
export function widened(from, to) {
  for (const step of steps) {
    const [start, last] = [floor(from, step), floor(to - 1, step)];
    if ((last - start) / step < mostBars) return { from: start, to: last + step };
  }
  return { from, to };
}

/** Into how many bars to divide a span. They start at round times if the span was widened. */
export function barsOf(from, to) {
  if (to <= from) return 1; // as a link can say
  const bars = steps.map(step => (to - from) / step);
  return bars.find(count => count <= mostBars && Number.isInteger(count))
    ?? Math.round(Math.max(1, bars.find(count => count <= mostBars) ?? mostBars));
}

/** Whether a bar can be shown larger. */
export function canZoom(from, to) {
  return to - from > second;
}

/** The last round time at or before a time, on the reader's clock: a day begins at midnight here, not in Greenwich. */
function floor(time, step) {
  const offset = new Date(time).getTimezoneOffset() * minute;
  return Math.floor((time - offset) / step) * step + offset;
}
