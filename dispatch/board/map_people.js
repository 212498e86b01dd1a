/**
 * Where engineers were last seen. Each look is logged for the engineer, so the map asks only while
 * somebody looks at the page.
 */

import * as L from "/leaflet/leaflet-src.esm.js";
import { Refused } from "./api.js";
import { element, foreign } from "./element.js";

/** @typedef {{engineer: string, position: import("./types.js").Coordinates, at: string}} WireSeen */

const ASK_MS = 60_000;
/** A point older than this is drawn as old. */
const OLD_S = 900;

/** Owns the marks of engineers. */
export class People {
  /**
   * @param {L.Map} map
   * @param {(chosen: import("./types.js").Chosen) => void} choose
   */
  constructor(map, choose) {
    this.map = map;
    this.choose = choose;
    this.layer = L.layerGroup().addTo(map);
    /** @type {WireSeen[]} */
    this.seen = [];
    /** @type {Map<string, L.Marker>} */
    this.marks = new Map();
    this.refused = false;
    this.askedAt = -Infinity;
  }

  /**
   * Ask now and then.
   *
   * @param {import("./api.js").Api} api
   * @param {() => void} changed
   */
  async ask(api, changed) {
    if (this.refused || document.hidden || performance.now() - this.askedAt < ASK_MS - 1000) return;
    this.askedAt = performance.now();
    try {
      this.seen = (await api.read("/positions?purpose=board")).items;
      changed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Who may not look is not asked again.
      if (error.status === 403) this.refused = true;
    }
  }

  /**
   * @param {import("./types.js").World} world
   * @param {import("./words.js").Words} words
   * @param {import("./site_clock.js").SiteClock} clock
   */
  draw(world, words, clock) {
    this.layer.clearLayers();
    this.marks.clear();
    const now = clock.now();
    const known = new Map(world.engineers.map((one) => [one.id, one]));
    for (const { engineer: id, position, at } of this.seen) {
      const engineer = known.get(id);
      if (!engineer) continue;
      const name = words.engineer(engineer);
      const time = Date.parse(at);
      const gone = (now - time) / 1000;
      const old = gone > OLD_S;
      const told = words.say(old ? "map.position.old" : "map.position", {
        name, time: clock.moment(time, clock.day(now)), duration: words.duration(gone),
      });
      const icon = L.divIcon({
        className: `person colour-${engineer.colour % 12}${old ? " old" : ""}`, iconSize: [26, 26], iconAnchor: [13, 13],
        html: element("span", {}, [foreign([...name][0] ?? "?")]),
      });
      const mark = L.marker([position.lat, position.lon], { icon, keyboard: false, zIndexOffset: 600 });
      mark.bindTooltip(() => element("span", {}, [foreign(told)]));
      mark.on("click", () => {
        const lane = engineer.lanes.find((one) => one.end > now) ?? engineer.lanes.at(-1);
        if (lane) this.choose({ kind: "shift", id: lane.shift });
      });
      mark.addTo(this.layer);
      const drawn = mark.getElement();
      if (drawn) drawn.dataset.engineer = id;
      this.marks.set(id, mark);
    }
  }

  /** Let those stand out whose routes are selected. @param {Set<string>} engineers */
  show(engineers) {
    for (const [id, mark] of this.marks) mark.getElement()?.classList.toggle("chosen", engineers.has(id));
  }
}
