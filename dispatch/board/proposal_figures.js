/**
 * Key figures of the plan in force and of a proposal, side by side.
 */

import { element } from "./element.js";

/** @typedef {import("./types.js").WirePlan} WirePlan */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {{key: string, of: (plan: WirePlan) => number, tell: (value: number) => string, more: "good" | "bad"}} Row */

/** What a plan costs without the price of what it leaves out. @param {WirePlan} plan */
export function moneyOf(plan) {
  return plan.cost.total - plan.cost.unassigned;
}

/** @param {Words} words @returns {Row[]} */
function rows(words) {
  const whole = (/** @type {number} */ value) => words.numbers.format(value);
  return [
    { key: "figure.visits", of: (plan) => plan.kpis.visits, tell: whole, more: "good" },
    { key: "figure.unassigned", of: (plan) => plan.kpis.unassigned, tell: whole, more: "bad" },
    { key: "figure.sla.broken", of: (plan) => plan.kpis.sla_total - plan.kpis.sla_met, tell: whole, more: "bad" },
    { key: "figure.working", of: (plan) => plan.kpis.working_time_s, tell: (value) => words.duration(value, false), more: "bad" },
    { key: "figure.travel", of: (plan) => plan.kpis.travel_m, tell: (value) => words.distance(value), more: "bad" },
    { key: "figure.overtime", of: (plan) => plan.kpis.overtime_s, tell: (value) => words.duration(value, false), more: "bad" },
    { key: "figure.cost", of: moneyOf, tell: (value) => words.money(value), more: "bad" },
  ];
}

/**
 * @param {WirePlan | null} current
 * @param {WirePlan} proposed
 * @param {Words} words
 * @returns {HTMLElement}
 */
export function drawFigureTable(current, proposed, words) {
  const heads = ["figure.what", ...(current ? ["proposal.in.force"] : []), "proposal.proposed", ...(current ? ["proposal.difference"] : [])];
  return element("table", { class: "figure-table" }, [
    element("thead", {}, [element("tr", {}, heads.map((key) => element("th", { scope: "col" }, words.say(key))))]),
    element("tbody", {}, rows(words).map((row) => {
      const now = row.of(proposed);
      const was = current ? row.of(current) : 0;
      const by = now - was;
      const verdict = by === 0 ? "same" : (by > 0) === (row.more === "good") ? "better" : "worse";
      const sign = by > 0 ? "+" : "−";
      return element("tr", {}, [
        element("th", { scope: "row" }, words.say(row.key)),
        current && element("td", {}, row.tell(was)),
        element("td", {}, row.tell(now)),
        current && element("td", { class: verdict }, by === 0 ? "=" : [
          `${sign}${row.tell(Math.abs(by))} `, element("span", { class: "unseen" }, words.say(`proposal.${verdict}`)),
        ]),
      ]);
    })),
  ]);
}
