/**
 * One record as a form: made of what the server says about its fields, saved with the version that
 * was read, and explained when somebody else was first.
 */

import { explainConflict } from "./data_conflict.js";
import { expectedIn } from "./data_expected.js";
import { Unreadable, kindName, meant, same, written } from "./data_fields.js";
import { element, foreign } from "./element.js";
import { Problem } from "./office_calls.js";
import { ask, openDialog } from "./office_dialog.js";

/** @typedef {import("./data_fields.js").Field} Field */
/** @typedef {import("./data_fields.js").Values} Values */
/** @typedef {{kind: string, fields: Field[], may_change: boolean}} Table */

const MANY_LINES = new Set(["lines", "levels", "counts", "document", "long_text"]);

/** The form of one record. */
export class RecordForm {
  /**
   * @param {import("./office_page.js").OfficePage} page
   * @param {Table} table
   * @param {{version: number, record: Values} | null} row null: a new one
   * @param {(told: string) => void} done
   */
  constructor(page, table, row, done) {
    this.page = page;
    this.table = table;
    this.done = done;
    this.version = row?.version ?? 0;
    /** What was read; a field counts as changed when it differs. @type {Values} */
    this.base = row?.record ?? {};
    this.isNew = row === null;
    /** @type {Map<string, HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>} */
    this.inputs = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.wrongs = new Map();
    this.wrong = element("div", { class: "wrong", role: "alert" });
    this.conflict = element("div", { class: "conflict", hidden: true });
    this.#open();
  }

  #open() {
    const { words } = this.page;
    const may = this.table.may_change;
    const kind = kindName(words, this.table.kind);
    const title = this.isNew ? words.say("data.new", { kind }) : words.say("data.record", { kind, id: this.base.id });
    const save = element("button", { type: "submit", class: "main-action" }, words.say("data.save"));
    const remove = element("button", { type: "button", class: "tool danger" }, words.say("data.remove"), {
      on: { click: () => void this.#remove() },
    });
    const form = element("form", { class: "record", novalidate: true }, [
      element("div", { class: "fields" }, this.table.fields.map((field) => this.#field(field, !may))),
      this.wrong, this.conflict,
      !may ? element("p", { class: "hint-line" }, words.say("data.read.only")) : element("div", { class: "actions" }, [
        this.isNew ? null : remove, element("span", { class: "gap" }), save,
      ]),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save(save);
    });
    this.dialog = openDialog(title, [form], { wide: true, closeWord: words.say("data.close") });
    const first = [...this.inputs.values()].find((one) => !one.disabled);
    first?.focus();
  }

  /**
   * @param {Field} field
   * @param {boolean} locked
   */
  #field(field, locked) {
    const { words } = this.page;
    const id = `field-${field.name}`;
    const fixed = locked || (field.name === "id" && !this.isNew);
    const value = this.isNew ? field.default : this.base[field.name];
    const input = this.#input(field, id, value, fixed);
    this.inputs.set(field.name, input);
    const hint = words.dictionary[`hint.${field.kind}`];
    const wrong = element("p", { id: `${id}-wrong`, class: "wrong" });
    this.wrongs.set(field.name, wrong);
    const needed = field.required ? element("span", { class: "needed" }, ` (${words.say("data.required")})`) : null;
    return element("div", { class: field.kind === "document" ? "field document" : "field" }, [
      element("label", { for: id }, [words.code("field", field.name), needed]),
      input, this.#choices(field, id, input),
      hint && !fixed ? element("p", { id: `${id}-hint`, class: "hint-line" }, hint) : null,
      wrong,
    ]);
  }

  /**
   * @param {Field} field
   * @param {string} id
   * @param {any} value
   * @param {boolean} fixed
   */
  #input(field, id, value, fixed) {
    const { words } = this.page;
    const common = { id, disabled: fixed, "aria-describedby": words.dictionary[`hint.${field.kind}`] && !fixed ? `${id}-hint ${id}-wrong` : `${id}-wrong`, "aria-required": field.required ? "true" : undefined };
    if (field.kind === "yes_no") {
      const box = element("input", { ...common, type: "checkbox" });
      box.checked = Boolean(value);
      return box;
    }
    if (field.kind === "choice") {
      const options = field.nullable || this.isNew ? ["", ...field.choices] : field.choices;
      const select = element("select", common, options.map((one) =>
        element("option", { value: one }, one === "" ? "—" : words.code(`choice.${field.name}`, one))));
      select.value = value ?? "";
      return select;
    }
    if (MANY_LINES.has(field.kind)) {
      const area = element("textarea", { ...common, rows: field.kind === "document" ? 7 : 3, dir: "auto", spellcheck: "false" });
      area.value = written(field, value);
      return area;
    }
    const types = /** @type {Record<string, string>} */ ({ day: "date" });
    const refers = field.refers_to ? `${id}-choices` : undefined;
    const input = element("input", { ...common, type: types[field.kind] ?? "text", dir: field.kind === "text" ? "auto" : undefined, list: refers, autocomplete: "off" });
    input.value = written(field, value);
    return input;
  }

