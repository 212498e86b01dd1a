/**
 * The changes a scenario is made of: which fields each kind has, and how a form of them becomes the
 * document of a scenario file. No kind is known anywhere else on the page.
 */

import { element } from "./element.js";

/**
 * @typedef {Record<string, string[]> & {names?: Record<string, Record<string, {name: string, name_en: string}>>}} Choices
 * ids of the base by what they are, and what they are called
 */
/**
 * @typedef {object} FieldSpec
 * @property {string} name in the document
 * @property {"id" | "pick" | "whole" | "number" | "minutes" | "hours" | "severity" | "yes" | "day" | "start" | "end"} as
 * @property {string} [from] list of choices
 * @property {boolean} [needed]
 */

/** @type {(name: string, from: string, needed?: boolean) => FieldSpec} */
const pick = (name, from, needed = false) => ({ name, as: "pick", from, needed });
/** @type {(name: string, as: FieldSpec["as"], needed?: boolean) => FieldSpec} */
const plain = (name, as, needed = false) => ({ name, as, needed });

/** @type {Record<string, FieldSpec[]>} */
export const CHANGES = {
  engineer_added: [plain("id", "id", true), pick("like", "engineers", true), pick("home", "locations"), pick("territory", "territories")],
  engineer_removed: [pick("engineer", "engineers", true)],
  engineer_absent: [pick("engineer", "engineers", true), plain("from", "start"), plain("until", "end")],
  skill_trained: [pick("engineer", "engineers", true), pick("skill", "skills", true), plain("level", "whole")],
  shift_moved: [pick("engineer", "engineers", true), plain("by", "minutes", true)],
  shift_extended: [pick("engineer", "engineers", true), plain("by", "minutes", true)],
  depot_opened: [plain("id", "id", true), pick("location", "locations", true)],
  van_stock: [pick("part", "parts", true), plain("by", "whole"), plain("to", "whole"), pick("engineer", "engineers")],
  depot_stock: [pick("depot", "depots", true), pick("part", "parts", true), plain("by", "whole"), plain("to", "whole")],
  sla_changed: [
    pick("contract", "contracts"), plain("severity", "severity"), plain("arrive_within", "hours"),
    plain("breach_fee", "number"), plain("lateness_per_hour", "number"), plain("around_the_clock", "yes"),
  ],
  demand_scaled: [
    plain("factor", "number", true), pick("type", "types"), pick("location", "locations"), pick("territory", "territories"),
    pick("customer", "customers"), plain("severity", "severity"), plain("from", "day"), plain("until", "day"),
  ],
  customer_won: [plain("customer", "id", true), pick("like", "customers", true), pick("location", "locations"), pick("contract", "contracts")],
  customer_lost: [pick("customer", "customers", true)],
  travel_slower: [plain("factor", "number", true)],
};
/** Amounts that people write in whole money and documents hold in minor units. */
const MONEY = new Set(["breach_fee", "lateness_per_hour"]);
/** What a document holds below another name. */
const BELOW = "depot";
const SEVERITIES = ["critical", "major", "minor", "consultation"];
const TYPES = { day: "date", start: "date", end: "date", whole: "number", number: "number", minutes: "number", hours: "number" };

let made = 0;

/**
 * One field with its label.
 *
 * @param {import("./words.js").Words} words
 * @param {FieldSpec} spec
 * @param {Choices} choices
 * @param {string} label
 * @returns {{row: HTMLElement, control: HTMLInputElement | HTMLSelectElement}}
 */
export function drawField(words, spec, choices, label) {
  made += 1;
  const id = `field-${made}`;
  const lists = { pick: choices[spec.from ?? ""] ?? [], severity: SEVERITIES, yes: ["true"] };
  const list = lists[/** @type {keyof typeof lists} */ (spec.as)];
  const control = list === undefined
    ? element("input", {
      id, name: spec.name, required: spec.needed, type: TYPES[/** @type {keyof typeof TYPES} */ (spec.as)] ?? "text",
      step: spec.as === "whole" || spec.as === "minutes" ? 1 : "any", maxlength: 200,
    })
    : element("select", { id, name: spec.name, required: spec.needed }, [
      ...(spec.needed ? [] : [element("option", { value: "" }, words.say("whatif.any"))]),
      ...list.map((one) => element("option", { value: one }, optionName(words, spec, one, choices))),
    ]);
  const row = element("div", { class: "field" }, [element("label", { for: id }, label), control]);
  return { row, control };
}

