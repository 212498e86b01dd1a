"""The exact optimum of generated problems against trying everything and against the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest
from claims import claim_of
from every_order import best_plan
from named_worlds import HOUR, day_shift, visit, world
from small_problems import PLAIN, Mix, small_problem

from dispatch.solver.check import check
from dispatch.solver.exact import solve_exact
from dispatch.solver.exact_space import may_stand
from dispatch.solver.problem import (
    After,
    Break,
    Depot,
    Due,
    Engineer,
    Objective,
    Problem,
    Promise,
    Sla,
    Tariff,
    Tier,
    Window,
)
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.solve import solve
from dispatch.solver.timetable import InfeasibleSolution, Timetable

GRID = 600
"""Every number of a world on the grid is a multiple of it, and so are the best starts."""
OPEN, CLOSE = 8 * HOUR, 8 * HOUR + 14 * GRID

QUICK = (1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 30)
"""Seeds whose worlds have few enough plans to try them all in a moment."""

Rank = tuple[tuple[int, ...], int]


def rank(problem: Problem, schedule: Schedule) -> Rank:
    """Visits left out, MANDATORY first, then what the objective counts."""
    cost = schedule.cost.money
    if problem.objective is Objective.WORKING_TIME:
        cost = sum(route.working_time for route in schedule.routes)
    return schedule.cost.unassigned[::-1], cost


def on_the_grid(seed: int) -> Problem:
    """Two visits, two short shifts, a depot: every rule now and then, all times on the grid."""
    draw = Random(seed)

    def often() -> bool:
        return draw.random() < 0.4

    def moment() -> int:
        return OPEN + draw.randint(0, 10) * GRID

    visits = []
    for number in range(2):
        windows = [Window(OPEN, CLOSE)]
        if often():
            low = OPEN + draw.randint(0, 3) * GRID
            high = low + draw.randint(2, 6) * GRID
            windows = [Window(low, low + GRID), Window(high, high + 2 * GRID)]
        late = OPEN + draw.randint(0, 8) * GRID
        visits.append(
            visit(
                draw.randint(0, 2),
                duration=draw.choice([GRID, 3 * GRID]),
                tier=Tier(draw.randrange(4)),
                windows=tuple(windows),
                sla=Sla(moment(), 300, draw.choice([1800, 9000])) if often() else None,
                due=Due(0, 86400, moment(), 86400, 86400 * 2) if often() else None,
                promise=Promise(late, late + 2 * GRID, 700) if often() else None,
                parts=((0, 1),) if often() else (),
                tools=(0,) if draw.random() < 0.2 else (),
                crew_size=2 if often() else 1,
                after=(After(0, GRID, 3 * GRID),) if number and often() else (),
            )
        )
    rest = (Break(OPEN + 3 * GRID, OPEN + draw.randint(3, 6) * GRID, GRID),)
    shifts = tuple(
        day_shift(
            e,
            start=OPEN,
            end=CLOSE - 4 * GRID,
            latest_end=CLOSE,
            breaks=rest if often() else (),
            fixed_start=draw.random() < 0.2,
            tariff=Tariff(draw.choice([0, 500]), 3600, 7200, draw.choice([0, 100])),
        )
        for e in range(2)
    )
    crews = (Engineer(stock={0: draw.randint(0, 1)}), Engineer(tools=frozenset({0})))
    depot = Depot(
        1,
        0,
        stock={0: draw.randint(0, 1)},
        tools=frozenset({0}),
        inbound=((OPEN + 4 * GRID, 0, 1),),
    )
    return world(
        tuple(visits),
        shifts,
        crews,
        depots=(depot,) if often() else (),
        fairness_rate=50 if draw.random() < 0.2 else 0,
        worst_lateness_per_hour=1200 if draw.random() < 0.2 else 0,
        objective=Objective.WORKING_TIME if draw.random() < 0.2 else Objective.COST,
    )


def best_on_the_grid(problem: Problem) -> Rank:
    """Try every crew, order, pickup, sharing of parts and start on the grid."""
    timetable = Timetable(problem)
    best: Rank | None = None
    for members in product(*(list(_crews(problem, v)) for v in range(2))):
        rows = [list(_routes(problem, s, members)) for s in range(2)]
        for routes in product(*rows):
            try:
                found = rank(problem, timetable.schedule(Solution(routes)))
            except InfeasibleSolution:
                continue
            best = found if best is None else min(best, found)
    assert best is not None
    return best


def _crews(problem: Problem, v: int) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """(shifts, the one who brings the parts, common start) of a visit, or nobody."""
    yield (), -1, 0
    size = problem.visits[v].crew_size
    for shifts in [(0,), (1,)] if size == 1 else [(0, 1)]:
        if all(may_stand(problem, v, s) for s in shifts):
            for bearer in shifts:
                for window in problem.visits[v].windows:
                    for start in range(window.earliest, window.latest + 1, GRID):
                        yield shifts, bearer, start


def _routes(
    problem: Problem, s: int, members: tuple[tuple[tuple[int, ...], int, int], ...]
) -> Iterator[tuple[Stop, ...]]:
    """The visits of a shift in the order of their starts, with or without a pickup."""
    stops = []
    for v, (shifts, bearer, start) in enumerate(members):
        if s in shifts:
            parts = problem.visits[v].parts if bearer == s else ()
            stops.append(Stop(StopKind.VISIT, v, start, start, parts))
    # Everybody fetches at most what he uses: there is nobody to fetch for.
    used = sum(quantity for stop in stops for _, quantity in stop.parts)
    for order in permutations(stops):
        if [t.not_before for t in order] != sorted(t.not_before for t in order):
            continue
        yield order
        if not problem.depots or not order:
            continue
        for at, load in product(range(len(order)), range(used + 1)):
            loads = ((0, load),) if load else ()
            for low in range(OPEN, order[at].not_before + 1, GRID):
                yield (*order[:at], Stop(StopKind.PICKUP, 0, low, low, loads), *order[at:])


@pytest.mark.parametrize("seed", QUICK)
def test_nothing_on_the_grid_is_better(seed: int) -> None:
    """On a grid that holds the best starts, trying everything finds the same optimum."""
    problem = on_the_grid(seed)
    exact = solve_exact(problem, time_limit_s=30)
    assert exact.proved, exact.notes
    assert exact.schedule is not None
    assert rank(problem, exact.schedule) == best_on_the_grid(problem)


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 6, 7])
def test_every_order_of_plain_problems_costs_as_much_or_more(seed: int) -> None:
    """Where waiting cannot pay, trying all orders gives the exact optimum."""
    mix = replace(PLAIN, most_visits=5, max_travel=0.2, skills=0.3, overtime=0.5, factors=0.5)
    problem = small_problem(seed, mix)
    exact = solve_exact(problem, time_limit_s=30)
    assert exact.proved, exact.notes
    assert (exact.unassigned, exact.cost) == best_plan(problem)


@pytest.mark.parametrize("seed", [600, 601, 605, 606, 607, 609, 610, 611])
def test_the_search_never_beats_a_proved_optimum(seed: int) -> None:
    """Neither the search nor its plan as a start leads below the proved optimum."""
    problem = small_problem(seed, Mix(most_visits=5, history=0.0))
    exact = solve_exact(problem, time_limit_s=30)
    assert exact.proved, exact.notes
    assert exact.schedule is not None
    found = solve(problem, iterations=300)
    assert rank(problem, exact.schedule) <= rank(problem, found.schedule)
    again = solve_exact(problem, warm_start=found.solution, time_limit_s=30)
    assert again.proved
    assert (again.unassigned, again.cost) == (exact.unassigned, exact.cost)
    only = {"MISSING_VISIT", "STATUS", "KPI_UNASSIGNED", "COST_UNASSIGNED", "COST_TOTAL"}
    broken = check(problem, claim_of(problem, exact.schedule))
    assert {violation.rule.value for violation in broken} <= only
