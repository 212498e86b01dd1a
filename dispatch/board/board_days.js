/**
 * The switch between days and the week: which stretch of the plan is in view.
 */

import { element } from "./element.js";

/** @typedef {import("./types.js").World} World */
/** @typedef {import("./site_clock.js").SiteClock} SiteClock */

/** Days that are shown at once. */
const WEEK = 7;

/** Owns the row of day buttons. */
export class Days {
  /**
   * @param {HTMLElement} place
   * @param {() => void} changed
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {string | null} A local day, empty for the week, null until one is known. */
    this.day = null;
    /** First of the days whose buttons are shown. */
    this.first = 0;
    /** @type {World | null} */
    this.world = null;
    /** Days on which somebody is on the road. @type {string[]} */
    this.planned = [];
  }

  /**
   * @param {World} world
   * @param {import("./words.js").Words} words
   * @param {SiteClock} clock
   */
  draw(world, words, clock) {
    if (this.world !== world) {
      this.world = world;
      this.planned = daysOf(world, clock);
    }
    const { planned, place } = this;
    if (this.day === null || (this.day !== "" && !planned.includes(this.day))) {
      const today = clock.day(clock.now());
      this.day = planned.includes(today) ? today : (planned.find((day) => day > today) ?? planned[0] ?? "");
    }
    if (this.day) this.first = Math.floor(planned.indexOf(this.day) / WEEK) * WEEK;
    this.first = Math.max(0, Math.min(this.first, Math.floor((planned.length - 1) / WEEK) * WEEK));
    const shown = planned.slice(this.first, this.first + WEEK);
    const choices = planned.length > 1 ? [...shown, ""] : shown;
    const focused = place.contains(document.activeElement);
    place.replaceChildren(...choices.map((day) => {
      const name = day === "" ? words.say("days.week") : clock.dayName(clock.bounds(day).start);
      return element("button", { type: "button", class: day === "" ? "week" : null, "aria-pressed": String(day === this.day) }, name, {
        on: { click: () => this.choose(day) },
      });
    }));
    if (planned.length > WEEK) {
      place.prepend(this.#turn(words.say("days.before"), "‹", -WEEK));
      place.append(this.#turn(words.say("days.after"), "›", WEEK));
    }
    const pressed = place.querySelector('[aria-pressed="true"]');
    if (focused && pressed instanceof HTMLElement) pressed.focus();
  }

  /** @param {string} day */
  choose(day) {
    this.day = day;
    this.changed();
  }

  /**
   * The stretch in view; null when it is all that the plan has.
   *
   * @param {SiteClock} clock
   * @returns {import("./types.js").Span | null}
   */
  bounds(clock) {
    if (this.day) return clock.bounds(this.day);
    if (this.planned.length <= WEEK) return null;
    const shown = this.planned.slice(this.first, this.first + WEEK);
    return { start: clock.bounds(shown[0]).start, end: clock.bounds(shown[shown.length - 1]).end };
  }

  /** @param {string} name @param {string} sign @param {number} by */
  #turn(name, sign, by) {
    const next = this.first + by;
    const beyond = next < 0 || next >= this.planned.length;
    return element("button", { type: "button", class: "turn", "aria-label": name, title: name, disabled: beyond }, sign, {
      on: {
        click: () => {
          this.first = next;
          if (this.day) this.day = this.planned[next];
          this.changed();
        },
      },
    });
  }
}

/** @param {World} world @param {SiteClock} clock */
function daysOf(world, clock) {
  /** @type {Set<string>} */
  const found = new Set();
  // Most stops are of the day of the one before; asking the calendar about each would be slow.
  let known = { start: 0, end: 0 };
  for (const lane of world.lanes) {
    for (const stop of lane.stops) {
      if (stop.start >= known.start && stop.start < known.end) continue;
      const day = clock.day(stop.start);
      found.add(day);
      known = clock.bounds(day);
    }
  }
  return [...found].sort();
}
