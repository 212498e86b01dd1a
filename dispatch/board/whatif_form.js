/**
 * Asking: scenarios to compare with the base, or one of the questions; both go to the service as
 * the documents that scenario files hold.
 */

import { element } from "./element.js";
import { ChangeForm, drawField, valueOf } from "./whatif_changes.js";

/** @typedef {import("./whatif_changes.js").Choices} Choices */
/** @typedef {import("./whatif_changes.js").FieldSpec} FieldSpec */

/** @type {Record<string, FieldSpec[]>} */
const QUESTIONS = {
  team: [{ name: "share", as: "number", needed: true }, { name: "territory", as: "pick", from: "territories" }, { name: "skill", as: "pick", from: "skills" }, { name: "each_skill", as: "yes" }],
  worth: [{ name: "parts", as: "pick", from: "parts" }],
  home: [{ name: "like", as: "pick", from: "engineers", needed: true }, { name: "places", as: "pick", from: "locations", needed: true }],
  depot: [{ name: "like", as: "pick", from: "depots", needed: true }, { name: "places", as: "pick", from: "locations", needed: true }],
  best: [],
  sla_price: [{ name: "contract", as: "pick", from: "contracts", needed: true }, { name: "within", as: "hours", needed: true }, { name: "severity", as: "severity" }],
  breaking: [{ name: "share", as: "number", needed: true }, { name: "most", as: "number", needed: true }],
};
/** Fields in which several may be chosen. */
const SEVERAL = new Set(["places", "parts"]);
const COMPARISON = "comparison";
/** @type {Record<string, string>} */
const USUAL = { share: "0.95", most: "4" };
const COMMON = /** @type {FieldSpec[]} */ ([
  { name: "title", as: "id" },
  { name: "days", as: "whole", needed: true },
  { name: "replications", as: "whole", needed: true },
  { name: "seed", as: "whole", needed: true },
]);
/** @type {Record<string, string>} */
const COMMON_USUAL = { days: "1", replications: "30", seed: "1" };

