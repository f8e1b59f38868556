import { el, fill } from '../dom.js';
import { localText, relative } from '../times.js';

const minute = 60_000;

/**
 * Says how old it is what a view shows: lists are read when a person asks for them.
 * @param {AbortSignal} signal that of the view
 */
export function ageOf(signal) {
  const element = el('span', { class: 'hint' });
  let readAt = null;

  function tell() {
    if (readAt === null) return;
    const age = Date.now() - readAt < minute ? '' : `, ${relative(readAt)}`;
    fill(element, `As of ${localText(readAt)}${age}.`);
  }

  const timer = setInterval(tell, minute / 4);
  signal.addEventListener('abort', () => clearInterval(timer));
  return {
    element,
    /** All of it has just been read. */
    isNew() {
      readAt = Date.now();
      tell();
    },
  };
}
