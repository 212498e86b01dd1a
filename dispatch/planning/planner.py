"""Make a plan: the recipe from a case to an audited, explained plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Literal

from dispatch import __version__
from dispatch.domain import Case, Objective, Plan, RunInfo
from dispatch.errors import PlanRejected
from dispatch.planning.admit import contradictory_history
from dispatch.planning.audit import audit_against
from dispatch.planning.bounds import find_bound
from dispatch.planning.disagreement import disagreement
from dispatch.planning.figures import count_cost, find_status
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.risk import with_risk
from dispatch.planning.risk_search import search_with_risk
from dispatch.planning.run_notes import run_notes
from dispatch.planning.territory_choice import Territories, is_divided, search_seconds
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.unassigned_visits import settle_unassigned
from dispatch.planning.warm_start import warm_start
from dispatch.solver.feasible import InfeasibleSolution

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Solution
    from dispatch.solver.solve import Outcome, Progress

__all__ = ["Engine", "certify", "plan"]

Engine = Literal["auto", "ortools", "lns"]


def plan(
    case: Case,
    *,
    engine: Engine = "auto",
    time_limit_s: float | None = 10.0,
    iterations: int | None = None,
    processes: int = 1,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    case_hash: str = "",
    start: Plan | None = None,
    bound_s: float | None = None,
    territories: Territories = "auto",
    executor: Executor | None = None,
) -> Plan:
    """Plan a case.

    Parameters
    ----------
    case
        The world at one instant.
    engine
        Who searches.
    time_limit_s
        Seconds of search; it does not count when iterations are given.
    processes
        Cores that the search may use; the plan of a run limited by iterations does not depend on it.
    iterations
        Most iterations, or None. The same case, engine, seed and bound in iterations give the
        same plan but for ``run.elapsed_s``.
    seed
        Of the search.
    on_progress
        Told of each better plan and of time passing.
    cancelled
        Asked several times a second; once true the best plan so far is finished and returned.
    case_hash
        SHA-256 of the canonical case, for ``run.case_hash``.
    start
        A plan of this case whose orders the search starts from; None: those of the plan in force.
    bound_s
        Seconds to spend after the search on a lower bound of all plans; None: no bound.
    territories
        Whether the case is cut into territories (decision 23): ``auto`` does so from a size on.
        The time limit of a run of 3,000 visits or more that is divided is that of the whole run,
        audit included; else it is that of the search.
    executor
        Who solves the territories; None: threads of this process.

    Returns
    -------
    Plan
        Audited: the auditor finds nothing in it. Every unassigned visit has its verdict.

    Raises
    ------
    InputError
        The case contradicts itself.
    TravelUnavailable
        No travel times can be had.
    PlanRejected
        The auditor found violations; the plan is not given away.
    SolverDisagreement
        The search returned orders that the timetable refuses.
    """
    # The engines load compiled code, which whoever only reads plans need not wait for.
    from dispatch.planning.territories import solve_by_territories
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.solve import solve

    began = time.monotonic()
    legend = make_legend(case)
    ways = find_ways(case, legend)
    problem = to_problem(case, legend, ways)
    first = warm_start(case, legend, start)
    spent_s = time.monotonic() - began

    def search(asked: Problem, seed_plan: Solution | None, share: float, told: bool) -> Outcome:
        """Search with a share of the budget."""
        orders: dict[str, Any] = {
            "time_limit_s": None if time_limit_s is None else time_limit_s * share,
            "iterations": None if iterations is None else int(iterations * share),
            "seed": seed,
            "warm_start": seed_plan,
            "on_progress": on_progress if told else None,
            "cancelled": cancelled,
            "processes": processes,
        }
        if is_divided(asked, engine, territories):
            left = search_seconds(asked, orders["time_limit_s"], spent_s * share)
            orders |= {"time_limit_s": left, "executor": executor}
            return solve_by_territories(asked, **orders)
        return solve(asked, engine=engine, **orders)

    try:
        if case.weights.risk and case.weights.objective is Objective.COST:
            outcome = search_with_risk(case, problem, legend, first, search, seed=seed)
        else:
            outcome = search(problem, first, 1.0, True)
    except ContradictoryHistory as error:
        raise contradictory_history(error.shifts, case, legend) from error
    except InfeasibleSolution as error:
        raise disagreement(error, legend) from error
    spent = time_limit_s if iterations is None else None
    schedule, unassigned = settle_unassigned(
        problem, outcome.schedule, case, legend, cancelled, spent
    )
    routes = to_routes(schedule, problem, legend)
    elapsed_s = round(time.monotonic() - began, 3)
    bound = None if bound_s is None else find_bound(problem, schedule, bound_s, cancelled)
    made = Plan(
        status=find_status(case, unassigned),
        routes=routes,
        unassigned=unassigned,
        travel_source=ways.source,
        cost=count_cost(problem, schedule.cost),
        kpis=count_kpis(case, routes),
        run=RunInfo(
            seed=seed,
            engine=engine,
            time_limit_s=time_limit_s if iterations is None else None,
            elapsed_s=elapsed_s,
            version=__version__,
            case_hash=case_hash,
            iterations=iterations,
            notes=run_notes(problem, outcome),
            bound=bound,
        ),
    )
    return with_risk(certify(made, problem, legend), case, seed=seed)


def certify(made: Plan, problem: Problem, legend: Legend) -> Plan:
    """Give a plan away only when the auditor finds nothing in it.

    Raises
    ------
    PlanRejected
        With every violation.
    """
    violations = audit_against(problem, legend, made)
    if violations:
        raise PlanRejected(violations)
    return made
