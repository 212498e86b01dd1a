/**
 * Work that must not hold up a frame: done piece by piece after the next one is painted, whenever
 * the page has nothing better to do. Newer work takes the place of what is not done yet.
 */

/** At the latest after so long a piece is done whatever else there is to do. */
const LATEST_MS = 400;

/** One list of pieces at a time. */
export class Leisure {
  constructor() {
    this.turn = 0;
  }

  /** @param {(() => void)[]} pieces in their order */
  now(pieces) {
    this.turn += 1;
    for (const piece of pieces) piece();
  }

  /** @param {(() => void)[]} pieces in their order */
  later(pieces) {
    const turn = ++this.turn;
    const [...left] = pieces;
    const next = () => {
      const piece = turn === this.turn ? left.shift() : undefined;
      piece?.();
      if (piece && left.length > 0) whenIdle(next);
    };
    requestAnimationFrame(() => whenIdle(next));
  }
}

/** @param {() => void} act */
function whenIdle(act) {
  // Not every browser tells when it is idle.
  if (typeof requestIdleCallback === "function") requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, 30);
}
