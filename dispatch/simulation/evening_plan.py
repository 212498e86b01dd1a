"""The plan of the evening before: every replication begins with it, and scenarios with the base's.

A scenario takes the plan of the base over and changes what pays for the change: what the scenario
does not touch stays the same in both worlds, so that their difference shows what it does touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from dispatch.domain import StopKind
from dispatch.simulation.operation import Operation
from dispatch.simulation.people import Planned
from dispatch.simulation.policies import LEAST_DEPARTURE, PlanningPolicy, planned_stops
from dispatch.simulation.quick_plan import quick_plan
from dispatch.simulation.twin import Twin
from dispatch.simulation.view import Outlook, look
from dispatch.simulation.world import PreparedWorld

__all__ = ["Evening", "evening_plan"]

Evening = Mapping[str, tuple[Planned, ...]]
"""Stops by the id of the shift."""

BUDGET = 300
"""Times the iterations of a re-plan: the evening before there is time."""


def evening_plan(
    world: PreparedWorld,
    seed: int,
    iterations: int,
    base: PreparedWorld | None = None,
    before: Evening | None = None,
) -> Evening:
    """Plan what is open before the first second.

    Parameters
    ----------
    world
        Made ready.
    seed, iterations
        Of the search of a re-plan.
    base, before
        The base and its evening plan; None: this is the base, or another policy than the base's.

    Returns
    -------
    Mapping
        Empty where the present contradicts the rules, so that no plan can be made.
    """
    operation, outlook = _evening(world, seed, iterations, before)
    follow, twin = [], None
    if base is not None and outlook.case.current_plan is not None:
        follow = [outlook.case.current_plan]
        twin = Twin(_evening(base, seed, iterations, before)[1].case, base.travel)
    routes = quick_plan(
        outlook.case,
        world.travel,
        iterations=BUDGET * iterations,
        seed=seed,
        keep_orders=before is not None,
        follow=follow,
        least_departure=LEAST_DEPARTURE,
        twin=twin,
    )
    return {one.shift: tuple(planned_stops(operation, one)) for one in routes or ()}


def _evening(
    world: PreparedWorld, seed: int, iterations: int, before: Evening | None
) -> tuple[Operation, Outlook]:
    """The moment before the first second, with a plan in force or none."""
    operation = Operation(world, seed, iterations)
    operation.begin()
    operation.begin_shifts_under_way()
    if before is not None:
        operation.routes = {
            shift: [stop for stop in stops if _is_known(operation, stop)]
            for shift, stops in before.items()
            if shift in operation.shifts
        }
        # As if customers had been told: each visit that moves has to pay for it.
        for stop in chain.from_iterable(operation.routes.values()):
            if stop.visit is not None:
                operation.wanted[stop.visit].told = stop.start
    policy = operation.policy
    stake = policy.stake if isinstance(policy, PlanningPolicy) else 0
    return operation, look(operation, days=1, keep_promises=before is not None, stake=stake)


def _is_known(operation: Operation, stop: Planned) -> bool:
    if stop.place is not None and stop.place not in operation.world.travel.index:
        return False
    if stop.kind is StopKind.PICKUP:
        return stop.depot in operation.shelves.by_id
    return stop.kind is not StopKind.VISIT or stop.visit in operation.wanted
