"""What surrounds the work: complaints, service reports, alerts of clocks, expected times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import Versioned, document, instant, key, maybe_instant, reference

__all__ = ["ClockAlertRow", "ComplaintRow", "EtaRow", "ServiceReportRow"]


class ComplaintRow(Versioned, table=True):
    """Something a customer is not content with; its clocks follow from its four steps."""

    __tablename__ = "complaint"

    contract_id: str = reference("contract")
    site_id: str | None = reference("site", optional=True)
    request_id: str | None = reference("request", optional=True)
    text: str = Field(default="", max_length=10_000)
    raised_at: datetime = instant()
    contacted_at: datetime | None = maybe_instant()
    proposed_at: datetime | None = maybe_instant()
    done_at: datetime | None = maybe_instant()
    closed_at: datetime | None = maybe_instant(index=True)
    notes: list[dict[str, Any]] = document()


class ServiceReportRow(Versioned, table=True):
    """What was done at one visit, signed by the customer; ``id`` is the visit's."""

    __tablename__ = "service_report"

    visit_id: str = reference("visit")
    request_id: str | None = reference("request", optional=True)
    text: str = Field(default="", max_length=10_000)
    photos: list[str] = document()
    signed_by: str = Field(default="", max_length=200)
    written_by: str = Field(max_length=200)
    written_at: datetime = instant()


class ClockAlertRow(SQLModel, table=True):
    """A share of a clock that was reached and told; the key lets each be told once."""

    __tablename__ = "clock_alert"

    subject: str = key()
    kind: str = Field(primary_key=True, max_length=30)
    percent: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    deadline: datetime = instant()
    raised_at: datetime = instant()


class EtaRow(SQLModel, table=True):
    """When a planned stop is expected to be reached, as far as the day has come."""

    __tablename__ = "eta"

    visit_id: str = key()
    member: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    engineer_id: str = Field(max_length=200, index=True)
    shift_id: str = Field(max_length=200, index=True)
    plan_version: int
    arrive: datetime = instant()
    start: datetime = instant()
    finish: datetime = instant()
    delay_s: int
    reason: dict[str, Any] = document(dict)
    arrive_by: datetime | None = maybe_instant()
    late_s: int = 0
