/**
 * The two languages of the page: sentences by key, and how durations, money and names are told.
 */

import { EN } from "./words_en.js";
import { ZH } from "./words_zh.js";

/** @typedef {"en" | "zh"} Language */

const KEPT = "dispatch.language";
const TAGS = { en: "en", zh: "zh-Hans" };
/** What the board says, and what further pages taught. */
const DICTIONARIES = { en: { ...EN }, zh: { ...ZH } };

/**
 * Add the sentences of a page that the board does not have.
 *
 * @param {Record<string, string>} english
 * @param {Record<string, string>} chinese
 */
export function learn(english, chinese) {
  Object.assign(DICTIONARIES.en, english);
  Object.assign(DICTIONARIES.zh, chinese);
}

/** One language at a time. */
export class Words {
  /** @param {Language} language */
  constructor(language) {
    this.language = language;
    this.tag = TAGS[language];
    this.dictionary = DICTIONARIES[language];
    this.numbers = new Intl.NumberFormat(this.tag, { maximumFractionDigits: 1, signDisplay: "negative" });
    this.amounts = new Intl.NumberFormat(this.tag, { minimumFractionDigits: 2 });
    /** @type {Map<string, string> | null} */
    this.people = null;
    /** @type {RegExp | null} */
    this.anybody = null;
    this.percents = new Intl.NumberFormat(this.tag, { style: "percent" });
  }

  /**
   * A sentence with its values filled in.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [values] a `count` of 1 takes the key's `.one`
   * @returns {string}
   */
  say(key, values = {}) {
    const singular = values.count === 1 ? this.dictionary[`${key}.one`] : undefined;
    const pattern = singular ?? this.dictionary[key];
    if (pattern === undefined) throw new Error(`word ${key}: missing in ${this.language}`);
    return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  }

  /**
   * The word for a code of the API; a code this page does not know yet is shown as it is.
   *
   * @param {string} family
   * @param {string} code
   */
  code(family, code) {
    return this.dictionary[`${family}.${code}`] ?? code;
  }

  /** @param {number} seconds @param {boolean} [inDays] false adds up hours, as for work */
  duration(seconds, inDays = true) {
    if (seconds < 60) return this.say("duration.s", { s: Math.round(seconds) });
    if (inDays && seconds >= 48 * 3600) {
      const hours = Math.round(seconds / 3600);
      return this.say("duration.dh", { d: Math.floor(hours / 24), h: hours % 24 });
    }
    const minutes = Math.round(seconds / 60);
    const h = Math.floor(minutes / 60);
    const m = minutes % 60;
    if (h === 0) return this.say("duration.m", { m });
    return m === 0 ? this.say("duration.h", { h }) : this.say("duration.hm", { h, m });
  }

  /** @param {number} metres */
  distance(metres) {
    return this.say("km", { km: this.numbers.format(metres / 1000) });
  }

  /** @param {number} minor minor units of the currency */
  money(minor) {
    return this.amounts.format(minor / 100);
  }

  /** @param {{name: string, name_en?: string | null}} named */
  nameOf(named) {
    return this.language === "en" ? named.name_en || named.name : named.name;
  }

  /**
   * What a machine is called: it has one name, but its type may have an English one.
   *
   * @param {string} name
   * @param {string} english empty when there is none
   */
  machine(name, english) {
    return this.language === "en" && english !== "" && (name === "" || /[^\u0000-\u024f]/u.test(name)) ? english : name;
  }

  /** @param {import("./types.js").Engineer} engineer */
  engineer(engineer) {
    return this.language === "en" ? engineer.nameEn : engineer.name;
  }

  /**
   * Learn what people are called in this language; the service's sentences have one name for each.
   *
   * @param {{name: string, nameEn: string}[]} people
   */
  know(people) {
    /** @type {Map<string, string>} */
    const called = new Map();
    this.people = called;
    if (this.language !== "en") return;
    for (const { name, nameEn } of people) {
      // A name in Latin letters might be part of some other word.
      if (name.length > 1 && name !== nameEn && /^[^\u0000-\u024f]+$/u.test(name)) called.set(name, nameEn);
    }
    const names = [...called.keys()].sort((a, b) => b.length - a.length);
    const said = names.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    this.anybody = said.length > 0 ? new RegExp(said.join("|"), "gu") : null;
  }

  /** @param {string} text of the service @returns {string} with people called as on this page */
  told(text) {
    const { anybody, people } = this;
    return anybody ? text.replace(anybody, (name) => people?.get(name) ?? name) : text;
  }

  /** @param {{message: string, message_zh?: string}} told */
  message(told) {
    return this.told((this.language === "zh" && told.message_zh) || told.message);
  }

  /**
   * A broken rule, in which the visit is called as on this page: the service writes both languages.
   *
   * @param {{message: string, message_zh?: string}} told
   * @param {import("./types.js").Visit | undefined} visit
   */
  broken(told, visit) {
    const title = visit?.wire.title;
    const message = this.message(told);
    return visit && title ? message.replaceAll(title, () => this.title(visit)) : message;
  }

  /** Site and work of a visit. @param {import("./types.js").Visit} visit */
  title(visit) {
    const [site, work] = [this.visit(visit), this.work(visit)];
    return visit.site && !work.includes(site) ? `${site} · ${work}` : work;
  }

  /**
   * What a visit is called where there is little room: its site, else its title, else its id.
   *
   * @param {import("./types.js").Visit} visit
   */
  visit(visit) {
    return (visit.site && this.nameOf(visit.site)) || visit.wire.title || visit.id;
  }

  /**
   * What is to be done on a visit: what the customer said, else the title.
   *
   * @param {import("./types.js").Visit} visit
   */
  work(visit) {
    const { request, site } = visit;
    const summary = request && ((this.language === "en" && request.summary_en) || request.summary);
    if (summary) return summary;
    const title = visit.wire.title || visit.id;
    // The planner writes the site in front of a title; here it stands there already.
    const fronts = site ? [`${site.name} ${site.name_en} · `, `${site.name} · `] : [];
    const front = fronts.find((one) => title.startsWith(one)) ?? "";
    const what = title.slice(front.length);
    // What the planner has written is in both languages, "保养 (maintenance)".
    const both = front === "" ? null : /^(.*?[^\u0000-\u024f].*?) \(([\u0000-\u024f]+)\)$/su.exec(what);
    return both ? both[this.language === "en" ? 2 : 1] : what;
  }

  /** Write the page's fixed texts. */
  applyTo(/** @type {Document} */ page) {
    page.documentElement.lang = this.tag;
    for (const one of page.querySelectorAll("[data-word]")) {
      one.textContent = this.say(/** @type {HTMLElement} */ (one).dataset.word ?? "");
    }
    for (const one of page.querySelectorAll("[data-label]")) {
      one.setAttribute("aria-label", this.say(/** @type {HTMLElement} */ (one).dataset.label ?? ""));
    }
  }
}

/** @returns {Language} what was chosen before, else what the browser asks for */
export function preferredLanguage() {
  const kept = recall(KEPT);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** @param {Language} language */
export function keepLanguage(language) {
  keep(KEPT, language);
}

/**
 * Read from the browser's store, which a strict browser may refuse.
 *
 * @param {string} name
 * @returns {string | null}
 */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing only asks again next time.
  }
}
