"""The problem as flat arrays: what the compiled clock and the compiled search read.

A *node* is a visit (0..n-1) or a pickup option (n..): a depot with the bounds of its start. The
arrays are made once per problem; only the pickup options differ between uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.solver import layout
from dispatch.solver.problem import FOREVER, UNLIMITED, Objective, Problem, Visit, Window
from dispatch.solver.tail_cells import PLAIN_CELLS, TAIL_CELLS

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLENTY = 1 << 40
"""The quantity that stands for an unlimited stock in compiled code."""


PINNED, VARYING = 1, 2
"""Flags of nodes whose place or price a constant-time formula does not describe."""


@dataclass(frozen=True, slots=True)
class PickupOption:
    """A way to pick parts up: at this depot, starting within these bounds.

    `fixed` options are pickups of the current plan that the freeze keeps; `started` ones began
    before `now`.
    """

    depot: int
    not_before: int = -FOREVER
    not_after: int = FOREVER
    fixed: bool = False
    started: bool = False
    under_way: bool = False


def world_tables(problem: Problem, options: Sequence[PickupOption] = ()) -> dict[int, Any]:
    """Tables of a problem that the clock reads, by their cell in the header.

    Node tables hold visits first, then pickup options; times in seconds, money in minor units;
    `*_PTR` tables hold the offsets of ragged rows.

    Parameters
    ----------
    problem
        A validated problem.
    options
        The pickup options that become nodes after the visits, in this order.
    """
    n = len(problem.visits)
    visits = problem.visits
    rows = [v.windows for v in visits] + [_option_windows(problem, o) for o in options]
    rows = [_pinned(problem, v, row) if v < n else row for v, row in enumerate(rows)]
    no_sla = (FOREVER, 0, 0)
    sla = [
        (v.sla.arrive_by, v.sla.breach_fee, v.sla.lateness_per_hour) if v.sla else no_sla
        for v in visits
    ]
    due = [
        (v.due.ideal, v.due.earliness_per_day, v.due.lateness_per_day)
        if v.due and v.due.ideal is not None
        else no_sla
        for v in visits
    ]
    promise = [
        (v.promise.earliest, v.promise.latest, v.promise.price)
        if v.promise
        else (-FOREVER, FOREVER, 0)
        for v in visits
    ]
    pad = [no_sla] * len(options)
    sla_rows, due_rows = _columns(sla + pad), _columns(due + pad)
    promise_rows = _columns(promise + [(-FOREVER, FOREVER, 0)] * len(options))
    shifts = problem.shifts
    breaks = [shift.breaks for shift in shifts]
    return {
        layout.LOC: _ints(
            [v.location for v in visits] + [problem.depots[o.depot].location for o in options]
        ),
        layout.WORK: work_seconds(problem, options),
        layout.WIN_PTR: _offsets(rows),
        layout.WIN_LO: _ints([w.earliest for row in rows for w in row]),
        layout.WIN_HI: _ints([w.latest for row in rows for w in row]),
        layout.SLA_BY: sla_rows[0],
        layout.SLA_FEE: sla_rows[1],
        layout.SLA_RATE: sla_rows[2],
        layout.DUE_IDEAL: due_rows[0],
        layout.DUE_EARLY: due_rows[1],
        layout.DUE_LATE: due_rows[2],
        layout.PROMISE_LO: promise_rows[0],
        layout.PROMISE_HI: promise_rows[1],
        layout.PROMISE_PRICE: promise_rows[2],
        layout.SIDE: side_prices(problem),
        layout.PIN_POSITION: _ints(
            [-1 if p.position is None else p.position for v in visits for p in v.pins]
        ),
        layout.STARTED: _ints(
            [int(any(p.started for p in v.pins)) for v in visits]
            + [int(o.started) for o in options]
        ),
        layout.UNDER_WAY: _ints(
            [int(any(p.under_way for p in v.pins)) for v in visits]
            + [int(o.under_way) for o in options]
        ),
        layout.CREW: _ints([v.crew_size for v in visits]),
        layout.GAINS: _ints([int(bool(wishes(problem, v))) for v in visits] + [0] * len(options)),
        layout.ENGINEER: _ints([s.engineer for s in shifts]),
        layout.SHIFT_START: _ints([s.start for s in shifts]),
        layout.SHIFT_END: _ints([s.end for s in shifts]),
        layout.SHIFT_LIMIT: _ints([s.latest_end for s in shifts]),
        layout.SHIFT_FROM: _ints([s.start_location for s in shifts]),
        layout.SHIFT_TO: _ints([s.end_location for s in shifts]),
        layout.MAX_TRAVEL: _ints(
            [FOREVER if s.max_travel is None else s.max_travel for s in shifts]
        ),
        layout.FIXED_START: _ints([int(s.fixed_start) for s in shifts]),
        layout.RETURNING: _ints([int(s.returning) for s in shifts]),
        layout.SHIFT_LEFT: _ints([FOREVER if s.left is None else s.left for s in shifts]),
        layout.PROFILE: _ints([s.profile for s in shifts]),
        layout.PER_SHIFT: _ints([s.tariff.per_shift for s in shifts]),
        layout.PER_HOUR: _ints([s.tariff.per_hour for s in shifts]),
        layout.PER_OVERTIME: _ints([s.tariff.per_overtime_hour for s in shifts]),
        layout.PER_KM: _ints([s.tariff.per_km for s in shifts]),
        layout.BRK_PTR: _offsets(breaks),
        layout.BRK_LO: _ints([b.earliest for row in breaks for b in row]),
        layout.BRK_HI: _ints([b.latest for row in breaks for b in row]),
        layout.BRK_WORK: _ints([b.duration for row in breaks for b in row]),
        layout.SUBTLE: _ints([_subtlety(v) for v in visits] + [0] * len(options))
        | (_ints([len(row) != 1 for row in rows]) * VARYING)
        | (_ints([o.fixed for o in [*[PickupOption(0)] * n, *options]]) * PINNED),
        layout.WAYS: _ways(problem),
    }


def _subtlety(visit: Visit) -> int:
    """Flags of a visit: whether pins bind it, whether a later start may save its money."""
    early = visit.due and visit.due.ideal is not None and visit.due.earliness_per_day > 0
    money = early or (visit.promise and visit.promise.price > 0)
    return PINNED * bool(visit.pins) + VARYING * bool(money)


def _ways(problem: Problem) -> NDArray[np.int64]:
    """Pack seconds and metres of each leg in one cell, see `road.leg`."""
    packed = problem.travel_seconds.astype(np.int64)
    missing = packed < 0
    packed <<= 32
    packed |= problem.travel_metres
    packed[missing] = -1
    return packed


def compile_world(problem: Problem, options: Sequence[PickupOption] = ()) -> NDArray[np.int64]:
    """Lay out what the clock reads of a problem in one buffer (see `layout`)."""
    return layout.pack(
        layout.WORLD_HEADER, world_scalars(problem, options), world_tables(problem, options)
    )


def world_scalars(problem: Problem, options: Sequence[PickupOption]) -> dict[int, int]:
    """Scalars of the header of `w`."""
    return {
        layout.VISITS: len(problem.visits),
        layout.NODES: len(problem.visits) + len(options),
        layout.SHIFTS: len(problem.shifts),
        layout.ENGINEERS: len(problem.engineers),
        layout.PLACES: problem.num_locations,
        layout.PARTS: problem.num_parts,
        layout.OPTIONS: len(options),
        layout.DEPOTS: len(problem.depots),
        layout.NOW: -FOREVER if problem.now is None else problem.now,
        layout.WORKING_TIME: int(problem.objective is Objective.WORKING_TIME),
        layout.GAINING: int(any(wishes(problem, v) for v in problem.visits)),
        layout.TAIL_WIDTH: TAIL_CELLS if _is_rich(problem) else PLAIN_CELLS,
    }


def _is_rich(problem: Problem) -> bool:
    """Whether a shift has a break, or a stop costs money by itself."""
    if any(shift.breaks for shift in problem.shifts):
        return True
    priced = any(v.sla or v.due or v.promise for v in problem.visits)
    return priced and problem.objective is Objective.COST


def wishes(problem: Problem, visit: Visit) -> tuple[int, ...]:
    """Moments before which a start costs more: where the promise begins, the due ideal."""
    found = []
    if problem.objective is Objective.COST:
        if visit.promise and visit.promise.price > 0:
            found.append(visit.promise.earliest)
        if visit.due and visit.due.ideal is not None and visit.due.earliness_per_day > 0:
            found.append(visit.due.ideal)
    return tuple(found)


def side_prices(problem: Problem) -> NDArray[np.int64]:
    """Preference and engineer-change money of each visit (row) served by each engineer (column).

    A visit with a crew has flags instead, for its price depends on the whole crew: 1 for a
    preferred engineer, 2 for one whom no promise names.
    """
    prices = np.zeros((len(problem.visits), len(problem.engineers)), dtype=np.int64)
    for v, visit in enumerate(problem.visits):
        preferred, promised = sorted(visit.preferred_engineers), sorted(visit.promised_engineers)
        if visit.crew_size > 1:
            prices[v, preferred] |= 1
            if promised:
                prices[v] |= 2
                prices[v, promised] &= 1
            continue
        if preferred:
            prices[v] += visit.preference_price
            prices[v, preferred] -= visit.preference_price
        if promised:
            prices[v] += visit.engineer_change_price
            prices[v, promised] -= visit.engineer_change_price
    return prices


def crew_price(problem: Problem, visit: int, crew: Sequence[int]) -> tuple[int, int]:
    """Preference money and engineer-change money of a visit served by these engineers."""
    work = problem.visits[visit]
    preference = change = 0
    if work.preferred_engineers and not work.preferred_engineers.intersection(crew):
        preference = work.preference_price
    if work.promised_engineers and not work.promised_engineers.issuperset(crew):
        change = work.engineer_change_price
    return preference, change


def depot_windows(problem: Problem, depot: int) -> tuple[Window, ...]:
    """Windows of the START of a pickup: it starts and finishes inside one opening window."""
    place = problem.depots[depot]
    whole = Window(0, problem.horizon)
    opening = place.opening or (Window(-FOREVER, FOREVER),)
    found = []
    for w in sorted(opening, key=lambda w: w.earliest):
        low, high = (
            max(w.earliest, whole.earliest),
            min(w.latest - place.pickup_duration, whole.latest),
        )
        if low <= high:
            found.append(Window(low, high))
    return tuple(found)


def _option_windows(problem: Problem, option: PickupOption) -> tuple[Window, ...]:
    if option.started:
        return (Window(option.not_before, option.not_after),)
    return tuple(
        Window(max(w.earliest, option.not_before), min(w.latest, option.not_after))
        for w in depot_windows(problem, option.depot)
        if max(w.earliest, option.not_before) <= min(w.latest, option.not_after)
    )


def _pinned(problem: Problem, visit: int, row: tuple[Window, ...]) -> tuple[Window, ...]:
    for pin in problem.visits[visit].pins:
        if pin.start is None:
            continue
        if pin.started:
            return (Window(pin.start, pin.start),)
        row = tuple(
            Window(pin.start, pin.start) for w in row if w.earliest <= pin.start <= w.latest
        )
    return row


def work_seconds(problem: Problem, options: Sequence[PickupOption] = ()) -> NDArray[np.int64]:
    """Seconds of work of each engineer (row) at each node (column)."""
    n = len(problem.visits)
    work = np.empty((len(problem.engineers), n + len(options)), dtype=np.int64)
    base = _ints(
        [v.duration for v in problem.visits]
        + [problem.depots[o.depot].pickup_duration for o in options]
    )
    work[:] = base
    by_skills: dict[frozenset[int], list[int]] = {}
    for v, visit in enumerate(problem.visits):
        if visit.skills:
            by_skills.setdefault(frozenset(skill for skill, _ in visit.skills), []).append(v)
    paces = _paces(problem, sorted({skill for skills in by_skills for skill in skills}))
    for skills, visits in by_skills.items():
        slowest = np.zeros((len(problem.engineers), len(visits)), dtype=np.int64)
        for skill in skills:
            pace = paces[skill]
            np.maximum(slowest, -(-base[visits] * pace[:, :1] // pace[:, 1:]), out=slowest)
        work[:, visits] = slowest
    return work


def _paces(problem: Problem, skills: Sequence[int]) -> dict[int, NDArray[np.int64]]:
    """Duration factor of each engineer (row) for each skill: numerator and denominator."""
    return {
        skill: np.array(
            [e.duration_factors.get(skill, (1, 1)) for e in problem.engineers], dtype=np.int64
        ).reshape(-1, 2)
        for skill in skills
    }


def _columns(rows: list[Any]) -> tuple[NDArray[np.int64], ...]:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    return tuple(np.ascontiguousarray(table[:, c]) for c in range(3))


def _offsets(rows: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)


def _ints(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def van_stock(problem: Problem) -> NDArray[np.int64]:
    """Units of each part (column) in each engineer's van (row), `PLENTY` for unlimited."""
    stock = np.zeros((len(problem.engineers), problem.num_parts), dtype=np.int64)
    for e, engineer in enumerate(problem.engineers):
        for part, quantity in engineer.stock.items():
            stock[e, part] = PLENTY if quantity == UNLIMITED else quantity
    return stock
