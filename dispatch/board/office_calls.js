/**
 * Calls that the office's pages make besides what the board reads: changes with the version that
 * was read, files in and out. All of it is the public API.
 */

import { Refused } from "./api.js";

const V1 = "/api/v1";

/**
 * @typedef {object} Issue
 * @property {string} pointer
 * @property {unknown} value
 * @property {string} expected
 */

/** An answer that is none, with the problem document that came with it. */
export class Problem extends Refused {
  /**
   * @param {number} status
   * @param {Record<string, any>} document
   */
  constructor(status, document) {
    super(status, String(document.detail ?? status));
    /** @type {Issue[]} */
    this.issues = document.issues ?? [];
    this.document = document;
  }
}

/** @typedef {{body?: unknown, match?: number, file?: Blob}} Sent */

/** Calls in the name of whoever is signed in. */
export class OfficeCalls {
  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
  }

  /** @param {string} path @returns {Promise<any>} */
  async get(path) {
    return (await this.#ask("GET", path, {})).json();
  }

  /**
   * @param {"POST" | "PUT" | "DELETE"} method
   * @param {string} path
   * @param {Sent} sent `match` is the version that was read
   * @returns {Promise<any>} what was answered, null for nothing
   */
  async change(method, path, sent) {
    const answer = await this.#ask(method, path, sent);
    return answer.status === 204 ? null : answer.json();
  }

  /**
   * Hand a file of the service to the person.
   *
   * @param {string} path
   */
  async download(path) {
    const answer = await this.#ask("GET", path, {});
    const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = named ? named[1] : "dispatch";
    link.click();
    // The browser has taken the file over by the time this runs.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Sent} sent
   */
  async #ask(method, path, sent) {
    let answer = await this.#send(method, path, sent);
    if (answer.status === 401 && (await this.api.stay())) answer = await this.#send(method, path, sent);
    if (answer.ok) return answer;
    /** @type {Record<string, any>} */
    let told = { detail: `${answer.status} ${answer.statusText}` };
    try {
      told = await answer.json();
    } catch {
      // A proxy's error page is no problem document; the status has to do.
    }
    throw new Problem(answer.status, told);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Sent} sent
   * @returns {Promise<Response>}
   */
  async #send(method, path, { body, match, file }) {
    const headers = new Headers();
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (file !== undefined) headers.set("Content-Type", "application/octet-stream");
    if (match !== undefined) headers.set("If-Match", `"${match}"`);
    if (method !== "GET" && this.api.csrf !== null) headers.set("X-CSRF-Token", this.api.csrf);
    const sent = file ?? (body === undefined ? undefined : JSON.stringify(body));
    try {
      return await fetch(V1 + path, { method, headers, body: sent, cache: "no-store" });
    } catch {
      throw new Problem(0, { detail: "" });
    }
  }
}
