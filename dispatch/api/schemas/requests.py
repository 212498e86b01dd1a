"""Requests and their clocks as answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.domain.clock import ClockReading
from dispatch.operations.intake import RequestView
from dispatch.operations.records.base import Duration, Instant, LongText, Record

__all__ = ["ClockOut", "NoteIn", "PauseIn", "RequestOut", "request_out"]


class ClockOut(Out):
    """One clock of the contract as it stands now."""

    kind: str = Field(description="acknowledge, arrive, replace or fix.")
    state: str = Field(description="running, paused, met, breached or waived.")
    started: Instant
    stopped: Instant | None
    limit: Duration = Field(description="Covered time allowed.")
    deadline: Instant
    used_s: int = Field(description="Covered seconds gone by.")
    remaining_s: int = Field(description="Covered seconds left, negative when over.")
    alert: int = Field(description="Highest of 50, 80 and 100 percent reached; 0 below.")
    ticking: bool


class StageOut(Out):
    """A state the request came into."""

    state: str
    at: Instant
    inferred: bool


class PauseOut(Out):
    """A stretch in which the request waited."""

    reason: str
    start: Instant
    end: Instant | None


class AssignmentOut(Out):
    """Who is sent by the current plan."""

    engineer: str
    shift: str
    plan_version: int
    arrive: Instant
    start: Instant
    finish: Instant


class RequestOut(Out):
    """A request with its promises."""

    id: str
    version: int
    site: str
    equipment: str | None
    fault: str | None
    severity: str
    summary: str
    summary_en: str
    state: str
    reported_at: Instant
    repeat_of: str | None
    external_id: str | None
    stages: list[StageOut]
    pauses: list[PauseOut]
    clocks: list[ClockOut]
    next_deadline: ClockOut | None
    visit: str | None = Field(description="Id of its visit; null when nobody drives for it.")
    assignments: list[AssignmentOut]


class NoteIn(Record):
    """A remark that goes with a step."""

    note: LongText = ""


class PauseIn(Record):
    """Why the request waits."""

    reason: Annotated[
        Literal["customer_unavailable", "part_on_its_way"],
        Field(description="The contract says whether its clocks stand still for this."),
    ]


def request_out(view: RequestView) -> RequestOut:
    """Write a request as an answer."""
    request = view.request
    return RequestOut(
        id=request.id,
        version=view.version,
        site=request.site,
        equipment=request.equipment,
        fault=request.fault,
        severity=request.severity.value,
        summary=request.summary,
        summary_en=request.summary_en,
        state=request.state.value,
        reported_at=request.reported_at,
        repeat_of=request.repeat_of,
        external_id=view.external_id,
        stages=[
            StageOut(state=one.state.value, at=one.at, inferred=one.inferred)
            for one in request.stages
        ],
        pauses=[
            PauseOut(reason=one.reason.value, start=one.start, end=one.end)
            for one in request.pauses
        ],
        clocks=[_clock(one) for one in view.clocks],
        next_deadline=None if view.next_deadline is None else _clock(view.next_deadline),
        visit=view.visit,
        assignments=[
            AssignmentOut(
                engineer=one.engineer_id,
                shift=one.shift_id,
                plan_version=one.plan_version,
                arrive=one.arrive,
                start=one.start,
                finish=one.finish,
            )
            for one in view.assignments
        ],
    )


def _clock(reading: ClockReading) -> ClockOut:
    return ClockOut(
        kind=reading.kind.value,
        state=reading.state.value,
        started=reading.started,
        stopped=reading.stopped,
        limit=reading.limit,
        deadline=reading.deadline.replace(microsecond=0),
        used_s=int(reading.used.total_seconds()),
        remaining_s=int(reading.remaining.total_seconds()),
        alert=reading.alert,
        ticking=reading.ticking,
    )
