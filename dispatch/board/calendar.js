/**
 * Where the maintenance calendar begins: the load of the half-year by week, by territory and by
 * skill, and the rounds of the week that was chosen.
 */

import { drawHalfYear, readHalfYear } from "./calendar_half_year.js";
import { drawLoads, drawParts } from "./calendar_load.js";
import { drawWeek } from "./calendar_week.js";
import { byId, element } from "./element.js";
import { OfficePage } from "./office_page.js";
import { CALENDAR_EN } from "./words_calendar_en.js";
import { CALENDAR_ZH } from "./words_calendar_zh.js";

/** @typedef {{rounds: number, work_s: number, by_territory: Record<string, number>, by_skill: Record<string, number>}} Load */
/** @typedef {{start: string, shift_s: number, loads: Record<string, Load>}} Week */
/** @typedef {{today: string, first: string, last: string, series: string[], territories: string[], skills: string[], weeks: Week[]}} Calendar */

/** @type {Calendar | null} */
let calendar = null;
/** @type {import("./calendar_week.js").Round[] | null} */
let rounds = null;
/** What was levelled; undefined: not asked for yet. @type {import("./calendar_half_year.js").HalfYear | null | undefined} */
let half;
/** @type {string | null} */
let chosen = new URLSearchParams(location.search).get("week");
/** Only this part; undefined: all. @type {{territory?: string, skill?: string}} */
let only = fromAddress();
let asked = 0;
const page = new OfficePage(CALENDAR_EN, CALENDAR_ZH, load, draw);

function fromAddress() {
  const query = new URLSearchParams(location.search);
  return { territory: query.get("territory") ?? undefined, skill: query.get("skill") ?? undefined };
}

/** @param {Record<string, string>} [more] */
function address(more = {}) {
  const query = new URLSearchParams(more);
  if (only.territory !== undefined) query.set("territory", only.territory);
  if (only.skill !== undefined) query.set("skill", only.skill);
  return query;
}

async function load() {
  asked += 1;
  const mine = asked;
  const found = await page.calls.get(`/maintenance-calendar?${address()}`);
  if (mine !== asked) return;
  calendar = found;
  if (half === undefined) half = await readHalfYear(page);
  if (!found.weeks.some((/** @type {Week} */ one) => one.start === chosen)) chosen = null;
  await loadWeek();
}

async function loadWeek() {
  const mine = asked;
  rounds = null;
  if (chosen !== null) rounds = (await page.calls.get(`/maintenance-calendar/rounds?${address({ start: chosen })}`)).items;
  if (mine === asked) draw();
}

/** Make another calendar of the half-year, and show it. */
async function level() {
  half = await page.calls.change("POST", "/half-year", { body: {} });
  await load();
  byId("half-year").focus();
}

/** @param {string} start */
function choose(start) {
  chosen = start;
  history.replaceState(null, "", `?${address({ week: start })}`);
  loadWeek().then(() => byId("week").focus(), (error) => page.failed(error));
}

/** @param {"territory" | "skill"} name @param {string | undefined} value */
function limit(name, value) {
  only = { ...only, [name]: value };
  history.replaceState(null, "", `?${address(chosen === null ? {} : { week: chosen })}`);
  load().catch((error) => page.failed(error));
}

function draw() {
  if (calendar === null) return;
  const { words } = page;
  drawFilters(calendar);
  const title = { first: calendar.first, last: calendar.last };
  byId("load").replaceChildren(
    element("h2", { id: "load-title" }, words.say("calendar.title", title)),
    element("p", { class: "hint-line" }, words.say("calendar.about")),
    ...drawLoads(page, calendar, chosen, choose),
    drawParts(page, calendar, "by_territory", words.say("calendar.by.territory"), words.say("calendar.nowhere")),
    drawParts(page, calendar, "by_skill", words.say("calendar.by.skill"), words.say("calendar.unskilled")),
  );
  if (half !== undefined) drawHalfYear(page, half, level);
  drawWeek(byId("week"), page, chosen, rounds, calendar.today);
}

/** @param {Calendar} shown */
function drawFilters(shown) {
  const { words } = page;
  const focused = document.activeElement?.id;
  const select = (/** @type {"territory" | "skill"} */ name, /** @type {string[]} */ all, /** @type {string} */ nothing) => {
    // An empty id is a value of its own here, so the position decides and not the text.
    const made = element("select", { id: name }, [
      element("option", {}, words.say("calendar.all")),
      ...all.map((one) => element("option", {}, one || words.say(nothing))),
    ], { on: { change: () => limit(name, made.selectedIndex === 0 ? undefined : all[made.selectedIndex - 1]) } });
    const now = only[name];
    made.selectedIndex = now === undefined ? 0 : all.indexOf(now) + 1;
    return element("span", { class: "pair" }, [element("label", { for: name }, words.say(`calendar.${name}`)), made]);
  };
  byId("filters").replaceChildren(
    select("territory", shown.territories, "calendar.nowhere"), select("skill", shown.skills, "calendar.unskilled"),
  );
  if (focused === "territory" || focused === "skill") byId(focused).focus();
}
