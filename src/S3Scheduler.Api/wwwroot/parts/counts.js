/**
 * Makes a function that shows a count at once, and again when it has counted more, if there is more to count. What a
 * newer call has overtaken is not shown.
 * @param {(bound: {seconds?: number}) => Promise<Count>} read
 * @param {(counted: Count) => void} show
 * @param {(error: Error) => void} fail Not called when the view was left.
 */
export function counter(read, show, fail) {
  let calls = 0;
  return async () => {
    const mine = ++calls;
    const isNewest = () => mine === calls;
    const showNewest = counted => { if (isNewest()) show(counted); };
    try {
      const first = await read({ seconds: 1 });
      showNewest(first);
      if (!first.isComplete) showNewest(await read({}));
    } catch (error) {
      if (error.name !== 'AbortError' && isNewest()) fail(error);
    }
  };
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
