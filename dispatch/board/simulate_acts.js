/**
 * What can be asked of a selected visit or lane: why this engineer, and what if something goes wrong.
 */

import { element } from "./element.js";

const OVERRUN_MIN = 60;

/**
 * @param {HTMLElement} panel the details
 * @param {import("./planning_desk.js").PlanningDesk} desk
 */
export function addActs(panel, desk) {
  const { board } = desk;
  const { chosen, world, words } = board;
  const head = panel.querySelector("h3");
  if (!world || !chosen || !head) return;
  const visit = chosen.kind === "visit" ? world.visits.get(chosen.id) : undefined;
  const lane = chosen.kind === "shift" ? world.shifts.get(chosen.id) : undefined;
  const act = (/** @type {string} */ key, /** @type {() => unknown} */ doIt) =>
    element("button", { type: "button", class: "tool", "data-act": key }, words.say(`act.${key}`), { on: { click: () => void doIt() } });
  const clock = board.clock();
  const now = clock.now();
  // The service counts whole seconds; what begins now begins with the next one.
  const iso = (/** @type {number} */ at) => new Date(Math.ceil(at / 1000) * 1000).toISOString();
  const found = [];
  if (visit && visit.stops.length > 0) {
    found.push(act("why", () => desk.why(visit)));
    if (desk.may) {
      found.push(act("overrun", () => desk.suppose({ kind: "visit_overrun", subject: visit.id, minutes: OVERRUN_MIN })));
      const { start, end } = clock.bounds(clock.day(visit.stops[0].start));
      if (visit.site && end > now) {
        const { id } = visit.site;
        found.push(act("closed", () => desk.suppose({ kind: "site_closed", subject: id, start: iso(Math.max(now, start)), until: iso(end) })));
      }
    }
  } else if (lane && desk.may) {
    const last = lane.overtimeEnd ?? lane.end;
    if (last > now) {
      const when = { subject: lane.engineer.id, start: iso(Math.max(now, lane.start)), until: iso(last) };
      found.push(act("ill", () => desk.suppose({ kind: "engineer_absent", ...when })));
      found.push(act("van", () => desk.suppose({ kind: "van_broken_down", ...when })));
    }
  }
  const above = panel.querySelector(".acts") ?? head;
  if (found.length > 0) above.after(element("div", { class: "acts planning-acts", role: "group", "aria-label": words.say("planning") }, found));
}
