/**
 * What the engineer has told, on its way to the service: kept before anything else happens, sent
 * in order, and gone only when the service has it. What the service refuses stays to be looked at.
 */

import { newId } from "./ids.js";

/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./keeping.js").Keeping} Keeping */
/** @typedef {import("./service.js").Service} Service */
/** @typedef {import("./service.js").Answer} Answer */
/** @typedef {"done" | "later" | "sign-in"} Flushed */

const MOST_TOGETHER = 50;
const WAITS_S = [5, 10, 20, 40, 60];

/** Everything of one phone that is not sent yet. */
export class Outbox {
  /**
   * @param {Keeping} keeping
   * @param {Service} service
   * @param {(sent: {item: Item, answer: any} | null) => Promise<void>} changed told after each
   *   change; with what was taken by the service, if that was it
   */
  constructor(keeping, service, changed) {
    this.keeping = keeping;
    this.service = service;
    this.changed = changed;
    /** @type {Item[]} */
    this.items = [];
    this.owner = "";
    this.tries = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Promise<Flushed> | null} */
    this.flushing = null;
  }

  /** @param {string} owner whose things are sent from now on */
  async belongTo(owner) {
    this.owner = owner;
    await this.#read();
  }

  /** @returns {Item[]} what this person has told and is not sent */
  get mine() {
    return this.items.filter((item) => item.owner === this.owner);
  }

  /** @returns {Item[]} those that may still go */
  get waiting() {
    return this.mine.filter((item) => item.state === "waiting");
  }

  /** How many wait for somebody else who used this phone; they are sent when they sign in. */
  get strangers() {
    return this.items.length - this.mine.length;
  }

  /**
   * Keep things, then try to send them.
   *
   * @param {{kind: import("./shapes.js").ItemKind, subject: string, title: string, path: string,
   *   body?: Record<string, any>}[]} told
   */
  async put(told) {
    const items = told.map(({ kind, subject, title, path, body }) => {
      const key = newId();
      const whole = kind === "event" ? { ...body, event_id: key } : (body ?? {});
      return /** @type {Omit<Item, "number">} */ ({
        owner: this.owner, kind, subject, title, path, body: whole, key, made_at: Date.now(), state: "waiting",
      });
    });
    this.hurry();
    await this.keeping.add(items, newId());
    await this.#read();
    await this.changed(null);
    void this.flush();
  }

  /** Things are not as they were, a connection has come back say: do not wait as long as before. */
  hurry() {
    this.tries = 0;
  }

  /** @param {number} number take back what was not sent, or drop what was refused */
  async drop(number) {
    await this.keeping.remove(number);
    await this.#read();
    await this.changed(null);
  }

  /**
   * Send what waits, in order, until nothing does or the service does not answer.
   *
   * @returns {Promise<Flushed>}
   */
  async flush() {
    clearTimeout(this.timer);
    this.flushing ??= this.#flushAlone().finally(() => {
      this.flushing = null;
    });
    const found = await this.flushing;
    // What was put in just when the last step had ended found a flush under way that was over.
    if (found === "done" && this.waiting.length > 0) return this.flush();
    if (found === "later") {
      const wait = WAITS_S[Math.min(this.tries, WAITS_S.length - 1)] ?? 60;
      this.tries += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.flush(), wait * 1000);
    } else {
      this.tries = 0;
    }
    return found;
  }

  /** @returns {Promise<Flushed>} */
  async #flushAlone() {
    const run = async () => {
      await this.#read();
      /** @type {Flushed} */
      let found = "done";
      while (found === "done" && this.waiting.length > 0) found = await this.#step();
      return found;
    };
    // Of several windows one sends; a report sent twice would have one effect, but why try.
    return navigator.locks ? navigator.locks.request("dispatch-outbox", run) : run();
  }

  /** @returns {Promise<Flushed>} */
  async #step() {
    const waiting = this.waiting;
    const other = waiting.findIndex((item) => item.kind !== "event");
    const events = waiting.slice(0, other < 0 ? MOST_TOGETHER : Math.min(other, MOST_TOGETHER));
    if (events.length < 2) {
      const item = /** @type {Item} */ (waiting[0]);
      return this.#settle(item, await this.service.tell(item));
    }
    const answer = await this.service.tellMany(events);
    const stopped = stops(answer.status);
    if (stopped !== null) return stopped;
    for (const [place, item] of events.entries()) {
      const one = answer.status === 200 ? answer.body.items[place] : null;
      const told = one === null
        ? answer
        : { status: one.status, body: one, etag: null, detail: one.message };
      await this.#settle(item, told);
    }
    return "done";
  }

  /** @param {Item} item @param {Answer} answer @returns {Promise<Flushed>} */
  async #settle(item, answer) {
    const stopped = stops(answer.status);
    if (stopped !== null) return stopped;
    const taken = answer.status >= 200 && answer.status < 300;
    // What was confirmed is not the route any more: there is a newer one to confirm.
    const overtaken = item.kind === "confirm" && answer.status === 409;
    if (taken || overtaken) {
      await this.keeping.remove(item.number);
    } else {
      await this.keeping.change({ ...item, state: "refused", refusal: answer.detail });
    }
    await this.#read();
    await this.changed(taken ? { item, answer: answer.body } : null);
    return "done";
  }

  async #read() {
    this.items = await this.keeping.items();
  }
}

/** @param {number} status @returns {Flushed | null} why nothing more can be sent now */
function stops(status) {
  if (status === 401) return "sign-in";
  return status === 0 || status === 408 || status === 429 || status >= 500 ? "later" : null;
}
