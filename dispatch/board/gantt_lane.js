/**
 * One lane of the Gantt: what a shift's route looks like along the time axis. Every kind of stretch
 * has a shape of its own, so nothing is told by colour alone. Places are percentages of the axis;
 * widths in pixels come from the style sheet.
 */

import { element, foreign } from "./element.js";
import { extent } from "./world.js";

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Stop} Stop */
/** @typedef {import("./types.js").Span} Span */

/** What lanes need to know of the page. */
export class LaneView {
  /**
   * @param {Span} axis
   * @param {string} day the day in view, empty for all
   * @param {import("./words.js").Words} words
   * @param {import("./site_clock.js").SiteClock} clock
   * @param {import("./types.js").World} world
   * @param {Map<string, string[]>} [broken] rules broken by hand, in words, by visit and shift
   */
  constructor(axis, day, words, clock, world, broken = new Map()) {
    this.axis = axis;
    this.day = day;
    this.words = words;
    this.clock = clock;
    this.world = world;
    this.broken = broken;
  }

  /** @param {number} at @returns {string} */
  left(at) {
    return `${(((at - this.axis.start) / (this.axis.end - this.axis.start)) * 100).toFixed(4)}%`;
  }

  /** @param {Span} span @returns {Record<string, string>} */
  across(span) {
    // Cut at the ends of the axis, so that no lane needs to be clipped when it is painted.
    const start = Math.max(span.start, this.axis.start);
    const end = Math.min(span.end, this.axis.end);
    const width = Math.max(0, end - start) / (this.axis.end - this.axis.start);
    return { left: this.left(start), width: `${(width * 100).toFixed(4)}%` };
  }

  /** @param {Span} span */
  sees(span) {
    return span.end > this.axis.start && span.start < this.axis.end;
  }

  /** @param {number} at */
  moment(at) {
    return this.clock.moment(at, this.day);
  }

  /**
   * @param {Stop} stop
   * @returns {string} all that the drawing tells, in words
   */
  describe(stop) {
    const { words, world } = this;
    const start = this.moment(stop.start);
    const finish = this.clock.moment(stop.finish, this.clock.day(stop.start));
    if (stop.kind === "break") return words.say("stop.break", { start, finish });
    if (stop.kind === "pickup") {
      const depot = world.depots.get(stop.depot ?? "");
      const parts = partList(stop.wire.loaded, world, words).join(", ");
      const name = depot ? words.nameOf(depot) : (stop.depot ?? "");
      return words.say("stop.pickup", { depot: name, start, finish, parts: parts || "–" });
    }
    const title = stop.visit ? this.title(stop.visit) : "";
    const pinned = stop.visit?.wire.pinned ? [words.say("stop.pinned")] : [];
    const broken = this.broken.get(`visit ${stop.visit?.id}`) ?? [];
    const told = words.say("stop.visit", {
      number: stop.number, title, start, finish, sla: slaWords(stop, words),
    });
    return [told, ...pinned, ...broken].join(". ");
  }

  /** @param {import("./types.js").Visit} visit */
  title(visit) {
    return this.words.title(visit);
  }
}

/**
 * @param {Stop} stop
 * @param {import("./words.js").Words} words
 */
export function slaWords(stop, words) {
  const seconds = stop.sla === "late" ? stop.wire.late_s : (stop.wire.sla_headroom_s ?? 0);
  const chance = stop.wire.breach_probability ?? null;
  if (chance !== null && (stop.sla === "tight" || stop.sla === "met")) {
    const told = { share: words.percents.format(chance), duration: words.duration(Math.max(0, seconds)) };
    if (stop.wire.sla_headroom_s === null) return words.say("sla.risk.window", { share: told.share });
    return words.say(stop.sla === "tight" ? "sla.risk" : "sla.safe", told);
  }
  return words.say(`sla.${stop.sla}`, { duration: words.duration(Math.abs(seconds)) });
}

/**
 * @param {Record<string, number>} parts
 * @param {import("./types.js").World} world
 * @param {import("./words.js").Words} words
 * @returns {string[]}
 */
