/**
 * The tray of unassigned visits, by tier and then by headroom: verdict, what would help and a
 * button to do it, what it competes with, the price, and the reasons engineer by engineer.
 */

import { element, foreign } from "./element.js";
import { drawRemedy } from "./tray_remedy.js";

/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").World} World */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {(chosen: import("./types.js").Chosen) => void} Choose */

const TIERS = ["mandatory", "high", "normal", "low"];

/**
 * @param {HTMLElement} panel
 * @param {World} world
 * @param {Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 * @param {Choose} choose
 * @param {import("./tray_remedy.js").TrayHooks} hooks
 */
export function drawUnassigned(panel, world, words, clock, choose, hooks) {
  const open = new Set(
    [...panel.querySelectorAll("details[open]")].map((one) => /** @type {HTMLElement} */ (one).dataset.of),
  );
  const visits = [...world.visits.values()]
    .filter((one) => one.unassigned !== null)
    .sort((a, b) => tier(a) - tier(b) || latest(a) - latest(b));
  // The tab above says the same to whoever sees it.
  const head = element("h2", { class: "unseen" }, words.say("unassigned"));
  const list = visits.length === 0
    ? element("p", { class: "empty" }, words.say("unassigned.none"))
    : element("ul", { class: "cards" }, visits.map((one) => card(one, world, words, clock, choose, hooks)));
  panel.replaceChildren(head, list);
  for (const one of panel.querySelectorAll("details")) one.open = open.has(one.dataset.of);
}

/**
 * @param {HTMLElement} panel
 * @param {import("./types.js").Chosen} chosen
 * @param {boolean} reveal
 */
