"""Master data and requests from a table file, all of it or nothing.

For the command line::

    import_file(database_url, path, kind=None, actor="command line") -> tuple[ImportReport, ...]

``kind`` is a key of `dispatch.operations.master_data.RESOURCES` or ``"requests"``; left out it
is the file's own name (``engineers.csv``), or the name of each sheet where a workbook has
several. The header names the fields of the record; nested values (skills, breaks, van_stock) are
JSON in their cell, and a place is given as ``lat`` and ``lon``. Rows with a known id replace the
stored record. `InputError` lists every bad row, with a pointer ``/ROW/field`` (or
``/SHEET/ROW/field``) that counts rows as a spreadsheet does, and then nothing is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from dispatch.errors import Conflict, InputError
from dispatch.formats.csv_writing import without_apostrophe
from dispatch.formats.json_reading import Findings, step
from dispatch.formats.json_text import read_limited
from dispatch.formats.limits import MOST_TABLE_BYTES
from dispatch.formats.table import Table, TableRow
from dispatch.formats.tables import find_tables
from dispatch.operations import master_data
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.opening import opened
from dispatch.operations.records import Record, StockRecord
from dispatch.store import UnitOfWork
from dispatch.store.tables import RequestRow, StockRow

__all__ = [
    "KINDS",
    "ImportReport",
    "bring_in_row",
    "fields_of",
    "import_file",
    "import_table",
    "require_kind",
]

REQUESTS = "requests"
KINDS = (*master_data.RESOURCES, REQUESTS)
PLACE_FIELDS = {"engineers": "home", "sites": "location", "depots": "location"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came in: its kind, how many rows were new, changed, and the same as before."""

    kind: str
    added: int
    changed: int
    unchanged: int


def import_file(
    database_url: str, path: Path, kind: str | None = None, actor: str = "command line"
) -> tuple[ImportReport, ...]:
    """Import one CSV or XLSX file in one transaction.

    Returns
    -------
    tuple of ImportReport
        One for each table, those first that others refer to.

    Raises
    ------
    InputError
        With every bad row; nothing is stored then.
    LimitExceeded
        When the file is larger than accepted.
    """
    if kind is not None:
        require_kind(kind, "/kind")
    data = read_limited(path, most_bytes=MOST_TABLE_BYTES)
    found = Findings()
    tables = find_tables(found, data, path.name)
    several = len(tables) > 1
    if several and kind is not None:
        raise InputError.at("/kind", kind, "no kind for a workbook whose sheets name theirs")
    wanted = [(kind or table.kind, table) for table in tables]
    for name, _ in wanted:
        require_kind(name, "/kind")
    wanted.sort(key=lambda one: KINDS.index(one[0]))
    digest = hashlib.sha256(data).hexdigest()

    def bring_in(work: UnitOfWork) -> tuple[ImportReport, ...]:
        reports = tuple(
            import_table(work, name, table, found, step("", name) if several else "", digest)
            for name, table in wanted
        )
        found.raise_if_any()
        return reports

    with opened(database_url) as database:
        return database.write(bring_in, actor=actor)


def require_kind(kind: str, pointer: str) -> None:
    """Refuse what is no kind of record that can be imported."""
    if kind not in KINDS:
        raise InputError.at(pointer, kind, "one of " + ", ".join(KINDS))


