// Signs in with an OpenID Connect provider: an authorization code with PKCE.

import { ApiError, root } from './api.js';

const place = 's3-scheduler.sign-in';

/** What the states begin with of those who sign in in a window of their own. */
const beside = 'beside.';

/** By it such a window tells its page what the provider has answered. Other pages can't use a code. */
const channel = new BroadcastChannel(place);

/**
 * Leaves the page for the provider's, which leads back to where it was.
 * @param {{clientId: string, scope: string, authorizationEndpoint: string}} oidc
 */
export async function begin(oidc) {
  const { url, state, verifier } = await request(oidc, '');
  sessionStorage.setItem(place, JSON.stringify({ verifier, state, view: location.hash }));
  location.assign(url);
}

/**
 * Signs in in a window of its own: the page stays, with all that was entered in it. Call it when somebody has pressed a
 * button, and again if the window was closed.
 * @param {{clientId: string, scope: string, authorizationEndpoint: string, tokenEndpoint: string}} oidc
 * @returns {Promise<string|null>} The token; null: the browser allows no such window, so the page is left for it.
 * @throws {ApiError} The provider refused.
 */
export async function signInBeside(oidc) {
  const opened = open('', '', 'popup,width=500,height=700');
  if (!opened) {
    await begin(oidc);
    return null;
  }

  const { url, state, verifier } = await request(oidc, beside);
  const answer = new Promise(resolve => {
    channel.onmessage = ({ data }) => {
      const told = new URLSearchParams(data);
      if (told.get('state') === state) resolve(told);
    };
  });
  opened.location = url;
  return await redeem(oidc, await answer, verifier);
}

/**
 * In a window that was opened to sign in: tells its page what the provider has answered, and closes it.
 * @returns {boolean} Whether this is such a window.
 */
export function passOn() {
  const isBeside = new URLSearchParams(location.search).get('state')?.startsWith(beside) ?? false;
  if (!isBeside) return false;
  channel.postMessage(location.search);
  history.replaceState(null, '', root.href);
  close();
  return true;
}

async function request({ clientId, scope, authorizationEndpoint }, kind) {
  const verifier = randomText();
  const state = kind + randomText();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const url = new URL(authorizationEndpoint);
  const query = {
    response_type: 'code', client_id: clientId, redirect_uri: root.href, scope, state,
    code_challenge: base64Url(new Uint8Array(digest)), code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url, state, verifier };
}

/** Browsers have the means only on pages that came safely: by HTTPS or from this machine. */
export const isPossible = () => Boolean(globalThis.crypto?.subtle);

/**
 * Takes what the provider sent the page back with.
 * @param {{clientId: string, tokenEndpoint: string}|null} oidc
 * @returns {Promise<string|null>} The token; null: the page does not come from the provider.
 * @throws {ApiError} The provider refused.
 */
export async function finish(oidc) {
  const answer = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem(place) ?? 'null');
  if (!oidc || !answer.has('state')) return null;
  sessionStorage.removeItem(place);
  // The code is used once, so it is not left in the address.
  history.replaceState(null, '', root.href + (begun?.view ?? ''));
  // Who did not begin here did not ask for it: another site may have sent the code of its own account.
  if (begun?.state !== answer.get('state')) throw refusal('It was begun in another tab, or another time. Try again.');
  return await redeem(oidc, answer, begun.verifier);
}

async function redeem({ clientId, tokenEndpoint }, answer, verifier) {
  if (!answer.has('code'))
    throw refusal(answer.get('error_description') ?? answer.get('error') ?? 'The provider gave no reason.');
  let response;
  try {
    response = await fetch(tokenEndpoint, {
      method: 'POST',
      credentials: 'omit',
      body: new URLSearchParams({
        grant_type: 'authorization_code', client_id: clientId, redirect_uri: root.href, code: answer.get('code'),
        code_verifier: verifier,
      }),
    });
  } catch {
    throw refusal('The provider does not answer this page. It must allow this origin (CORS).');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || !body.access_token)
    throw refusal(body.error_description ?? body.error ?? `The provider answered ${response.status}.`);
  return body.access_token;
}

const refusal = detail => new ApiError(401, { title: 'Signing in failed', detail: `Signing in failed. ${detail}` });

const randomText = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
