"""What a case file may leave out, and what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dispatch.domain import EngineerRules, Objective, Priority, StopKind, Tariff, VisitKind
from dispatch.errors import InputError
from dispatch.formats import parse_case

EIGHT, NOON, FIVE = (f"2026-11-23T{hour:02}:00:00Z" for hour in (8, 12, 17))


def smallest() -> dict[str, Any]:
    """Nothing but the fields that contract section 3 requires."""
    return {
        "planning_window": {"start": "2026-11-23T00:00:00Z", "end": "2026-11-24T00:00:00Z"},
        "locations": [{"id": "home", "lat": 0, "lon": 0}],
        "engineers": [
            {
                "id": "e1",
                "shifts": [{"id": "s1", "start": EIGHT, "end": FIVE, "start_location": "home"}],
            }
        ],
        "visits": [{"id": "v1", "location": "home", "duration": "PT1H"}],
    }


def test_everything_that_is_not_required_has_its_documented_default() -> None:
    """End location is the start, priority is normal, the tariff is the default one."""
    case = parse_case(json.dumps(smallest()))
    (engineer,), (visit,) = case.engineers, case.visits
    (shift,) = engineer.shifts
    assert (shift.end_location, shift.limit, shift.max_travel) == ("home", shift.end, None)
    assert not shift.fixed_start
    assert engineer.tariff == Tariff(0, 6000, 9000, 80)
    assert (visit.kind, visit.priority) == (VisitKind.CORRECTIVE, Priority.NORMAL)
    assert (visit.crew_size, visit.engineers, visit.time_windows) == (1, EngineerRules(), ())
    assert (case.travel.speed_kmh, case.travel.detour_factor) == (35.0, 1.3)
    assert (case.weights.objective, case.weights.preference) == (Objective.COST, 2000)
    assert (case.now, case.freeze_until, case.current_plan) == (None, None, None)


def test_null_stands_for_absent_where_nothing_is_a_meaning() -> None:
    """The contract's own example writes null for pins, delays and the like."""
    document = smallest()
    document |= {"now": None, "freeze_until": None, "current_plan": None, "weights": None}
    nothing = ("title", "sla", "due", "pinned", "promise", "engineers")
    document["visits"][0] |= dict.fromkeys(nothing)
    document["engineers"][0] |= {"territory": None, "cost": None}
    optional = ("overtime_end", "max_travel", "end_location")
    document["engineers"][0]["shifts"][0] |= dict.fromkeys(optional)
    assert parse_case(json.dumps(document)) == parse_case(json.dumps(smallest()))


@pytest.mark.parametrize(
    ("stock", "p", "q"),
    [({}, 0, 0), ({"P": 3}, 3, 0), ({"P": None}, None, 0), (None, None, None)],
)
def test_stock_is_finite_unlimited_for_a_part_or_unlimited(
    stock: object, p: int | None, q: int | None
) -> None:
    """Contract 4a: absent is {}, null is unlimited, a null quantity is that part unlimited."""
    document = smallest()
    document["depots"] = [{"id": "d1", "location": "home", "stock": stock}]
    (depot,) = parse_case(json.dumps(document)).depots
    assert (depot.stock_of("P"), depot.stock_of("Q")) == (p, q)
    del document["depots"][0]["stock"]
    (depot,) = parse_case(json.dumps(document)).depots
    assert (depot.stock_of("P"), depot.ever_has("P")) == (0, False)


def test_current_plan_takes_the_routes_of_a_plan_file_and_even_a_whole_one() -> None:
    """Yesterday's output is today's warm start without editing."""
    document = smallest()
    document["depots"] = [{"id": "d1", "location": "home"}]
    figures: dict[str, Any] = {
        "travel_s": 0,
        "travel_m": 0,
        "wait_s": 0,
        "late_s": 0,
        "sla_headroom_s": None,
    }
    moment: dict[str, Any] = {"arrive": EIGHT, "start": EIGHT, "finish": NOON}
    empty: dict[str, Any] = {
        "visit": None,
        "depot": None,
        "parts": {},
        "loaded": {},
        "tools_loaded": [],
    }
    stops = [
        {**empty, **figures, **moment, "kind": "pickup", "depot": "d1", "location": "home"},
        {**empty, **figures, **moment, "kind": "visit", "visit": "v1", "location": "home"},
        {**empty, **figures, **moment, "kind": "break", "location": None},
    ]
    route: dict[str, Any] = {
        "shift": "s1",
        "engineer": "e1",
        "start": EIGHT,
        "end": FIVE,
        "stops": stops,
    }
    route |= {"travel_back_s": 0, "travel_back_m": 0, "working_time_s": 1, "overtime_s": 0}
    document["current_plan"] = {
        "status": "feasible",
        "cost": {"total": 0},
        "kpis": {},
        "routes": [route],
        "unassigned": [],
        "travel": {"source": "haversine"},
        "run": {"seed": 1},
    }
    plan = parse_case(json.dumps(document)).current_plan
    assert plan is not None
    (known,) = plan.routes
    assert [stop.kind for stop in known.stops] == [
        StopKind.PICKUP,
        StopKind.VISIT,
        StopKind.BREAK,
    ]
    assert known.stops[1].finish == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert plan.route_of("s1") is known
    assert plan.route_of("s2") is None


