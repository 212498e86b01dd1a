/**
 * The form with which a visit ends: finished, or not and why. What is filled in is kept at once,
 * so neither a call nor a reload loses it.
 */

import { element, foreign } from "../element.js";
import { partsOf } from "./day.js";
import { head, section } from "./frame.js";
import { counted, partRows } from "./part_rows.js";

/** @typedef {import("./frame.js").Scene} Scene */
/** @typedef {import("./shapes.js").Draft} Draft */
/** @typedef {import("./shapes.js").Sheet} Sheet */
/** @typedef {import("./shapes.js").Stop} Stop */

const REASONS = ["part", "access", "time", "skill", "other"];
const LONGEST_TEXT = 5000;
const LONGEST_NAME = 200;
const MOST_MINUTES = 6000;

/**
 * @typedef {object} Ending
 * @property {Record<string, any>} event fields of the report
 * @property {{text: string, signed_by: string} | null} report the service report
 */

/**
 * @param {Stop} stop
 * @param {Sheet} sheet
 * @param {"finished" | "could_not_finish"} type
 * @param {Draft} draft
 * @param {Scene} scene
 * @param {(draft: Draft) => void} kept told at each change
 * @param {(ending: Ending) => void} send
 * @returns {Node[]}
 */
export function drawForm(stop, sheet, type, draft, scene, kept, send) {
  const { words } = scene;
  const done = type === "finished";
  draft.used ??= done ? { ...partsOf(stop) } : {};
  draft.returned ??= {};
  draft.needed ??= done ? {} : { ...sheet.parts };
  const changed = () => kept(draft);
  const used = draft.used;
  const wrong = element("p", { class: "wrong", role: "alert" });
  const open = element("p", { class: "quiet" });
  const form = element("form", { class: "ending", novalidate: true }, [
    done ? null : reasonFields(draft, scene, changed),
    sheet.checklist.length === 0 ? null : checklist(sheet, draft, scene, () => {
      tellOpen();
      changed();
    }),
    section("me.used", words, [partRows(used, scene, changed)]),
    element("details", { class: "card" }, [
      element("summary", {}, words.say("me.returned")), partRows(draft.returned, scene, changed),
    ]),
    done ? closing(draft, scene, changed) : null,
    open, wrong,
    element("button", { type: "submit", class: "action main wide", id: "send-ending" }, words.say(`me.send.${type}`)),
  ]);
  tellOpen();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fault = done ? null : faultOf(draft);
    if (fault !== null) {
      wrong.textContent = words.say(fault);
      form.querySelector(fault === "me.reason.missing" ? "#reason" : "#minutes")?.scrollIntoView({ block: "center" });
      return;
    }
    /** @type {HTMLButtonElement | null} */ (form.querySelector("#send-ending"))?.setAttribute("disabled", "");
    send(endingOf(draft, sheet, type, scene));
  });
  return [head(words.say(done ? "me.finish" : "me.fail"), words, `#visit/${encodeURIComponent(stop.name)}`),
    element("p", { class: "for" }, [foreign(words.nameOf(sheet.site))]), form];

  function tellOpen() {
    const count = sheet.checklist.filter((one) => draft.checklist[one.point] === undefined).length;
    open.textContent = count === 0 ? "" : words.say("me.check.open", { count });
  }
}

/** @param {Draft} draft @returns {string | null} key of what is wrong */
function faultOf(draft) {
  if (!draft.reason && !draft.note?.trim()) return "me.reason.missing";
  const minutes = draft.minutes ?? "";
  if (minutes !== "" && !(/^\d{1,4}$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) <= MOST_MINUTES)) {
    return "me.more.minutes.wrong";
  }
  return null;
}

