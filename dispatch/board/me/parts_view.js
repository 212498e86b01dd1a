/**
 * Parts: what to fetch and where, what the visits to come take, and what is in the van.
 */

import { element, foreign } from "../element.js";
import { neededBy, pickingOf, vanOf } from "./day.js";
import { navigate, partName, pieceList, section } from "./frame.js";
import { drawItem } from "./today_view.js";

/** @typedef {import("./frame.js").Scene} Scene */
/** @typedef {import("./shapes.js").PickingItem} PickingItem */

/** @param {Scene} scene @returns {Node[]} */
export function drawParts(scene) {
  const { words, day, outbox, stops, parts } = scene;
  const van = vanOf(day, outbox.waiting);
  return [
    element("h1", { class: "view-title", tabindex: -1 }, words.say("me.parts")),
    ...drawPicking(pickingOf(day, outbox.waiting), scene),
    drawNeeds(neededBy(stops), van, scene),
    section("me.van", words, [
      Object.keys(van).length === 0
        ? element("p", { class: "quiet" }, words.say("me.van.none")) : pieceList(van, parts, words),
    ]),
  ];
}

/** @param {PickingItem[]} items @param {Scene} scene */
function drawPicking(items, scene) {
  const { words, clock } = scene;
  if (items.length === 0) return [section("me.picking", words, [element("p", { class: "quiet" }, words.say("me.picking.none"))])];
  /** @type {Map<string, PickingItem[]>} */
  const depots = new Map();
  for (const item of items) depots.set(item.depot, [...(depots.get(item.depot) ?? []), item]);
  return [...depots.values()].map((here) => {
    const first = /** @type {PickingItem} */ (here[0]);
    const name = (words.language === "en" && first.depot_name_en) || first.depot_name;
    return section("me.picking", words, [
      element("p", { class: "depot" }, [
        element("strong", {}, [foreign(name)]), " ",
        element("span", { class: "quiet" }, words.say("me.picking.by", { time: clock.time(Date.parse(first.needed_at)) })),
      ]),
      first.address === "" ? null : element("p", { class: "address" }, [foreign(first.address)]),
      element("div", { class: "actions" }, [navigate(first.location, name, words)]),
      element("ul", { class: "picking" }, here.map((item) => drawItem(item, scene))),
    ]);
  });
}

/** @param {import("./shapes.js").Pieces} needed @param {import("./shapes.js").Pieces} van @param {Scene} scene */
function drawNeeds(needed, van, { words, parts }) {
  const rows = Object.entries(needed).map(([id, count]) => {
    const have = van[id] ?? 0;
    return element("tr", { class: have < count ? "short" : "" }, [
      element("th", { scope: "row" }, [foreign(partName(id, parts, words))]),
      element("td", {}, count),
      element("td", {}, have < count
        ? [`${have} `, element("span", { class: "mark short" }, words.say("me.needs.short", { count: count - have }))] : have),
    ]);
  });
  if (rows.length === 0) return section("me.needs", words, [element("p", { class: "quiet" }, words.say("me.needs.none"))]);
  return section("me.needs", words, [element("table", { class: "needs" }, [
    element("thead", {}, [element("tr", {}, ["part", "needed", "have"].map((one) => (
      element("th", { scope: "col" }, words.say(`me.needs.${one}`))
    )))]),
    element("tbody", {}, rows),
  ])]);
}
