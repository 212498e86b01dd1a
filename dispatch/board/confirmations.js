/**
 * Who has seen the route they are to drive. The Gantt marks those who have not, so that somebody
 * phones them before they drive to where nobody expects them any more.
 */

import { Refused } from "./api.js";
import { element } from "./element.js";

/** @typedef {"new" | "changed" | "confirmed" | "none"} Seen */

const SIGNS = { new: "○", changed: "!", confirmed: "✓" };

/** What is known of one day. */
export class Confirmations {
  /**
   * @param {import("./api.js").Api} api
   * @param {() => void} changed told when something else is known than before
   */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
    /** @type {Map<string, Seen>} by engineer */
    this.known = new Map();
    this.asked = 0;
    this.refused = false;
  }

  /** @param {string} day a local day; empty when several are in view, which have no one answer */
  async ask(day) {
    const mine = ++this.asked;
    /** @type {Map<string, Seen>} */
    let found = new Map();
    if (day !== "" && !this.refused) {
      try {
        const { items } = await this.api.read(`/route-confirmations?date=${encodeURIComponent(day)}`);
        found = new Map(items.map((/** @type {{engineer: string, state: Seen}} */ one) => [one.engineer, one.state]));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        // Who may not know is not asked again.
        this.refused = error.status === 403;
        if (!this.refused) return;
      }
    }
    if (mine !== this.asked) return;
    const same = found.size === this.known.size && [...found].every(([who, seen]) => this.known.get(who) === seen);
    this.known = found;
    if (!same) this.changed();
  }
}

/**
 * @param {HTMLElement} place
 * @param {Seen} state
 * @param {import("./words.js").Words} words
 */
export function markSeen(place, state, words) {
  place.className = `seen ${state}`;
  if (state === "none") return place.replaceChildren();
  const told = words.say(`seen.${state}`);
  place.replaceChildren(
    element("span", { "aria-hidden": "true", title: told }, SIGNS[state]), element("span", { class: "unseen" }, ` (${told})`),
  );
}
