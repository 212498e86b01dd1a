/**
 * The one place where elements are made. Text becomes text nodes and nothing else, so whatever a
 * customer is called cannot become markup; styles are set one property at a time, which the
 * content security policy allows where a style attribute is refused.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */
/**
 * @typedef {object} Extras
 * @property {Record<string, string>} [style]
 * @property {Record<string, (event: any) => void>} [on]
 * @property {string} [text]
 */

const FORBIDDEN = /^(on|style$|srcdoc$)/i;

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] false, null
 *   and undefined are left out, true is an attribute without value
 * @param {Child[] | string | number} [children]
 * @param {Extras} [extras]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, children = [], extras = {}) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (FORBIDDEN.test(name)) throw new Error(`attribute ${name}: expected one that holds no code`);
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of Array.isArray(children) ? children : [children]) {
    if (child === null || child === undefined || child === false) continue;
    made.append(child instanceof Node ? child : String(child));
  }
  for (const [name, value] of Object.entries(extras.style ?? {})) {
    made.style.setProperty(name, value);
  }
  for (const [name, listener] of Object.entries(extras.on ?? {})) {
    made.addEventListener(name, listener);
  }
  return made;
}

/**
 * Make an element of a drawing.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] as of `element`
 * @param {(Node | string | false | null)[]} [children]
 * @returns {SVGElement}
 */
export function drawing(tag, attributes = {}, children = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (FORBIDDEN.test(name)) throw new Error(`attribute ${name}: expected one that holds no code`);
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * Text from outside, kept apart from the direction of what stands around it.
 *
 * @param {string} text
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function foreign(text, className) {
  return element("bdi", { class: className }, text);
}

/**
 * Find an element that the page is sure to have.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`element ${id}: missing in index.html`);
  return found;
}
