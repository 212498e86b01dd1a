"""One territory as a problem of its own, and the way back from its solution to the whole plan.

What is tied to another territory is *held*: a visit whose crew comes from both, or that a visit
outside waits for, keeps its shift and its start. A visit that follows one outside may move within
the delays that the outside one, which keeps its time, leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dispatch.solver.problem import (
    FOREVER,
    After,
    Depot,
    Engineer,
    Pin,
    Problem,
    Shift,
    Tier,
    Visit,
    Window,
)
from dispatch.solver.solution import (
    Schedule,
    Solution,
    Stop,
    StopKind,
    TimedRoute,
    TimedStop,
)

__all__ = ["PlanSoFar", "Territory", "make_territory", "read_so_far"]

Routes = tuple[tuple[Stop, ...], ...]


@dataclass(frozen=True, slots=True)
class PlanSoFar:
    """The plan that territories better.

    Parameters
    ----------
    schedule, routes
        Its clock and its orders.
    shifts
        Shifts of each planned visit.
    stops
        The timed stop of a visit on a shift.
    waited_for
        Planned visits that other planned visits follow, with these.
    """

    schedule: Schedule
    routes: Routes
    shifts: Mapping[int, tuple[int, ...]]
    stops: Mapping[tuple[int, int], TimedStop]
    waited_for: Mapping[int, tuple[int, ...]]

    def finish(self, visit: int) -> int:
        """Last finish of a planned visit."""
        return max(self.stops[visit, shift].finish for shift in self.shifts[visit])


def read_so_far(problem: Problem, schedule: Schedule, routes: Routes) -> PlanSoFar:
    """Index a plan by visit."""
    shifts: dict[int, tuple[int, ...]] = {}
    stops: dict[tuple[int, int], TimedStop] = {}
    for route in schedule.routes:
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                shifts[stop.index] = (*shifts.get(stop.index, ()), route.shift)
                stops[stop.index, route.shift] = stop
    waited_for: dict[int, tuple[int, ...]] = {}
    for visit in shifts:
        for link in problem.visits[visit].after:
            waited_for[link.visit] = (*waited_for.get(link.visit, ()), visit)
    return PlanSoFar(schedule, routes, shifts, stops, waited_for)


@dataclass(frozen=True, slots=True)
class Territory:
    """A part of a problem with its own numbering.

    Parameters
    ----------
    problem
        The part.
    start
        The plan so far of its shifts.
    shifts, visits
        Index in the whole by index here; a held visit stands once for each of its shifts here.
    held
        Orders that stand in the whole for held visits, by index here.
    bounds
        First and last start that visits outside leave, by index here.
    timed
        The plan so far of its shifts with its clock.
    """

    problem: Problem
    start: Solution
    shifts: tuple[int, ...]
    visits: tuple[int, ...]
    held: Mapping[int, Stop]
    bounds: Mapping[int, tuple[int, int]]
    timed: tuple[TimedRoute, ...]

    def routes(self, solution: Solution) -> dict[int, tuple[Stop, ...]] | None:
        """Routes of the whole by shift; None when a held visit has lost its place."""
        found: dict[int, tuple[Stop, ...]] = {}
        kept = 0
        for shift, stops in zip(self.shifts, solution.routes, strict=True):
            found[shift] = tuple(self._stop(stop) for stop in stops)
            kept += sum(s.kind is StopKind.VISIT and s.index in self.held for s in stops)
        return found if kept == len(self.held) else None

    def _stop(self, stop: Stop) -> Stop:
        if stop.kind is not StopKind.VISIT:
            return stop
        if stop.index in self.held:
            return self.held[stop.index]
        low, high = self.bounds.get(stop.index, (-FOREVER, FOREVER))
        return replace(
            stop,
            index=self.visits[stop.index],
            not_before=max(stop.not_before, low),
            not_after=min(stop.not_after, high),
        )


def make_territory(
    problem: Problem,
    so_far: PlanSoFar | None,
    engineers: Iterable[int],
    waiting: Iterable[int],
    depots: tuple[Depot, ...],
    *,
    hold: frozenset[int] = frozenset(),
) -> Territory:
    """Make a problem of some engineers and visits.

    Parameters
    ----------
    problem
        The whole.
    so_far
        A plan of the whole, or None.
    engineers
        Of the territory; the visits on their routes belong to it.
    waiting
        Visits without a place that it may take.
    depots
        With the share of their stock that it may load.
    hold
        Planned visits that keep shift and start though nothing outside is tied to them.
    """
    return _Maker(problem, so_far, sorted(set(engineers)), sorted(waiting), depots, hold).make()


class _Maker:
    def __init__(
        self,
        problem: Problem,
        so_far: PlanSoFar | None,
        engineers: list[int],
        waiting: list[int],
        depots: tuple[Depot, ...],
        hold: frozenset[int],
    ) -> None:
        self.whole, self.so_far, self.depots, self.hold = problem, so_far, depots, hold
        self.engineers = {e: i for i, e in enumerate(engineers)}
        of = [s for s, shift in enumerate(problem.shifts) if shift.engineer in self.engineers]
        self.shifts = {s: i for i, s in enumerate(of)}
        self.entries: list[tuple[int, int | None]] = list(self._entries(waiting))
        self.numbers: dict[int, int] = {}
        self.copies: dict[tuple[int, int | None], int] = {}
        for number, (visit, shift) in enumerate(self.entries):
            self.numbers.setdefault(visit, number)
            self.copies[visit, shift] = number
        self.bounds: dict[int, tuple[int, int]] = {}
        self.places: dict[int, int] = {}

    def _entries(self, waiting: Sequence[int]) -> Iterator[tuple[int, int | None]]:
        """Visits of the territory; the held ones with a shift."""
        planned = self.so_far.shifts if self.so_far else {}
        here = {v for v, shifts in planned.items() if any(s in self.shifts for s in shifts)}
        for visit in sorted(here | set(waiting)):
            shifts = planned.get(visit, ())
            if shifts and self._is_held(visit, shifts):
                yield from ((visit, shift) for shift in shifts if shift in self.shifts)
            else:
                yield visit, None

    def _is_held(self, visit: int, shifts: Sequence[int]) -> bool:
        assert self.so_far is not None
        if visit in self.hold or any(shift not in self.shifts for shift in shifts):
            return True
        return any(
            shift not in self.shifts
            for other in self.so_far.waited_for.get(visit, ())
            for shift in self.so_far.shifts[other]
        )

    def make(self) -> Territory:
        """The territory."""
        whole = self.whole
        visits = tuple(
            self._free(number, visit) if shift is None else self._held(visit, shift)
            for number, (visit, shift) in enumerate(self.entries)
        )
        shifts = tuple(self._shift(whole.shifts[s]) for s in self.shifts)
        depots = tuple(replace(d, location=self._place(d.location)) for d in self.depots)
        people = [self._engineer(e) for e in self.engineers]
        order = np.fromiter(self.places, dtype=np.int64, count=len(self.places))
        problem = replace(
            whole,
            travel_seconds=np.ascontiguousarray(whole.travel_seconds[:, order[:, None], order]),
            travel_metres=np.ascontiguousarray(whole.travel_metres[order[:, None], order]),
            engineers=tuple(people),
            shifts=shifts,
            depots=depots,
            visits=visits,
        )
        held = {
            number: self._order(visit, shift)
            for number, (visit, shift) in enumerate(self.entries)
            if shift is not None
        }
        return Territory(
            problem,
            self._start(),
            tuple(self.shifts),
            tuple(visit for visit, _ in self.entries),
            held,
            self.bounds,
            tuple(self._timed()),
        )

    def _place(self, location: int) -> int:
        return self.places.setdefault(location, len(self.places))

    def _engineer(self, engineer: int) -> Engineer:
        return self.whole.engineers[engineer]

    def _shift(self, shift: Shift) -> Shift:
        return replace(
            shift,
            engineer=self.engineers[shift.engineer],
            start_location=self._place(shift.start_location),
            end_location=self._place(shift.end_location),
        )

    def _free(self, number: int, visit: int) -> Visit:
        work = self.whole.visits[visit]
        low, high, after, closed = -FOREVER, FOREVER, [], False
        for link in work.after:
            before = self.numbers.get(link.visit)
            if before is not None:
                after.append(After(before, link.min_delay, link.max_delay))
            elif self.so_far is not None and link.visit in self.so_far.shifts:
                finish = self.so_far.finish(link.visit)
                low = max(low, finish + link.min_delay)
                high = high if link.max_delay is None else min(high, finish + link.max_delay)
            else:
                closed = True
        required = self._known(work.required_engineers)
        closed |= bool(work.required_engineers) and not required
        closed |= any(pin.shift not in self.shifts for pin in work.pins)
        if (low, high) != (-FOREVER, FOREVER):
            self.bounds[number] = (low, high)
        preferred = self._known(work.preferred_engineers)
        promised = self._known(work.promised_engineers)
        return replace(
            work,
            location=self._place(work.location),
            windows=() if closed else tuple(_cut(work.windows, low, high)),
            required_engineers=required,
            forbidden_engineers=self._known(work.forbidden_engineers),
            preferred_engineers=preferred,
            # A price that nobody here can avoid decides nothing.
            preference_price=work.preference_price if preferred else 0,
            promised_engineers=promised,
            engineer_change_price=work.engineer_change_price if promised else 0,
            pins=() if closed else tuple(self._pin(pin) for pin in work.pins),
            after=() if closed else tuple(after),
        )

    def _held(self, visit: int, shift: int) -> Visit:
        """One member of a crew, or a visit that others wait for: when and where it was."""
        assert self.so_far is not None
        work, stop = self.whole.visits[visit], self.so_far.stops[visit, shift]
        others = [self.so_far.stops[visit, s].arrive for s in self.so_far.shifts[visit]]
        pin = next((p for p in work.pins if p.shift == shift), Pin(shift))
        carries = work.crew_size == 1 or bool(stop.parts)
        return Visit(
            location=self._place(work.location),
            duration=stop.finish - stop.start,
            tier=Tier.MANDATORY,
            windows=(Window(stop.start, stop.start),),
            sla=work.sla if stop.arrive == min(others) else None,
            tools=work.tools if carries or self._has_tools(visit, shift) else (),
            parts=stop.parts,
            pins=(self._pin(replace(pin, start=stop.start)),),
            unpopular=work.unpopular,
        )

    def _has_tools(self, visit: int, shift: int) -> bool:
        """Whether the tools of a visit are on board of this van when it is there."""
        assert self.so_far is not None
        owner = self.whole.shifts[shift].engineer
        aboard = set(self.whole.engineers[owner].tools)
        for stop in self.so_far.routes[shift]:
            if stop.kind is StopKind.PICKUP:
                aboard |= self.whole.depots[stop.index].tools
            elif stop.index == visit:
                break
        return aboard.issuperset(self.whole.visits[visit].tools)

    def _pin(self, pin: Pin) -> Pin:
        return replace(pin, shift=self.shifts[pin.shift])

    def _known(self, engineers: frozenset[int]) -> frozenset[int]:
        return frozenset(self.engineers[e] for e in engineers if e in self.engineers)

    def _order(self, visit: int, shift: int) -> Stop:
        assert self.so_far is not None
        stop = self.so_far.stops[visit, shift]
        return Stop(StopKind.VISIT, visit, stop.start, stop.start, stop.parts)

    def _start(self) -> Solution:
        if self.so_far is None:
            return Solution(tuple(() for _ in self.shifts))
        routes = self.so_far.routes
        return Solution(tuple(tuple(self._local(routes[shift], shift)) for shift in self.shifts))

    def _local(self, stops: Iterable[Stop], shift: int) -> Iterator[Stop]:
        for stop in stops:
            number = self.copies.get((stop.index, shift), self.copies.get((stop.index, None)))
            if stop.kind is not StopKind.VISIT:
                yield stop
            elif number is not None:
                yield replace(stop, index=number)

    def _timed(self) -> Iterator[TimedRoute]:
        for route in self.so_far.schedule.routes if self.so_far else ():
            if route.shift not in self.shifts:
                continue
            stops = []
            for stop in route.stops:
                index, place = stop.index, stop.location
                if stop.kind is StopKind.VISIT:
                    number = self.copies.get((index, route.shift))
                    index = self.copies[index, None] if number is None else number
                stops.append(
                    replace(
                        stop, index=index, location=None if place is None else self._place(place)
                    )
                )
            yield replace(route, shift=self.shifts[route.shift], stops=tuple(stops))


def _cut(windows: Iterable[Window], low: int, high: int) -> Iterator[Window]:
    for window in windows:
        earliest, latest = max(window.earliest, low), min(window.latest, high)
        if earliest <= latest:
            yield Window(earliest, latest)
