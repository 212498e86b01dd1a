"""A search and a timetable that read the same orders differently end the run by name."""

from __future__ import annotations

import pytest
from planning_worlds import case, depot, engineer, visit

from dispatch.domain import Case, RequiredSkill
from dispatch.errors import SolverDisagreement
from dispatch.planning.disagreement import disagreement
from dispatch.planning.legend import make_legend
from dispatch.planning.planner import plan
from dispatch.solver import solve as recipe
from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.solve import Outcome
from dispatch.solver.timetable import Timetable


def only_li_knows_pumps() -> Case:
    """One visit that asks for a skill which Chen does not have."""
    return case(
        engineers=(engineer("chen"), engineer("li", {"pump": 1})),
        visits=(visit("v1", required_skills=(RequiredSkill("pump"),)),),
        depots=(depot(),),
    )


def everything_to_the_first(problem: Problem, **_: object) -> Outcome:
    """An engine that knows no rule: the first shift serves every visit."""
    all_of_them = tuple(Stop(StopKind.VISIT, v) for v in range(len(problem.visits)))
    empty: tuple[tuple[Stop, ...], ...] = ((),) * (len(problem.shifts) - 1)
    solution = Solution((all_of_them, *empty))
    return Outcome(solution, Timetable(problem).schedule(solution), (), 0, "lns", 0.0)


def test_orders_that_the_timetable_refuses_are_a_disagreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run fails with the shift, the visit and the rule; nothing is planned silently."""
    monkeypatch.setattr(recipe, "solve", everything_to_the_first)
    with pytest.raises(SolverDisagreement) as caught:
        plan(only_li_knows_pumps(), iterations=1)
    message = caught.value.message
    assert "shift chen-mon, stop 0 (visit v1) break the rule PERSON" in message
    assert str(caught.value).splitlines()[-1].startswith("Maybe plan with another seed")
    assert isinstance(caught.value.__cause__, InfeasibleSolution)


def test_a_pickup_is_named_by_its_depot_and_a_plan_by_its_routes() -> None:
    """Whatever the timetable knows of the place is said, and no more."""
    legend = make_legend(only_li_knows_pumps())
    stock = InfeasibleSolution("STOCK", 1, 0, Stop(StopKind.PICKUP, 0))
    assert "shift li-mon, stop 0 (depot d1)" in disagreement(stock, legend).message
    home = InfeasibleSolution("TIME", 0, 1)
    assert "orders of shift chen-mon break the rule TIME" in disagreement(home, legend).message
    whole = InfeasibleSolution("SHIFTS", -1)
    assert "orders of the routes break the rule SHIFTS" in disagreement(whole, legend).message
