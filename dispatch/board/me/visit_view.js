/**
 * One visit with all that is known of it: where, who opens, what is to be done, the machine and
 * its past.
 */

import { element, foreign } from "../element.js";
import { partsOf } from "./day.js";
import { callLink, facts, head, navigate, pieceList, section, workOf } from "./frame.js";
import { stepButtons } from "./today_view.js";

/** @typedef {import("./frame.js").Scene} Scene */
/** @typedef {import("./shapes.js").Sheet} Sheet */
/** @typedef {import("./shapes.js").Stop} Stop */

/** @param {Stop} stop @param {Sheet} sheet @param {Scene} scene @returns {Node[]} */
export function drawVisit(stop, sheet, scene) {
  const { words } = scene;
  return [
    head(words.nameOf(sheet.site), words, "#today"),
    element("p", { class: "state-line" }, [
      element("span", { class: `mark ${stop.state}` }, words.say(`me.state.${stop.state}`)),
      stop.unsent ? element("span", { class: "mark unsent" }, words.say("me.not.sent.yet")) : null,
    ]),
    stepButtons(stop, scene),
    drawWork(stop, sheet, scene),
    drawSite(sheet, scene),
    ...drawMachine(sheet, scene),
    ...drawReports(sheet, scene),
  ];
}

/** @param {Stop} stop @param {Sheet} sheet @param {Scene} scene */
function drawWork(stop, sheet, { words, parts, identity, day }) {
  const crew = sheet.crew.filter((one) => one.engineer !== (identity.engineer ?? day.engineer));
  const pieces = partsOf(stop);
  return section("me.work", words, [
    element("p", { class: "work" }, [foreign(workOf(sheet, words))]),
    facts([
      [words.say("me.customer"), (words.language === "en" && sheet.customer_en) || sheet.customer],
      [words.say("me.crew"), crew.map((one) => one.name).join(", ")],
      [words.say("me.time"), sheet.minutes === null ? "" : words.say("me.minutes", { duration: words.duration(sheet.minutes * 60) })],
      [words.say("me.tools"), sheet.tools.join(", ")],
      [words.say("me.skills"), Object.entries(sheet.skills)
        .map(([name, level]) => words.say("me.level", { name, level })).join(", ")],
    ]),
    Object.keys(pieces).length === 0 ? null : element("h3", {}, words.say("me.parts.planned")),
    Object.keys(pieces).length === 0 ? null : pieceList(pieces, parts, words),
    sheet.checklist.length === 0 ? null : element("h3", {}, words.say("me.checklist")),
    sheet.checklist.length === 0 ? null : element("ol", { class: "points" }, sheet.checklist.map((one) => (
      element("li", {}, [foreign((words.language === "en" && one.point_en) || one.point)])
    ))),
  ]);
}

/** @param {Sheet} sheet @param {Scene} scene */
function drawSite(sheet, { words }) {
  const { site } = sheet;
  const hours = site.opens === null ? "" : [
    words.say("me.site.open", { opens: site.opens, closes: site.closes ?? "" }),
    site.every_day ? "" : words.say("me.site.days"),
  ].filter(Boolean).join(", ");
  return section("me.site", words, [
    element("p", { class: "address" }, [foreign(site.address || words.nameOf(site))]),
    hours === "" ? null : element("p", { class: "quiet" }, hours),
    element("div", { class: "actions" }, [navigate(site.location, words.nameOf(site), words)]),
    element("h3", {}, words.say("me.contacts")),
    site.contacts.length === 0 ? element("p", { class: "quiet" }, words.say("me.contacts.none")) : null,
    element("ul", { class: "contacts" }, site.contacts.map((one) => element("li", {}, [
      element("p", {}, [
        element("strong", {}, [foreign(one.name)]), " ",
        one.role === "" ? null : element("span", { class: "quiet" }, [foreign(one.role)]),
      ]),
      element("div", { class: "actions" }, [
        one.phone === "" ? null : callLink(one.phone, one.name, words, foreign(one.phone)),
        one.email === "" ? null : element("a", {
          class: "action", href: `mailto:${encodeURIComponent(one.email)}`,
        }, [foreign(one.email)]),
      ]),
    ]))),
  ]);
}

/** @param {Sheet} sheet @param {Scene} scene */
function drawMachine(sheet, { words, clock, parts }) {
  const { equipment } = sheet;
  if (equipment === null) return [];
  const past = sheet.history.map((one) => element("li", {}, [
    element("p", { class: "past-head" }, [
      element("strong", {}, one.finished_at === null ? "" : clock.day(Date.parse(one.finished_at))), " ",
      words.code("me.kind", one.kind), " ",
      element("span", { class: `mark ${one.outcome}` }, words.code("me.state", one.outcome)),
    ]),
    one.fault === "" ? null : element("p", {}, [foreign((words.language === "en" && one.fault_en) || one.fault)]),
    one.text === "" ? null : element("p", { class: "said" }, [foreign(one.text)]),
    one.reason === "" ? null : element("p", { class: "said" }, [foreign(one.reason)]),
    Object.keys(one.parts_used).length === 0 ? null : pieceList(one.parts_used, parts, words),
  ]));
  return [
    section("me.machine", words, [facts([
      [words.say("me.machine"), equipment.name],
      [words.say("me.machine.type"), (words.language === "en" && equipment.type_name_en) || equipment.type_name],
      [words.say("me.machine.model"), equipment.model],
      [words.say("me.machine.serial"), equipment.serial],
      [words.say("me.machine.grade"), words.code("me.grade", equipment.grade)],
      [words.say("me.machine.installed"), equipment.installed],
      [words.say("me.machine.maintained"), equipment.last_maintenance ?? ""],
      [words.say("me.machine.warranty"), equipment.warranty_end ?? ""],
    ])]),
    section("me.history", words, [
      past.length === 0
        ? element("p", { class: "quiet" }, words.say("me.history.none"))
        : element("ol", { class: "history" }, past),
    ]),
  ];
}

/** @param {Sheet} sheet @param {Scene} scene */
function drawReports(sheet, { words, clock, day, outbox }) {
  const waiting = outbox.mine.filter((item) => item.kind === "event" && item.subject === sheet.id);
  const rows = [
    ...sheet.reports.map((one) => ({ type: one.type, at: Date.parse(one.occurred_at), mark: "" })),
    ...waiting.map((item) => ({
      type: String(item.body["type"]), at: Date.parse(item.body["occurred_at"]), mark: words.say("me.not.sent.yet"),
    })),
  ];
  if (rows.length === 0 && sheet.report === null) return [];
  return [section("me.reports", words, [
    element("ol", { class: "told" }, rows.map((row) => element("li", {}, [
      element("span", { class: "row-time" }, clock.moment(row.at, day.date)), " ", words.code("me.state", row.type), " ",
      row.mark === "" ? null : element("span", { class: "mark unsent" }, row.mark),
    ]))),
    sheet.report === null ? null : element("div", {}, [
      element("h3", {}, words.say("me.report")),
      element("p", { class: "said" }, [foreign(sheet.report.text)]),
      sheet.report.signed_by === "" ? null
        : element("p", { class: "quiet" }, [foreign(words.say("me.signed.by", { name: sheet.report.signed_by }))]),
    ]),
  ])];
}
