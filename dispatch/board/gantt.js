/**
 * The Gantt: one lane per shift, grouped by territory and engineer, under one time axis.
 */

import { markSeen } from "./confirmations.js";
import { element } from "./element.js";
import { HOUR, axisOf, hourLabels, legend, openingOf } from "./gantt_axis.js";
import { LaneView, drawLane, drawTerritory } from "./gantt_lane.js";
import { Rows } from "./gantt_rows.js";
import { RowWindow } from "./gantt_window.js";

/** @typedef {import("./types.js").World} World */
/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Stop} Stop */
/** @typedef {import("./types.js").Chosen} Chosen */

const HEAD_PX = 200;
const AXIS_PX = 26;
const LEAST_HOUR_PX = 52;
/** A week must fit on a screen. */
const LEAST_WEEK_HOUR_PX = 5;
const MOST_HOUR_PX = 480;
/** Room that the flag at the now-line needs. */
const FLAG_PX = 80;

/** Owns everything inside the panel. */
export class Gantt {
  /**
   * @param {HTMLElement} panel
   * @param {(chosen: Chosen, also?: boolean) => void} choose
   */
  constructor(panel, choose) {
    this.panel = panel;
    this.choose = choose;
    /** Pixels of an hour; null fits the day into the width. @type {number | null} */
    this.hourPx = null;
    /** Pixels of an hour as drawn. */
    this.drawnPx = 0;
    /** What the day opens with. @type {import("./types.js").Span | null} */
    this.opening = null;
    /** @type {LaneView | null} */
    this.view = null;
    /** @type {Rows | null} */
    this.rows = null;
    /** @type {Chosen} */
    this.chosen = null;
    /** The one stop that Tab reaches. @type {Stop | null} */
    this.reachable = null;
    this.width = 0;
    this.height = 0;
    /** @type {import("./types.js").Span | null} */
    this.bounds = null;
    /** Visits picked together. @type {Set<string>} */
    this.picked = new Set();
    /** Who has seen the route of the day in view. @type {Map<string, import("./confirmations.js").Seen>} */
    this.seen = new Map();
    /** Messages about broken rules. @type {Map<string, string[]>} */
    this.broken = new Map();
    this.body = element("div", { class: "gantt-body" });
    this.scroller = element("div", { class: "gantt-scroller" });
    this.place = element("div", { class: "gantt-rows", role: "list" });
    this.window = new RowWindow(this.place, (row, index) => this.#row(row, index));
    this.axis = element("div", { class: "axis", "aria-hidden": "true" });
    this.nowFlag = element("span", { class: "now-flag" });
    this.nowLine = element("div", { class: "now-line", "aria-hidden": "true" });
    this.frozen = element("div", { class: "frozen", "aria-hidden": "true" });
    this.scroller.addEventListener("click", (event) => this.#clicked(event));
    this.scroller.addEventListener("keydown", (event) => this.#pressed(event));
    this.scroller.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(this.scroller);
    addEventListener("beforeprint", () => this.#unroll(true));
    addEventListener("afterprint", () => this.#unroll(false));
  }

  /**
   * @param {World} world
   * @param {string} day a local day, or empty for all
   * @param {import("./words.js").Words} words
   * @param {import("./site_clock.js").SiteClock} clock
   * @param {import("./types.js").Span | null} bounds of what is in view; null: all the plan has
   */
  draw(world, day, words, clock, bounds) {
    const sameDay = this.view?.day === day && this.bounds?.start === bounds?.start;
    this.bounds = bounds;
    const focused = this.#focused();
    const { scrollLeft, scrollTop: top } = this.scroller;
    // Another plan may begin earlier; what stands at the left edge goes on standing there.
    const edge = (this.view?.axis.start ?? 0) + (scrollLeft / (this.drawnPx || 1)) * HOUR;
    this.rows = new Rows(world, bounds);
    const lanes = this.rows.lanes();
    this.view = new LaneView(axisOf(lanes, bounds), day, words, clock, world, this.broken);
    this.opening = openingOf(lanes, bounds, this.view.axis);
    this.panel.style.setProperty("--rows", `${this.rows.height}px`);
    this.reachable = null;
    this.panel.replaceChildren(this.#head(words), this.scroller, legend(words));
    if (lanes.length === 0) {
      this.scroller.replaceChildren(element("p", { class: "empty" }, words.say("gantt.empty")));
      return;
    }
    this.window.use(this.rows);
    const corner = element("div", { class: "corner" }, clock.offset(this.view.axis.start));
    this.body.replaceChildren(
      element("div", { class: "axis-row" }, [corner, this.axis]),
      this.frozen, this.place, this.nowLine,
    );
    this.scroller.replaceChildren(this.body);
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    this.#scale();
    if (sameDay) this.scroller.scrollTo({ left: this.xOf(edge), top });
    else this.#showStart();
    this.#update();
    if (focused) this.#focus(focused.shift, focused.place);
  }

  /** Move the now-line, and what is frozen with it. */
  tick() {
    if (!this.view) return;
    const { axis, clock, words, world } = this.view;
    const now = clock.now();
    const inside = now >= axis.start && now <= axis.end;
    this.nowLine.hidden = !inside;
    this.nowFlag.hidden = !inside;
    this.nowLine.style.setProperty("--at", String((now - axis.start) / (axis.end - axis.start)));
    this.nowFlag.style.setProperty("left", this.view.left(now));
    this.nowFlag.textContent = words.say("now", { time: clock.time(now) });
    // The name of the day that begins soon is not to be hidden.
    const soon = ((clock.bounds(clock.day(now)).end - now) / HOUR) * this.#hour() < FLAG_PX;
    this.nowFlag.classList.toggle("brief", soon && this.bounds === null);
    const { freeze_until: freeze } = world.answers.case;
    const until = Math.min(axis.end, Math.max(now, freeze ? Date.parse(freeze) : now));
    this.frozen.hidden = until <= axis.start;
    this.frozen.style.setProperty("--until", String((until - axis.start) / (axis.end - axis.start)));
  }

  /**
   * @param {Chosen} chosen
   * @param {boolean} reveal scroll to it
   */
  show(chosen, reveal) {
    this.chosen = chosen;
    if (!this.rows || !this.view) return;
    const stops = chosen?.kind === "visit" ? (this.view.world.visits.get(chosen.id)?.stops ?? []) : [];
    const shift = chosen?.kind === "shift" ? chosen.id : stops[0]?.lane.shift;
    const index = shift === undefined ? undefined : this.rows.ofShift.get(shift);
    if (index !== undefined && reveal) this.reveal(index, stops[0] ?? null);
    if (index !== undefined && stops.length > 0) this.reachable = stops[0];
    for (const one of this.window.drawn.values()) this.#mark(one);
    this.#keepReachable();
  }

  /**
   * Scroll a row, and a stop of it, into view.
   *
   * @param {number} index
   * @param {Stop | null} stop
   */
  reveal(index, stop) {
    const row = /** @type {Rows} */ (this.rows).all[index];
    const { scrollTop, scrollLeft } = this.scroller;
    const room = this.height - AXIS_PX;
    let top = Math.min(scrollTop, row.top);
    if (row.top + row.height > top + room) top = row.top + row.height - room;
    let left = scrollLeft;
    if (stop) {
      const [from, to] = [this.xOf(stop.start), this.xOf(stop.finish)];
      const width = this.width - HEAD_PX;
      if (to > left + width) left = to - width + 12;
      if (from < left) left = from - 12;
    }
    if (top !== scrollTop || left !== scrollLeft) this.scroller.scrollTo({ top, left });
    this.#update();
  }

  /** @param {number} at @returns {number} pixels from the beginning of the axis */
  xOf(at) {
    const { axis } = /** @type {LaneView} */ (this.view);
    return ((at - axis.start) / HOUR) * this.#hour();
  }

  /**
   * Lane and time under a point of the screen.
   *
   * @param {number} x
   * @param {number} y
   * @param {DOMRect} frame where the scroller stands, measured once by whoever asks often
   * @returns {{lane: Lane, at: number, index: number} | null}
   */
  under(x, y, frame) {
    const { rows, view } = this;
    if (!rows || !view) return null;
    const down = y - frame.top - AXIS_PX;
    const right = x - frame.left - HEAD_PX;
    if (down < 0 || right < 0 || y > frame.bottom || x > frame.right) return null;
    const index = rows.at(down + this.scroller.scrollTop);
    const { lane } = rows.all[index];
    if (lane === null) return null;
    const at = view.axis.start + ((right + this.scroller.scrollLeft) / this.#hour()) * HOUR;
    return { lane, at, index };
  }

  /** @param {import("./words.js").Words} words */
  #head(words) {
    const zoom = (/** @type {string} */ key, /** @type {string} */ sign, /** @type {number} */ by) =>
      element("button", { type: "button", class: "tool", "aria-label": words.say(key), title: words.say(key) }, sign, {
        on: { click: () => this.#zoom(by) },
      });
    return element("div", { class: "panel-head" }, [
      element("h2", {}, words.say("gantt")),
      element("p", { class: "hint" }, words.say("gantt.help")),
      element("div", { class: "tools" }, [
        zoom("zoom.out", "−", 1 / 1.4),
        element("button", { type: "button", class: "tool" }, words.say("zoom.fit"), {
          on: { click: () => this.#zoom(0) },
        }),
        zoom("zoom.in", "+", 1.4),
      ]),
    ]);
  }

  /** @param {import("./gantt_rows.js").Row} row @param {number} index */
  #row(row, index) {
    const view = /** @type {LaneView} */ (this.view);
    const made = row.lane ? drawLane(row, view) : drawTerritory(row, view);
    made.setAttribute("aria-posinset", String(index + 1));
    made.setAttribute("aria-setsize", String(/** @type {Rows} */ (this.rows).all.length));
    this.#mark(made);
    return made;
  }

  /** Show what of a row is selected. @param {HTMLElement} row */
  #mark(row) {
    const { chosen } = this;
    const seen = row.querySelector(".seen");
    const engineer = this.rows?.all[this.rows.ofShift.get(row.dataset.shift ?? "") ?? -1]?.lane?.engineer;
    if (seen instanceof HTMLElement && engineer && this.view) markSeen(seen, this.seen.get(engineer.id) ?? "none", this.view.words);
    const lane = chosen?.kind === "shift" && row.dataset.shift === chosen.id;
    row.classList.toggle("chosen", lane);
    row.querySelector(".lane-head")?.setAttribute("aria-pressed", String(lane));
    const id = chosen?.kind === "visit" ? chosen.id : null;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-visit], [data-of-visit]"))) {
      const own = one.dataset.visit ?? one.dataset.ofVisit ?? "";
      const on = id !== null && own === id;
      one.classList.toggle("chosen", on);
      one.classList.toggle("picked", this.picked.has(own));
      if (one.hasAttribute("aria-pressed")) one.setAttribute("aria-pressed", String(on));
    }
  }

  /** @param {Map<string, import("./confirmations.js").Seen>} seen by engineer */
  tellSeen(seen) {
    this.seen = seen;
    for (const one of this.window.drawn.values()) this.#mark(one);
  }

  /** @param {number} factor 0 fits the axis into the width */
  #zoom(factor) {
    this.hourPx = factor === 0 ? null : this.#clamp(this.#hour() * factor);
    this.#rescale();
    if (factor === 0) this.#showStart();
  }

  /** Draw to another scale; what stands at the left edge goes on standing there. */
  #rescale() {
    const before = this.drawnPx;
    const { scrollLeft } = this.scroller;
    this.#scale();
    if (this.drawnPx !== before) this.scroller.scrollLeft = (scrollLeft / before) * this.drawnPx;
  }

  #hour() {
    if (this.hourPx !== null) return this.hourPx;
    const { start, end } = /** @type {import("./types.js").Span} */ (this.opening);
    return this.#clamp((this.width - HEAD_PX - 2) / ((end - start) / HOUR));
  }

  /** @param {number} px */
  #clamp(px) {
    const least = this.view?.day === "" ? LEAST_WEEK_HOUR_PX : LEAST_HOUR_PX;
    return Math.min(MOST_HOUR_PX, Math.max(least, px));
  }

