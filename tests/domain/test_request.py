"""The life cycle of a request, and the clocks that follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.clock import ClockKind, ClockState, PauseReason
from dispatch.domain.contract import Contract
from dispatch.domain.policy import default_policies
from dispatch.domain.request import TRANSITIONS, Request, RequestState, Stage, Step
from dispatch.domain.severity import Severity
from dispatch.domain.sla import arrival_terms, sla_of
from dispatch.errors import TransitionRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)
PLATINUM = Contract("c-1", "湛江医院", default_policies()["platinum"], monthly_fee=2_000_000)
S = RequestState


def after(minutes: int) -> datetime:
    """So many minutes after Monday 08:00."""
    return MORNING + timedelta(minutes=minutes)


def fault(severity: Severity = Severity.CRITICAL) -> Request:
    """A fault reported on Monday at 08:00."""
    return Request("r-1", "s-1", severity, MORNING)


def test_the_long_way_from_report_to_confirmation() -> None:
    """Every stage of an ordinary life, each with its time."""
    request = fault()
    steps = (
        Step.ACKNOWLEDGE,
        Step.DIAGNOSE,
        Step.SCHEDULE,
        Step.DISPATCH,
        Step.SET_OUT,
        Step.ARRIVE,
        Step.FIX,
        Step.CONFIRM,
    )
    for minutes, step in enumerate(steps, start=1):
        request = request.take(step, after(minutes))
    assert request.state is S.CONFIRMED
    assert request.since(S.ARRIVED) == after(6)
    assert [stage.inferred for stage in request.stages] == [False] * 8


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("state", list(RequestState))
def test_a_step_is_possible_exactly_where_the_table_says(step: Step, state: RequestState) -> None:
    """Anything else is refused with the name of the step and of the state."""
    request = fault() if state is S.REPORTED else replace(fault(), stages=(stage_in(state),))
    origins, target = TRANSITIONS[step]
    if state in origins:
        assert request.take(step, after(1)).state is target
    else:
        with pytest.raises(TransitionRefused, match=f"{step} is not possible in state {state}"):
            request.take(step, after(1))


def stage_in(state: RequestState) -> Stage:
    """The stage of a request that is in a state since 08:00."""
    return Stage(state, MORNING)


def test_confirmed_and_cancelled_are_the_end() -> None:
    """No step leads out of them, and every other state has one."""
    leaving = {state for origins, _ in TRANSITIONS.values() for state in origins}
    assert set(S) - leaving == {S.CONFIRMED, S.CANCELLED}


def test_an_engineer_who_leaves_without_a_repair_needs_another_visit() -> None:
    """Arrived and not fixed: the request is diagnosed again, and the first arrival counts."""
    request = fault().advance(S.ARRIVED, after(50)).take(Step.LEAVE_UNFIXED, after(90))
    assert request.state is S.DIAGNOSED
    again = request.advance(S.ARRIVED, after(300))
    assert again.since(S.ARRIVED) == after(50)
    assert again.last_into(S.ARRIVED) == after(300)


def test_an_arrival_out_of_the_blue_infers_the_steps_before_it() -> None:
    """A phone that was offline reports the arrival first; nothing is lost."""
    request = fault().take(Step.ACKNOWLEDGE, after(5)).advance(S.ARRIVED, after(50))
    told = {stage.state: stage.inferred for stage in request.stages}
    assert told == {
        S.ACKNOWLEDGED: False,
        S.SCHEDULED: True,
        S.DISPATCHED: True,
        S.EN_ROUTE: True,
        S.ARRIVED: False,
    }


def test_the_same_state_twice_changes_nothing_and_backwards_is_refused() -> None:
    """Arriving twice is one arrival; from fixed there is no way forward to en route."""
    request = fault().advance(S.FIXED, after(60))
    assert request.advance(S.FIXED, after(70)) is request
    with pytest.raises(TransitionRefused, match="no way forward from state fixed to en_route"):
        request.advance(S.EN_ROUTE, after(80))


def test_time_does_not_run_backwards() -> None:
    """A step before the last change is refused; one at the same instant is not."""
    request = fault().take(Step.ACKNOWLEDGE, after(10))
    assert request.take(Step.DIAGNOSE, after(10)).state is S.DIAGNOSED
    with pytest.raises(TransitionRefused, match="not before"):
        request.take(Step.DIAGNOSE, after(9))


def test_a_pause_lies_over_the_state_and_ends_with_it() -> None:
    """Paused twice is refused, resumed twice too; cancelling ends the pause."""
    waiting = fault().pause(PauseReason.CUSTOMER_UNAVAILABLE, after(10))
    assert waiting.state is S.REPORTED
    assert waiting.paused is not None
    with pytest.raises(TransitionRefused, match="paused already"):
        waiting.pause(PauseReason.PART_ON_ITS_WAY, after(11))
    resumed = waiting.resume(after(20))
    assert resumed.paused is None
    with pytest.raises(TransitionRefused, match="paused request"):
        resumed.resume(after(30))
    with pytest.raises(TransitionRefused, match="not before"):
        waiting.resume(after(9))
    cancelled = waiting.take(Step.CANCEL, after(15))
    assert cancelled.pauses[0].end == after(15)
    with pytest.raises(TransitionRefused, match="open request"):
        cancelled.pause(PauseReason.CUSTOMER_UNAVAILABLE, after(16))


def test_the_arrival_clock_of_a_platinum_critical_fault_runs_out_after_an_hour() -> None:
    """Reported at 08:00, arrive by 09:00, at 10 % of 20,000.00 and 200.00 an hour."""
    terms = arrival_terms(fault(), PLATINUM, after(10))
    assert terms is not None
    assert terms.arrive_by == after(60)
    assert (terms.breach_fee, terms.lateness_per_hour) == (200_000, 20_000)


def test_a_pause_of_twenty_minutes_moves_the_arrival() -> None:
    """Nobody is in from 08:10 to 08:30, so 09:20 is in time."""
    request = fault().pause(PauseReason.CUSTOMER_UNAVAILABLE, after(10)).resume(after(30))
    terms = arrival_terms(request, PLATINUM, after(30))
    assert terms is not None
    assert terms.arrive_by == after(80)


def test_no_arrival_is_promised_for_a_consultation_nor_again_after_one() -> None:
    """Neither has terms for the planner."""
    assert arrival_terms(fault(Severity.CONSULTATION), PLATINUM, after(1)) is None
    again = fault().advance(S.ARRIVED, after(30)).take(Step.LEAVE_UNFIXED, after(60))
    assert arrival_terms(again, PLATINUM, after(61)) is None


def states(request: Request, minutes: int) -> dict[ClockKind, ClockState]:
    """How the clocks of a platinum request stand."""
    readings = sla_of(request, PLATINUM).readings(after(minutes))
    return {reading.kind: reading.state for reading in readings}


def test_each_clock_stops_with_its_own_event() -> None:
    """Acknowledged in time, arrived a minute late, fixed the same day."""
    request = fault().take(Step.ACKNOWLEDGE, after(30)).advance(S.ARRIVED, after(61))
    assert states(request.take(Step.FIX, after(120)), 200) == {
        ClockKind.ACKNOWLEDGE: ClockState.MET,
        ClockKind.ARRIVE: ClockState.BREACHED,
        ClockKind.FIX: ClockState.MET,
    }


def test_solved_on_the_telephone_means_fixed_without_an_arrival() -> None:
    """The arrival falls away; if it does not hold and is reopened, it is owed again."""
    request = fault().take(Step.ACKNOWLEDGE, after(5)).take(Step.RESOLVE_REMOTELY, after(20))
    assert states(request, 30)[ClockKind.ARRIVE] is ClockState.WAIVED
    assert states(request, 30)[ClockKind.FIX] is ClockState.MET
    reopened = request.take(Step.REOPEN, after(40))
    assert states(reopened, 41)[ClockKind.ARRIVE] is ClockState.RUNNING
    assert states(reopened, 61)[ClockKind.ARRIVE] is ClockState.BREACHED


def test_a_cancelled_request_owes_nothing_more() -> None:
    """All open promises fall away; the acknowledgement had been kept."""
    request = fault().take(Step.ACKNOWLEDGE, after(5)).take(Step.CANCEL, after(20))
    assert set(states(request, 500).values()) == {ClockState.MET, ClockState.WAIVED}
    assert sla_of(request, PLATINUM).next_deadline(after(500)) is None


def test_the_clock_of_a_replacement_runs_from_the_finding() -> None:
    """Found at 09:00 on Monday that it has to be replaced: by 09:00 on Tuesday."""
    assert ClockKind.REPLACE not in states(fault(), 0)
    request = replace(fault(), replace_since=after(60))
    clock = sla_of(request, PLATINUM).clock(ClockKind.REPLACE)
    assert clock is not None
    assert clock.deadline(after(61)) == after(60 + 24 * 60)


def test_the_next_deadline_is_the_acknowledgement_first() -> None:
    """Half an hour, then the hour to arrive, then three days to fix."""
    request = fault()
    first = sla_of(request, PLATINUM).next_deadline(after(1))
    assert first is not None
    assert first.kind is ClockKind.ACKNOWLEDGE
    second = sla_of(request.take(Step.ACKNOWLEDGE, after(2)), PLATINUM).next_deadline(after(3))
    assert second is not None
    assert second.kind is ClockKind.ARRIVE
    assert sla_of(request, PLATINUM).is_breached(after(31))
    assert not sla_of(request, PLATINUM).is_breached(after(30))


@given(st.lists(st.sampled_from(list(Step)), max_size=25))
def test_replaying_the_stages_gives_the_same_request(steps: list[Step]) -> None:
    """Whatever was tried, the stages that were written lead to the same state again."""
    request = fault()
    taken: list[Step] = []
    for minutes, step in enumerate(steps, start=1):
        try:
            request = request.take(step, after(minutes))
        except TransitionRefused:
            continue
        taken.append(step)
    replayed = fault()
    for step, stage in zip(taken, request.stages, strict=True):
        replayed = replayed.take(step, stage.at)
    assert replayed == request
