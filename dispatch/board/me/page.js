/**
 * The engineer's page as a whole: who is here, which day, which view, and what is told to whom.
 */

import { byId, element } from "../element.js";
import { SiteClock } from "../site_clock.js";
import { keepLanguage, Words } from "../words.js";
import { dayAfter, stopsOf } from "./day.js";
import { drawChooser, drawSignIn } from "./door.js";
import { drawForm } from "./finish_form.js";
import { workOf } from "./frame.js";
import { drawMore } from "./more_view.js";
import { Outbox } from "./outbox.js";
import { drawOutbox } from "./outbox_view.js";
import { drawParts } from "./parts_view.js";
import { drawStatus, paint, toast } from "./status.js";
import { drawToday } from "./today_view.js";
import { drawVisit } from "./visit_view.js";

/** @typedef {import("./shapes.js").Day} Day */
/** @typedef {import("./shapes.js").Identity} Identity */
/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./shapes.js").KeptDay} KeptDay */
/** @typedef {import("./frame.js").Scene} Scene */

const POLL_MS = 30_000;
const FORMS = ["finish", "failed"];

/** One page, one person. */
export class MyDay {
  /**
   * @param {import("./service.js").Service} service
   * @param {import("./keeping.js").Keeping} keeping
   * @param {"en" | "zh"} language
   */
  constructor(service, keeping, language) {
    this.service = service;
    this.keeping = keeping;
    this.words = new Words(language);
    this.outbox = new Outbox(keeping, service, (sent) => this.#sent(sent));
    this.main = byId("view");
    this.date = new URLSearchParams(location.search).get("date");
    /** @type {Identity | null} */
    this.identity = null;
    /** @type {KeptDay | null} */
    this.kept = null;
    this.online = navigator.onLine;
    this.signedOut = false;
    /** @type {{id: string, name: string, name_en: string}[] | null} */
    this.engineers = null;
    /** @type {Set<string>} what was tapped and is being kept */
    this.inHand = new Set();
    /** How often something was kept or sent: a day that was asked for before is old news. */
    this.news = 0;
    /** Which drawing is the newest, and whether one of those it overtook was of another view. */
    this.turn = 0;
    this.turned = false;
  }

  async start() {
    this.words.applyTo(document);
    addEventListener("hashchange", () => void this.draw(true));
    addEventListener("online", () => {
      this.outbox.hurry();
      void this.refresh();
    });
    addEventListener("offline", () => this.#reach(false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
    });
    setInterval(() => {
      if (document.visibilityState === "visible") void this.refresh();
    }, POLL_MS);
    this.identity = (await this.keeping.read("identity")) ?? null;
    const kept = /** @type {KeptDay | undefined} */ (await this.keeping.read("day"));
    if (this.identity && kept && (this.date === null || kept.day.date === this.date)) this.kept = kept;
    await this.outbox.belongTo(this.identity?.owner ?? "");
    await this.draw(true);
    await this.refresh();
  }

  /** Find out who is here, send what waits, read what is new. */
  async refresh() {
    this.refreshing ??= this.#refresh().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** @type {Promise<void> | null} */
  refreshing = null;

  async #refresh() {
    try {
      await this.#meet();
    } catch {
      this.#reach(false);
      return;
    }
    if (this.identity === null || this.signedOut) {
      await this.draw(false);
      return;
    }
    this.#reach(true);
    await this.outbox.flush();
    await this.#readDay();
  }

