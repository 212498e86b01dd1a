/**
 * The slot finder for a caller on the phone: say what is wrong and where, see the best windows with
 * their price, hold one while the caller thinks, then confirm or release it.
 */

import { Refused } from "./api.js";
import { element, foreign } from "./element.js";
import { SlotForm } from "./slots_form.js";
import { drawOffers } from "./slots_offers.js";

/** @typedef {import("./slots_offers.js").WireSlot} WireSlot */

const FINAL = ["done", "failed", "cancelled", "superseded"];
const LOOK_MS = 700;

/** One dialog, made when it is first asked for. */
export class SlotFinder {
  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.board = board;
    /** @type {HTMLDialogElement | null} */
    this.dialog = null;
    /** @type {WireSlot[]} */
    this.offers = [];
    /** @type {WireSlot | null} */
    this.held = null;
    this.busy = false;
    /** What is said below, in words. */
    this.told = "";
    this.place = element("div", { class: "slots-found" });
    this.status = element("p", { class: "slots-told", role: "status" });
  }

  get words() {
    return this.board.words;
  }

  open() {
    if (this.dialog?.open) return;
    const { world } = this.board;
    if (!world) return;
    this.offers = [];
    this.held = null;
    this.told = "";
    const { words } = this;
    this.form = new SlotForm(this.board.api, world, words, this.board.chosen, (query) => void this.#search(query));
    const close = element("button", { type: "button", class: "tool" }, words.say("slots.close"), {
      on: { click: () => this.dialog?.close() },
    });
    this.dialog = element("dialog", { class: "ask slots", "aria-labelledby": "slots-title" }, [
      element("div", { class: "slots-head" }, [element("h2", { id: "slots-title" }, words.say("slots.title")), close]),
      this.form.element, this.status, this.place,
    ]);
    this.dialog.addEventListener("close", () => this.#closed());
    document.body.append(this.dialog);
    this.#draw();
    this.dialog.showModal();
    this.form.focus();
    this.timer = setInterval(() => this.#tick(), 1000);
  }

  #closed() {
    clearInterval(this.timer);
    // Whoever closes the dialog has given the window up; a hold would keep it from others.
    const { held } = this;
    this.held = null;
    if (held) void this.board.api.post(`/slots/${encodeURIComponent(held.id)}/release`).catch(() => {});
    this.dialog?.remove();
    this.dialog = null;
  }

  #draw() {
    const { words } = this;
    this.status.textContent = this.told;
    if (this.offers.length === 0) return this.place.replaceChildren();
    drawOffers(this.place, this.offers, this.held, this.busy, {
      words, clock: this.board.clock(),
      name: (id) => {
        const engineer = this.board.world?.engineers.find((one) => one.id === id);
        return engineer ? words.engineer(engineer) : id;
      },
      hold: (slot) => void this.#hold(slot),
      confirm: (slot) => void this.#confirm(slot),
      release: (slot) => void this.#release(slot),
    });
    return undefined;
  }

  /** @param {Record<string, unknown>} query */
  async #search(query) {
    await this.#letGo();
    await this.#guarded(this.words.say("slots.searching"), async () => {
      this.offers = [];
      const found = await this.board.api.post("/slots", query);
      this.offers = found.items;
      this.told = this.offers.length === 0 ? this.words.say("slots.none") : "";
    });
    /** @type {HTMLElement | null} */ (this.place.querySelector("button"))?.focus();
  }

  /** @param {WireSlot} slot */
  async #hold(slot) {
    await this.#letGo();
    await this.#guarded("", async () => this.#took(await this.#step(slot, "hold")));
    /** @type {HTMLElement | null} */ (this.place.querySelector(".main-action"))?.focus();
  }

  /** @param {WireSlot} slot */
  async #release(slot) {
    await this.#guarded("", async () => {
      await this.#step(slot, "release");
      this.offers = this.offers.filter((one) => one.id !== slot.id);
      this.held = null;
      this.told = this.words.say("slots.released");
    });
  }

  /** @param {WireSlot} slot */
  async #confirm(slot) {
    await this.#guarded("", async () => {
      const done = await this.#step(slot, "confirm");
      this.held = null;
      this.offers = [];
      await this.#finish(done);
    });
  }

  /** What is held goes before something else is. */
  async #letGo() {
    const { held } = this;
    this.held = null;
    if (held) await this.#step(held, "release").catch(() => null);
  }

  /** @param {WireSlot} slot */
  #took(slot) {
    this.held = slot;
    this.offers = this.offers.map((one) => (one.id === slot.id ? slot : one));
  }

  /** @param {WireSlot} slot @param {string} step @returns {Promise<WireSlot>} */
  #step(slot, step) {
    return this.board.api.post(`/slots/${encodeURIComponent(slot.id)}/${step}`);
  }

  /** Say what was agreed, and watch the run that plans it. @param {WireSlot} slot */
  async #finish(slot) {
    const { words } = this;
    const clock = this.board.clock();
    const name = this.board.world?.engineers.find((one) => one.id === slot.engineer);
    const window = `${clock.moment(Date.parse(slot.start))} – ${clock.time(Date.parse(slot.end))}`;
    const agreed = words.say("slots.confirmed", {
      request: slot.request ?? "", window, name: name ? words.engineer(name) : slot.engineer,
    });
    const more = element("p", { class: "quiet" }, words.say(slot.run ? "slots.planning" : "slots.later"));
    const show = element("button", { type: "button", class: "main-action" }, words.say("slots.show"), {
      on: { click: () => void this.#show(slot) },
    });
    const again = element("button", { type: "button", class: "tool" }, words.say("slots.again"), {
      on: { click: () => { this.dialog?.close(); this.open(); } },
    });
    this.form?.element.remove();
    this.status.textContent = "";
    this.place.replaceChildren(element("p", { class: "fine agreed", role: "status" }, [foreign(agreed)]), more, element("div", { class: "tools" }, [again, show]));
    show.focus();
    if (slot.run) void this.#watch(slot.run, more);
  }

  /** @param {string} run @param {HTMLElement} place */
  async #watch(run, place) {
    while (this.dialog?.contains(place)) {
      const found = await this.board.api.read(`/runs/${encodeURIComponent(run)}`).catch(() => null);
      if (found && FINAL.includes(found.state)) {
        await this.board.load(true);
        if (found.state === "done") place.textContent = this.words.say("slots.planned");
        else if (found.error) place.textContent = this.words.say("slots.failed", { detail: found.error });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** @param {WireSlot} slot */
  async #show(slot) {
    const request = await this.board.api.read(`/requests/${encodeURIComponent(slot.request ?? "")}`).catch(() => null);
    await this.board.load(true);
    this.dialog?.close();
    const known = request?.visit && this.board.world?.visits.has(request.visit);
    this.board.choose(known ? { kind: "visit", id: request.visit } : { kind: "request", id: slot.request ?? "" });
  }

  /** @param {string} meanwhile @param {() => Promise<void>} act */
  async #guarded(meanwhile, act) {
    if (this.busy) return;
    this.busy = true;
    this.told = meanwhile;
    this.#draw();
    const shown = this.place;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.told = this.words.say("slots.failed", { detail: error.detail || this.words.say("unreachable") });
    } finally {
      this.busy = false;
    }
    if (!shown.querySelector(".agreed")) this.#draw();
  }

  #tick() {
    const { held } = this;
    if (!held?.expires_at) return;
    const left = Math.ceil((Date.parse(held.expires_at) - this.board.clock().now()) / 1000);
    if (left <= 0) {
      this.held = null;
      this.offers = this.offers.filter((one) => one.id !== held.id);
      this.told = this.words.say("slots.ran.out");
      this.#draw();
      return;
    }
    const place = this.place.querySelector(".countdown");
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (place) place.textContent = this.words.say("slots.held", { time });
  }
}
