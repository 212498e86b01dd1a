"""Coverage hours, walked on the wall clock and counted in real seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.coverage import CoverageHours
from dispatch.domain.local_time import add_months, instant_at
from dispatch.domain.working_days import BeyondPublished, WorkingDays
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
OFFICE = CoverageHours.office()
HOUR = timedelta(hours=1)
EVERY_DAY = WorkingDays(None, every_day=True)


def shanghai(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """An instant of the wall clock in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_friday_evening_runs_on_monday_morning() -> None:
    """Half an hour is left on Friday at 17:30, so one hour ends on Monday at 09:30."""
    assert OFFICE.after(shanghai(11, 20, 17, 30), HOUR) == shanghai(11, 23, 9, 30)


def test_a_limit_that_fits_exactly_ends_at_closing_time() -> None:
    """One hour from 17:00 is 18:00 of the same day, and one second more is Monday's first."""
    start = shanghai(11, 20, 17)
    assert OFFICE.after(start, HOUR) == shanghai(11, 20, 18)
    assert OFFICE.after(start, HOUR + timedelta(seconds=1)) == shanghai(11, 23, 9) + timedelta(
        seconds=1
    )


def test_coverage_includes_opening_and_excludes_closing() -> None:
    """At 09:00 the clocks run, at 18:00 they do not; nor one second before nine."""
    assert OFFICE.covers(shanghai(11, 23, 9))
    assert not OFFICE.covers(shanghai(11, 23, 9) - timedelta(seconds=1))
    assert not OFFICE.covers(shanghai(11, 23, 18))
    assert OFFICE.covers(shanghai(11, 23, 18) - timedelta(seconds=1))


def test_a_make_up_saturday_is_a_working_day() -> None:
    """2026-02-28 is a Saturday on which China works in lieu of Spring Festival days."""
    assert date(2026, 2, 28).weekday() == 5
    assert OFFICE.after(shanghai(2, 27, 17, 30), HOUR) == shanghai(2, 28, 9, 30)


def test_an_ordinary_saturday_is_not() -> None:
    """A week later Saturday is a day off again."""
    assert OFFICE.after(shanghai(3, 6, 17, 30), HOUR) == shanghai(3, 9, 9, 30)


def test_spring_festival_stops_the_clock_for_nine_days() -> None:
    """From Saturday 14 February 2026 (made up) 17:00, two hours end on Tuesday 24 at 10:00."""
    assert OFFICE.after(shanghai(2, 14, 17), 2 * HOUR) == shanghai(2, 24, 10)
    assert OFFICE.elapsed(shanghai(2, 14, 18), shanghai(2, 24, 9)) == timedelta()


def test_a_national_day_week_counts_only_the_day_before_and_after() -> None:
    """30 September from 16:00 gives 2 h, 8 October until 11:00 another 2 h."""
    assert OFFICE.elapsed(shanghai(9, 30, 16), shanghai(10, 8, 11)) == 4 * HOUR


def test_around_the_clock_is_plain_time() -> None:
    """24x7 knows neither nights nor holidays."""
    always = CoverageHours.always()
    assert always.after(shanghai(2, 17, 3), HOUR) == shanghai(2, 17, 4)
    assert always.is_always
    assert always.covers(shanghai(2, 17, 3))


def test_a_year_not_published_falls_back_to_the_law_and_says_so() -> None:
    """For 2060 nobody knows make-up days; the first of May is a holiday by law all the same."""
    days = WorkingDays("CN")
    assert not days.is_published(date(2060, 4, 30))
    assert not days.is_working_day(date(2060, 5, 1))
    assert days.is_published(date(2026, 4, 30))


def test_a_year_not_published_can_be_refused() -> None:
    """Who asks for certainty gets an error that names the day and the years known."""
    days = WorkingDays("CN", beyond=BeyondPublished.REFUSE)
    with pytest.raises(InputError, match=r"2060-05-04.*2004 to 20"):
        days.is_working_day(date(2060, 5, 4))
    assert days.is_working_day(date(2026, 5, 9))


