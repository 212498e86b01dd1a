/**
 * Asks why a rule is to be broken, before it is.
 */

import { element, foreign } from "./element.js";

const SHORTEST = 3;

/**
 * @param {{said: string, detail: string}[]} broken
 * @param {import("./words.js").Words} words
 * @param {string} price
 * @returns {Promise<string | null>} the reason, or null when the move is taken back
 */
export function askReason(broken, words, price) {
  return new Promise((resolve) => {
    const input = element("textarea", {
      id: "reason", rows: 2, maxlength: 300, required: true, minlength: SHORTEST, dir: "auto",
    });
    const back = element("button", { type: "button", class: "tool" }, words.say("reason.back"));
    const keep = element("button", { type: "submit", class: "main-action" }, words.say("reason.keep"));
    const form = element("form", { method: "dialog" }, [
      element("h2", { id: "reason-title" }, words.say("reason.title", { count: broken.length })),
      element("ul", { class: "broken" }, broken.map((one) =>
        element("li", { title: one.detail }, [foreign(one.said)]))),
      element("p", { class: "price" }, price),
      element("label", { for: "reason" }, words.say("reason.why")),
      input,
      element("div", { class: "tools" }, [back, keep]),
    ]);
    const dialog = element("dialog", { class: "ask", "aria-labelledby": "reason-title" }, [form]);
    let answer = /** @type {string | null} */ (null);
    form.addEventListener("submit", (event) => {
      const given = input.value.trim();
      if (given.length < SHORTEST) {
        event.preventDefault();
        input.focus();
        return;
      }
      answer = given;
    });
    back.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}
