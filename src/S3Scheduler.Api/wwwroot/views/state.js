import { el } from '../dom.js';

export const title = 'State';

export async function show(root) {
  root.append(el('p', {}, 'Coming soon.'));
}
