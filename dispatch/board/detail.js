/**
 * What is known about the selected visit or shift.
 */

import { element, foreign } from "./element.js";
import { partList, slaWords } from "./gantt_lane.js";

/** @typedef {import("./types.js").World} World */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./site_clock.js").SiteClock} SiteClock */
/** @typedef {(chosen: import("./types.js").Chosen) => void} Choose */
/** @typedef {import("./element.js").Child} Child */

/**
 * @param {HTMLElement} panel
 * @param {import("./types.js").Chosen} chosen
 * @param {World} world
 * @param {Words} words
 * @param {SiteClock} clock
 * @param {Choose} choose
 * @param {import("./hand_work.js").HandWork} work
 */
export function drawDetail(panel, chosen, world, words, clock, choose, work) {
  const close = element("button", { type: "button", class: "tool" }, words.say("detail.close"), {
    on: { click: () => choose(null) },
  });
  const head = element("div", { class: "panel-head" }, [
    element("h2", {}, words.say("detail")), chosen && element("div", { class: "tools" }, [close]),
  ]);
  const focused = panel.contains(document.activeElement);
  const visit = chosen?.kind === "visit" ? world.visits.get(chosen.id) : undefined;
  const lane = chosen?.kind === "shift" ? world.shifts.get(chosen.id) : undefined;
  const request = chosen?.kind === "request"
    ? world.answers.requests.find((one) => one.id === chosen.id) : undefined;
  const told = work.broken().get(`${chosen?.kind} ${chosen?.id}`) ?? [];
  const broken = told.length > 0 && element("ul", { class: "broken" },
    told.map((one) => element("li", {}, [foreign(one)])));
  const above = broken ? [head, broken] : [head];
  if (visit) panel.replaceChildren(...above, ...visitDetail(visit, world, words, clock, choose, work));
  else if (request) panel.replaceChildren(...above, ...requestDetail(request, world, words, clock));
  else if (lane) panel.replaceChildren(...above, ...laneDetail(lane, world, words, clock, choose));
  else panel.replaceChildren(head, element("p", { class: "empty" }, words.say("detail.nothing")));
  // What had the focus is gone; whoever reads by keyboard goes on in the same panel.
  if (focused) panel.focus({ preventScroll: true });
}

/**
 * @param {import("./types.js").Visit} visit
 * @param {World} world
 * @param {Words} words
 * @param {SiteClock} clock
 * @param {Choose} choose
 * @param {import("./hand_work.js").HandWork} work
 * @returns {Node[]}
 */
function visitDetail(visit, world, words, clock, choose, work) {
  const { wire, request } = visit;
  const moment = (/** @type {string | number} */ at) =>
    clock.moment(typeof at === "number" ? at : Date.parse(at));
  const rows = new Rows(words);
  for (const stop of visit.stops) {
    rows.add("engineer", [
      element("button", { type: "button", class: "link" }, [foreign(words.engineer(stop.lane.engineer))], {
        on: { click: () => choose({ kind: "shift", id: stop.lane.shift }) },
      }),
    ]);
    const gone = words.say("stop.travel", {
      duration: words.duration(stop.wire.travel_s), distance: words.distance(stop.wire.travel_m),
    });
    const arrive = moment(stop.arrive);
    rows.add("arrive", stop.wire.travel_s > 0 ? `${arrive} (${gone})` : arrive);
    if (stop.wire.wait_s > 0) rows.add("wait", words.duration(stop.wire.wait_s));
    rows.add("work", `${moment(stop.start)} – ${clock.time(stop.finish)}`);
    rows.add("sla", element("span", { class: `state sla-${stop.sla}` }, slaWords(stop, words)));
  }
  if (visit.unassigned) {
    rows.add("unassigned", words.code("verdict", visit.unassigned.verdict));
  }
  if (wire.sla) rows.add("deadline", moment(wire.sla.arrive_by));
  if (wire.promise) {
    const { start, end, stage } = wire.promise;
    rows.add("promise", `${moment(start)} – ${moment(end)} (${words.code("stage", stage)})`);
  }
  if (wire.due?.ideal) rows.add("due", clock.dayName(Date.parse(wire.due.ideal)));
  const severity = wire.sla?.severity;
  const kind = words.code("kind", wire.kind ?? "corrective");
  rows.add("kind", severity ? `${kind}, ${words.code("severity", severity)}` : kind);
  rows.add("priority", words.code("priority", wire.priority ?? "normal"));
  if ((wire.crew_size ?? 1) > 1) rows.add("crew", "", { count: wire.crew_size ?? 1 });
  const skills = (wire.required_skills ?? []).map((one) =>
    words.say("detail.level", { skill: one.name, level: one.min_level ?? 1 }));
  rows.list("skills", skills);
  rows.list("tools", wire.required_tools ?? []);
  rows.list("parts", partList(wire.parts ?? {}, world, words));
  if (request) {
    rows.add("request", [foreign(request.id), `, ${words.code("request", request.state)}`]);
    for (const one of request.clocks) {
      if (one.kind === "arrive" && wire.sla) continue;
      rows.add(`clock.${one.kind}`, `${moment(one.deadline)} (${words.code("clock", one.state)})`);
    }
  }
  rows.add("visit", foreign(visit.id));
  return [
    element("h3", {}, [foreign(words.visit(visit))]),
    element("p", { class: "work" }, [foreign(words.work(visit))]),
    element("p", { class: "address" }, [visit.site?.address && foreign(visit.site.address)]),
    work.actions(visit),
    rows.element,
  ];
}

