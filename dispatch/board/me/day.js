/**
 * The day as the engineer stands in it: what the service knew, and on top of it what this phone
 * was told and has not sent yet.
 */

/** @typedef {import("./shapes.js").Day} Day */
/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./shapes.js").Stop} Stop */
/** @typedef {import("./shapes.js").Pieces} Pieces */
/** @typedef {import("./shapes.js").VisitState} VisitState */
/** @typedef {import("./shapes.js").ReportType} ReportType */

/** @type {Record<VisitState, number>} */
const STEPS = { open: 0, en_route: 1, arrived: 2, started: 3, finished: 4, could_not_finish: 4, cancelled: 5 };
export const OVER = ["finished", "could_not_finish", "cancelled"];

/**
 * The stops of a day in order, breaks left out.
 *
 * @param {Day} day
 * @param {Item[]} waiting what is not sent yet
 * @returns {Stop[]}
 */
export function stopsOf(day, waiting) {
  const sheets = new Map(day.visits.map((sheet) => [sheet.id, sheet]));
  const items = pickingOf(day, waiting);
  const stops = day.routes.flatMap((route) => route.stops).filter((wire) => wire.kind !== "break");
  return stops.map((wire, place) => {
    const sheet = sheets.get(wire.visit ?? "") ?? null;
    if (wire.kind === "visit") {
      const told = waiting.filter((item) => item.kind === "event" && item.subject === wire.visit);
      return {
        name: wire.visit ?? "", wire, sheet, items: [],
        state: stateAfter(sheet?.state ?? "open", told), unsent: told.length > 0,
      };
    }
    const here = items.filter((item) => item.depot === wire.depot && during(item.needed_at, wire));
    const unsent = waiting.some((item) => item.kind === "collect" && here.some((one) => one.id === item.subject));
    const done = here.length > 0 && here.every((item) => item.collected_at !== null);
    return {
      name: `${wire.depot}-${place}`, wire, sheet: null, items: here, unsent,
      state: /** @type {VisitState} */ (done ? "finished" : "open"),
    };
  });
}

/** @param {string} needed @param {{start: string, finish: string}} wire */
function during(needed, wire) {
  const at = Date.parse(needed);
  return at >= Date.parse(wire.start) - 60_000 && at <= Date.parse(wire.finish);
}

/**
 * @param {VisitState} state as the service knows it
 * @param {Item[]} told in the order in which it was told
 * @returns {VisitState}
 */
function stateAfter(state, told) {
  let found = state;
  for (const item of told) {
    const next = /** @type {VisitState} */ (item.body["type"]);
    if (STEPS[next] >= STEPS[found] && found !== "cancelled") found = next;
  }
  return found;
}

/**
 * Where to go now: where one is under way, else the first stop that is not done. Pickups before
 * work that has begun are behind, also when nobody ticked them off.
 *
 * @param {Stop[]} stops
 * @returns {Stop | null}
 */
export function nextStop(stops) {
  const underWay = stops.find((stop) => ["en_route", "arrived", "started"].includes(stop.state));
  if (underWay) return underWay;
  return stops.find((stop) => !isBehind(stops, stop)) ?? null;
}

/**
 * Whether a stop needs no more thought: it is over, or a pickup that work done since has overtaken.
 *
 * @param {Stop[]} stops
 * @param {Stop} stop
 */
export function isBehind(stops, stop) {
  if (OVER.includes(stop.state)) return true;
  const last = stops.findLastIndex((one) => one.wire.kind === "visit" && OVER.includes(one.state));
  return stop.sheet === null && stops.indexOf(stop) < last;
}

/**
 * What may be reported next on a visit; the first one is what one usually wants.
 *
 * @param {VisitState} state
 * @returns {ReportType[]}
 */
export function stepsAfter(state) {
  if (state === "open") return ["en_route", "arrived"];
  if (state === "en_route") return ["arrived"];
  if (state === "arrived" || state === "started") return ["finished", "could_not_finish"];
  return [];
}

/**
 * @param {Day} day
 * @param {Item[]} waiting
 * @returns {import("./shapes.js").PickingItem[]}
 */
export function pickingOf(day, waiting) {
  const taken = new Map(waiting.filter((item) => item.kind === "collect").map((item) => [item.subject, item.made_at]));
  return day.picking.map((item) => {
    const at = taken.get(item.id);
    return at === undefined || item.collected_at !== null
      ? item
      : { ...item, collected_at: new Date(at).toISOString() };
  });
}

/**
 * What is in the van by now.
 *
 * @param {Day} day
 * @param {Item[]} waiting
 * @returns {Pieces}
 */
export function vanOf(day, waiting) {
  /** @type {Pieces} */
  const van = { ...day.van_stock };
  const move = (/** @type {string} */ part, /** @type {number} */ count) => {
    van[part] = (van[part] ?? 0) + count;
  };
  for (const item of waiting) {
    const found = item.kind === "collect" ? day.picking.find((one) => one.id === item.subject) : undefined;
    if (found && found.collected_at === null) move(found.part, found.quantity);
    if (item.kind !== "event") continue;
    for (const [part, count] of Object.entries(item.body["parts_used"] ?? {})) move(part, -Number(count));
    for (const [part, count] of Object.entries(item.body["parts_returned"] ?? {})) move(part, Number(count));
  }
  return Object.fromEntries(Object.entries(van).filter(([, count]) => count > 0));
}

/**
 * What the visits that are still to come take, part by part.
 *
 * @param {Stop[]} stops
 * @returns {Pieces}
 */
export function neededBy(stops) {
  /** @type {Pieces} */
  const needed = {};
  for (const stop of stops) {
    if (stop.sheet === null || OVER.includes(stop.state)) continue;
    for (const [part, count] of Object.entries(partsOf(stop))) needed[part] = (needed[part] ?? 0) + count;
  }
  return needed;
}

/** @param {Stop} stop @returns {Pieces} what the work is expected to take, this van's share of it */
export function partsOf(stop) {
  const planned = stop.wire.parts ?? {};
  return Object.keys(planned).length > 0 ? planned : (stop.sheet?.parts ?? {});
}

/**
 * The day after the service took something, so that nothing jumps back until it is read again.
 *
 * @param {Day} day
 * @param {Item} item
 * @param {any} answer
 * @returns {Day}
 */
export function dayAfter(day, item, answer) {
  if (item.kind === "event") {
    const state = answer.visit_state || item.body["type"];
    const moved = vanOf({ ...day, picking: [] }, [item]);
    const visits = day.visits.map((sheet) => (sheet.id === item.subject ? { ...sheet, state } : sheet));
    return { ...day, visits, van_stock: moved };
  }
  if (item.kind === "collect") {
    const van_stock = vanOf(day, [item]);
    return { ...day, van_stock, picking: pickingOf(day, [item]) };
  }
  if (item.kind === "confirm") return { ...day, confirmation: answer };
  if (item.kind === "report") {
    const visits = day.visits.map((sheet) => (sheet.id === item.subject ? { ...sheet, report: answer } : sheet));
    return { ...day, visits };
  }
  return day;
}
