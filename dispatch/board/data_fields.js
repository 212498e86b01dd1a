/**
 * Fields of records as people read and write them: how a value is shown in a cell, and how it
 * stands in a form as text. What the server says about a field decides; no kind is known by name.
 */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} kind
 * @property {boolean} required
 * @property {boolean} nullable
 * @property {boolean} sortable
 * @property {string | null} refers_to
 * @property {string[]} choices
 * @property {any} default
 * @property {string} description
 */

/** @typedef {Record<string, any>} Values */
/** @typedef {Record<string, Record<string, {name: string, name_en: string}>>} Names */

const SEPARATOR = " = ";
const LONGEST_SHOWN = 120;

/** A text of a form that is no value of its field. */
export class Unreadable extends Error {
  /** @param {"json" | "pair" | "number"} what */
  constructor(what) {
    super(what);
    this.what = what;
  }
}

/**
 * What a table is called; one that this page does not know yet has its name in addresses.
 *
 * @param {import("./words.js").Words} words
 * @param {string} kind
 */
export function kindName(words, kind) {
  return words.dictionary[`kind.${kind.replaceAll("-", ".")}`] ?? kind;
}

/**
 * A value in one cell of a table.
 *
 * @param {Field} field
 * @param {any} value
 * @param {import("./words.js").Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 * @returns {string}
 */
export function shown(field, value, words, clock) {
  if (value === null || value === undefined || value === "") return "";
  switch (field.kind) {
    case "yes_no": return words.say(value ? "data.yes" : "data.no");
    case "number": return words.numbers.format(value);
    case "choice": return words.code(`choice.${field.name}`, value);
    case "instant": {
      const at = Date.parse(value);
      return `${clock.day(at)} ${clock.time(at)}`;
    }
    case "duration": return duration(value, words);
    case "place": return `${value.lat.toFixed(4)}, ${value.lon.toFixed(4)}`;
    case "lines": return cut(value.join(", "));
    case "levels": return cut(value.map((/** @type {any} */ one) => `${one.name} ${one.level}`).join(", "));
    case "counts": return cut(Object.entries(value).map(([name, many]) => `${name} ${many}`).join(", "));
    case "document": return Array.isArray(value)
      ? words.say("data.entries", { count: value.length }) : cut(JSON.stringify(value));
    default: return String(value);
  }
}

/**
 * A value as text of its form field.
 *
 * @param {Field} field
 * @param {any} value
 * @returns {string}
 */
export function written(field, value) {
  if (value === null || value === undefined) return "";
  switch (field.kind) {
    case "lines": return value.join("\n");
    case "levels": return value.map((/** @type {any} */ one) => one.name + SEPARATOR + one.level).join("\n");
    case "counts": return Object.entries(value).map(([name, many]) => name + SEPARATOR + many).join("\n");
    case "document": return JSON.stringify(value, null, 2);
    case "place": return `${value.lat}, ${value.lon}`;
    default: return String(value);
  }
}

/**
 * The value that a form field's text means.
 *
 * @param {Field} field
 * @param {string} text
 * @returns {any} undefined where nothing was written and the default shall hold
 */
export function meant(field, text) {
  const bare = text.trim();
  if (bare === "") {
    if (field.nullable) return null;
    if (["lines", "levels"].includes(field.kind)) return [];
    if (field.kind === "counts") return {};
    return field.required || ["text", "long_text"].includes(field.kind) ? "" : undefined;
  }
  switch (field.kind) {
    case "number": return number(bare);
    case "lines": return lines(bare);
    case "levels": return pairs(bare, 1).map(([name, level]) => ({ name, level }));
    case "counts": return Object.fromEntries(pairs(bare, undefined));
    case "place": {
      const [lat, lon, more] = bare.split(",").map(number);
      if (lon === undefined || more !== undefined) throw new Unreadable("number");
      return { lat, lon };
    }
    case "document":
      try {
        return JSON.parse(bare);
      } catch {
        throw new Unreadable("json");
      }
    default: return bare;
  }
}

/** @param {any} one @param {any} other */
export function same(one, other) {
  return JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
}

/** @param {any} value @returns {any} the same with the keys of every object in one order */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** @param {string} text */
function lines(text) {
  return text.split("\n").map((one) => one.trim()).filter((one) => one !== "");
}

/** @param {string} text @returns {number} */
function number(text) {
  const found = Number(text.trim());
  if (text.trim() === "" || !Number.isFinite(found)) throw new Unreadable("number");
  return found;
}

/**
 * @param {string} text
 * @param {number | undefined} usual
 * @returns {[string, number][]}
 */
function pairs(text, usual) {
  return lines(text).map((line) => {
    const at = line.lastIndexOf("=");
    if (at < 0 && usual !== undefined) return [line, usual];
    if (at <= 0) throw new Unreadable("pair");
    return [line.slice(0, at).trim(), number(line.slice(at + 1))];
  });
}

/** @param {string} text ISO-8601 @param {import("./words.js").Words} words */
function duration(text, words) {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!found) return text;
  const [d, h, m, s] = found.slice(1).map((part) => Number(part ?? 0));
  return words.duration(((d * 24 + h) * 60 + m) * 60 + s);
}

/** @param {string} text */
function cut(text) {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
}
