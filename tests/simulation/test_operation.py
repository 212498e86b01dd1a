"""Operations in small worlds, with hand-computed days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from simulated_worlds import at, busy_shop, certain_day

from dispatch.domain import Case, TimeWindow
from dispatch.simulation.calendar_days import CalendarDays
from dispatch.simulation.counter_random import Draws
from dispatch.simulation.executor import run_item
from dispatch.simulation.futures import Arrivals
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.study import Outcome, Study, StudyWorld, WorkItem


def lived(case: Case, policy: str = "deadline", replication: int = 0, **more: int) -> Outcome:
    """One replication."""
    study = Study((StudyWorld("base", case, policy),), **{"days": 1, **more})  # type: ignore[arg-type]
    return run_item(study, WorkItem(0, replication))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_day_without_chance_by_hand(policy: str) -> None:
    """Two repairs on one road, the second too late.

    8:00 off, 8:10 at v1, 9:10 done, 9:20 at v2, 20 minutes late, 10:20 done; half an hour's wait
    for more work until 10:50, and home at 11:10. On the road 40 minutes and 40 km; paid 3 h 10 min. The breach costs the fee of 100.00 and a
    third of 60.00 an hour: 120.00.
    """
    figures = lived(certain_day(), policy).figures
    assert figures["on_time"] == 0.5
    assert figures["visits_done"] == 2
    assert figures["travel_km"] == 40
    assert figures["work_h"] == pytest.approx(3 + 10 / 60)
    assert figures["cost_labour"] == pytest.approx(6000 * (3 + 10 / 60))
    assert figures["cost_travel"] == 4000
    assert figures["cost_sla"] == 12_000
    assert figures["cost"] == pytest.approx(6000 * (3 + 10 / 60) + 16_000)
    assert figures["utilisation"] == pytest.approx((3 + 10 / 60) / 8)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_same_item_is_the_same_outcome(policy: str) -> None:
    """Whatever ran before, and however often."""
    first = lived(busy_shop(), policy, 3)
    lived(busy_shop(), policy, 4)
    assert lived(busy_shop(), policy, 3) == first


def test_who_plans_in_the_morning_only_leaves_the_day_to_others() -> None:
    """Requests of the day wait until the next morning; the one that was open is done."""
    morning = lived(busy_shop(), "morning").figures
    insert = lived(busy_shop(), "insert").figures
    assert morning["requests"] == insert["requests"] > 0
    assert morning["visits_done"] == 1
    assert insert["visits_done"] > 1


def test_parts_that_are_nowhere_are_the_reason() -> None:
    """Four fuses in all; what comes after them cannot be done, and is told so."""
    case = busy_shop(per_day=24.0)
    outcome = lived(case, "deadline", days=2)
    assert outcome.unassigned.get("NO_PART", 0) > 0


def test_nobody_with_the_skill_is_the_reason() -> None:
    """Without skills the open request is left, and the reason names the skill."""
    case = busy_shop(per_day=0.0)
    case = replace(case, engineers=tuple(replace(one, skills=()) for one in case.engineers))
    outcome = lived(case, "insert")
    assert outcome.unassigned == {"NO_SKILL": 1}
    assert outcome.figures["on_time"] == 0


def test_a_shift_of_one_day_repeats_every_day() -> None:
    """Three days have three times the hours of one."""
    one, three = lived(busy_shop(0.0), days=1), lived(busy_shop(0.0), days=3)
    assert one.figures["work_h"] == three.figures["work_h"] > 0
    assert three.figures["utilisation"] == pytest.approx(one.figures["utilisation"] / 3)


def test_more_demand_meets_the_same_requests_and_some_more() -> None:
    """The futures of a scaled world contain those of the smaller one."""
    small, large = busy_shop(6.0).demand, busy_shop(9.0).demand
    assert small is not None
    assert large is not None
    calendar = CalendarDays(busy_shop(), "UTC")
    for day in range(20):
        few = {(a.at, a.visit.id) for a in Arrivals(small, calendar).on(day, Draws(3))}
        many = {(a.at, a.visit.id) for a in Arrivals(large, calendar).on(day, Draws(3))}
        assert few <= many


def test_arrivals_come_at_their_rate_and_in_their_hours() -> None:
    """Six a day on average over 300 days, all between 8 and 15."""
    case = busy_shop(6.0)
    assert case.demand is not None
    calendar = CalendarDays(case, "UTC")
    arrivals = Arrivals(case.demand, calendar)
    found = [a for day in range(300) for a in arrivals.on(day, Draws(11))]
    assert abs(len(found) - 1800) < 4 * 1800**0.5
    assert {8, 14} <= {calendar.instant(a.at).hour for a in found} <= set(range(8, 15))
    first = found[0].visit
    assert first.sla is not None
    limit = {"critical": 2, "minor": 8}[first.sla.severity.value]
    reported = calendar.instant(found[0].at)
    assert first.sla.arrive_by == reported + timedelta(hours=limit)


def test_everybody_ill_means_nobody_comes() -> None:
    """With certain illness most do not come and nobody stays for long."""
    case = busy_shop()
    assert case.demand is not None
    assumed = replace(case.demand.assumptions, illness_per_day=1.0)
    ill = replace(case, demand=replace(case.demand, assumptions=assumed))
    well = lived(case).figures["visits_done"]
    sick = sum(lived(ill, replication=r).figures["visits_done"] for r in range(5)) / 5
    assert sick < well


def test_before_its_window_nobody_begins() -> None:
    """A window from noon on holds the second visit back until then."""
    case = certain_day()
    late = replace(case.visits[1], time_windows=(TimeWindow(at(12), at(13)),), sla=None)
    figures = lived(replace(case, visits=(case.visits[0], late))).figures
    # Home at 9:50 after the first, off again at 11:40 to be there at noon, home at 13:50.
    assert figures["visits_done"] == 2
    assert figures["work_h"] == pytest.approx(4)
