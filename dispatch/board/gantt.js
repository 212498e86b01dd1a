/**
 * The Gantt: one lane per shift, grouped by engineer, under one time axis.
 */

import { element, foreign } from "./element.js";
import { LaneView, drawTrack } from "./gantt_lane.js";
import { extent } from "./world.js";

/** @typedef {import("./types.js").World} World */
/** @typedef {import("./types.js").Span} Span */

const HOUR = 3_600_000;
const LEAST_HOUR_PX = 52;
const MOST_HOUR_PX = 480;

/** Owns everything inside the panel. */
export class Gantt {
  /**
   * @param {HTMLElement} panel
   * @param {(chosen: import("./types.js").Chosen) => void} choose
   */
  constructor(panel, choose) {
    this.panel = panel;
    this.choose = choose;
    /** Pixels of an hour; null fits the day into the width. */
    /** @type {number | null} */
    this.hourPx = null;
    /** @type {LaneView | null} */
    this.view = null;
    /** What belongs to a selection, so that of thousands of stops only a few are touched. */
    /** @type {Map<string, HTMLElement[]>} */
    this.index = new Map();
    /** @type {HTMLElement[]} */
    this.marked = [];
    /** @type {HTMLElement | null} The one stop that Tab reaches. */
    this.reachable = null;
    this.scroller = element("div", { class: "gantt-scroller" });
    this.scroller.addEventListener("click", (event) => this.#clicked(event));
    this.scroller.addEventListener("keydown", (event) => this.#pressed(event));
    new ResizeObserver(() => this.#scale()).observe(this.scroller);
  }

  /**
   * @param {World} world
   * @param {string} day a local day, or empty for all
   * @param {import("./words.js").Words} words
   * @param {import("./site_clock.js").SiteClock} clock
   */
  draw(world, day, words, clock) {
    const bounds = day === "" ? null : clock.bounds(day);
    const groups = world.engineers
      .map((engineer) => ({ engineer, lanes: engineer.lanes.filter((one) => isIn(one, bounds)) }))
      .filter((group) => group.lanes.length > 0);
    const axis = axisOf(groups.flatMap((group) => group.lanes), bounds);
    const sameDay = this.view?.day === day;
    this.view = new LaneView(axis, day, words, clock, world);
    const focused = this.#focusedVisit();
    const at = { left: this.scroller.scrollLeft, top: this.scroller.scrollTop };
    this.panel.replaceChildren(this.#head(words), this.scroller, legend(words));
    this.scroller.replaceChildren();
    if (groups.length === 0) {
      this.scroller.append(element("p", { class: "empty" }, words.say("gantt.empty")));
      return;
    }
    const body = element("div", { class: "gantt-body" }, [this.#axis(axis)]);
    for (const group of groups) body.append(this.#group(group.engineer, group.lanes));
    this.nowLine = element("div", { class: "now-line", "aria-hidden": "true" });
    body.append(this.nowLine);
    this.scroller.append(body);
    this.#scale();
    this.tick();
    this.#makeIndex();
    if (sameDay) this.scroller.scrollTo(at);
    else this.#showStart(groups.flatMap((group) => group.lanes));
    if (focused) this.index.get(`visit ${focused}`)?.find((one) => one.matches("button"))?.focus();
  }

  /** Visit whose stop has the keyboard's focus, which drawing anew would lose. */
  #focusedVisit() {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.scroller.contains(active) ? active.dataset.visit : undefined;
  }

  /** Move the now-line. */
  tick() {
    if (!this.view || !this.nowLine || !this.nowFlag) return;
    const { axis, clock, words } = this.view;
    const now = clock.now();
    const inside = now >= axis.start && now <= axis.end;
    this.nowLine.hidden = !inside;
    this.nowFlag.hidden = !inside;
    this.nowLine.style.setProperty("--at", String((now - axis.start) / (axis.end - axis.start)));
    this.nowFlag.style.setProperty("left", this.view.left(now));
    this.nowFlag.textContent = words.say("now", { time: clock.time(now) });
  }

  /**
   * @param {import("./types.js").Chosen} chosen
   * @param {boolean} reveal scroll to it
   */
  show(chosen, reveal) {
    for (const one of this.marked) mark(one, false);
    this.marked = chosen === null ? [] : (this.index.get(`${chosen.kind} ${chosen.id}`) ?? []);
    for (const one of this.marked) mark(one, true);
    const first = this.marked.find((one) => one.matches("button.stop, .lane"));
    if (first?.matches("button.stop")) this.#makeReachable(first);
    if (first && reveal) first.scrollIntoView({ block: "nearest", inline: "nearest" });
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

  /** @param {Span} axis */
  #axis(axis) {
    const view = /** @type {LaneView} */ (this.view);
    const every = axis.end - axis.start > 30 * HOUR ? 3 : 1;
    const row = element("div", { class: "axis", "aria-hidden": "true" });
    const { clock } = view;
    let named = -Infinity;
    for (const at of clock.fullHours(axis, every)) {
      const time = clock.time(at);
      const midnight = time === "00:00";
      if (midnight) named = at;
      const kind = midnight ? "hour midnight" : "hour";
      // The name of a day needs the room of two hours, and the last label would hang out.
      const hidden = (!midnight && at - named < 1.5 * HOUR) || axis.end - at < HOUR / 2;
      const label = hidden ? "" : midnight ? clock.dayName(at) : time;
      row.append(element("span", { class: kind }, label, { style: { left: view.left(at) } }));
    }
    this.nowFlag = element("span", { class: "now-flag" });
    row.append(this.nowFlag);
    const corner = element("div", { class: "corner" }, clock.offset(axis.start));
    return element("div", { class: "axis-row" }, [corner, row]);
  }

  /**
   * @param {import("./types.js").Engineer} engineer
   * @param {import("./types.js").Lane[]} lanes
   */
  #group(engineer, lanes) {
    const view = /** @type {LaneView} */ (this.view);
    const name = view.words.engineer(engineer);
    const rows = lanes.map((lane, number) => {
      const route = lane.route;
      const visits = lane.stops.filter((stop) => stop.kind === "visit").length;
      const over = route?.overtime_s ?? 0;
      const facts = [
        view.clock.span(lane, view.day),
        route ? view.words.say("lane.visits", { count: visits }) : view.words.say("gantt.unused"),
      ];
      const told = view.words.say("lane.overtime", { duration: view.words.duration(over) });
      const head = element("button", { type: "button", class: "lane-head", "aria-pressed": "false" }, [
        number === 0
          ? element("span", { class: "engineer" }, [
              element("i", { class: `swatch colour-${engineer.colour % 12}`, "aria-hidden": "true" }),
              foreign(name),
            ])
          : element("span", { class: "unseen" }, [foreign(name)]),
        element("span", { class: "facts" }, facts.join(" · ")),
        over > 0 && element("span", { class: "facts over" }, told),
      ]);
      const row = { class: route ? "lane" : "lane unused", "data-shift": lane.shift };
      return element("div", row, [head, drawTrack(lane, view)]);
    });
    return element("div", { class: "group", role: "group", "aria-label": name }, rows);
  }

  /** @param {number} factor 0 fits the axis into the width */
  #zoom(factor) {
    this.hourPx = factor === 0 ? null : clamp(this.#hour() * factor);
    this.#scale();
  }

  #hour() {
    if (this.hourPx !== null) return this.hourPx;
    const { axis } = /** @type {LaneView} */ (this.view);
    const head = 200;
    return clamp((this.scroller.clientWidth - head - 2) / ((axis.end - axis.start) / HOUR));
  }

  #scale() {
    if (!this.view) return;
    const { axis } = this.view;
    const width = this.#hour() * ((axis.end - axis.start) / HOUR);
    this.scroller.style.setProperty("--track", `${width.toFixed(1)}px`);
    this.scroller.style.setProperty("--hour", `${this.#hour().toFixed(2)}px`);
  }

  /** @param {import("./types.js").Lane[]} lanes */
  #showStart(lanes) {
    const { axis, clock } = /** @type {LaneView} */ (this.view);
    const now = clock.now();
    const starts = lanes.flatMap((lane) => (lane.used ? [Math.max(lane.used.start, axis.start)] : []));
    const from = now > axis.start && now < axis.end ? now : Math.min(...starts, axis.end);
    const left = ((from - axis.start) / HOUR - 0.75) * this.#hour();
    this.scroller.scrollTo({ left: Math.max(0, left), top: 0 });
  }

  /** @param {Event} event */
  #clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const stop = /** @type {HTMLElement | null} */ (target.closest("[data-visit], [data-of-visit]"));
    const id = stop?.dataset.visit ?? stop?.dataset.ofVisit;
    if (id !== undefined) return this.choose({ kind: "visit", id });
    const lane = /** @type {HTMLElement | null} */ (target.closest(".lane"));
    const onLane = target.closest(".lane-head, button.stop");
    if (lane?.dataset.shift && onLane) this.choose({ kind: "shift", id: lane.dataset.shift });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const from = /** @type {HTMLElement} */ (event.target).closest("button.stop");
    if (!(from instanceof HTMLElement)) return;
    const to = nextStop(this.scroller, from, event.key);
    if (!to) return;
    event.preventDefault();
    this.#makeReachable(to);
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #makeIndex() {
    this.index.clear();
    this.marked = [];
    this.reachable = null;
    const put = (/** @type {string} */ key, /** @type {HTMLElement} */ one) => {
      const known = this.index.get(key);
      if (known) known.push(one);
      else this.index.set(key, [one]);
    };
    /** @type {NodeListOf<HTMLElement>} */
    const all = this.scroller.querySelectorAll(".lane, .stop[data-visit], [data-of-visit]");
    for (const one of all) {
      const visit = one.dataset.visit ?? one.dataset.ofVisit;
      put(visit === undefined ? `shift ${one.dataset.shift}` : `visit ${visit}`, one);
    }
    const first = this.scroller.querySelector("button.stop");
    if (first instanceof HTMLElement) this.#makeReachable(first);
  }

  /** @param {HTMLElement} stop */
  #makeReachable(stop) {
    this.reachable?.setAttribute("tabindex", "-1");
    stop.setAttribute("tabindex", "0");
    this.reachable = stop;
  }
}

