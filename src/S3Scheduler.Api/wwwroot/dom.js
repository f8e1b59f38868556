// Makes elements. Text is always set as text and never parsed as HTML, because keys and metadata may be HTML.

/**
 * el('button', { class: 'main', disabled: true, 'aria-label': 'Close', onclick: close }, 'Close')
 * @param {string} tag
 * @param {Object<string, *>} [attributes] Functions are listeners, named as on…; true sets an attribute without a
 *   value; null, undefined and false leave it out; `value`, `checked` and `selected` are set as properties.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) continue;
    else if (name === 'value' || name === 'checked' || name === 'selected') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...nodes(children));
  return element;
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/**
 * A label with its field below, and a place for what is wrong with it, until the field is changed.
 * @param {string} label
 * @param {HTMLElement} field Gets an id if it has none.
 * @param {{hint?: string, class?: string}} [options]
 */
export function labelled(label, field, options = {}) {
  field.id ||= nextId();
  const hint = options.hint && el('small', { id: `${field.id}-hint`, class: 'hint' }, options.hint);
  const fault = el('small', { id: `${field.id}-fault`, class: 'fault' });
  field.addEventListener('input', () => setFault(field, ''));
  field.setAttribute('aria-describedby', [hint?.id, fault.id].filter(Boolean).join(' '));
  return el('div', { class: `field ${options.class ?? ''}`.trim() },
    el('label', { for: field.id }, label), field, hint, fault);
}

/** Says at a field of `labelled` what is wrong with it; an empty text: nothing is. */
export function setFault(field, text) {
  if (text) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  document.getElementById(`${field.id}-fault`)?.replaceChildren(text ?? '');
}

/** A box that says what went wrong, for an error of api.js or any other. */
export function problem(error) {
  const text = error.detail ?? error.message;
  const faults = Object.entries(error.errors ?? {}).filter(([, texts]) => !texts.every(one => text.includes(one)));
  return el('div', { class: 'notice bad', role: 'alert' },
    el('strong', {}, error.title ?? 'That did not work'),
    el('p', {}, text),
    faults.length > 0 && el('ul', {}, faults.map(([name, texts]) => el('li', {}, `${name}: ${texts.join(' ')}`))),
    error.requestId && el('small', {}, `Request ${error.requestId}`));
}

let ids = 0;

/** An id that no other element has. */
export function nextId() {
  return `n${++ids}`;
}

function nodes(children) {
  return children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);
}
