"""The stages that the routing model plays: it confirms, it polishes, it says when it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import change_visit, go, pick, use
from named_worlds import EIGHT, HOUR, STEP, day_shift, visit, world

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import Depot, Due, Engineer, Objective, Pin, Problem, Sla
from dispatch.solver.solution import Solution
from dispatch.solver.stages import ModelDisagreement, polish, validate
from dispatch.solver.stages_construct import construct_by_routing_model
from dispatch.solver.timetable import schedule


def one_engineer(*places: int, **changes: object) -> Problem:
    """One engineer at place 0 and a visit of an hour at each of these places."""
    return replace(world(tuple(visit(p) for p in places), (day_shift(),), (Engineer(),)), **changes)


def note_on(problem: Problem, solution: Solution, time_limit_s: float = 9.0) -> str:
    """What the routing model says of a plan."""
    return validate(problem, solution, schedule(problem, solution), time_limit_s=time_limit_s)


def test_the_model_agrees_with_the_timetable() -> None:
    """Two visits and 3600 s of travel are 10800 s: 18000 of labour and 2880 of travel."""
    problem = one_engineer(1, 3)
    assert note_on(problem, Solution((go(0, 1),))) == "routing model agrees on 20880"
    by_time = replace(problem, objective=Objective.WORKING_TIME)
    assert "agrees on 10800" in note_on(by_time, Solution((go(0, 1),)))


def test_spare_loads_do_not_matter() -> None:
    """A part loaded although the van has one is left out of the question; so is an idle pickup."""
    depot = Depot(1, 300, stock={0: 4})
    visits = (visit(2, parts=((0, 1),)),)
    problem = world(visits, (day_shift(),), (Engineer(stock={0: 1}),), depots=(depot,))
    assert "a pickup brings nothing" in note_on(problem, Solution(((pick(), use(0)),)))
    both = replace(problem, visits=(*visits, visit(2, parts=((0, 1),))))
    plan = Solution(((pick(parts=((0, 2),)), use(0), use(1)),))
    assert "agrees on" in note_on(both, plan)


def test_moments_before_the_first_shift_are_reckoned_with() -> None:
    """An SLA that ran out a day before the horizon costs 24 hours more than the model sees."""
    late = Sla(arrive_by=-24 * HOUR, breach_fee=500, lateness_per_hour=100)
    due = Due(0, 20 * HOUR, ideal=48 * HOUR, earliness_per_day=2400, lateness_per_day=0)
    problem = change_visit(change_visit(one_engineer(1, 3), 0, sla=late), 1, due=due)
    timed = schedule(problem, Solution((go(0, 1),)))
    assert timed.cost.sla == 500 + 100 * 32 + round(100 * STEP / HOUR)
    assert "agrees on" in note_on(problem, Solution((go(0, 1),)))


def test_a_route_after_the_end_of_the_shift_is_all_overtime() -> None:
    """The model counts overtime from the end of the shift, the timetable from the departure."""
    block = day_shift(end=EIGHT, latest_end=EIGHT + 8 * HOUR)
    problem = change_visit(one_engineer(1, shifts=(block,)), 0, windows=(visit(1).windows[0],))
    plan = Solution(((replace(go(0)[0], not_before=EIGHT + 2 * HOUR),),))
    timed = schedule(problem, plan)
    assert timed.routes[0].start == EIGHT + 2 * HOUR - STEP
    assert "agrees on" in note_on(problem, plan)


def test_a_wrong_price_is_a_disagreement_with_both_figures() -> None:
    """A schedule with 1000 minor units too many is refused; the error is an infeasible solution."""
    problem = one_engineer(1, 3)
    plan = Solution((go(0, 1),))
    timed = schedule(problem, plan)
    wrong = replace(timed, cost=replace(timed.cost, labour=timed.cost.labour + 1000))
    with pytest.raises(ModelDisagreement, match=r"21880.*20880") as caught:
        validate(problem, plan, wrong, time_limit_s=9.0)
    assert (caught.value.timetable, caught.value.model) == (21880, 20880.0)
    assert isinstance(caught.value, InfeasibleSolution)


def test_a_wrong_time_is_a_disagreement() -> None:
    """A stop that is said to start before the engineer can be there is refused by the model."""
    problem = one_engineer(1, 3)
    plan = Solution((go(0, 1),))
    timed = schedule(problem, plan)
    stop = timed.routes[0].stops[1]
    stops = (timed.routes[0].stops[0], replace(stop, start=stop.start - 60))
    wrong = replace(timed, routes=(replace(timed.routes[0], stops=stops),))
    with pytest.raises(ModelDisagreement, match="refuses") as caught:
        validate(problem, plan, wrong, time_limit_s=9.0)
    assert caught.value.model is None


def test_the_note_says_why_the_model_was_not_asked() -> None:
    """Fairness, a leg under way, a model that takes too long to write."""
    problem, plan = one_engineer(1, 3), Solution((go(0, 1),))
    assert "over all routes" in note_on(replace(problem, fairness_rate=100), plan)
    assert "to write" in note_on(problem, plan, time_limit_s=0.0)
    pin = Pin(0, start=EIGHT + STEP, frozen=True, under_way=True)
    frozen = replace(change_visit(problem, 0, pins=(pin,)), now=EIGHT + 300)
    assert "under way" in note_on(frozen, plan)


def test_polish_returns_only_what_is_better() -> None:
    """Far, near, far is 1200 s of travel too many; the best order cannot be polished."""
    problem = one_engineer(3, 1, 3)
    better = polish(problem, Solution((go(0, 1, 2),)), 30.0, branch_limit=2000)
    assert better is not None
    assert schedule(problem, better).routes[0].working_time == 3 * HOUR + 6 * STEP
    assert polish(problem, better, 30.0, branch_limit=2000) is None


def test_construction_by_the_routing_model_serves_an_easy_day() -> None:
    """Three visits fit one shift, whichever heuristic begins."""
    problem = one_engineer(1, 2, 3)
    found = construct_by_routing_model(problem, 20.0)
    assert schedule(problem, found).unassigned == ()
    only = construct_by_routing_model(problem, 20.0, ("SAVINGS",))
    assert schedule(problem, only).unassigned == ()
