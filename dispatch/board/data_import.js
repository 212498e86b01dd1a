/**
 * Bringing a spreadsheet in: choose, look at every bad row at once, and only then store the rest.
 */

import { expectedIn } from "./data_expected.js";
import { kindName } from "./data_fields.js";
import { element, foreign } from "./element.js";
import { Problem } from "./office_calls.js";
import { openDialog } from "./office_dialog.js";

/**
 * @typedef {object} Preview
 * @property {string} fingerprint
 * @property {boolean} stored
 * @property {{kind: string, rows: number, added: number, changed: number, unchanged: number, bad: number, ignored_columns: string[]}[]} tables
 * @property {{sheet: string, row: number | null, column: string, value: unknown, expected: string}[]} bad
 */

const MOST_SHOWN = 500;

/** The dialog of one import. */
export class ImportDialog {
  /**
   * @param {import("./office_page.js").OfficePage} page
   * @param {string} kind the table that is looked at; a file may name another
   * @param {string[]} kinds
   * @param {(told: string) => void} done
   */
  constructor(page, kind, kinds, done) {
    this.page = page;
    this.done = done;
    /** @type {File | null} */
    this.file = null;
    const { words } = page;
    this.choose = element("input", { type: "file", id: "import-file", accept: ".csv,.tsv,.xlsx" }, [], {
      on: { change: () => this.#take(this.choose.files?.[0] ?? null) },
    });
    this.kind = element("select", { id: "import-kind" }, [
      ...kinds.map((one) => element("option", { value: one }, kindName(words, one))),
      element("option", { value: "requests" }, words.say("kind.requests")),
      element("option", { value: "" }, words.say("import.by.name")),
    ], { on: { change: () => void this.#preview() } });
    this.kind.value = kind;
    this.told = element("div", { class: "preview", "aria-live": "polite" });
    this.dialog = openDialog(words.say("import.title"), [
      element("p", {}, words.say("import.how")),
      element("div", { class: "bar" }, [
        element("label", { for: "import-file" }, words.say("import.file")), this.choose,
        element("label", { for: "import-kind" }, words.say("import.kind")), this.kind,
      ]),
      this.told,
    ], { wide: true, closeWord: words.say("data.close") });
    this.choose.focus();
  }

  /** @param {File | null} file */
  async #take(file) {
    this.file = file;
    await this.#preview();
  }

  /** @param {string} [said] what to say above the preview */
  async #preview(said) {
    const { words, calls } = this.page;
    if (this.file === null) return;
    this.told.replaceChildren(element("p", {}, words.say("import.reading")));
    try {
      const preview = await calls.change("POST", `/imports/preview?${this.#query()}`, { file: this.file });
      this.#show(preview, said);
    } catch (error) {
      this.#refused(error);
    }
  }

  #query() {
    const query = new URLSearchParams({ name: this.file?.name.slice(-200) ?? "" });
    if (this.kind.value !== "") query.set("kind", this.kind.value);
    return query.toString();
  }

  /** @param {unknown} error */
  #refused(error) {
    const { words } = this.page;
    if (!(error instanceof Problem)) throw error;
    const lines = error.issues.slice(0, MOST_SHOWN).map((one) => element("li", {}, [
      one.value === null ? null : foreign(String(one.value)), " — ", foreign(expectedIn(words.language, one.expected)),
    ]));
    this.told.replaceChildren(
      element("p", { class: "wrong", role: "alert" }, words.say("import.unreadable", { detail: error.issues.length ? "" : error.detail || words.say("unreachable") })),
      element("ul", { class: "reasons" }, lines),
    );
  }

