import { el } from '../dom.js';

export const title = 'New schedules';

export async function show(root) {
  root.append(el('p', {}, 'Coming soon.'));
}