/**
 * A request that nobody drives for, or not yet.
 *
 * @param {import("./types.js").WireRequest} request
 * @param {World} world
 * @param {Words} words
 * @param {SiteClock} clock
 * @returns {Node[]}
 */
function requestDetail(request, world, words, clock) {
  const rows = new Rows(words);
  const site = world.answers.sites.find((one) => one.id === request.site);
  rows.add("request", foreign(request.id));
  rows.add("state", words.code("request", request.state));
  rows.add("kind", words.code("severity", request.severity));
  rows.add("reported", clock.moment(Date.parse(request.reported_at)));
  for (const one of request.clocks) {
    rows.add(`clock.${one.kind}`, `${clock.moment(Date.parse(one.deadline))} (${words.code("clock", one.state)})`);
  }
  return [
    element("h3", {}, [foreign(site ? words.nameOf(site) : request.site)]),
    element("p", { class: "work" }, [foreign((words.language === "en" && request.summary_en) || request.summary)]),
    element("p", { class: "address" }, [site?.address && foreign(site.address)]),
    rows.element,
  ];
}

/**
 * @param {import("./types.js").Lane} lane
 * @param {World} world
 * @param {Words} words
 * @param {SiteClock} clock
 * @param {Choose} choose
 * @returns {Node[]}
 */
function laneDetail(lane, world, words, clock, choose) {
  const rows = new Rows(words);
  rows.add("shift", `${clock.moment(lane.start)} – ${clock.moment(lane.end, clock.day(lane.start))}`);
  if (lane.route && lane.used) {
    const { start, end } = lane.used;
    rows.add("route", `${clock.moment(start)} – ${clock.moment(end, clock.day(start))}`);
    rows.add("working", words.duration(lane.route.working_time_s));
    if (lane.route.overtime_s > 0) {
      rows.add("overtime", words.duration(lane.route.overtime_s));
    }
  } else {
    rows.add("route", words.say("gantt.unused"));
  }
  const stops = lane.stops.map((stop) => {
    const time = element("time", {}, clock.time(stop.start));
    const { visit } = stop;
    if (visit) {
      const link = element("button", { type: "button", class: "link", "data-visit": visit.id },
        [element("b", {}, stop.number), " ", foreign(words.visit(visit)), " · ", foreign(words.work(visit))],
        { on: { click: () => choose({ kind: "visit", id: visit.id }) } });
      return element("li", {}, [time, link]);
    }
    if (stop.kind === "break") return element("li", {}, [time, words.say("break")]);
    const depot = world.depots.get(stop.depot ?? "");
    const loads = [...partList(stop.wire.loaded, world, words), ...stop.wire.tools_loaded].join(", ");
    const name = depot ? words.nameOf(depot) : (stop.depot ?? "");
    return element("li", {}, [
      time, element("span", {}, [foreign(name), " – ", words.say("detail.loaded"), " ", foreign(loads)]),
    ]);
  });
  if (lane.used) {
    const back = element("time", {}, clock.time(lane.used.end));
    stops.push(element("li", {}, [back, words.say("detail.back")]));
  }
  return [
    element("h3", {}, [foreign(words.engineer(lane.engineer))]),
    rows.element,
    element("ol", { class: "stops" }, stops),
  ];
}

/** Pairs of a word and what it is for the thing selected. */
class Rows {
  /** @param {Words} words */
  constructor(words) {
    this.words = words;
    this.element = element("dl", { class: "rows" });
  }

  /**
   * @param {string} key
   * @param {Child | Child[]} value
   * @param {Record<string, string | number>} [values]
   */
  add(key, value, values) {
    this.element.append(
      element("dt", {}, this.words.say(`detail.${key}`, values)),
      element("dd", {}, Array.isArray(value) ? value : [value]),
    );
  }

  /** @param {string} key @param {string[]} items */
  list(key, items) {
    if (items.length > 0) this.add(key, [foreign(items.join(", "))]);
  }
}
