/**
 * The frame of the office's pages beside the board: who looks, in which language, what went wrong.
 */

import { Api, Refused } from "./api.js";
import { byId } from "./element.js";
import { drawLogin } from "./login.js";
import { OfficeCalls } from "./office_calls.js";
import { SiteClock } from "./site_clock.js";
import { Words, keep, keepLanguage, learn, preferredLanguage, recall } from "./words.js";
import { OFFICE_EN } from "./words_office_en.js";
import { OFFICE_ZH } from "./words_office_zh.js";

const THEME = "dispatch.theme";

/** One page of the office. */
export class OfficePage {
  /**
   * @param {Record<string, string>} english what the page says besides the board's words
   * @param {Record<string, string>} chinese
   * @param {(page: OfficePage) => Promise<void>} read told to load and draw
   * @param {(page: OfficePage) => void} draw told to draw what is there in another language
   */
  constructor(english, chinese, read, draw) {
    learn(OFFICE_EN, OFFICE_ZH);
    learn(english, chinese);
    this.api = new Api();
    this.calls = new OfficeCalls(this.api);
    this.words = new Words(preferredLanguage());
    this.read = read;
    this.draw = draw;
    this.zone = "UTC";
    this.content = byId("content");
    this.ready = false;
    this.#controls();
    void this.start();
  }

  /** The clock on the wall of the company. */
  get clock() {
    return new SiteClock(this.zone, this.words.language, this.api.aheadMs);
  }

  /** Find out who looks, then show the page or the sign-in form. */
  async start() {
    this.words.applyTo(document);
    try {
      const session = await this.api.session();
      this.zone = session.zone || "UTC";
      byId("demo-banner").hidden = !session.demo;
      byId("sign-out").hidden = session.demo || !session.signed_in;
      if (session.signed_in || session.demo) await this.#enter();
      else if (await this.api.stay().catch(() => false)) await this.start();
      else this.#login();
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * Tell what went wrong; whoever is not signed in any more is asked to.
   *
   * @param {unknown} error
   */
  failed(error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) this.#login();
    else if (error.status === 403) this.say(this.words.say("office.forbidden"));
    else this.say(this.words.say("office.failed", { detail: error.detail || this.words.say("unreachable") }));
  }

  /** @param {string | null} text what the page has to say, or nothing more */
  say(text) {
    const place = byId("notice");
    place.hidden = text === null;
    place.textContent = text ?? "";
  }

  /** @param {string} text said to those who listen instead of looking */
  announce(text) {
    byId("said").textContent = text;
  }

  async #enter() {
    byId("login").hidden = true;
    this.content.hidden = false;
    this.say(null);
    try {
      await this.read(this);
      this.ready = true;
    } catch (error) {
      this.content.hidden = true;
      this.failed(error);
    }
  }

  #login() {
    this.say(null);
    this.content.hidden = true;
    byId("login").hidden = false;
    drawLogin(byId("login"), this.api, this.words, () => void this.start());
  }

  #controls() {
    const languages = /** @type {HTMLSelectElement} */ (byId("language"));
    languages.value = this.words.language;
    languages.addEventListener("change", () => {
      const language = languages.value === "zh" ? "zh" : "en";
      keepLanguage(language);
      this.words = new Words(language);
      this.words.applyTo(document);
      if (!byId("login").hidden) this.#login();
      if (this.ready) this.draw(this);
    });
    const themes = /** @type {HTMLSelectElement} */ (byId("theme"));
    const paint = () => (document.documentElement.dataset.theme = themes.value);
    themes.value = recall(THEME) ?? "auto";
    themes.addEventListener("change", () => {
      keep(THEME, themes.value);
      paint();
    });
    paint();
    byId("sign-out").addEventListener("click", async () => {
      await this.api.signOut().catch(() => undefined);
      location.reload();
    });
  }
}
