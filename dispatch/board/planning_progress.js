/**
 * A run while it goes: how far it is, and how the cost of its best plan falls.
 */

import { element, foreign } from "./element.js";
import { costCurve } from "./planning_curve.js";

/**
 * @param {import("./planning_types.js").Run} run
 * @param {number} aheadMs server's time less this computer's
 * @param {import("./words.js").Words} words
 * @param {() => void} cancel
 * @returns {HTMLElement}
 */
export function drawGoing(run, aheadMs, words, cancel) {
  const since = run.started_at === null ? null : Date.parse(run.started_at);
  const elapsed = since === null ? 0 : Math.max(0, (Date.now() + aheadMs - since) / 1000);
  const share = Math.min(1, elapsed / run.time_limit_s);
  const { progress, trace } = run;
  const best = trace[trace.length - 1] ?? null;
  const state = run.cancel_requested ? "stopping" : run.state === "queued" ? "queued" : share >= 1 ? "finishing" : "solving";
  const facts = [
    words.say("planning.elapsed", { elapsed: words.duration(elapsed), limit: words.duration(run.time_limit_s) }),
    best && words.say("planning.best", { cost: words.money(best.cost) }),
    best && words.say("planning.left", { count: best.unassigned }),
    progress.iterations !== undefined && words.say("planning.tries", { count: words.numbers.format(progress.iterations) }),
  ];
  return element("section", { class: "going" }, [
    element("p", {}, [
      element("strong", {}, words.say(`planning.state.${state}`)), " ",
      element("span", { class: "quiet" }, [foreign(words.say("planning.by", { name: run.created_by }))]),
    ]),
    element("progress", {
      "aria-label": words.say("planning.progress"), max: 1, value: run.state === "queued" ? null : share.toFixed(3),
    }),
    element("ul", { class: "facts" }, facts.filter(Boolean).map((one) => element("li", {}, one || ""))),
    element("figure", {}, [
      costCurve(trace, elapsed, words),
      element("figcaption", { class: "quiet" }, words.say(trace.some((one) => one.unassigned > 0) ? "curve.cost.left" : "curve.cost")),
    ]),
    element("div", { class: "tools" }, [
      element("button", { type: "button", class: "tool", "data-act": "cancel", disabled: run.cancel_requested }, words.say("planning.stop"), {
        on: { click: cancel },
      }),
    ]),
  ]);
}
