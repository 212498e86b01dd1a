/**
 * The list of requests with their clocks running, most pressing first; filter and search.
 */

import { element, foreign } from "./element.js";
import { isOpen, pressure, readClock } from "./requests_clocks.js";

/** @typedef {import("./types.js").WireRequest} WireRequest */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {{request: WireRequest, text: string, who: string, site: string, work: string}} Line */

/** Nobody reads more; whoever wants to see others searches. */
const MOST = 120;
const CLOSED = ["resolved_remotely", "fixed", "confirmed", "cancelled"];
const STATES = ["open", "late", "soon", "waiting", "paused", "all"];
const SEVERITIES = ["critical", "major", "minor", "consultation"];
const SIGNS = { calm: "●", half: "◐", soon: "!", over: "✕", still: "‖", done: "✓" };

/** Owns the panel of requests. */
export class RequestList {
  /**
   * @param {HTMLElement} panel
   * @param {(chosen: import("./types.js").Chosen) => void} choose
   */
  constructor(panel, choose) {
    this.panel = panel;
    this.choose = choose;
    this.search = "";
    this.state = "open";
    this.severity = "";
    /** @type {Line[]} */
    this.lines = [];
    /** @type {import("./types.js").World | null} */
    this.world = null;
    /** @type {import("./types.js").Chosen} */
    this.chosen = null;
    /** Elements that tell a clock, and which. @type {[HTMLElement, import("./types.js").WireClock][]} */
    this.running = [];
    this.list = element("ul", { class: "requests-list" });
    this.count = element("span", { class: "quiet", role: "status" });
    setInterval(() => this.tick(), 1000);
  }

  /**
   * @param {import("./types.js").World} world
   * @param {Words} words
   * @param {import("./site_clock.js").SiteClock} clock
   */
  draw(world, words, clock) {
    const known = this.world?.answers === world.answers && this.words === words;
    this.world = world;
    this.words = words;
    this.clock = clock;
    // What is not in view is not made; the tab draws it when it is opened.
    if (this.panel.hidden) {
      this.stale = true;
      return;
    }
    if (known && !this.stale) return;
    this.stale = false;
    this.lines = this.#lines(world, words);
    if (this.drawnIn !== words) this.#frame(words);
    this.#fill();
  }

  /** The tab was opened. */
  wake() {
    if (this.world && this.words && this.clock) this.draw(this.world, this.words, this.clock);
    this.show(this.chosen, true);
    this.tick();
  }