  /**
   * Ids to choose from where another record is named, found while somebody types.
   *
   * @param {Field} field
   * @param {string} id
   * @param {HTMLElement} input
   */
  #choices(field, id, input) {
    if (!field.refers_to || !(input instanceof HTMLInputElement)) return null;
    const list = element("datalist", { id: `${id}-choices` });
    let asked = "";
    const find = async () => {
      const search = input.value.trim();
      if (search === asked && list.children.length) return;
      asked = search;
      const path = `/tables/${field.refers_to}?limit=20&search=${encodeURIComponent(search)}`;
      const found = await this.page.calls.get(path).catch(() => ({ rows: [] }));
      list.replaceChildren(...found.rows.map((/** @type {any} */ row) => element("option", { value: row.record.id }, [
        this.page.words.nameOf({ name: row.record.name ?? row.record.customer ?? "", name_en: row.record.name_en ?? row.record.customer_en }),
      ])));
    };
    input.addEventListener("input", () => void find());
    input.addEventListener("focus", () => void find(), { once: true });
    return list;
  }

  /** What stands in the form now; null when some of it cannot be read. @returns {Values | null} */
  values() {
    const { words } = this.page;
    /** @type {Values} */
    const found = {};
    let readable = true;
    this.#clear();
    for (const field of this.table.fields) {
      const input = this.inputs.get(field.name);
      if (!input) continue;
      try {
        const value = input instanceof HTMLInputElement && input.type === "checkbox" ? input.checked : meant(field, input.value);
        if (value !== undefined) found[field.name] = value;
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.#mark(field.name, words.say(`data.unreadable.${error.what}`));
        readable = false;
      }
    }
    if (!readable) this.#toFirstWrong();
    return readable ? found : null;
  }

  /** Write values into the form. @param {Values} values */
  fill(values) {
    for (const field of this.table.fields) {
      const input = this.inputs.get(field.name);
      if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = Boolean(values[field.name]);
      else if (input) input.value = written(field, values[field.name]);
    }
  }

  /** @param {HTMLButtonElement} button */
  async #save(button) {
    const { words, calls } = this.page;
    const values = this.values();
    if (values === null) return;
    const { kind } = this.table;
    button.disabled = true;
    try {
      if (this.isNew) await calls.change("POST", `/${kind}`, { body: values });
      else await calls.change("PUT", this.#path(), { body: values, match: this.version });
      this.dialog?.close();
      this.done(words.say("data.saved", { id: values.id }));
    } catch (error) {
      await this.#refused(error, values);
    } finally {
      button.disabled = false;
    }
  }

  async #remove() {
    const { words, calls } = this.page;
    const question = words.say("data.remove.sure", { id: this.base.id });
    if (!(await ask(words.say("data.remove"), question, { yes: words.say("data.remove"), no: words.say("data.cancel") }))) return;
    try {
      await calls.change("DELETE", this.#path(), { match: this.version });
      this.dialog?.close();
      this.done(words.say("data.removed", { id: this.base.id }));
    } catch (error) {
      await this.#refused(error, null);
    }
  }

  #path() {
    return `/${this.table.kind}/${encodeURIComponent(this.base.id)}`;
  }

  /** @param {unknown} error @param {Values | null} mine */
  async #refused(error, mine) {
    const { words } = this.page;
    if (!(error instanceof Problem)) throw error;
    this.wrong.replaceChildren();
    if (error.status === 412) return this.#explain(mine);
    if (error.issues.length === 0) {
      const detail = error.detail || words.say("unreachable");
      this.wrong.textContent = words.say(error.status === 404 ? "data.gone" : "data.not.saved", { detail });
      return;
    }
    const strangers = [];
    for (const issue of error.issues) {
      const [, name = "", ...rest] = issue.pointer.split("/");
      const text = (rest.length ? `${rest.join("/")}: ` : "") + expectedIn(words.language, issue.expected);
      if (this.wrongs.has(name)) this.#mark(name, text);
      else strangers.push(element("p", {}, [foreign(text)]));
    }
    this.wrong.replaceChildren(element("p", {}, words.say("data.wrong", { count: error.issues.length })), ...strangers);
    this.#toFirstWrong();
  }

  /** @param {Values | null} mine */
  async #explain(mine) {
    const { words, calls } = this.page;
    try {
      const now = await calls.get(`/tables/${this.table.kind}/records/${encodeURIComponent(this.base.id)}`);
      explainConflict(this.conflict, this.page, this.table.fields, { base: this.base, mine: mine ?? this.base, now }, {
        merge: () => {
          const merged = { ...now.record };
          for (const field of this.table.fields) {
            if (mine && !same(mine[field.name], this.base[field.name])) merged[field.name] = mine[field.name];
          }
          this.#rebase(now, merged);
        },
        take: () => this.#rebase(now, now.record),
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.wrong.textContent = words.say(error.status === 404 ? "data.gone" : "data.not.saved", { detail: error.detail });
    }
  }

  /**
   * Go on from what is stored now.
   *
   * @param {{version: number, record: Values}} now
   * @param {Values} values
   */
  #rebase(now, values) {
    this.version = now.version;
    this.base = now.record;
    this.fill(values);
    this.conflict.hidden = true;
    this.wrong.replaceChildren();
    [...this.inputs.values()].find((one) => !one.disabled)?.focus();
  }

  #clear() {
    this.wrong.replaceChildren();
    for (const [name, place] of this.wrongs) {
      place.textContent = "";
      this.inputs.get(name)?.removeAttribute("aria-invalid");
    }
  }

  /** @param {string} name @param {string} text */
  #mark(name, text) {
    const place = this.wrongs.get(name);
    if (!place) return;
    place.textContent = place.textContent ? `${place.textContent}; ${text}` : text;
    this.inputs.get(name)?.setAttribute("aria-invalid", "true");
  }

  #toFirstWrong() {
    [...this.inputs.values()].find((one) => one.getAttribute("aria-invalid") === "true")?.focus();
  }
}
