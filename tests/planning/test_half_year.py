"""The half-year of maintenance in small worlds: tolerances, chains, notices, what levelling buys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain import Equipment, EquipmentType, Grade, RequiredSkill
from dispatch.domain.working_days import WorkingDays
from dispatch.planning.half_year import Calendar, HalfYear, Member, capacity_of
from dispatch.planning.half_year_check import check_calendar
from dispatch.planning.half_year_compare import compare_ways, find_slips
from dispatch.planning.half_year_level import level_half_year, rounds_of

MONDAY = date(2026, 6, 1)
DAY = timedelta(days=1)
UPS = EquipmentType("ups", "UPS", "UPS", timedelta(hours=1), (RequiredSkill("ups", 1),))
WEEKDAYS = WorkingDays(country=None)


def piece(id: str, last: date, grade: Grade = Grade.KEY, site: str = "s1") -> Equipment:
    """A UPS that was maintained last on a day."""
    return Equipment(id, site, "ups", grade, date(2020, 1, 1), last_maintenance=last)


def half(*pieces: Equipment, weeks: int = 26, **changes: object) -> HalfYear:
    """A half-year from Monday 1 June 2026 on, one engineer, one territory."""
    sites = {one.site: "west" for one in pieces}
    team = (Member("e1", "west", frozenset({"ups"})),)
    made = HalfYear(MONDAY, MONDAY, weeks, pieces, {"ups": UPS}, sites, team, WEEKDAYS)
    return replace(made, **changes)  # type: ignore[arg-type]


def levelled(world: HalfYear) -> Calendar:
    """A checked calendar."""
    made = level_half_year(world, time_limit_s=4)
    assert check_calendar(world, made) == []
    return made


def test_a_quarterly_round_comes_again_from_the_day_it_is_done() -> None:
    """Due on 15 June; done on any day of its tolerance, the next is due three months from then."""
    made = levelled(half(piece("a", date(2026, 3, 15))))
    first, second = sorted(made.rounds, key=lambda one: one.nth)
    assert first.due == date(2026, 6, 15)
    assert abs(first.day - first.due) <= 7 * DAY
    assert second.due == date(2026, first.day.month + 3, first.day.day)
    assert second.id == f"maintenance-a-after-{first.day:%Y%m%d}"
    assert first.id == "maintenance-a-after-20260315"


def test_six_pieces_due_on_one_day_spread_over_their_weeks() -> None:
    """General pieces may be moved by 14 days: six hours in five weeks, so two in one week."""
    pieces = [piece(f"g{i}", date(2026, 1, 15), Grade.GENERAL, f"s{i}") for i in range(6)]
    world = half(*pieces, weeks=9)
    made = levelled(world)
    assert made.peak == 120
    assert made.peak_bound == 72
    ways = {way.name: way for way in compare_ways(world, made)}
    assert ways["due_date"].peak == 360
    assert ways["overdue"].late == 6
    assert ways["levelled"].late == ways["levelled"].early == 0


def test_the_days_of_one_site_in_one_week_become_one_day() -> None:
    """Two pieces at one site, due on Tuesday and on Thursday of one week: one journey."""
    made = levelled(half(piece("a", date(2026, 3, 2)), piece("b", date(2026, 3, 4)), weeks=1))
    assert len(made.rounds) == 2
    assert len({one.day for one in made.rounds}) == 1


def test_nobody_is_told_too_late_of_a_day_pulled_forward() -> None:
    """Due on 5 July, told from 5 June on: today, 1 June, no day before 1 July can be promised."""
    made = levelled(half(piece("a", date(2026, 1, 5), Grade.GENERAL), weeks=8))
    assert made.rounds[0].day >= date(2026, 7, 1)
    assert made.rounds[0].notify_on == made.rounds[0].day - 30 * DAY


def test_what_is_overdue_comes_in_the_first_two_weeks() -> None:
    """Due on 1 February with a week of tolerance: done by 14 June."""
    made = levelled(half(piece("a", date(2025, 11, 1)), weeks=6))
    assert made.rounds[0].overdue
    assert MONDAY <= made.rounds[0].day <= MONDAY + 13 * DAY


def test_capacity_is_what_corrective_work_and_roads_leave() -> None:
    """480 min less a quarter on the road is 360; 100 of them go to repairs, 260 on five days."""
    world = half(piece("a", date(2026, 3, 15)), corrective={("west", ""): 100.0})
    assert capacity_of(world)["west", ""][:2] == (1300, 1300)
    assert capacity_of(world, 1.2)["west", ""][0] == 1200
    assert capacity_of(world)["west", "ups"][0] == 1800


def test_what_slips_when_repairs_grow() -> None:
    """Two hours in the one week of both rounds, then a growth that leaves an hour and a half."""
    pieces = [piece(f"k{i}", date(2026, 3, 4), site=f"s{i}") for i in range(2)]
    world = half(*pieces, weeks=1, corrective={("west", ""): 336.0})
    made = levelled(replace(world))
    assert made.peak == 120
    slips = find_slips(world, made, 1.0179)
    assert len(slips.left) == 1
    assert slips.over == 120 - 89
    assert find_slips(world, made, 1.0).left == ()


def test_the_checker_sees_what_is_wrong() -> None:
    """A day outside the tolerance, a round that is missing, a peak that is not true."""
    world = half(piece("a", date(2026, 3, 15)), weeks=8)
    made = levelled(world)
    far = replace(made.rounds[0], day=date(2026, 7, 20), notify_on=date(2026, 6, 20))
    assert any(
        "more than 7 days" in one for one in check_calendar(world, replace(made, rounds=(far,)))
    )
    missing = check_calendar(world, replace(made, rounds=(), peak=0, peak_bound=0, mean=0.0))
    assert missing == ["a: the round due on 2026-06-15 is missing"]
    assert any(one.startswith("peak") for one in check_calendar(world, replace(made, peak=1)))
    sunday = replace(made.rounds[0], day=date(2026, 6, 14), notify_on=MONDAY)
    wrong = check_calendar(world, replace(made, rounds=(sunday,)))
    assert any("no working day" in one for one in wrong)


def test_a_half_year_begins_on_a_monday() -> None:
    """Weeks are calendar weeks."""
    with pytest.raises(Exception, match="Monday"):
        half(piece("a", date(2026, 3, 15)), start=date(2026, 6, 2))


days = st.integers(-200, -1).map(lambda back: MONDAY + back * DAY)
pieces = st.lists(
    st.tuples(days, st.sampled_from(Grade), st.integers(0, 2)), min_size=1, max_size=8
)


@settings(max_examples=15, deadline=None)
@given(pieces, st.integers(2, 26))
def test_any_calendar_passes_the_independent_checker(
    drawn: list[tuple[date, Grade, int]], weeks: int
) -> None:
    """Whatever the last maintenance was: tolerances hold, nothing is missing, figures are true."""
    world = half(
        *(piece(f"p{i}", last, grade, f"s{site}") for i, (last, grade, site) in enumerate(drawn)),
        weeks=weeks,
    )
    made = level_half_year(world, time_limit_s=2)
    assert check_calendar(world, made) == []
    if made.rounds:
        assert len(made.rounds) >= len([c for c in rounds_of(world) if c.first.latest <= world.end])
