"""The clocks of a contract: deadlines, pauses, states and the price of a breach."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.clock import (
    Clock,
    ClockKind,
    ClockState,
    ClockTerms,
    Pause,
    PauseReason,
)
from dispatch.domain.contract import BreachPrice, Contract
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.policy import default_policies, policy_from_mapping, policy_to_mapping
from dispatch.domain.severity import Severity
from dispatch.domain.visit import Priority
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
AWAY = PauseReason.CUSTOMER_UNAVAILABLE
PART = PauseReason.PART_ON_ITS_WAY


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant in November 2026 in Shanghai; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def office_clock(
    *pauses: Pause, limit: timedelta = 2 * HOUR, start: datetime | None = None
) -> Clock:
    """An arrival clock of two office hours from Friday 16:30 that stops while nobody is in."""
    terms = ClockTerms(limit, CoverageHours.office(), frozenset({AWAY}))
    return Clock(ClockKind.ARRIVE, terms, start or at(20, 16, 30), pauses=pauses)


def test_without_a_pause_the_rest_runs_on_monday() -> None:
    """Friday 16:30 to 18:00 is an hour and a half; the last half hour ends Monday 09:30."""
    assert office_clock().deadline(at(20, 17)) == at(23, 9, 30)


def test_a_pause_that_spans_the_weekend_costs_only_its_office_hours() -> None:
    """Half an hour used, pause Friday 17:00 to Monday 10:00, so 90 minutes are left: 11:30."""
    clock = office_clock(Pause(AWAY, at(20, 17), at(23, 10)))
    assert clock.deadline(at(23, 11)) == at(23, 11, 30)
    assert clock.used(at(23, 11)) == timedelta(minutes=90)


def test_a_pause_on_a_night_changes_nothing() -> None:
    """Nobody's clock runs on Friday night anyway."""
    clock = office_clock(Pause(AWAY, at(20, 19), at(21, 8)))
    assert clock.deadline(at(23, 8)) == at(23, 9, 30)


def test_overlapping_pauses_count_once() -> None:
    """17:00 to 17:20 and 17:10 to 17:30 is half an hour of pause, so the end moves to 10:00."""
    pauses = (Pause(AWAY, at(20, 17, 10), at(20, 17, 30)), Pause(AWAY, at(20, 17), at(20, 17, 20)))
    assert office_clock(*pauses).deadline(at(23, 9)) == at(23, 10)


def test_a_pause_the_contract_does_not_know_is_ignored() -> None:
    """Waiting for a part stops nothing unless the contract says so."""
    assert office_clock(Pause(PART, at(20, 17), at(23, 10))).deadline(at(23, 12)) == at(23, 9, 30)


def test_a_lasting_pause_moves_the_deadline_with_the_present() -> None:
    """As of Friday 17:30 the pause has lasted 30 minutes: 09:30 becomes 10:00."""
    clock = office_clock(Pause(AWAY, at(20, 17)))
    reading = clock.reading(at(20, 17, 30))
    assert reading.state is ClockState.PAUSED
    assert reading.deadline == at(23, 10)
    assert reading.used == timedelta(minutes=30)
    assert not reading.ticking


def test_a_pause_after_the_limit_does_not_heal_a_breach() -> None:
    """The two hours were over on Monday 09:30; a pause from 10:00 on comes too late."""
    clock = office_clock(Pause(AWAY, at(23, 10)))
    assert clock.reading(at(23, 11)).state is ClockState.BREACHED
    assert clock.reading(at(23, 11)).deadline == at(23, 9, 30)


def test_a_pause_begins_at_its_start_and_is_over_at_its_end() -> None:
    """Paused at 17:00 sharp, running again at 17:30 sharp."""
    clock = office_clock(Pause(AWAY, at(20, 17), at(20, 17, 30)))
    second = timedelta(seconds=1)
    states = [
        clock.reading(instant).state
        for instant in (at(20, 17) - second, at(20, 17), at(20, 17, 30) - second, at(20, 17, 30))
    ]
    running, paused = ClockState.RUNNING, ClockState.PAUSED
    assert states == [running, paused, paused, running]


def test_arriving_at_the_deadline_keeps_the_promise_and_a_second_later_breaks_it() -> None:
    """The deadline itself is still in time."""
    deadline = at(23, 9, 30)
    kept = replace(office_clock(), stopped=deadline)
    broken = replace(office_clock(), stopped=deadline + timedelta(seconds=1))
    assert kept.reading(at(25)).state is ClockState.MET
    assert kept.reading(at(25)).alert == 100
    assert broken.reading(at(25)).state is ClockState.BREACHED
    assert broken.reading(at(25)).remaining == timedelta(seconds=-1)


