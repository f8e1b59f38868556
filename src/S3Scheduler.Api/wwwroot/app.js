// Starts the console: reads what it has to know, signs in if need be, and shows views.

import { createApi } from './api.js';
import { el, fill, problem } from './dom.js';
import { finish, passOn } from './oidc.js';
import { versionElement } from './parts/version.js';
import { createRouter } from './router.js';
import { createSession } from './session.js';

/** @type {import('./router.js').View[]} */
const views = [
  { name: 'upcoming', label: 'Upcoming', scope: 'schedules:read', load: () => import('./views/upcoming.js') },
  { name: 'failed', label: 'Failed', scope: 'schedules:read', load: () => import('./views/failed.js') },
  { name: 'delivered', label: 'Delivered', scope: 'schedules:read', load: () => import('./views/delivered.js') },
  { name: 'new', label: 'New', scope: 'schedules:write', load: () => import('./views/new.js') },
  { name: 'state', label: 'State', scope: 'metrics:read', load: () => import('./views/state.js') },
];

const main = document.getElementById('main');
const live = document.getElementById('live');
const nav = document.getElementById('views');
const who = document.getElementById('who');

const session = createSession();
const api = createApi(session);

/** How long a text stays, in milliseconds. */
const shown = 10_000;
let fading = 0;

/** Shows a text for some seconds, perhaps with a link, and says it to screen readers. */
function announce(text, link) {
  clearTimeout(fading);
  fill(live);
  // A text that stays the same is not read again.
  requestAnimationFrame(() => fill(live, text, link && [' ', link]));
  fading = setTimeout(fade, shown);
}

/** A link that somebody is about to follow stays. */
function fade() {
  if (live.matches(':hover, :focus-within')) fading = setTimeout(fade, shown);
  else fill(live);
}

async function start() {
  if (passOn()) {
    fill(main, el('p', {}, 'Go on in the window that you came from. This one can be closed.'));
    return;
  }

  // Following it would change the address, which names the view.
  document.querySelector('.skip').addEventListener('click', event => {
    event.preventDefault();
    main.focus();
  });
  const config = await api.get('console/config.json');
  fill(document.getElementById('version'), 'Version ', versionElement(config.version));
  const router = createRouter({
    views, main, nav, may: session.may, context: { api, session, config, announce },
  });

  async function enter(isFirst) {
    session.know(await api.get('me'));
    showCaller(config);
    await router.show(isFirst);
  }

  async function signIn(why) {
    router.stop();
    fill(nav);
    fill(who);
    const module = await import('./signin.js');
    await module.show(main, { config, session, why, enter: () => enter(false) });
  }

  session.onEnd(signIn);
  try {
    const token = await finish(config.oidc);
    if (token !== null) session.use({ kind: 'token', value: token });
  } catch (error) {
    await signIn(error.detail);
    return;
  }
  if (config.asksWhoCalls && !session.hasCredential) await signIn('');
  else await enter(true);
}

function showCaller(config) {
  fill(who, config.asksWhoCalls && [
    el('span', {}, session.caller.name ?? ''),
    el('button', { type: 'button', class: 'quiet', onclick: () => session.end() }, 'Sign out'),
  ]);
}

start().catch(error => {
  // Whoever must sign in is asked already.
  if (error.status !== 401) fill(main, problem(error));
});
