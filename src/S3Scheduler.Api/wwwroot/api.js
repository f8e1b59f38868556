// Calls the service with the credentials of whoever is signed in.

/** The address of the service: this module is at console/{hash}/api.js below it. */
export const root = new URL('../../', import.meta.url);

/** An answer that says what went wrong (RFC 9457), or a request without an answer, whose status is 0. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{title?: string, detail?: string, errors?: Object<string, string[]>, requestId?: string}} body
   */
  constructor(status, body) {
    super(body.detail ?? body.title ?? `The service answered ${status}.`);
    this.status = status;
    this.title = body.title ?? `The service answered ${status}`;
    this.detail = this.message;
    this.errors = body.errors ?? {};
    this.requestId = body.requestId;
  }
}

export const unreachable = () => new ApiError(0, {
  title: 'The service does not answer',
  detail: 'No answer came. The service may be down, or this device is offline. It is not known whether the request '
    + 'took effect.',
});

/** @param {string} text The body of an answer that is not a success. */
export function errorOf(status, text) {
  let body = {};
  try {
    body = JSON.parse(text) ?? {};
  } catch {
    // A proxy in between may answer HTML.
  }
  return new ApiError(status, body);
}

/** The path of a schedule. */
export const scheduleAt = (key, rest = '') => `schedules/${encodeURIComponent(key)}${rest}`;

/**
 * @param {{headers: () => Object<string, string>, end: (why: string) => void}} session
 */
export function createApi(session) {
  /**
   * Sends a request, and returns the answer if it is a success.
   * @param {string} method
   * @param {string} path Relative to the service, such as 'schedules'.
   * @param {{query?: Object|URLSearchParams, json?: *, body?: BodyInit, headers?: Object, signal?: AbortSignal}}
   *   options Members of query that are null, undefined or '' are left out.
   * @returns {Promise<Response>}
   * @throws {ApiError} and AbortError.
   */
  async function send(method, path, { query, json, body, headers, signal } = {}) {
    let response;
    try {
      response = await fetch(urlOf(path, query), {
        method,
        headers: {
          ...session.headers(), ...(json === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers,
        },
        body: json === undefined ? body : JSON.stringify(json),
        signal,
        credentials: 'omit',
        cache: 'no-store',
      });
    } catch (error) {
      throw error.name === 'AbortError' ? error : unreachable();
    }
    if (response.ok) return response;
    const error = errorOf(response.status, await response.text());
    if (response.status === 401) session.end(error.detail);
    throw error;
  }

  return {
    send,

    /** GET, and the JSON of the answer. */
    get: async (path, query, signal) => (await send('GET', path, { query, signal })).json(),

    /** POST with JSON or without a body, and the JSON of the answer; null if that has none. */
    async post(path, { query, json, signal } = {}) {
      const text = await (await send('POST', path, { query, json, signal })).text();
      return text ? JSON.parse(text) : null;
    },
  };
}

/** The URL of a path of the service with a query. */
export function urlOf(path, query = {}) {
  const url = new URL(path, root);
  const members = query instanceof URLSearchParams ? query : Object.entries(query);
  for (const [name, value] of members)
    if (value !== null && value !== undefined && value !== '') url.searchParams.append(name, value);
  return url;
}
