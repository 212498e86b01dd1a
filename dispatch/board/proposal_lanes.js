/**
 * The routes that a proposal changes, each twice: as they are in force, and as proposed below it.
 */

import { drawing, element, foreign } from "./element.js";

/** @typedef {import("./types.js").WirePlan} WirePlan */
/** @typedef {import("./types.js").WireRoute} WireRoute */

const WIDTH = 440;
const BAR = 15;
const GAP = 3;
const HEAD = 14;
const HOUR = 3_600_000;
const MOST = 30;

/**
 * @param {import("./types.js").Answers | null} answers
 * @param {import("./planning_types.js").Proposal} proposal
 * @param {import("./words.js").Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 * @param {(visit: string) => void} choose
 * @returns {HTMLElement}
 */
export function drawPairs(answers, proposal, words, clock, choose) {
  const kinds = new Map(proposal.whole.changes.map((one) => [one.visit, one.kind]));
  const old = new Map((answers?.plan.routes ?? []).map((one) => [one.shift, one]));
  const made = new Map(proposal.plan.routes.map((one) => [one.shift, one]));
  const touched = (/** @type {WireRoute | undefined} */ route) => route?.stops.some((one) => one.visit !== null && kinds.has(one.visit)) ?? false;
  const shifts = [...new Set([...old.keys(), ...made.keys()])].filter((one) => touched(old.get(one)) || touched(made.get(one)));
  const shown = shifts.slice(0, MOST);
  const people = new Map((answers?.engineers ?? []).map((one) => [one.id, one]));
  return element("div", { class: "pairs" }, [
    element("p", { class: "quiet" }, words.say("pairs.legend")),
    ...shown.map((shift) => {
      const routes = [old.get(shift) ?? null, made.get(shift) ?? null];
      const engineer = people.get(routes[0]?.engineer ?? routes[1]?.engineer ?? "");
      const name = engineer ? words.nameOf(engineer) : (routes[0] ?? routes[1])?.engineer ?? shift;
      const ends = routes.flatMap((one) => (one ? [Date.parse(one.start), Date.parse(one.end)] : []));
      const span = { start: Math.floor(Math.min(...ends) / HOUR) * HOUR, end: Math.ceil(Math.max(...ends) / HOUR) * HOUR };
      const told = routes.map((route, row) => {
        const visits = (route?.stops ?? []).filter((one) => one.visit !== null && kinds.has(one.visit));
        return words.say(row === 0 ? "pairs.was" : "pairs.will", { times: visits.map((one) => clock.time(Date.parse(one.start))).join(", ") || "–" });
      });
      return element("figure", { class: "pair" }, [
        element("figcaption", {}, [foreign(name)]),
        drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEAD + 2 * (BAR + GAP)}`, role: "img", "aria-label": [name, ...told].join(". ") }, [
          ...hours(span, clock),
          ...routes.flatMap((route, row) => (route ? bars(route, row, span, kinds, choose) : [])),
        ]),
      ]);
    }),
    shifts.length > MOST && element("p", { class: "quiet" }, words.say("pairs.more", { count: shifts.length - MOST })),
  ]);
}

/** @param {{start: number, end: number}} span @param {import("./site_clock.js").SiteClock} clock */
function hours(span, clock) {
  const every = Math.max(1, Math.ceil((span.end - span.start) / HOUR / 8));
  const found = [];
  for (let at = span.start; at < span.end; at += every * HOUR) {
    const x = ((at - span.start) / (span.end - span.start)) * WIDTH;
    found.push(drawing("line", { class: "curve-grid", x1: x, x2: x, y1: 0, y2: HEAD + 2 * (BAR + GAP) }));
    found.push(drawing("text", { class: "curve-text", x: x + 2, y: 10 }, [clock.time(at)]));
  }
  return found;
}

/**
 * @param {WireRoute} route
 * @param {number} row 0 as in force, 1 as proposed
 * @param {{start: number, end: number}} span
 * @param {Map<string, string>} kinds
 * @param {(visit: string) => void} choose
 */
function bars(route, row, span, kinds, choose) {
  const x = (/** @type {string} */ at) => ((Date.parse(at) - span.start) / (span.end - span.start)) * WIDTH;
  const y = HEAD + row * (BAR + GAP);
  const made = [drawing("rect", { class: "pair-route", x: x(route.start), width: Math.max(1, x(route.end) - x(route.start)), y: y + BAR / 2 - 1, height: 2 })];
  let number = 0;
  for (const stop of route.stops) {
    if (stop.kind !== "visit" || stop.visit === null) continue;
    number += 1;
    const { visit } = stop;
    const changed = kinds.has(visit);
    const left = x(stop.start);
    const width = Math.max(4, x(stop.finish) - left);
    const bar = drawing("g", { class: changed ? `pair-stop changed ${row === 0 ? "leaves" : "comes"}` : "pair-stop" }, [
      drawing("rect", { x: left, y, width, height: BAR, rx: 2 }),
      width > 12 && drawing("text", { class: "pair-number", x: left + width / 2, y: y + 11, "text-anchor": "middle" }, [changed ? `${number}*` : String(number)]),
    ]);
    bar.addEventListener("click", () => choose(visit));
    made.push(bar);
  }
  return made;
}
