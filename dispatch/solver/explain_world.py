"""The world of a verdict: every unpinned visit is absent, the pinned ones stay (contract 4a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dispatch.solver.explain_clock import Entry, Moments, leave, travel
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import Schedule, StopKind, TimedRoute, TimedStop


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a shift stands before anything is decided: at its start, or after its history."""

    moments: Moments
    place: int
    visits: int
    travelled: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What a schedule plans: routes by shift, start and last finish of each visit.

    `kept` are the visits that stay when the unpinned ones are absent: the pinned ones, wholly,
    and those they follow.
    """

    routes: dict[int, TimedRoute]
    starts: dict[int, int]
    finishes: dict[int, int]
    kept: frozenset[int]


def read_plan(problem: Problem, schedule: Schedule) -> Planned:
    """Index a schedule by shift and by visit."""
    starts: dict[int, int] = {}
    finishes: dict[int, int] = {}
    for route in schedule.routes:
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                starts[stop.index] = stop.start
                finishes[stop.index] = max(finishes.get(stop.index, -FOREVER), stop.finish)
    kept = {visit for visit in starts if problem.visits[visit].pins}
    waiting = list(kept)
    while waiting:
        more = {link.visit for link in problem.visits[waiting.pop()].after} - kept
        kept |= more
        waiting += more
    routes = {route.shift: route for route in schedule.routes}
    return Planned(routes, starts, finishes, frozenset(kept))


class AbsentWorld:
    """What each shift must do, carries and may load when only pinned visits stay."""

    def __init__(self, problem: Problem, plan: Planned) -> None:
        self.problem, self.plan = problem, plan
        self.routes, self.starts, self.finishes = plan.routes, plan.starts, plan.finishes
        self._company: dict[int, tuple[Entry, ...]] = {}
        self._bound: dict[tuple[int, int], list[tuple[int, int, int]]] | None = None

    def with_problem(self, problem: Problem) -> AbsentWorld:
        """The same plan in a world with other rules."""
        return AbsentWorld(problem, self.plan)

    def is_pinned(self, visit: int, shift: int) -> bool:
        """Whether the visit is bound to this shift."""
        return any(pin.shift == shift for pin in self.problem.visits[visit].pins)

    def stays(self, visit: int) -> bool:
        """Whether a planned visit is there in the absent world: it or what follows is pinned."""
        return visit in self.plan.kept

    def has_begun(self, shift: int, stop: TimedStop) -> bool:
        """Whether the stop is history: it began before `now` and is repeated unchanged."""
        now = self.problem.now
        if now is None or stop.start >= now:
            return False
        if stop.kind is StopKind.VISIT:
            pins = self.problem.visits[stop.index].pins
            return any(pin.started and pin.shift == shift for pin in pins)
        if stop.kind is StopKind.PICKUP:
            kept = self.problem.shifts[shift].fixed_pickups
            return any(p.started and (p.depot, p.start) == (stop.index, stop.start) for p in kept)
        breaks = self.problem.shifts[shift].breaks
        return any(rest.earliest == rest.latest == stop.start for rest in breaks)

    def history(self, shift: int) -> list[TimedStop]:
        """Stops of the shift that have begun."""
        route = self.routes.get(shift)
        return [stop for stop in route.stops if self.has_begun(shift, stop)] if route else []

    def company(self, shift: int) -> tuple[Entry, ...]:
        """Pinned visits and kept pickups that the shift must do, history left out."""
        if shift not in self._company:
            self._company[shift] = tuple(self._find_company(shift))
        return self._company[shift]

    def _find_company(self, shift: int) -> Iterable[Entry]:
        route = self.routes.get(shift)
        for stop in route.stops if route else ():
            if stop.kind is not StopKind.VISIT or self.has_begun(shift, stop):
                continue
            visit = self.problem.visits[stop.index]
            if not self.stays(stop.index):
                continue
            tied = visit.crew_size > 1 or visit.after or self._is_followed(stop.index)
            entry = self.visit_entry(stop.index, shift, work=stop.finish - stop.start)
            tools = entry.tools if visit.crew_size == 1 else frozenset[int]()
            entry = replace(entry, parts=stop.parts, tools=tools)
            yield entry.bounded(stop.start, stop.start) if tied else entry
        for pickup in self.problem.shifts[shift].fixed_pickups:
            if not pickup.started:
                depot = self.problem.depots[pickup.depot]
                yield Entry(
                    StopKind.PICKUP,
                    pickup.depot,
                    depot.location,
                    depot.pickup_duration,
                    ((pickup.start, pickup.start),),
                    loads=pickup.loads,
                    under_way=pickup.under_way,
                )

    def _is_followed(self, visit: int) -> bool:
        return any(
            link.visit == visit
            for other in self.starts
            for link in self.problem.visits[other].after
        )

    def visit_entry(self, visit: int, shift: int, *, work: int | None = None) -> Entry:
        """A visit as an entry of a shift, with all its parts and tools."""
        problem, rules = self.problem, self.problem.visits[visit]
        pin = next((pin for pin in rules.pins if pin.shift == shift), None)
        windows = tuple((w.earliest, w.latest) for w in rules.windows)
        low, high = 0 if problem.now is None else max(0, problem.now), problem.horizon
        if pin is not None and pin.start is not None:
            low, high = max(low, pin.start), min(high, pin.start)
        engineer = problem.shifts[shift].engineer
        return Entry(
            kind=StopKind.VISIT,
            index=visit,
            location=rules.location,
            work=problem.duration(visit, engineer) if work is None else work,
            windows=windows,
            parts=rules.parts,
            tools=frozenset(rules.tools),
            position=None if pin is None else pin.position,
            under_way=pin is not None and pin.under_way,
            arrive_by=FOREVER if rules.sla is None else rules.sla.arrive_by,
        ).bounded(low, high)

    def beginning(self, shift: int) -> Beginning:
        """The state before anything is decided on the shift."""
        problem, block = self.problem, self.problem.shifts[shift]
        past = self.history(shift)
        places = [stop for stop in past if stop.kind is not StopKind.BREAK]
        if not places:
            return Beginning(leave(problem, shift), block.start_location, 0, 0)
        route, last = self.routes[shift], past[-1]
        moments = [FOREVER] * (len(block.breaks) + 1)
        for known, finish in ((past, last.finish), (places, places[-1].finish)):
            # A break that has begun since the last stop may have cut the way to what is under way.
            until = known[-1].start
            taken = {s.start for s in past if s.kind is StopKind.BREAK and s.start <= until}
            behind = 0
            for number, rest in enumerate(block.breaks):
                if rest.earliest in taken or route.start >= rest.earliest + rest.duration:
                    behind = number + 1
            moments[behind] = finish
        place = places[-1].location
        assert place is not None
        visits = sum(stop.kind is StopKind.VISIT for stop in past)
        travelled = sum(stop.travel_seconds for stop in past)
        return Beginning(tuple(moments), place, visits, travelled)

    def van(self, shift: int, without: frozenset[int] = frozenset()) -> dict[int, int]:
        """Pieces on board at the beginning, `FOREVER` where there is no limit.

        The earlier shifts `without` are left out: whoever asks knows better what they do.
        """
        problem, own = self.problem, self.problem.shifts[shift]
        stock = problem.engineers[own.engineer].stock
        van = {part: FOREVER if q == UNLIMITED else q for part, q in stock.items()}
        for number in problem.shifts_of(own.engineer):
            route = self.routes.get(number)
            if number == shift:
                for stop in self.history(shift):
                    _use(van, stop)
            elif number in without:
                continue
            elif route is not None and problem.shifts[number].start < own.start:
                if self._has_pinned(route):
                    for stop in route.stops:
                        pinned = stop.kind is StopKind.VISIT and self.stays(stop.index)
                        if pinned or stop.kind is StopKind.PICKUP:
                            _use(van, stop)
                else:
                    for pickup in problem.shifts[number].fixed_pickups:
                        for part, quantity in pickup.loads:
                            van[part] = van.get(part, 0) + quantity
        return van

    def tools(self, shift: int) -> frozenset[int]:
        """Tools on board at the beginning."""
        tools = self.problem.engineers[self.problem.shifts[shift].engineer].tools
        for stop in self.history(shift):
            if stop.kind is StopKind.PICKUP:
                tools = tools | self.problem.depots[stop.index].tools
        return tools

    def free(self, shift: int, depot: int, part: int, moment: int) -> int:
        """Pieces a pickup of the shift may load from a moment on, later loads of others kept."""
        place = self.problem.depots[depot]
        stock = place.stock.get(part, 0)
        if place.unlimited or stock == UNLIMITED:
            return FOREVER
        bound = [(t, q) for t, q, s in self.bound().get((depot, part), ()) if s != shift or s < 0]
        left = FOREVER
        for instant in {moment, *(t for t, _ in bound if t > moment)}:
            came = sum(q for since, p, q in place.inbound if p == part and since <= instant)
            gone = sum(q for t, q in bound if t <= instant)
            left = min(left, stock + came - gone)
        return max(0, left)

    def bound(self) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
        """(moment, pieces, shift) by depot and part, loaded by kept pickups and for pinned visits.

        A load that the shift itself cannot give up is bound to shift -1.
        """
        if self._bound is None:
            found: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
            for number, block in enumerate(self.problem.shifts):
                kept = {(pickup.depot, pickup.start) for pickup in block.fixed_pickups}
                for pickup in block.fixed_pickups:
                    for part, quantity in pickup.loads:
                        found[pickup.depot, part].append((pickup.start, quantity, -1))
                route = self.routes.get(number)
                if route is None or not self._has_pinned(route):
                    continue
                for stop in route.stops:
                    if stop.kind is StopKind.PICKUP and (stop.index, stop.start) not in kept:
                        for part, quantity in stop.parts:
                            found[stop.index, part].append((stop.start, quantity, number))
            self._bound = dict(found)
        return self._bound

    def _has_pinned(self, route: TimedRoute) -> bool:
        return any(stop.kind is StopKind.VISIT and self.stays(stop.index) for stop in route.stops)

    def road(self, shift: int, origin: int, target: int) -> int:
        """Seconds of travel on this shift; negative where there is no road."""
        return travel(self.problem, shift, origin, target)


def _use(van: dict[int, int], stop: TimedStop) -> None:
    sign = 1 if stop.kind is StopKind.PICKUP else -1
    for part, quantity in stop.parts:
        if van.get(part, 0) < FOREVER:
            van[part] = max(0, van.get(part, 0) + sign * quantity)
