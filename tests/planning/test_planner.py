"""A case in, an audited and explained plan out."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import jsonpatch
import pytest
from planning_worlds import at, case, depot, engineer, hours, shift, visit, window

from dispatch.domain import (
    After,
    Break,
    Case,
    EngineerRules,
    Objective,
    Plan,
    PlanStatus,
    Priority,
    RequiredSkill,
    SlaTerms,
    StopKind,
    Verdict,
    Weights,
)
from dispatch.errors import PlanRejected
from dispatch.formats import case_from_document, case_to_document, format_plan, parse_plan
from dispatch.planning.audit import audit
from dispatch.planning.legend import make_legend
from dispatch.planning.planner import certify, plan
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways


def quick(world: Case, **options: object) -> Plan:
    """A plan after few iterations; they are enough for a handful of visits."""
    return plan(world, **({"iterations": 300, "seed": 1} | options))  # type: ignore[arg-type]


def served_by(made: Plan) -> dict[str, str]:
    """Engineer of each planned visit."""
    return {
        str(stop.visit): route.engineer
        for route in made.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    }


def small_day() -> Case:
    """Chen repairs UPS, Li everything else; v1 needs a board from the store before 10:00."""
    rest = Break(at(12), at(13), hours(0.5))
    chen = engineer("chen", {"ups": 2}, shifts=(shift("chen-mon", breaks=(rest,)),))
    terms = SlaTerms(arrive_by=at(10), breach_fee=50000, lateness_per_hour=20000)
    return case(
        engineers=(chen, engineer("li", {"fans": 1})),
        depots=(depot(),),
        visits=(
            visit("v1", required_skills=(RequiredSkill("ups", 2),), parts={"board": 1}, sla=terms),
            visit("v2", "south", required_skills=(RequiredSkill("fans"),)),
            visit("v3", "south", required_skills=(RequiredSkill("ups"),), after=(After("v1"),)),
            visit("v4", time_windows=(window(14, 15),), engineers=EngineerRules(preferred=("li",))),
        ),
    )


@pytest.mark.parametrize("engine", ["auto", "lns", "ortools"])
def test_a_small_day_is_planned_in_full(engine: str) -> None:
    """Skills decide v1 to v3, the preference decides v4; the board is fetched and the SLA kept."""
    made = quick(small_day(), engine=engine, iterations=30 if engine == "ortools" else 300)
    assert made.status is PlanStatus.FEASIBLE
    assert made.unassigned == ()
    assert served_by(made) == {"v1": "chen", "v2": "li", "v3": "chen", "v4": "li"}
    assert made.cost is not None
    assert (made.cost.sla, made.cost.preference, made.cost.unassigned) == (0, 0, 0)
    assert made.kpis is not None
    assert (made.kpis.visits, made.kpis.sla_met, made.kpis.sla_total) == (4, 1, 1)
    assert made.travel_source == "matrix"
    assert made.run is not None
    assert (made.run.engine, made.run.seed, made.run.time_limit_s) == (engine, 1, None)
    assert audit(small_day(), made) == []


def test_the_same_call_gives_the_same_bytes() -> None:
    """Case, seed, engine and iterations fix everything but the time it took."""

    def text() -> str:
        made = quick(small_day(), case_hash="x")
        assert made.run is not None
        return format_plan(replace(made, run=replace(made.run, elapsed_s=0.0)))

    assert text() == text()


def test_a_plan_file_reads_back_as_the_same_plan() -> None:
    """What is written is all there is."""
    made = quick(small_day())
    assert parse_plan(format_plan(made)) == made


def nobody_knows_medical() -> Case:
    """Both engineers lack the skill of v1; v2 is ordinary."""
    return case(
        visits=(
            visit("v1", required_skills=(RequiredSkill("medical", 2),), priority=Priority.HIGH),
            visit("v2"),
        )
    )


def test_an_impossible_visit_has_a_reason_for_each_engineer_and_a_remedy() -> None:
    """NO_SKILL for Chen and for Li, in both languages; training one of them is the remedy."""
    made = quick(nobody_knows_medical())
    assert made.status is PlanStatus.PARTIAL
    (left,) = made.unassigned
    assert (left.visit, left.verdict) == ("v1", Verdict.IMPOSSIBLE)
    assert {(r.code, r.engineer) for r in left.reasons} == {
        ("NO_SKILL", "chen"),
        ("NO_SKILL", "li"),
    }
    first = left.reasons[0]
    assert first.shortfall == {"skill": "medical", "level": 2}
    assert first.message == "chen: skill medical is needed at level 2, and it is missing."
    assert first.message_zh == "chen：需要技能 medical（2 级），但不具备。"
    assert left.remedy is not None
    assert left.remedy.change == "TRAIN_SKILL"
    assert left.price is None
    assert made.cost is not None
    assert made.cost.unassigned > made.cost.total - made.cost.unassigned


def test_the_remedy_applied_to_the_case_file_plans_the_visit() -> None:
    """The JSON Patch works on the document, and the next plan is complete."""
    world = nobody_knows_medical()
    (left,) = quick(world).unassigned
    assert left.remedy is not None
    mended = jsonpatch.apply_patch(case_to_document(world), [dict(e) for e in left.remedy.edits])
    assert quick(case_from_document(json.loads(json.dumps(mended)))).unassigned == ()


def overloaded_day() -> Case:
    """One engineer from 8 to 12, four visits of 90 minutes: two fit with the ways between them."""
    chen = engineer("chen", shifts=(shift("chen-mon", end=at(12)),))
    return case(
        engineers=(chen,),
        visits=tuple(
            visit(f"v{i}", length=1.5, priority=Priority.MANDATORY if i == 3 else Priority.NORMAL)
            for i in range(4)
        ),
    )


def test_a_displaced_visit_names_whom_it_competes_with_and_the_price() -> None:
    """The mandatory visit is in; each of the two left out would push another one out."""
    made = quick(overloaded_day())
    assert "v3" in served_by(made)
    assert len(made.unassigned) == 2
    assert made.status is PlanStatus.PARTIAL
    for left in made.unassigned:
        assert left.verdict is Verdict.DISPLACED
        assert "NO_CAPACITY" in {reason.code for reason in left.reasons}
        assert set(left.displaces) <= set(served_by(made))
        assert left.displaces
        assert left.price is not None
        assert left.price >= 0


def test_a_mandatory_visit_left_out_makes_the_plan_infeasible() -> None:
    """It is still the best plan and still a plan."""
    world = nobody_knows_medical()
    must = replace(world.visits[0], priority=Priority.MANDATORY)
    made = quick(replace(world, visits=(must, world.visits[1])))
    assert made.status is PlanStatus.INFEASIBLE
    assert served_by(made).keys() == {"v2"}


def test_working_time_may_be_all_that_counts() -> None:
    """With that objective one engineer does it all when two would be on the road for longer."""
    world = case(visits=(visit("v1"), visit("v2")), weights=Weights(Objective.WORKING_TIME))
    made = quick(world)
    assert len(made.routes) == 1
    assert made.kpis is not None
    assert made.kpis.working_time_s == 600 + 3600 + 3600 + 600


def test_nothing_to_do_is_a_plan_too() -> None:
    """No visit, no engineer: an empty plan that the auditor accepts."""
    made = quick(case(engineers=()))
    assert (made.status, made.routes, made.unassigned) == (PlanStatus.FEASIBLE, (), ())


def test_a_search_called_off_ends_with_the_best_plan_so_far() -> None:
    """Cancelled from the start, with an hour on the clock: a whole plan comes back."""
    off = threading.Event()
    off.set()
    made = plan(small_day(), time_limit_s=3600.0, cancelled=off.is_set)
    assert len(served_by(made)) + len(made.unassigned) == 4
    assert audit(small_day(), made) == []


def test_progress_is_told() -> None:
    """The listener hears of at least one plan, with its cost and what is left out."""
    heard: list[tuple[int, int]] = []
    quick(small_day(), on_progress=lambda news: heard.append((sum(news.unassigned), news.cost)))
    assert heard
    assert heard[-1][0] == 0


def test_a_plan_with_violations_goes_nowhere() -> None:
    """A start moved by a minute: the plan is rejected and every violation told."""
    world = small_day()
    made = quick(world)
    legend = make_legend(world)
    problem = to_problem(world, legend, find_ways(world, legend))
    assert certify(made, problem, legend) is made
    first = made.routes[0]
    stop = replace(first.stops[-1], start=first.stops[-1].start - timedelta(minutes=1))
    wrong = replace(
        made, routes=(replace(first, stops=(*first.stops[:-1], stop)), *made.routes[1:])
    )
    with pytest.raises(PlanRejected) as caught:
        certify(wrong, problem, legend)
    assert any("START_BEFORE_ARRIVE" in one or "FINISH" in one for one in caught.value.violations)
