"""Where engineers were last: one point each, and only while they are on shift."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dispatch.errors import Conflict
from dispatch.operations.records.base import Coordinates, Instant, Record
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow, PositionRow

__all__ = ["PositionReport", "keep_position", "last_positions"]


class PositionReport(Record):
    """A location ping of an engineer's device."""

    position: Coordinates
    accuracy_m: Annotated[float, Field(strict=True, ge=0, le=100_000)] | None = None
    at: Instant


def keep_position(work: UnitOfWork, engineer: str, report: PositionReport) -> bool:
    """Replace an engineer's last point.

    Returns
    -------
    bool
        False when the stored point is newer, so a late ping changes nothing.

    Raises
    ------
    Conflict
        When the engineer is on no shift then; such a point is never stored (privacy rule P3).
    """
    work.catalogue.get(EngineerRow, engineer)
    shifts = [
        one
        for one in work.work.shifts_between(report.at, report.at)
        if one.engineer_id == engineer and one.start <= report.at
    ]
    if not shifts:
        raise Conflict(
            f"position of {engineer!r}: on no shift at {report.at.isoformat()}, not stored"
        )
    known = work.work.position(engineer)
    if known is not None and known.at > report.at:
        return False
    work.work.keep_position(
        PositionRow(
            engineer_id=engineer,
            lat=report.position.lat,
            lon=report.position.lon,
            accuracy_m=report.accuracy_m,
            at=report.at,
            received_at=work.now,
        )
    )
    return True


def last_positions(work: UnitOfWork) -> list[PositionRow]:
    """The last point of every engineer; the look itself is noted (privacy rule P4)."""
    return list(work.work.positions())
