/**
 * The page as a whole: what it knows, what is selected, and which part is drawn anew when.
 */

import { Refused } from "./api.js";
import { Days } from "./board_days.js";
import { Confirmations } from "./confirmations.js";
import { drawDetail } from "./detail.js";
import { byId } from "./element.js";
import { drawFigures } from "./figures.js";
import { Gantt } from "./gantt.js";
import { isIn } from "./gantt_rows.js";
import { Hand } from "./hand.js";
import { HandWork } from "./hand_work.js";
import { Leisure } from "./leisure.js";
import { Live, POLL_S } from "./live.js";
import { drawLogin } from "./login.js";
import { PlanningDesk } from "./planning_desk.js";
import { RequestList, openRequests } from "./requests_list.js";
import { SiteClock } from "./site_clock.js";
import { SiteMap } from "./site_map.js";
import { SlotFinder } from "./slots_finder.js";
import { Tabs } from "./tray_tabs.js";
import { drawUnassigned, showUnassigned } from "./unassigned.js";
import { Words, keepLanguage } from "./words.js";
import "./words_lists.js";
import { joinWorld } from "./world.js";

/** @typedef {import("./types.js").Chosen} Chosen */

const RETRY_MS = 3000;
const TICK_MS = 20_000;
/** Visits from which on a world is drawn in steps. */
const BIG = 800;
/** How long a big world has been looked at before somebody is likely to move something. */
const WARM_MS = 1500;

