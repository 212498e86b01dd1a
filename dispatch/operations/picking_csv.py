"""A picking list as a table for a spreadsheet or a printer."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.formats.csv_writing import format_csv, with_apostrophe
from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow, PartRow, ReservationRow

__all__ = ["COLUMNS", "picking_csv"]

COLUMNS = (
    "engineer",
    "engineer_name",
    "part",
    "part_name",
    "part_name_en",
    "quantity",
    "unit",
    "needed_at",
    "purpose",
    "collected_at",
    "reservation",
)


def picking_csv(work: UnitOfWork, rows: Sequence[ReservationRow]) -> str:
    """Write reservations in their order, with names; times are local to the company."""
    settings = company_settings(work)
    people = {r.id: r for r in work.catalogue.some(EngineerRow, {str(r.engineer_id) for r in rows})}
    parts = {one.id: one for one in work.catalogue.some(PartRow, {row.part_id for row in rows})}
    written = []
    for row in rows:
        part, person = parts[row.part_id], people.get(str(row.engineer_id))
        collected = row.collected_at
        cells = {
            "engineer": row.engineer_id or "",
            "engineer_name": "" if person is None else person.name,
            "part": row.part_id,
            "part_name": part.name,
            "part_name_en": part.name_en,
            "quantity": str(row.quantity),
            "unit": part.unit,
            "needed_at": settings.local(row.needed_at).isoformat(),
            "purpose": row.purpose,
            "collected_at": "" if collected is None else settings.local(collected).isoformat(),
            "reservation": row.id,
        }
        written.append({name: with_apostrophe(cell) for name, cell in cells.items()})
    return format_csv(COLUMNS, written)
