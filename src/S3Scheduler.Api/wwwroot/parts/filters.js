import { el, labelled, setFault } from '../dom.js';
import { localText } from '../times.js';
import { fromInput, isSame, toInput } from './clock.js';

/** The filters that the API has. */
const filters = {
  from: { label: 'Due from', type: 'datetime-local' },
  to: { label: 'Due before', type: 'datetime-local' },
  bucket: { label: 'Bucket', type: 'text' },
  keyPrefix: { label: 'Key starts with', type: 'text' },
  code: { label: 'Error code', type: 'text' },
};

/** The filters that are set, in words: "bucket reports, key starts with 2026/". */
export function inWords(set) {
  return Object.entries(set).map(([name, value]) => {
    const { label, type } = filters[name];
    return `${label.toLowerCase()} ${type === 'text' ? value : localText(value)}`;
  }).join(', ') || 'no filter is set';
}

/** The filters that are set, for a request. They stand in the address, so that a link shows the same list. */
export function readFilters(params, names) {
  // A link may have been cut off.
  const isGood = (name, value) => filters[name].type === 'text' || !Number.isNaN(Date.parse(value));
  return Object.fromEntries(
    names.map(name => [name, params.get(name)]).filter(([name, value]) => value && isGood(name, value)));
}

/**
 * @param {object} form
 * @param {{[name: string]: string}} form.set the filters that are set; times as the API takes them
 * @param {string[]} form.names which filters there are
 * @param {{[name: string]: string}} [form.labels] other labels than the usual ones
 * @param {(set: {[name: string]: string}) => void} form.apply
 */
export function filterForm({ set, names, labels = {}, apply }) {
  const fields = names.map(name => {
    const { label, type } = filters[name];
    const isTime = type === 'datetime-local';
    const value = isTime && set[name] ? toInput(set[name]) : set[name];
    const input = el('input', { name, type, value, autocomplete: 'off', spellcheck: 'false', step: isTime && 1 });
    return labelled(labels[name] ?? label, input);
  });
  const count = Object.keys(set).length;
  const form = el('form', { class: 'filters', role: 'search', 'aria-label': 'Filters', onsubmit }, fields,
    el('div', { class: 'row' }, el('button', { class: 'main' }, 'Search'),
      el('button', { type: 'button', onclick: () => apply({}) }, 'Clear')));
  // On a small screen they would push the list out of sight.
  return el('details', { open: matchMedia('(min-width: 40rem)').matches },
    el('summary', {}, count > 0 ? `Filters (${count} set)` : 'Filters'), form);

  function onsubmit(event) {
    event.preventDefault();
    const given = [...new FormData(event.target)].filter(([, value]) => value !== '');
    const next = Object.fromEntries(given.map(([name, value]) =>
      [name, filters[name].type === 'datetime-local' ? timeOf(name, value) : value]));
    if (!(Date.parse(next.from) >= Date.parse(next.to))) {
      apply(next);
      return;
    }

    const { to } = form.elements;
    setFault(to, `Give a time after “${labels.from ?? filters.from.label}”.`);
    to.focus();
  }

  // The input has no milliseconds. A time that nobody has touched keeps them.
  function timeOf(name, value) {
    return set[name] && isSame(value, set[name]) ? set[name] : fromInput(value);
  }
}
