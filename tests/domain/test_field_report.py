"""Reports from the field as a set: any order, doubled, from phones with wrong clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.field_report import FieldReport, ReportKind, course_of, in_order
from dispatch.domain.request import Request, RequestState, Stage, Step
from dispatch.domain.request_history import retell
from dispatch.domain.request_work import remaining_work
from dispatch.domain.severity import Severity
from dispatch.domain.work import Work

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EVENING = NINE + timedelta(hours=9)
K = ReportKind


def at(minute: int) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minute)


def told(kind: ReportKind, minute: int, seq: int | None = None, id: str = "") -> FieldReport:
    """A report that reached the server in the evening."""
    name = id or f"{kind}-{minute}"
    return FieldReport(name, kind, at(minute), EVENING, "phone", 0, seq)


WHOLE = (
    told(K.EN_ROUTE, 0),
    told(K.ARRIVED, 20),
    told(K.STARTED, 25),
    told(K.FINISHED, 85),
)


def test_a_whole_visit() -> None:
    """Each step has its own time."""
    course = course_of(WHOLE)
    assert course.state == "finished"
    times = (course.en_route_at, course.arrived_at, course.started_at, course.ended_at)
    assert times == (at(0), at(20), at(25), at(85))


def test_what_nobody_told_is_taken_with_the_next_step() -> None:
    """Of a visit that is only told to be finished, arrival and start are the finish."""
    course = course_of([told(K.FINISHED, 85)])
    assert (course.en_route_at, course.arrived_at, course.started_at) == (None, at(85), at(85))


def test_a_clock_that_was_set_back_overtakes_nothing() -> None:
    """The phone counts its reports, so the finish told after an hour's jump back comes last."""
    reports = [told(K.STARTED, 60, seq=1), told(K.COULD_NOT_FINISH, 70, seq=2)]
    reports.append(told(K.FINISHED, 20, seq=3))
    course = course_of(reports)
    assert course.state == "finished"
    assert [one.seq for one in in_order(reversed(reports))] == [1, 2, 3]


def test_the_later_of_two_endings_counts() -> None:
    """The part was found after all: half an hour later the visit is finished."""
    endings = [told(K.COULD_NOT_FINISH, 40), told(K.FINISHED, 70), told(K.FINISHED, 75)]
    course = course_of(endings)
    assert (course.state, course.ended_at, course.is_contradicted) == ("finished", at(70), True)


def test_a_step_told_after_the_end_says_nothing() -> None:
    """Started after finished is noise, and so is an arrival."""
    assert course_of([*WHOLE, told(K.ARRIVED, 90), told(K.STARTED, 95)]) == replace(
        course_of(WHOLE), told=frozenset({K.EN_ROUTE, K.ARRIVED, K.STARTED, K.FINISHED})
    )


def test_nothing_happens_after_it_was_told() -> None:
    """A phone two days ahead reports a finish that counts as of when it came in."""
    ahead = replace(told(K.FINISHED, 0), occurred_at=EVENING + timedelta(days=2))
    assert course_of([ahead]).ended_at == EVENING


def test_a_phone_that_lost_its_clock_tells_the_order_but_no_times() -> None:
    """After an empty battery it is 1990: what it tells counts as of when it came in."""
    lost = [replace(one, occurred_at=one.occurred_at.replace(year=1990)) for one in WHOLE]
    for reports in (lost, lost[::-1]):
        course = course_of(reports)
        assert (course.state, course.arrived_at, course.ended_at) == ("finished", EVENING, EVENING)
    month = replace(WHOLE[1], occurred_at=EVENING - timedelta(days=31))
    assert course_of([month]).arrived_at == month.occurred_at


REPORTS = st.lists(
    st.builds(
        told,
        st.sampled_from(list(K)),
        st.integers(0, 500),
        st.none() | st.integers(0, 9),
        st.uuids().map(str),
    ),
    max_size=8,
)


@given(REPORTS, st.randoms())
def test_order_and_repetition_are_no_matter(reports: list[FieldReport], chance: object) -> None:
    """Shuffled and doubled, the same reports are the same course."""
    doubled = [*reports, *reports[::2]]
    chance.shuffle(doubled)  # type: ignore[attr-defined]
    assert course_of(doubled) == course_of(reports)