  /** @param {import("./types.js").Chosen} chosen @param {boolean} reveal */
  show(chosen, reveal) {
    this.chosen = chosen;
    if (this.panel.hidden) return;
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll(".request"))) {
      const on = this.#isChosen(one);
      one.classList.toggle("chosen", on);
      one.querySelector("button")?.setAttribute("aria-pressed", String(on));
      if (on && reveal) one.scrollIntoView({ block: "nearest" });
    }
  }

  /** Let the clocks in view run on. */
  tick() {
    const { words, clock, world } = this;
    if (this.panel.hidden || document.hidden || !words || !clock || !world) return;
    const now = clock.now();
    for (const [place, one] of this.running) write(place, readClock(one, world.readAt, now, words));
  }

  /** @param {HTMLElement} row */
  #isChosen(row) {
    const { chosen } = this;
    if (chosen?.kind === "request") return row.dataset.request === chosen.id;
    return chosen?.kind === "visit" && row.dataset.visit === chosen.id;
  }

  /** @param {import("./types.js").World} world @param {Words} words @returns {Line[]} */
  #lines(world, words) {
    const sites = new Map(world.answers.sites.map((one) => [one.id, one]));
    return world.answers.requests.map((request) => {
      const named = sites.get(request.site);
      const site = named ? words.nameOf(named) : request.site;
      const work = (words.language === "en" && request.summary_en) || request.summary;
      const stops = world.visits.get(request.visit ?? "")?.stops ?? [];
      const names = stops.map((stop) => words.engineer(stop.lane.engineer)).join(", ");
      const who = stops.length === 0 ? "" : words.say("requests.who", {
        name: names, time: this.clock?.moment(stops[0].start, this.clock.day(this.clock.now())) ?? "",
      });
      const text = [request.id, request.external_id, request.summary, request.summary_en, named?.name, named?.name_en, named?.address, request.equipment, request.fault, names]
        .filter(Boolean).join("\n").toLocaleLowerCase();
      return { request, text, who, site, work };
    }).sort((a, b) => pressure(a.request) - pressure(b.request));
  }

  /** Heading and filters; they stay while the list below changes. @param {Words} words */
  #frame(words) {
    this.drawnIn = words;
    const search = element("input", {
      type: "search", id: "requests-search", placeholder: words.say("requests.find.hint"), dir: "auto", maxlength: 200, "aria-label": words.say("requests.find"),
    });
    search.value = this.search;
    search.addEventListener("input", () => {
      this.search = search.value;
      this.#fill();
    });
    const states = select("requests-state", words.say("requests.state"), STATES.map((one) => [one, words.say(`requests.state.${one}`)]), this.state);
    states.addEventListener("change", () => {
      this.state = states.value;
      this.#fill();
    });
    const severities = select("requests-severity", words.say("requests.severity"), [
      ["", words.say("requests.severity.all")], ...SEVERITIES.map((one) => [one, words.code("severity", one)]),
    ], this.severity);
    severities.addEventListener("change", () => {
      this.severity = severities.value;
      this.#fill();
    });
    this.panel.replaceChildren(
      element("div", { class: "panel-head" }, [element("h2", { class: "unseen" }, words.say("requests")), search, states, severities, this.count]),
      this.list,
    );
  }

  #fill() {
    const { words } = this;
    if (!words) return;
    const wanted = this.search.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = this.lines.filter(({ request, text }) =>
      this.#fits(request) && wanted.every((one) => text.includes(one)));
    this.running = [];
    const rows = found.slice(0, MOST).map((one) => this.#row(one, words));
    if (found.length > MOST) rows.push(element("li", { class: "empty" }, words.say("requests.more", { count: found.length - MOST })));
    const none = this.world?.readAt === 0 ? "loading" : "requests.none";
    if (found.length === 0) rows.push(element("li", { class: "empty" }, words.say(none)));
    this.count.textContent = words.say("requests.count", { count: found.length, all: this.lines.length });
    this.list.replaceChildren(...rows);
    this.show(this.chosen, false);
    this.tick();
  }

  /** @param {WireRequest} request */
  #fits(request) {
    if (this.severity !== "" && request.severity !== this.severity) return false;
    if (this.state === "all") return true;
    if (CLOSED.includes(request.state)) return false;
    const open = request.clocks.filter(isOpen);
    switch (this.state) {
      case "late": return open.some((one) => one.remaining_s < 0);
      case "soon": return open.some((one) => one.remaining_s >= 0 && one.alert >= 80);
      case "waiting": return request.visit !== null && (this.world?.visits.get(request.visit)?.stops.length ?? 0) === 0;
      case "paused": return request.clocks.some((one) => one.state === "paused");
      default: return true;
    }
  }

  /** @param {Line} line @param {Words} words */
  #row(line, words) {
    const { request, site, work, who } = line;
    const clocks = request.clocks.filter((one) => isOpen(one)).map((one) => {
      const left = element("span", { class: "left" });
      const place = element("span", { class: "clock" }, [element("span", {}, `${words.say(`requests.${one.kind}`)} `), left]);
      this.running.push([place, one]);
      return place;
    });
    const visit = request.visit !== null && this.world?.visits.has(request.visit) ? request.visit : null;
    const choose = () => this.choose(visit === null ? { kind: "request", id: request.id } : { kind: "visit", id: visit });
    return element("li", { class: "request", "data-request": request.id, "data-visit": visit }, [
      element("button", { type: "button", class: "card-title", "aria-pressed": "false" }, [
        element("strong", {}, [foreign(site)]), element("span", {}, [foreign(work)]),
      ], { on: { click: choose } }),
      element("p", { class: "facts" }, [
        element("span", { class: `tier ${request.severity}` }, words.code("severity", request.severity)),
        element("span", {}, words.code("request", request.state)),
        element("span", {}, who === "" ? words.say("requests.nobody") : [foreign(who)]),
        element("span", { class: "id" }, [foreign(request.id)]),
      ]),
      element("p", { class: "clocks" }, clocks),
    ]);
  }
}

/** How many are not over. @param {WireRequest[]} requests */
export function openRequests(requests) {
  return requests.filter((one) => !CLOSED.includes(one.state)).length;
}

/** @param {HTMLElement} place @param {import("./requests_clocks.js").Reading} reading */
function write(place, reading) {
  const told = `${SIGNS[reading.urgency]} ${reading.text}`;
  const left = /** @type {HTMLElement} */ (place.lastElementChild);
  if (left.textContent === told) return;
  left.textContent = told;
  place.className = `clock ${reading.urgency}`;
}

/** @param {string} id @param {string} label @param {string[][]} options @param {string} value */
function select(id, label, options, value) {
  const made = element("select", { id, "aria-label": label }, options.map(([one, name]) => element("option", { value: one }, name)));
  made.value = value;
  return made;
}
