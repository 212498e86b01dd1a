/**
 * The outcome of a what-if: for each scenario a table of figures with the paired difference and its
 * interval, drawn around zero; for a question its rows.
 */

import { element, foreign } from "./element.js";
import { shape } from "./office_svg.js";

/** @typedef {{base: number, scenario: number, difference: number, low: number | null, high: number | null, p_value: number, probability_better: number | null, variance_ratio: number | null, constant?: boolean, significant: boolean}} Pair */

const MONEY = new Set(["value", "low", "high", "least", "safe", "least_per_customer", "safe_per_customer"]);
const SHARES = new Set(["utilisation", "travel_share"]);
const GLYPH = { width: 120, height: 16 };

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Record<string, any>} report
 * @returns {HTMLElement[]}
 */
export function drawReport(page, report) {
  const { words } = page;
  if (report.question) return [drawRows(page, report.rows)];
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
      element("td", {}, [interval(pair)]),
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

/** The interval of a difference around zero; the numbers beside it say the same. @param {Pair} pair */
function interval(pair) {
  const { width, height } = GLYPH;
  const low = pair.low ?? pair.difference;
  const high = pair.high ?? pair.difference;
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const at = (/** @type {number} */ value) => width / 2 + (value / reach) * (width / 2 - 4);
  return shape("svg", { class: `interval ${verdict(pair)}`, viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, [
    shape("line", { class: "zero", x1: width / 2, x2: width / 2, y1: 0, y2: height }),
    shape("line", { class: "span", x1: at(low), x2: at(high), y1: height / 2, y2: height / 2 }),
    shape("circle", { class: "mean", cx: at(pair.difference), cy: height / 2, r: 4 }),
  ]);
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
  if (name.startsWith("on_time") || SHARES.has(name)) return `${plus}${words.numbers.format(100 * value)} %`;
  if (name.startsWith("cost") || MONEY.has(name)) return `${plus}${words.money(Math.round(value))}`;
  return `${plus}${words.numbers.format(value)}`;
}

/** @param {import("./office_page.js").OfficePage} page @param {Record<string, any>[]} rows */
function drawRows(page, rows) {
  const { words } = page;
  if (!rows.length) return element("p", { class: "empty" }, words.say("whatif.none"));
  const names = Object.keys(rows[0]);
  const text = (/** @type {string} */ name, /** @type {any} */ value) => {
    if (value === null) return "–";
    if (typeof value === "boolean") return words.say(value ? "whatif.yes" : "whatif.no");
    return typeof value === "number" ? tell(words, name, value) : String(value);
  };
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.say("whatif.report") }, [
    element("table", { class: "grid" }, [
      element("thead", {}, [element("tr", {}, names.map((name) => element("th", { scope: "col" }, words.say(`whatif.column.${name}`))))]),
      element("tbody", {}, rows.map((row) => element("tr", {}, names.map((name) => element("td", {}, [element("bdi", {}, text(name, row[name]))]))))),
    ]),
  ]);
}