  /** @param {Preview} preview @param {string} [said] */
  #show(preview, said) {
    const { words } = this.page;
    const good = preview.tables.reduce((sum, one) => sum + one.added + one.changed, 0);
    const bad = preview.tables.reduce((sum, one) => sum + one.bad, 0);
    const ignored = preview.tables.filter((one) => one.ignored_columns.length).map((one) => element("p", { class: "warning" }, [
      words.say("import.ignored", { kind: kindName(words, one.kind) }), " ", foreign(one.ignored_columns.join(", ")),
    ]));
    const store = element("button", { type: "button", class: "main-action", disabled: good === 0 }, words.say("import.store", { count: good }), {
      on: { click: () => void this.#store(preview, store) },
    });
    const cancel = element("button", { type: "button", class: "tool" }, words.say("data.cancel"), { on: { click: () => this.dialog.close() } });
    this.told.replaceChildren(
      said ? element("p", { class: "warning", role: "alert" }, said) : "",
      element("p", { class: "lead" }, words.say("import.nothing.yet")),
      this.#counts(preview),
      ...ignored,
      bad ? element("h3", {}, words.say("import.bad", { count: bad })) : element("p", {}, words.say("import.all.good")),
      bad ? this.#wrongs(preview) : "",
      preview.bad.length > MOST_SHOWN ? element("p", {}, words.say("import.more", { count: preview.bad.length - MOST_SHOWN })) : "",
      element("div", { class: "actions" }, [cancel, store]),
    );
  }

  /** @param {Preview} preview */
  #counts(preview) {
    const { words } = this.page;
    const keys = /** @type {const} */ (["rows", "added", "changed", "unchanged", "bad"]);
    return element("table", { class: "grid counts" }, [
      element("thead", {}, [element("tr", {}, [
        element("th", { scope: "col" }, words.say("import.table")),
        ...keys.map((key) => element("th", { scope: "col", class: "number" }, words.say(`import.count.${key}`))),
      ])]),
      element("tbody", {}, preview.tables.map((one) => element("tr", {}, [
        element("th", { scope: "row" }, kindName(words, one.kind)),
        ...keys.map((key) => element("td", { class: key === "bad" && one.bad ? "number bad" : "number" }, words.numbers.format(one[key]))),
      ]))),
    ]);
  }

  /** @param {Preview} preview */
  #wrongs(preview) {
    const { words } = this.page;
    const several = preview.tables.length > 1;
    const heads = [...(several ? ["import.table"] : []), "import.row", "import.column", "import.value", "import.expected"];
    const rows = preview.bad.slice(0, MOST_SHOWN).map((one) => element("tr", {}, [
      several ? element("td", {}, kindName(words, one.sheet)) : null,
      element("td", { class: "number" }, one.row === null ? "–" : String(one.row)),
      element("td", {}, [foreign(one.column === "" ? words.say("import.whole.row") : one.column)]),
      element("td", { class: "given" }, [
        one.value === null || one.value === "" ? words.say("import.empty") : foreign(String(one.value)),
      ]),
      element("td", {}, [foreign(expectedIn(words.language, one.expected))]),
    ]));
    return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.say("import.bad", { count: preview.tables.reduce((sum, one) => sum + one.bad, 0) }) }, [
      element("table", { class: "grid", id: "bad-rows" }, [
        element("thead", {}, [element("tr", {}, heads.map((key) => element("th", { scope: "col" }, words.say(key))))]),
        element("tbody", {}, rows),
      ]),
    ]);
  }

  /** @param {Preview} preview @param {HTMLButtonElement} button */
  async #store(preview, button) {
    const { words, calls } = this.page;
    button.disabled = true;
    try {
      const query = `${this.#query()}&fingerprint=${preview.fingerprint}`;
      const done = await calls.change("POST", `/imports?${query}`, { file: this.file ?? undefined });
      const stored = done.tables.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.added + one.changed, 0);
      this.dialog.close();
      this.done(words.say("import.stored", { count: stored }));
    } catch (error) {
      if (error instanceof Problem && error.status === 409) await this.#preview(words.say("import.moved"));
      else this.#refused(error);
    }
  }
}
