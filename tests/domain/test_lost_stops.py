"""What a freeze does not keep: stops that a disruption has made impossible."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Depot,
    Engineer,
    Location,
    Pin,
    RequiredSkill,
    Shift,
    StopKind,
    TimeWindow,
    Visit,
)
from dispatch.domain.disruption import Disruption, DisruptionKind
from dispatch.domain.lost_stops import release_lost_stops

DAY = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=8)))
HOUR = timedelta(hours=1)


def at(hour: float) -> datetime:
    """A time of the day."""
    return DAY + timedelta(hours=hour)


def frozen_day() -> Case:
    """It is ten, all is frozen until noon: e1 at v1 (9:30), v2, a pickup, v3; v3 with e2 as crew."""

    def visit(id: str, **more: object) -> Visit:
        return replace(Visit(id, f"site-{id}", HOUR), **more)

    pickup = CurrentStop(at(11), StopKind.PICKUP, depot="d1", loaded={"P": 1}, finish=at(11.2))
    stops = (
        CurrentStop(at(9.5), visit="v1"),
        CurrentStop(at(10.5), visit="v2"),
        pickup,
        CurrentStop(at(11.5), visit="v3"),
    )
    return Case(
        planning_window=TimeWindow(at(0), at(24)),
        now=at(10),
        freeze_until=at(12),
        depots=(Depot("d1", "site-home", stock={"P": 1}),),
        locations=tuple(Location(f"site-{id}", 21.0, 110.1) for id in ("v1", "v2", "v3", "home")),
        engineers=tuple(
            Engineer(id, shifts=(Shift(f"{id}-day", at(8), at(17), "site-home"),))
            for id in ("e1", "e2")
        ),
        visits=(
            visit("v1"),
            visit("v2", pinned=Pin("e1-day")),
            visit("v3", parts={"P": 1}, crew_size=2),
        ),
        current_plan=CurrentPlan(
            (
                CurrentRoute("e1-day", stops),
                CurrentRoute("e2-day", (CurrentStop(at(11.5), visit="v3"),)),
            )
        ),
    )


def left(
    kind: str, subject: str, start: float, until: float | None = None, **told: object
) -> list[str]:
    """What the plan in force still says about e1 and then about e2."""
    parts = {"P": 1} if kind == "part_missing" else {}
    end = None if until is None else at(until)
    extra = HOUR if kind == "visit_overrun" else timedelta(0)
    one = Disruption(DisruptionKind(kind), subject, at(start), end, extra, parts)
    case = release_lost_stops(frozen_day(), [one], **told)
    assert case.current_plan is not None
    return [stop.visit or "pickup" for route in case.current_plan.routes for stop in route.stops]


ALL = ["v1", "v2", "pickup", "v3", "v3"]


@pytest.mark.parametrize(
    ("kind", "subject", "start", "until", "kept"),
    [
        # Whoever falls ill at ten does not finish at half past, and comes to nothing afterwards.
        ("engineer_absent", "e1", 10, None, []),
        ("van_broken_down", "e1", 11, None, ["v1"]),
        ("engineer_absent", "e1", 11, 11.2, ["v1", "v3", "v3"]),
        ("engineer_absent", "e2", 10, None, ["v1", "v2", "pickup"]),
        ("engineer_absent", "e2", 13, None, ALL),
        ("site_closed", "site-v2", 10, None, ["v1", "pickup", "v3", "v3"]),
        ("site_closed", "site-v2", 12, None, ALL),
        ("site_closed", "site-v1", 10, None, ALL),
        ("part_missing", "d1", 10, None, ["v1", "v2"]),
        ("part_missing", "e1", 10, None, ALL),
        ("part_missing", "d2", 10, None, ALL),
        ("visit_overrun", "v1", 10, None, ["v1"]),
        ("visit_overrun", "v3", 10, None, ALL),
    ],
)
def test_what_cannot_be_kept_is_not_frozen(
    kind: str, subject: str, start: float, until: float | None, kept: list[str]
) -> None:
    """Each kind takes away what it makes impossible, from every route of a crew."""
    assert left(kind, subject, start, until) == kept


def test_reports_tell_what_has_begun() -> None:
    """Who has arrived stays in the plan; who is only on the way does not get there any more."""
    assert left("engineer_absent", "e1", 10, arrived={"v1"}) == ["v1"]
    assert left("visit_overrun", "v1", 10, arrived={"v1", "v2"}) == ["v1", "v2"]
    late = {"set_out": {"v2"}, "arrived": {"v1"}}
    assert left("site_closed", "site-v2", 10, **late) == ["v1", "pickup", "v3", "v3"]


def test_a_visit_loses_the_pin_to_an_engineer_who_is_gone() -> None:
    """It was pinned because somebody was driving there; a closed site leaves it with its engineer."""
    gone = Disruption(DisruptionKind.VAN_BROKEN_DOWN, "e1", at(10))
    shut = Disruption(DisruptionKind.SITE_CLOSED, "site-v2", at(10))
    for one, pin in ((gone, None), (shut, Pin("e1-day"))):
        case = release_lost_stops(frozen_day(), [one], set_out={"v2"})
        assert {visit.id: visit.pinned for visit in case.visits}["v2"] == pin


def stops_left(case: Case, *disruptions: Disruption) -> list[str]:
    """What the plan in force says about e1 after these."""
    plan = release_lost_stops(case, disruptions).current_plan
    assert plan is not None
    return [stop.visit or "pickup" for stop in plan.routes[0].stops]


def in_the_van(case: Case, pieces: int) -> Case:
    """The same day, on which e1 brings the part along and fetches none."""
    first, second = case.engineers
    assert case.current_plan is not None
    route, other = case.current_plan.routes
    kept = tuple(stop for stop in route.stops if stop.kind is StopKind.VISIT)
    return replace(
        case,
        engineers=(replace(first, van_stock={"P": pieces}), second),
        current_plan=CurrentPlan((replace(route, stops=kept), other)),
    )


def test_missing_pieces_add_up() -> None:
    """Two in the van: one of them may be missing, not both; told in one call or in two."""
    one = Disruption(DisruptionKind.PART_MISSING, "e1", at(10), parts={"P": 1})
    both = replace(one, parts={"P": 2})
    case = in_the_van(frozen_day(), 2)
    assert stops_left(case, one) == ["v1", "v2", "v3"]
    assert stops_left(case, one, one) == stops_left(case, both) == ["v1", "v2"]
    full = replace(frozen_day(), depots=(Depot("d1", "site-home", stock={"P": 2}),))
    shelf = replace(one, subject="d1")
    assert stops_left(full, shelf) == ["v1", "v2", "pickup", "v3"]
    assert stops_left(full, shelf, shelf) == ["v1", "v2"]


def test_a_plan_that_knows_of_the_disruption_is_kept() -> None:
    """v1 has its second hour already, at the pace of who is sent: what follows can be kept."""
    longer = Disruption(DisruptionKind.VISIT_OVERRUN, "v1", at(10), extra=HOUR)
    case = frozen_day()
    assert case.current_plan is not None
    route, other = case.current_plan.routes
    known = (replace(route.stops[0], finish=at(11.5)), *route.stops[1:])
    case = replace(case, current_plan=CurrentPlan((replace(route, stops=known), other)))
    assert stops_left(case, longer) == ["v1", "v2", "pickup", "v3"]
    assert stops_left(case, longer, longer) == ["v1"]
    slow = replace(case.engineers[0], duration_factor={"ups": 1.5})
    skilled = replace(case.visits[0], required_skills=(RequiredSkill("ups"),))
    case = replace(case, engineers=(slow, case.engineers[1]), visits=(skilled, *case.visits[1:]))
    assert stops_left(case, longer) == ["v1"]


def test_what_no_freeze_keeps_stays_as_the_reference() -> None:
    """Later stops are free anyway, and moving them has its price."""
    case = replace(frozen_day(), freeze_until=at(11))
    ill = Disruption(DisruptionKind.ENGINEER_ABSENT, "e1", at(10))
    released = release_lost_stops(case, [ill]).current_plan
    assert released is not None
    assert [stop.visit for stop in released.routes[0].stops] == [None, "v3"]
    assert release_lost_stops(replace(case, current_plan=None), [ill]).current_plan is None