/**
 * What an option is called: a name with its id, so that two of the same name are told apart.
 *
 * @param {import("./words.js").Words} words
 * @param {FieldSpec} spec
 * @param {string} value
 * @param {Choices} choices
 */
function optionName(words, spec, value, choices) {
  if (spec.as === "severity") return words.say(`whatif.severity.${value}`);
  if (spec.as === "yes") return words.say("whatif.yes");
  const called = choices.names?.[spec.from ?? ""]?.[value];
  const name = (words.language === "en" && called?.name_en) || called?.name;
  return name && name !== value ? words.say("whatif.called", { name, id: value }) : value;
}

/** One change of a scenario: its kind, its fields, a way to take it out again. */
export class ChangeForm {
  /**
   * @param {import("./words.js").Words} words
   * @param {Choices} choices
   * @param {string} offset of the company's clock, for example +08:00
   * @param {(one: ChangeForm) => void} remove
   */
  constructor(words, choices, offset, remove) {
    this.words = words;
    this.choices = choices;
    this.offset = offset;
    made += 1;
    const id = `kind-${made}`;
    this.kind = element("select", { id }, Object.keys(CHANGES).map((kind) =>
      element("option", { value: kind }, words.say(`whatif.change.${kind}`))), { on: { change: () => this.#fields() } });
    this.fields = element("div", { class: "fields" });
    this.node = element("div", { class: "change", role: "group", "aria-label": words.say("whatif.change") }, [
      element("div", { class: "field" }, [element("label", { for: id }, words.say("whatif.change")), this.kind]),
      this.fields,
      element("button", { type: "button", class: "tool" }, words.say("whatif.change.remove"), { on: { click: () => remove(this) } }),
    ]);
    /** @type {{spec: FieldSpec, control: HTMLInputElement | HTMLSelectElement}[]} */
    this.controls = [];
    this.#fields();
  }

  #fields() {
    this.controls = CHANGES[this.kind.value].map((spec) => {
      const { row, control } = drawField(this.words, spec, this.choices, this.words.say(`whatif.field.${spec.name}${UNITS[spec.as] ?? ""}`));
      this.fields.append(row);
      return { spec, control, row };
    });
    this.fields.replaceChildren(...this.controls.map((one) => /** @type {any} */ (one).row));
  }

  /** @returns {Record<string, unknown>} */
  document() {
    /** @type {Record<string, any>} */
    const found = { change: this.kind.value };
    for (const { spec, control } of this.controls) {
      const value = valueOf(spec, control.value.trim(), this.offset);
      if (value !== undefined) found[spec.name] = value;
    }
    if (found.change !== "depot_opened") return found;
    // A depot that is only tried out has whatever is asked for.
    return { change: found.change, [BELOW]: { id: found.id, location: found.location, stock: null } };
  }
}

/** @type {Partial<Record<FieldSpec["as"], string>>} */
const UNITS = { minutes: ".minutes" };

/**
 * A value of a field as documents hold it.
 *
 * @param {FieldSpec} spec
 * @param {string} text
 * @param {string} offset
 */
export function valueOf(spec, text, offset) {
  if (text === "") return undefined;
  switch (spec.as) {
    case "whole": return Math.round(Number(text));
    case "number": return MONEY.has(spec.name) ? Math.round(100 * Number(text)) : Number(text);
    case "minutes": return `${Number(text) < 0 ? "-" : ""}PT${Math.abs(Math.round(Number(text)))}M`;
    case "hours": return `PT${Math.round(60 * Number(text))}M`;
    case "yes": return true;
    case "start": return `${text}T00:00:00${offset}`;
    case "end": return `${text}T23:59:59${offset}`;
    default: return text;
  }
}
