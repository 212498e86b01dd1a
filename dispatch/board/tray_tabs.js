/**
 * The two lists beside the map, of which one is in view: unassigned visits, and requests.
 */

import { byId, element } from "./element.js";
import { keep, recall } from "./words.js";

const KEPT = "dispatch.list";
const NAMES = /** @type {const} */ (["unassigned", "requests"]);

/** Owns the row of tabs. */
export class Tabs {
  /** @param {HTMLElement} place @param {() => void} changed */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {string} */
    this.open = recall(KEPT) === "requests" ? "requests" : "unassigned";
    place.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** @param {import("./words.js").Words} words @param {Record<string, number>} counts */
  draw(words, counts) {
    const focused = this.place.contains(document.activeElement);
    this.place.replaceChildren(...NAMES.map((name) => {
      const on = name === this.open;
      byId(name).hidden = !on;
      const warn = name === "unassigned" && counts[name] > 0;
      return element("button", {
        type: "button", role: "tab", id: `tab-${name}`, "aria-controls": name, "aria-selected": String(on), tabindex: on ? 0 : -1,
      }, [words.say(name), " ", element("span", { class: warn ? "count some" : "count" }, counts[name])], {
        on: { click: () => this.choose(name) },
      });
    }));
    if (focused) this.#tab()?.focus();
  }

  /** @param {string} name */
  choose(name) {
    this.open = name;
    keep(KEPT, name);
    for (const one of NAMES) {
      const on = one === name;
      byId(one).hidden = !on;
      const tab = document.getElementById(`tab-${one}`);
      tab?.setAttribute("aria-selected", String(on));
      tab?.setAttribute("tabindex", on ? "0" : "-1");
    }
    this.changed();
  }

  #tab() {
    return document.getElementById(`tab-${this.open}`);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.choose(this.open === "requests" ? "unassigned" : "requests");
    this.#tab()?.focus();
  }
}
