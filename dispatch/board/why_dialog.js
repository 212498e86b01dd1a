/**
 * Why this engineer: what everybody else would cost for a visit, or what is in the way.
 */

import { Refused } from "./api.js";
import { element, foreign } from "./element.js";
import { withoutName } from "./unassigned.js";

/** @typedef {import("./planning_types.js").Alternative} Alternative */

/**
 * @param {import("./types.js").Visit} visit
 * @param {number} version of the plan
 * @param {import("./planning_desk.js").PlanningDesk} desk
 */
export async function askWhy(visit, version, desk) {
  const { board } = desk;
  const { words } = board;
  const body = element("div", { class: "why-body", role: "status" }, words.say("why.asking"));
  const close = element("button", { type: "button", class: "tool" }, words.say("why.close"), {
    on: { click: () => dialog.close() },
  });
  const dialog = element("dialog", { class: "ask why", "aria-labelledby": "why-title" }, [
    element("div", { class: "slots-head" }, [element("h2", { id: "why-title" }, words.say("why.title")), close]),
    element("p", {}, [foreign(words.visit(visit)), " · ", foreign(words.work(visit))]),
    body,
  ]);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  try {
    const why = await desk.calls.why(version, visit.id);
    body.removeAttribute("role");
    body.replaceChildren(...tell(why, visit, desk, () => dialog.close()));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    body.replaceChildren(element("p", { class: "bad" }, words.say("why.failed", { detail: error.detail })));
  }
}

/**
 * @param {import("./planning_types.js").Why} why
 * @param {import("./types.js").Visit} visit
 * @param {import("./planning_desk.js").PlanningDesk} desk
 * @param {() => void} close
 * @returns {Node[]}
 */
function tell(why, visit, desk, close) {
  const { board } = desk;
  const { words, world } = board;
  const clock = board.clock();
  const nameOf = (/** @type {string} */ id) => {
    const engineer = world?.engineers.find((one) => one.id === id);
    return engineer ? words.engineer(engineer) : id;
  };
  // Sentences were made of the plan's own case, and say there what it calls somebody.
  const namedIn = (/** @type {string} */ id) => {
    const engineer = world?.answers.case.engineers.find((one) => one.id === id);
    return (engineer && words.told(engineer.name || engineer.id)) || id;
  };
  const lead = why.start === null ? "" : words.say("why.now", {
    names: why.engineers.map(nameOf).join(", "), start: clock.moment(Date.parse(why.start)),
  });
  const can = why.alternatives.filter((one) => one.difference !== null);
  const cannot = why.alternatives.filter((one) => one.difference === null);
  const shiftOf = (/** @type {Alternative} */ one) => {
    const lane = world?.shifts.get(one.shift);
    return lane ? clock.span(lane, board.days.day ?? "") : one.shift;
  };
  const rows = can.map((one) => element("tr", {}, [
    element("th", { scope: "row" }, [foreign(nameOf(one.engineer))]),
    element("td", {}, shiftOf(one)),
    element("td", { class: "price" }, priceOf(one.difference ?? 0, words)),
    element("td", {}, [
      board.work.may && why.shifts.length === 1 && element("button", {
        type: "button", class: "tool", "aria-label": words.say("why.move.to", { name: nameOf(one.engineer) }),
      }, words.say("why.move"), {
        on: { click: () => { close(); board.work.force(visit, one.shift); } },
      }),
    ]),
  ]));
  return [
    element("p", {}, [foreign(lead)]),
    can.length > 0
      ? element("table", { class: "why-table" }, [
          element("caption", {}, words.say("why.others", { count: can.length })),
          element("thead", {}, [element("tr", {}, ["why.engineer", "why.shift", "why.price", "why.act"].map((key) =>
            element("th", { scope: "col" }, words.say(key))))]),
          element("tbody", {}, rows),
        ])
      : element("p", {}, words.say("why.nobody")),
    cannot.length > 0 && element("details", { class: "reasons", open: can.length === 0 }, [
      element("summary", {}, words.say("why.cannot", { count: cannot.length })),
      element("ul", {}, cannot.map((one) => element("li", {}, [
        foreign(nameOf(one.engineer)), " ", element("span", { class: "quiet" }, shiftOf(one)),
        element("ul", {}, one.reasons.map((reason) => element("li", {}, [
          foreign(withoutName(words.message(reason), namedIn(one.engineer), one.shift)),
        ]))),
      ]))),
    ]),
  ].filter((one) => one !== false);
}

/** @param {number} difference @param {import("./words.js").Words} words */
function priceOf(difference, words) {
  if (difference === 0) return words.say("moves.same");
  return words.say(difference > 0 ? "moves.dearer" : "moves.cheaper", { price: words.money(Math.abs(difference)) });
}
