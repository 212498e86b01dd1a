/**
 * Language, light or dark, which app shows the way, who is signed in.
 */

import { element, foreign } from "../element.js";
import { keep, recall } from "../words.js";
import { MAP_APP } from "./frame.js";

/** @typedef {import("../words.js").Words} Words */

export const THEME = "dispatch.theme";
const MAPS = ["geo", "apple", "amap", "google"];
const THEMES = ["auto", "light", "dark"];

/**
 * @param {Words} words
 * @param {import("./shapes.js").Identity} identity
 * @param {{speak: (language: "en" | "zh") => void, paint: () => void, signOut: () => void, choose: (() => void) | null}} may
 * @returns {Node[]}
 */
export function drawMore(words, identity, may) {
  return [
    element("h1", { class: "view-title", tabindex: -1 }, words.say("me.more")),
    element("section", { class: "card settings" }, [
      choice("language", words.say("language"), words.language, [["en", "English"], ["zh", "简体中文"]], (value) => {
        may.speak(value === "zh" ? "zh" : "en");
      }),
      choice("theme", words.say("theme"), recall(THEME) ?? "auto", THEMES.map((one) => [one, words.say(`theme.${one}`)]), (value) => {
        keep(THEME, value);
        may.paint();
      }),
      choice("map-app", words.say("me.map"), recall(MAP_APP) ?? "geo", MAPS.map((one) => [one, words.say(`me.map.${one}`)]), (value) => {
        keep(MAP_APP, value);
      }),
      element("p", { class: "quiet" }, words.say("me.map.note")),
    ]),
    element("section", { class: "card" }, [
      element("p", {}, [foreign(identity.demo ? words.say("me.demo") : identity.name)]),
      may.choose === null ? null : button("me.other.engineer", may.choose),
      identity.demo ? null : button("sign.out", may.signOut),
    ]),
  ];

  /** @param {string} key @param {() => void} act */
  function button(key, act) {
    return element("button", { type: "button", class: "action wide" }, words.say(key), { on: { click: act } });
  }
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string} value
 * @param {string[][]} options value and text of each
 * @param {(value: string) => void} chosen
 */
function choice(id, label, value, options, chosen) {
  const select = element("select", { id }, options.map(([one, text]) => (
    element("option", { value: one, lang: one === "zh" ? "zh-Hans" : one === "en" ? "en" : null }, text)
  )));
  select.value = value;
  select.addEventListener("change", () => chosen(select.value));
  return element("div", { class: "setting" }, [element("label", { for: id }, label), select]);
}
