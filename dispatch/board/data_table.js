/**
 * One table of master data: header to sort by, rows to open, pages to turn.
 */

import { kindName, shown } from "./data_fields.js";
import { element, foreign } from "./element.js";

/** @typedef {import("./data_fields.js").Field} Field */
/** @typedef {{version: number, record: import("./data_fields.js").Values}} Row */

/**
 * @typedef {object} View
 * @property {string} kind
 * @property {string} search
 * @property {string} sort
 * @property {boolean} descending
 * @property {number} offset
 */

export const PAGE_ROWS = 50;

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Field[]} fields
 * @param {{total: number, rows: Row[], names: import("./data_fields.js").Names}} found
 * @param {View} view
 * @param {{sort: (field: string) => void, open: (row: Row) => void, turn: (offset: number) => void, opens: string}} does
 * @returns {Node[]}
 */
export function drawTable(page, fields, found, view, does) {
  const { words, clock } = page;
  const heads = fields.map((field) => {
    const label = words.code("field", field.name);
    const sorted = view.sort === field.name;
    const arrow = sorted ? (view.descending ? " ▼" : " ▲") : "";
    const order = sorted ? (view.descending ? "descending" : "ascending") : field.sortable ? "none" : undefined;
    return element("th", { scope: "col", "aria-sort": order, class: field.kind === "number" ? "number" : undefined }, [
      !field.sortable ? label : element("button", { type: "button", class: "sort" }, [
        label, element("span", { "aria-hidden": "true" }, arrow),
      ], { on: { click: () => does.sort(field.name) } }),
    ]);
  });
  const rows = found.rows.map((row) => element("tr", { "data-id": row.record.id }, fields.map((field, place) => {
    const text = shown(field, row.record[field.name], words, clock);
    if (place === 0) {
      return element("th", { scope: "row" }, [
        element("button", { type: "button", class: "link", title: does.opens }, [foreign(text)], {
          on: { click: () => does.open(row) },
        }),
      ]);
    }
    // A long text is cut to three lines here; the form and the tooltip have all of it.
    return element("td", { class: field.kind === "number" ? "number" : undefined, title: text.length > 60 ? text : undefined }, [
      element("div", { class: "cell" }, [foreign(text), called(field, row.record[field.name], found.names, words)]),
    ]);
  })));
  const { kind } = view;
  const table = element("table", { class: "grid records" }, [
    element("caption", { class: "unseen" }, kindName(words, kind)),
    element("thead", {}, [element("tr", {}, heads)]),
    element("tbody", {}, rows),
  ]);
  const frame = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": kindName(words, kind) }, [table]);
  const empty = found.rows.length ? null : element("p", { class: "empty" }, words.say(view.search ? "data.none.found" : "data.none"));
  return [empty ?? frame, pager(words, found.total, view.offset, does.turn)];
}

/**
 * What an id is called, below it.
 *
 * @param {Field} field
 * @param {any} value
 * @param {import("./data_fields.js").Names} names
 * @param {import("./words.js").Words} words
 */
function called(field, value, names, words) {
  const known = field.refers_to && typeof value === "string" ? names[field.refers_to]?.[value] : undefined;
  return known ? element("span", { class: "called" }, [foreign(words.nameOf(known))]) : null;
}

/**
 * @param {import("./words.js").Words} words
 * @param {number} total
 * @param {number} offset
 * @param {(offset: number) => void} turn
 */
export function pager(words, total, offset, turn) {
  const last = Math.min(offset + PAGE_ROWS, total);
  const step = (/** @type {string} */ key, /** @type {string} */ sign, /** @type {number} */ to, /** @type {boolean} */ can) =>
    element("button", { type: "button", class: "tool", disabled: !can, "aria-label": words.say(key) }, sign, {
      on: { click: () => turn(to) },
    });
  return element("nav", { class: "pager", "aria-label": words.say("data.pages") }, [
    step("data.first", "«", 0, offset > 0),
    step("data.before", "‹", Math.max(0, offset - PAGE_ROWS), offset > 0),
    element("span", {}, words.say("data.range", { first: total ? offset + 1 : 0, last, total })),
    step("data.next", "›", offset + PAGE_ROWS, last < total),
    step("data.last", "»", Math.floor(Math.max(0, total - 1) / PAGE_ROWS) * PAGE_ROWS, last < total),
  ]);
}
