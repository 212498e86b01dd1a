/**
 * Planning from the board: asking for a run, watching it, and deciding about what it proposes. The
 * panel stands beside the Gantt and can be closed while a run goes on.
 */

import { Refused } from "./api.js";
import { element } from "./element.js";
import { PlanningCalls } from "./planning_calls.js";
import { drawForm, keepWish, lastWish, orderOf } from "./planning_form.js";
import { GoingView } from "./planning_progress.js";
import "./planning_words.js";
import { drawPhoneList } from "./proposal_phone.js";
import { Names, ProposalView } from "./proposal_view.js";
import { addActs } from "./simulate_acts.js";
import { drawSupposed, suppositionOf } from "./simulate_form.js";
import { askWhy } from "./why_dialog.js";

/** @typedef {import("./planning_types.js").Run} Run */
/** @typedef {import("./planning_types.js").Proposal} Proposal */
/** @typedef {import("./planning_types.js").Supposed} Supposed */

const LOOK_MS = 500;
const OVER = ["done", "failed", "cancelled", "superseded"];

/** The panel and its button in the head. */
export class PlanningDesk {
  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
    this.calls = new PlanningCalls(board.api);
    this.open = false;
    this.busy = false;
    /** @type {import("./planning_form.js").Wish | null} */
    this.wish = null;
    /** A run under way. @type {Run | null} */
    this.run = null;
    /** What waits for a decision. @type {Proposal | null} */
    this.proposal = null;
    /** Version of a draft that somebody should look at. @type {number | null} */
    this.waiting = null;
    /** Whether what waits is being read, so that nothing else is asked for meanwhile. */
    this.reading = false;
    /** @type {ProposalView | null} */
    this.view = null;
    /** @type {GoingView | null} */
    this.going = null;
    /** What was accepted, while there is somebody to be phoned. @type {{done: import("./planning_types.js").Accepted, proposal: Proposal} | null} */
    this.accepted = null;
    /** What happened last, in the language of the moment. @type {(() => string) | null} */
    this.told = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.button = element("button", {
      id: "open-planning", type: "button", class: "planning-button", hidden: true, "aria-expanded": "false", "aria-controls": "planning",
    }, [], { on: { click: () => this.toggle() } });
    document.querySelector(".top-tools")?.prepend(this.button);
    this.panel = element("aside", { id: "planning", class: "planning", hidden: true, tabindex: "-1" });
    document.body.append(this.panel);
    document.addEventListener("keydown", (event) => this.#pressed(event), true);
    addEventListener("resize", () => this.#place());
  }

  /** Stand below the head of the page, however high it is. */
  #place() {
    const head = document.querySelector(".top");
    if (head) this.panel.style.setProperty("top", `${Math.max(0, head.getBoundingClientRect().bottom)}px`);
  }

  get may() {
    return this.board.session?.may_plan === true;
  }

  /** Whether the Gantt shows the proposal and not the plan in force. */
  get previewing() {
    return this.view !== null && this.view.previewing;
  }

  /** What the Gantt is to show instead of the plan in force. @returns {import("./types.js").Answers | null} */
  previewed() {
    const { answers } = this.board;
    if (!answers || !this.proposal || !this.previewing) return null;
    return { ...answers, plan: this.proposal.plan, case: this.proposal.case };
  }

