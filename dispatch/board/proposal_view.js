/**
 * A proposal against the plan in force: figures side by side, every change with its price, whom to
 * phone, and what comes of taking over some of it.
 */

import { Refused } from "./api.js";
import { element, foreign } from "./element.js";
import { budgetCurve } from "./planning_curve.js";
import { drawFigureTable, moneyOf } from "./proposal_figures.js";
import { drawPairs } from "./proposal_lanes.js";
import { drawPhoneList } from "./proposal_phone.js";

/** @typedef {import("./planning_types.js").Accepted} Accepted */
/** @typedef {import("./planning_types.js").Change} Change */
/** @typedef {import("./planning_types.js").Proposal} Proposal */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./site_clock.js").SiteClock} SiteClock */

const CALM_MS = 300;

/**
 * @typedef {object} Hooks
 * @property {() => import("./types.js").Answers | null} current the plan in force with its names
 * @property {(visits: string[] | null, publish: boolean) => Promise<Accepted>} accept
 * @property {(visits: string[] | null) => void} take
 * @property {(on: boolean) => void} preview
 * @property {(visit: string) => void} choose
 * @property {() => void} drop
 * @property {() => void} changed
 */

/** One proposal while somebody decides about it. */
export class ProposalView {
  /** @param {Proposal} proposal @param {Hooks} hooks */
  constructor(proposal, hooks) {
    this.proposal = proposal;
    this.hooks = hooks;
    this.previewing = false;
    /** Visits whose change is to be taken over. @type {Set<string>} */
    this.chosen = new Set(proposal.whole.chosen);
    /** What taking the chosen ones over makes; null while it is asked. @type {Accepted | null} */
    this.part = proposal.whole;
    /** @type {string | null} */
    this.refusal = null;
    this.asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** Which of the parts that fold are open. @type {Map<string, boolean>} */
    this.folds = new Map();
  }

  get supposing() {
    return (this.proposal.run?.supposed.length ?? 0) > 0;
  }

