// Shows the view that the address names: #/upcoming?bucket=reports. So every view with its filters can be shared.

import { el, fill, problem } from './dom.js';

/**
 * A view is a module: `export const title` and
 * `export async function show(root, { params, api, session, config, navigate, isHere, signal, announce })`.
 * - root: an empty element that is its own. The router has put the heading above it.
 * - params: URLSearchParams of the address.
 * - navigate(view, params, { replace, quiet }): goes to an address; quiet: only changes it, and shows nothing anew.
 * - isHere(): whether the address is still the one that is shown. It changes before the view is left.
 * - signal: aborts when the view is left. It belongs into every request and listener.
 * - announce(text, link): shows it for some seconds, and says it to screen readers.
 * @typedef {{name: string, label: string, scope: string, load: () => Promise<{title: string, show: Function}>}} View
 */

/**
 * @param {{views: View[], main: HTMLElement, nav: HTMLElement, context: Object, may: (scope: string) => boolean}} shell
 *   context: what every view gets besides.
 */
export function createRouter({ views, main, nav, context, may }) {
  let leave = new AbortController();
  let here = '';
  const isHere = () => location.hash === here;

  /**
   * Shows the view of the present address.
   * @param {boolean} [isFirst] The page has just been loaded: a screen reader reads it from its beginning then.
   */
  async function show(isFirst = false) {
    leave.abort();
    leave = new AbortController();
    const { signal } = leave;
    here = location.hash;
    const allowed = views.filter(view => may(view.scope));
    const { name, params } = read(location.hash);
    const view = allowed.find(one => one.name === name) ?? allowed[0];
    fill(nav, allowed.map(one => el('a', {
      href: addressOf(one.name), 'aria-current': one === view && 'page',
    }, one.label)));
    if (!view) {
      fill(main, el('h1', { tabindex: -1 }, 'Nothing to see'),
        el('p', {}, 'Your credentials allow no view of the console.'));
      return;
    }

    const root = el('div', { class: `view ${view.name}` });
    const heading = el('h1', { tabindex: -1 }, view.label);
    fill(main, heading, root);
    document.title = `${view.label} · S3 Scheduler`;
    if (!isFirst) heading.focus();
    try {
      const module = await view.load();
      if (signal.aborted) return;
      heading.textContent = module.title;
      await module.show(root, { ...context, params, navigate, isHere, signal });
    } catch (error) {
      if (!signal.aborted) root.prepend(problem(explain(error)));
    }
  }

  function navigate(name, params = {}, { replace = false, quiet = false } = {}) {
    const address = addressOf(name, params);
    if (address === location.hash) {
      if (!quiet) show();
      return;
    }
    history[replace || quiet ? 'replaceState' : 'pushState'](null, '', address);
    if (quiet) here = address;
    else show();
  }

  addEventListener('hashchange', () => {
    if (location.hash.startsWith('#/') || location.hash === '') show();
  });
  return { show, navigate, stop: () => leave.abort() };
}

/** The address at which a schedule is open. */
export const addressOfSchedule = key => addressOf('upcoming', { schedule: key });

/** The address of a view; members of params that are null, undefined or '' are left out. */
export function addressOf(name, params = {}) {
  const entries = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  const isGiven = ([, value]) => value !== null && value !== undefined && value !== '';
  const query = new URLSearchParams(entries.filter(isGiven));
  return `#/${name}${query.size > 0 ? `?${query}` : ''}`;
}

function read(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { name: path, params: new URLSearchParams(query ?? '') };
}

// A module that can't be loaded: the service was updated, or does not answer.
function explain(error) {
  return error instanceof TypeError && /module/i.test(error.message)
    ? { title: 'The view could not be loaded', detail: 'The service may have been updated. Load the page again.' }
    : error;
}
