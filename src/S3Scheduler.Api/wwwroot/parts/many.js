import { el, problem } from '../dom.js';

/**
 * Does something to all schedules that match, page by page: counts them, asks, and shows how far it is. It can be
 * stopped between two pages. After a fault, and after a key that has expired, it goes on where it stood.
 * @param {{session: Object, signal: AbortSignal, isHere: () => boolean, showAnew: () => void}} context that of the
 *   view. showAnew: shows what has become of the list, when the dialog is closed and nothing is under way any more
 * @param {object} work
 * @param {string} work.title
 * @param {(after: string|null, signal: AbortSignal) => Promise<{count: number, next: string|null}>} work.count counts a
 *   page without changing anything
 * @param {(count: string) => string} work.question
 * @param {HTMLFormElement} [work.form] what else is asked before it begins
 * @param {string} work.button what the button says that begins, before the number
 * @param {boolean} [work.isDangerous] whether what it does can't be taken back
 * @param {(after: string|null) => Promise<Object>} work.page does it to a page: how many had which outcome, and next
 * @param {Object<string, (n: string) => string>} work.outcomes how to say how many had each outcome; the first is what
 *   was wanted
 */
export async function doToAll({ session, signal, isHere, showAnew }, work) {
  const { title, count, question, form, button, isDangerous = false, page, outcomes } = work;
  const text = el('p', { role: 'status' });
  const progress = el('progress', { 'aria-label': title });
  const results = el('ul', {});
  const asked = el('div', {});
  const notes = el('div', {});
  const buttons = el('div', { class: 'row end' });
  const dialog = el('dialog', { 'aria-labelledby': 'many-title' },
    el('h2', { id: 'many-title' }, title), text, progress, asked, results, notes, buttons);

  const closed = new AbortController();
  const sums = Object.fromEntries(Object.keys(outcomes).map(outcome => [outcome, 0]));
  let isStopping = false;
  /** While somebody signs in again, the dialog is closed only for the eye. */
  let isHidden = false;

  const choice = (name, onclick, kind) => el('button', { type: 'button', class: kind, onclick }, name);
  const close = choice('Close', () => dialog.close());
  const stop = choice('Stop', () => {
    isStopping = true;
    text.textContent = 'Stopping after the page that is under way …';
  });

  // The keyboard stays in the dialog when the button that it was on goes.
  function offer(...choices) {
    const hadFocus = buttons.contains(document.activeElement);
    buttons.replaceChildren(...choices);
    if (hadFocus) choices[0].focus();
  }

  /** @returns {Promise<boolean>} whether it came to the end */
  async function inPages(onPage) {
    for (let after = null; ;) {
      try {
        after = await onPage(after);
      } catch (error) {
        if (closed.signal.aborted) return false;
        if (error.status === 401) await signedIn();
        else if (!await goesOn(error)) return false;
        continue;
      }
      if (after === null) return true;
      if (isStopping || closed.signal.aborted) return false;
    }
  }

  async function signedIn() {
    await session.known();
    isHidden = false;
    dialog.showModal();
  }

  function goesOn(error) {
    notes.replaceChildren(problem(error));
    return new Promise(resolve => {
      const answer = goes => () => {
        notes.replaceChildren();
        offer(stop);
        resolve(goes);
      };
      offer(choice('Go on', answer(true)), choice('Stop', answer(false)));
      closed.signal.addEventListener('abort', answer(false));
    });
  }

  async function run() {
    let total = 0;
    text.textContent = 'Counting …';
    offer(close);
    const isCounted = await inPages(async after => {
      const counted = await count(after, closed.signal);
      total += counted.count;
      text.textContent = `Counting … ${total.toLocaleString()} so far.`;
      return counted.next;
    });
    if (!isCounted) dialog.close();
    else if (await isWanted(total)) await doIt(total);
  }

  function isWanted(total) {
    progress.hidden = true;
    if (total === 0) {
      text.textContent = 'No schedule matches.';
      offer(close);
      return false;
    }
    const number = total.toLocaleString();
    text.textContent = question(number);
    if (form) asked.append(form);
    return new Promise(resolve => {
      const begin = event => {
        event.preventDefault();
        if (form?.reportValidity() !== false) resolve(true);
      };
      form?.addEventListener('submit', begin);
      offer(choice(`${button} ${number}`, begin, isDangerous ? 'danger' : 'main'), close);
      closed.signal.addEventListener('abort', () => resolve(false));
    });
  }

  async function doIt(total) {
    asked.hidden = true;
    progress.hidden = false;
    progress.max = total;
    progress.value = 0;
    text.textContent = 'Under way …';
    offer(stop);
    const isDone = await inPages(async after => {
      const { next, ...counts } = await page(after);
      for (const outcome of Object.keys(sums)) sums[outcome] += counts[outcome] ?? 0;
      progress.value = Object.values(sums).reduce((a, b) => a + b);
      tell();
      return next;
    });
    text.textContent = isDone ? 'Done.' : 'Stopped. What follows in the list is as it was.';
    tell();
    offer(close);
  }

  function tell() {
    const [wanted] = Object.keys(outcomes);
    results.replaceChildren(...Object.entries(outcomes)
      .filter(([outcome]) => outcome === wanted || sums[outcome] > 0)
      .map(([outcome, say]) => el('li', {}, say(sums[outcome].toLocaleString()))));
  }

  dialog.addEventListener('close', () => {
    if (isHidden) return;
    closed.abort();
    dialog.remove();
  });
  let isLeft = false;
  // Also after the dialog: the person may go to another view in the very moment.
  signal.addEventListener('abort', () => {
    isHidden = session.caller === null && !closed.signal.aborted;
    isLeft = !isHidden;
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  await run();
  if (!closed.signal.aborted) await new Promise(resolve => closed.signal.addEventListener('abort', resolve));
  if (!isLeft && isHere()) showAnew();
}