  /** Who is signed in; somebody else than before starts with nothing of theirs. */
  async #meet() {
    let found = await this.service.whoAmI();
    if (found === null && (await this.service.stay())) found = await this.service.whoAmI();
    this.signedOut = found === null;
    if (found === null) return;
    if (this.identity && found.owner !== this.identity.owner) {
      await this.keeping.forget();
      this.kept = null;
    }
    const chosen = /** @type {Identity | null} */ (this.identity?.owner === found.owner ? this.identity : null);
    this.identity = { ...found, engineer: found.engineer ?? chosen?.engineer ?? null };
    await this.keeping.keep("identity", this.identity);
    await this.outbox.belongTo(found.owner);
  }

  async #readDay() {
    const { identity } = this;
    if (identity === null) return;
    if (identity.engineer === null) {
      if (identity.role !== "engineer" && this.engineers === null) {
        const answer = await this.service.engineers();
        if (answer.status === 200) this.engineers = answer.body.items;
      }
      await this.draw(false);
      return;
    }
    const known = this.kept?.engineer === identity.engineer ? this.kept.etag : null;
    const { news } = this;
    const answer = await this.service.day(identity.engineer, this.date, known);
    if (news !== this.news && (answer.status === 200 || answer.status === 304)) {
      // Something was sent meanwhile that this answer may not know: what was tapped must not jump back.
      await this.#readDay();
      return;
    }
    if (answer.status === 200) {
      const kept = { owner: identity.owner, engineer: identity.engineer, etag: answer.etag, day: answer.body, read_at: Date.now() };
      await this.#keepDay(kept);
      await this.draw(false);
    } else if (answer.status === 304 && this.kept) {
      await this.#keepDay({ ...this.kept, read_at: Date.now() });
    } else if (answer.status === 0) {
      this.#reach(false);
    }
    this.#status();
  }

  /** @param {KeptDay} kept */
  async #keepDay(kept) {
    this.kept = kept;
    await this.keeping.keep("day", kept);
  }

  /** @param {{item: Item, answer: any} | null} sent what the service has taken, if that is news */
  async #sent(sent) {
    if (sent !== null) this.news += 1;
    if (sent !== null && this.kept !== null) {
      // Not the whole truth any more, so it is read anew whatever its ETag.
      await this.#keepDay({ ...this.kept, etag: null, day: dayAfter(this.kept.day, sent.item, sent.answer) });
    }
    await this.draw(false);
    if (sent !== null && this.outbox.waiting.length === 0 && !this.refreshing) void this.#readDay();
  }

  /** @param {boolean} online */
  #reach(online) {
    this.online = online;
    this.#status();
  }

  #status() {
    drawStatus(this.words, this.#clock(), {
      online: this.online, signedOut: this.signedOut, kept: this.kept, outbox: this.outbox, identity: this.identity,
    });
  }

  #clock() {
    return new SiteClock(this.identity?.zone ?? "UTC", this.words.language);
  }

  /**
   * Draw the view that the address names.
   *
   * @param {boolean} moved whether it is another one than before, which takes the focus; what is
   *   being filled in is not drawn again before it is left
   */
  async draw(moved) {
    this.#status();
    const turn = ++this.turn;
    this.turned ||= moved;
    const [view = "today", name = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
    for (const link of document.querySelectorAll("#tabs a")) {
      const here = link.getAttribute("href") === `#${["parts", "outbox", "more"].includes(view) ? view : "today"}`;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const filling = this.main.querySelector("form.ending, form.sign-in, #choose-search");
    const door = this.main.querySelector("form.sign-in") !== null && !this.signedOut;
    if (!this.turned && filling && !door && !(this.main.querySelector("#choose-search") && this.identity?.engineer)) return;
    const shown = await this.#view(view, name);
    // What was asked for later may be ready earlier; it stays.
    if (turn !== this.turn) return;
    const another = this.turned;
    this.turned = false;
    const focus = document.activeElement?.id;
    this.main.replaceChildren(...shown);
    this.main.dataset.view = name === "" ? view : `${view}/${name}`;
    byId("tabs").hidden = this.identity === null;
    if (another) {
      scrollTo(0, 0);
      if (location.hash !== "") /** @type {HTMLElement | null} */ (this.main.querySelector("h1"))?.focus({ preventScroll: true });
    } else if (focus) {
      document.getElementById(focus)?.focus({ preventScroll: true });
    }
  }

  /** @param {string} view @param {string} name @returns {Promise<Node[]>} */
  async #view(view, name) {
    const { words, identity } = this;
    if (view === "sign-in" || (identity === null && this.signedOut)) {
      return drawSignIn(this.service, words, () => {
        this.signedOut = false;
        if (location.hash === "#sign-in") location.hash = "#today";
        void this.refresh().then(() => this.draw(true));
      });
    }
    if (identity === null) return [element("p", { class: "card" }, words.say(this.online ? "me.loading" : "me.starting"))];
    if (view === "outbox") return drawOutbox(this.outbox, words, this.#clock());
    if (view === "more") return drawMore(words, identity, this.#mayDo());
    if (identity.engineer === null) {
      if (identity.role === "engineer") return [element("p", { class: "card" }, words.say("me.forbidden", { name: identity.name }))];
      return drawChooser(this.engineers ?? [], identity.name, words, (engineer) => void this.choose(engineer));
    }
    if (this.kept === null) return [element("p", { class: "card" }, words.say(this.online ? "me.loading" : "me.starting"))];
    const scene = this.#scene(identity, this.kept.day);
    if (view === "parts") return drawParts(scene);
    const stop = scene.stops.find((one) => one.name === name);
    if (!stop || stop.sheet === null) return drawToday(scene);
    if (!FORMS.includes(view)) return drawVisit(stop, stop.sheet, scene);
    const type = view === "finish" ? "finished" : "could_not_finish";
    const draft = await this.keeping.draft(stop.name);
    return drawForm(stop, stop.sheet, type, draft, scene, (one) => void this.keeping.keepDraft(one), (ending) => {
      void this.#once(`${type} ${stop.name}`, () => this.#end(stop.name, type, ending));
    });
  }

  #mayDo() {
    const { identity } = this;
    const office = identity !== null && identity.role !== "engineer";
    return {
      speak: (/** @type {"en" | "zh"} */ language) => {
        keepLanguage(language);
        this.words = new Words(language);
        this.words.applyTo(document);
        void this.draw(true);
      },
      paint,
      signOut: () => void this.signOut(),
      choose: office ? () => void this.choose(null) : null,
    };
  }

  /** @param {Identity} identity @param {Day} day @returns {Scene} */
  #scene(identity, day) {
    return {
      words: this.words, clock: this.#clock(), identity, day, outbox: this.outbox,
      stops: stopsOf(day, this.outbox.waiting),
      parts: new Map(day.parts.map((part) => [part.id, part])),
      report: (visit, type) => void this.#once(`${type} ${visit}`, () => this.#report(visit, type, {}, [])),
      collect: (item) => void this.#once(`collect ${item.id}`, () => this.#collect(item)),
      confirm: () => void this.#once("confirm", () => this.#confirm()),
    };
  }

  /**
   * A second tap before the page shows the first one says nothing new.
   *
   * @param {string} what
   * @param {() => Promise<void>} act
   */
  async #once(what, act) {
    if (this.inHand.has(what)) return;
    this.inHand.add(what);
    try {
      await act();
    } finally {
      this.inHand.delete(what);
    }
  }

  /** @param {string} visit */
  #title(visit) {
    const sheet = this.kept?.day.visits.find((one) => one.id === visit);
    return sheet ? `${this.words.nameOf(sheet.site)}: ${workOf(sheet, this.words)}` : visit;
  }

  /**
   * @param {string} visit
   * @param {import("./shapes.js").ReportType} type
   * @param {Record<string, any>} more
   * @param {Parameters<Outbox["put"]>[0]} after what follows it
   */
  async #report(visit, type, more, after) {
    const known = stopsOf(/** @type {KeptDay} */ (this.kept).day, this.outbox.waiting);
    if (known.some((stop) => stop.name === visit && stop.state === type)) return;
    const office = this.identity?.role === "engineer" ? {} : { engineer: this.identity?.engineer };
    const path = `/visits/${encodeURIComponent(visit)}/events`;
    await this.#put([
      { kind: "event", subject: visit, title: this.#title(visit), path, body: { type, occurred_at: now(), ...office, ...more } },
      ...after,
    ], `me.told.${type}`);
  }

  /** @param {string} visit @param {"finished" | "could_not_finish"} type @param {import("./finish_form.js").Ending} ending */
  async #end(visit, type, { event, report }) {
    const path = `/visits/${encodeURIComponent(visit)}/report`;
    const after = report === null ? [] : [
      { kind: /** @type {const} */ ("report"), subject: visit, title: this.#title(visit), path, body: report },
    ];
    await this.#report(visit, type, event, after);
    await this.keeping.dropDraft(visit);
    location.hash = "#today";
  }

  /** @param {import("./shapes.js").PickingItem} item */
  async #collect(item) {
    if (this.outbox.waiting.some((one) => one.kind === "collect" && one.subject === item.id)) return;
    const path = `/reservations/${encodeURIComponent(item.id)}/collect`;
    const part = this.kept?.day.parts.find((one) => one.id === item.part);
    const title = part ? this.words.nameOf(part) : item.part;
    await this.#put([{ kind: "collect", subject: item.id, title, path }], "me.told.collected");
  }

  async #confirm() {
    const { kept } = this;
    if (kept === null) return;
    const path = `/engineers/${encodeURIComponent(kept.engineer)}/route/confirmation`;
    const body = { date: kept.day.date, fingerprint: kept.day.confirmation.fingerprint, occurred_at: now() };
    await this.#put([{ kind: "confirm", subject: kept.engineer, title: kept.day.date, path, body }], "me.told.confirmed");
  }

  /** @param {Parameters<Outbox["put"]>[0]} told @param {string} said */
  async #put(told, said) {
    // What waits here must not be thrown away to make room for something else.
    void navigator.storage?.persist?.();
    await this.outbox.put(told);
    toast(this.words.say(said));
  }

  /** @param {string | null} engineer */
  async choose(engineer) {
    if (this.identity === null) return;
    this.identity = { ...this.identity, engineer };
    this.kept = null;
    await this.keeping.keep("identity", this.identity);
    if (location.hash !== "#today") location.hash = "#today";
    await this.draw(true);
    await this.refresh();
  }

  async signOut() {
    const count = this.outbox.waiting.length;
    if (count > 0 && !confirm(this.words.say("me.sign.out.unsent", { count }))) return;
    await this.service.signOut();
    await this.keeping.forget();
    location.assign("/me/");
  }
}

/** @returns {string} the present; the service counts whole seconds */
function now() {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
