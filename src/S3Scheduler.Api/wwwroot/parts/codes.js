/** What the error codes of failed schedules mean, and what helps. */

/** By code: [what happened, what to do]. */
const known = new Map(Object.entries({
  AccessDenied: [
    'The store did not let the service write to this destination.',
    'Give the service the right to write there (on AWS: s3:PutObject, and the rights for the KMS key of the bucket if '
      + 'it has one). Then retry.'],
  AllAccessDisabled: [
    'The owner of the bucket has switched off all access to it.',
    'Ask the owner of the bucket. When it is open again, retry.'],
  AttributesLost: [
    'The content type and metadata of the content can’t be read: the local store’s file with them is damaged.',
    'Delete that file in .store/attributes to go without them, then retry.'],
  ClientError: [
    'The service could not even make the request for this destination.',
    'The service’s log has the reason.'],
  DestinationNotAllowed: [
    'The service may not deliver to this destination: Scheduler:Destinations does not list it.',
    'Add the destination to Scheduler:Destinations and restart the service, then retry. If it was never meant to go '
      + 'there, delete it.'],
  EntityTooLarge: [
    'The content is bigger than the destination takes.',
    'Raise the limit of that bucket, then retry; else delete the schedule.'],
  InvalidAccessKeyId: [
    'The store does not know the access key of the service.',
    'Give the service valid credentials and restart it, then retry.'],
  InvalidBucketName: [
    'There can be no bucket with this name.',
    'A retry would fail again. Post the content for the right bucket, then delete this schedule.'],
  InvalidObjectState: [
    'The content is archived, such as in Glacier, so it can’t be copied.',
    'Restore the object in the scheduler’s bucket, then retry. Keep lifecycle rules away from the scheduler’s folder.'],
  KeyIsFolder: [
    'In the local store the destination’s key is a folder of another key, or another key is a folder of it.',
    'Remove what is in the way below the bucket’s directory, then retry.'],
  KeyIsTaken: [
    'At the place of the destination’s key the local store has something that is no file, such as a link.',
    'Remove what is in the way below the bucket’s directory, then retry.'],
  KeysCoincide: [
    'The file system of the local store can’t tell this key from another one.',
    'Use a case-sensitive file system, or post the content for another key and delete this schedule.'],
  KeyTooLongError: [
    'The destination’s key is too long for the store.',
    'A retry would fail again. Post the content for a shorter key, then delete this schedule.'],
  MethodNotAllowed: [
    'The store does not allow writing to this destination.',
    'Look at the policy and the settings of that bucket, then retry.'],
  NoSuchBucket: [
    'The destination’s bucket does not exist.',
    'Create the bucket, then retry. If its name is wrong, post the content for the right one and delete this '
      + 'schedule.'],
  NotImplemented: [
    'The store can’t do what the copy needs.',
    'The service’s log has the reason.'],
  QuotaExceeded: [
    'The destination’s bucket, or its owner, has used up its quota.',
    'Make room or raise the quota, then retry.'],
  SignatureDoesNotMatch: [
    'The store refused the service’s signature: its secret key is wrong, or a proxy changes its requests.',
    'Give the service valid credentials and restart it, then retry.'],
}));

/** Faults that pass by themselves. A schedule fails with one of them only where Scheduler:RetryWindow sets an end. */
const transient = new Set([
  'InternalError', 'OperationAborted', 'RequestTimeout', 'ServiceUnavailable', 'SlowDown', 'Throttling',
  'ThrottlingException', 'TooManyRequests', 'UnreadableAnswer', 'Unreachable',
]);

/**
 * @param {string} code an error code of the store or of the service
 * @returns {{meaning: string, remedy: string}} in words, for somebody who has not seen the code before
 */
export function explain(code) {
  const [meaning, remedy] = known.get(code) ?? unlisted(code);
  return { meaning, remedy };
}

function unlisted(code) {
  if (transient.has(code)) {
    return [
      'The store was overloaded or out of reach until the time for retries (Scheduler:RetryWindow) was over.',
      'When the store works again, retry.'];
  }
  if (code.startsWith('KMS')) {
    return [
      'The key that encrypts the destination’s bucket (KMS) can’t be used.',
      'Enable the key and give the service the right to use it, then retry.'];
  }
  return [
    'The store refused the copy with this code, which this page does not know.',
    'Look the code up in the documentation of your store. The service’s log has the store’s own message. When the '
      + 'cause is gone, retry.'];
}
