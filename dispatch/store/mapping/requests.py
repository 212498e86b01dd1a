"""Requests between rows and domain objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.domain.clock import Pause, PauseReason
from dispatch.domain.request import Request, RequestState, Stage, Step
from dispatch.domain.request_work import VisitResult
from dispatch.domain.severity import Severity
from dispatch.domain.skill import RequiredSkill
from dispatch.domain.work import Work
from dispatch.store.tables import RequestRow

__all__ = ["request_of", "request_values", "work_of", "work_values"]

SECOND = timedelta(seconds=1)


def request_of(row: RequestRow) -> Request:
    """Make the domain's request."""
    return Request(
        id=row.id,
        site=row.site_id,
        severity=Severity(row.severity),
        reported_at=row.reported_at,
        equipment=row.equipment_id,
        fault=row.fault,
        summary=row.summary,
        summary_en=row.summary_en,
        stages=tuple(_stage(one) for one in row.stages),
        pauses=tuple(
            Pause(
                PauseReason(one["reason"]),
                _read(one["start"]),
                None if one["end"] is None else _read(one["end"]),
            )
            for one in row.pauses
        ),
        replace_since=row.replace_since,
        loaner_at=row.loaner_at,
        repeat_of=row.repeat_of,
        works=tuple(work_of(one) for one in row.works),
        works_from=row.works_from,
        results=tuple(
            VisitResult(
                one["number"],
                one["finished"],
                dict(one["parts"]),
                None if one["duration_s"] is None else timedelta(seconds=one["duration_s"]),
            )
            for one in row.results
        ),
        skipped=tuple(_stage(one) for one in row.skipped),
    )


def request_values(request: Request) -> dict[str, Any]:
    """Write a request as column values, its state among them for queries."""
    return {
        "id": request.id,
        "site_id": request.site,
        "equipment_id": request.equipment,
        "fault": request.fault,
        "severity": request.severity.value,
        "summary": request.summary,
        "summary_en": request.summary_en,
        "state": request.state.value,
        "reported_at": request.reported_at,
        "stages": [_stage_values(one) for one in request.stages],
        "pauses": [
            {
                "reason": one.reason.value,
                "start": _write(one.start),
                "end": None if one.end is None else _write(one.end),
            }
            for one in request.pauses
        ],
        "replace_since": request.replace_since,
        "loaner_at": request.loaner_at,
        "repeat_of": request.repeat_of,
        "works": [work_values(one) for one in request.works],
        "works_from": request.works_from,
        "results": [
            {
                "number": one.number,
                "finished": one.finished,
                "parts": dict(one.parts),
                "duration_s": None if one.duration is None else one.duration // SECOND,
            }
            for one in request.results
        ],
        "skipped": [_stage_values(one) for one in request.skipped],
    }


def work_of(values: Mapping[str, Any]) -> Work:
    """Make what a visit takes from its document."""
    return Work(
        duration=timedelta(seconds=values["duration_s"]),
        skills=tuple(RequiredSkill(one["name"], one["min_level"]) for one in values["skills"]),
        tools=tuple(values["tools"]),
        parts=dict(values["parts"]),
        crew_size=values["crew_size"],
        title=values["title"],
        title_en=values["title_en"],
    )


def work_values(work: Work) -> dict[str, Any]:
    """Write what a visit takes as a document."""
    return {
        "duration_s": work.duration // SECOND,
        "skills": [{"name": one.name, "min_level": one.min_level} for one in work.skills],
        "tools": list(work.tools),
        "parts": dict(work.parts),
        "crew_size": work.crew_size,
        "title": work.title,
        "title_en": work.title_en,
    }


def _stage(values: Mapping[str, Any]) -> Stage:
    # Stages written before reports were folded name neither visit nor step.
    step = values.get("step")
    return Stage(
        RequestState(values["state"]),
        _read(values["at"]),
        values["inferred"],
        values.get("visit"),
        None if step is None else Step(step),
    )


def _stage_values(stage: Stage) -> dict[str, Any]:
    return {
        "state": stage.state.value,
        "at": _write(stage.at),
        "inferred": stage.inferred,
        "visit": stage.visit,
        "step": None if stage.step is None else stage.step.value,
    }


def _write(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
