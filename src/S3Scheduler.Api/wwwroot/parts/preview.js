import { el } from '../dom.js';

const mostText = 64 * 1024;
const mostImage = 5 * 1024 * 1024;

/** What a browser only shows. Not SVG, which can have scripts. */
const images = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/**
 * Shows the beginning of a text, or an image. A client chose these bytes, so text is never read as HTML, and an image
 * is shown under a type that can't have scripts.
 * @param {{size: number, contentType?: string}} schedule
 * @param {(headers: object) => Promise<Response>} read reads the content
 * @param {AbortSignal} signal frees an image when its page is left
 */
export async function preview({ size, contentType = '' }, read, signal) {
  const type = contentType.split(';')[0].trim().toLowerCase();
  if (size === 0) return el('p', {}, 'The content is empty.');
  if (images.has(type) && size <= mostImage) return image(await (await read({})).arrayBuffer(), type, signal);
  if (!isText(type)) return el('p', {}, `There is no preview of ${type || 'content without a type'}. Download it.`);

  const response = await read({ Range: `bytes=0-${mostText - 1}` });
  const text = new TextDecoder().decode(await response.arrayBuffer());
  // A keyboard can scroll what has the focus.
  const shown = el('pre', { class: 'preview', tabindex: 0, role: 'region', 'aria-label': 'Content' }, text);
  return size > mostText ? el('div', {}, shown, el('p', {}, 'These are the first 64 KiB.')) : shown;
}

function isText(type) {
  return type.startsWith('text/') || /^application\/(json|xml|yaml|javascript|x-ndjson)$/.test(type)
    || /\+(json|xml)$/.test(type);
}

function image(bytes, type, signal) {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  return el('img', { class: 'preview', src: url, alt: 'The content, an image' });
}