export function partList(parts, world, words) {
  return Object.entries(parts).map(([id, count]) => {
    const part = world.parts.get(id);
    return `${count} × ${part ? words.nameOf(part) : id}`;
  });
}

/**
 * The heading of a territory.
 *
 * @param {import("./gantt_rows.js").Row} row
 * @param {LaneView} view
 * @returns {HTMLElement}
 */
export function drawTerritory(row, view) {
  const name = row.territory || view.words.say("territory.none");
  const count = view.words.say("territory.engineers", { count: row.count });
  return element("div", { class: "territory", role: "listitem" }, [
    element("span", { class: "territory-name" }, [foreign(name), " ", element("span", { class: "facts" }, count)]),
  ]);
}

/**
 * A lane with its head.
 *
 * @param {import("./gantt_rows.js").Row} row
 * @param {LaneView} view
 * @returns {HTMLElement}
 */
export function drawLane(row, view) {
  const lane = /** @type {Lane} */ (row.lane);
  const { engineer, route } = lane;
  const name = view.words.engineer(engineer);
  const visits = lane.stops.filter((stop) => stop.kind === "visit").length;
  const over = route?.overtime_s ?? 0;
  const facts = [
    view.clock.span(lane, view.day),
    route ? view.words.say("lane.visits", { count: visits }) : view.words.say("gantt.unused"),
  ];
  const told = view.words.say("lane.overtime", { duration: view.words.duration(over) });
  // Beside the name there is room for little; a lane without a name says it in full.
  const late = over > 0 && element("span", { class: "over", title: told }, row.first ? `+${view.words.duration(over)}` : told);
  const head = element("button", { type: "button", class: "lane-head", "aria-pressed": "false" }, [
    row.first
      ? element("span", { class: "engineer" }, [
          element("i", { class: `swatch colour-${engineer.colour % 12}`, "aria-hidden": "true" }),
          foreign(name),
          element("span", { class: "seen" }),
          late,
        ])
      : element("span", { class: "unseen" }, [foreign(name)]),
    element("span", { class: "facts" }, facts.join(" · ")),
    row.first ? null : late,
  ]);
  const kind = `lane${route ? "" : " unused"}${row.first ? " first" : ""}`;
  return element("div", { class: kind, role: "listitem", "data-shift": lane.shift }, [
    head, drawTrack(lane, view),
  ]);
}

/**
 * The track of a lane.
 *
 * @param {Lane} lane
 * @param {LaneView} view
 * @returns {HTMLElement}
 */
function drawTrack(lane, view) {
  const track = element("ol", { class: "track", "aria-label": laneLabel(lane, view) });
  const shift = { start: lane.start, end: lane.end };
  if (view.sees(shift)) track.append(stretch("shift", shift, view));
  if (lane.overtimeEnd !== null && lane.overtimeEnd > lane.end) {
    const allowed = { start: lane.end, end: lane.overtimeEnd };
    if (view.sees(allowed)) track.append(stretch("overtime-allowed", allowed, view));
  }
  if (lane.used && lane.used.end > lane.end) {
    const over = { start: Math.max(lane.end, lane.used.start), end: lane.used.end };
    const words = view.words.say("lane.overtime", {
      duration: view.words.duration((over.end - over.start) / 1000),
    });
    if (view.sees(over)) track.append(stretch("overtime", over, view, words));
  }
  for (const stop of lane.stops) drawStop(track, stop, view);
  for (const span of lane.travelBack) {
    if (view.sees(span)) track.append(stretch("travel", span, view, travelWords(lane.route, view)));
  }
  return track;
}

/** @param {Lane} lane @param {LaneView} view */
function laneLabel(lane, view) {
  const { start, end } = extent(lane);
  return view.words.say("lane.label", {
    name: view.words.engineer(lane.engineer), from: view.moment(start), to: view.moment(end),
  });
}

/**
 * @param {import("./types.js").WireRoute | null} route
 * @param {LaneView} view
 */
