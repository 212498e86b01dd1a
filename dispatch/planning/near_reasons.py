"""Reasons on a large day: each left-out visit is explained among the engineers nearest to it.

The world of a verdict holds the pinned visits only (contract 4a), so the part of it around a few
engineers is small whatever the size of the day. One of them who takes the visit alone proves
`displaced`; only where none does, the next ones are asked, to the last. Reasons are told of the
nearest engineers: a thousand sentences help nobody. What a visit would displace is tried in
the plan around them, with everything outside held still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.planning.territory_stock import share_depots
from dispatch.planning.territory_world import PlanSoFar, Territory, make_territory, read_so_far
from dispatch.solver.claim import BlockerCode, Verdict
from dispatch.solver.explain import (
    Blocker,
    Edit,
    Explanation,
    Remedy,
    explain_absent,
)
from dispatch.solver.explain_alone import Undecided
from dispatch.solver.explain_compete import Competitor
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.explain_together import able_shifts
from dispatch.solver.explain_world import AbsentWorld, read_plan
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution, StopKind
from dispatch.solver.tiers import tier_prices
from dispatch.solver.timetable import InfeasibleSolution, Timetable

__all__ = ["settle_near"]

TOLD = 8
"""Engineers nearest to a visit, and as many of the able ones, whom its reasons speak of."""

ASKED = 40
"""Able engineers asked at a time whether one takes the visit."""

TRIED = 5
"""Able engineers in whose routes an exchange is looked for."""

MOST_PRICED = 60
"""Visits for which an exchange is looked for, those of high tiers first."""

MOST_BETTER = 25
"""Better plans taken over on the way; each is timed as a whole."""

FAR = 1 << 40


def settle_near(
    problem: Problem,
    schedule: Schedule,
    enough: Callable[[], bool] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Schedule, tuple[Explanation, ...]]:
    """Explain every visit left out of a large day, and use places found on the way.

    Parameters
    ----------
    enough
        Once true, no further prices and exchanges are looked for.
    cancelled
        Once true, remedies are not looked for either.

    Returns
    -------
    Schedule
        With the better routes in it.
    tuple of Explanation
        One for each visit still left out, in order.
    """
    near = _Near(problem, schedule)
    over = cancelled or (lambda: False)
    prices = near.exchange_all(enough or over)
    return near.so_far.schedule, near.explain_all(prices, over)


class _Near:
    """One large day and its plan."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.timetable: Timetable | None = None
        self.so_far = read_so_far(problem, schedule, solution_of(problem, schedule).routes)
        self.prices = tier_prices(problem)
        self._index_places()

    def _index_places(self) -> None:
        """Places where each engineer is during the day, for the question who is near."""
        owners, places = [], []
        for shift in self.problem.shifts:
            owners.append(shift.engineer)
            places.append(shift.start_location)
        for route in self.so_far.schedule.routes:
            for stop in route.stops:
                if stop.kind is StopKind.VISIT:
                    owners.append(self.problem.shifts[route.shift].engineer)
                    places.append(self.problem.visits[stop.index].location)
        self.owners = np.array(owners, dtype=np.int64)
        self.places = np.array(places, dtype=np.int64)

    def order(self, visit: int) -> list[int]:
        """All engineers with a shift, the nearest first."""
        target = self.problem.visits[visit].location
        way = self.problem.travel_seconds[0][self.places, target]
        best: NDArray[np.int64] = np.full(len(self.problem.engineers), FAR, dtype=np.int64)
        np.minimum.at(best, self.owners, np.where(way < 0, FAR - 1, way))
        order = np.argsort(best, kind="stable")
        return [int(e) for e in order if best[e] < FAR]

    def able(self, visit: int, order: Iterable[int]) -> list[int]:
        """Engineers whom persons, skills and pins admit."""
        work = self.problem.visits[visit]
        pinned = {self.problem.shifts[pin.shift].engineer for pin in work.pins}
        bound = len(work.pins) >= work.crew_size
        return [e for e in order if self.problem.may_serve(visit, e) and (not bound or e in pinned)]

    def exchange_all(self, over: Callable[[], bool]) -> dict[int, tuple[tuple[int, ...], int]]:
        """By visit: what it would displace and at which price; better plans are taken over."""
        found: dict[int, tuple[tuple[int, ...], int]] = {}
        waiting = sorted(
            self.so_far.schedule.unassigned, key=lambda v: (-self.problem.visits[v].tier, v)
        )
        better = 0
        for visit in waiting[:MOST_PRICED]:
            if over():
                break
            if visit in self.so_far.shifts:
                continue
            outcome = self._exchange(visit, take=better < MOST_BETTER)
            if outcome is None:
                better += visit in self.so_far.shifts
            else:
                found[visit] = outcome
        planned = self.so_far.shifts
        # A visit that has left the plan since can be displaced no more.
        return {v: one for v, one in found.items() if all(o in planned for o in one[0])}

    def _exchange(self, visit: int, *, take: bool) -> tuple[tuple[int, ...], int] | None:
        near = self.able(visit, self.order(visit))[: max(TRIED, self._crew(visit))]
        links = self.problem.visits[visit].after
        if not near or any(link.visit not in self.so_far.shifts for link in links):
            return None
        part = self._part(self.so_far, near, [visit])
        local = part.visits.index(visit)
        try:
            schedule = Timetable(part.problem).schedule(part.start)
        except InfeasibleSolution:
            return None
        competitor = Competitor(part.problem, schedule, self.prices)
        place = competitor.insert(local)
        if place is not None:
            self._take(part, Solution(place)) if take else None
            return None
        competition = competitor.compete(local, range(len(part.problem.shifts)))
        if competition is None:
            return None
        if competition.better:
            self._take(part, Solution(competition.routes)) if take else None
            return None
        return tuple(part.visits[v] for v in competition.displaces), competition.price

    def _take(self, part: Territory, solution: Solution) -> None:
        """Put better routes into the plan if the one timetable agrees."""
        changed = part.routes(solution)
        if changed is None:
            return
        routes = list(self.so_far.routes)
        for shift, stops in changed.items():
            routes[shift] = stops
        self.timetable = self.timetable or Timetable(self.problem)
        try:
            schedule = self.timetable.schedule(Solution(tuple(routes)))
        except InfeasibleSolution:
            return
        before = self.so_far.schedule.cost
        if (schedule.cost.unassigned[::-1], schedule.cost.money) < (
            before.unassigned[::-1],
            before.money,
        ):
            self.so_far = read_so_far(self.problem, schedule, tuple(routes))

    def _crew(self, visit: int) -> int:
        return 3 * self.problem.visits[visit].crew_size

    def _part(self, plan: PlanSoFar, engineers: Sequence[int], waiting: list[int]) -> Territory:
        inside = set(engineers)
        owner = [0 if shift.engineer in inside else 1 for shift in self.problem.shifts]
        depots = share_depots(self.problem, plan.schedule, owner, [waiting, []], 0, rest_to=0)
        return make_territory(self.problem, plan, engineers, waiting, depots[0])

    def explain_all(
        self, prices: Mapping[int, tuple[tuple[int, ...], int]], over: Callable[[], bool]
    ) -> tuple[Explanation, ...]:
        """Verdict and reasons of every visit left out, predecessors first."""
        self.absent = self._absent()
        self.waiting = frozenset(self.so_far.schedule.unassigned)
        verdicts: dict[int, Verdict] = {}
        found = []
        for visit in sorted(self.waiting, key=lambda v: (self._depth(v), v)):
            explained = self._explain(visit, verdicts, brief=over())
            if visit in prices and explained.verdict is Verdict.DISPLACED:
                displaces, price = prices[visit]
                explained = replace(explained, displaces=displaces, price=price)
            verdicts[visit] = explained.verdict
            found.append(explained)
        return tuple(sorted(found, key=lambda one: one.visit))

    def _depth(self, visit: int) -> int:
        links = self.problem.visits[visit].after
        return max((self._depth(link.visit) + 1 for link in links), default=0)

    def _absent(self) -> PlanSoFar:
        """The plan with nothing in it but what pins and the freeze keep."""
        whole = self.so_far
        kept = read_plan(self.problem, whole.schedule).kept
        routes = []
        for route in whole.schedule.routes:
            stays = any(s.kind is StopKind.VISIT and s.index in kept for s in route.stops)
            fixed = {(p.depot, p.start) for p in self.problem.shifts[route.shift].fixed_pickups}
            stops = tuple(
                stop
                for stop in route.stops
                if (stop.kind is StopKind.VISIT and stop.index in kept)
                or (stop.kind is StopKind.PICKUP and (stays or (stop.index, stop.start) in fixed))
                or stop.kind is StopKind.BREAK
            )
            if any(stop.kind is not StopKind.BREAK for stop in stops):
                routes.append(replace(route, stops=stops))
        schedule = Schedule(tuple(routes), (), whole.schedule.cost)
        return read_so_far(self.problem, schedule, tuple(() for _ in self.problem.shifts))

    def _explain(self, visit: int, verdicts: Mapping[int, Verdict], *, brief: bool) -> Explanation:
        order = self.order(visit)
        able = self.able(visit, order)
        told = list(dict.fromkeys([*able[: max(TOLD, self._crew(visit))], *order[:TOLD]]))
        before = self._unkept(visit)
        explained = self._among(visit, [*told, *self._likely(before)], verdicts, brief=brief)
        if explained.verdict is Verdict.DISPLACED:
            return _heard(explained, told)
        if before or self.problem.visits[visit].crew_size > 1:
            # Who takes it depends on who takes the others, so all who may are in one world.
            others = (e for v in before for e in self.able(v, self.order(v)))
            whole = self._among(visit, dict.fromkeys([*told, *able, *others]), verdicts, brief=True)
            proved = whole.verdict is Verdict.IMPOSSIBLE
            return _heard(explained if proved else whole, told)
        takers = self._takers(visit, able)
        if not takers:
            return explained
        # Somebody farther away takes it: then they stand among the reasons too.
        return self._among(visit, dict.fromkeys([*takers, *told]), verdicts, brief=brief)

    def _likely(self, visits: Iterable[int]) -> list[int]:
        """Engineers who have the visits in the plan, and some near ones who may."""
        found: list[int] = []
        for visit in visits:
            found += [self.problem.shifts[s].engineer for s in self.so_far.shifts.get(visit, ())]
            found += self.able(visit, self.order(visit))[: self._crew(visit)]
        return found

    def _takers(self, visit: int, able: Sequence[int]) -> list[int]:
        """Some able engineers who take the visit; all able ones if too much would have to be tried."""
        for first in range(0, len(able), ASKED):
            part, world, local = self._world(visit, able[first : first + ASKED])
            try:
                shifts = able_shifts(world, local)
            except Undecided:
                return list(able)
            if shifts:
                takers = (self.problem.shifts[part.shifts[shift]].engineer for shift in shifts)
                return list(dict.fromkeys(takers))[:TOLD]
        return []

    def _world(self, visit: int, engineers: Iterable[int]) -> tuple[Territory, AbsentWorld, int]:
        """The world without unpinned visits around some engineers, and the visit in it.

        Whom the visit or one that it needs is pinned to belongs to it as well.
        """
        waiting = {visit, *self._unkept(visit)}
        bound = (p for v in sorted(waiting) for p in self.problem.visits[v].pins)
        engineers = [*engineers, *(self.problem.shifts[pin.shift].engineer for pin in bound)]
        inside = set(engineers)
        waiting |= {
            v
            for v in self.waiting
            for pin in self.problem.visits[v].pins
            if self.problem.shifts[pin.shift].engineer in inside
        }
        part = self._part(self.absent, list(dict.fromkeys(engineers)), sorted(waiting))
        local = Schedule(part.timed, (), self.so_far.schedule.cost)
        world = AbsentWorld(part.problem, read_plan(part.problem, local))
        return part, world, part.visits.index(visit)

    def _unkept(self, visit: int) -> set[int]:
        """Visits that must be planned with it, because nothing keeps them in the plan."""
        found: set[int] = set()
        waiting = [visit]
        while waiting:
            for link in self.problem.visits[waiting.pop()].after:
                if link.visit not in self.absent.shifts and link.visit not in found:
                    found.add(link.visit)
                    waiting.append(link.visit)
        return found

    def _among(
        self,
        visit: int,
        engineers: Iterable[int],
        verdicts: Mapping[int, Verdict],
        *,
        brief: bool,
    ) -> Explanation:
        part, world, local = self._world(visit, engineers)
        known = {i: verdicts[v] for i, v in enumerate(part.visits) if v in verdicts}
        return self._told(explain_absent(world, local, known, brief=brief), visit, part)

    def _told(self, explained: Explanation, visit: int, part: Territory) -> Explanation:
        """Say what was found in a part of the world in the numbers of the whole."""
        blockers = tuple(
            replace(
                one,
                shift=None if one.shift is None else part.shifts[one.shift],
                engineer=self._owner(one, part),
                shortfall=_whole(one.shortfall, part, self.problem),
            )
            for one in explained.blockers
        )
        true = tuple(
            one
            for one in blockers
            if one.code is not BlockerCode.PREDECESSOR_UNASSIGNED
            or one.shortfall.get("visit") in self.waiting
        )
        if not true and explained.verdict is Verdict.DISPLACED:
            true = (Blocker(BlockerCode.NO_CAPACITY),)
        remedy = explained.remedy
        if remedy is not None:
            remedy = Remedy(
                tuple(Edit(e.kind, _whole(e.facts, part, self.problem)) for e in remedy.edits)
            )
        return Explanation(visit, explained.verdict, true, remedy)

    def _owner(self, blocker: Blocker, part: Territory) -> int | None:
        if blocker.shift is not None:
            return self.problem.shifts[part.shifts[blocker.shift]].engineer
        if blocker.engineer is None:
            return None
        return _engineer(blocker.engineer, part, self.problem)


def _heard(explained: Explanation, told: Sequence[int]) -> Explanation:
    """Keep the reasons that speak of nobody or of the engineers told of, and a few more if full."""
    full = [one for one in explained.blockers if one.code is BlockerCode.NO_CAPACITY][:TOLD]
    kept = tuple(
        one
        for one in explained.blockers
        if one.engineer is None or one.engineer in told or one in full
    )
    return replace(explained, blockers=kept)


def _engineer(local: int, part: Territory, problem: Problem) -> int:
    shift = next(s for s, own in enumerate(part.problem.shifts) if own.engineer == local)
    return problem.shifts[part.shifts[shift]].engineer


def _whole(facts: Mapping[str, int], part: Territory, problem: Problem) -> dict[str, int]:
    """Facts of a part of the world with the indices of the whole."""
    told = dict(facts)
    for key in ("visit", "before"):
        if key in told:
            told[key] = part.visits[told[key]]
    if "shift" in told:
        told["shift"] = part.shifts[told["shift"]]
    if "engineer" in told:
        told["engineer"] = _engineer(told["engineer"], part, problem)
    return told