  /** Told when the session is known and whenever a plan has been read, or that there is none. */
  async arrived() {
    this.#drawButton();
    if (!this.may && this.open) this.close();
    if (!this.may || this.busy) return;
    const now = this.#publication();
    if (this.proposal && this.proposal.whole.base !== (now?.version ?? 0)) {
      this.#forget();
      this.told = () => this.board.words.say("planning.overtaken", { version: now?.version ?? 0, name: now?.publisher ?? "" });
      this.draw();
    }
    if (this.run || this.proposal) return;
    try {
      const found = await this.calls.waiting(now);
      this.waiting = found.draft;
      if (found.run && !this.run) this.#watch(found.run);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.#drawButton();
  }

  toggle() {
    if (this.open) this.close();
    else void this.show();
  }

  /** Open the panel; a proposal that waits is shown at once. */
  async show() {
    this.open = true;
    const { waiting } = this;
    this.reading = !this.run && !this.proposal && waiting !== null && !this.busy;
    this.draw();
    this.panel.focus({ preventScroll: true });
    if (!this.reading || waiting === null) return;
    await this.#guarded(async () => {
      try {
        await this.#propose(waiting, null);
      } finally {
        this.reading = false;
      }
    });
  }

  close() {
    this.open = false;
    this.#preview(false);
    this.draw();
    this.button.focus();
  }

  /** Draw everything anew, as after a change of language. */
  draw() {
    this.#drawButton();
    const { panel, board } = this;
    const { words } = board;
    panel.hidden = !this.open;
    this.#place();
    document.body.classList.toggle("planning-open", this.open);
    if (!this.open) return;
    panel.setAttribute("aria-label", words.say("planning"));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.act;
    const inside = panel.contains(document.activeElement);
    const scrolled = panel.scrollTop;
    panel.replaceChildren(
      element("div", { class: "panel-head" }, [
        element("h2", {}, words.say("planning")),
        element("div", { class: "tools" }, [
          element("button", { type: "button", class: "tool", "data-act": "close" }, words.say("planning.close"), {
            on: { click: () => this.close() },
          }),
        ]),
      ]),
      element("p", { class: "planning-told", role: "status" }, this.told ? this.told() : ""),
      ...this.#body(),
    );
    panel.scrollTop = scrolled;
    if (!inside) return;
    const same = focused ? panel.querySelector(`[data-act="${CSS.escape(focused)}"]:not([disabled])`) : null;
    (same instanceof HTMLElement ? same : panel).focus({ preventScroll: true });
  }

  /** @returns {Node[]} */
  #body() {
    const { board, run, proposal } = this;
    const { words } = board;
    if (run) {
      this.going = new GoingView(words, () => void this.#cancel());
      this.going.update(run, board.api.aheadMs);
      return [this.#headOf(run.supposed[0] ?? null), this.going.element];
    }
    if (proposal && this.view) {
      const supposed = proposal.run?.supposed[0] ?? null;
      const again = supposed && drawSupposed(supposed, board, (one) => void this.suppose(one));
      return [this.#headOf(supposed), ...(again ? [again] : []), this.view.draw(words, board.clock())];
    }
    if (!this.may) return [];
    if (this.reading) return [element("p", { class: "quiet" }, words.say("planning.reading"))];
    const publication = this.#publication();
    this.wish ??= lastWish(publication !== null);
    if (publication === null) this.wish.kind = "plan";
    const clock = board.clock();
    const form = drawForm(this.wish, publication !== null, clock.day(clock.now()), words, () => void this.#start());
    const { accepted } = this;
    if (!accepted || accepted.done.phone.length === 0) return [form];
    const named = new Names(board.answers, accepted.proposal.case, words);
    return [
      element("h3", {}, words.say("proposal.phone", { count: accepted.done.phone.length })),
      drawPhoneList(accepted.done, board.answers, named, words, clock),
      form,
    ];
  }

  /** @param {Supposed | null} supposed */
  #headOf(supposed) {
    const { board } = this;
    if (!supposed) return element("p", { class: "unseen" });
    return element("p", { class: "supposed" }, [
      element("strong", {}, board.words.say("simulate.supposed")), " ", suppositionOf(supposed, board),
    ]);
  }

  #drawButton() {
    const { words } = this.board;
    const state = this.run ? "going" : this.proposal || this.waiting !== null ? "waiting" : "idle";
    this.button.hidden = !this.may;
    this.button.dataset.state = state;
    this.button.setAttribute("aria-expanded", String(this.open));
    const text = words.say(`planning.button.${state}`);
    if (this.button.textContent !== text) this.button.textContent = text;
  }

  /** Ask for a run as the form says. */
  async #start() {
    const { wish } = this;
    if (!wish) return;
    keepWish(wish);
    const { path, body } = orderOf(wish, this.#publication());
    await this.#guarded(async () => {
      this.told = null;
      this.#watch(await this.calls.start(path, body));
    });
  }

  /** Try out what might go wrong, without telling it. @param {Supposed} supposed */
  async suppose(supposed) {
    const publication = this.#publication();
    if (!publication) return;
    this.open = true;
    await this.#guarded(async () => {
      this.told = null;
      this.#forget();
      const limit = (this.wish ?? lastWish(true)).limit;
      const { day, region = "all" } = publication;
      this.#watch(await this.calls.start("disruptions/tryouts", {
        disruption: { ...supposed, region }, plan: { day, region, most_moved: null, time_limit_s: limit },
      }));
    });
    this.panel.focus({ preventScroll: true });
  }

  /** @param {Run} run */
  #watch(run) {
    this.#forget();
    this.accepted = null;
    this.run = run;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#look(), LOOK_MS);
    this.draw();
  }

  async #look() {
    let done = this.run;
    if (!done) return;
    try {
      done = await this.calls.run(done.id);
    } catch (error) {
      // A line that breaks for a moment ends no run; the next look finds out.
      if (!(error instanceof Refused)) throw error;
    }
    if (!OVER.includes(done.state) || this.calls.mayPublish(done)) {
      this.run = done;
      this.timer = setTimeout(() => void this.#look(), LOOK_MS);
      if (this.open) this.going?.update(done, this.board.api.aheadMs);
      return;
    }
    if (this.busy) {
      this.timer = setTimeout(() => void this.#look(), LOOK_MS);
      return;
    }
    this.run = null;
    this.going = null;
    if (done.plan_version === null || done.state === "superseded") {
      this.told = () => this.board.words.say(done.state === "cancelled" ? "planning.cancelled" : "planning.failed", { detail: done.error ?? "" });
      this.draw();
      return;
    }
    const [version, ended] = [done.plan_version, done];
    await this.#guarded(() => this.#propose(version, ended));
  }

  async #cancel() {
    const { run } = this;
    if (!run) return;
    run.cancel_requested = true;
    await this.#guarded(() => this.calls.cancel(run.id));
  }

  /** @param {number} version @param {Run | null} run */
  async #propose(version, run) {
    const { board } = this;
    const proposal = await this.calls.proposal(version, run);
    if (proposal === null) {
      this.told = null;
      return;
    }
    const id = /** @type {any} */ (proposal.plan.publication).run_id;
    if (run === null && id) proposal.run = await this.calls.run(id);
    this.waiting = null;
    this.proposal = proposal;
    this.view = new ProposalView(proposal, {
      current: () => board.answers,
      accept: (visits, publish) => this.calls.accept(version, visits, publish),
      take: (visits) => void this.#take(visits),
      preview: (on) => this.#preview(on),
      choose: (visit) => board.choose({ kind: "visit", id: visit }),
      drop: () => { this.#preview(false); this.#forget(); this.told = null; this.draw(); },
      changed: () => this.draw(),
    });
    this.told = () => board.words.say("planning.ready", { version });
  }

  /** Take changes over for good. @param {string[] | null} visits null for all */
  async #take(visits) {
    const { proposal, board } = this;
    if (!proposal) return;
    await this.#guarded(async () => {
      const done = await this.calls.accept(proposal.version, visits, true);
      const phone = done.phone.length;
      const { plan_version: version } = done;
      this.#forget();
      this.wish = null;
      // What was said of the plan before is no news any more.
      if (board.work.moves.done.length === 0) board.work.told = null;
      this.accepted = { done, proposal };
      this.told = () => board.words.say(phone > 0 ? "planning.published.phone" : "planning.published", { version: version ?? 0, phone });
      await board.load(true);
    });
  }

  /** @param {boolean} on */
  #preview(on) {
    if (!this.view || this.view.previewing === on) return;
    this.view.previewing = on;
    document.body.classList.toggle("previewing", on);
    this.board.redraw();
    this.draw();
  }

  #forget() {
    const shown = this.previewing;
    this.proposal = null;
    this.view = null;
    this.waiting = null;
    document.body.classList.remove("previewing");
    if (shown) this.board.redraw();
  }

  /** @param {() => Promise<void>} act */
  async #guarded(act) {
    if (this.busy) return;
    this.busy = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.told = () => this.board.words.say("planning.refused", { detail: error.detail });
      if (error.status === 409) void this.board.load(true);
    } finally {
      this.busy = false;
    }
    this.draw();
  }

  #publication() {
    return this.board.answers?.plan.publication ?? null;
  }

  /** Put what concerns planning above what is told of the selected visit or lane. @param {HTMLElement} panel */
  decorate(panel) {
    if (!this.previewing) addActs(panel, this);
  }

  /** Say why a visit has its engineer. @param {import("./types.js").Visit} visit */
  why(visit) {
    const version = this.#publication()?.version;
    if (version !== undefined) void askWhy(visit, version, this);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape" && this.open && this.panel.contains(target)) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      return;
    }
    if (event.key.toLowerCase() !== "w" || event.ctrlKey || event.metaKey || event.altKey) return;
    const stop = /** @type {HTMLElement | null} */ (target.closest?.("button.stop[data-visit]"));
    const visit = stop ? this.board.world?.visits.get(stop.dataset.visit ?? "") : undefined;
    if (!visit || visit.stops.length === 0) return;
    event.preventDefault();
    this.why(visit);
  }
}
