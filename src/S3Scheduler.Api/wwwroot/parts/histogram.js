import uPlot from '../vendor/uplot/uPlot.esm.js';
import { el } from '../dom.js';
import { localText } from '../times.js';
import { timeAxis } from './axis.js';

const height = 200;

/**
 * A picture of how many schedules are due when. A bar or a span can be chosen with the mouse, or with the arrow keys
 * and Enter. What the picture shows stands below it as a sentence and as a table, too.
 * @param {{zoom: (from: number, to: number) => void, reset: () => void}} actions zoom: shows a span, in milliseconds;
 *   reset: shows all that there is
 */
export function histogram({ zoom, reset }) {
  const plot = el('div', {
    class: 'plot', role: 'slider', tabindex: 0, 'aria-label': 'When schedules are due',
    'aria-describedby': 'histogram-keys', 'aria-orientation': 'horizontal',
  });
  const keys = el('p', { class: 'hint', id: 'histogram-keys' },
    'Click a bar or drag over some to zoom in. With the keyboard: arrow keys choose a bar, Shift and arrow keys choose '
      + 'more, Enter zooms in, Escape shows everything.');
  const reading = el('p', { class: 'reading' });
  const sentence = el('span', { role: 'status' }, 'Counting …');
  const table = el('details', {});
  const element = el('figure', { class: 'histogram' }, el('figcaption', {}, sentence), plot, reading, table, keys);

  let bins = [];
  let chart = null;
  /** The bars that are chosen: from the first to the last. */
  let chosen = null;

  const seconds = time => Date.parse(time) / 1000;
  const hide = isEmpty => {
    for (const part of [plot, reading, table, keys]) part.hidden = isEmpty;
  };
  hide(true);

  function show(summary) {
    bins = summary.bins;
    sentence.textContent = inWords(summary);
    table.replaceChildren(el('summary', {}, 'The picture as a table'), tableOf(bins));
    hide(bins.length === 0);
    chosen = null;
    draw();
    tellChosen();
  }

  /** What it was to show can't be had. */
  function clear() {
    sentence.textContent = '';
    bins = [];
    hide(true);
    draw();
  }

  function draw() {
    chart?.destroy();
    chart = null;
    if (bins.length === 0) return;
    // The canvas does not know the style sheet. These properties are there for their colours.
    const { color, accentColor, borderColor } = getComputedStyle(plot);
    const axis = { stroke: color, grid: { stroke: borderColor, width: 1 }, ticks: { show: false } };
    const [from, to] = [seconds(bins[0].from), seconds(bins.at(-1).to)];
    const time = timeAxis(from, to);
    chart = new uPlot({
      width: plot.clientWidth,
      height,
      padding: [null, time.margin, null, null],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { range: () => [from, to] }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { ...axis, ...time.axis, size: 30 },
        { ...axis, size: 60, incrs: [1, 10, 100, 1000, 10_000, 100_000].flatMap(n => [n, 2 * n, 5 * n]) },
      ],
      series: [{}, {
        fill: accentColor, width: 0, points: { show: false },
        paths: uPlot.paths.bars({ size: [0.9, Infinity], align: 1 }),
      }],
      hooks: {
        setCursor: [u => read(u.cursor.left >= 0 ? indexAt(u.cursor.left) : null)],
        setSelect: [u => {
          if (u.select.width === 0) return;
          chosen = [indexAt(u.select.left), indexAt(u.select.left + u.select.width - 1)];
          // Not at once: it removes the chart, and the chart has not yet let go of the mouse.
          queueMicrotask(zoomIn);
        }],
      },
    }, [bins.map(bin => seconds(bin.from)), bins.map(bin => bin.count)], plot);
    chart.over.addEventListener('click', event => {
      chosen = [indexAt(event.offsetX), indexAt(event.offsetX)];
      zoomIn();
    });
  }

  const clamped = index => Math.min(bins.length - 1, Math.max(0, index));

  function indexAt(left) {
    const time = chart.posToVal(left, 'x') * 1000;
    return bins.findIndex((bin, n) => time < Date.parse(bin.to) || n === bins.length - 1);
  }

  function read(index) {
    reading.textContent = index === null ? '\u00a0' : textOf(bins[index], bins[index]);
  }

  function zoomIn() {
    if (chosen) zoom(Date.parse(bins[chosen[0]].from), Date.parse(bins[chosen[1]].to));
  }

  function tellChosen() {
    const [first, last] = chosen ?? [0, 0];
    plot.ariaValueMin = '0';
    plot.ariaValueMax = String(Math.max(0, bins.length - 1));
    plot.ariaValueNow = String(last);
    if (bins.length === 0) return;
    plot.ariaValueText = textOf(bins[first], bins[last], bins.slice(first, last + 1));
    reading.textContent = chosen ? plot.ariaValueText : '\u00a0';
    const left = chosen ? chart.valToPos(seconds(bins[first].from), 'x') : 0;
    const right = chosen ? chart.valToPos(seconds(bins[last].to), 'x') : 0;
    chart.setSelect({ left, top: 0, width: right - left, height: chart.over.clientHeight }, false);
  }

  /** Where the arrow keys lead. Shift keeps the bar where the choice began. */
  let anchor = 0;
  let head = 0;
  plot.addEventListener('keydown', event => {
    const targets = { ArrowLeft: head - 1, ArrowRight: head + 1, Home: 0, End: bins.length - 1 };
    if (event.key === 'Enter') zoomIn();
    else if (event.key === 'Escape') reset();
    else if (event.key in targets) {
      head = chosen ? clamped(targets[event.key]) : clamped(event.key === 'End' ? bins.length - 1 : 0);
      if (!event.shiftKey || !chosen) anchor = head;
      chosen = [Math.min(anchor, head), Math.max(anchor, head)];
      tellChosen();
    } else return;
    event.preventDefault();
  });

  const resized = new ResizeObserver(() => {
    if (chart && plot.clientWidth !== chart.width) chart.setSize({ width: plot.clientWidth, height });
  });
  resized.observe(plot);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', draw);

  function destroy() {
    scheme.removeEventListener('change', draw);
    resized.disconnect();
    chart?.destroy();
    chart = null;
  }

  return { element, show, clear, destroy };
}

