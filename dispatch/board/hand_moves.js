/**
 * What was moved by hand and is not published yet: a list of steps on top of one published plan.
 * The server says what they make of it; undoing is leaving out the last step.
 */

/** @typedef {import("./types.js").WireMove} WireMove */
/** @typedef {import("./types.js").WireMoved} WireMoved */
/** @typedef {{moves: WireMove[], reason: string}} Step One thing done, and why it may break a rule. */

/** The steps of one dispatcher. */
export class HandMoves {
  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
    /** Version of the plan they are made on. */
    this.base = 0;
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
    /** What the steps make of the plan. @type {WireMoved | null} */
    this.result = null;
    this.asking = false;
    /** Version the service has been asked about already. */
    this.warmed = 0;
    /** @type {{extra: WireMove[], tell: (result: WireMoved | null) => void} | null} */
    this.next = null;
  }

  /** @param {WireMove[]} [extra] */
  moves(extra = []) {
    return [...this.done.flatMap((step) => step.moves), ...extra];
  }

  /**
   * What further moves would make of the plan.
   *
   * @param {WireMove[]} extra
   * @returns {Promise<WireMoved>}
   */
  tryOut(extra) {
    return this.api.moves(this.base, { moves: this.moves(extra) });
  }

  /**
   * Ask while something is dragged: one question at a time, and of those that come meanwhile only
   * the last is asked.
   *
   * @param {WireMove[]} extra
   * @param {(result: WireMoved | null) => void} tell null when there is no answer
   */
  async ask(extra, tell) {
    if (this.asking) {
      this.next = { extra, tell };
      return;
    }
    this.asking = true;
    try {
      tell(await this.tryOut(extra));
    } catch {
      tell(null);
    } finally {
      this.asking = false;
    }
    const { next } = this;
    this.next = null;
    if (next) void this.ask(next.extra, next.tell);
  }

  /** @param {WireMove[]} moves @param {WireMoved} result @param {string} reason */
  add(moves, result, reason) {
    this.done.push({ moves, reason });
    this.undone = [];
    this.result = result;
  }

  /** Undo or redo one step. @param {boolean} back */
  async step(back) {
    const [from, to] = back ? [this.done, this.undone] : [this.undone, this.done];
    const step = from.pop();
    if (!step) return;
    to.push(step);
    try {
      await this.refresh();
    } catch (error) {
      // Nobody could say what is left without it, so it stays.
      to.pop();
      from.push(step);
      throw error;
    }
  }

  /** Let the service read a big plan before somebody drags: the first question about it takes seconds. */
  async warm() {
    if (this.warmed === this.base) return;
    this.warmed = this.base;
    await this.tryOut([]).catch(() => null);
  }

  async refresh() {
    this.result = this.done.length > 0 ? await this.tryOut([]) : null;
  }

  clear() {
    this.done = [];
    this.undone = [];
    this.result = null;
  }

  /** @returns {Promise<WireMoved>} */
  publish() {
    const reason = [...new Set(this.done.map((step) => step.reason).filter(Boolean))].join("; ");
    return this.api.moves(this.base, {
      moves: this.moves(), accept: "publish", force: reason !== "", reason: reason.slice(0, 500),
    });
  }
}

/** @param {WireMoved} result @returns {import("./types.js").WireBroken[]} */
export function newlyBroken(result) {
  return result.violations.filter((one) => !one.was_there);
}

/**
 * The answers with the moves made on them.
 *
 * @param {import("./types.js").Answers} answers
 * @param {WireMoved} result
 * @returns {import("./types.js").Answers}
 */
export function withMoves(answers, result) {
  const touched = new Set(result.shifts);
  const taken = new Set(result.taken_in);
  const { plan } = answers;
  const { status, cost, kpis } = result;
  const routes = [...plan.routes.filter((one) => !touched.has(one.shift)), ...result.routes];
  const left = result.left_out.map((visit) => (
    /** @type {import("./types.js").WireUnassigned} */
    ({ visit, verdict: "displaced", reasons: [], remedy: null, displaces: [], price: null })
  ));
  const unassigned = [...plan.unassigned.filter((one) => !taken.has(one.visit)), ...left];
  const concerned = new Set(result.routes.flatMap((route) => route.stops.map((stop) => stop.visit)));
  const visits = answers.case.visits.map((visit) => {
    if (!concerned.has(visit.id)) return visit;
    const shift = result.pinned[visit.id];
    return { ...visit, pinned: shift === undefined ? null : { shift } };
  });
  return { ...answers, plan: { ...plan, status, cost, kpis, routes, unassigned }, case: { ...answers.case, visits } };
}
