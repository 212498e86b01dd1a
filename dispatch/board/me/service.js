/**
 * The public API as the phone uses it. An answer that never came is an answer too: status 0.
 */

import { keep, recall } from "../words.js";

/** @typedef {import("./shapes.js").Day} Day */
/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./shapes.js").Identity} Identity */

const V1 = "/api/v1";
const PATIENCE_MS = 20_000;
/** The same mark the board leaves: whether this browser had a session. */
const KEPT = "dispatch.session";

/**
 * @typedef {object} Answer
 * @property {number} status 0 when the service did not answer
 * @property {any} body
 * @property {string | null} etag
 * @property {string} detail what was wrong, in the service's words
 */

/** One service, one session. */
export class Service {
  constructor() {
    /** @type {string | null} */
    this.csrf = null;
  }

  /** @returns {Promise<Identity | null>} null: nobody; fails when the service does not answer */
  async whoAmI() {
    const answer = await this.#send("GET", "/session");
    if (answer.status !== 200) throw new Error(`session: status ${answer.status}`);
    const told = answer.body;
    this.csrf = told.csrf_token;
    if (!told.signed_in) return null;
    const { name, role, engineer, demo, zone } = told;
    return { owner: `${role}:${name}`, name, role, engineer, demo, zone };
  }

  /** An access token is short, but the refresh cookie may still say who this is. */
  async stay() {
    if (recall(KEPT) !== "yes") return false;
    const renew = async () => {
      if ((await this.whoAmI()) !== null) return true;
      const answer = await this.#send("POST", "/session/refresh");
      if (answer.status === 0 || answer.status >= 500) throw new Error("refresh: no answer");
      if (answer.status !== 200) {
        keep(KEPT, "no");
        return false;
      }
      this.csrf = answer.body.csrf_token;
      return true;
    };
    // Using a refresh cookie twice ends the session, so of several windows only one does it.
    return navigator.locks ? navigator.locks.request("dispatch-session", renew) : renew();
  }

  /** @param {string} name @param {string} password @returns {Promise<Answer>} */
  async signIn(name, password) {
    const answer = await this.#send("POST", "/session", { name, password, cookies: true });
    if (answer.status === 201) {
      keep(KEPT, "yes");
      this.csrf = answer.body.csrf_token;
    }
    return answer;
  }

  async signOut() {
    keep(KEPT, "no");
    await this.#send("DELETE", "/session");
  }

  /**
   * @param {string} engineer
   * @param {string | null} date null: today
   * @param {string | null} etag of what is known
   */
  async day(engineer, date, etag) {
    const query = date === null ? "" : `?date=${encodeURIComponent(date)}`;
    /** @type {Record<string, string>} */
    const headers = etag === null ? {} : { "If-None-Match": etag };
    return this.ask("GET", `/engineers/${encodeURIComponent(engineer)}/day${query}`, undefined, headers);
  }

  /** @returns {Promise<Answer>} for the office, which chooses whose day to look at */
  async engineers() {
    return this.ask("GET", "/engineers?limit=200");
  }

  /** @param {Item} item @returns {Promise<Answer>} */
  async tell(item) {
    const body = item.kind === "collect" ? undefined : item.body;
    return this.ask("POST", item.path, body, { "Idempotency-Key": item.key });
  }

  /** @param {Item[]} events @returns {Promise<Answer>} */
  async tellMany(events) {
    const reports = events.map((item) => ({ ...item.body, visit: item.subject }));
    return this.ask("POST", "/field-reports", { reports });
  }

  /**
   * Ask, and ask again once when only the access token had run out.
   *
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [more] headers
   * @returns {Promise<Answer>}
   */
  async ask(method, path, body, more = {}) {
    const answer = await this.#send(method, path, body, more);
    if (answer.status !== 401 && answer.status !== 403) return answer;
    try {
      // A page that was reloaded offline has no proof against forgery yet; 403 may mean just that.
      const known = answer.status === 403 && this.csrf === null && (await this.whoAmI()) !== null;
      return known || (await this.stay()) ? await this.#send(method, path, body, more) : answer;
    } catch {
      return { status: 0, body: null, etag: null, detail: "" };
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [more]
   * @returns {Promise<Answer>}
   */
  async #send(method, path, body, more = {}) {
    const headers = new Headers({ Accept: "application/json", ...more });
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (method !== "GET" && this.csrf !== null) headers.set("X-CSRF-Token", this.csrf);
    try {
      const answer = await fetch(V1 + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      /** @type {any} */
      let told = null;
      try {
        told = text === "" ? null : JSON.parse(text);
      } catch {
        // A page of some hotel's network is no answer of the service, whatever status it has.
        if (answer.ok) return { status: 0, body: null, etag: null, detail: "" };
      }
      const detail = answer.ok ? "" : String(told?.detail ?? `${answer.status} ${answer.statusText}`);
      return { status: answer.status, body: told, etag: answer.headers.get("etag"), detail };
    } catch {
      return { status: 0, body: null, etag: null, detail: "" };
    }
  }
}
