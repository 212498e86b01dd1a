"""Appointment offers: which windows, at what price, and how surely kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_worlds import at, case, depot, engineer, hours, visit, window

from dispatch.domain import Case, CurrentPlan, CurrentRoute, CurrentStop, TimeWindow, Visit
from dispatch.planning.slots import Demand, cut_windows, offers

MORNING, AFTERNOON = window(9, 11), window(14, 16)


def old() -> Visit:
    """An hour in the north that has to begin at nine."""
    return visit("old", "north", 1.0, time_windows=(window(9, 9),))


def day(**changes: object) -> Case:
    """Chen works in the north from 09:00 to 10:00; somebody asks for an hour there."""
    force = CurrentPlan((CurrentRoute("chen-mon", (CurrentStop(at(9), visit="old"),)),))
    given = {
        "visits": (old(), visit("asked", "north", 1.0)),
        "engineers": (engineer("chen"),),
        "current_plan": force,
        "now": at(7),
    }
    return case(**(given | changes))


def test_next_to_other_work_is_cheaper_than_hours_later() -> None:
    """In the morning an hour of work is an hour; in the afternoon the waiting is paid as well."""
    found = offers(day(), "asked", [AFTERNOON, MORNING])
    assert [one.window for one in found] == [MORNING, AFTERNOON]
    near, far = found
    assert (near.engineer, near.shift, near.price) == ("chen", "chen-mon", 6000)
    assert far.price > near.price
    assert near.moved == ()
    assert near.sla_effect == 0
    assert MORNING.start <= near.start <= MORNING.end


def test_a_window_without_a_place_is_not_offered() -> None:
    """At night nobody works."""
    assert offers(day(), "asked", [window(20, 22)]) == ()


def test_expected_urgent_requests_make_a_rush_hour_dear() -> None:
    """Two urgent requests an hour in the morning cost more than the waiting until afternoon."""
    rush = Demand(tuple(2.0 if 8 <= hour < 12 else 0.0 for hour in range(24)), 20_000)
    found = offers(day(), "asked", [AFTERNOON, MORNING], demand=rush)
    assert [one.window for one in found] == [AFTERNOON, MORNING]
    assert found[0].opportunity == 0
    # An hour's work next to the other visit, no travel: two requests at 20000 for one engineer.
    assert found[1].opportunity == 40_000
    assert found[1].total == found[1].price + 40_000
    team = day(engineers=(engineer("chen"), engineer("li")))
    shared = next(o for o in offers(team, "asked", [MORNING], demand=rush))
    assert shared.opportunity == pytest.approx(20_000, rel=0.5)


def test_demand_counts_parts_of_hours() -> None:
    """From 08:30 to 10:15 with one an hour before nine and two after."""
    demand = Demand(tuple(1.0 if hour < 9 else 2.0 for hour in range(24)))
    assert demand.expected(at(8.5), at(10.25)) == pytest.approx(0.5 + 2.5)
    assert demand.expected(at(8.5), at(8.5)) == 0


def test_parts_to_be_fetched_are_told() -> None:
    """The van has no board: the offer names the depot, the part and the time."""
    needs = visit("asked", "north", 1.0, parts={"board": 2})
    world = day(visits=(old(), needs), depots=(depot(),))
    offer = offers(world, "asked", [AFTERNOON])[0]
    assert [(one.depot, one.part, one.quantity) for one in offer.loads] == [("d1", "board", 2)]


def test_windows_begin_at_full_hours_and_stay_in_bounds() -> None:
    """Cut from the visit's own windows, from now on, the rest of a stretch down to half."""
    wanted = visit("asked", "north", time_windows=(window(9.5, 15.25),))
    cut = cut_windows(wanted, window(0, 24), first=at(8), length=timedelta(hours=2))
    assert cut == (window(10, 12), window(12, 14), TimeWindow(at(14), at(15.25)))
    late = cut_windows(wanted, window(0, 24), first=at(12.2), length=timedelta(hours=2))
    assert late == (window(13, 15),)
    anywhere = replace(wanted, time_windows=())
    assert len(cut_windows(anywhere, window(8, 12), first=at(0), length=hours(2))) == 2
