// The headers and metadata that arrive with the content. Most schedules need none.

import { el, labelled } from '../dom.js';

const headers = [
  ['Content-Type', 'Empty: what the browser takes the file for.'],
  ['Cache-Control', 'Such as max-age=3600.'],
  ['Content-Disposition', 'Such as attachment; filename="report.pdf".'],
  ['Content-Encoding', 'Such as gzip, if the file is compressed.'],
  ['Content-Language', 'Such as en.'],
];

/**
 * @returns {{element: HTMLElement, read: () => {headers: Object<string, string>, metadata: Object<string, string>}}}
 *   read: what was filled in; names of metadata without x-amz-meta-.
 */
export function moreFields() {
  const fields = new Map(headers.map(([name]) => [name, el('input', { autocomplete: 'off' })]));
  const list = el('ul', { class: 'metadata' });

  function add() {
    const name = el('input', { 'aria-label': 'Name', placeholder: 'Name', autocomplete: 'off' });
    const value = el('input', { 'aria-label': 'Value', placeholder: 'Value', autocomplete: 'off' });
    const row = el('li', { class: 'row' }, name, value, el('button', {
      type: 'button',
      class: 'small',
      onclick: () => {
        row.remove();
        button.focus();
      },
    }, 'Remove'));
    list.append(row);
    name.focus();
  }

  const button = el('button', { type: 'button', class: 'small', onclick: add }, 'Add metadata');
  return {
    element: el('details', { class: 'card' },
      el('summary', {}, 'More: headers and metadata'),
      el('div', { class: 'columns' }, headers.map(([name, hint]) => labelled(name, fields.get(name), { hint }))),
      el('h2', {}, 'Metadata'), list, button),
    read() {
      const pairs = [...list.children].map(row => [...row.querySelectorAll('input')].map(input => input.value.trim()));
      return {
        headers: Object.fromEntries([...fields].map(([name, input]) => [name, input.value.trim()])
          .filter(([, value]) => value !== '')),
        metadata: Object.fromEntries(pairs.filter(([name]) => name !== '')),
      };
    },
  };
}
