"""Departures of a scenario: each has to pay on its own, and luck that the base had too is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simulated_worlds import at, busy_shop, repair

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    PlanRoute,
    PlanStop,
    Priority,
    StopKind,
)
from dispatch.simulation.deadlines import Deadlines
from dispatch.simulation.departures import Gain
from dispatch.simulation.study import StudyWorld
from dispatch.simulation.twin import Twin
from dispatch.simulation.world import PreparedWorld


def test_a_gain_pays_by_tier_first_and_then_by_money() -> None:
    """Fewer visits left out always pays, more never; as many: the money decides."""
    assert Gain(1, -500).pays(300)
    assert not Gain(-1, 5000).pays(300)
    assert Gain(0, 300).pays(300)
    assert not Gain(0, 299).pays(300)


def test_what_would_have_been_gained_anyhow_does_not_count() -> None:
    """400 saved of which 150 were to be had without the scenario are 250."""
    assert Gain(0, 400).less(Gain(0, 150)) == Gain(0, 250)
    assert Gain(0, 400).less(Gain(0, -150)) == Gain(0, 400)
    assert Gain(1, 0).less(Gain(0, 900)) == Gain(1, 0)
    assert Gain(1, 0).less(Gain(1, 0)) == Gain()
    assert Gain(0, 400).less(Gain(-1, 0)) == Gain(0, 400)


def route(shift: str, *visits: str) -> PlanRoute:
    """Visits at the places they are named after, an hour each from 8 on."""
    stops = tuple(
        PlanStop(StopKind.VISIT, at(8 + i), at(8 + i), at(9 + i), visit[-1], visit=visit)
        for i, visit in enumerate(visits)
    )
    return PlanRoute(shift, shift.partition("-")[0], at(8), at(16), stops)


def two_repairs() -> Case:
    """The busy shop with a repair at a and one at c, where e2 lives, both given to e1."""
    visits = (repair("v-a", "a", 15, "power"), repair("v-c", "c", 15, "power"))
    stops = tuple(CurrentStop(at(8), StopKind.VISIT, visit=one.id) for one in visits)
    plan = CurrentPlan((CurrentRoute("e1-mon", stops),))
    return replace(busy_shop(), visits=visits, current_plan=plan)


def test_the_base_says_what_it_would_have_gained_too() -> None:
    """Giving the repair at c to whoever lives there saves travel; whoever is not there cannot."""
    case = two_repairs()
    twin = Twin(case, PreparedWorld(StudyWorld("base", case), 1).travel)
    better = twin.gain([route("e1-mon", "v-a"), route("e2-mon", "v-c")])
    assert better.tier == 0
    assert better.money > 0
    assert twin.gain([route("e1-mon", "v-c", "v-a")]).money <= 0
    assert twin.gain([route("e1-mon", "v-a"), route("e9-mon", "v-c")]) == Gain()


def test_deadlines_are_told_as_somebody_who_works_can_keep_them() -> None:
    """A repair of an hour due at night has to begin at 15, less an hour and a half to spare."""
    world = PreparedWorld(StudyWorld("base", busy_shop()), 1)
    seconds, hour = world.calendar.seconds, 3600
    deadlines = Deadlines(
        world.calendar, seconds(at(6)), seconds(at(48)), [(seconds(at(8)), seconds(at(16)))], 4
    )
    told = deadlines.told(repair("v", "a", 20), seconds(at(20)))
    assert told["sla"].arrive_by == at(13.5)  # type: ignore[attr-defined]
    assert told["sla"].breach_fee == 40_000  # type: ignore[attr-defined]
    soon = deadlines.told(repair("v", "a", 9), seconds(at(9)))
    assert seconds(at(9)) - seconds(soon["sla"].arrive_by) == hour // 2  # type: ignore[attr-defined]
    calm = replace(repair("v", "a", 20), priority=Priority.NORMAL, duration=timedelta(minutes=30))
    assert deadlines.told(calm, seconds(at(20)))["priority"] is Priority.HIGH
    assert "priority" not in deadlines.told(calm, seconds(at(72)))
