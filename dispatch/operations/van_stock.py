"""What engineers take out of their vans and put back, counted so that the order is no matter.

Reports come late and in any order, so a van may be told to have used what it was not known to
hold. Such pieces are owed: what is put into the van later settles the debt first. Van and debt
together are nothing but the sum of all movements.
"""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow

__all__ = ["move_parts", "put_into_van"]


def move_parts(
    work: UnitOfWork,
    engineer: str,
    visit: str,
    *,
    used: Mapping[str, int],
    returned: Mapping[str, int],
) -> None:
    """Take parts out of a van and put others back.

    Parameters
    ----------
    work
        The transaction.
    engineer, visit
        Whose van, and on which visit.
    used, returned
        Pieces by part: built in at the customer's, and come back to the van.
    """
    row = work.catalogue.find(EngineerRow, engineer)
    if row is None or not (used or returned):
        return
    van, debt = dict(row.van_stock), dict(row.van_debt)
    for part, pieces in used.items():
        there = min(pieces, van.get(part, 0))
        van[part] = van.get(part, 0) - there
        debt[part] = debt.get(part, 0) + pieces - there
        work.tell("part_used", part, {"engineer": engineer, "quantity": pieces, "visit": visit})
    for part, pieces in returned.items():
        _put(van, debt, part, pieces)
        told = {"engineer": engineer, "quantity": pieces, "visit": visit}
        work.tell("part_returned", part, told)
    _keep(work, row, van, debt)


def put_into_van(work: UnitOfWork, engineer: str, part: str, pieces: int) -> None:
    """Load pieces into a van; what it owes is settled first."""
    row = work.catalogue.get(EngineerRow, engineer)
    van, debt = dict(row.van_stock), dict(row.van_debt)
    _put(van, debt, part, pieces)
    _keep(work, row, van, debt)


def _put(van: dict[str, int], debt: dict[str, int], part: str, pieces: int) -> None:
    owed = min(pieces, debt.get(part, 0))
    debt[part] = debt.get(part, 0) - owed
    van[part] = van.get(part, 0) + pieces - owed


def _keep(work: UnitOfWork, row: EngineerRow, van: dict[str, int], debt: dict[str, int]) -> None:
    values = {
        "van_stock": {part: pieces for part, pieces in van.items() if pieces},
        "van_debt": {part: pieces for part, pieces in debt.items() if pieces},
    }
    work.catalogue.change(row, values)
