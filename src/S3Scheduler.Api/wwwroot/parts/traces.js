import { el } from '../dom.js';

/**
 * A link to the place that keeps traces; null if the operator has named none. The span of each delivery has the
 * schedule's key as an attribute, so the place is asked for that.
 */
export function traceLink(schedule, { config }) {
  if (!config.traceUrl) return null;
  const href = config.traceUrl.replaceAll('{key}', encodeURIComponent(schedule.key));
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, 'Trace');
}
