/**
 * What lies under the routes: roads and place names of the configured local extract. Nothing is
 * asked of another host, and without an extract the ground stays plain.
 */

import * as L from "/leaflet/leaflet-src.esm.js";
import { element, foreign } from "./element.js";

/** @typedef {{rank: number, points: [number, number][]}} WireRoad */
/** @typedef {{kind: string, name: string, name_en: string, lat: number, lon: number}} WirePlace */
/** @typedef {{roads: WireRoad[], places: WirePlace[], attribution: string}} WireGround */

/** From which zoom on a road of a rank, or the name of a place, is shown. */
const ROAD_ZOOM = [0, 10, 13];
const PLACE_ZOOM = /** @type {Record<string, number>} */ ({ city: 0, town: 8, suburb: 12, village: 11, hamlet: 14 });
const RANKS = ["main", "middle", "small"];
/** Names in view at once, the largest places first. */
const MOST_NAMES = 40;
/** Two names nearer than this would be read as one. */
const APART_PX = 58;

/** Owns the layer below everything else. */
export class Ground {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    const pane = map.createPane("ground");
    pane.style.setProperty("z-index", "250");
    pane.style.setProperty("pointer-events", "none");
    this.renderer = L.svg({ pane: "ground", padding: 0.4 });
    /** @type {L.Polyline[]} By rank. */
    this.roads = [];
    this.names = L.layerGroup().addTo(map);
    /** @type {WirePlace[]} */
    this.places = [];
    this.english = true;
    map.on("moveend", () => this.#settle());
  }

  /** @param {WireGround} ground @param {import("./words.js").Words} words */
  use(ground, words) {
    for (const one of this.roads) one.remove();
    // One path for all roads of a rank: thousands of them would be slow.
    this.roads = RANKS.map((name, rank) => L.polyline(
      ground.roads.filter((one) => one.rank === rank).map((one) => one.points),
      { pane: "ground", renderer: this.renderer, className: `ground-road ${name}`, interactive: false, smoothFactor: 1.5, noClip: false },
    ));
    this.places = ground.places;
    if (ground.attribution !== "") {
      L.control.attribution({ prefix: false, position: "topright" }).addAttribution(words.say("map.roads")).addTo(this.map);
    }
    this.speak(words);
  }

  /** @param {import("./words.js").Words} words */
  speak(words) {
    this.english = words.language === "en";
    this.#settle();
  }

  #settle() {
    const zoom = this.map.getZoom();
    for (const [rank, one] of this.roads.entries()) {
      if (zoom >= ROAD_ZOOM[rank]) one.addTo(this.map);
      else one.remove();
    }
    this.names.clearLayers();
    const view = this.map.getBounds();
    /** @type {L.Point[]} */
    const taken = [];
    for (const place of this.places) {
      if (zoom < (PLACE_ZOOM[place.kind] ?? 14) || !view.contains([place.lat, place.lon])) continue;
      const at = this.map.latLngToContainerPoint([place.lat, place.lon]);
      if (taken.some((other) => Math.abs(other.x - at.x) < APART_PX && Math.abs(other.y - at.y) < APART_PX / 3)) continue;
      taken.push(at);
      const name = (this.english && place.name_en) || place.name;
      const icon = L.divIcon({ className: `ground-name ${place.kind}`, html: element("span", {}, [foreign(name)]), iconSize: [0, 0] });
      L.marker([place.lat, place.lon], { icon, pane: "ground", interactive: false, keyboard: false }).addTo(this.names);
      if (taken.length >= MOST_NAMES) break;
    }
  }
}