def test_an_open_clock_is_breached_only_after_its_deadline() -> None:
    """At 09:30 it still runs with nothing left; one second later it is broken."""
    assert office_clock().reading(at(23, 9, 30)).state is ClockState.RUNNING
    late = office_clock().reading(at(23, 9, 30) + timedelta(seconds=1))
    assert late.state is ClockState.BREACHED
    assert late.ticking


@pytest.mark.parametrize(
    ("hour", "minute", "alert", "share"),
    [(16, 30, 0, 0.0), (17, 29, 0, 59 / 120), (17, 30, 50, 0.5), (18, 5, 50, 0.75)],
)
def test_alerts_are_raised_at_half_the_time(
    hour: int, minute: int, alert: int, share: float
) -> None:
    """Half of two hours is gone at 17:30; after closing time nothing more goes."""
    reading = office_clock().reading(at(20, hour, minute))
    assert (reading.alert, reading.share) == (alert, share)


def test_alerts_are_raised_at_eighty_and_a_hundred_percent() -> None:
    """96 of 120 minutes are gone on Monday at 09:06, all of them at 09:30."""
    assert office_clock().reading(at(23, 9, 5)).alert == 50
    assert office_clock().reading(at(23, 9, 6)).alert == 80
    assert office_clock().reading(at(23, 9, 30)).alert == 100


def test_a_clock_at_night_is_running_but_does_not_tick() -> None:
    """On Saturday the promise stands and no time goes by."""
    reading = office_clock().reading(at(21, 12))
    assert (reading.state, reading.ticking) == (ClockState.RUNNING, False)


def test_a_waived_promise_is_neither_kept_nor_broken() -> None:
    """Cancelled in time: waived. Cancelled after the deadline: it had been broken before."""
    assert replace(office_clock(), waived=at(20, 17)).reading(at(25)).state is ClockState.WAIVED
    assert replace(office_clock(), waived=at(24)).reading(at(25)).state is ClockState.BREACHED


def test_a_reading_of_the_past_does_not_know_the_future() -> None:
    """Read before the arrival, the clock still runs."""
    clock = replace(office_clock(), stopped=at(20, 17, 30))
    assert clock.reading(at(20, 17)).state is ClockState.RUNNING
    assert clock.reading(at(20, 17)).stopped is None
    assert clock.reading(at(20, 18)).state is ClockState.MET


def test_a_pause_cannot_end_before_it_starts() -> None:
    """Nine o'clock until eight o'clock is refused."""
    with pytest.raises(InputError, match="not before"):
        Pause(AWAY, at(20, 9), at(20, 8))


PLATINUM = default_policies()["platinum"]
STANDARD = default_policies()["standard"]


@pytest.mark.parametrize(
    ("policy", "kind", "severity", "limit"),
    [
        (PLATINUM, ClockKind.ACKNOWLEDGE, Severity.CRITICAL, timedelta(minutes=30)),
        (STANDARD, ClockKind.ACKNOWLEDGE, Severity.CONSULTATION, HOUR),
        (PLATINUM, ClockKind.ARRIVE, Severity.CRITICAL, HOUR),
        (PLATINUM, ClockKind.ARRIVE, Severity.MAJOR, 2 * HOUR),
        (PLATINUM, ClockKind.ARRIVE, Severity.MINOR, 24 * HOUR),
        (STANDARD, ClockKind.ARRIVE, Severity.CRITICAL, 24 * HOUR),
        (STANDARD, ClockKind.ARRIVE, Severity.MAJOR, 24 * HOUR),
        (STANDARD, ClockKind.ARRIVE, Severity.MINOR, 72 * HOUR),
        (PLATINUM, ClockKind.REPLACE, Severity.MAJOR, 24 * HOUR),
        (STANDARD, ClockKind.REPLACE, Severity.MAJOR, 72 * HOUR),
        (PLATINUM, ClockKind.FIX, Severity.MINOR, timedelta(days=3)),
        (STANDARD, ClockKind.COMPLAINT_CONTACT, Severity.MINOR, 4 * HOUR),
        (STANDARD, ClockKind.COMPLAINT_PROPOSAL, Severity.MINOR, 24 * HOUR),
        (STANDARD, ClockKind.COMPLAINT_DONE, Severity.MINOR, timedelta(days=2)),
    ],
)
def test_the_default_policies_are_the_table_of_the_brief(
    policy: object, kind: ClockKind, severity: Severity, limit: timedelta
) -> None:
    """Every figure of the table, clock by clock."""
    terms = policy.clock_terms(kind, severity)  # type: ignore[attr-defined]
    assert terms is not None
    assert terms.limit == limit


