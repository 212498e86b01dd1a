"""From a case and its travel times to the problem that the solver knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dispatch import domain
from dispatch.domain import Case
from dispatch.errors import InputError
from dispatch.planning.admit import admit_history
from dispatch.planning.history import Kept, keep, kept_breaks
from dispatch.planning.legend import SECOND, Legend
from dispatch.planning.windows import start_windows, unite
from dispatch.solver.problem import (
    UNLIMITED,
    After,
    Depot,
    Due,
    Engineer,
    Objective,
    Pin,
    Problem,
    ProblemError,
    Promise,
    Shift,
    Sla,
    Tariff,
    Tier,
    Visit,
    Window,
)

__all__ = ["Ways", "to_problem"]

TIERS = {
    domain.Priority.LOW: Tier.LOW,
    domain.Priority.NORMAL: Tier.NORMAL,
    domain.Priority.HIGH: Tier.HIGH,
    domain.Priority.MANDATORY: Tier.MANDATORY,
}
OBJECTIVES = {
    domain.Objective.COST: Objective.COST,
    domain.Objective.WORKING_TIME: Objective.WORKING_TIME,
}

PRICES = {
    "fairness_rate": "fairness_per_squared_hour",
    "worst_lateness_per_hour": "worst_lateness_per_hour",
}
"""Weights by the names that the problem gives them."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Travel between the locations of a legend, in their order.

    Parameters
    ----------
    seconds
        int64, shape (profiles, locations, locations), -1 where there is no way.
    metres
        int64, shape (locations, locations).
    profiles
        For each shift of the legend, which matrix of seconds holds.
    source
        Name of the source, as the plan file tells it.
    """

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]
    profiles: tuple[int, ...]
    source: str


def to_problem(case: Case, legend: Legend, ways: Ways) -> Problem:
    """Say a case in integers and indices.

    Parameters
    ----------
    case
        The world at one instant.
    legend
        Its numbering.
    ways
        Travel between the locations of the legend.

    Returns
    -------
    Problem
        The same world; see `dispatch.solver.problem` for the units.

    Raises
    ------
    InputError
        The case contradicts itself in a way that its reader has let pass.
    """
    kept = keep(case, legend)
    horizon = legend.seconds(case.planning_window.end)
    givers = _givers(case)
    try:
        problem = Problem(
            horizon=horizon,
            num_skills=len(legend.skills),
            num_tools=len(legend.tools),
            num_parts=len(legend.parts),
            travel_seconds=ways.seconds,
            travel_metres=ways.metres,
            engineers=tuple(_engineer(one, legend) for one in case.engineers),
            shifts=tuple(
                _shift(shift, engineer, legend, kept, ways) for engineer, shift in case.shifts()
            ),
            depots=tuple(_depot(one, legend) for one in case.depots),
            visits=tuple(
                _visit(one, case, legend, kept, givers.get(one.id, frozenset()), horizon)
                for one in case.visits
            ),
            objective=OBJECTIVES[case.weights.objective],
            now=None if case.now is None else legend.seconds(case.now),
            fairness_rate=case.weights.fairness_per_squared_hour,
            worst_lateness_per_hour=case.weights.worst_lateness_per_hour,
        )
    except ProblemError as error:
        raise _refused(case, error) from error
    return admit_history(problem)


def _refused(case: Case, error: ProblemError) -> InputError:
    """Say in the words of the case file what the problem refuses."""
    field, _, reason = str(error).partition(": ")
    if field not in PRICES:
        return InputError.at("", str(error), "a case without contradictions")
    weight = PRICES[field]
    expected = "a price that stays within 64 bits at the longest load and lateness of the case"
    given = getattr(case.weights, weight)
    return InputError.at(f"/weights/{weight}", given, expected, f"{weight}: {reason}")


def _givers(case: Case) -> dict[str, frozenset[str]]:
    """Engineers by the visits that the plan in force gives them."""
    owner = {shift.id: engineer.id for engineer, shift in case.shifts()}
    givers: dict[str, set[str]] = {}
    for route in case.current_plan.routes if case.current_plan else ():
        for stop in route.stops:
            if stop.visit is not None and route.shift in owner:
                givers.setdefault(stop.visit, set()).add(owner[route.shift])
    return {visit: frozenset(engineers) for visit, engineers in givers.items()}


def _engineer(engineer: domain.Engineer, legend: Legend) -> Engineer:
    # A factor is read as the decimal number that was written: 0.9 is 9/10, not the float next
    # to it. A skill that is not named counts 1 and may well be the largest factor of a visit.
    factors = {name: Fraction(str(factor)) for name, factor in engineer.duration_factor.items()}
    return Engineer(
        skills={legend.skills.index(skill.name): skill.level for skill in engineer.skills},
        tools=frozenset(legend.tools.index(tool) for tool in engineer.tools),
        stock={
            legend.parts.index(part): UNLIMITED if many is None else many
            for part, many in engineer.van_stock.items()
        },
        duration_factors={
            index: factors.get(name, Fraction(1)).as_integer_ratio()
            for index, name in enumerate(legend.skills.ids)
            if factors
        },
        workload=engineer.workload_history // SECOND,
    )


def _shift(
    shift: domain.Shift,
    engineer: domain.Engineer,
    legend: Legend,
    kept: Kept,
    ways: Ways,
) -> Shift:
    tariff = engineer.tariff
    profile = ways.profiles[legend.shifts.index(shift.id)]
    return Shift(
        engineer=legend.engineers.index(engineer.id),
        start=legend.seconds(shift.start),
        end=legend.seconds(shift.end),
        latest_end=legend.seconds(shift.limit),
        start_location=legend.locations.index(shift.start_location),
        end_location=legend.locations.index(shift.end_location),
        max_travel=_length(shift.max_travel),
        fixed_start=shift.fixed_start,
        breaks=kept_breaks(shift, kept, legend),
        tariff=Tariff(tariff.per_shift, tariff.per_hour, tariff.per_overtime_hour, tariff.per_km),
        profile=profile,
        fixed_pickups=kept.pickups.get(shift.id, ()),
        returning=shift.id in kept.returning,
        left=kept.left.get(shift.id),
    )


def _depot(depot: domain.Depot, legend: Legend) -> Depot:
    opening = unite((legend.seconds(one.start), legend.seconds(one.end)) for one in depot.opening)
    return Depot(
        location=legend.locations.index(depot.location),
        pickup_duration=depot.pickup_duration // SECOND,
        stock={
            legend.parts.index(part): UNLIMITED if many is None else many
            for part, many in (depot.stock or {}).items()
        },
        unlimited=depot.stock is None,
        tools=frozenset(legend.tools.index(tool) for tool in depot.tools),
        opening=tuple(Window(*pair) for pair in opening),
        inbound=tuple(
            (legend.seconds(one.available_from), legend.parts.index(one.part), one.quantity)
            for one in depot.inbound
        ),
    )


def _visit(
    visit: domain.Visit,
    case: Case,
    legend: Legend,
    kept: Kept,
    givers: frozenset[str],
    horizon: int,
) -> Visit:
    weights, rules = case.weights, visit.engineers
    return Visit(
        location=legend.locations.index(visit.location),
        duration=visit.duration // SECOND,
        tier=TIERS[visit.priority],
        windows=start_windows(visit, legend, horizon),
        sla=_sla(visit, legend),
        due=_due(visit, legend, horizon),
        skills=tuple(
            sorted((legend.skills.index(n.name), n.min_level) for n in visit.required_skills)
        ),
        tools=tuple(sorted(legend.tools.index(tool) for tool in visit.required_tools)),
        parts=tuple(
            sorted((legend.parts.index(part), many) for part, many in visit.parts.items() if many)
        ),
        required_engineers=_engineers(rules.required, legend),
        forbidden_engineers=_engineers(rules.forbidden, legend),
        preferred_engineers=_engineers(rules.preferred, legend),
        preference_price=weights.preference if rules.preferred else 0,
        promise=_promise(visit, case, legend),
        promised_engineers=_engineers(givers, legend) if visit.promise else frozenset(),
        engineer_change_price=weights.engineer_change if visit.promise and givers else 0,
        pins=_pins(visit, legend, kept),
        crew_size=visit.crew_size,
        after=tuple(
            After(legend.visits.index(one.visit), one.min_delay // SECOND, _length(one.max_delay))
            for one in visit.after
        ),
        unpopular=visit.unpopular // SECOND,
    )


def _sla(visit: domain.Visit, legend: Legend) -> Sla | None:
    terms = visit.sla
    if terms is None:
        return None
    return Sla(legend.seconds(terms.arrive_by), terms.breach_fee, terms.lateness_per_hour)


def _due(visit: domain.Visit, legend: Legend, horizon: int) -> Due | None:
    due = visit.due
    if due is None:
        return None
    return Due(
        earliest=0 if due.earliest is None else legend.seconds(due.earliest),
        latest=horizon if due.latest is None else legend.seconds(due.latest),
        ideal=None if due.ideal is None else legend.seconds(due.ideal),
        earliness_per_day=due.earliness_per_day,
        lateness_per_day=due.lateness_per_day,
    )


def _promise(visit: domain.Visit, case: Case, legend: Legend) -> Promise | None:
    promise = visit.promise
    if promise is None:
        return None
    price = case.weights.churn.of(promise.stage)
    return Promise(legend.seconds(promise.start), legend.seconds(promise.end), price)


def _pins(visit: domain.Visit, legend: Legend, kept: Kept) -> tuple[Pin, ...]:
    """Bind a visit by the freeze and, where the freeze leaves room, by the dispatcher's pin."""
    frozen = kept.pins.get(visit.id, ())[: visit.crew_size]
    if visit.pinned is None:
        return frozen
    shift = legend.shifts.index(visit.pinned.shift)
    start = visit.pinned.start
    own = Pin(shift, visit.pinned.position, None if start is None else legend.seconds(start))
    for place, pin in enumerate(frozen):
        if pin.shift == shift:
            both = replace(pin, position=None if pin.started else own.position)
            return (*frozen[:place], both, *frozen[place + 1 :])
    return (*frozen, own)[: visit.crew_size]


def _engineers(ids: tuple[str, ...] | frozenset[str], legend: Legend) -> frozenset[int]:
    return frozenset(legend.engineers.index(id) for id in ids)


def _length(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // SECOND
