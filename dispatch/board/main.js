/**
 * Where the page begins: makes the board and ties the controls of the head to it.
 */

import { Api } from "./api.js";
import { Board } from "./board.js";
import { early } from "./early.js";
import { byId } from "./element.js";
import { keep, preferredLanguage, recall } from "./words.js";

const THEME = "dispatch.theme";

const language = preferredLanguage();
const board = new Board(new Api(early), language);

const languages = /** @type {HTMLSelectElement} */ (byId("language"));
languages.value = language;
languages.addEventListener("change", () => board.speak(languages.value === "zh" ? "zh" : "en"));

const themes = /** @type {HTMLSelectElement} */ (byId("theme"));
themes.addEventListener("change", () => {
  keep(THEME, themes.value);
  paint();
});
themes.value = recall(THEME) ?? "auto";
paint();

byId("sign-out").addEventListener("click", () => void board.signOut());
document.addEventListener("keydown", (event) => {
  // Escape that closes a dialog is meant for the dialog.
  const inside = event.target instanceof Element && event.target.closest("dialog");
  if (event.key === "Escape" && !event.defaultPrevented && !inside) board.choose(null);
});

void board.start();

function paint() {
  document.documentElement.dataset.theme = themes.value;
}