  #scale() {
    if (!this.view) return;
    const { axis } = this.view;
    const hour = this.#hour();
    this.drawnPx = hour;
    const width = hour * ((axis.end - axis.start) / HOUR);
    this.scroller.style.setProperty("--track", `${width.toFixed(1)}px`);
    this.scroller.style.setProperty("--hour", `${hour.toFixed(2)}px`);
    this.axis.replaceChildren(...hourLabels(this.view, hour), this.nowFlag);
    this.tick();
  }

  #measure() {
    this.width = this.scroller.clientWidth;
    this.height = this.scroller.clientHeight;
    if (!this.view) return;
    this.#rescale();
    this.#update();
  }

  /** Many events of one frame draw once. */
  #soon() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.#update();
    });
  }

  #update() {
    this.window.update(this.scroller.scrollTop, this.height);
    this.#keepReachable();
  }

  /** @param {boolean} whole */
  #unroll(whole) {
    this.window.whole = whole;
    this.#update();
  }

  /** Begin with what happens now, on other days with the first shift of the day. */
  #showStart() {
    const { axis, clock } = /** @type {LaneView} */ (this.view);
    const now = clock.now();
    const from = now > axis.start && now < axis.end ? now - HOUR * 0.75 : (this.opening ?? axis).start;
    this.scroller.scrollTo({ left: Math.max(0, this.xOf(from)), top: 0 });
  }

  /** @param {Event} event */
  #clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const stop = /** @type {HTMLElement | null} */ (target.closest("[data-visit], [data-of-visit]"));
    const id = stop?.dataset.visit ?? stop?.dataset.ofVisit;
    const also = event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey);
    if (id !== undefined) return this.choose({ kind: "visit", id }, also);
    const lane = /** @type {HTMLElement | null} */ (target.closest(".lane"));
    const onLane = target.closest(".lane-head, button.stop");
    if (lane?.dataset.shift && onLane) this.choose({ kind: "shift", id: lane.dataset.shift });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = this.#focused();
    if (!from) return;
    const to = this.rows?.next(from.shift, from.place, event.key);
    if (!to) return;
    event.preventDefault();
    this.#focus(to.shift, to.place);
  }

  /** Shift and place in its lane of the stop that has the keyboard's focus. */
  #focused() {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !this.scroller.contains(active)) return null;
    const { shift, place } = active.dataset;
    return shift === undefined || place === undefined ? null : { shift, place: Number(place) };
  }

  /** @param {string} shift @param {number} place */
  #focus(shift, place) {
    const index = this.rows?.ofShift.get(shift);
    const stop = index === undefined ? undefined : this.rows?.all[index].lane?.stops[place];
    if (index === undefined || !stop) return;
    this.reachable = stop;
    this.reveal(index, stop);
    this.#button(stop)?.focus({ preventScroll: true });
    this.#keepReachable();
  }

  /** @param {Stop} stop @returns {HTMLElement | null} */
  #button(stop) {
    const index = this.rows?.ofShift.get(stop.lane.shift);
    if (index === undefined) return null;
    const place = stop.lane.stops.indexOf(stop);
    return this.window.get(index).querySelector(`button.stop[data-place="${place}"]`);
  }

  /** Tab reaches exactly one stop: the one last used, or the first that is drawn. */
  #keepReachable() {
    const kept = this.reachable && this.rows?.ofShift.has(this.reachable.lane.shift) ? this.reachable : null;
    const index = kept ? this.rows?.ofShift.get(kept.lane.shift) : undefined;
    const drawn = index !== undefined && this.window.drawn.has(index);
    const wanted = kept && drawn ? this.#button(kept) : this.place.querySelector("button.stop");
    for (const one of this.place.querySelectorAll('button.stop[tabindex="0"]')) {
      if (one !== wanted) one.setAttribute("tabindex", "-1");
    }
    wanted?.setAttribute("tabindex", "0");
  }
}
