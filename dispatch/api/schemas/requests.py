"""Requests and their clocks as answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.domain.clock import ClockReading
from dispatch.domain.work import Work
from dispatch.operations.records.base import Duration, Instant, LongText, Record
from dispatch.operations.request_views import RequestView

__all__ = [
    "ClockOut",
    "ConfirmIn",
    "NoteIn",
    "PauseIn",
    "ProposalOut",
    "RequestOut",
    "SatisfactionIn",
    "WorkOut",
    "clock_out",
    "request_out",
    "work_out",
]


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


class SkillOut(Out):
    """A skill that work asks for."""

    name: str
    min_level: int


class WorkOut(Out):
    """What one visit takes."""

    title: str
    title_en: str
    duration: Duration
    skills: list[SkillOut]
    tools: list[str]
    parts: dict[str, int]
    crew_size: int


class ProposalOut(Out):
    """What the catalogue of equipment types proposes."""

    request: str
    fault: str | None
    source: str = Field(description="fault, type (the fault is not in the catalogue) or none.")
    visits: list[WorkOut]


class RequestVisitOut(Out):
    """A visit of the request."""

    id: str
    kind: str
    state: str


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
    visits: list[RequestVisitOut]
    work_ahead: list[WorkOut] = Field(
        description="What is still to be done on site, one entry a visit."
    )
    replace_since: Instant | None = Field(description="Start of the clock for a replacement.")
    loaner_at: Instant | None = Field(description="When a device was lent.")
    repeat_number: int = Field(description="How often the same fault was reported before.")
    repeats: list[str] = Field(description="Requests that report it again.")
    score: int | None = Field(description="1 (bad) to 5 (good); null: not asked or not said.")
    score_comment: str


class NoteIn(Record):
    """A remark that goes with a step."""

    note: LongText = ""


Score = Annotated[int, Field(strict=True, ge=1, le=5, description="1 (bad) to 5 (good).")]


class ConfirmIn(NoteIn):
    """The customer confirms, and may say how content they are."""

    score: Score | None = None
    comment: LongText = ""


class SatisfactionIn(Record):
    """How content the customer is."""

    score: Score
    comment: LongText = ""


class PauseIn(Record):
    """Why the request waits."""

    reason: Annotated[
        Literal["customer_unavailable", "part_on_its_way"],
        Field(description="The contract says whether its clocks stand still for this."),
    ]


def work_out(work: Work) -> WorkOut:
    """Write what a visit takes as an answer."""
    return WorkOut(
        title=work.title,
        title_en=work.title_en,
        duration=work.duration,
        skills=[SkillOut(name=one.name, min_level=one.min_level) for one in work.skills],
        tools=list(work.tools),
        parts=dict(work.parts),
        crew_size=work.crew_size,
    )


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
        clocks=[clock_out(one) for one in view.clocks],
        next_deadline=None if view.next_deadline is None else clock_out(view.next_deadline),
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
        visits=[RequestVisitOut(id=one.id, kind=one.kind, state=one.state) for one in view.visits],
        work_ahead=[work_out(one) for one in view.work_ahead],
        replace_since=request.replace_since,
        loaner_at=request.loaner_at,
        repeat_number=view.repeat_number,
        repeats=list(view.repeats),
        score=view.score,
        score_comment=view.score_comment,
    )


def clock_out(reading: ClockReading) -> ClockOut:
    """Write a clock as an answer."""
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
