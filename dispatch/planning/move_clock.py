"""Times for orders made by hand, also for orders that break a rule.

Whatever can be kept is kept: first the one clock is asked as it stands; when it refuses, it is
asked again in a world whose rules have no end (windows stay open once they opened, shifts go on,
everybody may do everything), then without breaks, and last each route for itself, as a crew whose
members wait for each other in a ring never starts together. Which rules of the real world are
broken is then the auditor's to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dispatch.domain import StopKind as Kind
from dispatch.errors import InputError
from dispatch.planning.legend import Legend
from dispatch.planning.move_orders import Entry, Orders
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem, Shift, Window
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable, crews_of, price

__all__ = ["MoveClock"]

DAY = 86_400
ROUNDS = 6
"""More links than these in a chain over several routes are left to the auditor."""


class MoveClock:
    """Times orders in one part of a world.

    Parameters
    ----------
    problem, legend
        The part of the world, and its names.
    now
        What has started before it, in seconds, goes on standing where it does in the looser worlds
        too, which know of no past; None: as the problem has it.
    """

    def __init__(self, problem: Problem, legend: Legend, now: int | None = None) -> None:
        # Prices over all routes at once cannot be told from a part of them.
        self.problem = replace(problem, fairness_rate=0, worst_lateness_per_hour=0)
        self.legend = legend
        self.strict = Timetable(self.problem)
        self.now = max((one for one in (now, problem.now) if one is not None), default=None)

    def time(self, orders: Orders) -> tuple[Schedule, bool]:
        """Time the orders; tells also whether every rule of the clock is kept.

        Raises
        ------
        InputError
            Not even without rules is there a time: no way leads there.
        """
        tied = self._tied_starts(orders)
        for hold in (True, False):
            try:
                return self.strict.schedule(self.solution_of(orders, tied, hold=hold)), True
            except InfeasibleSolution:
                continue
        loosest = self.problem
        # Somebody may even put a visit before one that has begun; then that one moves after all.
        for past in (True, False) if self.now is not None else (False,):
            solution = self.solution_of(orders, tied, past=past)
            for problem in self._looser(solution):
                loosest = problem
                try:
                    return Timetable(problem).schedule(solution), False
                except InfeasibleSolution:
                    continue
        try:
            return _apart(loosest, self.solution_of(orders, tied, firm=False)), False
        except InfeasibleSolution as refusal:
            raise InputError.at("/moves", str(refusal), "places that a way leads to") from refusal

    def _tied_starts(self, orders: Orders) -> dict[int, int]:
        """Earliest starts of visits that wait for a predecessor or for the rest of their crew.

        Links over several routes are for whoever decides on orders, not for the clock, to settle;
        here each round of times lifts the starts that came too early, until none does. Each route
        is timed for itself, as a crew that does not start together yet is no plan.
        """
        visits = self.problem.visits
        if not any(visit.after or visit.crew_size > 1 for visit in visits):
            return {}
        tied: dict[int, int] = {}
        loose = next(self._looser(self.solution_of(orders)))
        clock = Timetable(loose)
        for _ in range(ROUNDS):
            solution = self.solution_of(orders, tied, firm=False)
            crews = crews_of(loose, solution)
            try:
                timed = [
                    clock.time_route(shift, stops, crews)
                    for shift, stops in enumerate(solution.routes)
                    if stops
                ]
            except InfeasibleSolution:
                return tied
            begin: dict[int, int] = {}
            finish: dict[int, int] = {}
            for route in timed:
                for stop in route.stops:
                    if stop.kind is StopKind.VISIT:
                        begin[stop.index] = max(stop.start, begin.get(stop.index, -FOREVER))
                        finish[stop.index] = max(stop.finish, finish.get(stop.index, -FOREVER))
            wanted = {
                index: max(
                    [begin[index] if visit.crew_size > 1 else -FOREVER]
                    + [finish[a.visit] + a.min_delay for a in visit.after if a.visit in finish]
                )
                for index, visit in enumerate(visits)
                if index in begin and (visit.after or visit.crew_size > 1)
            }
            if wanted == tied:
                break
            tied = wanted
        return tied

    def solution_of(
        self,
        orders: Orders,
        tied: Mapping[int, int] | None = None,
        *,
        hold: bool = False,
        firm: bool = True,
        past: bool = False,
    ) -> Solution:
        """Say the orders of the part in the solver's language.

        Parameters
        ----------
        orders
            All orders; those of other parts do not count.
        tied
            Starts that crews and links of visits ask for, by index of the visit.
        hold
            A departure as late as possible would take along what stands before a visit that was
            put off by hand; held, it starts no later than it did.
        firm
            A crew starts at its tied start and not later; otherwise later only where it must.
        past
            What nobody has touched and has begun starts when it did, all else not before now.
        """
        routes = []
        for shift in self.legend.shifts.ids:
            entries = orders.routes.get(shift, [])
            chosen = [i for i, entry in enumerate(entries) if entry.not_before is not None]
            last = chosen[-1] if hold and chosen else -1
            routes.append(
                tuple(
                    self._after_now(self._stop(one, i <= last, tied or {}, firm), one, past)
                    for i, one in enumerate(entries)
                )
            )
        return Solution(tuple(routes))

    def _after_now(self, stop: Stop, entry: Entry, past: bool) -> Stop:
        """Hold a stop that has begun where it is, and keep all others out of the past."""
        if not past or self.now is None:
            return stop
        start = self.legend.seconds(entry.stop.start)
        if entry.at_home and start < self.now:
            return replace(stop, not_before=start, not_after=start)
        low = max(stop.not_before, self.now)
        return replace(stop, not_before=low, not_after=max(low, stop.not_after))

    def _stop(self, entry: Entry, held: bool, tied: Mapping[int, int], firm: bool) -> Stop:
        stop, legend = entry.stop, self.legend
        taken = stop.loaded if stop.kind is Kind.PICKUP else stop.parts
        parts = tuple(sorted((legend.parts.index(part), n) for part, n in taken.items() if n))
        if stop.kind is Kind.PICKUP:
            depot, start = legend.depots.index(str(stop.depot)), legend.seconds(stop.start)
            return Stop(StopKind.PICKUP, depot, not_before=start, parts=parts)
        index = legend.visits.index(str(stop.visit))
        bound = -FOREVER if entry.not_before is None else legend.seconds(entry.not_before)
        bound = max(bound, tied.get(index, -FOREVER))
        crew = self.problem.visits[index].crew_size > 1
        latest = bound if firm and crew and index in tied else FOREVER
        if held and (entry.at_home or entry.not_before is not None):
            latest = max(bound, legend.seconds(stop.start)) if entry.at_home else bound
        return Stop(StopKind.VISIT, index, bound, latest, parts)

    def _not_before_now(self, shift: Shift) -> int:
        return shift.start if self.now is None else min(max(shift.start, self.now), shift.end)

    def _looser(self, solution: Solution) -> Iterator[Problem]:
        begun = {
            shift
            for shift, route in enumerate(solution.routes)
            if route and self.now is not None and route[0].not_after < self.now
        }
        crews: Counter[int] = Counter()
        brought: dict[int, Counter[int]] = {}
        for route in solution.routes:
            for stop in route:
                if stop.kind is StopKind.VISIT:
                    crews[stop.index] += 1
                    brought.setdefault(stop.index, Counter()).update(dict(stop.parts))
        visits = tuple(
            replace(
                visit,
                windows=_without_end(visit.windows),
                due=None if visit.due is None else replace(visit.due, latest=FOREVER),
                tools=(),
                parts=tuple(sorted(brought.get(index, Counter()).items())),
                required_engineers=frozenset(),
                forbidden_engineers=frozenset(),
                pins=(),
                crew_size=max(1, crews[index]),
                after=(),
            )
            for index, visit in enumerate(self.problem.visits)
        )
        able = tuple(
            replace(
                one,
                skills=dict.fromkeys(range(self.problem.num_skills), 1_000),
                tools=frozenset(range(self.problem.num_tools)),
                stock=dict.fromkeys(range(self.problem.num_parts), UNLIMITED),
            )
            for one in self.problem.engineers
        )
        shifts = tuple(
            replace(
                one,
                start=one.start if shift in begun else self._not_before_now(one),
                latest_end=one.latest_end + 2 * DAY,
                max_travel=None,
                fixed_pickups=(),
                returning=False,
                left=None,
            )
            for shift, one in enumerate(self.problem.shifts)
        )
        depots = tuple(
            replace(one, unlimited=True, opening=(), inbound=()) for one in self.problem.depots
        )
        loose = replace(
            self.problem,
            visits=visits,
            engineers=able,
            shifts=shifts,
            depots=depots,
            now=None,
        )
        yield loose
        yield replace(loose, shifts=tuple(replace(one, breaks=()) for one in shifts))


def _apart(problem: Problem, solution: Solution) -> Schedule:
    """Time each route for itself, whatever the others do.

    Raises
    ------
    InfeasibleSolution
        A route has no times.
    """
    clock, crews = Timetable(problem), crews_of(problem, solution)
    routes = tuple(
        clock.time_route(shift, stops, crews)
        for shift, stops in enumerate(solution.routes)
        if stops
    )
    left_out = tuple(v for v in range(len(problem.visits)) if v not in crews)
    return Schedule(routes, left_out, price(problem, routes, left_out))


def _without_end(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    if not windows:
        return (Window(-FOREVER, FOREVER),)
    return (*windows[:-1], replace(windows[-1], latest=FOREVER))
