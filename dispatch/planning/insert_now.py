"""Put one urgent visit into the plan in force at once, everything else staying where it is.

No search over the whole day: the compiled search takes the routes in force over and prices every
place of every shift for the one visit, so the answer is there while the customer still waits. The
result is a plan of its own, looked at by the auditor like any other.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import __version__
from dispatch.domain import Case, Plan, PlanStop, RunInfo, Unassigned
from dispatch.errors import InputError
from dispatch.planning.admit import contradictory_history
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.planning.figures import count_cost, find_status
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.orders import as_plan, known_orders
from dispatch.planning.planner import certify
from dispatch.planning.risk import with_risk
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import Ways, to_problem
from dispatch.planning.to_solution import to_solution
from dispatch.planning.travel_times import find_ways
from dispatch.planning.unassigned_visits import settle_unassigned

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Schedule, Solution

__all__ = ["Insertion", "insert_now"]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where an urgent visit would stand, and what that costs.

    Parameters
    ----------
    visit
        Which.
    stops
        Its stop by engineer, one for each member of the crew; empty: there is no place for it
        while all others stay where they are.
    price
        Money that the plan costs more than without the visit, minor units; None when the plan
        in force cannot be kept as it is, so that there is nothing to compare with.
    plan
        The whole plan with the visit in it, audited; None when nobody works at all.
    bill
        What it changes for others.
    sla_before
        Price of SLA breaches in the plan in force, minor units.
    """

    visit: str
    stops: Mapping[str, PlanStop]
    price: int | None
    plan: Plan | None
    bill: ChurnBill
    sla_before: int = 0

    @property
    def placed(self) -> bool:
        """Whether somebody is sent."""
        return bool(self.stops)

    @property
    def arrive(self) -> datetime | None:
        """First arrival of the crew."""
        return min((stop.arrive for stop in self.stops.values()), default=None)


def insert_now(
    case: Case,
    visit: str,
    *,
    seed: int = 1,
    case_hash: str = "",
    start: Plan | None = None,
    thorough: bool = False,
) -> Insertion:
    """Insert one visit at its cheapest place.

    Parameters
    ----------
    case
        The world with the plan in force; every other visit that is in no route stays out.
    visit
        Id of a visit of the case that is in no route yet.
    seed
        Of ties.
    case_hash
        For ``run.case_hash`` of the plan.
    start
        The plan that the visit is put into, where the plan in force of the case tells only what
        is settled (see `dispatch.planning.rolling`); None: the plan in force.
    thorough
        Whether the plan is one to be published: then it tells the risk of its stops and what
        would help those left out, as every other plan does. Whoever asks on the phone need not
        wait for that.

    Returns
    -------
    Insertion
        All other visits keep their shifts and the order of their routes. Only when the routes
        in force cannot be driven any more (somebody fell ill, a shift was shortened), the
        visits that lost their place are placed anew with this one, and the bill says so.

    Raises
    ------
    InputError
        When the case does not have the visit, or its plan in force has it already.
    PlanRejected
        When the auditor finds anything in the result.
    """
    began = time.monotonic()
    current = start
    if current is None and case.current_plan is not None:
        current = as_plan(case.current_plan, case)
    _require_waiting(case, current, visit)
    if not any(True for _ in case.shifts()):
        return Insertion(visit, {}, None, None, ChurnBill((), 0, (), ()))
    legend = make_legend(case)
    ways = find_ways(case, legend)
    problem = to_problem(case, legend, ways)
    orders = known_orders(case, current, gone={visit}) if current else None
    index = legend.visits.index(visit)
    before, after = _schedules(problem, legend, case, orders, index, seed)
    made = _plan(
        case,
        legend,
        ways,
        problem,
        after,
        RunInfo(
            seed=seed,
            engine="lns",
            time_limit_s=None,
            elapsed_s=round(time.monotonic() - began, 3),
            version=__version__,
            case_hash=case_hash,
            iterations=0,
            notes=(f"{visit} was inserted into the plan in force",),
        ),
        thorough,
    )
    if thorough:
        made = with_risk(made, case, seed=seed)
    stops = {
        route.engineer: stop for route in made.routes for stop in route.stops if stop.visit == visit
    }
    price = None if before is None else after.cost.money - before.cost.money
    bill = compare_plans(case, start or case.current_plan or made, made)
    sla = 0 if before is None else before.cost.sla
    return Insertion(visit, stops, price, made, bill, sla)


