"""What the catalogue of equipment types proposes to bring and to do for a request."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.domain.equipment import EquipmentType
from dispatch.domain.request_visits import usual_work
from dispatch.domain.request_work import remaining_work
from dispatch.domain.work import Work
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import EquipmentRow, EquipmentTypeRow, RequestRow

__all__ = ["Proposal", "propose", "type_of", "work_ahead"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the catalogue proposes for a fault.

    Parameters
    ----------
    fault
        Its code, or None.
    source
        ``fault`` (the catalogue knows it), ``type`` (only the type of equipment is known) or
        ``none``.
    work
        What a visit usually takes.
    """

    fault: str | None
    source: str
    work: Work


def propose(work: UnitOfWork, id: str, fault: str | None = None) -> Proposal:
    """Look up what a visit for a request usually takes.

    Parameters
    ----------
    work, id
        The transaction and the request.
    fault
        Code to look up in place of the reported one.
    """
    row = work.catalogue.get(RequestRow, id)
    kind = type_of(work, row)
    code = fault or row.fault
    known = kind is not None and kind.fault(code) is not None
    source = "fault" if known else "none" if kind is None else "type"
    return Proposal(code, source, usual_work(kind, code))


def work_ahead(work: UnitOfWork, row: RequestRow) -> tuple[Work, ...]:
    """List what further visits of a request have to do; nothing when it is closed."""
    request = rows.request_of(row)
    if not request.state.is_open:
        return ()
    return remaining_work(request, usual_work(type_of(work, row), row.fault))


def type_of(work: UnitOfWork, row: RequestRow) -> EquipmentType | None:
    """Type of the equipment of a request, where it is known."""
    if row.equipment_id is None:
        return None
    piece = work.catalogue.get(EquipmentRow, row.equipment_id)
    return rows.equipment_type_of(work.catalogue.get(EquipmentTypeRow, piece.type))