def test_short_form_of_a_stop_is_a_visit_with_its_start() -> None:
    """The contract's example: visit and start, nothing else."""
    document = smallest()
    stop = {"visit": "v1", "start": EIGHT}
    document["current_plan"] = {"routes": [{"shift": "s1", "stops": [stop]}]}
    plan = parse_case(json.dumps(document)).current_plan
    assert plan is not None
    (stop_read,) = plan.routes[0].stops
    assert (stop_read.kind, stop_read.visit, stop_read.finish) == (StopKind.VISIT, "v1", None)


def test_crew_may_stand_in_as_many_routes_as_it_has_members() -> None:
    """A crew of one in two routes is refused, a crew of two is not."""
    document = smallest()
    second = {"id": "s2", "start": EIGHT, "end": FIVE, "start_location": "home"}
    document["engineers"].append({"id": "e2", "shifts": [second]})
    stop = {"visit": "v1", "start": EIGHT}
    routes = [{"shift": "s1", "stops": [stop]}, {"shift": "s2", "stops": [stop]}]
    document["current_plan"] = {"routes": routes}
    with pytest.raises(InputError, match="/current_plan/routes/1/stops/0/visit"):
        parse_case(json.dumps(document))
    document["visits"][0]["crew_size"] = 2
    parse_case(json.dumps(document))


def test_null_in_a_matrix_is_a_pair_without_a_way() -> None:
    """Unreachable both in seconds and metres, and without distance_m ways have no length."""
    document = smallest()
    document["locations"] = [{"id": "home"}, {"id": "site"}]
    matrix = {"locations": ["site", "home"], "duration_s": [[0, None], [60.0, 0]]}
    document["travel"] = {"source": "matrix", "matrix": matrix}
    given = parse_case(json.dumps(document)).travel.matrix
    assert given is not None
    assert np.array_equal(given.duration_s, [[0, -1], [60, 0]])
    assert np.array_equal(given.distance_m, [[0, -1], [0, 0]])


def test_matrix_beside_another_source_is_checked_and_kept() -> None:
    """The example of the contract has both; only its use depends on the source."""
    document = smallest()
    matrix = {"locations": ["home"], "duration_s": [[0]], "distance_m": [[0]]}
    document["travel"] = {"source": "haversine", "matrix": matrix}
    assert parse_case(json.dumps(document)).travel.matrix is not None
    matrix["duration_s"] = [[1]]
    with pytest.raises(InputError, match="/travel/matrix/duration_s/0/0"):
        parse_case(json.dumps(document))


def test_windows_outside_the_planning_window_and_parts_nowhere_in_stock_are_fine() -> None:
    """Such a visit cannot be planned, which is for the explanation to say, not the parser."""
    document = smallest()
    old = {"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}
    document["visits"][0] |= {"time_windows": [old], "parts": {"P-unheard-of": 2}, "crew_size": 9}
    (visit,) = parse_case(json.dumps(document)).visits
    assert visit.time_windows[0].length == timedelta(days=1)


def test_touching_shifts_and_a_break_that_only_touches_its_shift_are_fine() -> None:
    """Both ends of every window belong to it: the boundary is allowed, a second more is not."""
    document = smallest()
    (first,) = document["engineers"][0]["shifts"]
    late = {"id": "s2", "start": FIVE, "end": "2026-11-23T20:00:00Z", "start_location": "home"}
    document["engineers"][0]["shifts"].append(late)
    first["breaks"] = [{"earliest": FIVE, "latest": FIVE, "duration": "PT1S"}]
    parse_case(json.dumps(document))
    late["start"] = "2026-11-23T16:59:59Z"
    first["breaks"][0] |= {"earliest": "2026-11-23T17:00:01Z", "latest": "2026-11-23T17:00:01Z"}
    with pytest.raises(InputError) as caught:
        parse_case(json.dumps(document))
    assert {issue.pointer for issue in caught.value.issues} == {
        "/engineers/0/shifts/1/start",
        "/engineers/0/shifts/0/breaks/0/earliest",
    }


def test_overtime_of_a_shift_counts_against_the_next_one() -> None:
    """Nobody can be on overtime and on the next shift at once."""
    document = smallest()
    document["engineers"][0]["shifts"][0]["overtime_end"] = "2026-11-23T19:00:00Z"
    late = {
        "id": "s2",
        "start": "2026-11-23T18:00:00Z",
        "end": "2026-11-23T20:00:00Z",
        "start_location": "home",
    }
    document["engineers"][0]["shifts"].append(late)
    with pytest.raises(InputError, match="/engineers/0/shifts/1/start"):
        parse_case(json.dumps(document))


def test_speed_by_hour_is_keyed_by_the_hour() -> None:
    """Rush hour at 25 km/h, the rest at the general speed."""
    document = smallest()
    document["travel"] = {"speed_by_hour": {"7": 25, "17": 20.5}}
    assert parse_case(json.dumps(document)).travel.speed_by_hour == {7: 25.0, 17: 20.5}
