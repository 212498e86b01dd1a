/**
 * The outcome of a what-if: for each scenario a table of figures with the paired difference and its
 * interval, drawn around zero; for a question its rows.
 */

import { element, foreign } from "./element.js";
import { roundUp, shape } from "./office_svg.js";

/** @typedef {{base: number, scenario: number, difference: number, low: number | null, high: number | null, p_value: number, probability_better: number | null, variance_ratio: number | null, constant?: boolean, significant: boolean}} Pair */

const SHARES = new Set(["utilisation", "travel_share"]);
/** Of a drawn interval: `side` is kept free for half of the label of an end, `row` is its height without labels. */
const GLYPH = { width: 150, height: 32, row: 16, side: 28 };

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Record<string, any>} report
 * @returns {HTMLElement[]}
 */
export function drawReport(page, report) {
  const { words } = page;
  if (report.question) return drawAnswer(page, report.told[words.language]);
  const how = words.say("whatif.how", { count: report.replications, days: report.days });
  return [
    element("p", { class: "hint-line" }, how),
    ...report.scenarios.map((/** @type {any} */ one) => drawScenario(page, one)),
  ];
}

/** @param {import("./office_page.js").OfficePage} page @param {Record<string, any>} one */
function drawScenario(page, one) {
  const { words } = page;
  const rows = Object.entries(/** @type {Record<string, Pair>} */ (one.comparison))
    .filter(([, pair]) => pair.base || pair.scenario)
    .map(([name, pair]) => element("tr", { "data-figure": name }, [
      element("th", { scope: "row" }, words.say(`whatif.figure.${name}`)),
      cell(tell(words, name, pair.base)),
      cell(tell(words, name, pair.scenario)),
      element("td", { class: `number ${verdict(pair)}` }, `${tell(words, name, pair.difference, true)}${pair.significant ? " *" : ""}`),
      cell(pair.low === null || pair.high === null ? "–" : `${tell(words, name, pair.low, true)} … ${tell(words, name, pair.high, true)}`),
      element("td", {}, [interval(words, name, pair)]),
      cell(pair.probability_better === null ? "–" : `${Math.round(100 * pair.probability_better)} %`),
      cell(pair.variance_ratio === null ? (pair.constant ? "∞" : "–") : `${words.numbers.format(pair.variance_ratio)} ×`),
    ]));
  const heads = ["figure", "base", "scenario", "difference", "interval", "drawn", "better", "variance"];
  const left = Object.entries(one.unassigned).map(([code, many]) => `${words.code("whatif.left", code)} ${words.numbers.format(Number(many))}`);
  return element("section", { class: "scenario-report" }, [
    element("h3", {}, [foreign(one.name)]),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": one.name }, [
      element("table", { class: "grid" }, [
        element("thead", {}, [element("tr", {}, heads.map((head, place) =>
          element("th", { scope: "col", class: place ? "number" : "" }, words.say(`whatif.head.${head}`))))]),
        element("tbody", {}, rows),
      ]),
    ]),
    element("p", { class: "hint-line" }, `${words.say("whatif.nobody")} ${left.join(", ") || words.say("whatif.none")}`),
  ]);
}

/** @param {string} text */
function cell(text) {
  return element("td", { class: "number" }, text);
}

/** @param {Pair} pair */
function verdict(pair) {
  if (!pair.significant || pair.probability_better === null) return "";
  return pair.probability_better >= 0.5 ? "gain" : "loss";
}

/**
 * The interval of a difference around zero, over an axis with round ends in the unit of the figure;
 * the numbers beside it say the same.
 *
 * @param {import("./words.js").Words} words
 * @param {string} name
 * @param {Pair} pair
 */
function interval(words, name, pair) {
  const { width, height, row, side } = GLYPH;
  const low = pair.low ?? pair.difference;
  const high = pair.high ?? pair.difference;
  const scale = isShare(name) ? 100 : isMoney(name) ? 0.01 : 1;
  const end = roundUp(Math.max(Math.abs(low), Math.abs(high)) * scale || 1);
  const at = (/** @type {number} */ value) => width / 2 + ((value * scale) / end) * (width / 2 - side);
  const digits = new Intl.NumberFormat(words.tag, { maximumSignificantDigits: 3, signDisplay: "exceptZero" });
  const ticks = [-end, 0, end].flatMap((value) => {
    const x = at(value / scale);
    return [
      shape("line", { class: value ? "rule" : "zero", x1: x, x2: x, y1: 1, y2: row + 3 }),
      shape("text", { class: "tick", x, y: height - 2, "text-anchor": "middle" }, [digits.format(value) + (isShare(name) && value ? " %" : "")]),
    ];
  });
  return shape("svg", { class: `interval ${verdict(pair)}`, viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, [
    shape("line", { class: "rule", x1: at(-end / scale), x2: at(end / scale), y1: row + 1, y2: row + 1 }),
    ...ticks,
    shape("line", { class: "span", x1: at(low), x2: at(high), y1: row / 2, y2: row / 2 }),
    shape("circle", { class: "mean", cx: at(pair.difference), cy: row / 2, r: 4 }),
  ]);
}

/** @param {string} name */
function isShare(name) {
  return name.startsWith("on_time") || SHARES.has(name);
}

/** @param {string} name */
function isMoney(name) {
  return name.startsWith("cost");
}

/**
 * A figure as people read it.
 *
 * @param {import("./words.js").Words} words
 * @param {string} name
 * @param {number} value
 * @param {boolean} [signed]
 */
function tell(words, name, value, signed = false) {
  const plus = signed && value > 0 ? "+" : "";
  if (isShare(name)) return `${plus}${words.numbers.format(100 * value)} %`;
  if (isMoney(name)) return `${plus}${words.money(Math.round(value))}`;
  return `${plus}${words.numbers.format(value)}`;
}

/**
 * The answer to a question in sentences, and its evidence as a table; the service words both.
 *
 * @param {import("./office_page.js").OfficePage} page
 * @param {{answer: string[], head: string[], rows: string[][]}} told
 * @returns {HTMLElement[]}
 */
function drawAnswer(page, told) {
  const { words } = page;
  return [
    ...told.answer.map((sentence) => element("p", { class: "answer" }, [foreign(sentence)])),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.say("whatif.report") }, [
      element("table", { class: "grid" }, [
        element("thead", {}, [element("tr", {}, told.head.map((head) => element("th", { scope: "col" }, head)))]),
        element("tbody", {}, told.rows.map((row) => element("tr", {}, row.map((text) => element("td", {}, [element("bdi", {}, text)]))))),
      ]),
    ]),
  ];
}
