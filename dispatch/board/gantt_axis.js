/**
 * The time axis of the Gantt: which stretch of time it shows, its hours, and the legend below.
 */

import { element } from "./element.js";
import { extent } from "./world.js";

/** @typedef {import("./types.js").Span} Span */
/** @typedef {import("./gantt_lane.js").LaneView} LaneView */

export const HOUR = 3_600_000;
/** Room that the name of an hour needs. */
const LABEL_PX = 44;

/**
 * As much time as the routes need, and the shifts that begin and end within the bounds.
 *
 * @param {import("./types.js").Lane[]} lanes
 * @param {Span | null} bounds
 * @returns {Span}
 */
export function axisOf(lanes, bounds) {
  const driven = lanes.filter((lane) => lane.used !== null);
  const counted = driven.length > 0 ? driven : lanes;
  let start = Infinity;
  let end = -Infinity;
  for (const lane of counted) {
    const inside = bounds !== null && lane.start >= bounds.start && lane.end <= bounds.end;
    const span = lane.used === null || inside ? extent(lane) : lane.used;
    start = Math.min(start, span.start - HOUR / 4);
    // Somebody may want to put a visit into the overtime that nobody needs yet.
    const last = inside || bounds === null ? (lane.overtimeEnd ?? span.end) : span.end;
    end = Math.max(end, span.end + HOUR / 4, last + HOUR / 4);
  }
  if (bounds === null) return { start, end };
  return { start: Math.max(start, bounds.start), end: Math.min(end, bounds.end) };
}

/**
 * What a day opens with: its own shifts. The route of a night that runs over from the day before is
 * to be found on the left of it, and must not squeeze the day into half of the screen.
 *
 * @param {import("./types.js").Lane[]} lanes
 * @param {Span | null} bounds
 * @param {Span} axis
 * @returns {Span}
 */
export function openingOf(lanes, bounds, axis) {
  const own = bounds === null ? [] : lanes.filter((lane) => lane.used !== null && lane.start >= bounds.start);
  return own.length > 0 ? axisOf(own, bounds) : axis;
}

/**
 * The names of the hours, as many as have room.
 *
 * @param {LaneView} view
 * @param {number} hourPx
 * @returns {HTMLElement[]}
 */
export function hourLabels(view, hourPx) {
  const { axis, clock } = view;
  const every = [1, 2, 3, 6, 12].find((one) => one * hourPx >= LABEL_PX) ?? 24;
  let named = -Infinity;
  return clock.fullHours(axis, every).map((at) => {
    const time = clock.time(at);
    const midnight = time === "00:00";
    if (midnight) named = at;
    // The name of a day needs the room of two hours, and the last label would hang out.
    const near = !midnight && (at - named) / HOUR < (LABEL_PX * 2) / hourPx;
    const hidden = near || ((axis.end - at) / HOUR) * hourPx < LABEL_PX / 2;
    const label = hidden ? "" : midnight ? clock.dayName(at) : time;
    return element("span", { class: midnight ? "hour midnight" : "hour" }, label, {
      style: { left: view.left(at) },
    });
  });
}

/** @param {import("./words.js").Words} words */
export function legend(words) {
  const kinds = [
    ["stop visit sla-met", "met"], ["stop visit sla-tight", "tight"], ["stop visit sla-late", "late"],
    ["stop visit sla-none", "none"], ["stretch travel", "travel"], ["stretch wait", "wait"],
    ["stop pickup", "pickup"], ["stop break", "break"], ["stretch overtime", "overtime"],
    ["deadline", "deadline"], ["stretch promise", "promise"], ["frozen", "frozen"],
  ];
  return element("ul", { class: "legend", "aria-label": words.say("legend") },
    kinds.map(([kind, word]) =>
      element("li", {}, [
        element("span", { class: "sample", "aria-hidden": "true" }, [
          element("span", { class: kind }, word === "pickup" ? "▲" : ""),
        ]),
        words.say(`legend.${word}`),
      ]),
    ),
  );
}
