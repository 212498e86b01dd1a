/**
 * The map: places of visits, depots and homes, and the routes as lines between them. Everything
 * that Leaflet shows is handed over as elements, never as strings, which it would read as HTML.
 */

import * as L from "/leaflet/leaflet-src.esm.js";
import { element, foreign } from "./element.js";
import { Crowd } from "./map_crowd.js";
import { Ground } from "./map_ground.js";
import { People } from "./map_people.js";

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Coordinates} Coordinates */
/** @typedef {"none" | "met" | "tight" | "late" | "unassigned"} PlaceState */
/** @typedef {{visit: Visit, number: number, sla: PlaceState}} Here */
/** @typedef {{at: Coordinates, here: Here[], state: PlaceState}} Place Where one visit or more are. */

/** More are not drawn. */
const MOST_HOMES = 60;
const DASHES = ["", "9 5", "2 6", "12 4 2 4"];
/** @type {PlaceState[]} */
const WORST = ["none", "met", "tight", "late", "unassigned"];

/** Owns the map. */
export class SiteMap {
  /**
   * @param {HTMLElement} frame
   * @param {(chosen: import("./types.js").Chosen) => void} choose
   */
  constructor(frame, choose) {
    this.frame = frame;
    this.choose = choose;
    this.map = L.map(frame, {
      zoomControl: false, attributionControl: false, zoomSnap: 0.25, maxZoom: 18, minZoom: 2,
      // Animations of a page that many look at all day only tire; and tests need not wait.
      zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
    });
    this.map.setView([0, 0], 2);
    this.ground = new Ground(this.map);
    this.drawing = L.layerGroup().addTo(this.map);
    this.people = new People(this.map, choose);
    this.asked = false;
    L.control.scale({ imperial: false }).addTo(this.map);
    /** @type {L.Control.Zoom | null} */
    this.zoom = null;
    /** @type {import("./words.js").Words | null} */
    this.words = null;
    this.crowd = new Crowd(this.map, (place) => this.#mark(place), (place) => this.#popup(place.here));
    /** By visit. @type {Map<string, Place>} */
    this.placeOf = new Map();
    /** @type {Map<string, L.Polyline>} */
    this.lines = new Map();
    /** @type {Place | undefined} */
    this.marked = undefined;
    /** @type {L.Polyline[]} */
    this.bright = [];
    this.fitted = "";
    /** @type {L.LatLngBounds | null} */
    this.all = null;
    new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(frame);
  }

  /** @param {string} url pattern of map tiles, empty for none @param {import("./words.js").Words} words */
  useTiles(url, words) {
    if (url === "" || this.tiles) return;
    this.tiles = L.tileLayer(url, { maxZoom: 19 }).addTo(this.map);
    L.control.attribution({ prefix: false }).addAttribution(words.say("map.tiles")).addTo(this.map);
  }

  /**
   * Read what lies under the routes once, and from time to time where engineers are.
   *
   * @param {import("./api.js").Api} api
   * @param {import("./words.js").Words} words
   * @param {() => void} changed
   */
  async refresh(api, words, changed) {
    const seen = this.people.ask(api, changed);
    if (!this.asked) {
      this.asked = true;
      const ground = await api.read("/base-map").catch(() => null);
      if (ground) this.ground.use(ground, words);
    }
    await seen;
  }

  /**
   * @param {import("./types.js").World} world
   * @param {Lane[]} lanes those in view
   * @param {import("./words.js").Words} words
   * @param {string} view what is in view; the map is fitted anew only when this changes
   */
  draw(world, lanes, words, view) {
    this.drawing.clearLayers();
    if (this.words && this.words !== words) this.ground.speak(words);
    this.words = words;
    this.placeOf.clear();
    this.lines.clear();
    this.marked = undefined;
    this.bright = [];
    this.#controls(words);
    /** @type {Map<string, {at: Coordinates, names: string[]}>} */
    const homes = new Map();
    /** @type {Map<string, Place>} */
    const places = new Map();
    const put = (/** @type {string} */ location, /** @type {Here} */ here) => {
      const at = world.places.get(location);
      if (!at) return;
      const key = `${at.lat},${at.lon}`;
      const place = places.get(key) ?? { at, here: [], state: here.sla };
      if (WORST.indexOf(here.sla) > WORST.indexOf(place.state)) place.state = here.sla;
      place.here.push(here);
      places.set(key, place);
      this.placeOf.set(here.visit.id, place);
    };
    for (const lane of lanes) {
      if (!lane.route) continue;
      this.#line(world, lane, words);
      const home = world.places.get(lane.startLocation);
      if (home) {
        const entry = homes.get(lane.startLocation) ?? { at: home, names: [] };
        const name = words.engineer(lane.engineer);
        if (!entry.names.includes(name)) entry.names.push(name);
        homes.set(lane.startLocation, entry);
      }
      for (const stop of lane.stops) {
        if (stop.visit) put(stop.visit.wire.location, { visit: stop.visit, number: stop.number, sla: stop.sla });
      }
    }
    for (const visit of world.visits.values()) {
      if (visit.unassigned) put(visit.wire.location, { visit, number: 0, sla: "unassigned" });
    }
    // Hundreds of homes would hide the visits; each engineer's is in the details of the shift.
    for (const { at, names } of homes.size > MOST_HOMES ? [] : homes.values()) {
      const title = words.say("map.home", { names: names.join(", ") });
      this.#sign(at, "home", "⌂", [title]);
    }
    for (const depot of world.answers.case.depots ?? []) {
      const at = world.places.get(depot.location);
      const named = world.depots.get(depot.id);
      const told = [words.say("map.depot"), named ? words.nameOf(named) : depot.id, named?.address ?? ""];
      if (at) this.#sign(at, "depot", "▲", told);
    }
    this.#fit(world, [...places.values()].map((one) => one.at), [...homes.values()].map((one) => one.at), view);
    this.crowd.use([...places.values()]);
  }

  /**
   * @param {import("./types.js").Chosen} chosen
   * @param {Set<string>} shifts the shifts that the selection touches
   * @param {boolean} reveal
   */
  show(chosen, shifts, reveal) {
    const mine = chosen?.kind === "visit" ? this.placeOf.get(chosen.id) : undefined;
    this.marked = mine;
    const mark = this.crowd.keep(mine ?? null);
    for (const one of this.crowd.marks.values()) {
      one.getElement()?.classList.toggle("chosen", one === mark);
      one.setZIndexOffset(one === mark ? 1000 : 0);
    }
    this.frame.classList.toggle("one-route", shifts.size > 0);
    for (const one of this.bright) one.getElement()?.classList.remove("chosen");
    this.bright = [...shifts].flatMap((shift) => this.lines.get(shift) ?? []);
    for (const one of this.bright) {
      one.getElement()?.classList.add("chosen");
      one.bringToFront();
    }
    if (mine && reveal && !this.map.getBounds().pad(-0.05).contains([mine.at.lat, mine.at.lon])) {
      this.map.panTo([mine.at.lat, mine.at.lon], { animate: false });
    }
    if (!mine) this.map.closePopup();
    const route = chosen?.kind === "shift" ? this.lines.get(chosen.id) : undefined;
    if (route && reveal && route.getBounds().isValid()) this.#look(route.getBounds());
  }

  /** Show all that is in view. */
  fit() {
    if (this.all) this.#look(this.all);
  }

  /** @param {import("./words.js").Words} words */
  #controls(words) {
    this.zoom?.remove();
    this.zoom = L.control.zoom({ position: "bottomright", zoomInTitle: words.say("zoom.in"), zoomOutTitle: words.say("zoom.out") });
    this.zoom.addTo(this.map);
  }

