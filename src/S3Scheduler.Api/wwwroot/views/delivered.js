import { el } from '../dom.js';

export const title = 'Delivered';

export async function show(root) {
  root.append(el('p', {}, 'Coming soon.'));
}
