"""Pieces that no depot can give any more are sought in no place of any route."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import pick, use
from named_worlds import NOON, day_shift, visit, world

from dispatch.solver.explain_insert import Inserter, Routes
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.explain_supply import Supply
from dispatch.solver.problem import UNLIMITED, Depot, Problem
from dispatch.solver.solution import Schedule, Solution
from dispatch.solver.timetable import schedule


def two_want_it(depot: Depot) -> Problem:
    """Two visits need one piece of part 0 each, and both vans are empty."""
    needy = visit(1, parts=((0, 1),))
    return world(
        (needy, replace(needy, location=2)),
        (day_shift(), day_shift()),
        depots=(depot,),
    )


def asked(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> tuple[Routes | None, int]:
    """What becomes of visit 1 beside visit 0, and how often the timetable was asked."""
    plan = schedule(problem, Solution(((pick(), use(0)), ())))
    inserter, times = Inserter(problem, plan), []
    time = inserter.time

    def counted(routes: Routes) -> Schedule | None:
        times.append(routes)
        return time(routes)

    monkeypatch.setattr(inserter, "time", counted)
    return inserter.insert(solution_of(problem, plan).routes, 1), len(times)


def test_a_sold_out_depot_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one piece is promised to visit 0: no place of visit 1 is timed at all."""
    assert asked(two_want_it(Depot(1, 300, {0: 1})), monkeypatch) == (None, 0)


def test_a_delivery_counts_whenever_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second piece comes at noon: visit 1 waits for it."""
    found, times = asked(two_want_it(Depot(1, 300, {0: 1}, inbound=((NOON, 0, 1),))), monkeypatch)
    assert found is not None
    assert times > 0


def test_supply_counts_pieces() -> None:
    """Three of part 0 less one fetched leave two; part 1 has no end, part 2 is nowhere."""
    problem = two_want_it(Depot(1, 300, {0: 2, 1: UNLIMITED}, inbound=((NOON, 0, 1),)))
    supply = Supply(problem, ((pick(), use(0)), ()))
    wanted = {((0, 2),): True, ((0, 3),): False, ((1, 99),): True, ((2, 1),): False}
    assert {pieces: supply.gives(0, pieces) for pieces in wanted} == wanted
    assert Supply(replace(problem, depots=(Depot(1, 300, unlimited=True),)), ()).gives(0, ((2, 9),))
