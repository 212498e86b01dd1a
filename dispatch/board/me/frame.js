/**
 * What every view of the engineer's page is made of: headings, rows, links out of the page.
 */

import { element, foreign } from "../element.js";
import { recall } from "../words.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../site_clock.js").SiteClock} SiteClock */
/** @typedef {import("./shapes.js").PartName} PartName */
/** @typedef {import("./shapes.js").Coordinates} Coordinates */
/** @typedef {import("../element.js").Child} Child */

/**
 * @typedef {object} Scene What a view is drawn from, and what it may ask for.
 * @property {Words} words
 * @property {SiteClock} clock
 * @property {import("./shapes.js").Identity} identity
 * @property {import("./shapes.js").Day} day
 * @property {import("./shapes.js").Stop[]} stops
 * @property {import("./outbox.js").Outbox} outbox
 * @property {Map<string, PartName>} parts
 * @property {(visit: string, type: import("./shapes.js").ReportType) => void} report
 * @property {(item: import("./shapes.js").PickingItem) => void} collect
 * @property {() => void} confirm
 */

export const MAP_APP = "dispatch.map";

/** @param {string} key @param {Words} words @param {Child[]} children @param {string} [className] */
export function section(key, words, children, className = "") {
  return element("section", { class: `card ${className}` }, [element("h2", {}, words.say(key)), ...children]);
}

/**
 * A heading that takes the focus when its view opens, with the way back.
 *
 * @param {string} text
 * @param {Words} words
 * @param {string} back address of the view before
 */
export function head(text, words, back) {
  return element("div", { class: "view-head" }, [
    element("a", { class: "back", href: back, "aria-label": words.say("me.back") }, "‹"),
    element("h1", { tabindex: -1 }, [foreign(text)]),
  ]);
}

/** @param {[string, Child][]} rows term and what it is; empty ones are left out */
export function facts(rows) {
  const found = rows.filter(([, value]) => value !== "" && value !== null);
  return element("dl", { class: "facts" }, found.flatMap(([term, value]) => [
    element("dt", {}, term), element("dd", {}, [typeof value === "string" ? foreign(value) : value]),
  ]));
}

/**
 * A plain link that hands a place to a map; nothing is asked of anybody before it is tapped.
 *
 * @param {Coordinates} place
 * @param {string} name
 * @param {Words} words
 */
export function navigate(place, name, words) {
  return element("a", { class: "action", href: mapAddress(place, name), rel: "noreferrer noopener", target: "_blank" }, [
    element("span", { "aria-hidden": "true" }, "➤ "), words.say("me.navigate"),
  ]);
}

/** @param {Coordinates} place @param {string} name */
function mapAddress({ lat, lon }, name) {
  const at = `${Number(lat)},${Number(lon)}`;
  const label = encodeURIComponent(name.slice(0, 80));
  const app = recall(MAP_APP);
  if (app === "apple") return `https://maps.apple.com/?daddr=${at}`;
  if (app === "google") return `https://www.google.com/maps/dir/?api=1&destination=${at}`;
  if (app === "amap") {
    return `https://uri.amap.com/navigation?to=${Number(lon)},${Number(lat)},${label}&coordinate=wgs84&mode=car`;
  }
  return `geo:${at}?q=${at}(${label})`;
}

/**
 * @param {string} phone as it was written down
 * @param {string} name
 * @param {Words} words
 * @param {Child} [shown]
 */
export function callLink(phone, name, words, shown = words.say("me.call")) {
  const dialled = phone.replace(/[^0-9+*#,;]/g, "");
  if (dialled === "") return null;
  const said = words.say("me.call.whom", { name });
  return element("a", { class: "action", href: `tel:${dialled}`, "aria-label": said }, [
    element("span", { "aria-hidden": "true" }, "✆ "), shown,
  ]);
}

/** @param {string} id @param {Map<string, PartName>} parts @param {Words} words */
export function partName(id, parts, words) {
  const part = parts.get(id);
  return part === undefined ? id : words.nameOf(part);
}

/** @param {number} count @param {string | undefined} unit @param {Words} words */
export function pieces(count, unit, words) {
  return words.say("me.pieces", { count, unit: unit ? words.code("me.unit", unit) : "" });
}

/** @param {import("./shapes.js").Pieces} counts @param {Map<string, PartName>} parts @param {Words} words */
export function pieceList(counts, parts, words) {
  return element("ul", { class: "pieces" }, Object.entries(counts).map(([id, count]) => element("li", {}, [
    foreign(partName(id, parts, words)),
    element("span", { class: "count" }, pieces(count, parts.get(id)?.unit, words)),
  ])));
}

/** @param {import("./shapes.js").Stop} stop @param {Words} words @returns {string} where it is */
export function placeName(stop, words) {
  if (stop.sheet !== null) return words.nameOf(stop.sheet.site);
  return stop.wire.place === undefined ? (stop.wire.depot ?? stop.name) : words.nameOf(stop.wire.place);
}

/** @param {import("./shapes.js").Sheet} sheet @param {Words} words @returns {string} what is to be done */
export function workOf(sheet, words) {
  const { request } = sheet;
  const english = words.language === "en";
  const machine = sheet.equipment && ((english && sheet.equipment.type_name_en) || sheet.equipment.type_name);
  if (request === null) return [words.code("me.kind", sheet.kind), machine].filter(Boolean).join(" · ");
  const summary = (english && request.summary_en) || request.summary;
  const fault = (english && request.fault_en) || request.fault;
  return [...new Set([summary, fault])].filter(Boolean).join(" · ") || words.code("me.kind", sheet.kind);
}

/** @param {string} visit @returns {string} */
export function visitAddress(visit) {
  return `#visit/${encodeURIComponent(visit)}`;
}
