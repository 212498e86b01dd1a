/**
 * The day: what has changed on it, the next stop large, and all the others.
 */

import { element, foreign } from "../element.js";
import { isBehind, nextStop, OVER, stepsAfter } from "./day.js";
import { callLink, navigate, pieces, placeName, visitAddress, workOf } from "./frame.js";

/** @typedef {import("./frame.js").Scene} Scene */
/** @typedef {import("./shapes.js").Stop} Stop */

/** @param {Scene} scene @returns {Node[]} */
export function drawToday(scene) {
  const { words, stops, day, clock } = scene;
  const next = nextStop(stops);
  const title = clock.dayName(Date.parse(`${day.date}T12:00:00Z`));
  /** @type {Node[]} */
  const found = [element("h1", { class: "view-title", tabindex: -1 }, title)];
  const change = drawChange(scene);
  if (change !== null) found.push(change);
  if (stops.length === 0) return [...found, element("p", { class: "card empty-day" }, words.say("me.nothing"))];
  found.push(next === null ? element("p", { class: "card empty-day" }, words.say("me.done")) : drawNext(next, scene));
  const rest = stops.filter((stop) => stop !== next);
  const done = rest.filter((stop) => isBehind(stops, stop));
  const then = rest.filter((stop) => !isBehind(stops, stop));
  if (then.length > 0) found.push(drawList("me.then", then, scene));
  if (done.length > 0) found.push(drawList("me.before", done, scene));
  return found;
}

/** @param {Scene} scene */
function drawChange(scene) {
  const { words, clock, day, outbox } = scene;
  const { state, changes } = day.confirmation;
  const said = outbox.waiting.some((item) => item.kind === "confirm");
  if (said || (state !== "changed" && state !== "new")) return null;
  const time = (/** @type {string | null} */ at) => (at === null ? "" : clock.moment(Date.parse(at), day.date));
  const rows = changes.map((change) => {
    const stop = scene.stops.find((one) => (change.visit ? one.wire.visit === change.visit : one.wire.depot === change.depot));
    const when = change.kind === "moved"
      ? words.say("me.change.times", { before: time(change.before), after: time(change.after) })
      : time(change.after ?? change.before);
    return element("li", { class: `change ${change.kind}` }, [
      element("strong", {}, words.say(`me.change.${change.kind}`)), " ",
      foreign(stop ? placeName(stop, words) : change.title), " ", element("span", { class: "when" }, when),
    ]);
  });
  return element("section", { class: "card changed", "aria-labelledby": "changed-head" }, [
    element("h2", { id: "changed-head" }, words.say(state === "new" ? "me.changed.new" : "me.changed")),
    state === "new" ? element("p", {}, words.say("me.changed.new.note")) : element("ul", {}, rows),
    element("button", { type: "button", class: "action main wide", id: "confirm" }, words.say("me.confirm"), {
      on: { click: () => scene.confirm() },
    }),
  ]);
}

/** @param {Stop} stop @param {Scene} scene */
function drawNext(stop, scene) {
  const { words, clock, day } = scene;
  const here = stop.state === "arrived" || stop.state === "started";
  const key = here ? "me.now" : stop.state === "en_route" ? "me.under.way" : "me.next";
  const name = placeName(stop, words);
  const place = stop.sheet?.site.location ?? stop.wire.place;
  const address = stop.sheet?.site.address ?? stop.wire.place?.address ?? "";
  const contact = stop.sheet?.site.contacts.find((one) => one.phone !== "");
  return element("section", { class: `card next ${stop.state}`, "aria-labelledby": "next-head" }, [
    element("p", { class: "kicker" }, [words.say(key), ...marks(stop, scene)]),
    element("p", { class: "big-time" }, times(stop, scene)),
    element("h2", { id: "next-head", class: "big" }, [foreign(name)]),
    address === "" ? null : element("p", { class: "address" }, [foreign(address)]),
    stop.sheet === null
      ? element("p", { class: "work" }, words.say("me.pickup"))
      : element("p", { class: "work" }, [foreign(workOf(stop.sheet, words))]),
    promise(stop, scene),
    here ? null : element("p", { class: "quiet" }, words.say("me.drive", {
      duration: words.duration(stop.wire.travel_s), distance: words.distance(stop.wire.travel_m),
    })),
    element("div", { class: "actions" }, [
      place === undefined ? null : navigate(place, name, words),
      contact === undefined ? null : callLink(contact.phone, contact.name, words),
      stop.sheet === null
        ? element("a", { class: "action", href: "#parts" }, words.say("me.parts"))
        : element("a", { class: "action", href: visitAddress(stop.name) }, words.say("me.details")),
    ]),
    stop.sheet === null ? collectButtons(stop, scene) : stepButtons(stop, scene),
  ]);

  /** @param {Stop} one @param {Scene} of */
  function promise(one, of) {
    const { sheet } = one;
    if (!sheet?.promise_start || !sheet.promise_end || here) return null;
    return element("p", { class: "promise" }, of.words.say("me.promised", {
      start: clock.moment(Date.parse(sheet.promise_start), day.date),
      end: clock.moment(Date.parse(sheet.promise_end), day.date),
    }));
  }
}