def test_german_unity_day_is_no_working_day_in_berlin() -> None:
    """3 October 2025 was a Friday and a holiday: one hour from Thursday 17:30 ends on Monday."""
    office = CoverageHours.office("Europe/Berlin", "DE")
    start = datetime(2025, 10, 2, 17, 30, tzinfo=BERLIN)
    assert office.after(start, HOUR) == datetime(2025, 10, 6, 9, 30, tzinfo=BERLIN)


def test_an_unknown_country_is_refused() -> None:
    """A country without a list of holidays is an error, not a country without holidays."""
    with pytest.raises(InputError, match="XX"):
        WorkingDays("XX")


def test_the_night_of_summer_time_has_two_hours_between_one_and_four() -> None:
    """On 2026-03-29 Berlin skips 02:00 to 03:00."""
    start, end = (datetime(2026, 3, 29, hour, tzinfo=BERLIN) for hour in (1, 4))
    assert end - start == 3 * HOUR, "subtraction on the wall clock is what must not be used"
    assert CoverageHours.always().elapsed(start, end) == 2 * HOUR


def test_the_night_of_winter_time_has_four_hours_between_one_and_four() -> None:
    """On 2026-10-25 Berlin shows 02:00 to 03:00 twice."""
    start, end = (datetime(2026, 10, 25, hour, tzinfo=BERLIN) for hour in (1, 4))
    assert CoverageHours.always().elapsed(start, end) == 4 * HOUR
    assert CoverageHours.always().after(start, 2 * HOUR) == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_a_change_of_clocks_over_the_weekend_leaves_office_hours_alone() -> None:
    """Friday 17:30 in Berlin plus one hour is Monday 09:30, in both directions."""
    office = CoverageHours.office("Europe/Berlin", "DE")
    for month, friday in ((3, 27), (10, 23)):
        start = datetime(2026, month, friday, 17, 30, tzinfo=BERLIN)
        monday = datetime(2026, month, friday + 3, 9, 30, tzinfo=BERLIN)
        assert office.after(start, HOUR) == monday


def test_a_friday_transition_changes_the_length_of_the_covered_day() -> None:
    """Amman went to summer time on Friday 2021-03-26 at 00:00 and back on 2021-10-29 at 01:00."""
    whole_day = CoverageHours("Asia/Amman", time(0), time(0), WorkingDays(None))
    amman = ZoneInfo("Asia/Amman")
    for month, day, hours in ((3, 26, 23), (10, 29, 25), (10, 28, 24)):
        start = datetime(2021, month, day, tzinfo=amman)
        assert whole_day.elapsed(start, start + timedelta(days=1)) == hours * HOUR


def test_lord_howe_moves_by_half_an_hour() -> None:
    """On Sunday 2026-10-04 at 02:00 the clock goes to 02:30; on 2026-04-05 back to 01:30."""
    always = CoverageHours.always("Australia/Lord_Howe")
    spring = [datetime(2026, 10, 4, hour, tzinfo=LORD_HOWE) for hour in (1, 4)]
    autumn = [datetime(2026, 4, 5, hour, tzinfo=LORD_HOWE) for hour in (1, 4)]
    assert always.elapsed(*spring) == timedelta(hours=2, minutes=30)
    assert always.elapsed(*autumn) == timedelta(hours=3, minutes=30)


