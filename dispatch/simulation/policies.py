"""Who decides during the day, and when: six policies to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from dispatch.domain import PlanRoute, StopKind
from dispatch.errors import InputError
from dispatch.simulation.day_events import Trigger
from dispatch.simulation.people import Planned
from dispatch.simulation.quick_plan import quick_plan
from dispatch.simulation.rules import DispatchRule, by_deadline, by_report
from dispatch.simulation.shared_decisions import Decision, examples, snapshot
from dispatch.simulation.twin import Twin
from dispatch.simulation.view import look, plan_in_force

if TYPE_CHECKING:
    from dispatch.simulation.operation import Operation

__all__ = ["POLICIES", "PlanningPolicy", "Policy", "planned_stops", "policy_named"]

MOVED_S = 3600
"""A start that moves by more than this is a call to the customer."""
TOLD_AHEAD_S = 4 * 3600
"""Customers are told so long before."""
LEAST_DEPARTURE = 30_000
"""Minor units that a scenario must save, in the terms of plans, to decide otherwise than the base."""


class Policy(Protocol):
    """Decides who goes where."""

    @property
    def every_s(self) -> int:
        """Seconds between two ticks of its clock; 0: it has none."""

    def decide(self, operation: Operation, news: frozenset[Trigger]) -> None:
        """Act on what happened at this second."""


@dataclass(frozen=True, slots=True)
class PlanningPolicy:
    """Plans with the planner of production.

    Parameters
    ----------
    plans_on
        News after which everything that is open is planned anew.
    inserts_on
        News after which what waits is inserted into the routes in force.
    every_s
        Clock, where ``plans_on`` names it.
    least_gap_s
        Time between two new plans, unless somebody reports something urgent.
    keeps_promises
        Whether moving what customers were told has its price.
    keeps_orders
        Whether the search begins at the routes in force.
    least_gain
        Money that a new plan must save before routes are changed for it, minor units.
    stake
        Times its price that a breach weighs in plans, where waiting costs its fee pro rata too;
        0: the price as it is, and waiting costs nothing until it is too late.
    days
        Days after today that are planned too.
    morning_budget
        Times the usual iterations for the first plan of a day.
    """

    plans_on: frozenset[Trigger] = frozenset()
    inserts_on: frozenset[Trigger] = frozenset()
    every_s: int = 0
    least_gap_s: int = 0
    keeps_promises: bool = False
    keeps_orders: bool = True
    least_gain: int = 0
    stake: int = 0
    days: int = 1
    morning_budget: int = 30

    def decide(self, operation: Operation, news: frozenset[Trigger]) -> None:
        """Plan anew, or insert, when there is a reason; see `Policy.decide`."""
        books = operation.books
        today = operation.now // 86_400
        theirs = operation.guide.get(operation.now)
        if books.planned_day != today and Trigger.SHIFT in news:
            books.planned_day = today
            rested = operation.now == operation.world.begin and Trigger.ILLNESS not in news
            if operation.evening and rested:
                self._begin_with_evening(operation)
                return
            self._plan(operation, operation.iterations * self.morning_budget, self.least_gain)
        elif theirs is not None and theirs.iterations:
            self._plan(operation, theirs.iterations, self.least_gain)
        elif news & self.plans_on and operation.now - books.planned_at >= self.least_gap_s:
            self._plan(operation, operation.iterations, self.least_gain)
        elif theirs is not None or (
            news & (self.inserts_on | self.plans_on) and operation.waiting()
        ):
            self._plan(operation, 0, 0)

    def _begin_with_evening(self, operation: Operation) -> None:
        """Go by the plan of the evening before, which is as good as one of this morning."""
        operation.books.planned_at = operation.now
        for stops in operation.routes.values():
            _tell(operation, stops)

    def _plan(self, operation: Operation, iterations: int, least_gain: int) -> None:
        if iterations:
            operation.books.planned_at = operation.now
        outlook = look(
            operation, days=self.days, keep_promises=self.keeps_promises, stake=self.stake
        )
        if not outlook.shifts:
            return
        operation.tally.replans += 1
        theirs = operation.guide.get(operation.now)
        routes = quick_plan(
            outlook.case,
            operation.world.travel,
            iterations=iterations,
            seed=1 + operation.seed % 2_000_000_000,
            keep_orders=self.keeps_orders or not iterations,
            least_gain=least_gain,
            follow=[plan_in_force(operation, outlook, like) for like in examples(operation)],
            least_departure=LEAST_DEPARTURE,
            twin=None if theirs is None else theirs.twin,
        )
        if routes is None:
            operation.tally.refused_plans += 1
            return
        before = snapshot(operation.routes)
        operation.take_over(
            {one.shift: planned_stops(operation, one) for one in routes}, outlook.shifts
        )
        if not operation.guide:
            after = snapshot(operation.routes)
            case = replace(outlook.case, current_plan=plan_in_force(operation, outlook, after))
            twin = Twin(case, operation.world.travel)
            operation.record[operation.now] = Decision(before, after, iterations, twin)
        for one in routes:
            _tell(operation, planned_stops(operation, one))


def planned_stops(operation: Operation, route: PlanRoute) -> list[Planned]:
    """Say the stops of a route as the simulation does."""
    seconds = operation.world.calendar.seconds
    return [
        Planned(
            kind=stop.kind,
            place=stop.location,
            start=seconds(stop.start),
            visit=stop.visit,
            depot=stop.depot,
            parts=stop.parts,
            loaded=stop.loaded,
            length=seconds(stop.finish) - seconds(stop.start),
        )
        for stop in route.stops
    ]


def _tell(operation: Operation, stops: Sequence[Planned]) -> None:
    """Tell customers when somebody comes, and count the calls to those who heard otherwise."""
    for stop in stops:
        if stop.kind is not StopKind.VISIT or stop.visit is None:
            continue
        one = operation.wanted[stop.visit]
        if one.told is None:
            if stop.start - operation.now <= TOLD_AHEAD_S:
                one.told = stop.start
        elif abs(stop.start - one.told) > MOVED_S:
            one.told = stop.start
            one.moves += 1


ANYTHING = frozenset(Trigger) - {Trigger.TICK, Trigger.SHIFT, Trigger.FREE, Trigger.BASE}

POLICIES: dict[str, Policy] = {
    "ours": PlanningPolicy(
        plans_on=ANYTHING, least_gap_s=300, keeps_promises=True, least_gain=30_000, stake=4
    ),
    "nearest": DispatchRule(by_report),
    "deadline": DispatchRule(by_deadline),
    "morning": PlanningPolicy(),
    "insert": PlanningPolicy(inserts_on=frozenset({Trigger.REQUEST})),
    "every30": PlanningPolicy(plans_on=frozenset({Trigger.TICK}), every_s=1800, keeps_orders=False),
}
"""By the names that commands and scenario files use."""


def policy_named(name: str) -> Policy:
    """Find a policy.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    if name not in POLICIES:
        raise InputError.at("/policy", name, "one of " + ", ".join(POLICIES))
    return POLICIES[name]
