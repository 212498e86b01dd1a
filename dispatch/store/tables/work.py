"""Work to be done and what became of it: requests, visits, reports, positions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import Versioned, document, instant, key, maybe_instant, reference

__all__ = ["PositionRow", "RequestRow", "VisitEventRow", "VisitRow"]


class RequestRow(Versioned, table=True):
    """What a customer reports; its stages are instants, its pauses a list."""

    __tablename__ = "request"

    site_id: str = reference("site")
    equipment_id: str | None = reference("equipment", optional=True)
    fault: str | None = Field(default=None, max_length=60)
    severity: str = Field(max_length=20)
    summary: str = Field(default="", max_length=10_000)
    summary_en: str = Field(default="", max_length=10_000)
    state: str = Field(max_length=30, index=True)
    reported_at: datetime = instant()
    stages: list[dict[str, Any]] = document()
    pauses: list[dict[str, Any]] = document()
    replace_since: datetime | None = maybe_instant()
    loaner_at: datetime | None = maybe_instant()
    repeat_of: str | None = reference("request", optional=True)
    external_id: str | None = Field(default=None, max_length=200, unique=True)
    works: list[dict[str, Any]] = document()
    works_from: int = 1
    results: list[dict[str, Any]] = document()
    skipped: list[dict[str, Any]] = document()
    score: int | None = None
    score_comment: str = Field(default="", max_length=10_000)
    scored_at: datetime | None = maybe_instant()


class VisitRow(Versioned, table=True):
    """One piece of on-site work, from a request or a maintenance round."""

    __tablename__ = "visit"

    kind: str = Field(max_length=20)
    request_id: str | None = reference("request", optional=True)
    equipment_id: str | None = reference("equipment", optional=True)
    site_id: str = reference("site")
    title: str = Field(default="", max_length=500)
    state: str = Field(max_length=20, index=True)
    due_earliest: date | None = None
    due_ideal: date | None = Field(default=None, index=True)
    due_latest: date | None = None
    notify_on: date | None = None
    notified_at: datetime | None = maybe_instant()
    promise_start: datetime | None = maybe_instant()
    promise_end: datetime | None = maybe_instant()
    promise_stage: str | None = Field(default=None, max_length=20)
    en_route_at: datetime | None = maybe_instant()
    arrived_at: datetime | None = maybe_instant()
    started_at: datetime | None = maybe_instant()
    finished_at: datetime | None = maybe_instant()
    sent: list[str] = document()
    undo: dict[str, Any] = document(dict)


class VisitEventRow(SQLModel, table=True):
    """One report from the field, kept with both clocks whatever became of it."""

    __tablename__ = "visit_event"

    event_id: str = key()
    visit_id: str = reference("visit")
    engineer_id: str | None = Field(default=None, max_length=200)
    device_id: str = Field(default="", max_length=100)
    device_epoch: int = 0
    device_seq: int | None = None
    type: str = Field(max_length=30)
    occurred_at: datetime = instant()
    received_at: datetime = instant()
    outcome: str = Field(max_length=20)
    details: dict[str, Any] = document(dict)


class PositionRow(SQLModel, table=True):
    """Where an engineer was last; one row each, never a track (privacy rule P1)."""

    __tablename__ = "position"

    engineer_id: str = Field(primary_key=True, foreign_key="engineer.id", max_length=200)
    lat: float
    lon: float
    accuracy_m: float | None = None
    at: datetime = instant()
    received_at: datetime = instant()
