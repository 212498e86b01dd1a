/**
 * Where the page of master data begins: which table is looked at, and what is done to it.
 */

import { kindName } from "./data_fields.js";
import { RecordForm } from "./data_form.js";
import { ImportDialog } from "./data_import.js";
import { PAGE_ROWS, drawTable } from "./data_table.js";
import { byId, element } from "./element.js";
import { OfficePage } from "./office_page.js";
import { DATA_EN } from "./words_data_en.js";
import { DATA_ZH } from "./words_data_zh.js";

/** @typedef {import("./data_table.js").View} View */
/** @typedef {{kind: string, total: number, fields: import("./data_fields.js").Field[], may_change: boolean}} Table */

const TYPING_MS = 250;

/** @type {Table[]} */
let tables = [];
/** @type {View} */
let view = { kind: "engineers", search: "", sort: "id", descending: false, offset: 0 };
let asked = 0;
/** @type {number | undefined} */
let typing;

const page = new OfficePage(DATA_EN, DATA_ZH, load, () => {
  drawKinds();
  drawBar();
  void showRows();
});
addEventListener("popstate", () => {
  if (!page.ready) return;
  view = fromAddress();
  drawKinds();
  drawBar();
  void showRows();
});

async function load() {
  tables = (await page.calls.get("/tables")).tables;
  view = fromAddress();
  drawKinds();
  drawBar();
  await showRows();
}

/** @returns {View} what the address asks for, so that a table can be linked to and gone back to */
function fromAddress() {
  const query = new URLSearchParams(location.search);
  const kind = query.get("kind") ?? "";
  const table = tables.find((one) => one.kind === kind) ?? tables[0];
  const sort = table.fields.find((one) => one.sortable && one.name === query.get("sort"))?.name ?? "id";
  const offset = Math.max(0, Math.trunc(Number(query.get("offset")) || 0));
  return { kind: table.kind, search: (query.get("search") ?? "").slice(0, 200), sort, descending: query.get("descending") === "true", offset };
}

/** @param {Partial<View>} change @param {boolean} [step] whether Back shall return to what was before */
function go(change, step = true) {
  view = { ...view, ...change };
  const query = new URLSearchParams({ kind: view.kind });
  if (view.search) query.set("search", view.search);
  if (view.sort !== "id") query.set("sort", view.sort);
  if (view.descending) query.set("descending", "true");
  if (view.offset) query.set("offset", String(view.offset));
  history[step ? "pushState" : "replaceState"](null, "", `?${query}`);
  void showRows();
}

function current() {
  const found = tables.find((one) => one.kind === view.kind);
  if (!found) throw new Error(`table ${view.kind}: missing`);
  return found;
}

function drawKinds() {
  const { words } = page;
  byId("kinds").replaceChildren(...tables.map((one) => element("li", {}, [
    element("button", { type: "button", class: "kind", "data-kind": one.kind, "aria-current": one.kind === view.kind ? "true" : undefined }, [
      element("span", {}, kindName(words, one.kind)),
      element("span", { class: "amount" }, words.numbers.format(one.total)),
    ], { on: { click: () => {
      go({ kind: one.kind, search: "", sort: "id", descending: false, offset: 0 });
      drawKinds();
      drawBar();
      /** @type {HTMLElement | null} */ (document.querySelector(".kind[aria-current]"))?.focus();
    } } }),
  ])));
}

function drawBar() {
  const { words } = page;
  const table = current();
  const search = element("input", { type: "search", id: "search", maxlength: 200, dir: "auto", placeholder: words.say("data.search.hint") }, [], {
    on: { input: () => {
      clearTimeout(typing);
      typing = setTimeout(() => go({ search: search.value.trim(), offset: 0 }, false), TYPING_MS);
    } },
  });
  search.value = view.search;
  const button = (/** @type {string} */ key, /** @type {() => void} */ act, strong = false) =>
    element("button", { type: "button", class: strong ? "main-action" : "tool", id: key.replaceAll(".", "-") }, words.say(key), { on: { click: act } });
  const file = (/** @type {string} */ format) => {
    const query = new URLSearchParams({ format, search: view.search });
    page.calls.download(`/tables/${view.kind}/file?${query}`).catch((error) => page.failed(error));
  };
  byId("bar").replaceChildren(
    element("h2", { id: "kind-title" }, kindName(words, view.kind)),
    element("label", { for: "search", class: "unseen" }, words.say("data.search")), search,
    element("div", { class: "tools" }, [
      button("data.export.csv", () => file("csv")), button("data.export.xlsx", () => file("xlsx")),
      table.may_change ? button("data.import", () => new ImportDialog(page, view.kind, tables.map((one) => one.kind), changed)) : null,
      table.may_change ? button("data.add", () => new RecordForm(page, table, null, changed), true) : null,
    ]),
    table.may_change ? "" : element("p", { class: "hint-line" }, words.say("data.read.only")),
  );
}

/** @param {string} told */
function changed(told) {
  page.announce(told);
  const place = byId("told");
  place.textContent = told;
  place.hidden = false;
  void load().catch((error) => page.failed(error));
}

async function showRows() {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams({
    search: view.search, sort: view.sort, descending: String(view.descending), offset: String(view.offset), limit: String(PAGE_ROWS),
  });
  try {
    const found = await page.calls.get(`/tables/${view.kind}?${query}`);
    // A slow answer must not overwrite what was asked for after it.
    if (mine !== asked) return;
    page.say(null);
    const focused = document.activeElement?.closest("th")?.cellIndex;
    const table = current();
    byId("rows").replaceChildren(...drawTable(page, table.fields, found, view, {
      sort: (field) => go({ sort: field, descending: view.sort === field && !view.descending, offset: 0 }),
      turn: (offset) => go({ offset }),
      open: (row) => new RecordForm(page, table, row, changed),
      opens: page.words.say(table.may_change ? "data.edit" : "data.look"),
    }));
    if (focused !== undefined) {
      /** @type {HTMLElement | null} */ (document.querySelector(`#rows thead th:nth-child(${focused + 1}) button`))?.focus();
    }
    page.announce(page.words.say("data.found", { count: found.total }));
  } catch (error) {
    if (mine === asked) page.failed(error);
  }
}
