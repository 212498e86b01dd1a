/**
 * A contract's clocks as they stand at a moment: how much is left, in words, and how bad that is.
 * Pure: the server counted up to when it answered, this counts on from there.
 */

/** @typedef {import("./types.js").WireClock} WireClock */
/** @typedef {"calm" | "half" | "soon" | "over" | "still" | "done"} Urgency */
/** @typedef {{kind: string, text: string, urgency: Urgency, left: number, deadline: number}} Reading */

const OPEN = ["running", "paused", "breached"];

/** @param {WireClock} clock */
export function isOpen(clock) {
  return OPEN.includes(clock.state) && clock.stopped === null;
}

/**
 * @param {WireClock} clock
 * @param {number} readAt when the server answered, by its clock
 * @param {number} now
 * @param {import("./words.js").Words} words
 * @returns {Reading}
 */
export function readClock(clock, readAt, now, words) {
  const deadline = Date.parse(clock.deadline);
  const passed = clock.ticking ? (now - readAt) / 1000 : 0;
  const left = clock.remaining_s - passed;
  const found = { kind: clock.kind, left, deadline };
  if (!isOpen(clock)) {
    const late = clock.state === "breached";
    const text = late ? words.say("requests.over", { duration: words.duration(Math.max(0, -left)) })
      : words.say(clock.state === "waived" ? "requests.waived" : "requests.met");
    return { ...found, text, urgency: late ? "over" : "done" };
  }
  const duration = told(Math.abs(left), words);
  if (left < 0) return { ...found, text: words.say("requests.over", { duration }), urgency: "over" };
  if (clock.state === "paused") return { ...found, text: words.say("requests.paused", { duration }), urgency: "still" };
  if (!clock.ticking) return { ...found, text: words.say("requests.resting", { duration }), urgency: "still" };
  const used = clock.used_s + passed;
  const share = used / Math.max(1, used + left);
  const urgency = share >= 0.8 ? "soon" : share >= 0.5 ? "half" : "calm";
  return { ...found, text: words.say("requests.left", { duration }), urgency };
}

/** Seconds are told only where they matter. @param {number} seconds @param {import("./words.js").Words} words */
function told(seconds, words) {
  if (seconds >= 600 || seconds < 60) return words.duration(seconds);
  const m = Math.floor(seconds / 60);
  return words.say("duration.ms", { m, s: String(Math.floor(seconds % 60)).padStart(2, "0") });
}

/**
 * The worst of the open clocks: what is over comes first, then what ends next.
 *
 * @param {import("./types.js").WireRequest} request
 * @returns {number} for sorting, smaller is more urgent
 */
export function pressure(request) {
  let least = Infinity;
  for (const clock of request.clocks) {
    if (!isOpen(clock)) continue;
    const weight = clock.state === "paused" || !clock.ticking ? clock.remaining_s + 1e7 : clock.remaining_s;
    least = Math.min(least, weight);
  }
  return least;
}
