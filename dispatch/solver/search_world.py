"""Flat arrays of the compiled search: who may, with what, near what, linked to what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.solver import layout
from dispatch.solver.problem import FOREVER, UNLIMITED, UNREACHABLE, Objective, Problem
from dispatch.solver.world import (
    PLENTY,
    PickupOption,
    side_prices,
    van_stock,
    wishes,
    work_seconds,
    world_scalars,
    world_tables,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEIGHBOURS = 120
"""How many nearest visits each visit remembers; strings are grown around them."""

NONE, FINITE, ENDLESS = 0, 1, 2

FEW_SHIFTS = 64
"""Up to so many shifts each visit is priced on all of them."""

NEAREST_HOMES = 16
"""With more, on those around it and on so many that begin nearest."""

MOST_CHOICES = 12
"""How many pickup options of each visit are tried."""

TRIES = 10
"""How many common starts are tried for a crew."""

WISHES = 2
"""How many moments a visit may be worth waiting for: a promise and a due ideal."""


def pickup_options(problem: Problem) -> list[PickupOption]:
    """Every way to pick parts up: each depot at once or after an inbound delivery, and fixed ones."""
    found = []
    for d, depot in enumerate(problem.depots):
        found.append(PickupOption(d))
        if not depot.unlimited:
            moments = {w for w, p, _ in depot.inbound if depot.stock.get(p, 0) != UNLIMITED}
            found += [PickupOption(d, when) for when in sorted(moments) if when < problem.horizon]
    for shift in problem.shifts:
        for pickup in shift.fixed_pickups:
            found.append(
                PickupOption(
                    pickup.depot,
                    pickup.start,
                    pickup.start,
                    fixed=True,
                    started=pickup.started,
                    under_way=pickup.under_way,
                )
            )
    return found


ROWS_AT_A_TIME = 256


def compile_search(problem: Problem, options: list[PickupOption]) -> NDArray[np.int64]:
    """Lay out all that the compiled search reads of a problem in one buffer (see `layout`).

    `SUPPLY` tells of each depot and part whether it is absent, finite or endless; finite supplies
    are cut into buckets of time at each inbound delivery, `BUCKET_CUM` being all that has arrived.
    """
    visits, shifts = problem.visits, problem.shifts
    n = len(visits)
    tools = _tool_masks(problem)
    supply, bucket_ptr, bucket_time, bucket_cum = _buckets(problem)
    fixed = [s for s, shift in enumerate(shifts) for _ in shift.fixed_pickups]
    free = len(options) - len(fixed)
    chains = [problem.shifts_of(e) for e in range(len(problem.engineers))]
    links = [v.after for v in visits]
    behind: list[list[int]] = [[] for _ in visits]
    for v, row in enumerate(links):
        for link in row:
            behind[link.visit].append(v)
    linked = [
        i for i, v in enumerate(visits) if v.crew_size > 1 or bool(v.after) or bool(behind[i])
    ]
    near, allowed = _neighbours(problem), _allowed(problem)
    homes = _homes(problem, allowed)
    choices = _choices(problem, options, supply)
    tables = {
        **world_tables(problem, options),
        layout.ALLOWED: allowed,
        layout.ENGINEER_TOOLS: tools[0],
        layout.VISIT_TOOLS: tools[1],
        layout.DEPOT_TOOLS: tools[2],
        layout.NEEDS: _ints([int(bool(v.tools or v.parts)) for v in visits]),
        layout.PART_PTR: _offsets([v.parts for v in visits]),
        layout.PART: _ints([p for v in visits for p, _ in v.parts]),
        layout.QUANTITY: _ints([q for v in visits for _, q in v.parts]),
        layout.STOCK: van_stock(problem),
        layout.OPTION_DEPOT: _ints([o.depot for o in options]),
        layout.OPTION_SHIFT: _ints([-1] * free + fixed),
        layout.FIXED_LOADS: _fixed_loads(problem, len(options), free),
        layout.SUPPLY: supply,
        layout.BUCKET_PTR: bucket_ptr,
        layout.BUCKET_TIME: bucket_time,
        layout.BUCKET_CUM: bucket_cum,
        layout.CHAIN_PTR: _offsets(chains),
        layout.CHAIN: _ints([s for row in chains for s in row]),
        layout.NEAR: near,
        layout.RANK: _ints([int(v.tier) for v in visits]),
        layout.REMOVABLE: _ints([int(all(p.start is None for p in v.pins)) for v in visits]),
        layout.BEFORE_PTR: _offsets(links),
        layout.BEFORE: _ints([link.visit for row in links for link in row]),
        layout.BEFORE_MIN: _ints([link.min_delay for row in links for link in row]),
        layout.BEFORE_MAX: _ints(
            [FOREVER if k.max_delay is None else k.max_delay for row in links for k in row]
        ),
        layout.BEHIND_PTR: _offsets(behind),
        layout.BEHIND: _ints([b for row in behind for b in row]),
        layout.PIN_PTR: _offsets([v.pins for v in visits]),
        layout.PIN_SHIFT: _ints([p.shift for v in visits for p in v.pins]),
        layout.LINKED: np.isin(np.arange(n), linked).astype(np.int64),
        layout.LINK: _ints(linked),
        layout.CREW_WISH: _ints(
            [v.preference_price if v.preferred_engineers else 0 for v in visits]
        ),
        layout.CREW_CHANGE: _ints([v.engineer_change_price for v in visits]),
        layout.WISHED: _wished(problem),
        layout.REMOTE: _remote(problem),
        layout.TWIN: twins(problem, allowed),
        layout.HOMES: homes,
        layout.CHOICE_PTR: _offsets(choices),
        layout.CHOICE: _ints([o for row in choices for o in row]),
        layout.UNPOPULAR: _ints([v.unpopular for v in visits] + [0] * len(options)),
        layout.HISTORY: _ints([e.workload for e in problem.engineers]),
        layout.OPENS: _ints([v.windows[0].earliest if v.windows else 0 for v in visits]),
        layout.CLOSES: _ints([v.windows[-1].latest if v.windows else -1 for v in visits])
        if n
        else _ints([]),
    }
    by_time = problem.objective is Objective.WORKING_TIME
    scalars = {
        **world_scalars(problem, options),
        layout.WORDS: tools[0].shape[1],
        layout.NEAR_WIDTH: near.shape[1],
        layout.HOMES_WIDTH: homes.shape[1],
        layout.FAIR_RATE: 0 if by_time else problem.fairness_rate,
        layout.WORST_RATE: 0 if by_time else problem.worst_lateness_per_hour,
        layout.BUCKETS: len(bucket_time),
        layout.LINKS: len(linked),
        layout.TWO_WAY: int(_is_two_way(problem)),
        layout.MULTI_SHIFT: int(max((len(row) for row in chains), default=1) > 1),
    }
    return layout.pack(layout.WORLD_HEADER, scalars, tables)


def _is_two_way(problem: Problem) -> bool:
    """Whether every leg takes as long, and is as long, one way as the other."""
    seconds, metres = problem.travel_seconds, problem.travel_metres
    for first in range(0, problem.num_locations, ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        if not np.array_equal(metres[rows], metres[:, rows].T):
            return False
        if not np.array_equal(seconds[:, rows], seconds[:, :, rows].transpose(0, 2, 1)):
            return False
    return True


def _wished(problem: Problem) -> NDArray[np.int64]:
    """Up to `WISHES` moments (columns) worth waiting for at each visit (row)."""
    table = np.full((len(problem.visits), WISHES), -FOREVER, dtype=np.int64)
    for v, visit in enumerate(problem.visits):
        for c, moment in enumerate(wishes(problem, visit)):
            table[v, c] = moment
    return table


def _allowed(problem: Problem) -> NDArray[np.uint8]:
    """Whether each visit (row) may be served on each shift (column), the clock aside."""
    engineers = range(len(problem.engineers))
    of_shift = _ints([shift.engineer for shift in problem.shifts])
    table = np.zeros((len(problem.visits), len(problem.shifts)), dtype=np.uint8)
    alike: dict[Any, NDArray[np.bool_]] = {}
    for v, visit in enumerate(problem.visits):
        key = (visit.skills, visit.required_engineers, visit.forbidden_engineers)
        if key not in alike:
            may = np.array([problem.may_serve(v, e) for e in engineers], dtype=np.bool_)
            alike[key] = may[of_shift]
        if visit.crew_size > len(visit.pins):
            table[v] = alike[key]
        for pin in visit.pins:
            table[v, pin.shift] = pin.started or alike[key][pin.shift]
    return table


def _remote(problem: Problem) -> NDArray[np.int64]:
    """Seconds from the nearest start of a shift to each visit."""
    starts = sorted({s.start_location for s in problem.shifts})
    if not starts or not problem.visits:
        return np.zeros(len(problem.visits), dtype=np.int64)
    ways = problem.travel_seconds[0][np.ix_(starts, [v.location for v in problem.visits])]
    return np.where(ways < 0, FOREVER, ways).min(axis=0).astype(np.int64)


def twins(problem: Problem, allowed: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Give each shift the number of the first one that nothing distinguishes from it.

    Only shifts of engineers who have no other shift can be twins, for others share a van.
    """
    side, work = side_prices(problem), work_seconds(problem)
    groups: dict[Any, int] = {}
    table = np.empty(len(problem.shifts), dtype=np.int64)
    for s, shift in enumerate(problem.shifts):
        engineer = problem.engineers[shift.engineer]
        key: Any = s
        if len(problem.shifts_of(shift.engineer)) == 1 and not shift.fixed_pickups:
            key = (
                replace(shift, engineer=0),
                engineer.tools,
                tuple(sorted(engineer.stock.items())),
                allowed[:, s].tobytes(),
                side[:, shift.engineer].tobytes(),
                work[shift.engineer].tobytes(),
            )
        table[s] = groups.setdefault(key, s)
    return table


