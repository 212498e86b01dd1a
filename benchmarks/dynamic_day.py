"""A rolling day: requests appear one after the other, and the plan in force is made anew.

At each release the world knows only what has been released. What has begun stays, whoever has set
out arrives, and everybody else waits where they are until the last moment (`planning.rolling`).
A request is accepted or rejected when it appears, once and for all: it is rejected only when no
plan was found that serves it together with all that was accepted before.
"""

from __future__ import annotations

import itertools
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.cases import TrspInstance, trsp_case
from benchmarks.cases.trsp import SECONDS_PER_UNIT
from benchmarks.recompute import Order, orders_of_plan, recompute_trsp
from dispatch.domain import Case, Engineer, Plan, Priority, StopKind, Visit
from dispatch.errors import DispatchError
from dispatch.formats import format_plan, parse_case
from dispatch.planning.insert_now import insert_now
from dispatch.planning.replan import ALL, Search, replan
from dispatch.planning.rolling import leaves_for, world_at

UNIT = timedelta(seconds=SECONDS_PER_UNIT)
HARDER = 5
"""The plan of the morning, and that for a request that found no place, get so many times more."""
TRIES = 3
"""Searches with seeds of their own before a request is rejected."""
ENOUGH = 10_000
"""Pieces of each part in the van of somebody who has been at the depot."""


@dataclass(frozen=True, slots=True)
class Day:
    """What came of a day.

    Parameters
    ----------
    rejected
        Requests, in the order of their release; those known in the morning first.
    plan
        As it was driven.
    distance, working_time
        In the instance's units; engineers set out as late as it costs nothing.
    violations
        Rules of the instance that were broken, and requests that were driven to too early.
    failures
        Re-plans that the auditor or the checker refused; the plan in force went on.
    replan_s
        Seconds for each release.
    """

    rejected: tuple[str, ...]
    plan: Plan
    distance: float
    working_time: float
    violations: tuple[str, ...]
    failures: int
    replan_s: tuple[float, ...]


def run_day(instance: TrspInstance, releases: Mapping[int, float], search: Search) -> Day:
    """Play one day.

    Parameters
    ----------
    instance
        The static instance.
    releases
        By request, in the instance's units; negative: known in the morning.
    search
        How each re-plan is looked for.
    """
    world = parse_case(json.dumps(trsp_case(instance)))
    return _RollingDay(world, releases, search).through(instance)


