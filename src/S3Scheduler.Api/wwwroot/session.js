// Who is signed in. It is kept in sessionStorage only: it is gone when the tab is closed, and no other tab has it.

const place = 's3-scheduler.session';

/**
 * @typedef {{kind: 'key'|'token', value: string}} Credential An API key, or a token of the provider.
 * @typedef {{name: string|null, scopes: string[], destinations: string[]|null}} Caller As GET /me answers it.
 */

export function createSession() {
  /** @type {Credential|null} */
  let credential = JSON.parse(sessionStorage.getItem(place) ?? 'null');
  /** @type {Caller|null} */
  let caller = null;
  let ended = () => {};
  /** Wait until somebody has signed in. */
  const waiting = [];

  return {
    get caller() { return caller; },
    get hasCredential() { return credential !== null; },

    /** Whether the caller has the scope. */
    may: scope => caller?.scopes.includes(scope) ?? false,

    /** What a request needs; nothing where nobody is asked. */
    headers: () => credential === null ? {}
      : credential.kind === 'key' ? { 'X-Api-Key': credential.value }
        : { Authorization: `Bearer ${credential.value}` },

    /** Uses a credential from now on. */
    use(next) {
      credential = next;
      sessionStorage.setItem(place, JSON.stringify(next));
    },

    know(who) {
      caller = who;
      for (const resolve of waiting.splice(0)) resolve();
    },

    /** Resolves when somebody is signed in. */
    known: () => caller ? Promise.resolve() : new Promise(resolve => waiting.push(resolve)),

    /** Forgets the credential, and asks for another. */
    end(why = '') {
      // Requests that were under way all find out. One of them is enough.
      if (credential === null && caller === null) return;
      credential = null;
      caller = null;
      sessionStorage.removeItem(place);
      ended(why);
    },

    /** @param {(why: string) => void} listener Called when the session has ended. */
    onEnd(listener) { ended = listener; },
  };
}
