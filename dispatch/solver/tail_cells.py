"""The cells of a tail: what is known of a route from one of its stops to its end (see `tail`)."""

from __future__ import annotations

LAST, OPEN, SPAN, QUIET, HOME, FAR, LOOSE, OWED, REACHED = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""The latest arrival that keeps every window; the earliest that does not wait; seconds of travel
and work; the latest arrival with which nobody is served late; seconds and metres of travel;
whether the figures are bounds only; money of the tail for being late as the route is, and the
arrival that this money belongs to."""

PLAIN_CELLS = 9
"""All that there is to say where no shift has a break and no stop costs money."""

LEAST = 9
"""Money of the stops of the tail whenever they start within windows and shift: for a due ideal or a
promise that is past or out of reach, for an arrival that is late already."""

BREAK_LAST, BREAK_OPEN = 10, 11
"""The same as `LAST` and `OPEN` where the single break of the shift is taken behind the first stop
of the tail: no arrival after `BREAK_LAST` leaves room for it, and none before `BREAK_OPEN` goes on
without waiting. Both hold for every place of the break, so they are bounds."""

FEE_AT, FEES = 12, 3
"""From `FEE_AT` on pairs of an arrival and a fee that any later one costs, the dearest few: of an SLA
deadline or the end of a promise. An unused pair has no fee."""

TAIL_CELLS = FEE_AT + 2 * FEES
