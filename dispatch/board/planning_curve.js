/**
 * Two curves, drawn without any library: how the cost falls while a run goes, and what moving more
 * promises saves.
 */

import { drawing } from "./element.js";

/** @typedef {import("./planning_types.js").Report} Report */
/** @typedef {import("./planning_types.js").CurvePoint} CurvePoint */
/** @typedef {import("./words.js").Words} Words */

const WIDTH = 440;
const HEIGHT = 150;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const FOOT = 26;

/**
 * Cost of the best plan so far over time, and how many visits it leaves out.
 *
 * @param {Report[]} reports
 * @param {number} until seconds at the right edge
 * @param {Words} words
 */
export function costCurve(reports, until, words) {
  const times = reports.map((one) => one.at_s ?? one.elapsed_s);
  const end = Math.max(until, ...times, 1);
  const costs = reports.map((one) => one.cost);
  const scale = scaleOf(costs);
  const x = (/** @type {number} */ at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  const most = Math.max(1, ...reports.map((one) => one.unassigned));
  const yLeft = (/** @type {number} */ many) => TOP + (1 - many / most) * (HEIGHT - TOP - FOOT);
  const [first, last] = [reports[0], reports[reports.length - 1]];
  const label = last
    ? words.say("curve.cost.told", {
        from: words.money(first.cost), to: words.money(last.cost), seconds: Math.round(end), left: last.unassigned,
      })
    : words.say("curve.cost.none");
  const anyLeft = reports.some((one) => one.unassigned > 0);
  return frame(label, [
    ...(last ? grid(scale, words) : []),
    axisText(LEFT, HEIGHT - 8, words.say("duration.s", { s: 0 })),
    axisText(WIDTH - RIGHT, HEIGHT - 8, words.say("duration.s", { s: Math.round(end) }), "end"),
    anyLeft && drawing("path", { class: "curve-left", d: steps(reports, times, end, x, (one) => yLeft(one.unassigned)) }),
    last && drawing("path", { class: "curve-line", d: steps(reports, times, end, x, (one) => scale.y(one.cost)) }),
    last && drawing("circle", { class: "curve-dot", cx: x(end), cy: scale.y(last.cost), r: 4 }),
  ]);
}

/**
 * Cost saved against promises moved.
 *
 * @param {CurvePoint[]} points
 * @param {Words} words
 */
export function budgetCurve(points, words) {
  const moved = points.map((one) => one.moved.length);
  const scale = scaleOf(points.map((one) => one.saved));
  const most = Math.max(1, ...moved);
  const x = (/** @type {number} */ many) => LEFT + 8 + (many / most) * (WIDTH - LEFT - RIGHT - 16);
  const last = points[points.length - 1];
  const label = words.say("curve.budget.told", { saved: words.money(last.saved), count: last.moved.length });
  const line = points.map((one, i) => `${i === 0 ? "M" : "L"}${x(moved[i]).toFixed(1)} ${scale.y(one.saved).toFixed(1)}`);
  return frame(label, [
    ...grid(scale, words),
    axisText(x(0), HEIGHT - 8, "0", "middle"),
    axisText(x(most), HEIGHT - 8, String(most), "middle"),
    axisText((x(0) + x(most)) / 2, HEIGHT - 8, words.say("curve.moved"), "middle"),
    drawing("path", { class: "curve-line", d: line.join(" ") }),
    ...points.map((one, i) => drawing("circle", { class: "curve-dot", cx: x(moved[i]), cy: scale.y(one.saved), r: 4 })),
  ]);
}

/** @param {string} label @param {(Node | string | false | null)[]} children */
function frame(label, children) {
  return drawing("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, children);
}

/**
 * @param {Report[]} reports
 * @param {number[]} times
 * @param {number} end
 * @param {(at: number) => number} x
 * @param {(one: Report) => number} y
 */
function steps(reports, times, end, x, y) {
  const parts = reports.map((one, i) => {
    const height = y(one).toFixed(1);
    return i === 0 ? `M${x(times[i]).toFixed(1)} ${height}` : `H${x(times[i]).toFixed(1)} V${height}`;
  });
  return [...parts, `H${x(end).toFixed(1)}`].join(" ");
}

/** @param {number[]} values @returns {{low: number, high: number, y: (value: number) => number}} */
function scaleOf(values) {
  const low = Math.min(...values, Infinity);
  const high = Math.max(...values, -Infinity);
  const [from, to] = Number.isFinite(low) ? [low, high > low ? high : low + 1] : [0, 1];
  return { low: from, high: to, y: (value) => TOP + (1 - (value - from) / (to - from)) * (HEIGHT - TOP - FOOT) };
}

/** @param {{low: number, high: number, y: (value: number) => number}} scale @param {Words} words */
function grid(scale, words) {
  return [scale.low, scale.high].flatMap((value) => [
    drawing("line", { class: "curve-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: scale.y(value), y2: scale.y(value) }),
    axisText(LEFT - 6, scale.y(value) + 4, words.money(value), "end"),
  ]);
}

/** @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
function axisText(x, y, text, anchor = "start") {
  return drawing("text", { class: "curve-text", x, y, "text-anchor": anchor }, [text]);
}
