// Asks before something that can't be taken back.

import { el } from './dom.js';

/**
 * @param {{title: string, text?: string|Node, action: string, isDangerous?: boolean}} question
 * @returns {Promise<boolean>} Whether the person chose the action. Escape means no.
 */
export function confirm({ title, text, action, isDangerous = false }) {
  return new Promise(resolve => {
    const heading = el('h2', { id: 'question' }, title);
    const dialog = el('dialog', { 'aria-labelledby': 'question' }, heading, text && el('p', {}, text),
      el('div', { class: 'row end' },
        el('button', { type: 'button', onclick: () => dialog.close('') }, 'Back'),
        el('button', { type: 'button', class: isDangerous ? 'danger' : 'main', onclick: () => dialog.close('yes') },
          action)));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
