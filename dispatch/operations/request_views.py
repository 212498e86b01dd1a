"""Requests as whoever reported them wants to see them, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.clock import ClockReading, ClockState
from dispatch.domain.contract import Contract
from dispatch.domain.request import Request
from dispatch.domain.request_visits import visit_id
from dispatch.domain.sla import sla_of
from dispatch.domain.work import Work
from dispatch.operations.company import CompanySettings, company_settings
from dispatch.operations.proposals import work_ahead
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    AssignmentRow,
    ContractRow,
    EquipmentRow,
    EquipmentTypeRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = ["RequestView", "contracts_by_site", "local_reading", "view_of", "views_of"]

MOST_REPEATS = 100
STILL_OPEN = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with everything its reporter wants to know.

    Parameters
    ----------
    request, version, external_id
        As stored.
    clocks
        Every promise as it stands now.
    next_deadline
        The clock that runs out next, or None.
    visit
        Id of its visit; None when nobody drives for it.
    assignments
        Who is sent by the current plan, and when.
    repeat_number
        How often the same fault was reported before.
    repeats
        Requests that report it again.
    score, score_comment
        What the customer thinks of it; None: has not said.
    visits
        All visits there are for it.
    work_ahead
        What is still to be done on site, one entry a visit.
    """

    request: Request
    version: int
    external_id: str | None
    clocks: tuple[ClockReading, ...]
    next_deadline: ClockReading | None
    visit: str | None
    assignments: tuple[AssignmentRow, ...]
    repeat_number: int
    repeats: tuple[str, ...]
    score: int | None
    score_comment: str
    visits: tuple[VisitRow, ...]
    work_ahead: tuple[Work, ...]


def view_of(work: UnitOfWork, row: RequestRow) -> RequestView:
    """Read the clocks of a request and its place in the current plan."""
    return views_of(work, [row])[0]


def views_of(work: UnitOfWork, requests: Sequence[RequestRow]) -> list[RequestView]:
    """Do so for many requests, with as many queries as for one.

    Parameters
    ----------
    work
        The transaction.
    requests
        In the order in which the views are wanted.
    """
    settings = company_settings(work)
    ids = [row.id for row in requests]
    contracts = contracts_by_site(work, settings, {row.site_id for row in requests})
    # What is looked up one by one below is in the session for as long as it is held here.
    pieces = work.catalogue.some(EquipmentRow, (row.equipment_id or "" for row in requests))
    held = (
        work.catalogue.some(EquipmentTypeRow, (piece.type for piece in pieces)),
        work.catalogue.some(RequestRow, (row.repeat_of or "" for row in requests)),
    )
    visits: dict[str, list[VisitRow]] = defaultdict(list)
    for visit in work.service.visits_of_requests(ids):
        visits[str(visit.request_id)].append(visit)
    sent: dict[str, list[AssignmentRow]] = defaultdict(list)
    for one in work.plans.assignments_to(v.id for many in visits.values() for v in many):
        sent[one.visit_id].append(one)
    repeats: dict[str, list[str]] = defaultdict(list)
    for id, before in work.service.repeats_of_requests(ids):
        repeats[before].append(id)
    views = [
        _view(work, row, contracts[row.site_id], settings, visits[row.id], sent, repeats[row.id])
        for row in requests
    ]
    del held
    return views


def _view(
    work: UnitOfWork,
    row: RequestRow,
    contract: Contract,
    settings: CompanySettings,
    visits: Sequence[VisitRow],
    sent: Mapping[str, Sequence[AssignmentRow]],
    repeats: Sequence[str],
) -> RequestView:
    request = rows.request_of(row)
    clocks = tuple(
        local_reading(one, settings) for one in sla_of(request, contract).readings(work.now)
    )
    waiting = [one for one in clocks if one.state in STILL_OPEN]
    wanted = visit_id(request)
    visit = wanted if any(one.id == wanted for one in visits) else None
    return RequestView(
        request=request,
        version=row.version,
        external_id=row.external_id,
        clocks=clocks,
        next_deadline=min(waiting, key=lambda one: one.deadline, default=None),
        visit=visit,
        assignments=tuple(sent.get(wanted, ())),
        repeat_number=_repeat_number(work, row),
        repeats=tuple(repeats),
        score=row.score,
        score_comment=row.score_comment,
        visits=tuple(visits),
        work_ahead=work_ahead(work, row),
    )


def contracts_by_site(
    work: UnitOfWork, settings: CompanySettings, sites: Iterable[str] | None = None
) -> dict[str, Contract]:
    """Look up what was promised to sites; None: to all of them."""
    catalogue = work.catalogue
    if sites is None:
        found, held = catalogue.all(SiteRow), catalogue.all(ContractRow)
    else:
        found = catalogue.some(SiteRow, sites)
        held = catalogue.some(ContractRow, {row.contract_id for row in found})
    contracts = {row.id: rows.contract_of(row, settings.policies) for row in held}
    return {row.id: contracts[row.contract_id] for row in found}


def _repeat_number(work: UnitOfWork, row: RequestRow) -> int:
    number, seen, one = 0, {row.id}, row
    while one.repeat_of is not None and one.repeat_of not in seen and number < MOST_REPEATS:
        seen.add(one.repeat_of)
        one = work.catalogue.get(RequestRow, one.repeat_of)
        number += 1
    return number


def local_reading(reading: ClockReading, settings: CompanySettings) -> ClockReading:
    """Write the instants of a reading with the local offset."""
    stopped = reading.stopped
    return replace(
        reading,
        started=settings.local(reading.started),
        stopped=None if stopped is None else settings.local(stopped),
        deadline=settings.local(reading.deadline),
    )
