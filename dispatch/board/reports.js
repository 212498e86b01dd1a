/**
 * Where the page of reports begins: which stretch is looked at, the figures in all, and a chart
 * with its table for each question a manager is asked.
 */

import { byId, element } from "./element.js";
import { OfficePage } from "./office_page.js";
import { drawChart } from "./reports_chart.js";
import { REPORTS_EN } from "./words_reports_en.js";
import { REPORTS_ZH } from "./words_reports_zh.js";

/**
 * @typedef {{met: number, breached: number, open: number, waived: number, on_time: number | null}} Standing
 * @typedef {Record<string, any> & {clocks: Record<string, Standing>}} Figures
 * @typedef {{key: string, name: string, name_en: string, until: string | null, figures: Figures}} Group
 * @typedef {{first: string, last: string, by: string, territory: string | null, territories: string[],
 *   targets: Record<string, number>, total: Figures, periods: Group[], by_territory: Group[],
 *   by_severity: Group[], by_contract: Group[]}} Report
 */

const MOST_CONTRACTS = 12;
const CLOCKS = ["acknowledge", "arrive", "fix"];

/** @type {Report | null} */
let report = null;
let asked = 0;
const query = fromAddress();
const page = new OfficePage(REPORTS_EN, REPORTS_ZH, load, draw);

/** @returns {Record<string, string>} */
function fromAddress() {
  const given = new URLSearchParams(location.search);
  /** @type {Record<string, string>} */
  const found = { by: "week" };
  for (const name of ["from", "until", "by", "territory"]) {
    const value = given.get(name);
    if (value) found[name] = value;
  }
  return found;
}

async function load() {
  asked += 1;
  const mine = asked;
  const found = await page.calls.get(`/reports/quality?${new URLSearchParams(query)}`);
  if (mine !== asked) return;
  report = found;
  draw();
}

/** @param {Record<string, string>} change */
function go(change) {
  for (const [name, value] of Object.entries(change)) {
    if (value === "") delete query[name];
    else query[name] = value;
  }
  history.replaceState(null, "", `?${new URLSearchParams(query)}`);
  page.say(null);
  load().then(() => page.announce(page.words.say("reports.ready")), (error) => page.failed(error));
}

function draw() {
  if (!report) return;
  drawFilters(report);
  drawTiles(report);
  byId("charts").replaceChildren(...charts(report).map(drawChart));
}

/** @param {Report} shown */
function drawFilters(shown) {
  const { words } = page;
  const focused = document.activeElement?.id;
  const pair = (/** @type {string} */ id, /** @type {string} */ key, /** @type {HTMLElement} */ control) =>
    element("span", { class: "pair" }, [element("label", { for: id }, words.say(key)), control]);
  const day = (/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ value) => {
    const input = element("input", { type: "date", id, required: true }, [], {
      on: { change: () => { if (input.value) go({ from: shown.first, until: shown.last, [name]: input.value }); } },
    });
    input.value = value;
    return pair(id, `reports.${name}`, input);
  };
  const by = element("select", { id: "by" }, ["day", "week", "month"].map((one) =>
    element("option", { value: one }, words.say(`reports.cut.${one}`))), { on: { change: () => go({ by: by.value }) } });
  by.value = shown.by;
  const territory = element("select", { id: "territory" }, [
    element("option", { value: "" }, words.say("reports.everywhere")),
    ...shown.territories.map((one) => element("option", { value: one }, one)),
  ], { on: { change: () => go({ territory: territory.value }) } });
  territory.value = shown.territory ?? "";
  const file = (/** @type {string} */ format) => element("button", { type: "button", class: "tool", id: `download-${format}` }, words.say(`reports.download.${format}`), {
    on: { click: () => page.calls.download(`/reports/quality/file?${new URLSearchParams({ ...query, format })}`).catch((error) => page.failed(error)) },
  });
  byId("filters").replaceChildren(
    day("from", "from", shown.first), day("until", "until", shown.last),
    pair("by", "reports.by", by), pair("territory", "reports.territory", territory),
    element("div", { class: "tools" }, [file("csv"), file("xlsx")]),
  );
  if (focused && ["from", "until", "by", "territory"].includes(focused)) byId(focused).focus();
}

/** @param {number | null} value */
function percent(value) {
  return value === null ? "–" : page.words.percents.format(Math.round(value * 1000) / 1000);
}