def _require_waiting(case: Case, current: Plan | None, visit: str) -> None:
    if visit not in {one.id for one in case.visits}:
        raise InputError.at("/visit", visit, "id of a visit of the case")
    planned = {stop.visit for route in current.routes for stop in route.stops} if current else ()
    if visit in planned:
        raise InputError.at("/visit", visit, "a visit that is in no route yet")


def _schedules(
    problem: Problem, legend: Legend, case: Case, orders: Plan | None, visit: int, seed: int
) -> tuple[Schedule | None, Schedule]:
    """The plan in force timed as it is (None: it cannot be), and with the visit in it."""
    # The clock is compiled code, which whoever only reads plans need not wait for.
    from dispatch.solver.explain_insert import insertable
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.solution import Solution
    from dispatch.solver.timetable import InfeasibleSolution, Timetable

    timetable = Timetable(problem)
    base = Solution(tuple(() for _ in problem.shifts))
    if orders is not None:
        base = to_solution(orders, problem, legend)
    before: Schedule | None
    try:
        before = timetable.schedule(base)
    except InfeasibleSolution:
        before = None
    try:
        found = _cheapest(problem, base, before, visit, seed)
    except ContradictoryHistory as error:
        raise contradictory_history(error.shifts, case, legend) from error
    after = None
    if found is not None:
        try:
            after = timetable.schedule(found)
        except InfeasibleSolution:
            after = None
    if before is not None and (after is None or not _keeps(base, after, visit)):
        # The search cannot take crews and linked visits over as they stand; the slower
        # insertion tries every place with the others untouched.
        solution = insertable(problem, before, visit)
        after = before if solution is None else timetable.schedule(solution)
    assert after is not None, "a search that starts from nothing ends with orders that can be timed"
    return before, after


def _cheapest(
    problem: Problem, base: Solution, before: Schedule | None, visit: int, seed: int
) -> Solution | None:
    """Let the compiled search take the routes over and price every place for the visit."""
    from dispatch.solver.search import Search
    from dispatch.solver.take_over import take_over

    planned = base.assigned() | {visit}
    waiting = [v for v in range(len(problem.visits)) if v not in planned]
    if waiting:
        # Who is left out stays out: this is about one visit only.
        visits = list(problem.visits)
        for v in waiting:
            if not visits[v].pins:
                visits[v] = replace(visits[v], windows=())
        problem = replace(problem, visits=tuple(visits))
    if before is not None and problem.linked_visits() & planned:
        return None
    search = Search(problem, seed)
    take_over(search, base)
    search.construct()
    return search.solution()


def _keeps(base: Solution, after: Schedule, visit: int) -> bool:
    """Whether the visit is in and every other one stands in the shifts it stood in."""
    from dispatch.solver.solution import StopKind

    old = [[s.index for s in route if s.kind is StopKind.VISIT] for route in base.routes]
    new: list[list[int]] = [[] for _ in base.routes]
    for route in after.routes:
        new[route.shift] = [s.index for s in route.stops if s.kind is StopKind.VISIT]
    placed = any(visit in row for row in new)
    return placed and old == [[v for v in row if v != visit] for row in new]


def _plan(
    case: Case,
    legend: Legend,
    ways: Ways,
    problem: Problem,
    after: Schedule,
    run: RunInfo,
    thorough: bool,
) -> Plan:
    schedule: Schedule = after
    unassigned: tuple[Unassigned, ...] = ()
    if after.unassigned:
        hurried = None if thorough else lambda: True
        schedule, unassigned = settle_unassigned(problem, after, case, legend, hurried, 0.0)
    routes = to_routes(schedule, problem, legend)
    made = Plan(
        status=find_status(case, unassigned),
        routes=routes,
        unassigned=unassigned,
        travel_source=ways.source,
        cost=count_cost(problem, schedule.cost),
        kpis=count_kpis(case, routes),
        run=run,
    )
    return certify(made, problem, legend)
