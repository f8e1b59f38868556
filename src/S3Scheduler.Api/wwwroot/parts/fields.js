import { el } from '../dom.js';
import { bytes, duration, timeElement } from '../times.js';
import { explain } from './codes.js';
import { traceLink } from './traces.js';

/** The fields of a schedule, as terms and descriptions; those that it does not have are left out. */
export function fieldsOf(schedule, context) {
  const { destination, createdAt, deliveredAt, latenessMs, failure, metadata = {} } = schedule;
  const why = failure && explain(failure.code);
  const fields = [
    ['Due', timeElement(schedule.dueAt)],
    ['Bucket', destination.bucket],
    ['Key', destination.key],
    ['Delivered', deliveredAt && timeElement(deliveredAt)],
    ['Late by', deliveredAt && `${duration(latenessMs / 1000)} after its last due time`],
    ['Failed', failure && timeElement(failure.failedAt)],
    ['Error code', failure && el('code', {}, failure.code)],
    ['What it means', why?.meaning],
    ['What to do', why?.remedy],
    ['Size', bytes(schedule.size)],
    ['Content type', schedule.contentType],
    ['Stored', createdAt && timeElement(createdAt)],
    ['Scheduled by', schedule.scheduledBy],
    ...Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ['ETag', schedule.etag],
    ['Trace', deliveredAt && traceLink(schedule, context)],
  ];
  return fields.filter(([, value]) => value)
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)));
}
