"""Where engineers are: the last point only, unless the installation keeps tracks for some days.

Points are taken during shifts alone, deleted when their time is over, and every look at them is
a fact of its own that the engineer can read (privacy rules P1 to P4).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from dispatch.errors import Conflict, NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.records.base import Coordinates, Moment, Record
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import EngineerRow, EventRow, PositionRow, TrackRow

__all__ = [
    "PositionReport",
    "keep_position",
    "look_at_position",
    "look_at_track",
    "looks_at",
    "purge_positions",
]


class PositionReport(Record):
    """A location ping of an engineer's device."""

    position: Coordinates
    accuracy_m: Annotated[float, Field(strict=True, ge=0, le=100_000)] | None = None
    at: Moment


def keep_position(
    work: UnitOfWork, engineer: str, report: PositionReport, *, days: int = 0
) -> bool:
    """Replace an engineer's last point.

    Parameters
    ----------
    work, engineer, report
        The transaction, whose point, and which.
    days
        For how many days tracks are kept; 0: only the last point is.

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
    if days > 0 and report.at >= work.now - timedelta(days=days):
        place = report.position
        work.audit.add_point(
            TrackRow(engineer_id=engineer, at=report.at, lat=place.lat, lon=place.lon)
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


def look_at_position(work: UnitOfWork, engineer: str, purpose: str = "") -> PositionRow:
    """Read the last point of an engineer; the look is noted with its purpose.

    Raises
    ------
    NotFound
        When there is no such engineer, or no point.
    """
    work.catalogue.get(EngineerRow, engineer)
    row = work.work.position(engineer)
    if row is None:
        raise NotFound("position", engineer)
    work.tell("position_viewed", engineer, {"by": work.actor, "purpose": purpose})
    return row


def look_at_track(
    work: UnitOfWork, engineer: str, day: date, purpose: str = ""
) -> Sequence[TrackRow]:
    """Read where an engineer was on a local day; the look is noted with its purpose."""
    work.catalogue.get(EngineerRow, engineer)
    window = company_settings(work).window(day, day + timedelta(days=1))
    told = {"by": work.actor, "purpose": purpose, "day": day.isoformat()}
    work.tell("position_viewed", engineer, told)
    return work.audit.track(engineer, window.start, window.end)


def looks_at(work: UnitOfWork, engineer: str) -> Sequence[EventRow]:
    """List who looked at an engineer's points, newest first."""
    work.catalogue.get(EngineerRow, engineer)
    return work.log.of_subject("position_viewed", engineer)


def purge_positions(database: Database, days: int) -> int:
    """Delete points whose time is over; how many.

    Parameters
    ----------
    database
        Where they are.
    days
        For how many days tracks are kept; a last point is kept a day at least.
    """
    now = database.clock.now()
    before, last = now - timedelta(days=days), now - timedelta(days=max(days, 1))
    return database.write(
        lambda work: work.audit.forget_points(tracks_before=before, last_before=last),
        actor="watch",
    )