function textOf(first, last, bins = [first]) {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  return `${localText(first.from)} to ${localText(last.to)}: ${count.toLocaleString()}`;
}

function inWords({ total, isComplete, from, to, bins }) {
  if (total === 0) return isComplete ? 'Nothing is due here.' : 'None was found so far, but not all could be counted.';
  const number = total.toLocaleString();
  const span = `from ${localText(from)} to ${localText(to)}`;
  const all = isComplete ? `${number} due ${span}.` : `More than ${number} due. The first ${number} are ${span}.`;
  const most = bins.reduce((a, b) => (b.count > a.count ? b : a), bins[0]);
  const standsOut = most?.count > 1 && bins.filter(bin => bin.count === most.count).length === 1;
  // The first and the last bar may reach beyond what there is.
  const [first, last] = standsOut ? [from > most.from ? from : most.from, to < most.to ? to : most.to] : [];
  const peak = standsOut && most.count < total
    ? ` The fullest bar has ${most.count.toLocaleString()}, from ${localText(first)} to ${localText(last)}.` : '';
  return `${all}${peak}`;
}

function tableOf(bins) {
  const rows = bins.filter(bin => bin.count > 0).map(bin => el('tr', {},
    el('td', {}, localText(bin.from)), el('td', {}, localText(bin.to)), el('td', { class: 'number' },
      bin.count.toLocaleString())));
  return el('table', {},
    el('thead', {}, el('tr', {}, ...['From', 'To', 'Schedules'].map(name => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, ...rows));
}
