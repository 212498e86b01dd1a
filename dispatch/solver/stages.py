"""Stages of the recipe that the OR-Tools routing model plays: a second opinion, a last polish.

The model shares no arithmetic with the timetable, so that a plan which both price alike is right
unless both err in the same way.
"""

from __future__ import annotations

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.ortools_engine import rank_of, solve_ortools
from dispatch.solver.problem import Problem
from dispatch.solver.routing_confirm import confirm
from dispatch.solver.routing_draft import ModelTooLarge
from dispatch.solver.routing_repair import trim_loads
from dispatch.solver.solution import Schedule, Solution, StopKind
from dispatch.solver.stages_compare import beyond_clock, plan_value, rounding_room
from dispatch.solver.timetable import Timetable

CELLS_PER_SECOND = 4_000_000
"""Matrix cells that a routing model is written with in a second, at the slow end."""


class ModelDisagreement(InfeasibleSolution):
    """The routing model refuses a plan that the timetable holds right, or prices it otherwise.

    Parameters
    ----------
    timetable
        What the timetable says the plan costs, in minor units or seconds of working time.
    model
        What the routing model says; None when it refuses the plan.
    """

    def __init__(self, timetable: int, model: float | None) -> None:
        super().__init__("MODEL", -1)
        self.timetable, self.model = timetable, model
        says = "refuses it" if model is None else f"says {model:.1f}"
        self.args = (f"MODEL: the timetable prices the plan at {timetable}, the model {says}",)


def validate(
    problem: Problem, solution: Solution, schedule: Schedule, *, time_limit_s: float
) -> str:
    """Ask the routing model whether it holds a finished plan, its times and its price.

    Parameters
    ----------
    time_limit_s
        Wall seconds, about: a model that would take longer is not written at all.

    Returns
    -------
    A note for the run: that the model agrees, or why it was not asked. The model loads no more than
    is used, so it is asked about the plan without spare loads.

    Raises
    ------
    ModelDisagreement
        The model refuses the plan or prices it otherwise; one of the two is wrong.
    """
    why = _beyond_model(problem, time_limit_s)
    if why:
        return f"routing model not asked: {why}"
    trimmed = trim_loads(problem, solution)
    if _orders(trimmed) != _orders(solution):
        return "routing model not asked: a pickup brings nothing"
    try:
        verdict = confirm(problem, trimmed, schedule)
    except ModelTooLarge as error:
        return f"routing model not asked: {str(error).splitlines()[0]}"
    value = plan_value(problem, schedule)
    if not verdict.accepted or verdict.money is None:
        raise ModelDisagreement(value, None)
    expected = value + beyond_clock(problem, schedule)
    if abs(verdict.money - expected) > rounding_room(problem, schedule):
        raise ModelDisagreement(value, verdict.money)
    # No seconds here: the plan of a run limited by iterations is the same byte for byte.
    return f"routing model agrees on {value}"


def _orders(solution: Solution) -> list[list[tuple[StopKind, int]]]:
    return [[(stop.kind, stop.index) for stop in route] for route in solution.routes]


def _beyond_model(problem: Problem, time_limit_s: float) -> str:
    """Why the model is not asked about this problem; empty if it is."""
    if problem.fairness_rate or problem.worst_lateness_per_hour:
        return "fairness and the worst lateness are priced over all routes together"
    legs = any(pin.under_way for visit in problem.visits for pin in visit.pins)
    legs = legs or any(pickup.under_way for s in problem.shifts for pickup in s.fixed_pickups)
    if legs:
        return "a leg was under way at `now`"
    nodes = sum(visit.crew_size for visit in problem.visits)
    nodes += len(problem.shifts) * (2 + len(problem.depots))
    kinds = {
        (shift.profile, frozenset(problem.engineers[shift.engineer].duration_factors.items()))
        for shift in problem.shifts
    }
    seconds = nodes * nodes * len(kinds) / CELLS_PER_SECOND
    if seconds > time_limit_s:
        return f"{nodes} nodes take about {seconds:.0f} s to write, more than {time_limit_s:.0f} s"
    return ""


def polish(
    problem: Problem,
    solution: Solution,
    time_limit_s: float,
    *,
    seed: int = 1,
    branch_limit: int | None = None,
    timetable: Timetable | None = None,
) -> Solution | None:
    """Search the neighbourhood of a plan with OR-Tools; None unless it finds a better one.

    Parameters
    ----------
    time_limit_s
        Wall seconds for everything, the writing of the model included.
    branch_limit
        Bound of the search in branches, for repeatable runs.
    """
    timetable = Timetable(problem) if timetable is None else timetable
    try:
        found = solve_ortools(
            problem,
            time_limit_s=time_limit_s,
            seed=seed,
            warm_start=solution,
            branch_limit=branch_limit,
        )
        ranks = [rank_of(problem, timetable.schedule(plan)) for plan in (found, solution)]
    except (ModelTooLarge, InfeasibleSolution):
        return None
    return found if ranks[0] < ranks[1] else None
