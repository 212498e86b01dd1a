/**
 * What is tried out, in words, and the few things about it that can be changed before it is tried
 * again.
 */

import { element, foreign } from "./element.js";

/** @typedef {import("./planning_types.js").Supposed} Supposed */
/** @typedef {import("./board.js").Board} Board */

const OVERRUNS = [15, 30, 45, 60, 90, 120, 180];
const HALF_HOUR = 1_800_000;

/** Whom or what it concerns. @param {Supposed} supposed @param {Board} board */
function subjectOf(supposed, board) {
  const { world, words } = board;
  if (supposed.kind === "visit_overrun") {
    const visit = world?.visits.get(supposed.subject);
    return visit ? words.visit(visit) : supposed.subject;
  }
  if (supposed.kind === "site_closed") {
    const site = board.answers?.sites.find((one) => one.id === supposed.subject);
    return site ? words.nameOf(site) : supposed.subject;
  }
  const engineer = world?.engineers.find((one) => one.id === supposed.subject);
  return engineer ? words.engineer(engineer) : supposed.subject;
}

/** @param {Supposed} supposed @param {Board} board @returns {HTMLElement} one sentence */
export function suppositionOf(supposed, board) {
  const { words } = board;
  const clock = board.clock();
  const moment = (/** @type {string | null | undefined} */ at) => (at ? clock.moment(Date.parse(at)) : "…");
  return foreign(words.say(`simulate.${supposed.kind}`, {
    name: subjectOf(supposed, board), from: moment(supposed.start), until: moment(supposed.until), minutes: supposed.minutes ?? 0,
  }));
}

/**
 * @param {Supposed} supposed
 * @param {Board} board
 * @param {(supposed: Supposed) => void} again
 * @returns {HTMLElement}
 */
export function drawSupposed(supposed, board, again) {
  const { words } = board;
  const clock = board.clock();
  const changed = { ...supposed };
  const fields = [];
  if (supposed.kind === "visit_overrun") {
    const choice = element("select", { id: "simulate-minutes" }, OVERRUNS.map((one) =>
      element("option", { value: one, selected: one === supposed.minutes }, words.duration(one * 60))), {
      on: { change: () => { changed.minutes = Number(choice.value); } },
    });
    fields.push(element("div", { class: "field" }, [element("label", { for: "simulate-minutes" }, words.say("simulate.minutes")), choice]));
  } else if (supposed.start && supposed.until) {
    const [start, until] = [Date.parse(supposed.start), Date.parse(supposed.until)];
    const day = clock.bounds(clock.day(start));
    const times = [start, until];
    for (let at = day.start; at <= Math.max(day.end, until); at += HALF_HOUR) times.push(at);
    const sorted = [...new Set(times)].sort((a, b) => a - b);
    const pick = (/** @type {"start" | "until"} */ key) => {
      const choice = element("select", { id: `simulate-${key}` }, sorted.map((at) =>
        element("option", { value: new Date(at).toISOString(), selected: at === (key === "start" ? start : until) }, clock.moment(at))), {
        on: { change: () => { changed[key] = choice.value; } },
      });
      return element("div", { class: "field" }, [element("label", { for: `simulate-${key}` }, words.say(`simulate.${key}`)), choice]);
    };
    fields.push(pick("start"), pick("until"));
  }
  return element("form", { class: "supposed-form" }, [
    ...fields,
    element("button", { type: "submit", class: "tool", "data-act": "again" }, words.say("simulate.again")),
  ], {
    on: {
      submit: (event) => {
        event.preventDefault();
        again({ kind: changed.kind, subject: changed.subject, start: changed.start, until: changed.until, minutes: changed.minutes });
      },
    },
  });
}
