/**
 * Shows a count at once, and again when it has counted more, if there is more to count.
 * @param {(bound: {seconds?: number}) => Promise<Count>} count
 * @param {(counted: Count) => void} show
 */
export async function showCount(count, show) {
  const first = await count({ seconds: 1 });
  show(first);
  if (!first.isComplete) show(await count({}));
}

/**
 * How many schedules wait, are due and have failed. Each number is bounded: a count reads at most 100,000.
 * @param {{get: Function}} api
 * @param {string} now The store's time.
 * @param {AbortSignal} signal
 * @typedef {{total: number, isComplete: boolean, from: string|null}} Count
 * @returns {Promise<{at: Date, pending: Count, due: Count, failed: Count, next: string|null}>} next: when the next one
 *   is due; null: none is to come.
 */
export async function countSchedules(api, now, signal) {
  const count = query => api.get('schedules/summary', { ...query, bins: 0 }, signal);
  const [pending, due, failed, coming] = await Promise.all([
    count({ status: 'pending' }), count({ status: 'pending', to: now }), count({ status: 'failed' }),
    api.get('schedules', { from: now, limit: 1 }, signal),
  ]);
  return { at: new Date(), pending, due, failed, next: coming.schedules[0]?.dueAt ?? null };
}

/** Such as "2,001" or "more than 100,000". */
export const countText = ({ total, isComplete }) => `${isComplete ? '' : 'more than '}${total.toLocaleString()}`;