/** @param {Report} shown */
function drawTiles({ total, targets }) {
  const { words } = page;
  const arrive = total.clocks.arrive;
  const hours = (/** @type {number | null} */ seconds) => seconds === null ? "–" : words.duration(seconds);
  const tile = (/** @type {string} */ key, /** @type {string} */ value, /** @type {string} */ of, /** @type {boolean | null} */ reached = null) =>
    element("div", { class: reached === false ? "tile missed" : "tile", "data-tile": key }, [
      element("dt", {}, words.say(`tile.${key}`)),
      element("dd", {}, [
        element("strong", {}, value),
        element("span", {}, of),
        reached === null ? null : element("span", { class: "mark" }, words.say(reached ? "tile.reached" : "tile.missed")),
      ]),
    ]);
  const of = (/** @type {number} */ part, /** @type {number} */ whole) => words.say("tile.of", { part: words.numbers.format(part), whole: words.numbers.format(whole) });
  const against = (/** @type {number | null} */ value, /** @type {number} */ target) => value === null ? null : value >= target;
  byId("tiles").replaceChildren(element("dl", { class: "tile-list" }, [
    tile("arrive", percent(arrive.on_time), of(arrive.met, arrive.met + arrive.breached)),
    tile("first", percent(total.first_time_fix), of(total.first_time, total.repaired)),
    tile("repeat", percent(total.repeat_share), of(total.repeats, total.requests - total.cancelled)),
    tile("satisfaction", percent(total.satisfaction), `${of(total.satisfied, total.scores)} · ${words.say("tile.target", { target: percent(targets.satisfaction) })}`, against(total.satisfaction, targets.satisfaction)),
    tile("maintenance", percent(total.maintenance_in_time), `${of(total.rounds_in_time, total.rounds)} · ${words.say("tile.target", { target: percent(targets.maintenance_in_time) })}`, against(total.maintenance_in_time, targets.maintenance_in_time)),
    tile("utilisation", percent(total.utilisation), words.say("tile.hours", { hours: words.numbers.format(total.shift_s / 3600) })),
    tile("travel", percent(total.travel_share), words.say("tile.travelled", { hours: words.numbers.format(total.travel_s / 3600) })),
    tile("respond", hours(total.mean_arrive_s), words.say("tile.mean")),
    tile("fix", hours(total.mean_fix_s), words.say("tile.mean")),
  ]));
}

/**
 * @param {Report} shown
 * @returns {import("./reports_chart.js").Chart[]}
 */
function charts(shown) {
  const { words } = page;
  const { periods, targets } = shown;
  const days = periods.map((one) => periodName(one, shown.by));
  const share = (/** @type {string} */ name, /** @type {Group[]} */ groups, /** @type {(one: Figures) => number | null} */ read) => {
    const values = groups.map((one) => read(one.figures));
    return { name, values, told: values.map(percent) };
  };
  const chart = (/** @type {string} */ id, /** @type {Partial<import("./reports_chart.js").Chart>} */ rest) =>
    /** @type {import("./reports_chart.js").Chart} */ ({
      id: `chart-${id}`, title: words.say(`chart.${id}`), about: words.say(`chart.${id}.about`), shape: "line",
      head: words.say(`reports.by.${shown.by}`), labels: days, share: true, none: words.say("chart.none"), ...rest,
    });
  const kept = (/** @type {Group[]} */ groups) => CLOCKS.map((clock) =>
    share(words.say(`clock.kind.${clock}`), groups, (one) => one.clocks[clock].on_time));
  const contracts = [...shown.by_contract].sort((one, other) => other.figures.requests - one.figures.requests).slice(0, MOST_CONTRACTS);
  const mean = periods.map((one) => one.figures.score_mean);
  return [
    chart("promises", { series: kept(periods) }),
    chart("severity", {
      shape: "bar", head: words.say("reports.severity"), series: kept(shown.by_severity),
      labels: shown.by_severity.map((one) => words.code("severity", one.key)),
    }),
    chart("contract", {
      shape: "bar", head: words.say("reports.contract"), labels: contracts.map((one) => words.nameOf(one) || one.key),
      series: [share(words.say("clock.kind.arrive"), contracts, (one) => one.clocks.arrive.on_time)],
    }),
    chart("first", { series: [
      share(words.say("tile.first"), periods, (one) => one.first_time_fix),
      share(words.say("tile.repeat"), periods, (one) => one.repeat_share),
      share(words.say("tile.repeat.visits"), periods, (one) => one.repeat_visit_share),
    ] }),
    chart("satisfaction", {
      target: { value: targets.satisfaction, name: words.say("tile.target", { target: percent(targets.satisfaction) }) },
      series: [
        share(words.say("tile.satisfaction"), periods, (one) => one.satisfaction),
        { name: words.say("chart.score"), values: mean.map(() => null), told: mean.map((one) => one === null ? "–" : words.numbers.format(one)) },
      ],
    }),
    chart("work", { series: [
      share(words.say("tile.utilisation"), periods, (one) => one.utilisation),
      share(words.say("tile.travel"), periods, (one) => one.travel_share),
    ] }),
    chart("territory", {
      shape: "bar", head: words.say("reports.territory"), labels: shown.by_territory.map((one) => one.key || words.say("reports.nowhere")),
      series: [
        share(words.say("clock.kind.arrive"), shown.by_territory, (one) => one.clocks.arrive.on_time),
        share(words.say("tile.first"), shown.by_territory, (one) => one.first_time_fix),
        share(words.say("tile.utilisation"), shown.by_territory, (one) => one.utilisation),
      ],
    }),
    chart("maintenance", {
      target: { value: targets.maintenance_in_time, name: words.say("tile.target", { target: percent(targets.maintenance_in_time) }) },
      series: [share(words.say("tile.maintenance"), periods, (one) => one.maintenance_in_time)],
    }),
  ];
}

/** @param {Group} period @param {string} by */
function periodName(period, by) {
  const [year, month, day] = period.key.split("-");
  return by === "month" ? `${year}-${month}` : `${month}-${day}`;
}
