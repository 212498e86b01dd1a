/**
 * Where the page of what-ifs begins: asking, the list of what was asked, and the one that is looked
 * at with its progress, the time it still takes, and what came out.
 */

import { Refused } from "./api.js";
import { byId, element, foreign } from "./element.js";
import { ask } from "./office_dialog.js";
import { OfficePage } from "./office_page.js";
import { AskForm } from "./whatif_form.js";
import { drawReport } from "./whatif_report.js";
import { WHATIF_EN } from "./words_whatif_en.js";
import { WHATIF_ZH } from "./words_whatif_zh.js";

/** @typedef {{id: string, title: string, kind: string, state: string, progress: {done: number, of: number | null, remaining_s: number | null}, attempts: number, cancel_requested: boolean, created_by: string, created_at: string, error: string | null, report?: Record<string, any> | null}} WhatIf */

const LOOK_MS = 1000;
/** Between two looks while the service does not answer. */
const LOOK_LOST_MS = 3000;
const RESUMABLE = new Set(["cancelled", "failed"]);
const OPEN = new Set(["queued", "simulating"]);

/** @type {WhatIf[]} */
let items = [];
/** @type {WhatIf | null} */
let shown = null;
/** @type {import("./whatif_changes.js").Choices | null} */
let choices = null;
let chosen = new URLSearchParams(location.search).get("id");
let timer = 0;
let saidState = "";
let lost = false;
const page = new OfficePage(WHATIF_EN, WHATIF_ZH, load, draw);

async function load() {
  choices = await page.calls.get("/scenarios/choices");
  await look();
  drawForm();
}

/** Read the list and what is looked at; again in a moment while anything is open. */
async function look() {
  window.clearTimeout(timer);
  items = (await page.calls.get("/scenarios?limit=20")).items;
  if (chosen === null && items.length) chosen = items[0].id;
  const stale = shown === null || shown.id !== chosen || OPEN.has(shown.state);
  if (chosen !== null && stale) shown = await page.calls.get(`/scenarios/${encodeURIComponent(chosen)}`);
  drawAll();
  if (items.some((one) => OPEN.has(one.state)) || (shown && OPEN.has(shown.state))) {
    timer = window.setTimeout(() => void lookAgain(), LOOK_MS);
  }
}

/** Look until the service answers: while it begins anew, what is shown here goes on. */
async function lookAgain() {
  try {
    await look();
    if (lost) page.say(null);
    lost = false;
  } catch (error) {
    lost = true;
    page.failed(error);
    // Whoever has to sign in first is not disturbed while typing.
    if (!(error instanceof Refused) || error.status < 400 || error.status >= 500) {
      timer = window.setTimeout(() => void lookAgain(), LOOK_LOST_MS);
    }
  }
}

/** @param {string} id */
function choose(id) {
  chosen = id;
  history.replaceState(null, "", `?id=${encodeURIComponent(id)}`);
  look().then(() => byId("run").focus(), (error) => page.failed(error));
}

function draw() {
  drawForm();
  drawAll();
}

function drawForm() {
  if (choices === null) return;
  const offset = page.clock.offset(page.clock.now()).replace("UTC", "") || "+00:00";
  const form = new AskForm(page, choices, offset, async (body) => {
    const made = await page.calls.change("POST", "/scenarios", { body });
    page.say(null);
    choose(made.id);
  });
  byId("ask").replaceChildren(element("h2", {}, page.words.say("whatif.new")), form.node);
}

function drawAll() {
  drawList();
  drawRun();
}

