"""Due maintenance: what falls due, which visits it makes, whom to tell.

For the command line::

    report(database_url, until=None) -> RoundsReport    # reads only; `dispatch rounds`
    generate_in(database_url, until=None) -> RoundsReport

Inside a transaction the API uses `due_list`, `generate` and `announce`. Generating twice adds
nothing, because a round's id is made of the equipment and the day it counts from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dispatch.domain.maintenance import (
    MaintenancePolicy,
    MaintenanceRound,
    RoundKind,
    due_rounds,
    new_rounds,
    rounds_to_notify,
)
from dispatch.operations.company import company_settings
from dispatch.operations.half_year_days import calendar_days
from dispatch.operations.notify.giving import is_wanted, tell_maintenance
from dispatch.operations.notify.templates import NoticeKind
from dispatch.operations.opening import opened
from dispatch.store import Database, UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import EquipmentRow, SiteRow, VisitRow

__all__ = [
    "RoundsReport",
    "announce",
    "announce_due",
    "due_list",
    "generate",
    "generate_in",
    "report",
]

LOOK_AHEAD = timedelta(days=30)
ROUND_KINDS = ("maintenance", "survey", "hand_over")


@dataclass(frozen=True, slots=True)
class RoundsReport:
    """What falls due.

    Parameters
    ----------
    today, until
        Local days looked at, both included.
    due
        All rounds, by due day.
    generated
        Ids of the rounds that have a visit; with `generate` those of before and the new ones.
    added
        Ids of the rounds that got their visit just now.
    notices
        Rounds whose customers are to be told by today and have not been.
    site_names
        Name of each site that occurs, by id.
    """

    today: date
    until: date
    due: tuple[MaintenanceRound, ...]
    generated: frozenset[str]
    added: tuple[str, ...]
    notices: tuple[MaintenanceRound, ...]
    site_names: dict[str, str]


def report(database_url: str, until: date | None = None) -> RoundsReport:
    """List what falls due, without writing anything (``dispatch rounds``)."""
    with opened(database_url, create=False) as database:
        return database.read(lambda work: due_list(work, until))


def generate_in(database_url: str, until: date | None = None) -> RoundsReport:
    """Make the visits of what falls due; a second call adds nothing."""
    with opened(database_url, create=False) as database:
        return database.write(lambda work: generate(work, until))


def due_list(work: UnitOfWork, until: date | None = None) -> RoundsReport:
    """List what falls due until a day, 30 days from today when none is named."""
    today = company_settings(work).local_day(work.now)
    last = until or today + LOOK_AHEAD
    equipment = [rows.equipment_of(row) for row in work.catalogue.all(EquipmentRow)]
    policy = MaintenancePolicy()
    due = due_rounds(equipment, today, last, policy)
    # Notices go out ahead of the tolerance, so they look further than the list does; and a
    # levelled calendar may pull a round forward by the whole of it.
    pulled = max(policy.key_tolerance, policy.general_tolerance)
    until_told = max(last, today + policy.notice + pulled)
    ahead = tuple(levelled(work, due_rounds(equipment, today, until_told, policy), policy))
    visits = {row.id: row for row in work.catalogue.all(VisitRow) if row.kind in ROUND_KINDS}
    done = {id for id, row in visits.items() if row.state == "finished"}
    due = tuple(one for one in levelled(work, due, policy) if one.id not in done)
    told = {id for id, row in visits.items() if row.notified_at is not None}
    return RoundsReport(
        today=today,
        until=last,
        due=due,
        generated=frozenset(visits) & {one.id for one in due},
        added=(),
        notices=rounds_to_notify((one for one in ahead if one.id not in done), today, told),
        site_names={row.id: row.name for row in work.catalogue.all(SiteRow)},
    )


def levelled(
    work: UnitOfWork, found: Iterable[MaintenanceRound], policy: MaintenancePolicy
) -> Iterable[MaintenanceRound]:
    """Let customers be told ahead of the day that the calendar in force has for a round."""
    days = calendar_days(work)
    for one in found:
        day = days.get(one.id)
        yield one if day is None else replace(one, notify_on=day - policy.notice)


def generate(work: UnitOfWork, until: date | None = None) -> RoundsReport:
    """Make a visit for each round that falls due and has none yet."""
    found = due_list(work, until)
    added = new_rounds(found.due, found.generated)
    for one in added:
        ensure_round_visit(work, one)
    if added:
        work.tell(
            "maintenance_fell_due", found.until.isoformat(), {"visits": [one.id for one in added]}
        )
    ids = tuple(one.id for one in added)
    return RoundsReport(
        found.today,
        found.until,
        found.due,
        found.generated | set(ids),
        ids,
        found.notices,
        found.site_names,
    )


def ensure_round_visit(work: UnitOfWork, one: MaintenanceRound) -> VisitRow:
    """Find the visit of a round, or write it; a changed pace moves its days."""
    row = work.catalogue.find(VisitRow, one.id)
    values: dict[str, Any] = {
        "due_earliest": one.earliest,
        "due_ideal": one.due,
        "due_latest": one.latest,
        "notify_on": one.notify_on,
    }
    if row is not None:
        return work.catalogue.change(row, values)
    return work.catalogue.add(
        VisitRow(
            id=one.id,
            kind=one.kind.value,
            equipment_id=one.equipment,
            site_id=one.site,
            title=one.id,
            state="open",
            **values,
        )
    )


def announce(work: UnitOfWork, ids: Iterable[str] = ()) -> tuple[str, ...]:
    """Note that the customers of due rounds have been told, and say whose.

    Parameters
    ----------
    work
        The transaction.
    ids
        Rounds concerned; none named means every notice that is due today.

    Returns
    -------
    tuple of str
        Rounds that were announced just now; a second call announces none of them again.
    """
    wanted = set(ids)
    days = calendar_days(work)
    notices = [one for one in due_list(work).notices if not wanted or one.id in wanted]
    for one in notices:
        row = ensure_round_visit(work, one)
        work.catalogue.change(row, {"notified_at": work.now})
        work.tell(
            "maintenance_announced",
            one.id,
            {"site": one.site, "due": days.get(one.id, one.due).isoformat()},
            recipients=(f"site:{one.site}",),
        )
        if one.kind is RoundKind.MAINTENANCE:
            piece = work.catalogue.get(EquipmentRow, one.equipment)
            day = days.get(one.id, one.due)
            tell_maintenance(work, one.id, one.site, piece.name or piece.id, day.isoformat())
    return tuple(one.id for one in notices)


def announce_due(database: Database) -> int:
    """Announce what is due today where somebody passes such notices on; how many there were."""
    with database.reading() as work:
        if not is_wanted(work, NoticeKind.MAINTENANCE_AHEAD) or not due_list(work).notices:
            return 0
    return len(database.write(announce, actor="watch"))
