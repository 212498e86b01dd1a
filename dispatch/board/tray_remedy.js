/**
 * The remedy of an unassigned visit, and the button that has it carried out where it is something
 * that can be done at a click. The server does it; this only knows which remedies it would refuse.
 */

import { Refused } from "./api.js";
import { element, foreign } from "./element.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {{api: import("./api.js").Api, may: boolean, version: number, force: (visit: Visit, shift: string) => void}} TrayHooks */

const DOABLE = [
  /^\/engineers\/\d+\/(tools|van_stock)$/,
  /^\/engineers\/\d+\/shifts\/\d+\/(overtime_end|max_travel|breaks)$/,
  /^\/visits\/\d+\/(time_windows|due|after|crew_size|pinned)$/,
  /^\/current_plan\/routes\/\d+\/stops\/\d+$/,
];
/** What became of remedies, by plan and visit: a list that is drawn anew must not forget it. */
const told = /** @type {Map<string, {key: string, detail: string}>} */ (new Map());

/** @param {{edits?: {path: string}[]}} remedy */
export function isDoable(remedy) {
  const edits = remedy.edits ?? [];
  return edits.length > 0 && edits.every((edit) => DOABLE.some((one) => one.test(edit.path)));
}

/**
 * @param {Visit} visit
 * @param {Words} words
 * @param {TrayHooks} hooks
 * @returns {HTMLElement | null}
 */
export function drawRemedy(visit, words, hooks) {
  const remedy = visit.unassigned?.remedy;
  if (!remedy) return null;
  const place = element("div", { class: "remedy" }, [
    element("p", {}, [element("strong", {}, words.say("remedy")), " ", foreign(words.message(remedy))]),
  ]);
  const status = element("p", { class: "remedy-told", role: "status" });
  const key = `${hooks.version} ${visit.id}`;
  const tell = () => {
    const known = told.get(key);
    status.textContent = known ? words.say(known.key, { detail: known.detail }) : "";
  };
  tell();
  if (!isDoable(remedy)) {
    place.append(element("p", { class: "advice" }, words.say("tray.advice")));
  } else if (hooks.may) {
    const button = element("button", { type: "button", class: "tool do-it", disabled: told.has(key) }, words.say("tray.do"), {
      on: {
        click: async () => {
          if (!(await isSure(words.message(remedy), words))) return;
          button.disabled = true;
          told.set(key, { key: "tray.doing", detail: "" });
          tell();
          told.set(key, await carryOut(visit, hooks));
          if (told.get(key)?.key === "tray.failed") button.disabled = false;
          tell();
        },
      },
    });
    place.append(button);
  }
  place.append(status);
  return place;
}

/**
 * @param {Visit} visit
 * @param {TrayHooks} hooks
 */
async function carryOut(visit, hooks) {
  try {
    const done = await hooks.api.carryOut(hooks.version, visit.id);
    return { key: done.run === null ? "tray.done.only" : "tray.done", detail: "" };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { key: "tray.failed", detail: error.detail };
  }
}

/**
 * @param {string} message
 * @param {Words} words
 * @returns {Promise<boolean>}
 */
function isSure(message, words) {
  return new Promise((resolve) => {
    const no = element("button", { type: "button", class: "tool" }, words.say("tray.do.no"));
    const yes = element("button", { type: "submit", class: "main-action" }, words.say("tray.do.yes"));
    const form = element("form", { method: "dialog" }, [
      element("h2", { id: "sure-title" }, words.say("tray.do.title")),
      element("p", {}, [foreign(message)]),
      element("p", { class: "quiet" }, words.say("tray.do.hint")),
      element("div", { class: "tools" }, [no, yes]),
    ]);
    const dialog = element("dialog", { class: "ask", "aria-labelledby": "sure-title" }, [form]);
    let answer = false;
    form.addEventListener("submit", () => { answer = true; });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
