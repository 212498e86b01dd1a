"""What the compiled search remembers: routes with their labels, the bank of unplanned visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver import layout
from dispatch.solver.base_route import MOST_BASES, base_cells
from dispatch.solver.label import FIELDS
from dispatch.solver.memory import FIRST, LONGEST_CHAIN
from dispatch.solver.problem import FOREVER
from dispatch.solver.search_world import TRIES
from dispatch.solver.trace import trace_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dispatch.solver.problem import Problem

    Buffer = NDArray[np.int64]

MOST_PRICES = 1 << 21
"""How many prices are remembered at most."""

WAYS_TO_REMEMBER = 4
"""How many prices of a visit on a shift are remembered: a route that changed often changes back."""

CACHED = 6
"""Cells of a remembered price, see `plain_places`."""


MOST_ROUTES = 1 << 15
MEMORY_ROOM = 1 << 23
"""How many routes are remembered at most, and in how many cells (64 megabytes)."""

MOST_FAVOURED = 1000

LABEL_CELLS = 1 << 26
"""How many cells the labels of all routes may take (half a gigabyte)."""


def longest_route(problem: Problem, options: int, block: int) -> int:
    """A bound of the number of stops of any route: as many shortest visits as fit in a shift.

    Parameters
    ----------
    options
        Number of pickup options.
    block
        Cells of the labels of one stop. Where so many stops in so many shifts would not fit in
        memory, routes are held shorter, which at that size nothing but short work can reach.
    """
    n = len(problem.visits)
    span = max((s.latest_end - s.start for s in problem.shifts), default=0)
    shortest = np.sort(np.array([v.duration for v in problem.visits] or [0], dtype=np.int64))
    factors = [
        num / den
        for e in problem.engineers
        for num, den in e.duration_factors.values()
        if num < den
    ]
    shortest = (shortest * min(factors, default=1.0)).astype(np.int64)
    fit = int(np.searchsorted(np.cumsum(shortest), span, side="right"))
    begun = sum(p.started for v in problem.visits for p in v.pins)
    kept = max((len(s.fixed_pickups) for s in problem.shifts), default=0)
    room = LABEL_CELLS // max(1, len(problem.shifts) * block)
    return max(min(n, fit + begun, room), begun) + min(options, 8) + kept + 4


def seed_bits(seed: int) -> int:
    """The state of the random draws that a seed begins with."""
    return (seed * 0x9E3779B97F4A7C15 + 0x1234567) & (2**63 - 1) or 1


def new_state(problem: Problem, w: Buffer, options: int, seed: int) -> Buffer:
    """An empty state: every visit in the bank, no route used.

    Parameters
    ----------
    problem, w
        The problem and its flat form.
    options
        Number of pickup options.
    seed
        Seed of the random draws.
    """
    n, shifts, nodes = len(problem.visits), len(problem.shifts), int(w[layout.NODES])
    rests = max((len(s.breaks) for s in problem.shifts), default=0) + 1
    parts, buckets = int(w[layout.PARTS]), int(w[layout.BUCKETS])
    crew = max((v.crew_size for v in problem.visits), default=1)
    left_out = [sum(1 for v in problem.visits if v.tier == t) for t in range(4)]
    prices = max(1024, WAYS_TO_REMEMBER * n * shifts)
    cells = min(MOST_PRICES, 1 << (prices - 1).bit_length())
    block = rests * FIELDS
    traced = crew > 1 or w[layout.WORST_RATE] > 0
    stops = longest_route(problem, options, block)
    width = FIRST + 2 * stops
    bases = min(MOST_BASES, max(1, shifts))
    routes = min(MOST_ROUTES, 1 << (MEMORY_ROOM // width).bit_length() - 1)
    scalars = {
        layout.BANKED: n,
        layout.STOPS: stops,
        layout.RESTS: rests,
        layout.CREW_WIDTH: crew,
        layout.CACHE_SIZE: cells,
        layout.STEP: 1,
        layout.REMOVED: 10,
        layout.LONGEST: 10,
        layout.EMPTYING: 50,
        layout.BASE_ROOM: bases,
        layout.BASE_CELLS: base_cells(stops, rests, options),
        layout.MEMORY_CELLS: routes,
        layout.MEMORY_WIDTH: width,
        **{layout.LEFT_OUT + t: count for t, count in enumerate(left_out)},
    }
    never, always = np.full(nodes, -FOREVER), np.full(nodes, FOREVER)

    def zeros(*shape: int) -> NDArray[np.int64]:
        return np.broadcast_to(np.int64(0), shape)

    tables = {
        layout.WHERE: np.full(n, -1),
        layout.MEMBER: np.full((n, crew), -1),
        layout.LOW: never,
        layout.HIGH: always,
        layout.OWN_LOW: never[:n],
        layout.OWN_HIGH: always[:n],
        layout.CREW_TIME: zeros(n),
        layout.CREW_LATE: np.full((n, crew) if crew > 1 else 0, -1),
        layout.REBATE: zeros(n if crew > 1 else 0),
        layout.BANK: np.arange(n),
        layout.AT_BANK: np.arange(n),
        layout.USED: zeros(buckets),
        layout.ROUTE: zeros(shifts, stops),
        layout.LENGTH: zeros(shifts),
        layout.COST: zeros(shifts),
        layout.SIDE_COST: zeros(shifts),
        layout.HASH: zeros(shifts),
        layout.LABELS: zeros(shifts, stops + 1, block),
        layout.TRAVEL: zeros(shifts, stops + 1),
        layout.METRES_RUN: zeros(shifts, stops + 1),
        layout.TAIL: zeros(shifts, stops + 1, int(w[layout.TAIL_WIDTH])),
        layout.TIMED: zeros(shifts, stops + 1),
        layout.VAN: zeros(shifts, parts),
        layout.DRAWN: zeros(shifts, buckets),
        layout.WORKED: zeros(shifts, 2),
        layout.MOST_LATE: zeros(shifts),
        layout.RNG: np.array([seed_bits(seed)]),
        layout.SEQ: zeros(stops + 4),
        layout.BASES: zeros(bases, base_cells(stops, rests, options)),
        layout.STOOD: zeros(stops + 4),
        layout.PICKUP_BOUND: zeros(stops + 5, options),
        layout.FLOW: zeros(7, block),
        layout.PARENT: zeros(rests),
        layout.VAN_NEED: zeros(parts),
        layout.KEPT: zeros(parts),
        layout.SOURCE: zeros(parts),
        layout.LOADS: zeros(stops + 4, parts),
        layout.DRAW: zeros(buckets),
        layout.OUT: zeros(8),
        layout.MARK: zeros(n),
        layout.TOUCHED: zeros(shifts),
        layout.NOTED: zeros(n),
        layout.IS_NOTED: zeros(n),
        layout.CHOSEN: zeros(shifts),
        layout.TRACE: zeros(trace_cells(stops, rests - 1) if traced else 0),
        layout.TEAM: zeros(shifts),
        layout.TEAM_BARE: zeros(shifts),
        layout.TEAM_LEAD: zeros(shifts),
        layout.KEPT_LOW: zeros(n),
        layout.LEAST: zeros(n),
        layout.FAMILY: zeros(n),
        layout.STALE: zeros(shifts),
        layout.IS_STALE: zeros(shifts),
        layout.IS_TOUCHED: zeros(shifts),
        layout.ORDER: zeros(n),
        layout.SCORE: zeros(max(n, TRIES)),
        layout.PENALTY: zeros(4),
        layout.BOUND: zeros(stops + 5),
        layout.SEEN: zeros(2, shifts),
        layout.FAVOURED: zeros(MOST_FAVOURED),
        layout.PLANTED: zeros(LONGEST_CHAIN),
        layout.AFFECTED: zeros(n),
        layout.IS_AFFECTED: zeros(n),
        # Large and only of use to a search: whoever reads a plan copies what stands before.
        layout.CACHE_KEY: zeros(cells, 2),
        layout.CACHE: zeros(cells, CACHED),
        layout.MEMORY: zeros(routes, width),
    }
    return layout.pack(layout.STATE_HEADER, scalars, tables)