function drawList() {
  const { words, clock } = page;
  const focused = document.activeElement?.getAttribute("data-id");
  const rows = items.map((one) => element("tr", { class: one.id === chosen ? "chosen" : "" }, [
    element("th", { scope: "row" }, [element("button", {
      type: "button", class: "sort", "data-id": one.id, "aria-pressed": String(one.id === chosen),
    }, [foreign(one.title)], { on: { click: () => choose(one.id) } })]),
    element("td", {}, words.say(`whatif.ask.${one.kind}`)),
    element("td", {}, words.say(`whatif.state.${one.state}`)),
    element("td", { class: "number" }, count(one)),
    element("td", {}, clock.moment(Date.parse(one.created_at))),
  ]));
  byId("list").replaceChildren(
    element("h2", {}, words.say("whatif.list")),
    rows.length
      ? element("div", { class: "scroll" }, [element("table", { class: "grid" }, [
        element("thead", {}, [element("tr", {}, ["title", "kind", "state", "done", "asked"].map((name) =>
          element("th", { scope: "col" }, words.say(`whatif.list.${name}`))))]),
        element("tbody", {}, rows),
      ])])
      : element("p", { class: "empty" }, words.say("whatif.list.none")),
  );
  if (focused) /** @type {HTMLElement | null} */ (byId("list").querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus();
}

/** @param {WhatIf} one */
function count(one) {
  return one.progress.of === null ? "–" : `${one.progress.done} / ${one.progress.of}`;
}

function drawRun() {
  const place = byId("run");
  if (shown === null) {
    place.hidden = true;
    return;
  }
  place.hidden = false;
  const { words } = page;
  const one = shown;
  const state = words.say(`whatif.state.${one.state}`);
  if (saidState !== `${one.id} ${one.state}`) {
    saidState = `${one.id} ${one.state}`;
    page.announce(`${one.title}: ${state}`);
  }
  const open = OPEN.has(one.state);
  const focused = document.activeElement?.id;
  const parts = [
    element("h2", {}, [foreign(one.title)]),
    element("p", { id: "run-state", "data-state": one.state }, open ? `${state} · ${left(one)}` : state),
    open ? element("progress", {
      "aria-label": words.say("whatif.progress"), max: String(one.progress.of ?? 1), value: String(one.progress.done),
    }) : null,
    one.error ? element("p", { class: "warning", dir: "auto" }, one.error) : null,
    open ? element("div", { class: "actions" }, [element("button", { type: "button", id: "cancel", class: "tool danger", disabled: one.cancel_requested }, words.say("whatif.cancel"), { on: { click: () => void cancel(one) } })]) : null,
    RESUMABLE.has(one.state) ? element("div", { class: "actions" }, [element("button", { type: "button", id: "resume", class: "tool" }, words.say("whatif.resume"), { on: { click: () => void resume(one) } })]) : null,
    ...(one.report ? files(one) : []),
    ...(one.report ? drawReport(page, one.report) : []),
  ];
  place.replaceChildren(.../** @type {Node[]} */ (parts.filter((part) => part !== null)));
  if (focused === "cancel" && open) byId("cancel").focus();
}

/** @param {WhatIf} one */
function left(one) {
  const { words } = page;
  const seconds = one.progress.remaining_s;
  const done = words.say("whatif.finished", { done: one.progress.done, of: one.progress.of ?? "?" });
  return seconds === null ? done : `${done} · ${words.say("whatif.left", { time: words.duration(seconds) })}`;
}

/** @param {WhatIf} one @returns {HTMLElement[]} */
function files(one) {
  const { words } = page;
  const address = `/scenarios/${encodeURIComponent(one.id)}/report`;
  const take = (/** @type {string} */ format) => element("button", { type: "button", class: "tool" }, words.say(`whatif.take.${format}`), {
    on: { click: () => page.calls.download(`${address}?format=${format}`).catch((error) => page.failed(error)) },
  });
  return [element("div", { class: "actions" }, [
    element("a", { class: "tool", href: `/api/v1${address}?format=html&language=${words.language}`, target: "_blank", rel: "noopener" }, words.say("whatif.take.html")),
    take("csv"), take("json"),
  ])];
}

/** Go on with what was called off or failed; what is finished stays. @param {WhatIf} one */
async function resume(one) {
  try {
    shown = await page.calls.change("POST", `/scenarios/${encodeURIComponent(one.id)}/resume`, {});
    await look();
    byId("run").focus();
  } catch (error) {
    page.failed(error);
  }
}

/** @param {WhatIf} one */
async function cancel(one) {
  const { words } = page;
  const sure = await ask(words.say("whatif.cancel"), words.say("whatif.cancel.sure", { title: one.title }), { yes: words.say("whatif.cancel"), no: words.say("whatif.cancel.no") });
  if (!sure) return;
  try {
    shown = await page.calls.change("DELETE", `/scenarios/${encodeURIComponent(one.id)}`, {});
    await look();
  } catch (error) {
    page.failed(error);
  }
}
