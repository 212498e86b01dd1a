"""The problem as flat arrays: what the compiled clock and the compiled search read.

A *node* is a visit (0..n-1) or a pickup option (n..): a depot with the bounds of its start. The
arrays are made once per problem; only the pickup options differ between uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dispatch.solver.problem import FOREVER, UNLIMITED, Objective, Problem, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLENTY = 1 << 40
"""The quantity that stands for an unlimited stock in compiled code."""


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


class World(NamedTuple):
    """Flat arrays of a problem; node arrays hold visits first, then pickup options.

    Times in seconds, money in minor units; `*_ptr` are offsets of ragged rows.
    """

    visits: int
    loc: Any
    work: Any
    win_ptr: Any
    win_lo: Any
    win_hi: Any
    sla_by: Any
    sla_fee: Any
    sla_rate: Any
    due_ideal: Any
    due_early: Any
    due_late: Any
    promise_lo: Any
    promise_hi: Any
    promise_price: Any
    side: Any
    pin_position: Any
    started: Any
    crew: Any
    engineer: Any
    shift_start: Any
    shift_end: Any
    shift_limit: Any
    shift_from: Any
    shift_to: Any
    max_travel: Any
    fixed_start: Any
    profile: Any
    per_shift: Any
    per_hour: Any
    per_overtime: Any
    per_km: Any
    brk_ptr: Any
    brk_lo: Any
    brk_hi: Any
    brk_work: Any
    seconds: Any
    metres: Any
    now: int
    working_time: int


def compile_world(problem: Problem, options: Sequence[PickupOption] = ()) -> World:
    """Lay a problem out as flat arrays.

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
    return World(
        visits=n,
        loc=_ints(
            [v.location for v in visits] + [problem.depots[o.depot].location for o in options]
        ),
        work=_work(problem, options),
        win_ptr=_offsets(rows),
        win_lo=_ints([w.earliest for row in rows for w in row]),
        win_hi=_ints([w.latest for row in rows for w in row]),
        sla_by=sla_rows[0],
        sla_fee=sla_rows[1],
        sla_rate=sla_rows[2],
        due_ideal=due_rows[0],
        due_early=due_rows[1],
        due_late=due_rows[2],
        promise_lo=promise_rows[0],
        promise_hi=promise_rows[1],
        promise_price=promise_rows[2],
        side=side_prices(problem),
        pin_position=_ints([_pin_position(v.pins) for v in visits] + [-1] * len(options)),
        started=_ints(
            [int(any(p.started for p in v.pins)) for v in visits]
            + [int(o.started) for o in options]
        ),
        crew=_ints([v.crew_size for v in visits]),
        engineer=_ints([s.engineer for s in shifts]),
        shift_start=_ints([s.start for s in shifts]),
        shift_end=_ints([s.end for s in shifts]),
        shift_limit=_ints([s.latest_end for s in shifts]),
        shift_from=_ints([s.start_location for s in shifts]),
        shift_to=_ints([s.end_location for s in shifts]),
        max_travel=_ints([FOREVER if s.max_travel is None else s.max_travel for s in shifts]),
        fixed_start=_ints([int(s.fixed_start) for s in shifts]),
        profile=_ints([s.profile for s in shifts]),
        per_shift=_ints([s.tariff.per_shift for s in shifts]),
        per_hour=_ints([s.tariff.per_hour for s in shifts]),
        per_overtime=_ints([s.tariff.per_overtime_hour for s in shifts]),
        per_km=_ints([s.tariff.per_km for s in shifts]),
        brk_ptr=_offsets(breaks),
        brk_lo=_ints([b.earliest for row in breaks for b in row]),
        brk_hi=_ints([b.latest for row in breaks for b in row]),
        brk_work=_ints([b.duration for row in breaks for b in row]),
        seconds=np.ascontiguousarray(problem.travel_seconds, dtype=np.int64),
        metres=np.ascontiguousarray(problem.travel_metres, dtype=np.int64),
        now=-FOREVER if problem.now is None else problem.now,
        working_time=int(problem.objective is Objective.WORKING_TIME),
    )


def side_prices(problem: Problem) -> NDArray[np.int64]:
    """Preference and engineer-change money of each visit (row) served by each engineer (column).

    Visits with a crew have zeros here: their price depends on the whole crew (`crew_price`).
    """
    prices = np.zeros((len(problem.visits), len(problem.engineers)), dtype=np.int64)
    for v, visit in enumerate(problem.visits):
        if visit.crew_size == 1:
            for e in range(len(problem.engineers)):
                prices[v, e] = crew_price(problem, v, (e,))[0] + crew_price(problem, v, (e,))[1]
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


def _pin_position(pins: Sequence[Any]) -> int:
    return next((p.position for p in pins if p.position is not None), -1)


def _work(problem: Problem, options: Sequence[PickupOption]) -> NDArray[np.int64]:
    n = len(problem.visits)
    work = np.empty((len(problem.engineers), n + len(options)), dtype=np.int64)
    base = _ints(
        [v.duration for v in problem.visits]
        + [problem.depots[o.depot].pickup_duration for o in options]
    )
    for e, engineer in enumerate(problem.engineers):
        work[e] = base
        if engineer.duration_factors:
            for v in range(n):
                work[e, v] = problem.duration(v, e)
    return work


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
