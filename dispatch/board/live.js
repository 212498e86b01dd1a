/**
 * Learns that something happened: server-sent events while they come, questions at intervals
 * while they do not.
 */

export const POLL_S = 15;
const CALM_MS = 400;
// Names are part of the stream's format, and a browser hands over only those it was told of.
const PLAN_EVENTS = ["plan_published", "resync", "master_data_changed", "demo_planted", "replan_proposed", "route_confirmed"];
const WORK_EVENTS = [
  "request_reported", "request_scheduled", "request_unscheduled", "request_paused",
  "request_resumed", "request_acknowledged", "request_diagnosed", "request_resolved_remotely", "request_confirmed",
  "request_reopened", "request_cancelled", "request_moved", "visit_cancelled", "maintenance_completed",
];

/** @typedef {"live" | "polling"} LiveState */

/** One connection, kept up until it is stopped. */
export class Live {
  /**
   * @param {(always: boolean) => void} changed told to read again; `always` even what seems unchanged
   * @param {(state: LiveState) => void} told
   */
  constructor(changed, told) {
    this.changed = changed;
    this.told = told;
    /** @type {EventSource | null} */
    this.source = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pending = undefined;
    this.timer = setInterval(() => this.poll(), POLL_S * 1000);
    this.connect();
  }

  connect() {
    this.source?.close();
    const source = new EventSource("/api/v1/events");
    this.source = source;
    source.addEventListener("open", () => this.told("live"));
    source.addEventListener("error", () => this.told("polling"));
    for (const kind of [...PLAN_EVENTS, ...WORK_EVENTS]) {
      source.addEventListener(kind, () => this.soon());
    }
  }

  /** Many events of one moment are one reason to read again. */
  soon() {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => this.changed(true), CALM_MS);
  }

  poll() {
    const state = this.source?.readyState;
    if (state === EventSource.OPEN) return;
    this.changed(false);
    // A stream that was refused is not taken up again by the browser.
    if (state === EventSource.CLOSED) this.connect();
  }

  stop() {
    clearInterval(this.timer);
    clearTimeout(this.pending);
    this.source?.close();
  }
}
