// Asks who is there: by an API key, or by the OpenID Connect provider.

import { el, fill, labelled, problem, setFault } from './dom.js';
import { begin, isPossible, signInBeside } from './oidc.js';

/**
 * @param {HTMLElement} main
 * @param {{config: Object, session: Object, why: string, enter: () => Promise<void>}} shell
 *   why: what was wrong with the credentials before; enter: shows the console.
 */
export async function show(main, { config, session, why, enter }) {
  document.title = 'Sign in · S3 Scheduler';
  const heading = el('h1', { tabindex: -1 }, 'Sign in');
  fill(main, heading,
    why && el('p', { class: 'notice bad', role: 'alert' }, why),
    config.oidc && provider(config.oidc, why, session, enter),
    config.takesKeys && keyForm(session, enter));
  heading.focus();
}

function provider(oidc, why, session, enter) {
  if (!oidc.authorizationEndpoint)
    return el('p', { class: 'notice warn' }, 'The sign-in provider does not answer. Load the page again in a minute.');
  if (!isPossible())
    return el('p', { class: 'notice warn' }, 'Signing in with the provider needs HTTPS.');
  const fault = el('div', {});
  // Nothing has been entered yet in a page on which nobody was signed in.
  const onclick = () => why === '' ? begin(oidc) : again(oidc, session, enter).catch(e => fill(fault, problem(e)));
  return el('div', { class: 'card narrow' },
    el('button', { type: 'button', class: 'main', onclick },
      `Sign in with ${new URL(oidc.authorizationEndpoint).host}`),
    fault);
}

async function again(oidc, session, enter) {
  const token = await signInBeside(oidc);
  if (token === null) return;
  session.use({ kind: 'token', value: token });
  await enter();
}

function keyForm(session, enter) {
  const key = el('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true });
  return el('form', {
    class: 'card narrow',
    novalidate: true,
    onsubmit: async event => {
      event.preventDefault();
      const value = key.value.trim();
      // Other characters can't be sent in a header.
      if (!/^[\x21-\x7e]+$/.test(value)) {
        setFault(key, 'Give the API key that you were given.');
        key.focus();
        return;
      }
      session.use({ kind: 'key', value });
      await enter().catch(error => {
        if (error.status !== 401) setFault(key, error.detail ?? error.message);
      });
    },
  },
  labelled('API key', key, { hint: 'It is kept until you close this tab, and sent to this service only.' }),
  el('button', { class: 'main' }, 'Sign in'));
}
