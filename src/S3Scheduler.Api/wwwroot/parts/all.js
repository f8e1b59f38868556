import { el, labelled } from '../dom.js';
import { fromInput, timeField, timeNote } from './clock.js';
import { inWords } from './filters.js';
import { doToAll } from './many.js';

/** What can be done with all schedules that match the filters. */

export function cancelAll(set, context) {
  const post = (after, dryRun) => context.api.post('schedules/cancel', { query: { ...set, after, dryRun } });
  return doToAll(context, {
    title: 'Cancel all that match',
    count: async after => {
      const { cancelled, next } = await post(after, true);
      return { count: cancelled, next };
    },
    question: n => `${n} match (${inWords(set)}). They will never be delivered, and their content is deleted.`,
    button: 'Cancel',
    isDangerous: true,
    page: after => post(after),
    outcomes: {
      cancelled: n => `${n} cancelled.`,
      tooLate: n => `${n} were due within 2 seconds or already: they are delivered.`,
      unresolved: n => `${n} perhaps cancelled: the store did not confirm it in time. Look at the destinations.`,
    },
  });
}

export function moveAll(set, context) {
  const amount = el('input', { type: 'number', min: 1, max: 9999, value: 1, required: true });
  const unit = el('select', {},
    el('option', { value: 'PT{}M' }, 'minutes'), el('option', { value: 'PT{}H', selected: true }, 'hours'),
    el('option', { value: 'P{}D' }, 'days'));
  const time = timeField('');
  const form = el('form', { class: 'columns' }, labelled('Later by', amount), labelled('Unit', unit),
    labelled('Or all to this time', time), timeNote(time));
  const target = () => (time.value ? { dueAt: fromInput(time.value) } : { by: unit.value.replace('{}', amount.value) });
  const post = (after, dryRun) =>
    context.api.send('POST', 'schedules/reschedule', { query: { ...set, ...target(), after, dryRun } });
  /** Only what was there when the counting began is moved: so a page that is sent twice moves nothing twice. */
  let began;
  return doToAll(context, {
    title: 'Move all that match',
    count: async after => {
      const response = await post(after, true);
      began ??= new Date(response.headers.get('Date')).toISOString();
      const { rescheduled, next } = await response.json();
      return { count: rescheduled, next };
    },
    question: n => `${n} match (${inWords(set)}). When are they to be delivered?`,
    form,
    button: 'Move',
    page: async after => (await post(after ?? began)).json(),
    outcomes: {
      rescheduled: n => `${n} moved.`,
      tooLate: n => `${n} were due within 2 seconds or already: they are delivered.`,
      conflicts: n => `${n} not moved: another schedule has that time and destination, or is being moved.`,
      unresolved: n => `${n} moved, and perhaps delivered at the old time, too.`,
    },
  });
}

export function retryAll(set, context) {
  const failed = failedUntilNow(set, context);
  return doToAll(context, {
    title: 'Retry all that match',
    count: failed.count,
    question: n => `${n} match (${inWords(set)}). They become pending again, due now.`,
    button: 'Retry',
    page: after => context.api.post('schedules/retry', { query: { ...failed.set, after } }),
    outcomes: { retried: n => `${n} pending again. Those that fail once more come back here.` },
  });
}

export function deleteAll(set, context) {
  const failed = failedUntilNow(set, context);
  return doToAll(context, {
    title: 'Delete all that match',
    count: failed.count,
    question: n => `${n} match (${inWords(set)}). Their content is deleted.`,
    button: 'Delete',
    isDangerous: true,
    page: after => context.api.post('schedules/cancel', { query: { ...failed.set, status: 'failed', after } }),
    outcomes: { cancelled: n => `${n} deleted.` },
  });
}

/**
 * Only what is counted before. What is retried has a later time and may fail at once: it must not be retried again and
 * again.
 */
function failedUntilNow(set, { api }) {
  const failed = {
    set,
    async count(_, signal) {
      const { total, to } = await api.get('schedules/summary', { ...set, status: 'failed', bins: 0 }, signal);
      if (!set.to && to) failed.set = { ...set, to: new Date(Date.parse(to) + 1).toISOString() };
      return { count: total, next: null };
    },
  };
  return failed;
}
