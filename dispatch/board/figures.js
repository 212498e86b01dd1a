/**
 * The strip of key figures, and which plan they belong to.
 */

import { element, foreign } from "./element.js";
import { RISKY } from "./world.js";

const COSTS = [
  "travel", "labour", "overtime", "sla", "due", "preference", "churn", "fairness", "worst_lateness",
  "risk",
];

/**
 * @param {HTMLElement} panel
 * @param {import("./types.js").World} world
 * @param {import("./words.js").Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 */
export function drawFigures(panel, world, words, clock) {
  const { plan } = world.answers;
  const { kpis, cost, publication, run } = plan;
  const money = cost.total - cost.unassigned;
  const parts = COSTS.filter((one) => cost[one] > 0)
    .map((one) => words.say(`cost.${one}`, { value: words.money(cost[one]) }))
    .join(", ");
  const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
    words.say("figure.of", { part, whole });
  const figures = [
    figure(words.say("figure.visits"), share(kpis.visits, kpis.visits + kpis.unassigned)),
    figure(words.say("figure.unassigned"), String(kpis.unassigned), kpis.unassigned > 0 ? "warn" : ""),
    figure(words.say("figure.sla"), share(kpis.sla_met, kpis.sla_total), kpis.sla_met < kpis.sla_total ? "warn" : ""),
    riskFigure(world, words),
    figure(words.say("figure.working"), words.duration(kpis.working_time_s, false)),
    figure(words.say("figure.travel"), words.say("figure.travel.both", {
      duration: words.duration(kpis.travel_s, false), distance: words.distance(kpis.travel_m),
    })),
    figure(words.say("figure.overtime"), words.duration(kpis.overtime_s, false)),
    figure(words.say("figure.utilisation"), words.percents.format(kpis.utilisation)),
    figure(words.say("figure.cost"), words.money(money), "", words.say("figure.cost.hint", { parts })),
  ];
  const published = publication.published_at === null ? "" : words.say("run.published", {
    time: clock.moment(Date.parse(publication.published_at)),
    name: publication.publisher ?? "",
  });
  const start = Date.parse(world.answers.case.planning_window.start);
  const facts = [
    words.say("run.plan", { version: publication.version }),
    published,
    words.say("run.travel", { source: words.code("source", plan.travel.source) }),
    words.say("run.engine", {
      engine: run.engine, seed: run.seed, seconds: words.numbers.format(run.elapsed_s),
    }),
    words.say("run.zone", { zone: clock.zone, offset: clock.offset(start) }),
  ];
  panel.replaceChildren(
    element("dl", { class: "strip" }, figures),
    element("p", { class: "run" }, [
      element("span", { class: `status ${plan.status}` }, words.code("status", plan.status)),
      ...facts.filter(Boolean).map((one) => element("span", {}, [foreign(one)])),
    ]),
  );
}

/**
 * @param {import("./types.js").World} world
 * @param {import("./words.js").Words} words
 */
function riskFigure(world, words) {
  let count = 0;
  for (const lane of world.lanes) for (const stop of lane.stops) if (stop.sla === "tight") count += 1;
  const { expected_breach: price } = world.answers.plan.kpis;
  const hint = price === undefined || price === null ? words.say("figure.risk.unknown")
    : words.say("figure.risk.hint", { share: words.percents.format(RISKY), price: words.money(price) });
  return figure(words.say("figure.risk"), String(count), count > 0 ? "risky" : "", hint);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [state]
 * @param {string} [hint]
 */
function figure(name, value, state = "", hint) {
  return element("div", { class: `figure ${state}`.trim(), title: hint }, [
    element("dt", {}, name), element("dd", {}, value),
  ]);
}