/** @param {Draft} draft @param {Sheet} sheet @param {string} type @param {Scene} scene @returns {Ending} */
function endingOf(draft, sheet, type, { words }) {
  const note = (draft.note ?? "").trim();
  /** @type {Record<string, any>} */
  const event = {
    note, parts_used: counted(draft.used ?? {}), parts_returned: counted(draft.returned ?? {}),
  };
  if (sheet.checklist.length > 0) {
    event["checklist"] = Object.fromEntries(sheet.checklist.map(({ point }) => [point, draft.checklist[point] ?? "skipped"]));
  }
  if (type === "finished") {
    return { event, report: { text: note || words.say("me.note.plain"), signed_by: (draft.signed ?? "").trim() } };
  }
  const reason = draft.reason ? words.say(`me.reason.${draft.reason}`) : "";
  event["reason"] = [reason, note].filter(Boolean).join(" – ");
  event["note"] = "";
  event["parts_needed"] = counted(draft.needed ?? {});
  if (draft.minutes) event["minutes_needed"] = Number(draft.minutes);
  return { event, report: null };
}

/** @param {Sheet} sheet @param {Draft} draft @param {Scene} scene @param {() => void} changed */
function checklist(sheet, draft, { words }, changed) {
  return section("me.checklist", words, [element("ol", { class: "checks" }, sheet.checklist.map((one, place) => {
    const name = (words.language === "en" && one.point_en) || one.point;
    const choice = (/** @type {"ok" | "defect"} */ value) => {
      const input = element("input", {
        type: "radio", name: `check-${place}`, value, id: `check-${place}-${value}`, checked: draft.checklist[one.point] === value,
      });
      input.addEventListener("change", () => {
        draft.checklist[one.point] = value;
        changed();
      });
      return [input, element("label", { for: `check-${place}-${value}`, class: value }, words.say(`me.check.${value}`))];
    };
    return element("li", {}, [element("fieldset", {}, [
      element("legend", {}, [foreign(name)]),
      element("div", { class: "choices" }, [...choice("ok"), ...choice("defect")]),
    ])]);
  }))]);
}

/** @param {Draft} draft @param {Scene} scene @param {() => void} changed */
function reasonFields(draft, scene, changed) {
  const { words } = scene;
  const reason = element("select", { id: "reason", required: true }, [
    element("option", { value: "" }, words.say("me.reason.choose")),
    ...REASONS.map((one) => element("option", { value: one }, words.say(`me.reason.${one}`))),
  ]);
  reason.value = draft.reason ?? "";
  reason.addEventListener("change", () => {
    draft.reason = reason.value;
    changed();
  });
  const minutes = element("input", { id: "minutes", inputmode: "numeric", maxlength: 4, autocomplete: "off" });
  minutes.value = draft.minutes ?? "";
  minutes.addEventListener("input", () => {
    draft.minutes = minutes.value.trim();
    changed();
  });
  const needed = draft.needed ?? {};
  return element("div", {}, [
    section("me.reason", words, [
      element("label", { for: "reason", class: "unseen" }, words.say("me.reason")), reason,
      element("label", { for: "note" }, words.say("me.reason.more")), noteField(draft, changed),
    ]),
    section("me.needed", words, [
      partRows(needed, scene, changed),
      element("label", { for: "minutes" }, words.say("me.more.minutes")), minutes,
    ]),
  ]);
}

/** @param {Draft} draft @param {Scene} scene @param {() => void} changed */
function closing(draft, { words }, changed) {
  const signed = element("input", { id: "signed", maxlength: LONGEST_NAME, autocomplete: "off", dir: "auto" });
  signed.value = draft.signed ?? "";
  signed.addEventListener("input", () => {
    draft.signed = signed.value;
    changed();
  });
  return section("me.report", words, [
    element("label", { for: "note" }, words.say("me.note")), noteField(draft, changed),
    element("p", { class: "quiet" }, words.say("me.note.hint")),
    element("label", { for: "signed" }, words.say("me.signature")), signed,
  ]);
}

/** @param {Draft} draft @param {() => void} changed */
function noteField(draft, changed) {
  const note = element("textarea", { id: "note", rows: 3, maxlength: LONGEST_TEXT - 100, dir: "auto" });
  note.value = draft.note ?? "";
  note.addEventListener("input", () => {
    draft.note = note.value;
    changed();
  });
  return note;
}
