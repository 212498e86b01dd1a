"""Remedies that a dispatcher had carried out, and what they eased for a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from dispatch.store.tables.base import Versioned, document, instant

__all__ = ["AppliedRemedyRow"]


class AppliedRemedyRow(Versioned, table=True):
    """One remedy of one plan, carried out once; its id is made of both.

    What it changed in master data stands there; what it eased for the visit alone stands here.
    """

    __tablename__ = "applied_remedy"

    plan_version: int = Field(foreign_key="plan.version", index=True)
    visit_id: str = Field(max_length=200, index=True)
    change: str = Field(max_length=200)
    steps: list[dict[str, Any]] = document()
    eased: dict[str, Any] = document(dict)
    run_id: str | None = Field(default=None, max_length=200)
    done_by: str = Field(max_length=200)
    done_at: datetime = instant()
