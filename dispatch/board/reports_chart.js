/**
 * Charts as SVG, each beside a table that says the same. Series differ by pattern of line and shape
 * of point as well as by colour, and every value stands in the table, so nothing is told by colour
 * alone.
 */

import { element, foreign } from "./element.js";
import { roundUp, shape } from "./office_svg.js";

const WIDTH = 420;
const HEIGHT = 210;
const LEFT = 44;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;
const MOST_LABELS = 9;
const LONGEST_LABEL = 24;

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {(number | null)[]} values one for each label; null: nothing to tell
 * @property {string[]} told the same for people
 */

/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {string} about what it means, in one sentence
 * @property {"line" | "bar"} shape
 * @property {string} head what the labels are
 * @property {string[]} labels
 * @property {Series[]} series
 * @property {boolean} share whether values are shares of one
 * @property {{value: number, name: string} | null} [target]
 * @property {string} none what to say when there is nothing to tell
 */

/** @param {Chart} chart @returns {HTMLElement} */
export function drawChart(chart) {
  const some = chart.series.some((one) => one.values.some((value) => value !== null));
  const heading = `${chart.id}-title`;
  const picture = !some ? element("p", { class: "empty" }, chart.none) : chart.shape === "line" ? lines(chart) : bars(chart);
  return element("section", { class: "panel chart", id: chart.id, "aria-labelledby": heading }, [
    element("h2", { id: heading }, chart.title),
    element("p", { class: "hint-line" }, chart.about),
    element("div", { class: "chart-parts" }, [
      element("div", { class: "picture" }, [picture, some ? legend(chart) : null]),
      some ? table(chart) : null,
    ]),
  ]);
}

/** @param {Chart} chart */
function frame(chart) {
  const highest = Math.max(...chart.series.flatMap((one) => one.values.map((value) => value ?? 0)), chart.target?.value ?? 0);
  const top = chart.share && highest <= 1 ? 1 : roundUp(highest || 1);
  const y = (/** @type {number} */ value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * top);
    const told = chart.share ? `${Math.round(part * top * 100)}%` : String(Math.round(part * top * 10) / 10);
    return shape("g", {}, [
      shape("line", { class: "rule", x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }),
      shape("text", { class: "tick", x: LEFT - 6, y: at + 4, "text-anchor": "end" }, [told]),
    ]);
  });
  if (chart.target) {
    const at = y(chart.target.value);
    grid.push(shape("line", { class: "target", x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }));
    grid.push(shape("text", { class: "tick", x: WIDTH - RIGHT, y: at - 4, "text-anchor": "end" }, [chart.target.name]));
  }
  return { y, grid };
}

/** @param {Chart} chart @param {SVGElement[]} inside */
function drawing(chart, inside) {
  // The table beside it says all of this in words; for whoever listens the picture is one thing.
  return shape("svg", { class: "drawing", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": chart.title }, inside);
}

/** @param {Chart} chart */
function lines(chart) {
  const { y, grid } = frame(chart);
  const many = chart.labels.length;
  const step = (WIDTH - LEFT - RIGHT - 24) / Math.max(1, many - 1);
  const x = (/** @type {number} */ place) => LEFT + 12 + (many === 1 ? (WIDTH - LEFT - RIGHT - 24) / 2 : place * step);
  const every = Math.ceil(many / MOST_LABELS);
  const labels = chart.labels.map((label, place) => place % every ? null
    : shape("text", { class: "tick", x: x(place), y: HEIGHT - 12, "text-anchor": "middle" }, [label]));
  const drawn = chart.series.flatMap((one, number) => {
    /** @type {string[]} */
    const path = [];
    let broken = true;
    one.values.forEach((value, place) => {
      if (value !== null) path.push(`${broken ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`);
      broken = value === null;
    });
    const points = one.values.flatMap((value, place) => value === null ? [] : [point(number, x(place), y(value), `${one.name}, ${chart.labels[place]}: ${one.told[place]}`)]);
    return [shape("path", { class: `line series-${number}`, d: path.join(" ") }), ...points];
  });
  return drawing(chart, [...grid, ...labels.filter((one) => one !== null), ...drawn]);
}

/** @param {Chart} chart */
function bars(chart) {
  const { y, grid } = frame(chart);
  const slot = (WIDTH - LEFT - RIGHT) / chart.labels.length;
  const width = Math.min(46, (slot * 0.76) / chart.series.length);
  const every = Math.ceil(chart.labels.length / 12);
  const drawn = chart.labels.flatMap((label, place) => {
    const middle = LEFT + slot * (place + 0.5);
    const first = middle - (width * chart.series.length) / 2;
    const boxes = chart.series.flatMap((one, number) => {
      const value = one.values[place];
      if (value === null) return [];
      const box = shape("rect", {
        class: `bar series-${number}`, x: first + number * width + 1, y: y(value), width: width - 2, height: Math.max(1, y(0) - y(value)),
      }, [shape("title", {}, [`${one.name}, ${label}: ${one.told[place]}`])]);
      return slot < 40 ? [box] : [box, shape("text", { class: "value", x: first + (number + 0.5) * width, y: y(value) - 3, "text-anchor": "middle" }, [one.told[place]])];
    });
    const named = place % every ? [] : [shape("text", { class: "tick", x: middle, y: HEIGHT - 12, "text-anchor": "middle" }, [
      short(label, Math.max(4, Math.floor((slot * every) / 7))),
    ])];
    return [...boxes, ...named];
  });
  return drawing(chart, [...grid, ...drawn]);
}

/** @param {number} number @param {number} x @param {number} y @param {string} told */
function point(number, x, y, told) {
  const title = shape("title", {}, [told]);
  const kind = `point series-${number}`;
  switch (number % 4) {
    case 1: return shape("rect", { class: kind, x: x - 3.5, y: y - 3.5, width: 7, height: 7 }, [title]);
    case 2: return shape("path", { class: kind, d: `M${x} ${y - 5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z` }, [title]);
    case 3: return shape("path", { class: kind, d: `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z` }, [title]);
    default: return shape("circle", { class: kind, cx: x, cy: y, r: 4 }, [title]);
  }
}

/** @param {Chart} chart */
function legend(chart) {
  return element("ul", { class: "legend" }, chart.series.map((one, number) => one.values.every((value) => value === null) ? null : element("li", {}, [
    shape("svg", { class: "key", viewBox: "0 0 34 12", "aria-hidden": "true" }, chart.shape === "line"
      ? [shape("path", { class: `line series-${number}`, d: "M0 6L34 6" }), point(number, 17, 6, one.name)]
      : [shape("rect", { class: `bar series-${number}`, x: 1, y: 1, width: 32, height: 10 })]),
    element("span", {}, [foreign(one.name)]),
  ])));
}

/** @param {Chart} chart */
function table(chart) {
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": `${chart.id}-title` }, [
    element("table", { class: "grid" }, [
      element("thead", {}, [element("tr", {}, [
        element("th", { scope: "col" }, chart.head),
        ...chart.series.map((one) => element("th", { scope: "col", class: "number" }, one.name)),
      ])]),
      element("tbody", {}, chart.labels.map((label, place) => element("tr", {}, [
        element("th", { scope: "row" }, [foreign(label)]),
        ...chart.series.map((one) => element("td", { class: "number" }, one.told[place])),
      ]))),
    ]),
  ]);
}

/** @param {string} label @param {number} most */
function short(label, most) {
  const letters = [...label];
  const limit = Math.min(most, LONGEST_LABEL);
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : label;
}