function travelWords(route, view) {
  return view.words.say("stop.travel", {
    duration: view.words.duration(route?.travel_back_s ?? 0),
    distance: view.words.distance(route?.travel_back_m ?? 0),
  });
}

/**
 * @param {HTMLElement} track
 * @param {Stop} stop
 * @param {LaneView} view
 */
function drawStop(track, stop, view) {
  const { words } = view;
  for (const span of stop.travel) {
    if (!view.sees(span)) continue;
    const told = {
      duration: words.duration(stop.wire.travel_s), distance: words.distance(stop.wire.travel_m),
    };
    track.append(stretch("travel", span, view, words.say("stop.travel", told)));
  }
  for (const span of stop.wait) {
    if (!view.sees(span)) continue;
    const duration = words.duration(stop.wire.wait_s);
    track.append(stretch("wait", span, view, words.say("stop.wait", { duration })));
  }
  drawMarks(track, stop, view);
  const span = { start: stop.start, end: stop.finish };
  if (!view.sees(span)) return;
  const label = view.describe(stop);
  const attributes = {
    type: "button",
    class: `stop ${stop.kind} sla-${stop.sla}${extraClass(stop, view)}`,
    "aria-label": label,
    title: label,
    tabindex: -1,
    "aria-pressed": stop.visit ? "false" : null,
    "data-visit": stop.visit?.id,
    "data-shift": stop.lane.shift,
    "data-start": stop.start,
    "data-place": stop.lane.stops.indexOf(stop),
  };
  track.append(
    element("li", { class: "place" }, [element("button", attributes, shortText(stop, view))], {
      style: view.across(span),
    }),
  );
}

/** @param {Stop} stop @param {LaneView} view */
function extraClass(stop, view) {
  const pinned = stop.visit?.wire.pinned ? " pinned" : "";
  return view.broken.has(`visit ${stop.visit?.id}`) ? `${pinned} broken` : pinned;
}

/** @param {Stop} stop @param {LaneView} view @returns {(Node | string)[]} */
function shortText(stop, view) {
  if (stop.kind === "break") return [view.words.say("break")];
  if (stop.kind === "pickup") return ["▲ ", foreign(stop.depot ?? "")];
  const name = stop.visit ? view.words.visit(stop.visit) : "";
  const chance = stop.wire.breach_probability ?? null;
  const risk = stop.sla === "tight" && chance !== null
    && element("span", { class: "risk" }, `${view.words.percents.format(chance)} `);
  return [...(risk ? [risk] : []), element("b", {}, stop.number), " ", foreign(name)];
}

/**
 * Deadline and promised window of a visit.
 *
 * @param {HTMLElement} track
 * @param {Stop} stop
 * @param {LaneView} view
 */
function drawMarks(track, stop, view) {
  const visit = stop.visit;
  if (!visit) return;
  const { sla, promise } = visit.wire;
  if (sla) {
    const at = Date.parse(sla.arrive_by);
    if (at >= view.axis.start && at <= view.axis.end) {
      const title = view.words.say("deadline", { time: view.moment(at), title: view.title(visit) });
      const mark = { class: `deadline sla-${stop.sla}`, title, "aria-hidden": "true" };
      track.append(
        element("li", { ...mark, "data-of-visit": visit.id }, [], { style: { left: view.left(at) } }),
      );
    }
  }
  if (promise) {
    const span = { start: Date.parse(promise.start), end: Date.parse(promise.end) };
    if (view.sees(span)) {
      track.append(stretch("promise", span, view, view.words.say("legend.promise"), visit.id));
    }
  }
}

/**
 * @param {string} kind
 * @param {Span} span
 * @param {LaneView} view
 * @param {string} [title]
 * @param {string} [visit]
 */
function stretch(kind, span, view, title, visit) {
  const attributes = { class: `stretch ${kind}`, title, "aria-hidden": "true", "data-of-visit": visit };
  return element("li", attributes, [], { style: view.across(span) });
}
