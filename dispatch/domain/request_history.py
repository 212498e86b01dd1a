"""The history of a request told anew: steps of the office and reports from the field, by time.

A late report changes what was true in the past. So the stages that came from the field are
dropped and made again from the courses of all visits, between the steps that the office took.
The result depends on what happened, not on when anybody heard of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from dispatch.domain.field_report import ReportKind, VisitCourse
from dispatch.domain.request import TRANSITIONS, Request, RequestState, Stage, Step
from dispatch.domain.request_work import VisitResult, work_is_left

__all__ = ["Retold", "retell"]

OFFICE = (
    Step.ACKNOWLEDGE,
    Step.DIAGNOSE,
    Step.RESOLVE_REMOTELY,
    Step.SCHEDULE,
    Step.UNSCHEDULE,
    Step.DISPATCH,
    Step.RECALL,
    Step.CONFIRM,
    Step.REOPEN,
    Step.CANCEL,
)
# What may be taken for granted when a report comes from a site: somebody was sent there, and
# what went before had come to its end.
IMPLIED = (
    Step.ACKNOWLEDGE,
    Step.DIAGNOSE,
    Step.SCHEDULE,
    Step.DISPATCH,
    Step.SET_OUT,
    Step.ARRIVE,
    Step.REOPEN,
    Step.RECALL,
    Step.LEAVE_UNFIXED,
)


@dataclass(frozen=True, slots=True)
class Retold:
    """A request with its history told anew.

    Parameters
    ----------
    request
        Stages in order; office steps that fit nowhere any more stand in ``skipped``.
    unfitting
        Visits whose reports the request cannot follow, because it was cancelled or confirmed.
    """

    request: Request
    unfitting: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something a visit did for the request."""

    visit: str
    number: int
    state: RequestState
    at: datetime
    result: VisitResult | None = None
    told: bool = True


def retell(request: Request, courses: Mapping[int, tuple[str, VisitCourse]]) -> Retold:
    """Tell the history of a request anew.

    Parameters
    ----------
    request
        As it was known.
    courses
        By number of its visits: the visit's id and its course; visits without reports may be
        left out.
    """
    told = [stage for stage in request.stages if stage.visit is None]
    office = sorted((*told, *request.skipped), key=lambda stage: stage.at)
    marks = [
        mark
        for number, (visit, course) in sorted(courses.items())
        for mark in _marks(request, visit, number, course)
    ]
    entries: list[Stage | _Mark] = [*office, *marks]
    entries.sort(key=lambda one: one.at)
    moved = replace(request, stages=(), skipped=(), results=())
    unfitting: set[str] = set()
    for _, group in groupby(entries, key=lambda one: one.at):
        moved = _take_moment(moved, list(group), unfitting)
    return Retold(_closed_pauses(moved), frozenset(unfitting))


def _marks(request: Request, visit: str, number: int, course: VisitCourse) -> list[_Mark]:
    found = []
    floor = request.reported_at
    if course.en_route_at is not None:
        at = max(course.en_route_at, floor)
        found.append(_Mark(visit, number, RequestState.EN_ROUTE, at))
    if course.arrived_at is not None:
        at = max(course.arrived_at, floor)
        told = ReportKind.ARRIVED in course.told
        found.append(_Mark(visit, number, RequestState.ARRIVED, at, told=told))
    if course.ended_at is not None and course.ending is not None:
        done = course.ending.kind is ReportKind.FINISHED
        result = VisitResult(number, done, course.ending.parts_needed, course.ending.needed)
        state = RequestState.FIXED if done else RequestState.DIAGNOSED
        found.append(_Mark(visit, number, state, max(course.ended_at, floor), result))
    return found


def _take_moment(request: Request, entries: list[Stage | _Mark], unfitting: set[str]) -> Request:
    """Take what happened within one second in whatever order fits."""
    steps = [one for one in entries if isinstance(one, Stage)]
    marks = [one for one in entries if isinstance(one, _Mark)]
    moved = request
    while steps or marks:
        fitting = next((one for one in steps if _fits(moved.state, one)), None)
        if fitting is not None:
            steps.remove(fitting)
            moved = replace(moved, stages=(*moved.stages, fitting))
        elif marks:
            moved = _take_mark(moved, marks.pop(0), unfitting)
        else:
            return replace(moved, skipped=(*moved.skipped, *steps))
    return moved


def _fits(state: RequestState, taken: Stage) -> bool:
    # A diagnosis that leads to the same state as a reopening is none: the step decides.
    possible = OFFICE if taken.step is None else (taken.step,)
    return any(
        state in TRANSITIONS[step][0] and TRANSITIONS[step][1] is taken.state for step in possible
    )


def _take_mark(request: Request, mark: _Mark, unfitting: set[str]) -> Request:
    if mark.result is None:
        return _led_to(request, mark.state, mark, unfitting)
    there = _led_to(request, RequestState.ARRIVED, mark, unfitting)
    if there.state is not RequestState.ARRIVED:
        return there
    there = replace(there, results=(*there.results, mark.result))
    more = not mark.result.finished or work_is_left(there)
    target = RequestState.DIAGNOSED if more else RequestState.FIXED
    return _stamped(there, target, mark, inferred=False)


def _led_to(request: Request, target: RequestState, mark: _Mark, unfitting: set[str]) -> Request:
    if request.state is target:
        return request
    way = _way(request.state, target)
    if way is None:
        unfitting.add(mark.visit)
        return request
    moved = request
    for state in way:
        is_told = state is target and target is mark.state and mark.told
        moved = _stamped(moved, state, mark, inferred=not is_told)
    return moved


def _stamped(request: Request, state: RequestState, mark: _Mark, *, inferred: bool) -> Request:
    stage = Stage(state, mark.at, inferred, mark.visit)
    return replace(request, stages=(*request.stages, stage))


def _way(origin: RequestState, target: RequestState) -> tuple[RequestState, ...] | None:
    """Fewest states on the way from one to another; None when there is no way."""
    reached: dict[RequestState, tuple[RequestState, ...]] = {origin: ()}
    queue = deque([origin])
    while queue:
        state = queue.popleft()
        for step in IMPLIED:
            origins, following = TRANSITIONS[step]
            if state in origins and following not in reached:
                reached[following] = (*reached[state], following)
                queue.append(following)
    return reached.get(target)


def _closed_pauses(request: Request) -> Request:
    """A pause ends when the request comes to its close."""
    lasting = request.paused
    if lasting is None or request.state.is_open:
        return request
    ended = replace(lasting, end=max(lasting.start, request.last_change))
    return replace(request, pauses=(*request.pauses[:-1], ended))
