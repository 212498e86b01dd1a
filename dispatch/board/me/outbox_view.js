/**
 * What is not sent yet, in the order in which it will be, and what was not accepted and why.
 */

import { element, foreign } from "../element.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../site_clock.js").SiteClock} SiteClock */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./shapes.js").Item} Item */

/** @param {Outbox} outbox @param {Words} words @param {SiteClock} clock @returns {Node[]} */
export function drawOutbox(outbox, words, clock) {
  const items = outbox.mine;
  return [
    element("h1", { class: "view-title", tabindex: -1 }, words.say("me.outbox")),
    element("section", { class: "card" }, [
      element("p", {}, words.say(items.length === 0 ? "me.outbox.none" : "me.outbox.note")),
      items.length === 0 ? null : element("ol", { class: "unsent-list" }, items.map((item) => drawItem(item, outbox, words, clock))),
      outbox.waiting.length === 0 ? null : element("button", { type: "button", class: "action main wide" }, words.say("me.outbox.try"), {
        on: { click: () => void outbox.flush() },
      }),
      outbox.strangers === 0 ? null
        : element("p", { class: "quiet" }, words.say("me.outbox.strangers", { count: outbox.strangers })),
    ]),
  ];
}

/** @param {Item} item @param {Words} words @returns {string} */
export function nameOfItem(item, words) {
  return item.kind === "event" ? words.say(`me.item.${item.body["type"]}`) : words.say(`me.item.${item.kind}`);
}

/** @param {Item} item @param {Outbox} outbox @param {Words} words @param {SiteClock} clock */
function drawItem(item, outbox, words, clock) {
  const refused = item.state === "refused";
  const title = item.kind === "confirm" ? clock.dayName(Date.parse(`${item.title}T12:00:00Z`)) : item.title;
  const what = `${nameOfItem(item, words)}, ${title}`;
  const key = refused ? "me.outbox.drop" : "me.outbox.back";
  return element("li", { class: item.state }, [
    element("p", {}, [
      element("span", { class: "row-time" }, clock.time(item.made_at)), " ",
      element("strong", {}, nameOfItem(item, words)), " ", foreign(title),
    ]),
    refused ? element("p", { class: "wrong" }, [foreign(words.say("me.outbox.refused", { detail: item.refusal ?? "" }))]) : null,
    element("button", { type: "button", class: "action", "aria-label": words.say(`${key}.label`, { what }) }, words.say(key), {
      on: { click: () => void outbox.drop(item.number) },
    }),
  ]);
}