/** The form of a new what-if. */
export class AskForm {
  /**
   * @param {import("./office_page.js").OfficePage} page
   * @param {Choices} choices
   * @param {string} offset
   * @param {(body: Record<string, unknown>) => Promise<void>} send
   */
  constructor(page, choices, offset, send) {
    this.page = page;
    this.words = page.words;
    this.choices = choices;
    this.offset = offset;
    this.send = send;
    /** @type {ScenarioForm[]} */
    this.scenarios = [];
    const { words } = this;
    this.kind = element("select", { id: "ask-kind" }, [COMPARISON, ...Object.keys(QUESTIONS)].map((kind) =>
      element("option", { value: kind }, words.say(`whatif.ask.${kind}`))), { on: { change: () => this.#kindChosen() } });
    this.about = element("p", { class: "hint-line" });
    this.special = element("div", { class: "fields" });
    this.list = element("div", { class: "scenarios" });
    this.more = element("button", { type: "button", class: "tool" }, words.say("whatif.scenario.add"), { on: { click: () => this.#addScenario(true) } });
    this.policy = drawField(words, { name: "policy", as: "pick", from: "policies", needed: true }, choices, words.say("whatif.field.policy"));
    for (const option of this.policy.control.querySelectorAll("option")) option.textContent = words.say(`whatif.policy.${option.value}`);
    this.common = COMMON.map((spec) => {
      const drawn = drawField(words, spec, choices, words.say(`whatif.field.${spec.name}`));
      drawn.control.value = COMMON_USUAL[spec.name] ?? "";
      return { spec, ...drawn };
    });
    this.wrong = element("div", { class: "wrong warning", role: "alert" });
    this.button = element("button", { type: "submit", class: "main-action" }, words.say("whatif.start"));
    this.node = element("form", { class: "ask-form" }, [
      element("div", { class: "field" }, [element("label", { for: "ask-kind" }, words.say("whatif.ask")), this.kind]),
      this.about, this.special, this.list, this.more,
      element("div", { class: "fields" }, [...this.common.map((one) => one.row), this.policy.row]),
      this.wrong,
      element("div", { class: "actions" }, [this.button]),
    ], { on: { submit: (event) => { event.preventDefault(); void this.#submit(); } } });
    this.#addScenario(false);
    this.#kindChosen();
  }

  #kindChosen() {
    const kind = this.kind.value;
    const compares = kind === COMPARISON || kind === "best";
    this.about.textContent = this.words.say(`whatif.about.${kind}`);
    this.list.hidden = this.more.hidden = !compares;
    for (const control of this.list.querySelectorAll("input, select")) /** @type {HTMLInputElement} */ (control).disabled = !compares;
    this.policy.row.hidden = kind !== COMPARISON;
    this.questions = (QUESTIONS[kind] ?? []).map((spec) => {
      const drawn = drawField(this.words, spec, this.choices, this.words.say(`whatif.field.${spec.name}`));
      drawn.control.value = USUAL[spec.name] ?? drawn.control.value;
      if (SEVERAL.has(spec.name) && drawn.control instanceof HTMLSelectElement) {
        drawn.control.multiple = true;
        // Nothing chosen says what the option "any" says where only one can be.
        drawn.control.querySelector("option[value='']")?.remove();
        drawn.control.selectedIndex = -1;
        drawn.control.size = Math.min(6, drawn.control.options.length);
      }
      return { spec, ...drawn };
    });
    this.special.replaceChildren(...this.questions.map((one) => one.row));
  }

  /** @param {boolean} focus */
  #addScenario(focus) {
    const one = new ScenarioForm(this, this.scenarios.length + 1, () => {
      this.scenarios = this.scenarios.filter((other) => other !== one);
      one.node.remove();
      this.more.focus();
    });
    this.scenarios.push(one);
    this.list.append(one.node);
    if (focus) one.name.focus();
  }

  /** @returns {Record<string, unknown>} */
  body() {
    const kind = this.kind.value;
    /** @type {Record<string, any>} */
    const body = {};
    for (const { spec, control } of this.common) {
      const value = valueOf(spec, control.value.trim(), this.offset);
      if (value !== undefined) body[spec.name] = value;
    }
    if (kind === COMPARISON || kind === "best") body.scenarios = this.scenarios.map((one) => one.document());
    if (kind === COMPARISON) return { ...body, policy: this.policy.control.value };
    /** @type {Record<string, any>} */
    const question = { kind };
    for (const { spec, control } of this.questions ?? []) {
      if (control instanceof HTMLSelectElement && control.multiple) {
        question[spec.name] = [...control.selectedOptions].map((option) => option.value);
        continue;
      }
      const value = valueOf(spec, control.value.trim(), this.offset);
      if (value !== undefined) question[spec.name] = value;
    }
    return { ...body, question };
  }

  async #submit() {
    this.wrong.replaceChildren();
    this.button.disabled = true;
    try {
      await this.send(this.body());
    } catch (error) {
      const issues = /** @type {{issues?: import("./office_calls.js").Issue[]}} */ (error).issues ?? [];
      if (!issues.length) this.page.failed(error);
      this.wrong.replaceChildren(element("ul", {}, issues.map((one) =>
        element("li", { dir: "auto" }, this.words.say("whatif.wrong", { where: one.pointer, value: String(one.value), expected: one.expected })))));
    } finally {
      this.button.disabled = false;
    }
  }
}

/** One scenario: a name, what it costs a day, its changes; or a file that holds them. */
class ScenarioForm {
  /**
   * @param {AskForm} form
   * @param {number} number
   * @param {() => void} remove
   */
  constructor(form, number, remove) {
    this.form = form;
    const { words } = form;
    /** @type {ChangeForm[]} */
    this.changes = [];
    /** @type {Record<string, unknown> | null} */
    this.file = null;
    const name = drawField(words, { name: "name", as: "id" }, {}, words.say("whatif.field.name"));
    this.name = name.control;
    const price = drawField(words, { name: "price", as: "number" }, {}, words.say("whatif.field.price"));
    this.price = price.control;
    this.list = element("div", { class: "changes" });
    const fileId = `scenario-file-${number}`;
    const file = element("input", { id: fileId, type: "file", accept: ".json,application/json" }, [], { on: { change: () => void this.#read(file) } });
    this.told = element("p", { class: "hint-line", role: "status" });
    this.add = element("button", { type: "button", class: "tool" }, words.say("whatif.change.add"), { on: { click: () => this.#addChange(true) } });
    this.node = element("fieldset", { class: "scenario" }, [
      element("legend", {}, words.say("whatif.scenario.of", { number })),
      element("div", { class: "fields" }, [name.row, price.row, element("div", { class: "field" }, [element("label", { for: fileId }, words.say("whatif.file")), file])]),
      this.told, this.list,
      element("div", { class: "actions" }, [this.add, element("button", { type: "button", class: "tool" }, words.say("whatif.scenario.remove"), { on: { click: remove } })]),
    ]);
    this.#addChange(false);
  }

  /** @param {boolean} focus */
  #addChange(focus) {
    const { words, choices, offset } = this.form;
    const one = new ChangeForm(words, choices, offset, (gone) => {
      this.changes = this.changes.filter((other) => other !== gone);
      gone.node.remove();
      this.add.focus();
    });
    this.changes.push(one);
    this.list.append(one.node);
    if (focus) one.kind.focus();
  }

  /** @param {HTMLInputElement} input */
  async #read(input) {
    const { words } = this.form;
    const chosen = input.files?.[0];
    this.file = null;
    this.told.textContent = "";
    if (!chosen) return;
    try {
      const read = JSON.parse(await chosen.text());
      this.file = Array.isArray(read) ? { changes: read } : read;
      const changes = /** @type {any} */ (this.file).changes?.length ?? 0;
      this.told.textContent = words.say("whatif.file.read", { name: chosen.name, count: changes });
      for (const one of this.changes) one.node.remove();
      this.changes = [];
      if (!this.name.value) this.name.value = String(/** @type {any} */ (this.file).name ?? "");
    } catch {
      this.told.textContent = words.say("whatif.file.bad", { name: chosen.name });
    }
  }

  /** @returns {Record<string, unknown>} */
  document() {
    const own = this.changes.map((one) => one.document());
    /** @type {any} */
    const found = { ...(this.file ?? {}) };
    found.changes = [...(found.changes ?? []), ...own];
    if (this.name.value.trim()) found.name = this.name.value.trim();
    if (this.price.value) found.price_per_day = Math.round(100 * Number(this.price.value));
    return found;
  }
}