def test_a_skipped_opening_time_opens_at_the_skip() -> None:
    """Lord Howe has no 02:15 on 2026-10-04: the clock jumps at 02:00, which is 15:30 UTC."""
    opening = instant_at(date(2026, 10, 4), time(2, 15), LORD_HOWE)
    assert opening == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_of_two_closing_times_the_last_counts() -> None:
    """Berlin shows 02:30 at 00:30 and at 01:30 UTC on 2026-10-25."""
    day = date(2026, 10, 25)
    assert instant_at(day, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    last = instant_at(day, time(2, 30), BERLIN, last=True)
    assert last == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_that_never_was_covers_nothing() -> None:
    """Samoa went from Thursday 2011-12-29 straight to Saturday: that Friday had no hours."""
    apia = ZoneInfo("Pacific/Apia")
    office = CoverageHours("Pacific/Apia", time(9), time(18), WorkingDays(None))
    start = datetime(2011, 12, 29, 17, 30, tzinfo=apia)
    assert office.after(start, HOUR) == datetime(2012, 1, 2, 9, 30, tzinfo=apia)


def test_hours_must_open_before_they_close() -> None:
    """From 18:00 to 09:00 is refused, and so is one hour without the other."""
    with pytest.raises(InputError, match="after 18:00"):
        CoverageHours(opens=time(18), closes=time(9))
    with pytest.raises(InputError, match="both"):
        CoverageHours(opens=time(9))


def test_an_instant_without_an_offset_is_refused() -> None:
    """Nobody guesses where a clock hangs."""
    with pytest.raises(InputError, match="offset"):
        OFFICE.after(datetime(2026, 11, 20, 9), HOUR)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_calendar_months_clipped(day: date, months: int, expected: date) -> None:
    """A quarter is three calendar months; a day that does not exist becomes the last one."""
    assert add_months(day, months) == expected


ZONES = [
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Dublin",
    "Europe/Chisinau",
    "Europe/Moscow",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/Caracas",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Norfolk",
    "Pacific/Kiritimati",
]
INSTANTS = st.integers(1_704_067_200, 1_924_905_600).map(lambda s: datetime.fromtimestamp(s, UTC))
LIMITS = st.integers(0, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
COVERAGES = st.builds(
    lambda zone, country, opens, length: CoverageHours(
        zone, time(opens), time((opens + length) % 24), WorkingDays(country)
    ),
    st.sampled_from(ZONES),
    st.sampled_from(("CN", "DE", None)),
    st.integers(0, 12),
    st.integers(1, 12),
)


@given(COVERAGES, INSTANTS, LIMITS)
def test_covered_time_up_to_the_deadline_equals_the_limit(
    coverage: CoverageHours, start: datetime, limit: timedelta
) -> None:
    """Walking forth and measuring back agree to the second, in every zone."""
    deadline = coverage.after(start, limit)
    assert coverage.elapsed(start, deadline) == limit
    assert deadline >= start + limit


@given(COVERAGES, INSTANTS, st.integers(0, 5 * 86400), LIMITS)
def test_a_later_start_never_has_an_earlier_deadline(
    coverage: CoverageHours, start: datetime, later: int, limit: timedelta
) -> None:
    """The deadline is monotone in the start."""
    second = start + timedelta(seconds=later)
    assert coverage.after(start, limit) <= coverage.after(second, limit)


def transition_days(zone: str) -> list[date]:
    """The local days from 2024 to 2030 on which a zone's offset changes."""
    clock = ZoneInfo(zone)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(7 * 365 + 1)]
    offsets = [datetime(d.year, d.month, d.day, tzinfo=clock).utcoffset() for d in days]
    return [day for day, now, then in zip(days, offsets, offsets[1:], strict=False) if now != then]


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change_of_the_clocks_real_seconds_are_counted(zone: str) -> None:
    """Covered time from opening to closing is the real time between the two, to the second."""
    clock = ZoneInfo(zone)
    for opens, closes in ((time(0), time(6)), (time(1, 30), time(2, 45)), (time(23), time(0))):
        coverage = CoverageHours(zone, opens, closes, EVERY_DAY)
        for day in transition_days(zone):
            start = instant_at(day, opens, clock)
            next_day = day + timedelta(days=1)
            end = (
                instant_at(next_day, closes, clock)
                if closes == time(0)
                else instant_at(day, closes, clock, last=True)
            )
            covered = coverage.elapsed(start, end)
            assert covered == max(end - start, timedelta())
            if covered:
                assert coverage.after(start, covered) == end
                assert coverage.covers(end - timedelta(seconds=1))
                assert not coverage.covers(end)
