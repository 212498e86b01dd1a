/**
 * What to ask the planner for: the whole plan anew, or the rest of the day with a budget of
 * promises that may move; and how long to search.
 */

import { element } from "./element.js";
import { keep, recall } from "./words.js";

/** @typedef {import("./words.js").Words} Words */
/** @typedef {{kind: "plan" | "replan", budget: number, limit: number, curve: boolean, day: string}} Wish */

/** Places of the slider: how many promises may move; null for any number. */
export const BUDGETS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, null];
/** Seconds of search to choose from. */
const LIMITS = [2, 5, 10, 20, 30, 60, 120, 300, 600];
const KEPT = "dispatch.planning";

/** @param {boolean} planned whether a plan is in force @returns {Wish} as chosen last */
export function lastWish(planned) {
  /** @type {Wish} */
  const wish = { kind: planned ? "replan" : "plan", budget: 2, limit: 10, curve: false, day: "" };
  try {
    const kept = JSON.parse(recall(KEPT) ?? "{}");
    if (Number.isInteger(kept.budget) && kept.budget >= 0 && kept.budget < BUDGETS.length) wish.budget = kept.budget;
    if (LIMITS.includes(kept.limit)) wish.limit = kept.limit;
    wish.curve = kept.curve === true;
  } catch {
    // What another version of the page kept is not worth a complaint.
  }
  return wish;
}

/** @param {Wish} wish */
export function keepWish(wish) {
  keep(KEPT, JSON.stringify({ budget: wish.budget, limit: wish.limit, curve: wish.curve }));
}

/**
 * The body of the call and where it goes.
 *
 * @param {Wish} wish
 * @param {{day: string, until: string, region?: string} | null} publication of the plan in force
 * @returns {{path: "plans" | "replans", body: Record<string, unknown>}}
 */
export function orderOf(wish, publication) {
  const limit = { time_limit_s: wish.limit };
  if (wish.kind === "replan" && publication) {
    const { day, region = "all" } = publication;
    return { path: "replans", body: { ...limit, day, region, most_moved: wish.curve ? null : BUDGETS[wish.budget], curve: wish.curve } };
  }
  if (wish.day !== "" && wish.day !== publication?.day) return { path: "plans", body: { ...limit, day: wish.day } };
  if (publication) {
    const { day, until, region = "all" } = publication;
    return { path: "plans", body: { ...limit, day, until, region } };
  }
  return { path: "plans", body: limit };
}

/** @param {number} place @param {Words} words */
export function budgetWords(place, words) {
  const most = BUDGETS[place];
  if (most === null) return words.say("budget.all");
  return most === 0 ? words.say("budget.none") : words.say("budget.most", { count: most });
}

/**
 * @param {Wish} wish changed by what is chosen
 * @param {boolean} planned whether a plan is in force
 * @param {string} today
 * @param {Words} words
 * @param {() => void} start
 * @returns {HTMLElement}
 */
export function drawForm(wish, planned, today, words, start) {
  const radio = (/** @type {"plan" | "replan"} */ kind, enabled = true) =>
    element("label", { class: "choice" }, [
      element("input", { type: "radio", name: "planning-kind", value: kind, checked: wish.kind === kind, disabled: !enabled }, [], {
        on: { change: () => { wish.kind = kind; show(); } },
      }),
      element("span", {}, [
        element("strong", {}, words.say(`planning.${kind}`)), " ",
        element("span", { class: "quiet" }, words.say(`planning.${kind}.hint`)),
      ]),
    ]);
  const told = element("output", { for: "planning-budget", class: "told" }, budgetWords(wish.budget, words));
  const slider = element("input", {
    id: "planning-budget", type: "range", min: 0, max: BUDGETS.length - 1, step: 1, value: wish.budget,
    "aria-valuetext": budgetWords(wish.budget, words),
  }, [], {
    on: {
      input: () => {
        wish.budget = Number(slider.value);
        told.textContent = budgetWords(wish.budget, words);
        slider.setAttribute("aria-valuetext", told.textContent);
      },
    },
  });
  const curve = element("input", { type: "checkbox", checked: wish.curve }, [], {
    on: { change: () => { wish.curve = curve.checked; show(); } },
  });
  const limit = element("select", { id: "planning-limit" }, LIMITS.map((one) =>
    element("option", { value: one, selected: one === wish.limit }, words.duration(one))), {
    on: { change: () => { wish.limit = Number(limit.value); } },
  });
  const day = element("input", { id: "planning-day", type: "date", value: wish.day || today, min: today }, [], {
    on: { change: () => { wish.day = day.value; } },
  });
  const budget = element("div", { class: "field" }, [
    element("label", { for: "planning-budget" }, words.say("planning.budget")), slider, told,
  ]);
  const whole = element("label", { class: "choice" }, [
    curve, element("span", {}, [words.say("planning.curve"), " ", element("span", { class: "quiet" }, words.say("planning.curve.hint"))]),
  ]);
  const when = element("div", { class: "field" }, [element("label", { for: "planning-day" }, words.say("planning.day")), day]);
  const show = () => {
    budget.hidden = wish.kind !== "replan" || wish.curve;
    whole.hidden = wish.kind !== "replan";
    when.hidden = wish.kind !== "plan";
  };
  show();
  return element("form", { class: "planning-form" }, [
    element("fieldset", {}, [
      element("legend", {}, words.say("planning.what")), radio("replan", planned), radio("plan"),
    ]),
    when, budget, whole,
    element("div", { class: "field" }, [
      element("label", { for: "planning-limit" }, words.say("planning.limit")), limit,
    ]),
    element("p", { class: "quiet" }, words.say("planning.nothing.yet")),
    element("div", { class: "tools" }, [
      element("button", { type: "submit", class: "main-action", "data-act": "start" }, words.say("planning.start")),
    ]),
  ], {
    on: {
      submit: (event) => {
        event.preventDefault();
        keepWish(wish);
        start();
      },
    },
  });
}
