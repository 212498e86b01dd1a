/**
 * Counting parts with a thumb: a row for each part, one more, one less, and adding another one.
 */

import { element, foreign } from "../element.js";
import { partName } from "./frame.js";

/** @typedef {import("./shapes.js").Pieces} Pieces */
/** @typedef {import("./frame.js").Scene} Scene */

const MOST = 9999;

/**
 * @param {Pieces} pieces counts to begin with; changed in place
 * @param {Scene} scene
 * @param {() => void} changed
 */
export function partRows(pieces, scene, changed) {
  const { words, parts } = scene;
  const list = element("ul", { class: "counts" });
  const choice = element("select", { "aria-label": words.say("me.part.add") });
  choice.addEventListener("change", () => {
    if (choice.value === "") return;
    const id = choice.value;
    pieces[id] = 1;
    draw();
    changed();
    /** @type {HTMLElement | null} */ (list.querySelector("li:last-child button:last-child"))?.focus();
  });
  const place = element("div", { class: "part-rows" }, [list, choice]);
  draw();
  return place;

  function draw() {
    list.replaceChildren(...Object.keys(pieces).map(row));
    const others = [...parts.keys()].filter((id) => !(id in pieces));
    choice.replaceChildren(
      element("option", { value: "" }, `＋ ${words.say("me.part.add")}`),
      ...others.map((id) => element("option", { value: id }, partName(id, parts, words))),
    );
    choice.hidden = others.length === 0;
  }

  /** @param {string} id */
  function row(id) {
    const name = partName(id, parts, words);
    const count = element("output", { class: "counted" }, String(pieces[id]));
    const step = (/** @type {string} */ sign, /** @type {number} */ by, /** @type {string} */ key) => element(
      "button", { type: "button", class: "step", "aria-label": words.say(key, { part: name }) }, sign, {
        on: {
          click: () => {
            pieces[id] = Math.min(MOST, Math.max(0, (pieces[id] ?? 0) + by));
            count.textContent = String(pieces[id]);
            changed();
          },
        },
      });
    return element("li", {}, [
      element("span", { class: "part" }, [foreign(name)]),
      step("−", -1, "me.part.less"), count, step("＋", 1, "me.part.more"),
    ]);
  }
}

/** @param {Pieces} pieces @returns {Pieces} those that are more than none */
export function counted(pieces) {
  return Object.fromEntries(Object.entries(pieces).filter(([, count]) => count > 0));
}
