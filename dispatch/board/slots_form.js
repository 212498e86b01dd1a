/**
 * What a caller is asked: where, which machine, what is wrong with it, how bad, and by when.
 */

import { element } from "./element.js";

/** @typedef {import("./types.js").World} World */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {{id: string, name: string, model: string, type: string}} Machine */
/** @typedef {{code: string, title: string, title_en: string}} Fault */
/** @typedef {{id: string, name: string, name_en?: string, faults: Fault[]}} Type */

const MOST_SITES = 40;
const SEVERITIES = ["critical", "major", "minor"];
const WINDOWS = [60, 120, 180, 240];
const DAYS = [1, 2, 3, 5, 7, 14];

/** The form of the slot finder. */
export class SlotForm {
  /**
   * @param {import("./api.js").Api} api
   * @param {World} world
   * @param {Words} words
   * @param {import("./types.js").Chosen} chosen
   * @param {(query: Record<string, unknown>) => void} search
   */
  constructor(api, world, words, chosen, search) {
    this.api = api;
    this.words = words;
    this.search = search;
    /** Sites by what stands in the field. @type {Map<string, string>} */
    this.sites = new Map(world.answers.sites.map((one) => [`${words.nameOf(one)} (${one.id})`, one.id]));
    /** @type {Machine[]} */
    this.machines = [];
    /** Site whose machines are listed. @type {string | undefined} */
    this.shown = undefined;
    /** @type {Map<string, Type> | null} */
    this.types = null;
    const datalist = element("datalist", { id: "slot-sites" });
    this.site = element("input", {
      id: "slot-site", list: "slot-sites", required: true, autocomplete: "off", maxlength: 500, dir: "auto", placeholder: words.say("slots.site.hint"),
    });
    const offer = () => {
      const wanted = this.site.value.toLocaleLowerCase();
      const fitting = [...this.sites.keys()].filter((one) => one.toLocaleLowerCase().includes(wanted));
      datalist.replaceChildren(...fitting.slice(0, MOST_SITES).map((value) => element("option", { value })));
    };
    this.site.addEventListener("input", () => {
      this.site.setCustomValidity("");
      offer();
      void this.#machinesOf(this.sites.get(this.site.value));
    });
    this.equipment = element("select", { id: "slot-equipment" });
    this.equipment.addEventListener("change", () => void this.#faultsOf());
    this.fault = element("select", { id: "slot-fault" });
    this.fault.addEventListener("change", () => {
      const name = this.fault.selectedOptions[0]?.textContent ?? "";
      if (this.fault.value !== "" && (this.summary.value === "" || this.summary.dataset.given !== undefined)) {
        this.summary.value = name;
        this.summary.dataset.given = "";
      }
    });
    this.severity = options("slot-severity", SEVERITIES.map((one) => [one, words.code("severity", one)]), "minor");
    this.summary = element("input", { id: "slot-summary", required: true, maxlength: 1000, dir: "auto" });
    this.summary.addEventListener("input", () => delete this.summary.dataset.given);
    this.days = options("slot-days", DAYS.map((one) => [String(one), String(one)]), "3");
    this.window = options("slot-window", WINDOWS.map((one) => [String(one), words.duration(one * 60)]), "120");
    this.element = element("form", { class: "slot-form" }, [
      this.#field("site", this.site, "wide"), datalist,
      this.#field("equipment", this.equipment), this.#field("fault", this.fault),
      this.#field("summary", this.summary, "wide"),
      this.#field("severity", this.severity), this.#field("days", this.days), this.#field("window", this.window),
      element("button", { type: "submit", class: "main-action" }, words.say("slots.search")),
    ]);
    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.#listMachines();
    this.#listFaults([]);
    const site = chosen?.kind === "visit" ? world.visits.get(chosen.id)?.site : undefined;
    if (site) {
      this.site.value = `${words.nameOf(site)} (${site.id})`;
      void this.#machinesOf(site.id);
    }
    offer();
  }

  focus() {
    (this.site.value === "" ? this.site : this.equipment).focus();
  }

  /** @param {string} key @param {HTMLElement} control @param {string} [kind] */
  #field(key, control, kind = "") {
    return element("div", { class: `field ${kind}`.trim() }, [
      element("label", { for: control.id }, this.words.say(`slots.${key}`)), control,
    ]);
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const site = this.sites.get(this.site.value);
    if (site === undefined) {
      this.site.setCustomValidity(this.words.say("slots.site.unknown"));
      this.site.reportValidity();
      return;
    }
    this.search({
      site, severity: this.severity.value, summary: this.summary.value.trim() || this.fault.value || "?",
      days: Number(this.days.value), window_minutes: Number(this.window.value), most: 6,
      ...(this.equipment.value ? { equipment: this.equipment.value } : {}),
      ...(this.fault.value ? { fault: this.fault.value } : {}),
    });
  }

  /** @param {string | undefined} site */
  async #machinesOf(site) {
    if (site === this.shown) return;
    this.shown = site;
    this.machines = [];
    if (site !== undefined) {
      const found = await this.api.read(`/equipment?limit=200&site=${encodeURIComponent(site)}`).catch(() => ({ items: [] }));
      await this.#learnTypes();
      if (this.shown !== site) return;
      this.machines = found.items;
    }
    this.#listMachines();
    await this.#faultsOf();
  }

  async #faultsOf() {
    const type = this.machines.find((one) => one.id === this.equipment.value)?.type;
    if (type === undefined) return this.#listFaults([]);
    await this.#learnTypes();
    return this.#listFaults(this.types?.get(type)?.faults ?? []);
  }

  async #learnTypes() {
    if (this.types !== null) return;
    const types = await this.api.all("/equipment-types").catch(() => []);
    this.types = new Map(types.map((one) => [one.id, one]));
  }

  /** A machine has one name, its type has one in either language. @param {Machine} one */
  #called(one) {
    const type = this.types?.get(one.type);
    const english = type?.name_en ? `${type.name_en} ${one.model}`.trim() : "";
    const name = this.words.machine(one.name, english) || one.model;
    return name ? `${name} · ${one.id}` : one.id;
  }

  #listMachines() {
    const { words } = this;
    this.equipment.replaceChildren(
      element("option", { value: "" }, words.say("slots.equipment.none")),
      ...this.machines.map((one) => element("option", { value: one.id, dir: "auto" }, this.#called(one))),
    );
    if (this.machines.length === 1) this.equipment.value = this.machines[0].id;
  }

  /** @param {Fault[]} faults */
  #listFaults(faults) {
    const { words } = this;
    const name = (/** @type {Fault} */ one) => (words.language === "en" && one.title_en) || one.title || one.code;
    this.fault.replaceChildren(
      element("option", { value: "" }, words.say("slots.fault.none")),
      ...faults.map((one) => element("option", { value: one.code, dir: "auto" }, name(one))),
    );
  }
}

/** @param {string} id @param {string[][]} choices @param {string} value */
function options(id, choices, value) {
  const made = element("select", { id }, choices.map(([one, name]) => element("option", { value: one }, name)));
  made.value = value;
  return made;
}
