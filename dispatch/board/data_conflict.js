/**
 * Two people changed the same record: who was first, what each of them wrote, and the two ways on.
 */

import { same, shown } from "./data_fields.js";
import { element, foreign } from "./element.js";

/** @typedef {import("./data_fields.js").Values} Values */

/**
 * @param {HTMLElement} place
 * @param {import("./office_page.js").OfficePage} page
 * @param {import("./data_fields.js").Field[]} fields
 * @param {{base: Values, mine: Values, now: {record: Values, changed: {name: string | null, actor: string, at: string} | null}}} states
 * @param {{merge: () => void, take: () => void}} does
 */
export function explainConflict(place, page, fields, { base, mine, now }, does) {
  const { words, clock } = page;
  const differing = fields.filter((field) =>
    !same(base[field.name], now.record[field.name]) || !same(base[field.name], mine[field.name]));
  const both = differing.filter((field) =>
    !same(base[field.name], now.record[field.name]) && !same(base[field.name], mine[field.name])
    && !same(mine[field.name], now.record[field.name]));
  const at = now.changed ? Date.parse(now.changed.at) : 0;
  const first = now.changed
    ? words.say("conflict.who", { who: now.changed.name ?? now.changed.actor, when: clock.moment(at, clock.day(clock.now())) })
    : words.say("conflict.somebody");
  const cell = (/** @type {import("./data_fields.js").Field} */ field, /** @type {Values} */ values) => {
    const changed = !same(values[field.name], base[field.name]);
    const text = shown(field, values[field.name], words, clock) || words.say("conflict.empty");
    return element("td", { class: changed ? "changed" : undefined }, [
      foreign(text), changed ? element("span", { class: "unseen" }, ` (${words.say("conflict.changed")})`) : null,
    ]);
  };
  const table = element("table", { class: "grid" }, [
    element("thead", {}, [element("tr", {}, ["conflict.field", "conflict.read", "conflict.theirs", "conflict.mine"].map((key) =>
      element("th", { scope: "col" }, words.say(key))))]),
    element("tbody", {}, differing.map((field) => element("tr", {}, [
      element("th", { scope: "row" }, words.code("field", field.name)),
      cell(field, base), cell(field, now.record), cell(field, mine),
    ]))),
  ]);
  const merge = element("button", { type: "button", class: "main-action" }, words.say("conflict.merge"), { on: { click: does.merge } });
  const take = element("button", { type: "button", class: "tool" }, words.say("conflict.take"), { on: { click: does.take } });
  place.hidden = false;
  place.replaceChildren(
    element("h3", {}, words.say("conflict.title")),
    element("p", {}, [foreign(first), " ", words.say("conflict.nothing")]),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.say("conflict.title") }, [table]),
    element("p", {}, both.length
      ? words.say("conflict.both", { fields: both.map((field) => words.code("field", field.name)).join(", ") })
      : words.say("conflict.apart")),
    element("div", { class: "actions" }, [take, merge]),
  );
  merge.focus();
}
