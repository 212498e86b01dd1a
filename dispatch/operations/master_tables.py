"""Master data as tables for people: search, sort, page, who changed a record last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.errors import InputError, NotFound
from dispatch.operations.master_data import RESOURCES, Resource, record_of
from dispatch.operations.record_shapes import column_of, references_of, shapes_of
from dispatch.operations.records import Record
from dispatch.store import UnitOfWork
from dispatch.store.table_book import TableBook

__all__ = [
    "LastChange",
    "TablePage",
    "count_of_each",
    "last_change",
    "records_found",
    "resource_named",
    "table_page",
]

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class TablePage:
    """Part of a table.

    Parameters
    ----------
    rows
        Records with their versions.
    total
        How many fit the search in all.
    names
        What the ids in the part are called, by kind and id: name and English name.
    """

    rows: tuple[tuple[Record, int], ...]
    total: int
    names: dict[str, dict[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who put a record into its present state.

    Parameters
    ----------
    actor, name
        Stable id of who did, and a name where it is a person or system that is still known.
    at
        When.
    """

    actor: str
    name: str | None
    at: datetime


def resource_named(kind: str) -> Resource:
    """Find a kind of master data by its name in addresses.

    Raises
    ------
    NotFound
        When there is none.
    """
    resource = RESOURCES.get(kind)
    if resource is None:
        raise NotFound("table", kind, advice=f"one of {', '.join(RESOURCES)}.")
    return resource


def count_of_each(work: UnitOfWork) -> dict[str, int]:
    """Number of records of each kind."""
    return {name: work.catalogue.count(one.table) for name, one in RESOURCES.items()}


def table_page(
    work: UnitOfWork,
    kind: str,
    *,
    search: str = "",
    sort: str = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> TablePage:
    """Read part of a table.

    Parameters
    ----------
    work
        The transaction.
    kind
        Which table.
    search
        Words that must all occur somewhere in a row.
    sort, descending
        Field to sort by.
    offset, limit
        The part.

    Raises
    ------
    NotFound
        When there is no such table.
    InputError
        When it cannot be sorted by that field.
    """
    resource = resource_named(kind)
    rows, total = _found(work, resource, search, sort, descending, offset, limit)
    return TablePage(rows, total, _names(work, kind, [record for record, _ in rows]))


def records_found(work: UnitOfWork, kind: str, search: str = "") -> list[Record]:
    """Every record of a kind that fits a search, by id."""
    rows, _ = _found(work, resource_named(kind), search, "id", False, 0, None)
    return [record for record, _ in rows]


def last_change(work: UnitOfWork, kind: str, id: str) -> LastChange | None:
    """Who changed a record last; None when nobody noted it."""
    event = TableBook(work.session).last_change(id, resource_named(kind).name)
    if event is None:
        return None
    return LastChange(event.actor, _name_of(work, event.actor), event.at)


def _found(
    work: UnitOfWork,
    resource: Resource,
    search: str,
    sort: str,
    descending: bool,
    offset: int,
    limit: int | None,
) -> tuple[tuple[tuple[Record, int], ...], int]:
    sortable = [one.name for one in shapes_of(resource.name) if one.sortable]
    if sort not in sortable:
        raise InputError.at("/sort", sort, f"one of {', '.join(sortable)}")
    rows, total = TableBook(work.session).page(
        resource.table,
        words=search.split()[:MOST_WORDS],
        order=column_of(resource, sort),
        descending=descending,
        offset=offset,
        limit=limit,
    )
    return tuple((record_of(row, resource), row.version) for row in rows), total


def _names(
    work: UnitOfWork, kind: str, records: Sequence[Record]
) -> dict[str, dict[str, tuple[str, str]]]:
    wanted: dict[str, set[str]] = {}
    for field, target in references_of(kind).items():
        ids = wanted.setdefault(target, set())
        for record in records:
            value = getattr(record, field)
            ids.update(value if isinstance(value, list) else [value] if value else [])
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for target, ids in wanted.items():
        resource = RESOURCES[target]
        for row in work.catalogue.some(resource.table, ids):
            named = record_of(row, resource)
            # A contract is called after its customer.
            name = getattr(named, "name", None) or getattr(named, "customer", None) or ""
            english = getattr(named, "name_en", None) or getattr(named, "customer_en", None) or ""
            found.setdefault(target, {})[row.id] = (name, english)
    return found


def _name_of(work: UnitOfWork, actor: str) -> str | None:
    kind, _, id = actor.partition(":")
    if kind == "user":
        user = work.accounts.user(id)
        return None if user is None else user.name
    if kind == "key":
        key = work.accounts.api_key(id)
        return None if key is None else key.name
    return None
