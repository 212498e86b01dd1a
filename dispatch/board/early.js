/**
 * Asks for what the first drawing needs as soon as this file is there, while the other modules are
 * still on their way. What nobody takes within a moment is asked anew by whoever needs it.
 */

const PATHS = ["/session", "/plans/current", "/plans/current/case"];
const FRESH_MS = 5000;

/** Answers on their way, each to be taken once. */
class Early {
  constructor() {
    this.since = performance.now();
    /** @type {Map<string, Promise<Response | null>>} */
    this.waiting = new Map();
    // Who signed out is asked for a password first.
    if (signedOut()) return;
    for (const path of PATHS) {
      const headers = { Accept: "application/json" };
      this.waiting.set(path, fetch(`/api/v1${path}`, { headers, cache: "no-store" }).catch(() => null));
    }
  }

  /**
   * @param {string} path
   * @returns {Promise<Response | null>} null when it was not asked, is taken, failed or is old
   */
  async take(path) {
    const answer = this.waiting.get(path);
    this.waiting.delete(path);
    if (answer === undefined || performance.now() - this.since > FRESH_MS) return null;
    return answer;
  }
}

function signedOut() {
  try {
    return localStorage.getItem("dispatch.session") === "no";
  } catch {
    return false;
  }
}

export const early = new Early();
