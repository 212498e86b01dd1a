/**
 * The rounds of one week: what, where, how long, and the days on which each may be done.
 */

import { element, foreign } from "./element.js";
import { shape } from "./office_svg.js";

/**
 * @typedef {object} Round
 * @property {string} id
 * @property {string} kind
 * @property {string} equipment
 * @property {string} equipment_name
 * @property {string} equipment_name_en
 * @property {string} site
 * @property {string} site_name
 * @property {string} site_name_en
 * @property {string | null} territory
 * @property {string[]} skills
 * @property {number} work_s
 * @property {string} due
 * @property {string} earliest
 * @property {string} latest
 * @property {boolean} overdue
 * @property {boolean} projected
 * @property {string | null} planned_on
 */

const DAY_MS = 86_400_000;
const WIDTH = 240;
const HEIGHT = 22;
/** Days before and after the week that the drawing shows. */
const MARGIN = 15;

/**
 * @param {HTMLElement} place
 * @param {import("./office_page.js").OfficePage} page
 * @param {string | null} start
 * @param {Round[] | null} rounds
 * @param {string} today
 */
export function drawWeek(place, page, start, rounds, today) {
  const { words } = page;
  if (start === null || rounds === null) {
    place.replaceChildren(element("p", { class: "empty" }, words.say("calendar.choose")));
    return;
  }
  const title = element("h2", {}, words.say("calendar.week.of", { day: start, count: rounds.length }));
  if (rounds.length === 0) {
    place.replaceChildren(title, element("p", { class: "empty" }, words.say("calendar.week.none")));
    return;
  }
  const heads = ["calendar.due", "calendar.tolerance", "calendar.what", "calendar.where", "calendar.territory", "calendar.skill", "calendar.work", "calendar.planned"];
  const rows = rounds.map((one) => element("tr", { "data-round": one.id }, [
    element("th", { scope: "row" }, [
      one.due,
      one.overdue ? element("span", { class: "overdue" }, words.say("calendar.overdue")) : null,
      one.projected ? element("span", { class: "called" }, words.say("calendar.projected")) : null,
    ]),
    element("td", {}, [tolerance(one, start, today, words), element("span", { class: "called" }, `${one.earliest} – ${one.latest}`)]),
    element("td", {}, [words.code("round", one.kind), element("span", { class: "called" }, [foreign(words.machine(one.equipment_name, one.equipment_name_en) || one.equipment)])]),
    element("td", {}, [foreign(words.nameOf({ name: one.site_name, name_en: one.site_name_en })), element("span", { class: "called" }, [foreign(one.site)])]),
    element("td", {}, [foreign(one.territory ?? "")]),
    element("td", {}, one.skills.flatMap((skill, place) => [place > 0 && ", ", element("span", { class: "skill" }, [foreign(skill)])])),
    element("td", { class: "number" }, words.duration(one.work_s)),
    element("td", {}, one.planned_on ?? "–"),
  ]));
  const table = element("table", { class: "grid", id: "week-rounds" }, [
    element("thead", {}, [element("tr", {}, heads.map((key) => element("th", { scope: "col" }, words.say(key))))]),
    element("tbody", {}, rows),
  ]);
  const name = words.say("calendar.week");
  place.replaceChildren(title, element("p", { class: "hint-line" }, words.say("calendar.tolerance.legend")), element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, [table]));
}

/**
 * The days on which a round may be done, around the week: a bar with a mark at its due day.
 *
 * @param {Round} one
 * @param {string} start
 * @param {string} today
 * @param {import("./words.js").Words} words
 */
function tolerance(one, start, today, words) {
  const first = Date.parse(start) - MARGIN * DAY_MS;
  const days = 7 + 2 * MARGIN;
  const x = (/** @type {string} */ day, after = 0) =>
    Math.min(WIDTH, Math.max(0, (((Date.parse(day) - first) / DAY_MS + after) / days) * WIDTH));
  const from = x(one.earliest);
  const inside = [
    shape("rect", { class: "ground", x: x(start), y: 0, width: x(start, 7) - x(start), height: HEIGHT }),
    shape("rect", { class: "window", x: from, y: 7, width: Math.max(2, x(one.latest, 1) - from), height: 8, rx: 2 }),
  ];
  const mark = x(one.due, 0.5);
  if (mark > 0) inside.push(shape("path", { class: "due", d: `M${mark} 3L${mark + 5} 11L${mark} 19L${mark - 5} 11Z` }));
  const now = x(today, 0.5);
  if (now > 0 && now < WIDTH) inside.push(shape("line", { class: "now", x1: now, x2: now, y1: 0, y2: HEIGHT }));
  const told = words.say("calendar.window", { earliest: one.earliest, latest: one.latest, due: one.due });
  return shape("svg", { class: "tolerance", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": told }, inside);
}
