/**
 * A question or a form that stands before the page until it is answered. The browser's own dialog
 * keeps the focus inside, gives it back afterwards and closes on Escape.
 */

import { element } from "./element.js";

let number = 0;

/**
 * @param {string} title
 * @param {(Node | null)[]} children
 * @param {{wide?: boolean, closeWord: string, onClose?: () => void}} how
 * @returns {HTMLDialogElement} shown already; removes itself when it is closed
 */
export function openDialog(title, children, { wide = false, closeWord, onClose }) {
  number += 1;
  const id = `dialog-${number}`;
  const close = element("button", { type: "button", class: "tool close", "aria-label": closeWord }, "✕", {
    on: { click: () => made.close() },
  });
  const made = element("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": id }, [
    element("div", { class: "dialog-head" }, [element("h2", { id }, title), close]),
    ...children,
  ]);
  made.addEventListener("close", () => {
    made.remove();
    onClose?.();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

/**
 * @param {string} title
 * @param {string} question
 * @param {{yes: string, no: string}} answers
 * @returns {Promise<boolean>}
 */
export function ask(title, question, { yes, no }) {
  return new Promise((resolve) => {
    let answer = false;
    const sure = element("button", { type: "button", class: "main-action" }, yes, {
      on: { click: () => { answer = true; made.close(); } },
    });
    const stop = element("button", { type: "button", class: "tool" }, no, { on: { click: () => made.close() } });
    const made = openDialog(title, [
      element("p", { class: "question", dir: "auto" }, question),
      element("div", { class: "actions" }, [stop, sure]),
    ], { closeWord: no, onClose: () => resolve(answer) });
    stop.focus();
  });
}