export function showUnassigned(panel, chosen, reveal) {
  for (const one of panel.querySelectorAll(".card")) {
    const on = chosen?.kind === "visit" && /** @type {HTMLElement} */ (one).dataset.visit === chosen.id;
    one.classList.toggle("chosen", on);
    one.querySelector("button.card-title")?.setAttribute("aria-pressed", String(on));
    if (on && reveal) one.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Visit} visit @returns {number} */
function tier(visit) {
  const found = TIERS.indexOf(visit.wire.priority ?? "normal");
  return found < 0 ? TIERS.length : found;
}

/**
 * Until when somebody has to be there; the time from now to then is the headroom.
 *
 * @param {Visit} visit
 * @returns {number} infinite when there is no end
 */
function latest(visit) {
  const { sla, due, time_windows: windows = [] } = visit.wire;
  const ends = [sla?.arrive_by, due?.latest, windows.at(-1)?.end];
  return Math.min(Infinity, ...ends.flatMap((one) => (one ? [Date.parse(one)] : [])));
}

/** @param {Visit} visit @param {Words} words @param {number} now */
function headroom(visit, words, now) {
  const left = (latest(visit) - now) / 1000;
  if (!Number.isFinite(left)) return element("span", {}, words.say("tray.open"));
  const text = words.say(left < 0 ? "tray.over" : "tray.left", { duration: words.duration(Math.abs(left)) });
  return element("span", { class: left < 0 ? "headroom over" : "headroom" }, text);
}

/**
 * @param {Visit} visit
 * @param {World} world
 * @param {Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 * @param {Choose} choose
 * @param {import("./tray_remedy.js").TrayHooks} hooks
 */
function card(visit, world, words, clock, choose, hooks) {
  const told = /** @type {import("./types.js").WireUnassigned} */ (visit.unassigned);
  const { sla, priority = "normal" } = visit.wire;
  const rival = told.displaces.map((id) => world.visits.get(id)?.stops[0]?.lane.shift).find((one) => one !== undefined);
  const title = element("button", { type: "button", class: "card-title", "aria-pressed": "false" }, [
    element("strong", {}, [foreign(words.visit(visit))]),
    element("span", {}, [foreign(words.work(visit))]),
  ], { on: { click: () => choose({ kind: "visit", id: visit.id }) } });
  const facts = [
    element("span", { class: `tier ${priority}` }, words.code("priority", priority)),
    headroom(visit, words, clock.now()),
    sla?.severity && element("span", {}, words.code("severity", sla.severity)),
    sla && element("span", {}, `${words.say("detail.deadline")} ${clock.moment(Date.parse(sla.arrive_by))}`),
    element("span", { class: "id" }, [foreign(visit.id)]),
  ];
  const verdict = element("p", { class: `verdict ${told.verdict}`, title: words.code("verdict", `${told.verdict}.hint`) }, [
    element("strong", {}, words.code("verdict", told.verdict)), " ",
    element("span", {}, words.code("verdict", `${told.verdict}.hint`)),
  ]);
  return element("li", { class: "card", "data-visit": visit.id }, [
    title,
    element("p", { class: "facts" }, facts),
    verdict,
    drawRemedy(visit, words, hooks),
    told.displaces.length > 0 && displaced(told.displaces, world, words, choose),
    told.price !== null && told.price !== undefined &&
      element("p", { class: "price" }, words.say("price", { price: words.money(told.price) })),
    rival !== undefined && hooks.may &&
      element("button", { type: "button", class: "tool do-it", title: words.say("tray.force.hint") }, words.say("tray.force"), {
        on: { click: () => hooks.force(visit, rival) },
      }),
    reasons(visit, told, world, words, clock),
  ]);
}

/**
 * @param {string[]} ids
 * @param {World} world
 * @param {Words} words
 * @param {Choose} choose
 */
function displaced(ids, world, words, choose) {
  const links = ids.map((id) => {
    const visit = world.visits.get(id);
    const name = visit ? `${words.visit(visit)} · ${words.work(visit)}` : id;
    return element("li", {}, [
      element("button", { type: "button", class: "link", "data-visit": id }, [foreign(name)], {
        on: { click: () => choose({ kind: "visit", id }) },
      }),
    ]);
  });
  return element("div", { class: "displaces" }, [
    element("strong", {}, words.say("displaces")), element("ul", {}, links),
  ]);
}

/**
 * @param {Visit} visit
 * @param {import("./types.js").WireUnassigned} told
 * @param {World} world
 * @param {Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 */
function reasons(visit, told, world, words, clock) {
  const count = new Set(told.reasons.map((one) => one.engineer ?? "")).size;
  const list = element("ul");
  const summary = element("summary", {}, words.say("reasons", { count }));
  const details = element("details", { class: "reasons", "data-of": visit.id }, [summary, list]);
  // With hundreds of engineers the reasons of all cards would be most of the page; they are
  // written when somebody asks for them.
  const write = () => {
    if (list.childElementCount === 0) list.append(...reasonItems(told, world, words, clock));
  };
  summary.addEventListener("click", write);
  details.addEventListener("toggle", write);
  return details;
}

/**
 * @param {import("./types.js").WireUnassigned} told
 * @param {World} world
 * @param {Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 */
function reasonItems(told, world, words, clock) {
  /** @type {Map<string, Map<string, Set<string>>>} sentences of an engineer, each with its shifts */
  const byEngineer = new Map();
  const names = new Map(world.answers.case.engineers.map((one) => [one.id, one.name]));
  for (const reason of told.reasons) {
    const sentences = byEngineer.get(reason.engineer ?? "") ?? new Map();
    byEngineer.set(reason.engineer ?? "", sentences);
    const lane = world.shifts.get(reason.shift ?? "");
    const name = names.get(reason.engineer ?? "") || (reason.engineer ?? "");
    const sentence = withoutName(words.message(reason), words.told(name), reason.shift);
    const shifts = sentences.get(sentence) ?? new Set();
    sentences.set(sentence, shifts);
    if (lane) shifts.add(clock.span(lane));
  }
  // Who lacks least comes first: that is where help is nearest.
  const order = [...byEngineer].sort((a, b) => a[1].size - b[1].size);
  return order.map(([id, sentences]) => {
    const engineer = world.engineers.find((one) => one.id === id);
    const name = engineer ? words.engineer(engineer) : id || words.say("reasons.general");
    const all = engineer?.lanes.length ?? 0;
    return element("li", {}, [
      element("strong", {}, [foreign(name)]),
      element("ul", {}, [...sentences].map(([sentence, shifts]) =>
        element("li", {}, [
          foreign(sentence),
          shifts.size > 0 && shifts.size < all &&
            element("span", { class: "shifts" }, words.say("reasons.shifts", { shifts: [...shifts].join(", ") })),
        ]),
      )),
    ]);
  });
}

/**
 * A reason begins with engineer and shift, and here they stand above it already.
 *
 * @param {string} sentence
 * @param {string} name
 * @param {string | null} shift
 */
export function withoutName(sentence, name, shift) {
  const who = [`${name} (${shift})`, `${name}（${shift}）`, name];
  const start = who.flatMap((one) => [`${one}: `, `${one}：`]).find((one) => sentence.startsWith(one));
  if (start === undefined) return sentence;
  const rest = sentence.slice(start.length);
  return rest.charAt(0).toLocaleUpperCase() + rest.slice(1);
}
