/**
 * The offered windows as a table, and the one that is held with its time running out.
 */

import { element, foreign } from "./element.js";

/**
 * @typedef {object} WireSlot
 * @property {string} id
 * @property {string} state
 * @property {string} start
 * @property {string} end
 * @property {string} engineer
 * @property {string} arrive
 * @property {number} total
 * @property {number} price
 * @property {number} opportunity
 * @property {number} sla_effect
 * @property {number} kept_probability
 * @property {string[]} moved
 * @property {string | null} expires_at
 * @property {string | null} request
 * @property {string | null} run
 */

/**
 * @typedef {object} OfferHooks
 * @property {import("./words.js").Words} words
 * @property {import("./site_clock.js").SiteClock} clock
 * @property {(id: string) => string} name
 * @property {(slot: WireSlot) => void} hold
 * @property {(slot: WireSlot) => void} confirm
 * @property {(slot: WireSlot) => void} release
 */

const COLUMNS = ["when", "engineer", "price", "sla", "kept", "moved", "action"];
/** A promise that is kept less often than this had better not be given. */
const DOUBTFUL = 0.8;

/**
 * @param {HTMLElement} place
 * @param {WireSlot[]} offers
 * @param {WireSlot | null} held
 * @param {boolean} busy
 * @param {OfferHooks} hooks
 */
export function drawOffers(place, offers, held, busy, hooks) {
  const { words } = hooks;
  place.replaceChildren(element("table", { class: "offers" }, [
    element("caption", {}, words.say("slots.offers")),
    element("thead", {}, [element("tr", {}, COLUMNS.map((one) => element("th", { scope: "col" }, words.say(`slots.${one}`))))]),
    element("tbody", {}, offers.map((slot) => row(slot, held?.id === slot.id, busy, hooks))),
  ]));
}

/**
 * @param {WireSlot} slot
 * @param {boolean} held
 * @param {boolean} busy
 * @param {OfferHooks} hooks
 */
function row(slot, held, busy, hooks) {
  const { words, clock } = hooks;
  const start = Date.parse(slot.start);
  const hint = words.say("slots.price.hint", { price: words.money(slot.price), opportunity: words.money(slot.opportunity) });
  const kept = words.percents.format(slot.kept_probability);
  const button = (/** @type {string} */ key, /** @type {(slot: WireSlot) => void} */ act, kind = "tool") =>
    element("button", { type: "button", class: kind, disabled: busy, "data-act": key }, words.say(`slots.${key}`), {
      on: { click: () => act(slot) },
    });
  const actions = held
    ? [element("span", { class: "countdown", role: "timer" }), button("confirm", hooks.confirm, "main-action"), button("release", hooks.release)]
    : [button("hold", hooks.hold)];
  return element("tr", { class: held ? "held" : null, "data-slot": slot.id }, [
    element("th", { scope: "row" }, [
      element("span", { class: "day" }, clock.dayName(start)), ` ${clock.time(start)}–${clock.time(Date.parse(slot.end))}`,
    ]),
    element("td", {}, [foreign(hooks.name(slot.engineer))]),
    element("td", { class: "price", title: hint }, [words.money(slot.total)]),
    element("td", {}, effect(slot.sla_effect, words)),
    element("td", { class: slot.kept_probability < DOUBTFUL ? "doubtful" : "sure" }, kept),
    element("td", {}, slot.moved.length === 0 ? words.say("slots.moved.none") : String(slot.moved.length)),
    element("td", {}, [element("div", { class: "slot-acts" }, actions)]),
  ]);
}

/** @param {number} amount @param {import("./words.js").Words} words */
function effect(amount, words) {
  if (amount === 0) return words.say("slots.sla.none");
  return words.say(amount > 0 ? "slots.sla.worse" : "slots.sla.better", { price: words.money(Math.abs(amount)) });
}
