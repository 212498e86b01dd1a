"""An independent answer to "could this visit be planned alone?", by asking the timetable.

Every order of the visit (with its crew and predecessors) and the pinned visits of each shift is
built, with every way to fetch what lacks, and the timetable says whether it is allowed. Slow, and
shares nothing with the explanations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, permutations, product

from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable

Routes = list[tuple[Stop, ...]]


class TooMany(Exception):
    """There are more plans than a test may try."""


class BruteForce:
    """All plans of one visit in the world of a schedule from which unpinned visits are absent."""

    def __init__(self, problem: Problem, schedule: Schedule, most: int = 20_000) -> None:
        self.problem, self.schedule, self.most = problem, schedule, most
        self.timetable = Timetable(problem)
        self.tried = 0
        planned = {s.index for r in schedule.routes for s in r.stops if s.kind is StopKind.VISIT}
        self.kept = [v for v in planned if problem.visits[v].pins]
        for v in self.kept:
            self.kept += [a.visit for a in problem.visits[v].after if a.visit not in self.kept]
        self.base: Routes = [self._absent(s) for s in range(len(problem.shifts))]

    def _absent(self, shift: int) -> tuple[Stop, ...]:
        """The route of a shift without its unpinned visits, each stop where it was."""
        route = next((r for r in self.schedule.routes if r.shift == shift), None)
        kept = {(p.depot, p.start) for p in self.problem.shifts[shift].fixed_pickups}
        if route is None:
            return ()
        pinned = [
            stop.index
            for stop in route.stops
            if stop.kind is StopKind.VISIT and stop.index in self.kept
        ]
        stops = []
        for stop in route.stops:
            if stop.kind is StopKind.VISIT and stop.index not in pinned:
                continue
            fixed = stop.kind is StopKind.PICKUP and (stop.index, stop.start) in kept
            if stop.kind is StopKind.BREAK or (
                stop.kind is StopKind.PICKUP and not pinned and not fixed
            ):
                continue
            stops.append(Stop(stop.kind, stop.index, stop.start, stop.start, stop.parts))
        return tuple(stops)

    def _is_pinned(self, visit: int, shift: int) -> bool:
        return any(pin.shift == shift for pin in self.problem.visits[visit].pins)

    def allows(self, routes: Routes) -> Schedule | None:
        """The schedule of these routes, or None."""
        self.tried += 1
        if self.tried > self.most:
            raise TooMany
        try:
            schedule = self.timetable.schedule(Solution(tuple(routes)))
        except InfeasibleSolution:
            return None
        # Nothing may overlap with what comes before it in its route.
        orderly = all(
            before.finish <= after.start
            for route in schedule.routes
            for before, after in pairwise(route.stops)
        )
        return schedule if orderly else None

    def can_plan(self, visit: int) -> bool:
        """Whether any plan has the visit in it."""
        needed = self._needed(visit)
        members = [v for v in needed for _ in range(self.problem.visits[v].crew_size)]
        shifts = range(len(self.problem.shifts))
        able = [[s for s in shifts if self._may(v, s)] for v in members]
        for chosen in product(*able):
            pairs = list(zip(members, chosen, strict=True))
            if len(set(pairs)) == len(pairs) and self._any_plan(pairs):
                return True
        return False

    def _needed(self, visit: int) -> list[int]:
        found = [visit]
        for v in found:
            for link in self.problem.visits[v].after:
                if link.visit not in found and link.visit not in self.kept:
                    found.append(link.visit)
        return found

    def _may(self, visit: int, shift: int) -> bool:
        work = self.problem.visits[visit]
        bound = len(work.pins) >= work.crew_size
        if bound and not self._is_pinned(visit, shift):
            return False
        return self.problem.may_serve(visit, self.problem.shifts[shift].engineer)

    def _any_plan(self, pairs: list[tuple[int, int]]) -> bool:
        """Whether the members may stand on these shifts, in any order, with any pickups."""
        used = sorted({shift for _, shift in pairs})
        bearers = [range(sum(w == v for w, _ in pairs)) for v in dict.fromkeys(v for v, _ in pairs)]
        for bearer in product(*bearers):
            bring = dict(zip(dict.fromkeys(v for v, _ in pairs), bearer, strict=True))
            options = [
                [route for route in self._routes_of(s, pairs, bring) if self._alone(s, route)]
                for s in used
            ]
            for chosen in product(*options):
                routes = list(self.base)
                for shift, route in zip(used, chosen, strict=True):
                    routes[shift] = route
                if self._settles(routes, pairs) or self._fetched_before(routes, used, pairs):
                    return True
        return False

    def _alone(self, shift: int, route: tuple[Stop, ...]) -> bool:
        """A quick look at the clock of one route."""
        self.tried += 1
        if self.tried > self.most:
            raise TooMany
        try:
            self.timetable.time_route(shift, route, {})
        except InfeasibleSolution:
            return False
        return True

    def _routes_of(
        self, shift: int, pairs: list[tuple[int, int]], bring: dict[int, int]
    ) -> Iterator[tuple[Stop, ...]]:
        """Orders of the pinned visits and the members on a shift, with up to two pickups."""
        stops = [self._loosened(s) for s in self.base[shift] if s.kind is StopKind.VISIT]
        stops += [
            self._loosened(s)
            for s in self.base[shift]
            if s.kind is StopKind.PICKUP
            and (s.index, s.not_before)
            in {(p.depot, p.start) for p in self.problem.shifts[shift].fixed_pickups}
        ]
        for v, s in pairs:
            if s == shift:
                first = [t for w, t in pairs if w == v]
                parts = self.problem.visits[v].parts
                mine = first.index(s) == bring[v]
                stops.append(Stop(StopKind.VISIT, v, parts=parts if mine else ()))
        pickups = list(self._pickups(stops))
        begun = [stop for stop in stops if self._has_begun(shift, stop)]
        for order in permutations(stops):
            if list(order[: len(begun)]) != begun:
                continue
            yield order
            for one in pickups:
                for i in range(len(begun), len(order) + 1):
                    first_in = (*order[:i], one, *order[i:])
                    yield first_in
                    for two in pickups:
                        for j in range(i + 1, len(first_in) + 1):
                            yield (*first_in[:j], two, *first_in[j:])

    def _has_begun(self, shift: int, stop: Stop) -> bool:
        """History stands first and in its order."""
        if stop.kind is StopKind.VISIT:
            return any(pin.started for pin in self.problem.visits[stop.index].pins)
        kept = self.problem.shifts[shift].fixed_pickups
        return any(p.started and (p.depot, p.start) == (stop.index, stop.not_before) for p in kept)

    def _loosened(self, stop: Stop) -> Stop:
        """A pinned visit may move within its pin, unless others depend on its time."""
        if stop.kind is StopKind.PICKUP:
            return stop
        work = self.problem.visits[stop.index]
        follows = any(link.visit == stop.index for v in self.problem.visits for link in v.after)
        started = any(pin.started for pin in work.pins)
        if work.crew_size > 1 or work.after or follows or started:
            return stop
        return replace(stop, not_before=-FOREVER, not_after=FOREVER)

    def _pickups(self, stops: list[Stop]) -> Iterator[Stop]:
        """Every pickup that loads some of what the route uses, or only puts tools on board."""
        needs: dict[int, int] = {}
        for stop in stops:
            if stop.kind is StopKind.VISIT:
                for part, quantity in stop.parts:
                    needs[part] = needs.get(part, 0) + quantity
        for number, depot in enumerate(self.problem.depots):
            for amounts in product(*(range(q + 1) for q in needs.values())):
                loads = tuple((p, n) for p, n in zip(needs, amounts, strict=True) if n)
                unlimited = all(
                    depot.unlimited or depot.stock.get(p) == UNLIMITED for p, _ in loads
                )
                lows = {-FOREVER} if unlimited else {-FOREVER, *(t for t, _, _ in depot.inbound)}
                for low in sorted(lows):
                    yield Stop(StopKind.PICKUP, number, low, FOREVER, loads)

    def _fetched_before(
        self, routes: Routes, used: list[int], pairs: list[tuple[int, int]]
    ) -> bool:
        """The same plan after a pickup on an earlier shift of the same engineer."""
        for shift in used:
            engineer = self.problem.shifts[shift].engineer
            for earlier in self.problem.shifts_of(engineer):
                early = self.problem.shifts[earlier].start < self.problem.shifts[shift].start
                if not early or earlier in used:
                    continue
                for pickup in self._pickups(list(routes[shift])):
                    for at in range(len(routes[earlier]) + 1):
                        changed = list(routes)
                        stops = routes[earlier]
                        changed[earlier] = (*stops[:at], pickup, *stops[at:])
                        if pickup.parts and self._settles(changed, pairs):
                            return True
        return False

    def _settles(self, routes: Routes, pairs: list[tuple[int, int]]) -> bool:
        """Raise the starts of crews and predecessors until the timetable accepts the plan."""
        crewed = {v for v, _ in pairs if self.problem.visits[v].crew_size > 1}
        linked = {v for v, _ in pairs if self.problem.visits[v].after}
        if not crewed and not linked:
            return self.allows(routes) is not None
        lows: dict[int, int] = {}
        for _ in range(40):
            bounded = [
                tuple(
                    replace(s, not_before=max(s.not_before, lows[s.index]))
                    if s.kind is StopKind.VISIT and s.index in lows
                    else s
                    for s in route
                )
                for route in routes
            ]
            starts = self._starts(bounded)
            if starts is None:
                return False
            raised = self._raised(routes, starts, lows)
            if raised == lows:
                exact = [
                    tuple(
                        replace(s, not_before=max(starts[s.index]), not_after=max(starts[s.index]))
                        if s.kind is StopKind.VISIT and s.index in {v for v, _ in pairs}
                        else s
                        for s in route
                    )
                    for route in bounded
                ]
                return self.allows(exact) is not None
            lows = raised
        raise TooMany

    def _starts(self, routes: Routes) -> dict[int, list[int]] | None:
        """Earliest starts by visit: routes are timed one by one and may slide no later."""
        found: dict[int, list[int]] = {}
        crews = {}
        for shift, route in enumerate(routes):
            for stop in route:
                if stop.kind is StopKind.VISIT:
                    engineer = self.problem.shifts[shift].engineer
                    crews[stop.index] = (*crews.get(stop.index, ()), engineer)
        for shift, route in enumerate(routes):
            if not route:
                continue
            for number, stop in enumerate(route):
                if stop.kind is not StopKind.VISIT:
                    continue
                start = self._earliest(shift, route, number, crews)
                if start is None:
                    return None
                found.setdefault(stop.index, []).append(start)
        return found

    def _earliest(
        self, shift: int, route: tuple[Stop, ...], number: int, crews: dict[int, tuple[int, ...]]
    ) -> int | None:
        """Earliest start of one stop of a route, by bisection of its latest start."""

        def start_by(high: int | None) -> int | None:
            stops = list(route)
            if high is not None:
                stops[number] = replace(stops[number], not_after=min(high, stops[number].not_after))
            self.tried += 1
            if self.tried > self.most:
                raise TooMany
            try:
                timed = self.timetable.time_route(shift, tuple(stops), crews)
            except InfeasibleSolution:
                return None
            work = [stop for stop in timed.stops if stop.kind is not StopKind.BREAK]
            return work[number].start

        high = start_by(None)
        if high is None:
            return None
        low = self.problem.shifts[shift].start - 1
        while high - low > 1:
            middle = (low + high) // 2
            start = start_by(middle)
            if start is None:
                low = middle
            else:
                high = start
        return high

    def _raised(
        self, routes: Routes, starts: dict[int, list[int]], lows: dict[int, int]
    ) -> dict[int, int]:
        raised = dict(lows)
        for v, own in starts.items():
            work = self.problem.visits[v]
            if min(own) < max(own):
                raised[v] = max(own)
            for link in work.after:
                if link.visit not in starts:
                    continue
                before = link.visit
                length = max(
                    self.problem.duration(before, self.problem.shifts[s].engineer)
                    for s, route in enumerate(routes)
                    for t in route
                    if (t.kind, t.index) == (StopKind.VISIT, before)
                )
                finish = max(starts[before]) + length
                if max(own) < finish + link.min_delay:
                    raised[v] = max(raised.get(v, 0), finish + link.min_delay)
                if link.max_delay is not None and max(own) > finish + link.max_delay:
                    needed = max(own) - link.max_delay - length
                    raised[before] = max(raised.get(before, 0), needed)
        return raised