/** @param {Stop} stop @param {Scene} scene */
function times(stop, { words, clock, day }) {
  const planned = clock.moment(Date.parse(stop.wire.start), day.date);
  const expected = stop.wire.expected ? clock.moment(Date.parse(stop.wire.expected.arrive), day.date) : planned;
  if (OVER.includes(stop.state) || expected === planned) return planned;
  return [expected, " ", element("small", {}, words.say("me.planned", { time: planned }))];
}

/** @param {Stop} stop @param {Scene} scene */
function marks(stop, { words }) {
  const severity = stop.sheet?.request?.severity;
  return [
    severity === "critical" || severity === "major"
      ? element("span", { class: `mark ${severity}` }, words.say(`me.severity.${severity}`)) : null,
    stop.sheet?.kind === "maintenance" ? element("span", { class: "mark" }, words.say("me.kind.maintenance")) : null,
    stop.unsent ? element("span", { class: "mark unsent" }, words.say("me.not.sent.yet")) : null,
  ];
}

/**
 * What can be reported now: the usual step as a large button, the others smaller.
 *
 * @param {Stop} stop
 * @param {Scene} scene
 */
export function stepButtons(stop, scene) {
  const { words } = scene;
  const steps = stepsAfter(stop.state);
  return element("div", { class: "steps" }, steps.map((type, place) => {
    const look = `action wide step-${type} ${place === 0 ? "main" : ""}`;
    if (type === "finished" || type === "could_not_finish") {
      const way = type === "finished" ? "finish" : "failed";
      return element("a", { class: look, href: `#${way}/${encodeURIComponent(stop.name)}` }, words.say(`me.step.${type}`));
    }
    return element("button", { type: "button", class: look }, words.say(`me.step.${type}`), {
      on: { click: () => scene.report(stop.name, type) },
    });
  }));
}

/** @param {Stop} stop @param {Scene} scene */
function collectButtons(stop, scene) {
  return element("ul", { class: "picking" }, stop.items.map((item) => drawItem(item, scene)));
}

/**
 * Pieces that lie ready, with the button that says they are in the van.
 *
 * @param {import("./shapes.js").PickingItem} item
 * @param {Scene} scene
 */
export function drawItem(item, { words, clock, parts, collect }) {
  const name = parts.get(item.part);
  const taken = item.collected_at !== null;
  return element("li", { class: taken ? "taken" : "" }, [
    element("span", { class: "part" }, [
      foreign(name ? words.nameOf(name) : item.part),
      element("span", { class: "count" }, pieces(item.quantity, name?.unit, words)),
    ]),
    taken
      ? element("span", { class: "quiet" }, `✓ ${words.say("me.picking.taken", { time: clock.time(Date.parse(item.collected_at ?? "")) })}`)
      : element("button", { type: "button", class: "action main" }, words.say("me.picking.take"), {
        on: { click: () => collect(item) },
      }),
  ]);
}

/** @param {string} key @param {Stop[]} stops @param {Scene} scene */
function drawList(key, stops, scene) {
  const { words } = scene;
  return element("section", { class: "card list" }, [
    element("h2", {}, words.say(key)),
    element("ol", {}, stops.map((stop) => element("li", { class: `row ${stop.state}` }, [
      element("a", { class: "row-link", href: stop.sheet === null ? "#parts" : visitAddress(stop.name) }, [
        element("span", { class: "row-time" }, times(stop, scene)),
        element("span", { class: "row-text" }, [
          element("strong", {}, [foreign(placeName(stop, words))]),
          element("span", { class: "row-work" }, [
            stop.sheet === null ? words.say("me.pickup") : foreign(workOf(stop.sheet, words)),
          ]),
          element("span", { class: "row-marks" }, [
            stop.state === "open" ? null
              : element("span", { class: `mark ${stop.state}` }, words.say(`me.state.${stop.state}`)),
            ...marks(stop, scene),
          ]),
        ]),
      ]),
    ]))),
  ]);
}
