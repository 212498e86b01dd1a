/**
 * Joins what the API answers separately (plan, case, names, requests) into one world of engineers,
 * lanes, stops and visits that refer to each other. Pure: no page, no clock, no network.
 */

/** @typedef {import("./types.js").Span} Span */
/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Stop} Stop */
/** @typedef {import("./types.js").Visit} Visit */

/** Headroom in seconds below which an arrival is at risk where no probability is known. */
export const TIGHT_S = 1800;
/** Probability of being late from which on a visit is at risk. */
export const RISKY = 0.1;

/**
 * @param {import("./types.js").Answers} answers
 * @returns {import("./types.js").World}
 */
export function joinWorld(answers) {
  const { plan, case: base } = answers;
  const sites = byId(answers.sites);
  const named = byId(answers.engineers);
  const routes = new Map(plan.routes.map((route) => [route.shift, route]));
  const requests = new Map(
    answers.requests.flatMap((one) => (one.visit === null ? [] : [[one.visit, one]])),
  );
  const unassigned = new Map(plan.unassigned.map((one) => [one.visit, one]));
  /** @type {Map<string, Visit>} */
  const visits = new Map();
  for (const wire of base.visits) {
    visits.set(wire.id, {
      id: wire.id,
      wire,
      site: sites.get(wire.location.replace(/^site-/, "")) ?? null,
      request: requests.get(wire.id) ?? null,
      stops: [],
      unassigned: unassigned.get(wire.id) ?? null,
    });
  }
  const engineers = base.engineers.map((one, colour) => {
    const known = named.get(one.id);
    const name = known?.name || one.name || one.id;
    /** @type {import("./types.js").Engineer} */
    const engineer = { id: one.id, name, nameEn: known?.name_en || name, colour, territory: one.territory ?? "", lanes: [] };
    engineer.lanes = one.shifts
      .map((shift) => makeLane(engineer, shift, routes.get(shift.id) ?? null, visits))
      .sort((a, b) => a.start - b.start);
    return engineer;
  });
  const lanes = engineers.flatMap((one) => one.lanes);
  return {
    answers,
    engineers,
    lanes,
    visits,
    shifts: new Map(lanes.map((lane) => [lane.shift, lane])),
    places: new Map(
      base.locations.flatMap((one) =>
        typeof one.lat === "number" && typeof one.lon === "number"
          ? [[one.id, { lat: one.lat, lon: one.lon }]]
          : [],
      ),
    ),
    depots: byId(answers.depots),
    parts: byId(answers.parts),
    readAt: answers.readAt ?? 0,
  };
}

/**
 * @template {{id: string}} T
 * @param {T[]} items
 * @returns {Map<string, T>}
 */
function byId(items) {
  return new Map(items.map((one) => [one.id, one]));
}

/**
 * @param {import("./types.js").Engineer} engineer
 * @param {import("./types.js").WireShift} shift
 * @param {import("./types.js").WireRoute | null} route
 * @param {Map<string, Visit>} visits
 * @returns {Lane}
 */
function makeLane(engineer, shift, route, visits) {
  /** @type {Lane} */
  const lane = {
    shift: shift.id,
    engineer,
    start: Date.parse(shift.start),
    end: Date.parse(shift.end),
    overtimeEnd: shift.overtime_end ? Date.parse(shift.overtime_end) : null,
    startLocation: shift.start_location,
    endLocation: shift.end_location ?? shift.start_location,
    route,
    used: route && { start: Date.parse(route.start), end: Date.parse(route.end) },
    stops: [],
    travelBack: [],
  };
  if (route && lane.used) placeStops(lane, route, lane.used, visits);
  return lane;
}

/**
 * @param {Lane} lane
 * @param {import("./types.js").WireRoute} route
 * @param {Span} used
 * @param {Map<string, Visit>} visits
 */
function placeStops(lane, route, used, visits) {
  // A break may be taken on the road or at the door, so travel and waiting are what remains of
  // the time between two stops when the breaks in it are taken out.
  let left = used.start;
  let number = 0;
  const breaks = route.stops
    .filter((one) => one.kind === "break")
    .map((one) => ({ start: Date.parse(one.start), end: Date.parse(one.finish) }));
  for (const wire of route.stops) {
    const visit = wire.visit === null ? null : (visits.get(wire.visit) ?? null);
    const [arrive, start, finish] = [wire.arrive, wire.start, wire.finish].map(Date.parse);
    const moves = wire.kind !== "break";
    /** @type {Stop} */
    const stop = {
      kind: wire.kind,
      visit,
      depot: wire.depot,
      location: wire.location,
      number: wire.kind === "visit" ? ++number : 0,
      arrive,
      start,
      finish,
      sla: slaState(wire),
      travel: moves ? without({ start: left, end: arrive }, breaks) : [],
      wait: moves ? without({ start: arrive, end: start }, breaks) : [],
      lane,
      wire,
    };
    if (moves) left = finish;
    visit?.stops.push(stop);
    lane.stops.push(stop);
  }
  lane.travelBack = without({ start: left, end: used.end }, breaks);
}

/**
 * @param {import("./types.js").WireStop} stop
 * @returns {import("./types.js").SlaState}
 */
export function slaState(stop) {
  if (stop.late_s > 0) return "late";
  if (stop.kind !== "visit") return "none";
  const chance = stop.breach_probability ?? null;
  if (chance !== null && chance >= RISKY) return "tight";
  if (stop.sla_headroom_s === null) return "none";
  if (chance !== null) return "met";
  // Of a crew only the first arrival counts, so a negative headroom alone is no breach.
  return stop.sla_headroom_s >= 0 && stop.sla_headroom_s < TIGHT_S ? "tight" : "met";
}

/**
 * Take stretches out of a span.
 *
 * @param {Span} span
 * @param {Span[]} gaps in order of time
 * @returns {Span[]}
 */
export function without(span, gaps) {
  /** @type {Span[]} */
  const rest = [];
  let { start } = span;
  for (const gap of gaps) {
    if (gap.end <= start || gap.start >= span.end) continue;
    if (gap.start > start) rest.push({ start, end: gap.start });
    start = Math.max(start, gap.end);
  }
  if (start < span.end) rest.push({ start, end: span.end });
  return rest;
}

/**
 * What a lane occupies: its shift and, where a route leaves it, the route.
 *
 * @param {Lane} lane
 * @returns {Span}
 */
export function extent(lane) {
  const used = lane.used ?? { start: lane.start, end: lane.end };
  return { start: Math.min(lane.start, used.start), end: Math.max(lane.end, used.end) };
}
