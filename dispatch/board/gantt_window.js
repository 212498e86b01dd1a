/**
 * Keeps the rows in view drawn, and no others: of five hundred lanes some twenty exist at a time.
 * Heights come from the row model, so scrolling reads nothing back from the layout.
 */

/** @typedef {import("./gantt_rows.js").Rows} Rows */
/** @typedef {import("./gantt_rows.js").Row} Row */

/** Rows this far outside of the view are drawn beforehand. */
const AHEAD_PX = 360;

/** The drawn part of the rows. */
export class RowWindow {
  /**
   * @param {HTMLElement} place
   * @param {(row: Row, index: number) => HTMLElement} make
   */
  constructor(place, make) {
    this.place = place;
    this.make = make;
    /** @type {Rows | null} */
    this.rows = null;
    /** @type {Map<number, HTMLElement>} */
    this.drawn = new Map();
    /** Whether all rows are drawn, as paper needs them. */
    this.whole = false;
  }

  /** Start anew with other rows. @param {Rows} rows */
  use(rows) {
    this.rows = rows;
    this.drawn.clear();
    this.place.replaceChildren();
    this.place.style.setProperty("height", `${rows.height}px`);
  }

  /**
   * Draw what has come into view and drop what has left it.
   *
   * @param {number} top pixels scrolled past
   * @param {number} height of the view
   */
  update(top, height) {
    const { rows } = this;
    if (!rows || rows.all.length === 0) return;
    const first = this.whole ? 0 : rows.at(top - AHEAD_PX);
    const last = this.whole ? rows.all.length - 1 : rows.at(top + height + AHEAD_PX);
    const focused = document.activeElement?.closest("[data-row]");
    for (const [index, one] of this.drawn) {
      // A row that has the keyboard's focus stays, or the focus would be lost.
      if ((index >= first && index <= last) || one === focused) continue;
      one.remove();
      this.drawn.delete(index);
    }
    /** @type {HTMLElement | null} */
    let next = null;
    for (const [index, one] of this.drawn) {
      if (index > last && (next === null || index < Number(next.dataset.row))) next = one;
    }
    // From the bottom up, so that the order of the elements is the order of the rows.
    for (let index = last; index >= first; index -= 1) {
      const known = this.drawn.get(index);
      if (known) {
        next = known;
        continue;
      }
      next = this.#put(index, next);
    }
  }

  /**
   * The element of a row, drawn now if need be.
   *
   * @param {number} index
   * @returns {HTMLElement}
   */
  get(index) {
    const known = this.drawn.get(index);
    if (known) return known;
    const after = [...this.drawn.keys()].filter((one) => one > index);
    const next = after.length > 0 ? this.drawn.get(Math.min(...after)) : undefined;
    return this.#put(index, next ?? null);
  }

  /** @param {number} index @param {HTMLElement | null} before */
  #put(index, before) {
    const row = /** @type {Rows} */ (this.rows).all[index];
    const made = this.make(row, index);
    made.dataset.row = String(index);
    made.style.setProperty("top", `${row.top}px`);
    made.style.setProperty("height", `${row.height}px`);
    this.place.insertBefore(made, before);
    this.drawn.set(index, made);
    return made;
  }
}
