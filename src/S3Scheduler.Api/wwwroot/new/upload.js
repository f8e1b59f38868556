// Sends one file, with its progress: straight to the bucket where that is possible and worth it, else by the service.

import { ApiError, errorOf, unreachable, urlOf } from '../api.js';

/** Below this many bytes, the request for an upload URL costs more time than it saves. */
const worthIt = 8 << 20;

// A bucket whose CORS rules don't allow it refuses each time. So after the first time it is not tried again.
let takesStraight = true;

/**
 * @typedef {{dueAt: Date, bucket: string, key: string, headers: Object<string, string>,
 *   metadata: Object<string, string>}} Fields headers: by their HTTP names.
 */

/**
 * @param {File} file
 * @param {Fields} fields
 * @param {{api: Object, session: Object, config: Object, signal: AbortSignal,
 *   onProgress: (sent: number) => void}} means onProgress: in bytes.
 * @returns {Promise<string>} The schedule's key.
 * @throws {ApiError} and AbortError.
 */
export async function upload(file, fields, means) {
  if (means.config.hasUploads && takesStraight && file.size >= worthIt) {
    const key = await straight(file, fields, means);
    if (key !== null) return key;
  }
  return await byService(file, fields, means);
}

async function byService(file, { dueAt, bucket, key, headers, metadata }, { session, ...means }) {
  const { 'Content-Type': type = file.type, ...others } = headers;
  const form = new FormData();
  for (const [name, value] of Object.entries({ dueAt: dueAt.toISOString(), bucket, key, ...others }))
    form.append(name, value);
  for (const [name, value] of Object.entries(metadata)) form.append(`x-amz-meta-${name}`, value);
  // Content comes last, so that the service need not keep it until it knows the fields.
  form.append('content', file.slice(0, file.size, type), file.name);
  const answer = await send(
    { method: 'POST', url: urlOf('schedules'), headers: session.headers(), body: form, ...means });
  if (isSuccess(answer)) return JSON.parse(answer.text).key;
  const error = errorOf(answer.status, answer.text);
  if (answer.status === 401) session.end(error.detail);
  throw error;
}

/** @returns {Promise<string|null>} null: the content has to go by the service. */
async function straight(file, { dueAt, bucket, key, headers, metadata }, { api, ...means }) {
  let prepared;
  try {
    prepared = await api.post('schedules/uploads', {
      signal: means.signal,
      json: {
        dueAt: dueAt.toISOString(), bucket, key, metadata, size: file.size,
        contentType: headers['Content-Type'] ?? file.type, cacheControl: headers['Cache-Control'],
        contentDisposition: headers['Content-Disposition'], contentEncoding: headers['Content-Encoding'],
        contentLanguage: headers['Content-Language'],
      },
    });
  } catch (error) {
    // Uploads by URL are off, or it is due too soon for one. What else is wrong, the service says again.
    if (error.status === 501 || error.status === 400) return null;
    throw error;
  }

  let sent = 0;
  const onProgress = count => {
    sent = count;
    means.onProgress(count);
  };
  const { 'Content-Length': _, ...own } = prepared.headers; // the browser sends this one itself
  try {
    const answer = await send(
      { method: prepared.method, url: prepared.url, headers: own, body: file, ...means, onProgress });
    if (isSuccess(answer)) return prepared.key;
    throw answer.status === 412 ? exists() : new ApiError(answer.status, {
      title: 'The bucket refused the content', detail: `It answered ${answer.status}.`,
    });
  } catch (error) {
    if (error.status !== 0 || sent > 0) throw error;
    takesStraight = false;
    return null;
  }
}

// fetch can't tell how much of a body was sent.
function send({ method, url, headers, body, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.upload.addEventListener('progress', event => onProgress(event.loaded));
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('abort', () => reject(new DOMException('The upload was stopped.', 'AbortError')));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    signal.addEventListener('abort', stop);
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}

const exists = () => new ApiError(412, {
  title: 'The schedule exists', detail: 'The bucket has content for this time and key already.',
});

const isSuccess = answer => answer.status >= 200 && answer.status < 300;
