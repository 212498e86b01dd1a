/**
 * A run while it goes: how far it is, and how the cost of its best plan falls. Only what changes is
 * drawn again, so that the button to stop it stays under the pointer.
 */

import { element, foreign } from "./element.js";
import { costCurve } from "./planning_curve.js";

/** @typedef {import("./planning_types.js").Run} Run */

/** The view of one run. */
export class GoingView {
  /**
   * @param {import("./words.js").Words} words
   * @param {() => void} cancel
   */
  constructor(words, cancel) {
    this.words = words;
    this.state = element("strong", {});
    this.who = element("span", { class: "quiet" });
    this.bar = element("progress", { "aria-label": words.say("planning.progress"), max: 1 });
    this.facts = element("ul", { class: "facts" });
    this.drawn = element("div", {});
    this.caption = element("figcaption", { class: "quiet" });
    this.stop = element("button", { type: "button", class: "tool", "data-act": "cancel" }, words.say("planning.stop"), {
      on: { click: cancel },
    });
    this.element = element("section", { class: "going" }, [
      element("p", {}, [this.state, " ", this.who]),
      this.bar,
      this.facts,
      element("figure", {}, [this.drawn, this.caption]),
      element("div", { class: "tools" }, [this.stop]),
    ]);
  }

  /** @param {Run} run @param {number} aheadMs server's time less this computer's */
  update(run, aheadMs) {
    const { words } = this;
    const since = run.started_at === null ? null : Date.parse(run.started_at);
    const elapsed = since === null ? 0 : Math.max(0, (Date.now() + aheadMs - since) / 1000);
    const share = Math.min(1, elapsed / run.time_limit_s);
    const { progress, trace } = run;
    const best = trace[trace.length - 1] ?? null;
    const state = run.cancel_requested ? "stopping" : run.state === "queued" ? "queued" : share >= 1 ? "finishing" : "solving";
    this.state.textContent = words.say(`planning.state.${state}`);
    this.who.replaceChildren(foreign(words.say("planning.by", { name: run.creator })));
    if (run.state === "queued") this.bar.removeAttribute("value");
    else this.bar.value = share;
    const facts = [
      words.say("planning.elapsed", { elapsed: words.duration(elapsed), limit: words.duration(run.time_limit_s) }),
      best && words.say("planning.best", { cost: words.money(best.cost) }),
      best && words.say("planning.left", { count: best.unassigned }),
      progress.iterations !== undefined && words.say("planning.tries", { count: words.numbers.format(progress.iterations) }),
    ];
    this.facts.replaceChildren(...facts.filter(Boolean).map((one) => element("li", {}, one || "")));
    this.drawn.replaceChildren(costCurve(trace, elapsed, words));
    this.caption.textContent = words.say(trace.some((one) => one.unassigned > 0) ? "curve.cost.left" : "curve.cost");
    this.stop.disabled = run.cancel_requested;
  }
}
