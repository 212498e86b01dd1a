/**
 * Carrying visits over the Gantt: with mouse or pen at once, by touch after a long press, and by
 * keys. Where the lanes are is measured once when the carrying begins; moving only sets transforms.
 */

import { element, foreign } from "./element.js";

/** @typedef {import("./types.js").Lane} Lane */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {{visits: Visit[], lane: Lane | null, at: number, out: boolean, by: number, from: string | null}} Target
 *   Where it would go: a lane and a time, or out of all routes; and the shift that it was taken from,
 *   which tells the members of a crew apart. */

const FAR_PX = 5;
const LONG_PRESS_MS = 380;
const SNAP = 300_000;
const EDGE_PX = 36;
const HEAD_PX = 200;
/** So far sideways somebody wants to see what lies beyond the edge. */
const SIDEWAYS_PX = 60;

/**
 * @typedef {object} Hooks
 * @property {(id: string) => Visit[]} carried what goes along with a visit; empty when it may not
 * @property {(target: Target) => void} over told whenever the target changes
 * @property {(target: Target) => void} drop
 * @property {() => void} end
 */

/** One drag at a time. */
export class GanttDrag {
  /**
   * @param {import("./gantt.js").Gantt} gantt
   * @param {HTMLElement} tray where dropping takes visits out of their routes
   * @param {Hooks} hooks
   */
  constructor(gantt, tray, hooks) {
    this.gantt = gantt;
    this.tray = tray;
    this.hooks = hooks;
    /** @type {Target | null} */
    this.target = null;
    /** @type {{x: number, y: number, id: string, pointer: number, grab: number, from: string | null} | null} */
    this.pressed = null;
    this.byKeys = false;
    this.tip = element("div", { class: "drag-tip", role: "status" });
    this.ghost = element("div", { class: "drag-ghost", hidden: true }, [this.tip]);
    this.mark = element("div", { class: "drop-mark", hidden: true, "aria-hidden": "true" });
    document.body.append(this.ghost);
    for (const place of [gantt.scroller, tray]) {
      place.addEventListener("pointerdown", (event) => this.#press(event));
      // A long press that became a drag must not scroll.
      place.addEventListener("touchmove", (event) => {
        if (this.target && event.cancelable) event.preventDefault();
      }, { passive: false });
      place.addEventListener("contextmenu", (event) => {
        if (this.pressed?.pointer !== undefined && this.target) event.preventDefault();
      });
    }
    addEventListener("pointermove", (event) => this.#move(event));
    addEventListener("pointerup", (event) => this.#release(event));
    addEventListener("pointercancel", () => this.cancel());
    // After a drag the browser still reports a click; it selects nothing.
    addEventListener("click", (event) => {
      if (!this.swallow) return;
      this.swallow = false;
      event.stopPropagation();
      event.preventDefault();
    }, true);
  }

  get active() {
    return this.target !== null;
  }

  /** Begin to carry by keys. @param {Visit} visit @param {string} [from] the shift of the stop that has the focus */
  carry(visit, from) {
    const visits = this.hooks.carried(visit.id);
    const stop = visit.stops.find((one) => one.lane.shift === from) ?? visit.stops[0];
    const lane = stop?.lane ?? this.gantt.rows?.lanes()[0] ?? null;
    if (visits.length === 0 || !lane) return;
    this.#begin(visits);
    this.byKeys = true;
    this.#aim({ visits, lane, at: stop?.start ?? lane.start, out: false, by: 0, from: stop?.lane.shift ?? null });
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was meant for carrying */
  key(event) {
    const { target } = this;
    if (!target) return false;
    if (event.key === "Escape") {
      this.cancel();
      return true;
    }
    if (!this.byKeys || !target.lane) return false;
    const step = event.shiftKey ? 6 * SNAP : SNAP;
    const lanes = this.gantt.rows?.lanes() ?? [];
    const row = lanes.indexOf(target.lane);
    if (event.key === "ArrowLeft") this.#aim({ ...target, at: snap(target.at - step) });
    else if (event.key === "ArrowRight") this.#aim({ ...target, at: snap(target.at + step) });
    else if (event.key === "ArrowUp") this.#aim({ ...target, lane: lanes[row - 1] ?? target.lane });
    else if (event.key === "ArrowDown") this.#aim({ ...target, lane: lanes[row + 1] ?? target.lane });
    else if (event.key === "Enter" || event.key === " ") this.#drop();
    else return event.key === "Tab";
    return true;
  }

  cancel() {
    clearTimeout(this.longPress);
    this.pressed = null;
    if (!this.target) return;
    this.#finish();
    this.hooks.end();
  }

  /** Say what the move would do. @param {Node[]} lines @param {string} state */
  tell(lines, state) {
    if (!this.target) return;
    this.tip.className = `drag-tip ${state}`;
    this.tip.replaceChildren(...lines);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || this.target) return;
    const from = /** @type {HTMLElement} */ (event.target).closest("button.stop[data-visit], .card-title");
    if (!(from instanceof HTMLElement)) return;
    const id = from.dataset.visit ?? /** @type {HTMLElement | null} */ (from.closest("[data-visit]"))?.dataset.visit;
    if (id === undefined) return;
    const grab = from.matches(".stop") ? event.clientX - from.getBoundingClientRect().left : 0;
    this.pressed = { x: event.clientX, y: event.clientY, id, pointer: event.pointerId, grab, from: from.dataset.shift ?? null };
    this.swallow = false;
    if (event.pointerType === "touch") {
      this.longPress = setTimeout(() => this.#start(event), LONG_PRESS_MS);
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { pressed } = this;
    if (!pressed || event.pointerId !== pressed.pointer) return;
    if (!this.target) {
      const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR_PX;
      if (!far) return;
      if (event.pointerType === "touch") {
        clearTimeout(this.longPress);
        this.pressed = null;
        return;
      }
      this.#start(event);
    }
    this.x = event.clientX;
    this.y = event.clientY;
    this.frame ??= requestAnimationFrame(() => this.#follow());
  }

  /** @param {PointerEvent} event */
  #start(event) {
    const { pressed } = this;
    const visits = pressed ? this.hooks.carried(pressed.id) : [];
    if (!pressed || visits.length === 0) {
      this.pressed = null;
      return;
    }
    this.#begin(visits);
    this.byKeys = false;
    this.target = { visits, lane: null, at: 0, out: false, by: 0, from: pressed.from };
    this.x = event.clientX;
    this.y = event.clientY;
    this.trayFrame = this.tray.getBoundingClientRect();
    this.#follow();
  }

  /** @param {Visit[]} visits */
  #begin(visits) {
    this.bounds = this.gantt.scroller.getBoundingClientRect();
    this.ghost.hidden = false;
    this.tip.className = "drag-tip";
    this.tip.replaceChildren(foreign(this.gantt.view?.words.title(visits[0]) ?? visits[0].id));
    this.gantt.body.append(this.mark);
    document.body.classList.add("dragging");
  }

  #follow() {
    this.frame = undefined;
    const { target, bounds, pressed, gantt } = this;
    if (!target || !bounds || !pressed) return;
    const [x, y] = [this.x ?? 0, this.y ?? 0];
    // Where there is no room below or on the right, it hangs on the other side.
    const across = x > innerWidth - 350 ? `calc(${x - 14}px - 100%)` : `${x + 14}px`;
    const down = y > innerHeight * 0.62 ? `calc(${y - 16}px - 100%)` : `${y + 16}px`;
    this.ghost.style.setProperty("transform", `translate(${across}, ${down})`);
    const tray = this.trayFrame;
    const out = tray !== undefined && x >= tray.left && x <= tray.right && y >= tray.top && y <= tray.bottom;
    const found = out ? null : gantt.under(x - pressed.grab, y, bounds);
    if (found) this.#scrollAtEdges(x, y, x - pressed.x);
    const lane = found?.lane ?? null;
    const at = found ? snap(found.at) : 0;
    if (lane !== target.lane || at !== target.at || out !== target.out) {
      this.#aim({ ...target, lane, at, out });
    }
  }

  /** @param {number} x @param {number} y @param {number} way how far sideways it was carried */
  #scrollAtEdges(x, y, way) {
    const bounds = /** @type {DOMRect} */ (this.bounds);
    const down = y > bounds.bottom - EDGE_PX ? 14 : y < bounds.top + EDGE_PX + 26 ? -14 : 0;
    const along = way > SIDEWAYS_PX && x > bounds.right - EDGE_PX ? 14
      : way < -SIDEWAYS_PX && x < bounds.left + HEAD_PX + EDGE_PX ? -14 : 0;
    if (down === 0 && along === 0) return;
    this.gantt.scroller.scrollBy(along, down);
    this.frame = requestAnimationFrame(() => this.#follow());
  }

  /** @param {Target} target */
  #aim(target) {
    const first = target.visits[0].stops[0];
    this.target = { ...target, by: first && target.lane ? target.at - first.start : 0 };
    this.tray.classList.toggle("drop-here", target.out);
    const index = target.lane ? this.gantt.rows?.ofShift.get(target.lane.shift) : undefined;
    this.mark.hidden = index === undefined;
    if (index !== undefined && target.lane) {
      // The Gantt may have been drawn anew since the carrying began.
      if (!this.mark.isConnected) this.gantt.body.append(this.mark);
      if (this.byKeys) this.#showKeys(index);
      const row = /** @type {import("./gantt_rows.js").Rows} */ (this.gantt.rows).all[index];
      const length = first ? first.finish - first.start : 3_600_000;
      const left = this.gantt.xOf(target.at);
      this.mark.style.setProperty("transform", `translate(${left}px, ${row.top}px)`);
      this.mark.style.setProperty("width", `${this.gantt.xOf(target.at + length) - left}px`);
      this.mark.style.setProperty("height", `${row.height}px`);
    }
    this.hooks.over(this.target);
  }

  /** @param {number} index */
  #showKeys(index) {
    this.gantt.reveal(index, null);
    const row = /** @type {import("./gantt_rows.js").Rows} */ (this.gantt.rows).all[index];
    const { scrollTop, scrollLeft } = this.gantt.scroller;
    const bounds = /** @type {DOMRect} */ (this.bounds);
    const x = Math.min(bounds.left + 200 + this.gantt.xOf(this.target?.at ?? 0) - scrollLeft, bounds.right - 280);
    const y = bounds.top + 26 + row.top - scrollTop;
    const down = y > innerHeight * 0.62 ? `calc(${y - 6}px - 100%)` : `${y + row.height + 6}px`;
    this.ghost.style.setProperty("transform", `translate(${x}px, ${down})`);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    clearTimeout(this.longPress);
    if (!this.pressed || event.pointerId !== this.pressed.pointer) return;
    if (!this.target) {
      this.pressed = null;
      return;
    }
    this.swallow = true;
    setTimeout(() => { this.swallow = false; }, 50);
    this.#drop();
  }

  #drop() {
    const { target } = this;
    if (!target) return;
    this.#finish();
    this.hooks.end();
    if (target.lane || target.out) this.hooks.drop(target);
  }

  #finish() {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.target = null;
    this.pressed = null;
    this.byKeys = false;
    this.ghost.hidden = true;
    this.mark.remove();
    this.tray.classList.remove("drop-here");
    document.body.classList.remove("dragging");
  }
}

/** @param {number} at */
function snap(at) {
  return Math.round(at / SNAP) * SNAP;
}
