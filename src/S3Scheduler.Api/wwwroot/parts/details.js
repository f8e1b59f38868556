import { scheduleAt } from '../api.js';
import { el, labelled, problem, setFault } from '../dom.js';
import { addressOfSchedule } from '../router.js';
import { fromInput, isSame, timeField, timeNote, toInput } from './clock.js';
import { fieldsOf } from './fields.js';
import { preview } from './preview.js';

/**
 * Shows one schedule in a dialog: its fields, its content, and what can be done with it.
 * @param {object} schedule as a list has it; what has become of it since is read first
 * @param {object} context that of the view
 * @returns {Promise<'removed' | 'changed' | null>} removed: it has left the list; changed: it has another time, or is
 *   no longer what the list says
 */
export function showDetails(schedule, context) {
  const { api, session, announce, signal } = context;
  const { key } = schedule;
  const name = schedule.destination.key;
  const closed = new AbortController();
  let outcome = null;

  const fields = el('dl', {}, ...fieldsOf(schedule, context));
  const content = el('div', {});
  const notes = el('div', {});
  /** What an action asks before it is done. */
  const step = el('div', {});
  const actions = el('div', { class: 'row' });
  const dialog = el('dialog', { class: 'details', 'aria-labelledby': 'details-title' },
    el('h2', { id: 'details-title' }, name), fields, content, step, notes, actions);

  const button = (text, onclick, kind) => el('button', { type: 'button', class: kind, onclick }, text);

  const tell = error => {
    if (error.name !== 'AbortError') notes.replaceChildren(problem(error));
  };

  /**
   * Changes the schedule and closes the dialog. What the API objects to stands in the dialog.
   * @param {() => Promise<object | void>} call its result is the schedule that has taken the place of this one
   */
  async function change(call, result, done) {
    notes.replaceChildren();
    let next;
    try {
      next = await call();
    } catch (error) {
      tell(error);
      return;
    }
    outcome = result;
    announce(done, next && el('a', { href: addressOfSchedule(next.key) }, 'Open it'));
    dialog.close();
  }

  function ask(question, yes, action) {
    const no = button('Keep it', () => step.replaceChildren());
    step.replaceChildren(el('p', {}, question), el('div', { class: 'row' }, button(yes, action, 'danger'), no));
    no.focus();
  }

  async function erase() {
    await api.send('DELETE', scheduleAt(key));
  }

  const cancel = () => ask('It will never be delivered, and its content is deleted.', 'Cancel this schedule',
    () => change(erase, 'removed', `${name} was cancelled.`));

  const remove = () => ask('Its content is deleted.', 'Delete this schedule',
    () => change(erase, 'removed', `${name} was deleted.`));

  const retry = () => change(
    () => api.post(scheduleAt(key, '/retry')), 'removed', `${name} is pending again, due now.`);

  function reschedule() {
    const time = timeField(toInput(schedule.dueAt), { required: true });
    const onsubmit = event => {
      event.preventDefault();
      if (isSame(time.value, schedule.dueAt)) {
        setFault(time, 'It is due at this time already.');
        return;
      }

      const json = { dueAt: fromInput(time.value) };
      const move = async () => (await api.send('PATCH', scheduleAt(key), { json })).json();
      change(move, 'changed', `${name} was moved.`);
    };
    step.replaceChildren(el('form', { onsubmit }, labelled('New time', time), timeNote(time),
      el('div', { class: 'row' },
        el('button', { class: 'main' }, 'Move it'), button('Keep it', () => step.replaceChildren()))));
    time.focus();
  }

  async function download() {
    try {
      const response = await api.send('GET', scheduleAt(key, '/content'), { signal: closed.signal });
      save(await response.blob(), name.split('/').at(-1) || 'content');
    } catch (error) {
      tell(error);
    }
  }

  async function fill() {
    try {
      const whole = await api.get(scheduleAt(key), {}, closed.signal);
      if (whole.status !== schedule.status) outcome = 'changed';
      fields.replaceChildren(...fieldsOf(whole, context));
      offer(whole.status);
      if (whole.status === 'delivered') return;
      const read = headers => api.send('GET', scheduleAt(key, '/content'), { headers, signal: closed.signal });
      content.replaceChildren(await preview(whole, read, closed.signal));
    } catch (error) {
      if (error.status === 404) outcome = 'changed';
      tell(error);
    }
  }

  const changes = {
    pending: [['Reschedule …', reschedule], ['Cancel …', cancel]],
    failed: [['Retry', retry], ['Delete …', remove]],
    delivered: [],
  };
  const close = button('Close', () => dialog.close());

  /** Before it is known what the schedule is now, it can only be closed. */
  function offer(status) {
    const may = status === 'delivered' ? [] : [['Download', download]];
    if (session.may('schedules:write')) may.push(...changes[status]);
    close.before(...may.map(([text, action]) => button(text, action)));
  }

  actions.append(close);
  // The address may change while it is open, as by the browser's button Back.
  signal.addEventListener('abort', () => dialog.close(), { signal: closed.signal });
  document.body.append(dialog);
  dialog.showModal();
  fill();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    closed.abort();
    dialog.remove();
    resolve(outcome);
  }));
}

/** A link that is not followed but clicked: the request for the content has credentials, which a link has not. */
function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