/**
 * @param {HTMLElement} one a stop, a mark that belongs to one, or a lane
 * @param {boolean} on
 */
function mark(one, on) {
  one.classList.toggle("chosen", on);
  const pressed = one.matches(".lane") ? one.querySelector(".lane-head") : one;
  if (pressed?.hasAttribute("aria-pressed")) pressed.setAttribute("aria-pressed", String(on));
}

/**
 * @param {HTMLElement} scroller
 * @param {HTMLElement} from
 * @param {string} key
 * @returns {HTMLElement | null}
 */
function nextStop(scroller, from, key) {
  const lanes = [...scroller.querySelectorAll(".lane")]
    .map((lane) => /** @type {HTMLElement[]} */ ([...lane.querySelectorAll("button.stop")]))
    .filter((stops) => stops.length > 0);
  const row = lanes.findIndex((stops) => stops.includes(from));
  const stops = lanes[row];
  const place = stops.indexOf(from);
  if (key === "ArrowRight") return stops[place + 1] ?? null;
  if (key === "ArrowLeft") return stops[place - 1] ?? null;
  if (key === "Home") return stops[0];
  if (key === "End") return stops[stops.length - 1];
  const other = key === "ArrowDown" ? lanes[row + 1] : key === "ArrowUp" ? lanes[row - 1] : undefined;
  if (!other) return null;
  const away = (/** @type {HTMLElement} */ stop) =>
    Math.abs(Number(stop.dataset.start) - Number(from.dataset.start));
  return other.reduce((best, stop) => (away(stop) < away(best) ? stop : best));
}