/** The one board of a page. */
export class Board {
  /**
   * @param {import("./api.js").Api} api
   * @param {import("./words.js").Language} language
   */
  constructor(api, language) {
    this.api = api;
    this.words = new Words(language);
    /** @type {import("./types.js").Session | null} */
    this.session = null;
    /** @type {import("./types.js").World | null} */
    this.world = null;
    this.days = new Days(byId("days"), () => this.draw());
    /** @type {Chosen} */
    this.chosen = null;
    /** @type {Live | null} */
    this.live = null;
    /** @type {(() => string) | null} What the notice says, in the language of the moment. */
    this.notice = null;
    this.missing = "";
    /** Whose people the words know. @type {import("./types.js").World | null} */
    this.known = null;
    /** @type {number | null} Since when the service does not answer. */
    this.lostAt = null;
    /** @type {import("./live.js").LiveState} */
    this.liveState = "polling";
    /** Reading under way. @type {Promise<void> | null} */
    this.loading = null;
    this.again = false;
    /** What the server answered, without what was moved by hand. @type {import("./types.js").Answers | null} */
    this.answers = null;
    /** Visits picked together. @type {Set<string>} */
    this.picked = new Set();
    const choose = (/** @type {Chosen} */ chosen, also = false) => this.choose(chosen, also);
    this.leisure = new Leisure();
    this.gantt = new Gantt(byId("gantt"), choose);
    this.map = new SiteMap(byId("map"), choose);
    byId("map-fit").addEventListener("click", () => this.map.fit());
    this.confirmations = new Confirmations(api, () => this.gantt.tellSeen(this.confirmations.known));
    this.work = new HandWork(this);
    this.hand = new Hand();
    this.planning = new PlanningDesk(this);
    this.requests = new RequestList(byId("requests"), choose);
    this.tabs = new Tabs(byId("tabs"), () => this.requests.wake());
    this.slots = new SlotFinder(this);
    byId("find-slot").addEventListener("click", () => this.slots.open());
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** Find out who looks, then show the plan or the sign-in form. */
  async start() {
    this.words.applyTo(document);
    this.#say(() => this.words.say("loading"));
    try {
      this.session = await this.api.session();
    } catch (error) {
      this.#failed(error);
      this.#later(() => this.start());
      return;
    }
    byId("demo-banner").hidden = !this.session.demo;
    byId("sign-out").hidden = this.session.demo || !this.session.signed_in;
    byId("find-slot").hidden = this.session.may_report === false;
    if (this.session.signed_in || this.session.demo) await this.#enter();
    else if (await this.api.stay().catch(() => false)) await this.start();
    else this.#login();
  }

  /**
   * Read the plan again. Whoever asks while it is being read waits until it has been read once more.
   *
   * @param {boolean} always even when it seems unchanged
   * @returns {Promise<void>}
   */
  load(always) {
    if (this.loading) this.again ||= always;
    this.loading ??= this.#load(always).finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /** @param {boolean} always @returns {Promise<void>} */
  async #load(always) {
    try {
      const first = this.world === null ? (/** @type {import("./types.js").Answers} */ answers) => {
        // Without names yet, but whoever is quick may work with it already.
        this.answers = answers;
        this.work.moves.base = answers.plan.publication.version;
        this.world = joinWorld(answers);
        this.#say(null);
        this.draw();
      } : undefined;
      const found = await this.api.everything(always || this.world === null, first);
      this.lostAt = null;
      if (found !== null) {
        this.answers = found.answers;
        this.world = joinWorld(await this.work.settle(found.answers));
        this.missing = found.missing.join("; ");
        this.#say(this.missing === "" ? null : () => this.words.say("names.missing", { detail: this.missing }));
        if (this.planning.previewing) this.redraw();
        else this.draw();
      } else if (this.missing === "") {
        this.#say(null);
      }
    } catch (error) {
      await this.#refused(error);
    } finally {
      this.#drawLive();
      void this.planning.arrived();
    }
    if (this.again) {
      this.again = false;
      await this.#load(true);
    }
  }

  /** Draw anew what was moved by hand. */
  redraw() {
    if (this.answers) this.world = joinWorld(this.planning.previewed() ?? this.work.overlay(this.answers));
    this.draw();
  }

  clock() {
    return this.#clock();
  }

  /** @param {Chosen} chosen @param {boolean} [also] besides those picked before */
  choose(chosen, also = false) {
    const { world } = this;
    if (!world) return;
    this.#pick(chosen, also);
    this.chosen = chosen;
    const visit = chosen?.kind === "visit" ? world.visits.get(chosen.id) : undefined;
    const elsewhere = visit?.stops.length && !visit.stops.some((stop) => this.#lanes().includes(stop.lane));
    if (visit && elsewhere) {
      this.days.choose(this.#clock().day(visit.stops[0].start));
    }
    this.#show(true);
  }

  /** @param {Chosen} chosen @param {boolean} also */
  #pick(chosen, also) {
    const id = chosen?.kind === "visit" ? chosen.id : null;
    if (!also || id === null) this.picked.clear();
    else if (this.chosen?.kind === "visit" && this.picked.size === 0) this.picked.add(this.chosen.id);
    if (also && id !== null) {
      if (!this.picked.delete(id)) this.picked.add(id);
    }
    this.gantt.picked = this.picked;
  }

  /** @param {import("./words.js").Language} language */
  speak(language) {
    keepLanguage(language);
    this.words = new Words(language);
    this.words.applyTo(document);
    if (this.notice) this.#say(this.notice);
    if (!byId("login").hidden) this.#login();
    this.#drawLive();
    this.planning.draw();
    this.draw();
  }

  async signOut() {
    try {
      await this.api.signOut();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    location.reload();
  }

  /**
   * Draw everything that the world, the day and the language decide; not while a button is held
   * down, or what is being clicked or carried would be gone when it is let go.
   */
  draw() {
    const { world, words } = this;
    if (!world || this.hand.waits(() => this.draw())) return;
    byId("board").hidden = false;
    if (this.known !== world || !words.people) words.know(world.engineers);
    this.known = world;
    const clock = this.#clock();
    this.days.draw(world, words, clock);
    drawFigures(byId("figures"), world, words, clock);
    this.work.draw();
    this.gantt.broken = this.work.broken();
    this.gantt.draw(world, this.days.day ?? "", words, clock, this.days.bounds(clock));
    // Of a big world the Gantt is painted first; what is drawn next must not hold it up.
    const pieces = [() => this.#drawLists(world, words, clock), () => this.#drawMap(world, words)];
    if (world.visits.size < BIG) this.leisure.now(pieces);
    else this.leisure.later(pieces);
  }

  /**
   * @param {import("./types.js").World} world
   * @param {Words} words
   * @param {SiteClock} clock
   */
  #drawLists(world, words, clock) {
    const open = openRequests(world.answers.requests);
    this.tabs.draw(words, { unassigned: world.answers.plan.unassigned.length, requests: open });
    this.requests.draw(world, words, clock);
    drawUnassigned(byId("unassigned"), world, words, clock, (chosen) => this.choose(chosen), {
      api: this.api, may: this.work.may, version: world.answers.plan.publication.version,
      force: (visit, shift) => this.work.force(visit, shift),
    });
  }

  /**
   * The map, and on it and everywhere else what is selected.
   *
   * @param {import("./types.js").World} world
   * @param {Words} words
   */
  #drawMap(world, words) {
    this.map.useTiles(this.session?.tile_url ?? "", words);
    byId("map").hidden = world.places.size === 0;
    byId("map-empty").hidden = world.places.size > 0;
    const { version } = world.answers.plan.publication;
    this.map.draw(world, this.#lanes(), words, `${version} ${this.days.day} ${this.days.first}`);
    this.#drawPeople();
    this.#show(false);
    byId("board").dataset.drawn = world.readAt > 0 ? "whole" : "unnamed";
    // The names come first; until then the connections are theirs.
    if (world.readAt > 0) void this.confirmations.ask(this.days.day ?? "");
    if (world.readAt > 0) void this.map.refresh(this.api, words, () => this.#drawPeople());
    if (world.readAt > 0 && world.visits.size >= BIG && this.work.may) setTimeout(() => void this.work.moves.warm(), WARM_MS);
  }

  #drawPeople() {
    if (this.world) this.map.people.draw(this.world, this.words, this.#clock());
  }

  #tick() {
    this.gantt.tick();
    if (this.world && this.world.readAt > 0) void this.map.refresh(this.api, this.words, () => this.#drawPeople());
  }

  #clock() {
    const zone = this.session?.zone || "UTC";
    return new SiteClock(zone, this.words.language, this.api.aheadMs);
  }

  #lanes() {
    if (!this.world) return [];
    const bounds = this.days.bounds(this.#clock());
    return this.world.lanes.filter((lane) => isIn(lane, bounds));
  }

  /** @param {boolean} reveal */
  #show(reveal) {
    const { chosen, world } = this;
    if (!world) return;
    const shifts = chosen?.kind === "visit"
      ? (world.visits.get(chosen.id)?.stops ?? []).map((stop) => stop.lane.shift)
      : chosen?.kind === "shift" ? [chosen.id] : [];
    this.gantt.show(chosen, reveal);
    this.map.show(chosen, new Set(shifts), reveal);
    this.map.people.show(new Set(shifts.flatMap((shift) => world.shifts.get(shift)?.engineer.id ?? [])));
    showUnassigned(byId("unassigned"), chosen, reveal);
    this.requests.show(chosen, reveal);
    drawDetail(byId("detail"), chosen, world, this.words, this.#clock(), (one) => this.choose(one), this.work);
    this.planning.decorate(byId("detail"));
  }

  async #enter() {
    byId("login").hidden = true;
    await this.load(true);
    this.live ??= new Live((always) => void this.load(always), (state) => {
      this.liveState = state;
      this.#drawLive();
      if (state === "live") void this.load(false);
    });
  }

  #login() {
    this.live?.stop();
    this.live = null;
    this.#say(null);
    byId("board").hidden = true;
    byId("login").hidden = false;
    drawLogin(byId("login"), this.api, this.words, () => void this.start());
  }

  /** @param {unknown} error */
  async #refused(error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) return this.#login();
    if (error.status === 403) {
      const name = this.session?.name ?? "";
      return this.#say(() => this.words.say("forbidden", { name }));
    }
    if (error.status === 404) {
      const starting = await this.api.starting().catch(() => null);
      this.#say(() => starting === null
        ? this.words.say("no.plan") : this.words.say("starting", { detail: starting }));
      return this.#later(() => this.load(true));
    }
    this.#failed(error);
    return this.#later(() => this.load(false));
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Refused)) throw error;
    this.lostAt ??= Date.now();
    this.#say(() => this.words.say("failed", { detail: error.detail || this.words.say("unreachable") }));
    this.#drawLive();
  }

  /** @param {() => Promise<void>} action */
  #later(action) {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void action(), RETRY_MS);
  }

  /** @param {(() => string) | null} notice */
  #say(notice) {
    this.notice = notice;
    const place = byId("notice");
    place.hidden = notice === null;
    place.textContent = notice === null ? "" : notice();
  }

  #drawLive() {
    const place = byId("live");
    const lost = this.lostAt !== null && this.world !== null;
    const state = lost ? "lost" : this.liveState === "live" ? "on" : "polling";
    place.className = `live ${state}`;
    place.textContent = !this.live ? "" : this.words.say(`live.${state}`, {
      seconds: POLL_S, time: lost ? this.#clock().time(this.lostAt ?? 0) : "",
    });
  }
}
