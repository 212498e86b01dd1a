"""The plan of the evening before: scenarios begin with the base's where nothing speaks against it."""

from __future__ import annotations

from dataclasses import replace

from simulated_worlds import at, busy_shop, engineer, repair

from dispatch.domain import Case
from dispatch.domain.change import EngineerAdded, EngineerRemoved
from dispatch.simulation.evening_plan import Evening, evening_plan
from dispatch.simulation.study import StudyWorld
from dispatch.simulation.world import PreparedWorld


def four_repairs() -> Case:
    """The busy shop with a repair at every place, none of them urgent."""
    shop = busy_shop()
    visits = tuple(repair(f"v-{place}", place, 15, "power") for place in ("a", "b", "c"))
    return replace(shop, visits=(*shop.visits, *visits), now=at(7))


def plan_of(case: Case, before: Evening | None = None) -> Evening:
    """The evening plan of a case; of a scenario of four repairs, when theirs is given."""
    base = None if before is None else PreparedWorld(StudyWorld("base", four_repairs()), 1)
    return evening_plan(PreparedWorld(StudyWorld("one", case), 1), 1, 5, base, before)


def visits_of(evening: Evening) -> dict[str, list[str]]:
    """Visits of each shift in order."""
    return {shift: [one.visit for one in stops if one.visit] for shift, stops in evening.items()}


def test_somebody_who_can_do_nothing_changes_nothing() -> None:
    """The scenario's plan is the base's, stop by stop."""
    case = four_repairs()
    base = plan_of(case)
    assert sum(map(len, visits_of(base).values())) == 4
    more = EngineerAdded(engineer("e3", "home", "gardening")).apply(case)
    assert visits_of(plan_of(more, base)) == visits_of(base)


def test_who_is_gone_leaves_work_to_others() -> None:
    """Without e2 the other one has all visits, in a plan that the rules allow."""
    case = four_repairs()
    base = plan_of(case)
    less = EngineerRemoved("e2").apply(case)
    kept = visits_of(plan_of(less, base))
    assert set(kept) == {"e1-mon"}
    assert set(kept["e1-mon"]) <= {"open-1", "v-a", "v-b", "v-c"}
    assert len(kept["e1-mon"]) == 4
