/**
 * Moving visits by hand on the board: carrying, saying what it costs and breaks, asking why a rule
 * is broken, undoing, publishing, and telling when somebody else was first.
 */

import { Refused } from "./api.js";
import { byId, element, foreign } from "./element.js";
import { GanttDrag } from "./gantt_drag.js";
import { HandMoves, newlyBroken, withMoves } from "./hand_moves.js";
import { askReason } from "./reason_dialog.js";

/** @typedef {import("./types.js").WireMove} WireMove */
/** @typedef {import("./types.js").WireMoved} WireMoved */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./gantt_drag.js").Target} Target */

const MOST_TOLD = 4;

/** Everything a dispatcher does by hand. */
export class HandWork {
  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
    this.moves = new HandMoves(board.api);
    this.bar = byId("moves");
    this.busy = false;
    /** What is being done, one thing after the other. @type {Promise<void>} */
    this.doing = Promise.resolve();
    /** What happened last, in the language of the moment. @type {(() => string) | null} */
    this.told = null;
    this.drag = new GanttDrag(board.gantt, byId("lists"), {
      carried: (id) => this.#carried(id),
      over: (target) => this.#over(target),
      drop: (target) => void this.#make(this.#movesTo(target)),
      end: () => this.draw(),
    });
    document.addEventListener("keydown", (event) => this.#pressed(event), true);
  }

  get may() {
    const { session, planning } = this.board;
    return session !== null && session.may_plan && !planning.previewing;
  }