class _RollingDay:
    """The plan in force and what was accepted so far."""

    def __init__(self, world: Case, releases: Mapping[int, float], search: Search) -> None:
        self.world, self.search = world, search
        self.releases = {visit.id: releases[int(visit.id[1:])] for visit in world.visits}
        self.parts = sorted({part for visit in world.visits for part in visit.parts})
        self.accepted: list[Visit] = []
        self.rejected: list[str] = []
        self.failures = 0
        self.plan: Plan | None = None

    def through(self, instance: TrspInstance) -> Day:
        """Play the morning and all releases."""
        spent = []
        for release, visits in self._by_release():
            began = time.perf_counter()
            if release < 0:
                self._morning(visits)
                continue
            for visit in visits:
                self._appear(visit, release)
            spent.append(time.perf_counter() - began)
        assert self.plan is not None, "some requests are known in the morning"
        orders = orders_of_plan(json.loads(format_plan(self.plan)))
        worth = recompute_trsp(instance, orders)
        return Day(
            tuple(self.rejected),
            self.plan,
            _distance(instance, orders),
            worth.value,
            (*worth.violations, *self._clairvoyant()),
            self.failures,
            tuple(spent),
        )

    def _by_release(self) -> list[tuple[float, list[Visit]]]:
        found: dict[float, list[Visit]] = defaultdict(list)
        for visit in self.world.visits:
            found[max(-1.0, self.releases[visit.id])].append(visit)
        # A day on which everything appears later begins all the same.
        found.setdefault(-1.0, [])
        return sorted(found.items())

    def _morning(self, visits: list[Visit]) -> None:
        """Plan what is known; what cannot be served is rejected at once."""
        case = replace(self.world, visits=tuple(visits))
        best: Plan | None = None
        for search in self._searches():
            made = replan(case, ALL, search).plan
            if best is None or len(made.unassigned) < len(best.unassigned):
                best = made
            if not best.unassigned:
                break
        assert best is not None, "there is always a search"
        left = {one.visit for one in best.unassigned}
        self.rejected += sorted(left)
        self.accepted += [_promised(visit) for visit in visits if visit.id not in left]
        self.plan = replace(best, unassigned=())

    def _appear(self, visit: Visit, release: float) -> None:
        """Accept a request if anything serves it with all others; else reject it."""
        assert self.plan is not None, "the morning was planned"
        now = self.world.planning_window.start + release * UNIT
        known = replace(
            self.world,
            visits=(*self.accepted, visit),
            engineers=tuple(
                _supplied(one, self.plan, now, self.parts) for one in self.world.engineers
            ),
        )
        case = world_at(known, self.plan, now)
        made = self._inserted(case, visit)
        plans = (self._replanned(case, one, made or self.plan) for one in self._searches(made))
        found = next((one for one in plans if one is not None), made)
        if found is None:
            self.rejected.append(visit.id)
            return
        self.accepted.append(_promised(visit))
        self.plan = found

    def _searches(self, made: Plan | None = None) -> Iterator[Search]:
        """One search improves a plan; to find any at all several are worth it."""
        if made is not None:
            yield self.search
            return
        limit, iterations = self.search.time_limit_s, self.search.iterations
        for seed in range(TRIES):
            yield replace(
                self.search,
                seed=self.search.seed + seed,
                time_limit_s=None if limit is None else limit * HARDER,
                iterations=None if iterations is None else iterations * HARDER,
            )

    def _inserted(self, case: Case, visit: Visit) -> Plan | None:
        try:
            made = insert_now(case, visit.id, seed=self.search.seed, start=self.plan).plan
        except DispatchError:
            self.failures += 1
            return None
        return made if made is not None and not made.unassigned else None

    def _replanned(self, case: Case, search: Search, start: Plan) -> Plan | None:
        try:
            made = replan(case, ALL, search, start=start).plan
        except DispatchError:
            self.failures += 1
            return None
        return None if made.unassigned else made

    def _clairvoyant(self) -> Iterator[str]:
        """Requests that somebody set out for before they appeared."""
        assert self.plan is not None, "the morning was planned"
        for route in self.plan.routes:
            for place, stop in enumerate(route.stops):
                if stop.kind is not StopKind.VISIT:
                    continue
                release = self.releases[str(stop.visit)]
                begin = self.world.planning_window.start + max(0.0, release) * UNIT
                if release >= 0 and leaves_for(route, place) < begin:
                    yield f"request {stop.visit}: set out for before its release"


def _promised(visit: Visit) -> Visit:
    """What was accepted is served, whatever comes."""
    return replace(visit, priority=Priority.MANDATORY)


def _supplied(engineer: Engineer, plan: Plan, now: datetime, parts: Iterable[str]) -> Engineer:
    """Who has been at the depot has enough of everything (the instances' own rule)."""
    for route in plan.routes:
        if route.engineer == engineer.id:
            for place, stop in enumerate(route.stops):
                if stop.kind is StopKind.PICKUP and leaves_for(route, place) < now:
                    return replace(engineer, van_stock=dict.fromkeys(parts, ENOUGH))
    return engineer


def _distance(instance: TrspInstance, orders: list[Order]) -> float:
    """Length of all routes, from home to home."""
    total = 0.0
    for order in orders:
        path = [order.engineer, *order.nodes, order.engineer]
        total += math.fsum(instance.travel(a, b) for a, b in itertools.pairwise(path))
    return total
