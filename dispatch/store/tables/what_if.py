"""What-ifs that were asked for, and every replication of them that is finished."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import LONGEST_ID, Versioned, document, instant, maybe_instant

__all__ = ["WhatIfOutcomeRow", "WhatIfRow"]


class WhatIfRow(Versioned, table=True):
    """One what-if; this row, not any process, is the truth about it."""

    __tablename__ = "what_if"

    state: str = Field(max_length=20, index=True)
    title: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    asked: dict[str, Any] = document(dict)
    case_text: str = Field(sa_type=Text)
    created_by: str = Field(max_length=200)
    created_at: datetime = instant()
    started_at: datetime | None = maybe_instant()
    finished_at: datetime | None = maybe_instant()
    attempts: int = 0
    token: int = 0
    lease_owner: str | None = Field(default=None, max_length=100)
    lease_until: datetime | None = maybe_instant()
    cancel_requested: bool = False
    progress: dict[str, Any] = document(dict)
    report: dict[str, Any] = document(dict)
    error: str | None = Field(default=None, sa_type=Text)


class WhatIfOutcomeRow(SQLModel, table=True):
    """What came of one replication of one world; written once, the same whoever simulates it."""

    __tablename__ = "what_if_outcome"

    what_if_id: str = Field(primary_key=True, foreign_key="what_if.id", max_length=LONGEST_ID)
    study: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    world: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    replication: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    outcome: dict[str, Any] = document(dict)
