"""Remedies that were carried out, as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Instant
from dispatch.store.tables import AppliedRemedyRow

__all__ = ["RemedyDoneOut", "remedy_done_out"]


class RemedyDoneOut(Out):
    """What was changed so that a visit can be planned."""

    visit: str
    plan_version: int
    change: str = Field(description="Code of the change, as in the plan.")
    steps: list[dict[str, Any]] = Field(
        description="What was changed: `kind` (engineers, shifts or visits), `id` and the fields."
    )
    run: str | None = Field(description="The run that puts the visit into the plan in force.")
    done_by: str
    done_at: Instant


def remedy_done_out(row: AppliedRemedyRow) -> RemedyDoneOut:
    """Write a remedy that was carried out as an answer."""
    return RemedyDoneOut(
        visit=row.visit_id,
        plan_version=row.plan_version,
        change=row.change,
        steps=row.steps,
        run=row.run_id,
        done_by=row.done_by,
        done_at=row.done_at,
    )