/**
 * Whether a lane belongs to a day: its shift begins then, or its route reaches into it.
 *
 * @param {import("./types.js").Lane} lane
 * @param {Span | null} bounds
 */
export function isIn(lane, bounds) {
  if (bounds === null) return true;
  const begins = lane.start >= bounds.start && lane.start < bounds.end;
  return begins || (lane.used !== null && lane.used.end > bounds.start && lane.used.start < bounds.end);
}

/**
 * As much time as the routes need, and the shifts that begin and end within the bounds.
 *
 * @param {import("./types.js").Lane[]} lanes
 * @param {Span | null} bounds
 * @returns {Span}
 */
function axisOf(lanes, bounds) {
  const driven = lanes.filter((lane) => lane.used !== null);
  const counted = driven.length > 0 ? driven : lanes;
  const whole = (/** @type {import("./types.js").Lane} */ lane) =>
    lane.used === null || (bounds !== null && lane.start >= bounds.start && lane.end <= bounds.end);
  const spans = counted.map((lane) => (whole(lane) ? extent(lane) : (lane.used ?? extent(lane))));
  const start = Math.min(...spans.map((span) => span.start)) - HOUR / 4;
  const end = Math.max(...spans.map((span) => span.end)) + HOUR / 4;
  if (bounds === null) return { start, end };
  return { start: Math.max(start, bounds.start), end: Math.min(end, bounds.end) };
}

/** @param {number} px */
function clamp(px) {
  return Math.min(MOST_HOUR_PX, Math.max(LEAST_HOUR_PX, px));
}

/** @param {import("./words.js").Words} words */
function legend(words) {
  const kinds = [
    ["stop visit sla-met", "met"], ["stop visit sla-tight", "tight"], ["stop visit sla-late", "late"],
    ["stop visit sla-none", "none"], ["stretch travel", "travel"], ["stretch wait", "wait"],
    ["stop pickup", "pickup"], ["stop break", "break"], ["stretch overtime", "overtime"],
    ["deadline", "deadline"], ["stretch promise", "promise"],
  ];
  return element("ul", { class: "legend", "aria-label": words.say("legend") },
    kinds.map(([kind, word]) =>
      element("li", {}, [
        element("span", { class: "sample", "aria-hidden": "true" }, [
          element("span", { class: kind }, word === "pickup" ? "▲" : ""),
        ]),
        words.say(`legend.${word}`),
      ]),
    ),
  );
}
