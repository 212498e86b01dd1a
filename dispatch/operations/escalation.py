"""Clocks that run on while nobody looks: alerts at 50, 80 and 100 percent, loans that are owed.

Looking takes a while with many requests, so it happens in a reading transaction; only what was
found is written, after a second look at whether somebody else told it meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.clock import ALERT_PERCENTS, ClockReading, ClockState
from dispatch.domain.complaint import complaint_clocks
from dispatch.domain.contract import Contract
from dispatch.domain.request import RequestState
from dispatch.domain.request_visits import needs_visit
from dispatch.domain.sla import sla_of
from dispatch.operations.company import CompanySettings, company_settings
from dispatch.operations.complaints import complaint_of
from dispatch.operations.request_views import contracts_by_site
from dispatch.store import Database, UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    ClockAlertRow,
    ContractRow,
    EquipmentRow,
    EquipmentTypeRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = ["Alert", "escalate", "find_alerts", "find_owed_loans", "offer_loans", "raise_alerts"]

CLOSED = tuple(state.value for state in RequestState if not state.is_open)
OPEN_STATES = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)
# Who has to act: half of the time is the dispatcher's, a broken promise the manager's.
TO_WHOM = {50: ("dispatcher",), 80: ("dispatcher", "manager"), 100: ("manager", "admin")}


@dataclass(frozen=True, slots=True)
class Alert:
    """A share of a clock that has been reached and not been told.

    Parameters
    ----------
    subject, about
        Id, and whether it is a request or a complaint.
    reading
        Of the clock.
    percent
        The share; 0: whichever the reading has reached.
    """

    subject: str
    about: str
    reading: ClockReading
    percent: int = 0


def escalate(database: Database) -> int:
    """Look at every open promise once, and tell what has to be told.

    Returns
    -------
    int
        Number of alerts and offered loans.
    """
    with database.reading() as work:
        alerts = find_alerts(work)
        owed = find_owed_loans(work)
    if not alerts and not owed:
        return 0
    return database.write(
        lambda work: raise_alerts(work, alerts) + offer_loans(work, owed), actor="watch"
    )


def find_alerts(work: UnitOfWork) -> tuple[Alert, ...]:
    """Find the clocks that have passed a share nobody was told of."""
    settings = company_settings(work)
    contracts = _contracts(work, settings)
    sites = contracts_by_site(work, settings)
    found = [
        Alert(row.id, "request", reading)
        for row in work.service.open_requests(CLOSED)
        for reading in sla_of(rows.request_of(row), sites[row.site_id]).readings(work.now)
    ]
    found += [
        Alert(row.id, "complaint", clock.reading(work.now))
        for row in work.service.open_complaints()
        for clock in complaint_clocks(complaint_of(row), contracts[row.contract_id])
    ]
    return tuple(_untold(work, found))


def _contracts(work: UnitOfWork, settings: CompanySettings) -> dict[str, Contract]:
    return {
        row.id: rows.contract_of(row, settings.policies) for row in work.catalogue.all(ContractRow)
    }


def _untold(work: UnitOfWork, alerts: Iterable[Alert]) -> Iterator[Alert]:
    """Leave out what was told; shares that went by between two looks are told each."""
    due = [
        one
        for one in alerts
        if one.reading.alert and one.reading.stopped is None and one.reading.state in OPEN_STATES
    ]
    told = work.service.alerts({one.subject for one in due})
    for one in due:
        before = told.get((one.subject, one.reading.kind.value), 0)
        for percent in (one.percent,) if one.percent else ALERT_PERCENTS:
            if before < percent <= one.reading.alert:
                yield replace(one, percent=percent)


def raise_alerts(work: UnitOfWork, alerts: Sequence[Alert]) -> int:
    """Tell of each alert once."""
    settings = company_settings(work)
    count = 0
    for one in _untold(work, alerts):
        reading = one.reading
        work.service.add_alert(
            ClockAlertRow(
                subject=one.subject,
                kind=reading.kind.value,
                percent=one.percent,
                deadline=reading.deadline.replace(microsecond=0),
                raised_at=work.now,
            )
        )
        work.tell(
            "clock_alert_raised",
            one.subject,
            {
                "about": one.about,
                "clock": reading.kind.value,
                "percent": one.percent,
                "deadline": settings.local(reading.deadline.replace(microsecond=0)).isoformat(),
                "remaining_s": int(reading.remaining.total_seconds()),
                "to": list(TO_WHOM[one.percent]),
            },
        )
        count += 1
    return count


def find_owed_loans(work: UnitOfWork) -> tuple[str, ...]:
    """Find requests whose contract owes the loan of a device now, and nobody planned it."""
    settings = company_settings(work)
    owed = []
    for row in work.service.open_requests(CLOSED):
        if row.loaner_at is not None:
            continue
        contract = work.catalogue.get(
            ContractRow, work.catalogue.get(SiteRow, row.site_id).contract_id
        )
        due = row.reported_at + settings.policies[contract.policy].loaner_after
        if due > work.now or work.catalogue.find(VisitRow, f"{row.id}-loaner") is not None:
            continue
        if needs_visit(rows.request_of(row)):
            owed.append(row.id)
    return tuple(owed)


def _loaner_part(work: UnitOfWork, row: RequestRow) -> str | None:
    """What the type of equipment lends; None: that is for a person to say."""
    if row.equipment_id is None:
        return None
    piece = work.catalogue.get(EquipmentRow, row.equipment_id)
    return work.catalogue.get(EquipmentTypeRow, piece.type).loaner_part


def offer_loans(work: UnitOfWork, requests: Iterable[str]) -> int:
    """Write the delivery of a device to lend for each request; the next plan takes it up."""
    count = 0
    for id in requests:
        row = work.catalogue.get(RequestRow, id)
        if work.catalogue.find(VisitRow, f"{id}-loaner") is not None:
            continue
        part = _loaner_part(work, row)
        visit = work.catalogue.add(
            VisitRow(
                id=f"{id}-loaner",
                kind="delivery",
                request_id=id,
                equipment_id=row.equipment_id,
                site_id=row.site_id,
                title=row.summary[:200],
                state="open",
            )
        )
        work.tell("loaner_owed", visit.id, {"request": id, "part": part})
        count += 1
    return count