@given(REPORTS)
def test_times_of_a_course_go_forward(reports: list[FieldReport]) -> None:
    """No step is before the one that comes first."""
    course = course_of(reports)
    steps = (course.en_route_at, course.arrived_at, course.started_at, course.ended_at)
    times = [one for one in steps if one is not None]
    assert times == sorted(times)


FAULT = Request("r", "s", Severity.MAJOR, NINE - timedelta(hours=1))
ACKNOWLEDGED = Stage(RequestState.ACKNOWLEDGED, at(-50))
SCHEDULED = Stage(RequestState.SCHEDULED, at(-40))
PLANNED = replace(FAULT, stages=(ACKNOWLEDGED, SCHEDULED))
USUAL = Work(timedelta(hours=1), parts={"P": 1})


def test_a_request_follows_its_visit() -> None:
    """Sent out is taken for granted, the rest was told."""
    request = retell(PLANNED, {1: ("r-v1", course_of(WHOLE))}).request
    assert [(one.state.value, one.inferred) for one in request.stages] == [
        ("acknowledged", False),
        ("scheduled", False),
        ("dispatched", True),
        ("en_route", False),
        ("arrived", False),
        ("fixed", False),
    ]
    assert retell(request, {1: ("r-v1", course_of(WHOLE))}).request == request


def test_a_step_of_the_office_that_came_too_late_is_skipped_and_comes_back() -> None:
    """Scheduled at 10:00 what had been fixed since 09:00: skipped, until the report goes away."""
    late = replace(FAULT, stages=(ACKNOWLEDGED, Stage(RequestState.SCHEDULED, at(100))))
    told_anew = retell(late, {1: ("r-v1", course_of(WHOLE))}).request
    assert told_anew.state is RequestState.FIXED
    assert [one.state for one in told_anew.skipped] == [RequestState.SCHEDULED]
    assert retell(told_anew, {}).request == late


def test_what_is_missing_is_brought_next_time() -> None:
    """Two parts and half an hour are asked for; the second visit brings them."""
    ending = replace(
        told(K.COULD_NOT_FINISH, 60), parts_needed={"Q": 2}, needed=timedelta(minutes=30)
    )
    request = retell(PLANNED, {1: ("r-v1", course_of([ending]))}).request
    assert (request.state, request.visits_done) == (RequestState.DIAGNOSED, 1)
    (work,) = remaining_work(request, USUAL)
    assert (work.parts, work.duration) == ({"Q": 2}, timedelta(minutes=30))


def test_two_visits_were_diagnosed() -> None:
    """After the first the request is not fixed, after the second it is."""
    two = replace(PLANNED, works=(USUAL, replace(USUAL, parts={})))
    first = retell(two, {1: ("r-v1", course_of(WHOLE))}).request
    assert (first.state, remaining_work(first, USUAL)) == (RequestState.DIAGNOSED, two.works[1:])
    later = [replace(one, occurred_at=one.occurred_at + timedelta(hours=2)) for one in WHOLE]
    courses = {1: ("r-v1", course_of(WHOLE)), 2: ("r-v2", course_of(later))}
    assert retell(two, courses).request.state is RequestState.FIXED


def test_nothing_moves_a_cancelled_request() -> None:
    """Cancelled at 08:30; the arrival at 09:20 is named as unfitting."""
    gone = replace(FAULT, stages=(Stage(RequestState.CANCELLED, at(-30)),))
    retold = retell(gone, {1: ("r-v1", course_of(WHOLE))})
    assert retold.request.state is RequestState.CANCELLED
    assert retold.unfitting == {"r-v1"}


def test_a_diagnosis_is_no_reopening() -> None:
    """Diagnosed at 10:00 what had been fixed since 09:00: it stays fixed."""
    office = PLANNED.take(Step.UNSCHEDULE, at(-30)).take(Step.SCHEDULE, at(90))
    moved = retell(office, {1: ("r-v1", course_of(WHOLE))}).request
    assert moved.state is RequestState.FIXED
    assert [one.step for one in moved.skipped] == [Step.SCHEDULE]
    reopened = moved.take(Step.REOPEN, at(100))
    assert retell(reopened, {1: ("r-v1", course_of(WHOLE))}).request.state is RequestState.DIAGNOSED