def import_table(
    work: UnitOfWork,
    kind: str,
    table: Table,
    found: Findings,
    pointer: str = "",
    digest: str = "",
) -> ImportReport:
    """Write the rows of one kind, and note what is wrong with them.

    Parameters
    ----------
    work
        The transaction; whoever opened it drops it when ``found`` is not empty.
    kind
        Which records the rows are.
    table
        The rows.
    found
        Where every bad row goes.
    pointer
        What the pointers start with.
    digest
        Hash of the file, which names the requests that have no name of their own.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    seen: dict[str, int] = {}
    for row in table.rows:
        place = step(pointer, row.number)
        try:
            # Also after a bad row: what it refers to can only be told by trying, and the end of
            # the transaction drops it all.
            counts[bring_in_row(work, kind, row, seen, digest)] += 1
        except ValidationError as error:
            for one in error.errors():
                steps = "".join(step("", part) for part in one["loc"])
                missing = one["type"] == "missing"
                found.add(place + steps, None if missing else one["input"], one["msg"])
        except InputError as error:
            found.adopt(place, error)
        except Conflict as error:
            # The store has dropped what came before, so that what the rows below refer to may
            # be missing: they cannot be judged any more.
            found.add(place, row.values.get("id", ""), "values that are not taken", error.message)
            found.raise_if_any()
    return ImportReport(kind, **counts)


def fields_of(kind: str) -> tuple[str, ...]:
    """Columns that a table of a kind may have."""
    place = PLACE_FIELDS.get(kind)
    names: list[str] = []
    for name in _model(kind).model_fields:
        names += ["lat", "lon"] if name == place else [name]
    return tuple(names)


def bring_in_row(
    work: UnitOfWork, kind: str, row: TableRow, seen: dict[str, int], digest: str
) -> str:
    """Write one row.

    Parameters
    ----------
    work, kind
        The transaction, and which record it is.
    row
        As it stood in the file.
    seen
        Number of the row of each id before; this one is added.
    digest
        Hash of the file.

    Returns
    -------
    str
        ``added``, ``changed`` or ``unchanged``.

    Raises
    ------
    pydantic.ValidationError, InputError, Conflict
        When it is not taken.
    """
    record = _record(kind, row.values)
    name = str(getattr(record, "id", None) or row.number)
    if name in seen:
        raise InputError.at("/id", name, f"an id that row {seen[name]} does not have")
    seen[name] = row.number
    return _write(work, kind, record, f"{digest}:{row.number}")


def _write(work: UnitOfWork, kind: str, record: Any, place: str) -> str:
    if kind == REQUESTS:
        return _write_request(work, record, place)
    resource = master_data.RESOURCES[kind]
    if isinstance(record, StockRecord):
        _require_one_stock(work, record)
    stored = work.catalogue.find(resource.table, record.id)
    if stored is None:
        master_data.add(work, resource, record)
        return "added"
    if master_data.record_of(stored, resource) == record:
        return "unchanged"
    master_data.change(work, resource, record.id, record)
    return "changed"


def _write_request(work: UnitOfWork, record: RequestRecord, place: str) -> str:
    """Take a request in unless it is known; a known one has a life of its own by now."""
    # The file's own hash and the row make the name under which a repeated import of the same
    # file finds its requests again.
    external = record.external_id or place
    if work.work.request_called(external) is not None:
        return "unchanged"
    if record.id is not None and work.catalogue.find(RequestRow, record.id) is not None:
        raise InputError.at("/id", record.id, "an id that no request has yet")
    report(work, record.model_copy(update={"external_id": external}))
    return "added"


def _require_one_stock(work: UnitOfWork, record: StockRecord) -> None:
    where = {"depot_id": record.depot, "part_id": record.part}
    for other in work.catalogue.page(StockRow, limit=1, **where):
        if other.id != record.id:
            expected = f"a part that depot {record.depot} has no stock of yet ({other.id})"
            raise InputError.at("/part", record.part, expected)


def _model(kind: str) -> type[Record]:
    return RequestRecord if kind == REQUESTS else master_data.RESOURCES[kind].record


def _record(kind: str, cells: Mapping[str, str]) -> Record:
    model = _model(kind)
    values = {name: _value(model, name, cell) for name, cell in cells.items()}
    values = {name: value for name, value in values.items() if value != ""}
    place = PLACE_FIELDS.get(kind)
    if place is not None and ("lat" in values or "lon" in values):
        values[place] = {name: values.pop(name) for name in ("lat", "lon") if name in values}
    return model.model_validate(values)


def _value(model: type[Record], name: str, cell: str) -> Any:
    """Read a cell: numbers, yes or no and nested values as JSON, all else as text.

    An empty cell is null where the field may be null, and the default elsewhere.
    """
    field = model.model_fields.get(name)
    if cell == "":
        return None if field is not None and type(None) in get_args(field.annotation) else ""
    if field is not None and _is_text(field.annotation):
        return without_apostrophe(cell)
    try:
        return json.loads(cell)
    except ValueError:
        return without_apostrophe(cell)


def _is_text(annotation: object) -> bool:
    """Tell whether a field holds text, under whatever annotations and with or without None."""
    if hasattr(annotation, "__metadata__"):
        return _is_text(annotation.__origin__)  # type: ignore[attr-defined]
    if get_origin(annotation) in (list, dict):
        return False
    kinds = [one for one in get_args(annotation) if one is not type(None)]
    return annotation is str or (len(kinds) == 1 and _is_text(kinds[0]))
