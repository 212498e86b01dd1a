"""Complaints: raised, contacted, proposed, done, closed, each against a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import model_validator

from dispatch.domain.clock import ClockReading
from dispatch.domain.complaint import Complaint, complaint_clocks
from dispatch.errors import InputError, TransitionRefused
from dispatch.operations.company import company_settings
from dispatch.operations.records.base import Identifier, LongText, Record
from dispatch.operations.request_views import local_reading
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import ComplaintRow, ContractRow, RequestRow, SiteRow

__all__ = [
    "ComplaintRecord",
    "ComplaintStep",
    "ComplaintView",
    "complaint_of",
    "raise_complaint",
    "take_complaint_step",
    "view_complaint",
]

ComplaintStep = Literal["contact", "propose", "settle", "close"]
STEPS: dict[str, tuple[str, str]] = {
    "contact": ("contacted_at", "complaint_contacted"),
    "propose": ("proposed_at", "complaint_answered"),
    "settle": ("done_at", "complaint_settled"),
    "close": ("closed_at", "complaint_closed"),
}


class ComplaintRecord(Record):
    """What a customer is not content with; one of contract, site and request says whose it is."""

    id: Identifier | None = None
    contract: Identifier | None = None
    site: Identifier | None = None
    request: Identifier | None = None
    text: LongText

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if not (self.contract or self.site or self.request):
            raise ValueError("contract: one of contract, site and request must be given")
        return self


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint with its clocks, as they stand now."""

    row: ComplaintRow
    state: str
    clocks: tuple[ClockReading, ...]


def raise_complaint(work: UnitOfWork, record: ComplaintRecord) -> ComplaintRow:
    """Take a complaint in; its four clocks start now.

    Raises
    ------
    InputError
        When it refers to something unknown, or to things of two customers.
    """
    site, contract = record.site, record.contract
    if record.request is not None:
        request = work.catalogue.find(RequestRow, record.request)
        if request is None:
            raise InputError.at("/request", record.request, "id of a known request")
        if site is not None and site != request.site_id:
            raise InputError.at("/site", site, f"the site of the request, {request.site_id}")
        site = request.site_id
    if site is not None:
        place = work.catalogue.find(SiteRow, site)
        if place is None:
            raise InputError.at("/site", site, "id of a known site")
        if contract is not None and contract != place.contract_id:
            raise InputError.at("/contract", contract, f"that of the site, {place.contract_id}")
        contract = place.contract_id
    assert contract is not None, "the record names one of the three"
    if work.catalogue.find(ContractRow, contract) is None:
        raise InputError.at("/contract", contract, "id of a known contract")
    number = 0 if record.id else work.log.take_numbers(1, counter="complaint")
    row = work.catalogue.add(
        ComplaintRow(
            id=record.id or f"K-{number:06d}",
            contract_id=contract,
            site_id=site,
            request_id=record.request,
            text=record.text,
            raised_at=work.now,
        )
    )
    work.tell("complaint_raised", row.id, {"contract": contract, "request": record.request})
    return row


def take_complaint_step(
    work: UnitOfWork, id: str, step: ComplaintStep, note: str = "", *, expected: int | None = None
) -> ComplaintRow:
    """Take the next step; each only once and in their order.

    Raises
    ------
    TransitionRefused
        When it was taken already, or the one before was not.
    """
    row = work.catalogue.get(ComplaintRow, id)
    names = list(STEPS)
    column, told = STEPS[step]
    state = state_of(row)
    if getattr(row, column) is not None:
        raise TransitionRefused(f"complaint {id!r}: {step} was taken already")
    before = names.index(step) - 1
    if before >= 0 and getattr(row, STEPS[names[before]][0]) is None:
        raise TransitionRefused(
            f"complaint {id!r}: {step} is not possible in state {state},"
            f" expected {names[before]} first"
        )
    entry = {"step": step, "at": work.now.isoformat(), "by": work.actor, "note": note}
    work.catalogue.change(row, {column: work.now, "notes": [*row.notes, entry]}, expected=expected)
    work.tell(told, id, {"note": note})
    return row


def state_of(row: ComplaintRow) -> str:
    """Where a complaint stands: raised, contacted, proposed, done or closed."""
    if row.closed_at is not None:
        return "closed"
    if row.done_at is not None:
        return "done"
    if row.proposed_at is not None:
        return "proposed"
    return "raised" if row.contacted_at is None else "contacted"


def complaint_of(row: ComplaintRow) -> Complaint:
    """Make the domain's complaint."""
    return Complaint(
        id=row.id,
        contract=row.contract_id,
        raised_at=row.raised_at,
        contacted_at=row.contacted_at,
        proposed_at=row.proposed_at,
        done_at=row.done_at,
        closed_at=row.closed_at,
        text=row.text,
    )


def view_complaint(work: UnitOfWork, row: ComplaintRow) -> ComplaintView:
    """Read a complaint's clocks."""
    settings = company_settings(work)
    contract = rows.contract_of(work.catalogue.get(ContractRow, row.contract_id), settings.policies)
    readings = (clock.reading(work.now) for clock in complaint_clocks(complaint_of(row), contract))
    clocks = tuple(local_reading(one, settings) for one in readings)
    return ComplaintView(row, state_of(row), clocks)
