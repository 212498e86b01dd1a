/**
 * The load of the weeks: one column each, its series side by side and the shifts as a mark, and the
 * same as tables by territory and by skill.
 */

import { element, foreign } from "./element.js";

/** @typedef {import("./calendar.js").Calendar} Calendar */
/** @typedef {import("./calendar.js").Week} Week */

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Calendar} calendar
 * @param {string | null} chosen
 * @param {(start: string) => void} choose
 * @returns {Node[]}
 */
export function drawLoads(page, calendar, chosen, choose) {
  const { words } = page;
  const used = calendar.series.filter((name, place) =>
    place === 0 || calendar.weeks.some((week) => week.loads[name].work_s > 0));
  const highest = Math.max(1, ...calendar.weeks.flatMap((week) => used.map((name) => week.loads[name].work_s)));
  const columns = calendar.weeks.map((week) => {
    const { rounds, work_s: work } = week.loads.due;
    const label = words.say("calendar.open", { day: week.start, hours: hours(page, work), count: rounds });
    const bars = used.map((name, number) => element("span", {
      class: `load-bar series-${number}`, title: words.say("calendar.bar", { name: seriesName(page, name), day: week.start, hours: hours(page, week.loads[name].work_s) }),
    }, [], { style: { height: `${(100 * week.loads[name].work_s) / highest}%` } }));
    return element("li", {}, [
      element("button", {
        type: "button", class: "week-column", "data-week": week.start, "aria-label": label, "aria-pressed": String(week.start === chosen),
      }, [
        element("span", { class: "load-value", "aria-hidden": "true" }, work ? hours(page, work) : ""),
        element("span", { class: "load-bars" }, bars),
        element("span", { class: "load-day" }, week.start.slice(5)),
      ], { on: { click: () => choose(week.start) } }),
    ]);
  });
  const legend = used.length < 2 ? null : element("ul", { class: "legend" }, used.map((name, number) => element("li", {}, [
    element("span", { class: `swatch series-${number}` }), seriesName(page, name),
  ])));
  return [
    element("div", { class: "scroll" }, [element("ol", { class: "week-columns" }, columns)]),
    ...(legend ? [legend] : []),
    table(page, calendar, used),
  ];
}

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Calendar} calendar
 * @param {string[]} used
 */
function table(page, calendar, used) {
  const { words } = page;
  const row = (/** @type {string} */ name, /** @type {(week: Week) => string} */ read) => element("tr", {}, [
    element("th", { scope: "row" }, name), ...calendar.weeks.map((week) => element("td", { class: "number" }, read(week))),
  ]);
  return grid(page, calendar, words.say("calendar.title", { first: calendar.first, last: calendar.last }), [
    row(words.say("calendar.rounds"), (week) => some(page, week.loads.due.rounds)),
    ...used.map((name) => row(`${seriesName(page, name)} (${words.say("calendar.hours")})`, (week) => hours(page, week.loads[name].work_s))),
    row(`${words.say("calendar.shifts")} (${words.say("calendar.hours")})`, (week) => hours(page, week.shift_s)),
  ]);
}

/**
 * A table of hours by week and part, the fuller the darker; the number says the same.
 *
 * @param {import("./office_page.js").OfficePage} page
 * @param {Calendar} calendar
 * @param {"by_territory" | "by_skill"} part
 * @param {string} title
 * @param {string} nothing
 */
export function drawParts(page, calendar, part, title, nothing) {
  const names = [...new Set(calendar.weeks.flatMap((week) => Object.keys(week.loads.due[part])))].sort();
  const highest = Math.max(1, ...calendar.weeks.flatMap((week) => Object.values(week.loads.due[part])));
  const rows = names.map((name) => element("tr", {}, [
    element("th", { scope: "row" }, [name === "" ? nothing : foreign(name)]),
    ...calendar.weeks.map((week) => {
      const seconds = week.loads.due[part][name] ?? 0;
      const level = seconds ? Math.ceil((4 * seconds) / highest) : 0;
      return element("td", { class: `number heat heat-${level}` }, hours(page, seconds));
    }),
  ]));
  return element("section", { class: "part" }, [
    element("h3", {}, title),
    names.length ? grid(page, calendar, title, rows) : element("p", { class: "empty" }, page.words.say("calendar.week.none")),
  ]);
}

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {Calendar} calendar
 * @param {string} title
 * @param {HTMLElement[]} rows
 */
function grid(page, calendar, title, rows) {
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, [
    element("table", { class: "grid weeks" }, [
      element("thead", {}, [element("tr", {}, [
        element("th", { scope: "col" }, page.words.say("calendar.of")),
        ...calendar.weeks.map((week) => element("th", { scope: "col", class: "number" }, week.start.slice(5))),
      ])]),
      element("tbody", {}, rows),
    ]),
  ]);
}

/** @param {import("./office_page.js").OfficePage} page @param {string} name */
function seriesName(page, name) {
  return page.words.code("calendar.series", name);
}

/** @param {import("./office_page.js").OfficePage} page @param {number} seconds */
function hours(page, seconds) {
  return some(page, seconds / 3600);
}

/** @param {import("./office_page.js").OfficePage} page @param {number} value */
function some(page, value) {
  return value === 0 ? "·" : page.words.numbers.format(value);
}
