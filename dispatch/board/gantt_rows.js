/**
 * The rows of the Gantt from top to bottom: headings of territories, and one lane per shift. Their
 * heights are known before anything is drawn, so only those in view need to be. Pure.
 */

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Span} Span */

const LANE_PX = 44;
const SPARE_PX = 28;
const TERRITORY_PX = 26;

/**
 * @typedef {object} Row
 * @property {number} top Pixels from the first row's upper edge.
 * @property {number} height
 * @property {string} territory
 * @property {Lane | null} lane Null for the heading of a territory.
 * @property {boolean} first Whether it is the engineer's first lane in view.
 * @property {number} count Engineers of a territory; 0 for a lane.
 */

/** All rows, and where to find those of a shift. */
export class Rows {
  /**
   * @param {import("./types.js").World} world
   * @param {Span | null} bounds of the day in view, null for all days
   */
  constructor(world, bounds) {
    /** @type {Row[]} */
    this.all = [];
    this.height = 0;
    /** @type {Map<string, number>} */
    this.ofShift = new Map();
    /** @type {Map<string, {engineer: import("./types.js").Engineer, lanes: Lane[]}[]>} */
    const territories = new Map();
    for (const engineer of world.engineers) {
      const lanes = engineer.lanes.filter((one) => isIn(one, bounds));
      if (lanes.length === 0) continue;
      const known = territories.get(engineer.territory);
      if (known) known.push({ engineer, lanes });
      else territories.set(engineer.territory, [{ engineer, lanes }]);
    }
    const named = [...territories.keys()].some((one) => one !== "");
    for (const [territory, groups] of territories) {
      if (named) this.#add({ territory, lane: null, first: true, count: groups.length }, TERRITORY_PX);
      for (const { lanes } of groups) {
        for (const [number, lane] of lanes.entries()) {
          const spare = lane.route === null && number > 0;
          this.ofShift.set(lane.shift, this.all.length);
          this.#add({ territory, lane, first: number === 0, count: 0 }, spare ? SPARE_PX : LANE_PX);
        }
      }
    }
  }

  /** @returns {Lane[]} */
  lanes() {
    return this.all.flatMap((row) => (row.lane ? [row.lane] : []));
  }

  /**
   * The row at a height, by halving.
   *
   * @param {number} y pixels from the first row's upper edge
   * @returns {number} the last row when the height lies below all
   */
  at(y) {
    let low = 0;
    let high = this.all.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.all[middle].top <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Where an arrow key leads from a stop.
   *
   * @param {string} shift
   * @param {number} place of the stop in its lane
   * @param {string} key
   * @returns {{shift: string, place: number} | null}
   */
  next(shift, place, key) {
    const lanes = this.lanes().filter((lane) => lane.stops.length > 0);
    const row = lanes.findIndex((lane) => lane.shift === shift);
    if (row < 0) return null;
    const { stops } = lanes[row];
    const along = key === "ArrowRight" ? place + 1 : key === "ArrowLeft" ? place - 1
      : key === "Home" ? 0 : key === "End" ? stops.length - 1 : null;
    if (along !== null) return along in stops ? { shift, place: along } : null;
    const other = key === "ArrowDown" ? lanes[row + 1] : key === "ArrowUp" ? lanes[row - 1] : undefined;
    if (!other) return null;
    const { start } = stops[place];
    const near = other.stops.reduce((best, stop) =>
      Math.abs(stop.start - start) < Math.abs(best.start - start) ? stop : best);
    return { shift: other.shift, place: other.stops.indexOf(near) };
  }

  /** @param {Omit<Row, "top" | "height">} row @param {number} height */
  #add(row, height) {
    this.all.push({ ...row, top: this.height, height });
    this.height += height;
  }
}

/**
 * Whether a lane belongs to a day: its shift begins then, or its route reaches into it.
 *
 * @param {Lane} lane
 * @param {Span | null} bounds
 */
export function isIn(lane, bounds) {
  if (bounds === null) return true;
  const begins = lane.start >= bounds.start && lane.start < bounds.end;
  return begins || (lane.used !== null && lane.used.end > bounds.start && lane.used.start < bounds.end);
}
