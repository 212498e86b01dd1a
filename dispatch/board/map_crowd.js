/**
 * Many places on the map: drawn on one canvas while all are in view, and as marks with their
 * numbers once few enough are. Shape and size tell the state as well as the colour does.
 */

import * as L from "/leaflet/leaflet-src.esm.js";

/** @typedef {import("./site_map.js").Place} Place */

/** More marks than these are slow, and nobody can read them. */
export const MOST_MARKS = 250;
const RADIUS = { none: 4, met: 4, tight: 5, late: 6, unassigned: 6 };

/** Decides which places are marks and which are dots. */
export class Crowd {
  /**
   * @param {L.Map} map
   * @param {(place: Place) => L.Marker} mark makes a mark with its number
   * @param {(place: Place) => HTMLElement} popup
   */
  constructor(map, mark, popup) {
    this.map = map;
    this.mark = mark;
    this.popup = popup;
    this.dots = L.layerGroup();
    this.canvas = L.canvas({ padding: 0.3 });
    /** @type {Place[]} */
    this.places = [];
    /** @type {Map<Place, L.Marker>} */
    this.marks = new Map();
    /** A place that is a mark in any case. @type {Place | null} */
    this.kept = null;
    map.on("moveend", () => this.settle());
  }

  /** @param {Place[]} places */
  use(places) {
    for (const one of this.marks.values()) one.remove();
    this.marks.clear();
    this.dots.clearLayers();
    this.kept = null;
    this.places = places;
    this.settle();
    if (places.length <= MOST_MARKS) return;
    const colours = stateColours(this.map.getContainer());
    for (const place of places) {
      const [color, fillColor] = colours[place.state];
      const dot = L.circleMarker([place.at.lat, place.at.lon], {
        renderer: this.canvas, radius: RADIUS[place.state], color, fillColor, fillOpacity: 1,
        weight: place.state === "late" || place.state === "unassigned" ? 3 : 1.5,
        dashArray: place.state === "tight" ? "3 3" : undefined,
      });
      dot.bindPopup(() => this.popup(place));
      this.dots.addLayer(dot);
    }
  }

  /** Let one place stand out. @param {Place | null} place @returns {L.Marker | undefined} */
  keep(place) {
    this.kept = place;
    this.settle();
    return place === null ? undefined : this.marks.get(place);
  }

  /** Make marks of the places in view where they are few. */
  settle() {
    const view = this.places.length <= MOST_MARKS ? null : this.map.getBounds().pad(0.1);
    const inView = this.places.filter((one) => view === null || view.contains([one.at.lat, one.at.lon]));
    const crowded = inView.length > MOST_MARKS;
    const wanted = new Set(crowded ? [] : inView);
    if (this.kept) wanted.add(this.kept);
    for (const [place, one] of this.marks) {
      if (wanted.has(place)) continue;
      one.remove();
      this.marks.delete(place);
    }
    for (const place of wanted) {
      if (!this.marks.has(place)) this.marks.set(place, this.mark(place));
    }
    if (crowded) this.dots.addTo(this.map);
    else this.dots.remove();
  }
}

/**
 * What the style sheet draws the states in, in the present theme; a canvas does not know.
 *
 * @param {HTMLElement} frame
 * @returns {Record<string, [string, string]>} edge and filling
 */
function stateColours(frame) {
  /** @type {Record<string, [string, string]>} */
  const found = {};
  for (const state of Object.keys(RADIUS)) {
    const probe = document.createElement("div");
    probe.className = `place-mark sla-${state}`;
    const inner = probe.appendChild(document.createElement("span"));
    frame.append(probe);
    const style = getComputedStyle(inner);
    found[state] = [style.borderTopColor, style.backgroundColor];
    probe.remove();
  }
  return found;
}
