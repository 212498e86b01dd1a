"""Disruptions: what each kind changes in a case, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from dispatch.domain import Case, Depot, Engineer, Location, Shift, TimeWindow, Visit
from dispatch.domain.disruption import Disruption, DisruptionKind, apply_disruptions
from dispatch.domain.shift import Break

DAY = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=8)))


def at(hour: float) -> datetime:
    """A time of the day."""
    return DAY + timedelta(hours=hour)


def world() -> Case:
    """One engineer with a noon break, one depot, one visit of an hour in the morning hours."""
    rest = Break(at(12), at(13), timedelta(minutes=30))
    shift = Shift("e1-day", at(8), at(17), "home", overtime_end=at(19), breaks=(rest,))
    return Case(
        planning_window=TimeWindow(at(0), at(24)),
        locations=(Location("home", 21.0, 110.0), Location("site-s1", 21.0, 110.1)),
        depots=(Depot("d1", "home", stock={"P": 4, "Q": None}),),
        engineers=(Engineer("e1", van_stock={"P": 2}, shifts=(shift,)),),
        visits=(
            Visit("v1", "site-s1", timedelta(hours=1), time_windows=(TimeWindow(at(9), at(15)),)),
        ),
    )


def shifts_after(start: float, until: float | None) -> list[tuple[str, datetime, datetime, int]]:
    """Id, start, limit and number of breaks of what is left of the shift."""
    end = None if until is None else at(until)
    ill = Disruption(DisruptionKind.ENGINEER_ABSENT, "e1", at(start), end)
    (engineer,) = apply_disruptions(world(), [ill]).engineers
    return [(one.id, one.start, one.limit, len(one.breaks)) for one in engineer.shifts]


def test_who_falls_ill_at_ten_works_until_ten() -> None:
    """Without overtime and without the break that would come later."""
    assert shifts_after(10, None) == [("e1-day", at(8), at(10), 0)]


def test_who_is_ill_all_day_has_no_shift() -> None:
    """From before the shift until after it, or for good; an absence that is over changes nothing."""
    assert shifts_after(6, None) == []
    assert shifts_after(8, 20) == []
    assert shifts_after(5, 8) == [("e1-day", at(8), at(19), 1)]
    assert shifts_after(19, None) == [("e1-day", at(8), at(19), 1)]


def test_who_comes_back_has_a_second_shift() -> None:
    """Away from ten to eleven: two shifts, the second one with the break and the overtime."""
    assert shifts_after(10, 11) == [
        ("e1-day", at(8), at(10), 0),
        ("e1-day-back", at(11), at(19), 1),
    ]
    assert shifts_after(6, 11) == [("e1-day", at(11), at(19), 1)]


def test_a_broken_van_is_an_absent_engineer() -> None:
    """Without a van there are neither parts nor ways."""
    broken = Disruption(DisruptionKind.VAN_BROKEN_DOWN, "e1", at(10))
    ill = Disruption(DisruptionKind.ENGINEER_ABSENT, "e1", at(10))
    assert apply_disruptions(world(), [broken]) == apply_disruptions(world(), [ill])


def test_missing_parts_are_missing_where_they_should_be() -> None:
    """Never below none, and what is without limit stays so."""
    gone = Disruption(DisruptionKind.PART_MISSING, "d1", at(8), parts={"P": 3, "Q": 3, "R": 1})
    case = apply_disruptions(world(), [gone, gone])
    assert case.depots[0].stock == {"P": 0, "Q": None, "R": 0}
    van = replace(gone, subject="e1", parts={"P": 1})
    assert apply_disruptions(world(), [van]).engineers[0].van_stock == {"P": 1}


def test_an_overrun_makes_one_visit_longer() -> None:
    """By two hours, and only that one."""
    late = Disruption(DisruptionKind.VISIT_OVERRUN, "v1", at(9), extra=timedelta(hours=2))
    assert apply_disruptions(world(), [late]).visits[0].duration == timedelta(hours=3)
    other = replace(late, subject="v2")
    assert apply_disruptions(world(), [other]) == world()


def test_a_closed_site_is_left_before_and_entered_after() -> None:
    """Closed from eleven to one: an hour of work starts by ten, or from one on."""
    closed = Disruption(DisruptionKind.SITE_CLOSED, "site-s1", at(11), at(13))
    windows = apply_disruptions(world(), [closed]).visits[0].time_windows
    assert windows == (TimeWindow(at(9), at(10)), TimeWindow(at(13), at(15)))
    all_day = Disruption(DisruptionKind.SITE_CLOSED, "site-s1", at(8))
    (window,) = apply_disruptions(world(), [all_day]).visits[0].time_windows
    assert window.end < at(0)