def _choices(
    problem: Problem, options: list[PickupOption], supply: NDArray[np.int64]
) -> list[list[int]]:
    """The pickup options that have something each visit needs, the nearest depots first.

    A later option at a depot is a choice only if a part that the visit needs arrives just then.
    """
    arriving = [{(when, part) for when, part, _ in depot.inbound} for depot in problem.depots]
    rows = []
    for visit in problem.visits:
        row = []
        for i, option in enumerate(options):
            if option.fixed:
                continue
            parts = [p for p, _ in visit.parts if supply[option.depot, p] != NONE]
            if option.not_before > -FOREVER:
                found = any((option.not_before, p) in arriving[option.depot] for p in parts)
            else:
                found = bool(parts) or bool(problem.depots[option.depot].tools & set(visit.tools))
            if found:
                place = problem.depots[option.depot].location
                row.append((int(problem.travel_seconds[0][place, visit.location]), i))
        rows.append([i for _, i in sorted(row)[:MOST_CHOICES]])
    return rows


def _homes(problem: Problem, allowed: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The shifts (columns, -1: none) that begin nearest to each visit (row), where many exist."""
    shifts = problem.shifts
    if len(shifts) <= FEW_SHIFTS:
        return np.empty((len(problem.visits), 0), dtype=np.int64)
    table = np.full((len(problem.visits), NEAREST_HOMES), -1, dtype=np.int64)
    starts = np.array([s.start_location for s in shifts], dtype=np.int64)
    begin, end = _ints([s.start for s in shifts]), _ints([s.latest_end for s in shifts])
    for v, visit in enumerate(problem.visits):
        ways = problem.travel_seconds[0][starts, visit.location]
        fits = (allowed[v] == 1) & (ways >= 0)
        touching = np.zeros(len(shifts), dtype=np.bool_)
        for w in visit.windows:
            touching |= (begin <= w.latest) & (end >= w.earliest)
        rows = np.flatnonzero(fits & touching)
        if len(rows) > NEAREST_HOMES:
            order = np.argpartition(ways[rows], NEAREST_HOMES)[:NEAREST_HOMES]
            rows = rows[order]
        table[v, : len(rows)] = rows[np.argsort(ways[rows], kind="stable")]
    return table


def _tool_masks(problem: Problem) -> tuple[NDArray[np.int64], ...]:
    words = problem.num_tools // 62 + 1
    rows = (
        [e.tools for e in problem.engineers],
        [frozenset(v.tools) for v in problem.visits],
        [d.tools for d in problem.depots],
    )
    masks = []
    for group in rows:
        table = np.zeros((len(group), words), dtype=np.int64)
        for i, tools in enumerate(group):
            for tool in tools:
                table[i, tool // 62] |= 1 << (tool % 62)
        masks.append(table)
    return tuple(masks)


def _buckets(problem: Problem) -> tuple[NDArray[np.int64], ...]:
    depots, parts = len(problem.depots), problem.num_parts
    supply = np.zeros((depots, parts), dtype=np.int64)
    ptr, times, cums = [0], [], []
    for d, depot in enumerate(problem.depots):
        for p in range(parts):
            have = depot.stock.get(p, 0)
            rows = sorted((when, q) for when, part, q in depot.inbound if part == p)
            if depot.unlimited or have == UNLIMITED:
                supply[d, p] = ENDLESS
            elif have > 0 or rows:
                supply[d, p] = FINITE
                times.append(-FOREVER)
                cums.append(have)
                for when, quantity in rows:
                    have += quantity
                    times.append(when)
                    cums.append(min(have, PLENTY))
            ptr.append(len(times))
    return supply, _ints(ptr), _ints(times), _ints(cums)


def _fixed_loads(problem: Problem, options: int, free: int) -> NDArray[np.int64]:
    """Units of each part (column) that each kept pickup (row, after the free ones) loads."""
    table = np.zeros((options, problem.num_parts), dtype=np.int64)
    kept = [pickup for shift in problem.shifts for pickup in shift.fixed_pickups]
    for row, pickup in enumerate(kept, start=free):
        for part, quantity in pickup.loads:
            table[row, part] += quantity
    return table


def _neighbours(problem: Problem) -> NDArray[np.int64]:
    n = len(problem.visits)
    if not n:
        return np.zeros((0, 0), dtype=np.int64)
    loc = np.array([v.location for v in problem.visits], dtype=np.int64)
    seconds = problem.travel_seconds[0]
    keep = min(n, NEIGHBOURS)
    table = np.empty((n, keep), dtype=np.int64)
    for v in range(n):
        way = seconds[loc[v], loc] + seconds[loc, loc[v]]
        far = (seconds[loc[v], loc] == UNREACHABLE) | (seconds[loc, loc[v]] == UNREACHABLE)
        way = np.where(far, FOREVER, way)
        way[v] = -1
        nearest = np.arange(n) if keep == n else np.argpartition(way, keep - 1)[:keep]
        table[v] = nearest[np.argsort(way[nearest], kind="stable")]
    return table


def _offsets(rows: Any) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)


def _ints(values: Any) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