  /** @param {Words} words @param {SiteClock} clock @returns {HTMLElement} */
  draw(words, clock) {
    const { proposal, hooks } = this;
    const answers = hooks.current();
    const { whole } = proposal;
    const named = new Names(answers, proposal.case, words);
    const curve = proposal.run?.progress.curve ?? [];
    return element("section", { class: "proposal" }, [
      element("h3", {}, words.say(whole.base > 0 ? "proposal.title" : "proposal.first", { version: proposal.version, base: whole.base })),
      whole.base > 0 && this.#summary(words),
      this.#toggle(words),
      drawFigureTable(answers?.plan ?? null, proposal.plan, words),
      curve.some((one) => one.moved.length > 0) && this.#fold("curve", words.say("proposal.curve"), [
        budgetCurve(curve, words), this.#curveTable(curve, words),
      ], true),
      whole.base > 0 && whole.engineers.length > 0 && this.#fold("pairs", words.say("proposal.pairs", { count: whole.engineers.length }), [
        drawPairs(answers, proposal, words, clock, hooks.choose),
      ], whole.engineers.length <= 8),
      whole.base > 0 ? this.#changes(named, words, clock) : element("p", {}, words.say("proposal.all.new", { count: whole.changes.length })),
      this.#decision(named, words),
      whole.phone.length > 0 && this.#fold("phone", words.say("proposal.phone", { count: (this.part ?? whole).phone.length }), [
        drawPhoneList((this.part ?? whole), answers, named, words, clock),
      ], true),
    ]);
  }

  /** @param {Words} words */
  #summary(words) {
    const { whole } = this.proposal;
    // What is supposed takes visits from the plan in force; the price of the rest would say nothing.
    const inForce = this.supposing ? this.hooks.current()?.plan : undefined;
    const total = inForce ? moneyOf(this.proposal.plan) - moneyOf(inForce) : whole.difference.total;
    const saved = total === 0 ? words.say("proposal.same") : words.say(total < 0 ? "proposal.saves" : "proposal.costs", { price: words.money(Math.abs(total)) });
    // What it costs says little where it leaves more undone.
    const before = this.hooks.current()?.plan.kpis.unassigned ?? 0;
    const more = this.proposal.plan.kpis.unassigned - before;
    return element("ul", { class: "facts summary" }, [
      more !== 0 && element("li", { class: more > 0 ? "bad" : "fine" }, words.say(more > 0 ? "proposal.leaves" : "proposal.places", { count: Math.abs(more) })),
      element("li", { class: "price" }, [element("strong", {}, saved)]),
      element("li", {}, words.say("proposal.changes", { count: whole.changes.length })),
      element("li", {}, words.say("proposal.churn", { price: words.money(whole.churn) })),
      element("li", {}, words.say("proposal.phone", { count: whole.phone.length })),
    ]);
  }

  /** @param {Words} words */
  #toggle(words) {
    const choice = (/** @type {boolean} */ on, /** @type {string} */ key) => element("button", {
      type: "button", class: "tool", "aria-pressed": String(this.previewing === on), "data-act": key,
    }, words.say(`proposal.${key}`), { on: { click: () => this.hooks.preview(on) } });
    if (!this.hooks.current()) return false;
    return element("div", { class: "toggle", role: "group", "aria-label": words.say("proposal.shown") }, [
      element("span", { class: "quiet" }, words.say("proposal.shown")), choice(false, "shown.current"), choice(true, "shown.proposal"),
    ]);
  }

  /** @param {import("./planning_types.js").CurvePoint[]} curve @param {Words} words */
  #curveTable(curve, words) {
    const keys = ["most", "moved", "saved", "churn", "left"];
    return element("table", { class: "curve-table" }, [
      element("thead", {}, [element("tr", {}, keys.map((key) => element("th", { scope: "col" }, words.say(`curve.${key}`))))]),
      element("tbody", {}, curve.map((one) => element("tr", {}, [
        element("th", { scope: "row" }, one.most_moved === null ? words.say("curve.any") : String(one.most_moved)),
        element("td", {}, one.moved.length),
        element("td", {}, words.money(one.saved)),
        element("td", {}, words.money(one.churn)),
        element("td", {}, one.unassigned),
      ]))),
    ]);
  }

  /** @param {Names} named @param {Words} words @param {SiteClock} clock */
  #changes(named, words, clock) {
    const { whole } = this.proposal;
    if (whole.changes.length === 0) return element("p", { class: "empty" }, words.say("proposal.nothing"));
    const all = element("input", { type: "checkbox", checked: this.chosen.size === whole.chosen.length, "data-act": "all" }, [], {
      on: { change: () => this.#choose(all.checked ? whole.chosen : []) },
    });
    all.indeterminate = this.chosen.size > 0 && this.chosen.size < whole.chosen.length;
    return element("fieldset", { class: "changes" }, [
      element("legend", {}, words.say("proposal.visits")),
      element("label", { class: "choice all" }, [all, words.say("proposal.all")]),
      element("ul", {}, whole.changes.map((one) => this.#change(one, named, words, clock))),
    ]);
  }

  /** @param {Change} change @param {Names} named @param {Words} words @param {SiteClock} clock */
  #change(change, named, words, clock) {
    const name = named.visit(change.visit);
    const box = element("input", {
      type: "checkbox", checked: this.chosen.has(change.visit), "data-act": `visit ${change.visit}`, "aria-label": words.say("proposal.take", { name }),
    }, [], {
      on: {
        change: () => {
          if (box.checked) this.chosen.add(change.visit);
          else this.chosen.delete(change.visit);
          this.#choose([...this.chosen]);
        },
      },
    });
    const place = (/** @type {import("./planning_types.js").Place | null} */ one) =>
      one ? foreign(`${clock.moment(Date.parse(one.start))} ${one.engineers.map((id) => named.engineer(id)).join(", ")}`) : element("span", {}, words.say("proposal.nowhere"));
    return element("li", { class: `change ${change.kind}` }, [
      box,
      element("div", {}, [
        element("button", { type: "button", class: "link", "data-act": `see ${change.visit}` }, [foreign(name)], {
          on: { click: () => this.hooks.choose(change.visit) },
        }),
        element("p", { class: "from-to" }, [
          element("span", { class: "tag" }, words.code("change", change.kind)), " ",
          element("s", { class: "was" }, [element("span", { class: "unseen" }, words.say("proposal.before")), place(change.before)]),
          element("span", { "aria-hidden": "true" }, " → "),
          element("strong", {}, [element("span", { class: "unseen" }, words.say("proposal.after")), place(change.after)]),
        ]),
        element("p", { class: "facts quiet" }, [
          change.stage && element("span", {}, words.say("proposal.promise", { stage: words.code("stage", change.stage) })),
          change.price > 0 && element("span", { class: "price" }, words.say("proposal.price", { price: words.money(change.price) })),
          change.phone && element("span", { class: "phone" }, words.say("proposal.call")),
        ]),
      ]),
    ]);
  }

  /** @param {Names} named @param {Words} words */
  #decision(named, words) {
    const { part, proposal } = this;
    const { whole } = proposal;
    const some = this.chosen.size < whole.chosen.length;
    const broken = part?.violations ?? [];
    const missing = part ? part.together.filter((one) => !this.chosen.has(one)) : [];
    const { total } = part?.difference ?? { total: 0 };
    const none = this.chosen.size === 0 && whole.chosen.length > 0;
    return element("div", { class: "decision" }, [
      some && !none && element("div", { role: "status" }, [
        element("p", { class: "price" }, this.refusal ?? (part
          ? words.say(total <= 0 ? "proposal.part.saves" : "proposal.part.costs", { count: this.chosen.size, price: words.money(Math.abs(total)) })
          : words.say("proposal.part.asking"))),
        broken.length > 0 && element("p", { class: "bad" }, words.say("proposal.part.broken")),
        broken.length > 0 && element("ul", { class: "broken" }, broken.map((one) =>
          element("li", { title: one.detail }, [foreign(words.message(one))]))),
        missing.length > 0 && broken.length > 0 && element("p", {}, [
          words.say("proposal.together", { names: missing.slice(0, 5).map((one) => named.visit(one)).join(", "), count: missing.length }), " ",
          element("button", { type: "button", class: "tool", "data-act": "together" }, words.say("proposal.together.add"), {
            on: { click: () => this.#choose([...this.chosen, ...missing]) },
          }),
        ]),
      ]),
      element("div", { class: "tools" }, [
        element("button", { type: "button", class: "tool", "data-act": "drop" }, words.say("proposal.drop"), { on: { click: () => this.hooks.drop() } }),
        some && element("button", {
          type: "button", class: "main-action", "data-act": "some", disabled: none || !part || broken.length > 0,
        }, words.say("proposal.accept.some", { count: this.chosen.size }), { on: { click: () => this.hooks.take([...this.chosen]) } }),
        !some && element("button", { type: "button", class: "main-action", "data-act": "every" },
          words.say(this.supposing ? "proposal.accept.supposed" : "proposal.accept.all"), { on: { click: () => this.hooks.take(null) } }),
      ]),
    ]);
  }

  /** @param {string[]} visits */
  #choose(visits) {
    this.chosen = new Set(visits);
    this.refusal = null;
    clearTimeout(this.timer);
    const turn = ++this.asked;
    const { whole } = this.proposal;
    const every = this.chosen.size === whole.chosen.length;
    this.part = every ? whole : null;
    this.hooks.changed();
    if (every || this.chosen.size === 0) return;
    this.timer = setTimeout(() => void this.#ask(turn), CALM_MS);
  }

  /** @param {number} turn */
  async #ask(turn) {
    try {
      const part = await this.hooks.accept([...this.chosen], false);
      if (turn !== this.asked) return;
      this.part = part;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (turn !== this.asked) return;
      this.refusal = error.detail;
    }
    this.hooks.changed();
  }

  /** @param {string} key @param {string} title @param {Node[]} children @param {boolean} open */
  #fold(key, title, children, open) {
    const fold = element("details", { class: "fold", open: this.folds.get(key) ?? open }, [
      element("summary", { "data-act": `fold ${key}` }, [element("strong", {}, title)]), ...children,
    ], { on: { toggle: () => this.folds.set(key, fold.open) } });
    return fold;
  }
}

/** Names of what a proposal speaks of. */
export class Names {
  /**
   * @param {import("./types.js").Answers | null} answers
   * @param {import("./types.js").WireCase} base
   * @param {Words} words
   */
  constructor(answers, base, words) {
    this.words = words;
    this.visits = new Map(base.visits.map((one) => [one.id, one]));
    this.sites = new Map((answers?.sites ?? []).map((one) => [one.id, one]));
    this.engineers = new Map((answers?.engineers ?? []).map((one) => [one.id, one]));
    this.inCase = new Map(base.engineers.map((one) => [one.id, one.name ?? one.id]));
  }

  /** @param {string} id @returns {import("./types.js").WireNamed | null} */
  site(id) {
    const place = this.visits.get(id)?.location ?? "";
    return this.sites.get(place.replace(/^site-/, "")) ?? null;
  }

  /** @param {string} id */
  visit(id) {
    const site = this.site(id);
    const title = this.visits.get(id)?.title || id;
    return site ? this.words.nameOf(site) : title;
  }

  /** @param {string} id */
  engineer(id) {
    const named = this.engineers.get(id);
    return named ? this.words.nameOf(named) : (this.inCase.get(id) ?? id);
  }
}
