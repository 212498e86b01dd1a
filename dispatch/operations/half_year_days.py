"""Which day the newest levelled calendar has for each round."""

from __future__ import annotations

from datetime import date

from dispatch.store import UnitOfWork
from dispatch.store.tables import HalfYearRow

__all__ = ["calendar_days", "newest"]


def newest(work: UnitOfWork) -> HalfYearRow | None:
    """The calendar in force; None before the first one."""
    made = work.catalogue.all(HalfYearRow)
    return max(made, key=lambda row: (row.made_at, row.id), default=None)


def calendar_days(work: UnitOfWork) -> dict[str, date]:
    """Day by id of the round; empty without a calendar."""
    row = newest(work)
    if row is None:
        return {}
    return {one["id"]: date.fromisoformat(one["day"]) for one in row.calendar["rounds"]}
