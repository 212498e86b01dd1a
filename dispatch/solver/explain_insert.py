"""Forced insertion: every place of an unassigned visit in the routes of a plan as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from dispatch.solver.explain_clock import Entry, Moments, ends, extend, time_order
from dispatch.solver.explain_memory import RememberingTimetable
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.explain_supply import Supply
from dispatch.solver.explain_tables import RouteTable, Ways, latest_starts, may_stand
from dispatch.solver.explain_together import may_be_on
from dispatch.solver.explain_world import AbsentWorld, read_plan
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution

MOST_TRIALS = 60
"""Places of one visit that the timetable is asked about, the shortest routes first."""

Routes = tuple[tuple[Stop, ...], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route with the visit in it, when it starts there, and how much later the route ends."""

    shift: int
    stops: tuple[Stop, ...]
    start: int
    end: int


class Inserter:
    """Tries places of visits in routes; keeps the timetable of the problem between calls."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.timetable = RememberingTimetable(problem)
        self.ways = Ways(problem)
        self.world = AbsentWorld(problem, read_plan(problem, schedule))
        self._entries: dict[tuple[int, Stop], Entry] = {}
        self._prefixes: dict[tuple[int, tuple[Stop, ...]], tuple[Moments, int] | None] = {}
        self._tables: dict[tuple[int, tuple[Stop, ...]], RouteTable] = {}

    def time(self, routes: Routes) -> Schedule | None:
        """The schedule of these routes; None if a rule forbids them."""
        try:
            return self.timetable.schedule(Solution(routes))
        except InfeasibleSolution:
            return None

    def insert(
        self,
        routes: Routes,
        visit: int,
        shifts: Sequence[int] | None = None,
        *,
        verified: bool = True,
    ) -> Routes | None:
        """Routes with the visit in its best place, others as they were; None if it has none.

        Unless `verified`, the timetable is not asked about a visit without parts, tools or crew:
        whoever calls does so in the end.
        """
        planned = {s.index for route in routes for s in route if s.kind is StopKind.VISIT}
        work = self.problem.visits[visit]
        if any(link.visit not in planned for link in work.after):
            return None
        allowed = [
            s
            for s in (range(len(self.problem.shifts)) if shifts is None else shifts)
            if may_be_on(self.world, visit, s)
        ]
        if work.crew_size > 1:
            return self._insert_crew(routes, visit, allowed)
        low, high = self._delays(routes, visit)
        found = [
            c
            for s in allowed
            if self.may_join(routes[s], visit, s)
            for c in self._candidates(routes, visit, s, low, high)
        ]
        for candidate in sorted(found, key=_growth)[:MOST_TRIALS]:
            changed = _with(routes, candidate)
            if not (verified or work.parts or work.tools) or self.time(changed) is not None:
                return changed
        return self._fetch_before(routes, visit, allowed, low, high) if work.parts else None

    def _fetch_before(
        self, routes: Routes, visit: int, allowed: Sequence[int], low: int, high: int
    ) -> Routes | None:
        """Fetch the parts on an earlier shift of the same engineer."""
        trials = 0
        for shift in allowed:
            engineer = self.problem.shifts[shift].engineer
            for earlier in self.problem.shifts_of(engineer):
                if self.problem.shifts[earlier].start >= self.problem.shifts[shift].start:
                    break
                for filled in self._fetches(routes, earlier, visit):
                    for candidate in self._candidates(filled, visit, shift, low, high):
                        trials += 1
                        if trials > MOST_TRIALS:
                            return None
                        changed = _with(filled, candidate)
                        if self.time(changed) is not None:
                            return changed
        return None

    def _fetches(self, routes: Routes, shift: int, visit: int) -> Iterator[Routes]:
        """Routes with one pickup more at the end of a shift, or at its beginning."""
        missing = self._missing(routes, shift, len(routes[shift]), visit)
        past, supply = self._past(shift), Supply(self.problem, routes)
        for number, depot in enumerate(self.problem.depots):
            if not supply.gives(number, missing):
                continue
            for low in sorted({-FOREVER, *(t for t, p, _ in depot.inbound if p in dict(missing))}):
                pickup = Stop(StopKind.PICKUP, number, low, FOREVER, missing)
                for at in {len(routes[shift]), past}:
                    stops = (*routes[shift][:at], pickup, *routes[shift][at:])
                    timed = self._time(shift, stops, past)
                    if missing and timed is not None:
                        yield (*routes[:shift], stops, *routes[shift + 1 :])

    def _delays(self, routes: Routes, visit: int) -> tuple[int, int]:
        """Bounds of the start by the predecessors, which keep their starts."""
        low, high = -FOREVER, FOREVER
        links = self.problem.visits[visit].after
        starts = {s.index: s.not_before for route in routes for s in route if links}
        for link in links:
            on = [
                n
                for n, route in enumerate(routes)
                for s in route
                if (s.kind, s.index) == (StopKind.VISIT, link.visit)
            ]
            work = max(
                self.problem.duration(link.visit, self.problem.shifts[n].engineer) for n in on
            )
            start = starts[link.visit]
            if start <= -FOREVER:
                start = self.world.starts.get(link.visit, start)
            low = max(low, start + work + link.min_delay)
            if link.max_delay is not None:
                high = min(high, start + work + link.max_delay)
        return low, high

    def _insert_crew(self, routes: Routes, visit: int, allowed: Sequence[int]) -> Routes | None:
        """Bring a crew together at the latest of its members' earliest starts."""
        low, high = self._delays(routes, visit)
        size = self.problem.visits[visit].crew_size
        options = {
            s: sorted(self._candidates(routes, visit, s, low, high, empty=True), key=_growth)[:4]
            for s in allowed
        }
        trials = 0
        for shifts in combinations([s for s in allowed if options[s]], size):
            engineers = {self.problem.shifts[s].engineer for s in shifts}
            if len(engineers) < size:
                continue
            for chosen in product(*(options[s] for s in shifts)):
                for bearer in range(size):
                    trials += 1
                    if trials > 4 * MOST_TRIALS:
                        return None
                    changed = self._together(routes, visit, chosen, bearer)
                    if changed is not None:
                        return changed
        return None

    def _together(
        self, routes: Routes, visit: int, chosen: tuple[Candidate, ...], bearer: int
    ) -> Routes | None:
        start = max(candidate.start for candidate in chosen)
        parts = self.problem.visits[visit].parts
        for number, candidate in enumerate(chosen):
            stops = tuple(
                replace(s, not_before=start, not_after=start, parts=parts * (number == bearer))
                if (s.kind, s.index) == (StopKind.VISIT, visit)
                else s
                for s in candidate.stops
            )
            routes = _with(routes, replace(candidate, stops=stops))
        return routes if self.time(routes) is not None else None

    def _candidates(
        self, routes: Routes, visit: int, shift: int, low: int, high: int, empty: bool = False
    ) -> Iterator[Candidate]:
        """Routes of one shift with the visit at each position, and pickups before it at need."""
        stops, past = routes[shift], self._past(shift)
        work = self.problem.visits[visit]
        new = Stop(StopKind.VISIT, visit, low, high, () if empty else work.parts)
        table, entry = self.table(shift, stops), self._entry(shift, new)
        before, needs = table.end, bool(work.parts or work.tools)
        supply = Supply(self.problem, routes if needs and not empty else ())
        for position in range(past, len(stops) + 1):
            at = position - past
            if not may_stand(self.problem, self.ways, shift, table, entry, at, fetched=needs):
                continue
            plain = (*stops[:position], new, *stops[position:])
            missing = () if empty else self._missing(routes, shift, position, visit)
            tools = self._lacking(shift, stops[:position], visit)
            for option in self._supplied(plain, position, past, (missing, tools), supply):
                same = next((n for n, s in enumerate(stops) if s is not option[n]), len(stops))
                prefix = self._prefix(shift, stops[:same], past)
                if prefix is None:
                    continue
                timed = self._time_on(shift, prefix, option[same:])
                if timed is not None:
                    at = next(n for n, s in enumerate(option) if s is new)
                    yield Candidate(shift, option, timed[0][at - same], timed[1] - before)

    def _supplied(
        self,
        stops: tuple[Stop, ...],
        position: int,
        past: int,
        lacking: tuple[tuple[tuple[int, int], ...], frozenset[int]],
        supply: Supply,
    ) -> Iterator[tuple[Stop, ...]]:
        """The route as it is if no part or tool lacks, else with one pickup more or enlarged."""
        missing, tools = lacking
        if not missing and not tools:
            yield stops
            return
        for number, depot in enumerate(self.problem.depots):
            if not (tools <= depot.tools and supply.gives(number, missing)):
                continue
            lows = {-FOREVER, *(t for t, part, _ in depot.inbound if part in dict(missing))}
            for low in sorted(lows):
                pickup = Stop(StopKind.PICKUP, number, low, FOREVER, missing)
                for at in range(past, position + 1):
                    yield (*stops[:at], pickup, *stops[at:])
        kept = range(past, position)
        for at in kept:
            stop = stops[at]
            free = stop.kind is StopKind.PICKUP and stop.not_before != stop.not_after
            if free and not tools and supply.gives(stop.index, missing):
                loads = dict(stop.parts)
                for part, quantity in missing:
                    loads[part] = loads.get(part, 0) + quantity
                larger = replace(stop, parts=tuple(sorted(loads.items())))
                yield (*stops[:at], larger, *stops[at + 1 :])

    def _missing(
        self, routes: Routes, shift: int, position: int, visit: int
    ) -> tuple[tuple[int, int], ...]:
        """Pieces that the van cannot spare from this position on, later shifts included."""
        engineer = self.problem.shifts[shift].engineer
        missing = []
        for part, need in self.problem.visits[visit].parts:
            have = self.problem.engineers[engineer].stock.get(part, 0)
            if have == UNLIMITED:
                continue
            spare, passed = FOREVER, False
            for number in self.problem.shifts_of(engineer):
                for at, stop in enumerate(routes[number]):
                    if number == shift and at == position:
                        spare, passed = min(spare, have), True
                    sign = 1 if stop.kind is StopKind.PICKUP else -1
                    have += sign * dict(stop.parts).get(part, 0)
                    spare = min(spare, have) if passed else spare
                if number == shift and position == len(routes[number]):
                    spare, passed = min(spare, have), True
            if spare < need:
                missing.append((part, need - max(0, spare)))
        return tuple(missing)

    def _past(self, shift: int) -> int:
        """Stops at the front of a route that are history and stay there."""
        return sum(stop.kind is not StopKind.BREAK for stop in self.world.history(shift))

    def _lacking(self, shift: int, before: Sequence[Stop], visit: int) -> frozenset[int]:
        work = self.problem.visits[visit]
        if work.crew_size > 1:
            return frozenset()
        aboard = set(self.problem.engineers[self.problem.shifts[shift].engineer].tools)
        for stop in before:
            if stop.kind is StopKind.PICKUP:
                aboard |= self.problem.depots[stop.index].tools
        return frozenset(set(work.tools) - aboard)

    def may_join(self, stops: tuple[Stop, ...], visit: int, shift: int) -> bool:
        """Whether a visit could stand anywhere in a route; False is a proof that it cannot."""
        work = self.problem.visits[visit]
        new = Stop(StopKind.VISIT, visit, parts=work.parts)
        table, entry = self.table(shift, stops), self._entry(shift, new)
        needs = bool(work.parts or work.tools) or work.crew_size > 1
        return any(
            may_stand(self.problem, self.ways, shift, table, entry, at, fetched=needs)
            for at in range(len(table.places))
        )

    def table(self, shift: int, stops: tuple[Stop, ...]) -> RouteTable:
        """The route at a glance, from the end of its history on; remembered."""
        key = (shift, stops)
        if key not in self._tables:
            self._tables[key] = self._make_table(shift, stops)
        return self._tables[key]

    def _make_table(self, shift: int, stops: tuple[Stop, ...]) -> RouteTable:
        past, block = self._past(shift), self.problem.shifts[shift]
        begin = self.world.beginning(shift)
        entries = [self._entry(shift, stop) for stop in stops[past:]]
        moments: Moments | None = begin.moments
        free, places, travelled = [min(begin.moments)], [begin.place], begin.travelled
        for entry in entries:
            step = moments and extend(self.problem, shift, places[-1], moments, entry)
            moments = step.moments if step else None
            travelled += max(0, self.world.road(shift, places[-1], entry.location))
            free.append(min(moments) if moments else FOREVER)
            places.append(entry.location)
        travelled += max(0, self.world.road(shift, places[-1], block.end_location))
        spare = FOREVER if block.max_travel is None else block.max_travel - travelled
        homes = ends(self.problem, shift, places[-1], moments) if moments else []
        return RouteTable(
            tuple(free),
            tuple(places),
            latest_starts(self.problem, shift, entries),
            spare,
            min((end for end, _ in homes), default=0),
        )

    def _time(
        self, shift: int, stops: tuple[Stop, ...], past: int
    ) -> tuple[tuple[int, ...], int] | None:
        """Earliest starts and end of a route whose first `past` stops are history."""
        prefix = self._prefix(shift, stops[:past], past)
        assert prefix is not None
        return self._time_on(shift, prefix, stops[past:])

    def _time_on(
        self, shift: int, prefix: tuple[Moments, int], stops: Sequence[Stop]
    ) -> tuple[tuple[int, ...], int] | None:
        """Earliest starts and end of the rest of a route."""
        entries = [self._entry(shift, stop) for stop in stops]
        timings = time_order(self.problem, shift, prefix[0], prefix[1], entries)
        if not timings:
            return None
        best = min(timings, key=lambda timing: timing.end)
        return best.starts, best.end

    def _prefix(self, shift: int, stops: tuple[Stop, ...], past: int) -> tuple[Moments, int] | None:
        """Moments and place after the first stops of a route, remembered for the next question."""
        key = (shift, stops)
        if key not in self._prefixes:
            if len(stops) <= past:
                begin = self.world.beginning(shift)
                self._prefixes[key] = (begin.moments, begin.place)
            else:
                before = self._prefix(shift, stops[:-1], past)
                entry = self._entry(shift, stops[-1])
                step = before and extend(self.problem, shift, before[1], before[0], entry)
                self._prefixes[key] = (step.moments, entry.location) if step else None
        return self._prefixes[key]

    def _entry(self, shift: int, stop: Stop) -> Entry:
        key = (shift, stop)
        if key not in self._entries:
            self._entries[key] = self._make_entry(shift, stop)
        return self._entries[key]

    def _make_entry(self, shift: int, stop: Stop) -> Entry:
        if stop.kind is StopKind.VISIT:
            work = None
            if self.problem.visits[stop.index].crew_size > 1:
                finish = self.world.finishes.get(stop.index)
                start = self.world.starts.get(stop.index)
                work = None if finish is None or start is None else finish - start
            entry = self.world.visit_entry(stop.index, shift, work=work)
        else:
            depot = self.problem.depots[stop.index]
            windows: tuple[tuple[int, int], ...] = ((0, self.problem.horizon),)
            if depot.opening:
                windows = tuple(
                    (w.earliest, w.latest - depot.pickup_duration) for w in depot.opening
                )
            entry = Entry(stop.kind, stop.index, depot.location, depot.pickup_duration, windows)
        return entry.bounded(stop.not_before, stop.not_after)


def _growth(candidate: Candidate) -> tuple[int, int, int]:
    return candidate.end, candidate.start, candidate.shift


def _with(routes: Routes, candidate: Candidate) -> Routes:
    return (*routes[: candidate.shift], candidate.stops, *routes[candidate.shift + 1 :])


def insertable(problem: Problem, schedule: Schedule, visit: int) -> Solution | None:
    """The plan with an unassigned visit put into a place that is free; None if there is none.

    Tries every allowed shift and position, with a pickup on the way, an enlarged pickup or a
    crew brought together where the visit needs it. The other visits keep their order.
    """
    inserter = Inserter(problem, schedule)
    routes = inserter.insert(solution_of(problem, schedule).routes, visit)
    return None if routes is None else Solution(routes)
