/**
 * The line at the top that says whether there is a connection and whether anything waits, and the
 * short message after a tap.
 */

import { byId, element } from "../element.js";
import { recall } from "../words.js";
import { THEME } from "./more_view.js";

const TOAST_MS = 3500;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;

/**
 * @typedef {object} Standing
 * @property {boolean} online
 * @property {boolean} signedOut
 * @property {import("./shapes.js").KeptDay | null} kept
 * @property {import("./outbox.js").Outbox} outbox
 * @property {import("./shapes.js").Identity | null} identity
 */

/**
 * @param {import("../words.js").Words} words
 * @param {import("../site_clock.js").SiteClock} clock
 * @param {Standing} standing
 */
export function drawStatus(words, clock, { online, signedOut, kept, outbox, identity }) {
  const line = byId("reach");
  const as = kept === null ? "" : words.say("me.as.of", { time: clock.time(kept.read_at) });
  const said = online ? words.say("me.online") : [words.say("me.offline"), as].filter(Boolean).join(" · ");
  // A live region speaks whenever it is written to, so only news is written.
  if (line.textContent !== said) line.textContent = said;
  line.className = online ? "reach on" : "reach off";
  const count = outbox.mine.length;
  const unsent = byId("unsent");
  unsent.hidden = count === 0;
  unsent.textContent = words.say("me.unsent", { count });
  byId("tab-count").textContent = count === 0 ? "" : String(count);
  byId("tab-count").hidden = count === 0;
  byId("who").textContent = kept === null ? words.say("me.title") : words.nameOf(kept.day);
  const notice = byId("notice");
  notice.hidden = !(signedOut && identity !== null);
  if (!notice.hidden && notice.childElementCount === 0) {
    notice.replaceChildren(
      element("p", {}, words.say("me.signed.out")),
      element("a", { class: "action main wide", href: "#sign-in" }, words.say("sign.in")),
    );
  }
  if (notice.hidden) notice.replaceChildren();
}

/** @param {string} text */
export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(leaving);
  leaving = setTimeout(() => place.classList.remove("shown"), TOAST_MS);
}

/** Light, dark, or as the phone has it. */
export function paint() {
  document.documentElement.dataset.theme = recall(THEME) ?? "auto";
}
