"""Which visits a displaced visit competes with, and the price of forcing it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from dispatch.solver.explain_alone import Undecided
from dispatch.solver.explain_insert import Inserter, Routes
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.explain_together import can_be_planned, may_be_on
from dispatch.solver.problem import Objective, Problem
from dispatch.solver.solution import Schedule, Stop, StopKind, TimedStop
from dispatch.solver.tiers import tier_prices

MOST_SETS = 100
"""Sets of each size that are tried for one visit."""

MOST_PRICED = 12
"""Sets that let a visit in and are compared by price, on a day with few visits left out."""

PRICED_IN_ALL = 400
"""Sets priced for all visits left out of a day, at two for each."""


@dataclass(frozen=True, slots=True)
class Competition:
    """The visits that must go for another to come in, what that adds to the cost, the new plan.

    It is `better` when less is left out by tiers (who had to go has found another place), or the
    same for less money or time.
    """

    displaces: tuple[int, ...]
    price: int
    routes: Routes
    better: bool


class Competitor:
    """Forces unassigned visits into one plan; nothing is changed in the plan itself.

    Parameters
    ----------
    prices
        Tier prices of the whole problem where this one is a part of it.
    """

    def __init__(
        self,
        problem: Problem,
        schedule: Schedule,
        prices: tuple[int, int, int, int] | None = None,
    ) -> None:
        self.problem, self.schedule = problem, schedule
        self.inserter = Inserter(problem, schedule)
        self.routes = solution_of(problem, schedule).routes
        self.prices = tier_prices(problem) if prices is None else prices
        share = PRICED_IN_ALL // max(1, len(schedule.unassigned))
        self.most_priced = max(2, min(MOST_PRICED, share))
        left_out = self._left_out(schedule)
        self.base = schedule.cost.money + left_out
        self.rank = (left_out, self._measure(schedule))

    def insert(self, visit: int) -> Routes | None:
        """The plan with the visit in a free place, or None."""
        return self.inserter.insert(self.routes, visit)

    def compete(self, visit: int, shifts: Sequence[int]) -> Competition | None:
        """The smallest set of visits whose removal lets the visit in; None if none was found.

        Singles are tried first, then pairs, then everything on one shift less what may stay.
        """
        for size in (1, 2):
            found: list[Competition] = []
            for out in self._sets(visit, shifts, size):
                forced = self._force(visit, out)
                if forced is not None and forced.better:
                    return forced
                if forced is not None:
                    found.append(forced)
                if len(found) >= self.most_priced:
                    break
            if found:
                return min(found, key=lambda c: (len(c.displaces), c.price, c.displaces))
        return self._greedy(visit, shifts) or self._rebuild(visit)

    def _sets(self, visit: int, shifts: Sequence[int], size: int) -> Iterator[frozenset[int]]:
        """Removable visits of each shift the visit may be on, then of those with the same parts."""
        seen: set[frozenset[int]] = set()
        for shift in [*shifts, None]:
            if shift is None:
                options = self._same_parts(visit)
            else:
                options = self._removable(self.routes[shift])
            for chosen in combinations(options, size):
                out = self._closure(chosen)
                if out is None or out in seen:
                    continue
                seen.add(out)
                if len(seen) > MOST_SETS:
                    return
                yield out

    def _removable(self, stops: Iterable[Stop]) -> list[int]:
        found = dict.fromkeys(s.index for s in stops if s.kind is StopKind.VISIT)
        free = [v for v in found if not self.problem.visits[v].pins]
        return sorted(free, key=lambda v: self.problem.visits[v].tier)

    def _same_parts(self, visit: int) -> list[int]:
        parts = {part for part, _ in self.problem.visits[visit].parts}
        stops = [stop for route in self.routes for stop in route]
        return [
            v
            for v in self._removable(stops)
            if parts & {part for part, _ in self.problem.visits[v].parts}
        ]

    def _closure(self, visits: Iterable[int]) -> frozenset[int] | None:
        """These visits and all that follow them; None if one of those is pinned."""
        planned = {s.index for route in self.routes for s in route if s.kind is StopKind.VISIT}
        out = set(visits)
        grew = True
        while grew:
            more = {
                v
                for v in planned - out
                if any(link.visit in out for link in self.problem.visits[v].after)
            }
            out |= more
            grew = bool(more)
        if any(self.problem.visits[v].pins for v in out):
            return None
        return frozenset(out)

    def _force(self, visit: int, out: frozenset[int]) -> Competition | None:
        """Take visits out, put the visit in, bring back who still fits; the difference in cost."""
        if any(link.visit in out for link in self.problem.visits[visit].after):
            return None
        touched = [
            s
            for s, route in enumerate(self.routes)
            if any(t.kind is StopKind.VISIT and t.index in out for t in route)
        ]
        routes = tuple(self._shed(route, out) for route in self.routes)
        crew = self.problem.visits[visit].crew_size > 1 or bool(self.problem.visits[visit].parts)
        shifts = None if crew else touched
        for verified in (False, True):
            changed = self.inserter.insert(routes, visit, shifts, verified=verified)
            if changed is None:
                return None
            found = self._bring_back(changed, out)
            if found is not None:
                return found
        return None

    def _bring_back(self, routes: Routes, out: Iterable[int]) -> Competition | None:
        """Insert again whoever still fits, those of high tiers first, and price the plan."""
        waiting = sorted(out, key=lambda v: (-self.problem.visits[v].tier, v))
        for _ in range(2):
            for other in list(waiting):
                back = self.inserter.insert(routes, other)
                if back is not None:
                    routes = back
                    waiting.remove(other)
        schedule = self.inserter.time(routes)
        if schedule is None:
            return None
        left_out = self._left_out(schedule)
        # Under another objective a dearer exchange of equals may look cheaper in money.
        price = max(0, schedule.cost.money + left_out - self.base)
        better = (left_out, self._measure(schedule)) < self.rank
        return Competition(tuple(sorted(out)), price, routes, better)

    def _left_out(self, schedule: Schedule) -> int:
        visits = self.problem.visits
        return sum(self.prices[visits[v].tier] for v in schedule.unassigned)

    def _measure(self, schedule: Schedule) -> int:
        """What plans with the same visits left out are judged by."""
        if self.problem.objective is Objective.WORKING_TIME:
            return sum(route.working_time for route in schedule.routes)
        return schedule.cost.money

    def _rebuild(self, visit: int) -> Competition | None:
        """Start from the visit alone with what is pinned, and bring everybody else back."""
        try:
            places = can_be_planned(self.inserter.world, visit)
        except Undecided:
            return None
        if places is None:
            return None
        routes = tuple(
            self._shed(route, frozenset(self._removable(route))) for route in self.routes
        )
        for place in places:
            past = len(self._begun(place.shift))
            kept = (*routes[place.shift][:past], *place.stops())
            routes = (*routes[: place.shift], kept, *routes[place.shift + 1 :])
        if self.inserter.time(routes) is None:
            return None
        planned = {s.index for route in routes for s in route if s.kind is StopKind.VISIT}
        before = [s.index for route in self.routes for s in route if s.kind is StopKind.VISIT]
        out = dict.fromkeys(v for v in before if v not in planned)
        found = self._bring_back(routes, out)
        if found is None:
            return None
        planned = {s.index for route in found.routes for s in route if s.kind is StopKind.VISIT}
        return replace(found, displaces=tuple(v for v in sorted(out) if v not in planned))

    def _begun(self, shift: int) -> list[TimedStop]:
        history = self.inserter.world.history(shift)
        return [stop for stop in history if stop.kind is not StopKind.BREAK]

    def _shed(self, stops: tuple[Stop, ...], out: frozenset[int]) -> tuple[Stop, ...]:
        """A route without some visits and without the pieces fetched for them."""
        spare: dict[int, int] = {}
        kept: list[Stop] = []
        tools: set[int] = set()
        for stop in reversed(stops):
            if stop.kind is StopKind.VISIT:
                if stop.index not in out:
                    kept.append(stop)
                    tools |= set(self.problem.visits[stop.index].tools)
                    continue
                for part, quantity in stop.parts:
                    spare[part] = spare.get(part, 0) + quantity
                continue
            if stop.not_before == stop.not_after:
                kept.append(stop)
                continue
            loads = []
            for part, quantity in stop.parts:
                less = min(quantity, spare.get(part, 0))
                spare[part] = spare.get(part, 0) - less
                if quantity > less:
                    loads.append((part, quantity - less))
            if loads or tools & self.problem.depots[stop.index].tools:
                kept.append(replace(stop, parts=tuple(loads)))
        return tuple(reversed(kept))

    def _greedy(self, visit: int, shifts: Sequence[int]) -> Competition | None:
        """Clear one shift and whoever uses the same parts, then let back in whoever may stay."""
        for shift in shifts:
            if not may_be_on(self.inserter.world, visit, shift):
                continue
            options = [*self._removable(self.routes[shift])]
            for wider in (options, list(dict.fromkeys(options + self._same_parts(visit)))):
                out = self._closure(wider)
                found = self._force(visit, out) if out else None
                if found is not None:
                    return self._trim(visit, found)
        return None

    def _trim(self, visit: int, found: Competition) -> Competition:
        """Leave out of the set, one by one, whoever need not go."""
        for other in found.displaces:
            less = self._closure(v for v in found.displaces if v != other)
            if less and len(less) < len(found.displaces):
                smaller = self._force(visit, less)
                if smaller is not None:
                    return self._trim(visit, smaller)
        return found