  /**
   * Put the steps on top of what the server answered. When somebody else has published meanwhile,
   * the same steps are made on their plan, and whatever cannot be is told.
   *
   * @param {import("./types.js").Answers} answers
   */
  async settle(answers) {
    const { version, publisher: by } = answers.plan.publication;
    const { moves } = this;
    if (moves.base !== version && moves.done.length > 0) {
      moves.base = version;
      const steps = moves.done;
      moves.clear();
      for (const step of steps) {
        try {
          const result = await moves.tryOut(step.moves);
          if (newlyBroken(result).length > 0 && step.reason === "") throw new Refused(409, "");
          moves.add(step.moves, result, step.reason);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
      }
      const lost = steps.length - moves.done.length;
      this.told = () => this.board.words.say(lost > 0 ? "moves.rebased.lost" : "moves.rebased", {
        name: by ?? "", version, kept: moves.done.length, lost,
      });
    }
    moves.base = version;
    return this.overlay(answers);
  }

  /** @param {import("./types.js").Answers} answers */
  overlay(answers) {
    const { result } = this.moves;
    return result ? withMoves(answers, result) : answers;
  }

  /** Messages about rules broken by hand, by visit and by shift. @returns {Map<string, string[]>} */
  broken() {
    /** @type {Map<string, string[]>} */
    const found = new Map();
    for (const one of this.moves.result?.violations ?? []) {
      const key = one.visit === null ? `shift ${one.shift}` : `visit ${one.visit}`;
      found.set(key, [...(found.get(key) ?? []), this.#said(one)]);
    }
    return found;
  }

  /** @param {import("./types.js").WireBroken} one */
  #said(one) {
    return this.board.words.broken(one, this.board.world?.visits.get(one.visit ?? ""));
  }

  /** The bar with what is not published yet. */
  draw() {
    const { moves, board } = this;
    const { words } = board;
    const { done, undone, result } = moves;
    this.bar.hidden = done.length === 0 && undone.length === 0 && this.told === null;
    if (this.bar.hidden) return;
    const broken = result ? newlyBroken(result).length : 0;
    const button = (/** @type {string} */ key, /** @type {() => unknown} */ act, enabled = true, kind = "tool") =>
      element("button", { type: "button", class: kind, disabled: !enabled || this.busy, "data-act": key }, words.say(`moves.${key}`), {
        on: { click: () => void act() },
      });
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.act;
    this.bar.replaceChildren(
      element("p", { class: "moves-told", role: "status" }, [
        done.length > 0 && element("strong", {}, words.say("moves.pending", { count: done.length })),
        result && done.length > 0 && element("span", { class: "price" }, price(result, words)),
        broken > 0 && element("span", { class: "bad" }, words.say("moves.broken", { count: broken })),
        (result?.phone.length ?? 0) > 0 && element("span", {}, words.say("moves.phone", { count: result?.phone.length ?? 0 })),
        this.told && element("span", { class: "news" }, this.told()),
      ]),
      element("div", { class: "tools" }, [
        button("undo", () => this.#step(true), done.length > 0),
        button("redo", () => this.#step(false), undone.length > 0),
        done.length + undone.length > 0 ? button("discard", () => this.#discard()) : button("close", () => this.#discard()),
        button("publish", () => this.#publish(), done.length > 0, "main-action"),
      ]),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.bar.querySelector(`[data-act="${focused}"]`))?.focus();
  }

  /** @param {Visit} visit @returns {HTMLElement} what can be done to a visit without carrying it */
  actions(visit) {
    const { words, picked } = this.board;
    const planned = visit.stops.length > 0;
    const pinned = Boolean(visit.wire.pinned);
    const others = [...picked].filter((id) => id !== visit.id);
    const act = (/** @type {string} */ key, /** @type {() => unknown} */ doIt) =>
      element("button", { type: "button", class: "tool", "data-act": key }, words.say(`act.${key}`), {
        on: { click: () => void doIt() },
      });
    return element("div", { class: "acts" }, this.may ? [
      act("move", () => this.drag.carry(visit)),
      planned && act(pinned ? "unpin" : "pin", () => this.#make(() => this.#pinned(visit.id))),
      planned && act("unassign", () => this.#make([{ kind: "unassign", visit: visit.id }])),
      planned && others.length === 1 &&
        act("swap", () => this.#make([{ kind: "swap", visit: visit.id, other: others[0] }])),
    ] : []);
  }

  /** Put an unassigned visit at the cheapest place of a route. @param {Visit} visit @param {string} shift */
  force(visit, shift) {
    void this.#make([{ kind: "place", visit: visit.id, shift }]);
  }

  /** @param {string} id @returns {Visit[]} */
  #carried(id) {
    const { world, picked } = this.board;
    if (!world || !this.may) return [];
    const ids = picked.has(id) ? [id, ...[...picked].filter((one) => one !== id)] : [id];
    return ids.flatMap((one) => world.visits.get(one) ?? []);
  }

  /** Pin a visit, or unpin it, as it is when its turn comes. @param {string} id @returns {WireMove[]} */
  #pinned(id) {
    const pinned = Boolean(this.board.world?.visits.get(id)?.wire.pinned);
    return [{ kind: pinned ? "unpin" : "pin", visit: id }];
  }

  /** @param {Target} target @returns {WireMove[]} */
  #movesTo(target) {
    if (target.out) {
      return target.visits.filter((one) => one.stops.length > 0).map((one) => ({ kind: "unassign", visit: one.id }));
    }
    const shift = target.lane?.shift;
    if (shift === undefined || this.#hindrance(target) !== null) return [];
    // Several visits keep the time between them.
    return target.visits.map((visit, number) => {
      const [stop] = visit.stops;
      const at = number > 0 && stop ? stop.start + target.by : target.at;
      return {
        kind: "place", visit: visit.id, shift, start: new Date(at).toISOString(),
        from_shift: visit.stops.length > 1 ? takenFrom(visit, target) : null,
      };
    });
  }

  /**
   * What cannot be whatever it costs, so that nobody need be asked.
   *
   * @param {Target} target
   * @returns {string | null} in words
   */
  #hindrance(target) {
    const { words, world } = this.board;
    const { lane } = target;
    if (!lane || !world) return null;
    const twice = target.visits.some((visit) => visit.stops.length > 1
      && takenFrom(visit, target) !== lane.shift && visit.stops.some((stop) => stop.lane.shift === lane.shift));
    if (twice) return words.say("drag.crew", { name: words.engineer(lane.engineer) });
    const { start, end } = world.answers.case.planning_window;
    if (target.at >= Date.parse(start) && target.at <= Date.parse(end)) return null;
    const clock = this.board.clock();
    return words.say("drag.window", { start: clock.moment(Date.parse(start)), end: clock.moment(Date.parse(end)) });
  }

  /** @param {Target} target */
  #over(target) {
    const { words } = this.board;
    const moves = this.#movesTo(target);
    const where = target.out ? words.say("drag.out") : target.lane
      ? words.say("drag.to", { time: this.board.clock().time(target.at), name: words.engineer(target.lane.engineer) })
      : words.say("drag.nowhere");
    const head = element("strong", {}, [foreign(where)]);
    const hindrance = target.out ? null : this.#hindrance(target);
    if (hindrance !== null) return this.drag.tell([head, element("p", {}, [foreign(hindrance)])], "bad");
    if (moves.length === 0) return this.drag.tell([head], "");
    this.drag.tell([head, element("p", {}, words.say("drag.asking"))], "asking");
    void this.moves.ask(moves, (result) => {
      if (this.drag.target !== target && this.drag.active) return;
      this.drag.tell([head, ...this.#verdict(result)], !result ? "bad" : newlyBroken(result).length > 0 ? "bad" : "good");
    });
  }

  /** @param {WireMoved | null} result @returns {Node[]} */
  #verdict(result) {
    const { words } = this.board;
    if (!result) return [element("p", {}, words.say("drag.impossible"))];
    const broken = newlyBroken(result);
    const lines = broken.slice(0, MOST_TOLD).map((one) => element("li", {}, [foreign(this.#said(one))]));
    if (broken.length > MOST_TOLD) {
      lines.push(element("li", {}, words.say("drag.more", { count: broken.length - MOST_TOLD })));
    }
    return [
      element("p", { class: "price" }, price(result, words)),
      broken.length > 0 ? element("ul", {}, lines) : element("p", { class: "fine" }, words.say("drag.fine")),
    ];
  }

  /**
   * Make moves for good, that is until they are undone.
   *
   * @param {WireMove[] | (() => WireMove[])} wanted
   */
  async #make(wanted) {
    await this.#guarded(async () => {
      const moves = typeof wanted === "function" ? wanted() : wanted;
      if (moves.length === 0) return;
      let base = 0;
      /** @type {WireMoved} */
      let result;
      do {
        ({ base } = this.moves);
        result = await this.moves.tryOut(moves);
        // Somebody else may have published while the answer was on its way.
      } while (base !== this.moves.base);
      const known = new Set((this.moves.result ? newlyBroken(this.moves.result) : []).map(keyOf));
      const broken = newlyBroken(result).filter((one) => !known.has(keyOf(one)));
      let reason = "";
      if (broken.length > 0) {
        const told = broken.map((one) => ({ detail: one.detail, said: this.#said(one) }));
        const given = await askReason(told, this.board.words, price(result, this.board.words));
        if (given === null) return;
        reason = given;
      }
      this.told = null;
      this.moves.add(moves, result, reason);
    });
  }

  /** @param {boolean} back */
  async #step(back) {
    await this.#guarded(() => this.moves.step(back));
  }

  async #discard() {
    await this.#guarded(async () => {
      this.moves.clear();
      this.told = null;
    });
  }

  async #publish() {
    await this.#guarded(async () => {
      if (this.moves.done.length === 0) return;
      const done = await this.moves.publish();
      if (!done.published) {
        this.moves.result = done;
        this.told = () => this.board.words.say("moves.held");
        return;
      }
      this.moves.clear();
      const { plan_version: version } = done;
      this.told = () => this.board.words.say("moves.published", { version: version ?? 0 });
      await this.board.load(true);
    });
  }

  /**
   * Do something when what was asked for before is done: nothing that somebody did is lost.
   *
   * @param {() => Promise<void>} act
   * @returns {Promise<void>}
   */
  #guarded(act) {
    const run = () => this.#alone(act);
    this.doing = this.doing.then(run, run);
    return this.doing;
  }

  /** @param {() => Promise<void>} act */
  async #alone(act) {
    this.busy = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const conflict = error.status === 409;
      this.told = () => this.board.words.say(conflict ? "moves.conflict" : "moves.failed", { detail: error.detail });
      if (conflict) await this.board.load(true);
    } finally {
      this.busy = false;
    }
    this.board.redraw();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.drag.active) {
      if (!this.drag.key(event)) return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("input, textarea, select, dialog") || !this.may) return;
    const word = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (word && (key === "z" || key === "y")) {
      event.preventDefault();
      void this.#step(key === "z" && !event.shiftKey);
      return;
    }
    const stop = /** @type {HTMLElement | null} */ (target.closest("button.stop[data-visit]"));
    const visit = stop ? this.board.world?.visits.get(stop.dataset.visit ?? "") : undefined;
    if (!visit || word || event.altKey) return;
    if (key === "m") this.drag.carry(visit, stop?.dataset.shift);
    else if (key === "p") void this.#make(() => this.#pinned(visit.id));
    else if (key === "delete") void this.#make([{ kind: "unassign", visit: visit.id }]);
    else return;
    event.preventDefault();
  }
}

/**
 * The shift that gives a visit of a crew away.
 *
 * @param {Visit} visit
 * @param {Target} target
 */
function takenFrom(visit, target) {
  const held = visit.stops.find((stop) => stop.lane.shift === target.from) ?? visit.stops[0];
  return held.lane.shift;
}

/** @param {import("./types.js").WireBroken} one */
function keyOf(one) {
  return `${one.rule} ${one.shift} ${one.visit}`;
}

/** @param {WireMoved} result @param {import("./words.js").Words} words */
function price(result, words) {
  const { total } = result.difference;
  if (total === 0) return words.say("moves.same");
  return words.say(total > 0 ? "moves.dearer" : "moves.cheaper", { price: words.money(Math.abs(total)) });
}
