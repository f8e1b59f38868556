// The labels of the time axis of a picture: as many as there is room for, in the reader's language.

const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';

/** The smallest space between two labels, in pixels. */
const gap = 12;

const [minute, hour, day, year] = [60, 3600, 86_400, 365 * 86_400]; // seconds

/** How far labels can be apart, in seconds. */
const steps = [
  ...[1, 5, 10, 15, 30], ...[1, 5, 10, 15, 30].map(n => n * minute), ...[1, 2, 3, 4, 6, 8, 12].map(n => n * hour),
  ...[1, 2, 3, 4, 5, 7, 10, 15, 30, 60, 90, 120, 180].map(n => n * day),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map(n => n * year),
];

/** What labels say, by how long the picture spans: below `span` seconds, in steps of at least `least`. */
const kinds = [
  { span: 5 * minute, least: 1, parts: { hour: '2-digit', minute: '2-digit', second: '2-digit' } },
  { span: 2 * day, least: minute, parts: { hour: '2-digit', minute: '2-digit' } },
  { span: 300 * day, least: day, parts: { day: 'numeric', month: 'short' } },
  { span: Infinity, least: day, parts: { day: 'numeric', month: 'short', year: 'numeric' } },
];

/**
 * @param {number} from In seconds since 1970, as `to`.
 * @returns {{axis: Object, margin: number}} axis: options of uPlot's axis. margin: room for the half of a label, right
 *   of the picture, in pixels.
 */
export function timeAxis(from, to) {
  const { least, parts } = kinds.find(({ span }) => to - from <= span);
  const format = new Intl.DateTimeFormat(undefined, parts);
  const text = seconds => format.format(seconds * 1000);
  const widest = widestOf(Array.from({ length: 25 }, (_, n) => text(from + n / 24 * (to - from))));
  return {
    axis: {
      font,
      space: widest + gap,
      incrs: steps.filter(step => step >= least),
      values: (_, splits) => splits.map(text),
    },
    margin: widest / 2 + 2,
  };
}

function widestOf(texts) {
  const context = document.createElement('canvas').getContext('2d');
  context.font = font;
  return Math.ceil(Math.max(...texts.map(text => context.measureText(text).width)));
}
