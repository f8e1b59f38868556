import { el } from '../dom.js';

/** A version with eight digits of its commit; the whole of it stands in the title. */
export function versionElement(version, tag = 'span') {
  return el(tag, { title: version }, version.replace(/(\+[0-9a-f]{8})[0-9a-f]+$/, '$1'));
}
