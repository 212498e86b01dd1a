/**
 * The levelled half-year: how full its weeks are, what doing it otherwise would mean, what slips
 * with more corrective work, and which customers are to be told soon.
 */

import { Refused } from "./api.js";
import { byId, element, foreign } from "./element.js";

/** @typedef {{id: string, equipment: string, site: string, minutes: number, due: string, day: string, notify_on: string, week: string}} LevelRound */
/** @typedef {{name: string, rounds: number, peak: number, mean: number, over: number, late: number, journeys: number}} Way */
/** @typedef {{growth: number, later: Record<string, number>, late: string[], left: string[], over_capacity_minutes: number}} Slips */
/** @typedef {{start: string, today: string, figures: Record<string, number>, ways: Way[], slips: Slips, rounds: LevelRound[]}} Levelled */
/** @typedef {{made_at: string, made_by: string, calendar: Levelled}} HalfYear */

const MOST_NAMED = 8;
const SOON_DAYS = 14;

/** The calendar in force; null: there is none. @param {import("./office_page.js").OfficePage} page @returns {Promise<HalfYear | null>} */
export async function readHalfYear(page) {
  try {
    return await page.calls.get("/half-year");
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}

/**
 * @param {import("./office_page.js").OfficePage} page
 * @param {HalfYear | null} half
 * @param {() => Promise<void>} level makes another calendar
 */
export function drawHalfYear(page, half, level) {
  const { words } = page;
  const button = element("button", { type: "button", class: "tool", id: "level" }, words.say(half ? "half.again" : "half.level"), {
    on: {
      click: () => {
        button.setAttribute("disabled", "");
        page.announce(words.say("half.busy"));
        button.textContent = words.say("half.busy");
        level().catch((error) => page.failed(error)).finally(() => button.removeAttribute("disabled"));
      },
    },
  });
  byId("half-year").replaceChildren(
    element("h2", { id: "half-title" }, words.say("half.title")),
    ...(half ? drawLevelled(page, half) : [element("p", { class: "empty" }, words.say("half.none"))]),
    element("div", { class: "actions" }, [button]),
  );
}

/** @param {import("./office_page.js").OfficePage} page @param {HalfYear} half @returns {Node[]} */
function drawLevelled(page, half) {
  const { words, clock } = page;
  const { figures, ways, slips, rounds, today } = half.calendar;
  const hours = (/** @type {number} */ minutes) => words.numbers.format(minutes / 60);
  const summary = words.say("half.summary", {
    rounds: figures.rounds, peak: hours(figures.peak_minutes), mean: hours(figures.mean_minutes),
    ratio: new Intl.NumberFormat(words.tag, { maximumFractionDigits: 2 }).format(figures.peak_over_mean),
    bound: hours(figures.peak_bound_minutes), out: figures.out_of_tolerance,
    made: clock.moment(Date.parse(half.made_at)), who: half.made_by,
  });
  const weeks = [...new Set(rounds.map((one) => one.week))].sort();
  const inWeek = weeks.map((week) => rounds.filter((one) => one.week === week));
  const slipped = Object.entries(slips.later);
  const soon = rounds.filter((one) => one.notify_on >= today && daysBetween(today, one.notify_on) <= SOON_DAYS)
    .sort((a, b) => a.notify_on.localeCompare(b.notify_on) || a.day.localeCompare(b.day));
  const told = words.say("half.notices", { days: SOON_DAYS, count: soon.length, shown: Math.min(MOST_NAMED, soon.length) });
  return [
    element("p", { class: "hint-line" }, summary),
    grid(words.say("half.weeks"), [words.say("calendar.of"), ...weeks.map((week) => week.slice(5))], [
      ["rounds", words.say("half.rounds"), ...inWeek.map((some) => String(some.length))],
      ["hours", words.say("half.hours"), ...inWeek.map((some) => hours(some.reduce((sum, one) => sum + one.minutes, 0)))],
    ]),
    element("h3", {}, words.say("half.ways")),
    grid(words.say("half.ways"), ["way", "rounds", "peak", "mean", "late", "journeys"].map((name) => words.say(`half.head.${name}`)), ways.map((one) => [
      one.name, words.code("half.way", one.name), String(one.rounds), hours(one.peak), hours(one.mean), String(one.late), String(one.journeys),
    ])),
    element("h3", {}, words.say("half.slips", { percent: Math.round(100 * (slips.growth - 1)) })),
    element("p", {}, slipped.length || slips.left.length
      ? words.say("half.slips.some", { later: slipped.length, late: slips.late.length, left: slips.left.length })
      : words.say("half.slips.none")),
    ...(slipped.length ? [element("ul", {}, slipped.slice(0, MOST_NAMED).map(([id, many]) => element("li", {}, [foreign(id), ` ${words.say("half.slips.weeks", { count: many })}`])))] : []),
    element("h3", {}, told),
    soon.length ? grid(told, ["told", "day", "site", "equipment"].map((name) => words.say(`half.head.${name}`)),
      soon.slice(0, MOST_NAMED).map((one) => [one.id, one.notify_on, one.day, one.site, one.equipment])) : element("p", { class: "empty" }, words.say("half.notices.none")),
  ];
}

/** @param {string} from @param {string} to */
function daysBetween(from, to) {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/**
 * A table; each row begins with what tells it apart, which is not shown.
 *
 * @param {string} label
 * @param {string[]} heads
 * @param {string[][]} rows
 */
function grid(label, heads, rows) {
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, [
    element("table", { class: "grid" }, [
      element("thead", {}, [element("tr", {}, heads.map((head, place) => element("th", { scope: "col", class: place ? "number" : "" }, head)))]),
      element("tbody", {}, rows.map(([id, first, ...rest]) => element("tr", { "data-row": id }, [
        element("th", { scope: "row" }, [foreign(first)]), ...rest.map((text) => element("td", { class: "number" }, [foreign(text)])),
      ]))),
    ]),
  ]);
}
