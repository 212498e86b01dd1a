/**
 * Whether a button of the mouse, a pen or a finger is down. What is drawn anew meanwhile would take
 * away the very thing that is being clicked, so it waits until it is let go.
 */

/** Some controls never tell that they were let go, a list that opens say. */
const LONGEST_MS = 1500;

/** One pointer at a time; that is all it takes. */
export class Hand {
  constructor() {
    this.down = false;
    /** When it was moved last. */
    this.moved = 0;
    /** @type {(() => void) | null} */
    this.waiting = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    addEventListener("pointerdown", () => this.#press(), true);
    addEventListener("pointermove", (event) => this.#move(event), { capture: true, passive: true });
    for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => this.#release(), true);
    addEventListener("blur", (event) => event.target === window && this.#release());
  }

  /**
   * @param {() => void} act done at once when nothing is held down, else as soon as it is let go
   * @returns {boolean} whether it has to wait
   */
  waits(act) {
    if (this.down) this.waiting = act;
    return this.down;
  }

  #press() {
    this.down = true;
    this.moved = performance.now();
    this.#watch();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.down) return;
    if (event.buttons === 0 && event.pointerType !== "touch") this.#release();
    else this.moved = performance.now();
  }

  #watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (performance.now() - this.moved < LONGEST_MS) this.#watch();
      else this.#release();
    }, LONGEST_MS);
  }

  /** The click comes in the same breath; what waits comes after it. */
  #release() {
    if (!this.down) return;
    this.down = false;
    clearTimeout(this.timer);
    setTimeout(() => {
      if (this.down) return;
      const { waiting } = this;
      this.waiting = null;
      waiting?.();
    });
  }
}
