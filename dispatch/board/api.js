/**
 * The public API as this page uses it: read, sign in, stay signed in.
 */

import { keep, recall } from "./words.js";

/** @typedef {import("./types.js").Answers} Answers */

const V1 = "/api/v1";
const PAGE = 200;
/** How long the first drawing waits for names; ids and titles do until they come. */
const NAMES_MS = 250;
/** Visits from which on nobody waits for names at all. */
const MANY = 800;
/** Of an order with faults as many are told. */
const MOST_ISSUES = 3;
/** Whether this browser had a session; without one there is nothing to go on with. */
const KEPT = "dispatch.session";

/** An answer that is none: the status (0 when the service did not answer) and its words. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.status = status;
    this.detail = detail;
  }
}

/** What the page asks and how. */
export class Api {
  /** @param {{take: (path: string) => Promise<Response | null>} | null} [early] answers on their way already */
  constructor(early = null) {
    this.early = early;
    /** @type {string | null} */
    this.csrf = null;
    /** Server's time less this computer's, milliseconds; whole seconds are all a Date header tells. */
    this.aheadMs = 0;
    /** @type {string | null} */
    this.etag = null;
  }

  /** @returns {Promise<import("./types.js").Session>} */
  async session() {
    const session = await this.read("/session");
    this.csrf = session.csrf_token;
    return session;
  }

  /**
   * @param {string} name
   * @param {string} password
   */
  async signIn(name, password) {
    await this.#ask("POST", "/session", { name, password, cookies: true });
    keep(KEPT, "yes");
    await this.session();
  }

  async signOut() {
    keep(KEPT, "no");
    await this.#ask("DELETE", "/session");
  }

  /** An access token is short, but the refresh cookie may still say who this is. */
  async stay() {
    return recall(KEPT) === "yes" && (await this.#refresh());
  }

  /**
   * All a state of the page is made of, or null when the plan is the one read last.
   *
   * @param {boolean} [always] read even what has not changed
   * @param {(answers: Answers) => void} [early] told of the plan when the names take their time
   * @returns {Promise<{answers: Answers, missing: string[]} | null>}
   */
  async everything(always = false, early) {
    const known = always ? null : this.etag;
    const answer = await this.#ask("GET", "/plans/current", undefined, known);
    if (answer.status === 304) return null;
    const plan = await answer.json();
    /** @type {string[]} */
    const missing = [];
    const list = async (/** @type {string} */ path) => {
      try {
        return await this.all(path);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        missing.push(`${path.slice(1)}: ${error.detail}`);
        return [];
      }
    };
    // The case is what the Gantt waits for; names asked for at the same time would hold it up.
    const base = await this.#caseOf(plan.publication.version);
    const unnamed = { plan, case: base, sites: [], engineers: [], depots: [], parts: [], requests: [] };
    // Of a big company the names take long in any case.
    const big = early !== undefined && base.visits.length > MANY;
    if (big) {
      early(unnamed);
      await painted();
    }
    const naming = Promise.all([
      list("/engineers"), list("/sites"), list("/requests"), list("/depots"), list("/parts"),
    ]);
    if (early && !big) {
      const late = new Promise((resolve) => setTimeout(resolve, NAMES_MS, null));
      if ((await Promise.race([naming, late])) === null) early(unnamed);
    }
    const [engineers, sites, requests, depots, parts] = await naming;
    this.etag = answer.headers.get("etag");
    const readAt = Date.now() + this.aheadMs;
    return { answers: { plan, case: base, sites, engineers, depots, parts, requests, readAt }, missing };
  }

  /**
   * The case of a plan: the one that was asked for before the page was ready, where it fits.
   *
   * @param {number} version
   * @returns {Promise<import("./types.js").WireCase>}
   */
  async #caseOf(version) {
    const answer = await this.early?.take("/plans/current/case");
    const own = answer?.ok && answer.headers.get("content-location")?.endsWith(`/plans/${version}/case`);
    return own ? answer.json() : this.read(`/plans/${version}/case`);
  }

