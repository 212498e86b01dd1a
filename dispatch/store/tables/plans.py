"""Runs of the planner and the plans they made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import Versioned, document, instant, key, maybe_instant, reference

__all__ = ["AssignmentRow", "PlanRow", "RunRow"]


class RunRow(Versioned, table=True):
    """One execution of the planner; this row, not any process, is the truth about it."""

    __tablename__ = "run"

    state: str = Field(max_length=20, index=True)
    region: str = Field(max_length=200)
    day: date
    parameters: dict[str, Any] = document(dict)
    case_text: str | None = Field(default=None, sa_type=Text)
    base_plan: int | None = None
    created_by: str = Field(max_length=200)
    created_at: datetime = instant()
    started_at: datetime | None = maybe_instant()
    finished_at: datetime | None = maybe_instant()
    attempts: int = 0
    token: int = 0
    lease_owner: str | None = Field(default=None, max_length=100)
    lease_until: datetime | None = maybe_instant()
    heartbeat_at: datetime | None = maybe_instant()
    cancel_requested: bool = False
    progress: dict[str, Any] = document(dict)
    trace: list[dict[str, Any]] = document()
    plan_version: int | None = None
    violations: list[str] = document()
    error: str | None = Field(default=None, sa_type=Text)


class PlanRow(SQLModel, table=True):
    """One version of a plan, draft or published; the document is the plan file as it was made."""

    __tablename__ = "plan"
    __table_args__ = (
        Index("uq_plan_publication", "region", "day", "publication", unique=True),
        Index(
            "uq_plan_current",
            "region",
            "day",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    region: str = Field(max_length=200)
    day: date = Field(index=True)
    until: date
    state: str = Field(max_length=20)
    publication: int | None = None
    is_current: bool = False
    base_plan: int | None = None
    run_id: str | None = reference("run", optional=True)
    plan_text: str = Field(sa_type=Text)
    case_text: str = Field(sa_type=Text)
    created_by: str = Field(max_length=200)
    created_at: datetime = instant()
    published_by: str | None = Field(default=None, max_length=200)
    published_at: datetime | None = maybe_instant()
    dropped: list[dict[str, Any]] = document()


class AssignmentRow(SQLModel, table=True):
    """Which current plan sends whom to a visit; the key lets no two plans take the same one."""

    __tablename__ = "assignment"

    visit_id: str = key()
    member: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    engineer_id: str = Field(max_length=200, index=True)
    plan_version: int = Field(foreign_key="plan.version", index=True)
    shift_id: str = Field(max_length=200)
    position: int
    arrive: datetime = instant()
    start: datetime = instant()
    finish: datetime = instant()
    pinned: bool = False