def test_a_consultation_promises_no_arrival() -> None:
    """Nobody drives to answer a question."""
    assert PLATINUM.clock_terms(ClockKind.ARRIVE, Severity.CONSULTATION) is None


def test_a_complaint_is_closed_within_five_working_days() -> None:
    """Raised on Friday 20 November at 10:00, closed by Friday 27 at 10:00."""
    terms = STANDARD.clock_terms(ClockKind.COMPLAINT_CLOSED, Severity.MINOR)
    assert terms is not None
    assert Clock(ClockKind.COMPLAINT_CLOSED, terms, at(20, 10)).deadline(at(20, 10)) == at(27, 10)


def test_only_the_standard_contract_pauses_for_a_part() -> None:
    """Platinum runs on while a part is on its way; both wait for an absent customer."""
    assert PART in STANDARD.stops_for
    assert PART not in PLATINUM.stops_for
    assert AWAY in STANDARD.stops_for & PLATINUM.stops_for


def test_policies_survive_the_way_through_json() -> None:
    """What is written can be read, and is the same policy."""
    for name, policy in default_policies().items():
        assert policy_from_mapping(name, policy_to_mapping(policy)) == policy


def test_a_policy_without_a_severity_is_refused() -> None:
    """Every severity needs terms, even if they promise nothing."""
    data = policy_to_mapping(PLATINUM)
    del data["severities"]["minor"]
    with pytest.raises(InputError, match="minor"):
        policy_from_mapping("half", data)


@pytest.mark.parametrize(
    "wrong", [{"tier": "urgent"}, {"limits": {"arrive": "1 h"}}, {"limits": 3}]
)
def test_a_malformed_policy_is_refused(wrong: dict[str, object]) -> None:
    """An unknown tier, a duration in words and a number instead of limits."""
    data = policy_to_mapping(PLATINUM)
    data["severities"]["minor"].update(wrong)
    with pytest.raises(InputError):
        policy_from_mapping("odd", data)


def test_a_breach_costs_its_share_of_the_fee_and_free_visits() -> None:
    """5 % of 12,345.50 is 617.275, rounded half up to 617.28; two visits at 300 come on top."""
    assert BreachPrice(5, 0, 0).fee(1_234_550, 30_000) == 61_728
    assert BreachPrice(5, 2, 0).fee(1_234_550, 30_000) == 121_728


def test_a_key_account_is_served_one_tier_earlier_but_never_mandatory() -> None:
    """Normal becomes high and low becomes normal; high stays high."""
    plain = Contract("c", "客户", STANDARD, monthly_fee=100_000)
    key = replace(plain, key_account=True)
    assert plain.tier(Severity.MINOR) is Priority.NORMAL
    assert key.tier(Severity.MINOR) is Priority.HIGH
    assert key.tier(Severity.CONSULTATION) is Priority.NORMAL
    assert key.tier(Severity.CRITICAL) is Priority.HIGH
    assert plain.breach_fee(Severity.CRITICAL) == 5_000


SECONDS = st.integers(0, 10 * 86400)
PAUSES = st.lists(
    st.tuples(st.sampled_from(list(PauseReason)), SECONDS, st.integers(0, 4 * 86400)), max_size=4
)


@given(SECONDS, PAUSES, st.integers(0, 30 * 3600))
def test_at_its_deadline_a_clock_has_used_exactly_its_limit(
    offset: int, drawn: list[tuple[PauseReason, int, int]], seconds: int
) -> None:
    """Whatever the pauses, covered time without them up to the deadline is the limit."""
    monday = at(16)
    pauses = [
        Pause(reason, monday + timedelta(seconds=begin), monday + timedelta(seconds=begin + length))
        for reason, begin, length in drawn
    ]
    limit = timedelta(seconds=seconds)
    clock = office_clock(*pauses, limit=limit, start=monday + timedelta(seconds=offset))
    deadline = clock.deadline(at(30))
    assert clock.used(deadline) == limit
    bare = office_clock(limit=limit, start=clock.started)
    assert deadline >= bare.deadline(at(30))