  /**
   * Every item of a list, page by page.
   *
   * @param {string} path
   * @returns {Promise<any[]>}
   */
  async all(path) {
    /** @type {any[]} */
    const items = [];
    /** @type {string | null} */
    let cursor = null;
    do {
      const after = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.read(`${path}?limit=${PAGE}${after}`);
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return items;
  }

  /**
   * Try moves made by hand on a plan, or keep them.
   *
   * @param {number} version
   * @param {{moves: import("./types.js").WireMove[], accept?: "draft" | "publish", force?: boolean, reason?: string}} body
   * @returns {Promise<import("./types.js").WireMoved>}
   */
  async moves(version, body) {
    return (await this.#ask("POST", `/plans/${version}/moves`, body)).json();
  }

  /**
   * Have the remedy of an unassigned visit carried out.
   *
   * @param {number} version
   * @param {string} visit
   * @returns {Promise<{run: string | null}>}
   */
  carryOut(version, visit) {
    return this.post(`/plans/${version}/remedies/${encodeURIComponent(visit)}`);
  }

  /**
   * Write something that happens once, however often the line breaks on the way.
   *
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async post(path, body) {
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    return (await this.#ask("POST", path, body, null, key)).json();
  }

  /** @param {string} path @returns {Promise<any>} */
  async remove(path) {
    return (await this.#ask("DELETE", path)).json();
  }

  /** Whether the service says that it is still starting; its words. */
  async starting() {
    const answer = await fetch("/healthz", { cache: "no-store" });
    const health = await answer.json();
    return health.status === "starting" ? String(health.detail) : null;
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  async read(path) {
    return (await this.#ask("GET", path)).json();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {string | null} [etag]
   * @param {string} [key] of a call that is to happen once
   * @returns {Promise<Response>}
   */
  async #ask(method, path, body, etag = null, key) {
    const asked = method === "GET" && etag === null ? await this.early?.take(path) : null;
    let answer = asked ?? await this.#send(method, path, body, etag, key);
    if (asked) this.#setClock(asked);
    if (answer.status === 401 && !path.startsWith("/session") && (await this.stay())) {
      answer = await this.#send(method, path, body, etag, key);
    }
    if (answer.ok || answer.status === 304) return answer;
    let detail = `${answer.status} ${answer.statusText}`;
    try {
      const told = await answer.json();
      /** @type {{message: string}[]} */
      const issues = told.issues ?? [];
      detail = issues.slice(0, MOST_ISSUES).map((one) => one.message).join("; ") || told.detail || detail;
    } catch {
      // A proxy's error page is no problem document; the status has to do.
    }
    throw new Refused(answer.status, detail);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} body
   * @param {string | null} etag
   * @param {string} [key]
   * @returns {Promise<Response>}
   */
  async #send(method, path, body, etag, key) {
    const headers = new Headers({ Accept: "application/json" });
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (etag !== null) headers.set("If-None-Match", etag);
    if (key !== undefined) headers.set("Idempotency-Key", key);
    if (method !== "GET" && this.csrf !== null) headers.set("X-CSRF-Token", this.csrf);
    const sent = body === undefined ? undefined : JSON.stringify(body);
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(V1 + path, { method, headers, body: sent, cache: "no-store" });
    } catch {
      throw new Refused(0, "");
    }
    this.#setClock(answer);
    return answer;
  }

  /** @param {Response} answer */
  #setClock(answer) {
    const told = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(told)) return;
    const ahead = told + 500 - Date.now();
    this.aheadMs = Math.abs(ahead) > 2000 ? ahead : 0;
  }

  /**
   * Change the refresh cookie for new ones. Using one twice ends the session, so of several
   * windows only one does it, and the others find themselves signed in.
   *
   * @returns {Promise<boolean>} whether somebody is signed in now
   */
  async #refresh() {
    const renew = async () => {
      if ((await this.session()).signed_in) return true;
      const answer = await this.#send("POST", "/session/refresh", undefined, null);
      if (!answer.ok) {
        keep(KEPT, "no");
        return false;
      }
      this.csrf = (await answer.json()).csrf_token;
      return true;
    };
    try {
      return navigator.locks ? await navigator.locks.request("dispatch-session", renew) : await renew();
    } catch (error) {
      if (error instanceof Refused && error.status !== 0) return false;
      throw error;
    }
  }
}

/** Until what was drawn is on the screen; a page in the background paints nothing and goes on. */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, NAMES_MS);
  });
}