  /**
   * @param {import("./types.js").World} world
   * @param {Lane} lane
   * @param {import("./words.js").Words} words
   */
  #line(world, lane, words) {
    const locations = [lane.startLocation, ...lane.stops.map((stop) => stop.location), lane.endLocation];
    const points = locations.flatMap((one) => {
      const at = one === null ? undefined : world.places.get(one);
      return at ? [L.latLng(at.lat, at.lon)] : [];
    });
    const { colour } = lane.engineer;
    const line = L.polyline(points, {
      className: `route stroke-${colour % 12}`, weight: 2.5, opacity: 1,
      dashArray: DASHES[Math.floor(colour / 12) % DASHES.length] || undefined,
    });
    line.bindTooltip(() => element("span", {}, [foreign(words.engineer(lane.engineer))]), { sticky: true });
    line.on("click", () => this.choose({ kind: "shift", id: lane.shift }));
    line.addTo(this.drawing);
    const drawn = line.getElement();
    if (drawn instanceof SVGElement) drawn.dataset.shift = lane.shift;
    this.lines.set(lane.shift, line);
  }

  /**
   * @param {Coordinates} at
   * @param {string} kind
   * @param {string} sign
   * @param {string[]} lines
   */
  #sign(at, kind, sign, lines) {
    const icon = L.divIcon({ className: `landmark ${kind}`, html: element("span", {}, sign), iconSize: [17, 17] });
    const marker = L.marker([at.lat, at.lon], { icon, keyboard: false, zIndexOffset: -500 });
    const told = () => element("div", {}, lines.filter(Boolean).map((one) => element("p", {}, [foreign(one)])));
    marker.bindTooltip(told).bindPopup(told).addTo(this.drawing);
  }

  /** @param {Place} place */
  #mark(place) {
    const { at, here } = place;
    const words = /** @type {import("./words.js").Words} */ (this.words);
    const text = here.length === 1 ? String(here[0].number || "?") : `${here.length}×`;
    const icon = L.divIcon({
      className: `place-mark sla-${place.state}${place === this.marked ? " chosen" : ""}`, html: element("span", {}, text), iconSize: [24, 19],
    });
    const marker = L.marker([at.lat, at.lon], { icon, keyboard: false });
    marker.bindTooltip(() => element("div", {}, [
      element("p", {}, [foreign(words.visit(here[0].visit))]),
      here.length > 1 && element("p", {}, words.say("map.visits", { count: here.length })),
    ]));
    // One visit is selected at once; of several the popup asks which.
    if (here.length === 1) {
      marker.on("click", () => this.choose({ kind: "visit", id: here[0].visit.id }));
    }
    marker.bindPopup(() => this.#popup(here)).addTo(this.map);
    const drawn = marker.getElement();
    if (drawn) drawn.dataset.visits = here.map((one) => one.visit.id).join(" ");
    return marker;
  }

  /** @param {Here[]} here */
  #popup(here) {
    const words = /** @type {import("./words.js").Words} */ (this.words);
    const { site } = here[0].visit;
    return element("div", { class: "popup" }, [
      element("p", {}, [element("strong", {}, [foreign(words.visit(here[0].visit))])]),
      site?.address && element("p", {}, [foreign(site.address)]),
      element("ul", {}, here.map((one) => {
        const [stop] = one.visit.stops;
        const who = stop ? words.engineer(stop.lane.engineer) : words.say("detail.unassigned");
        return element("li", {}, [
          element("button", { type: "button", class: "link", "data-visit": one.visit.id },
            [foreign(words.work(one.visit)), " – ", foreign(who)],
            { on: { click: () => this.choose({ kind: "visit", id: one.visit.id }) } }),
        ]);
      })),
    ]);
  }

  /**
   * @param {import("./types.js").World} world
   * @param {Coordinates[]} places
   * @param {Coordinates[]} homes
   * @param {string} view
   */
  #fit(world, places, homes, view) {
    const points = [...places, ...homes];
    const all = points.length > 0 ? points : [...world.places.values()];
    if (this.fitted === view || all.length === 0) return;
    this.fitted = view;
    this.all = L.latLngBounds(all.map((at) => L.latLng(at.lat, at.lon)));
    this.fit();
  }

  /** @param {L.LatLngBounds} bounds */
  #look(bounds) {
    this.map.invalidateSize({ animate: false });
    this.map.fitBounds(bounds, { padding: [22, 22], maxZoom: 15, animate: false });
  }
}
