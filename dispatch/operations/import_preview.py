"""An import that is looked at before anything is stored, and then stored as it was shown.

`preview_import` tries every row in a transaction that is dropped, so what it tells is what the
store itself says, references and overlaps included. `store_import` does the same for good and
leaves the bad rows out, provided that every row still has the outcome that was shown: the
fingerprint of the preview is compared before anything is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from pydantic import ValidationError

from dispatch.errors import Conflict, InputError, Issue
from dispatch.formats.json_reading import Findings, shown
from dispatch.formats.table import Table, TableRow
from dispatch.formats.tables import find_tables
from dispatch.operations.importing import KINDS, bring_in_row, fields_of, require_kind
from dispatch.operations.master_data import RESOURCES
from dispatch.store import Database, UnitOfWork

__all__ = [
    "BadCell",
    "ImportPreview",
    "ImportedTable",
    "RowRefused",
    "preview_import",
    "store_import",
]

MOST_ROWS = 20_000
"""Rows of one file; the store is closed to other writers while they are tried."""
Refused = Mapping[tuple[str, int], Issue]


@dataclass(frozen=True, slots=True)
class BadCell:
    """Something wrong with one row.

    Parameters
    ----------
    sheet
        Kind of record, which names the sheet where there are several.
    row
        As the spreadsheet counts; None when the file as a whole is meant.
    column
        Name of the column; empty when the row as a whole is meant.
    value
        What stood there; None when nothing did.
    expected
        What should have stood there.
    """

    sheet: str
    row: int | None
    column: str
    value: object
    expected: str


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """What becomes of the rows of one kind.

    Parameters
    ----------
    kind, rows
        Which records, and how many rows.
    added, changed, unchanged, bad
        Rows by what becomes of them.
    ignored_columns
        Columns that no field has; they are left out.
    """

    kind: str
    rows: int
    added: int
    changed: int
    unchanged: int
    bad: int
    ignored_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import does, row by row added up.

    Parameters
    ----------
    fingerprint
        Stands for the file and for the outcome of every row.
    tables
        One for each kind, those first that others refer to.
    bad
        Everything that is wrong, in the order of the file.
    """

    fingerprint: str
    tables: tuple[ImportedTable, ...]
    bad: tuple[BadCell, ...]


class RowRefused(Exception):
    """The store dropped the whole transaction because of one row; try again without it.

    Parameters
    ----------
    place
        Kind and number of the row.
    issue
        What is wrong with it.
    """

    def __init__(self, place: tuple[str, int], issue: Issue) -> None:
        self.place = place
        self.issue = issue
        super().__init__(str(issue))


class _Seen(Exception):
    """Carries a preview out of the transaction that is dropped."""

    def __init__(self, preview: ImportPreview) -> None:
        self.preview = preview
        super().__init__("dropped on purpose")


class _Undone(Exception):
    """Takes one row back."""


def preview_import(
    database: Database, data: bytes, name: str, kind: str | None = None
) -> ImportPreview:
    """Try an import and keep nothing of it.

    Parameters
    ----------
    database
        Where the rows would go.
    data, name
        The file.
    kind
        Which records it holds; None: as the file, or each sheet, is called.

    Raises
    ------
    InputError
        When there is nothing in the file that could be read as rows.
    """
    refused: dict[tuple[str, int], Issue] = {}

    def look(work: UnitOfWork) -> None:
        raise _Seen(_bring_in(work, data, name, kind, refused))

    while True:
        try:
            database.write(look, actor="preview")
        except _Seen as seen:
            return seen.preview
        except RowRefused as again:
            refused[again.place] = again.issue


def store_import(
    work: UnitOfWork,
    data: bytes,
    name: str,
    kind: str | None,
    fingerprint: str,
    refused: Refused,
) -> ImportPreview:
    """Store the good rows of a file that was looked at.

    Parameters
    ----------
    work
        The transaction.
    data, name, kind
        As for `preview_import`.
    fingerprint
        Of the preview that somebody saw.
    refused
        Rows that the store refused before; whoever catches `RowRefused` adds to them.

    Raises
    ------
    Conflict
        When a row would have another outcome than was shown.
    RowRefused
        When the store dropped the transaction because of a row.
    """
    done = _bring_in(work, data, name, kind, refused)
    if done.fingerprint != fingerprint:
        raise Conflict(
            "import: another outcome than was shown, because the file or the data has changed;"
            " expected the preview's fingerprint",
            advice="look at the preview once more.",
        )
    return done


def _bring_in(
    work: UnitOfWork, data: bytes, name: str, kind: str | None, refused: Refused
) -> ImportPreview:
    found = Findings()
    tables = find_tables(found, data, name)
    several = len(tables) > 1
    if not tables:
        found.raise_if_any()
    if several and kind is not None:
        raise InputError.at("/kind", kind, "no kind for a workbook whose sheets name theirs")
    named = [replace(table, kind=kind or table.kind) for table in tables]
    for table in named:
        require_kind(table.kind, "/kind")
    if len({table.kind for table in named}) < len(named):
        raise InputError.at("/kind", [one.kind for one in named], "one sheet for each kind")
    if sum(len(table.rows) for table in named) > MOST_ROWS:
        rows = sum(len(table.rows) for table in named)
        raise InputError.at("", f"{rows} rows", f"at most {MOST_ROWS} rows at once")
    digest = hashlib.sha256(data).hexdigest()
    bad = [_of_file(one, named, several) for one in found.issues]
    broken = {(one.sheet, one.row) for one in bad}
    marks = [digest]
    done = []
    for table in sorted(named, key=lambda one: KINDS.index(one.kind)):
        own = _Trial(work, table, digest, refused, broken)
        done.append(own.run())
        bad += own.bad
        marks += own.marks
    order = {table.kind: number for number, table in enumerate(named)}
    bad.sort(key=lambda one: (order.get(one.sheet, 0), one.row or 0))
    text = json.dumps([marks, [repr(one) for one in bad]])
    return ImportPreview(hashlib.sha256(text.encode()).hexdigest(), tuple(done), tuple(bad))


class _Trial:
    """The rows of one table, each tried and taken back by itself when it is bad."""

    def __init__(
        self,
        work: UnitOfWork,
        table: Table,
        digest: str,
        refused: Refused,
        broken: set[tuple[str, int | None]],
    ) -> None:
        self.bad: list[BadCell] = []
        self.marks: list[str] = []
        self._work = work
        self._table = table
        self._digest = digest
        self._refused = refused
        self._broken = broken
        self._known = fields_of(table.kind)
        self._seen: dict[str, int] = {}

    def run(self) -> ImportedTable:
        """Try every row."""
        counts = {"added": 0, "changed": 0, "unchanged": 0, "bad": 0}
        kind = self._table.kind
        for row in self._table.rows:
            outcome = self._try(row)
            counts[outcome] += 1
            self.marks.append(f"{kind} {row.number} {outcome} {self._version(row)}")
        # Lines that are no rows at all (too few cells) are not among the rows of the table.
        numbers = {row.number for row in self._table.rows}
        ragged = {at for sheet, at in self._broken if sheet == kind and at and at not in numbers}
        counts["bad"] += len(ragged)
        ignored = tuple(one for one in self._table.columns if one not in self._known)
        return ImportedTable(
            kind, len(self._table.rows) + len(ragged), **counts, ignored_columns=ignored
        )

    def _try(self, row: TableRow) -> str:
        place = (self._table.kind, row.number)
        before, outcome = len(self.bad), "bad"
        cells = {name: cell for name, cell in row.values.items() if name in self._known}
        known = replace(row, values=cells)
        broken = place in self._broken
        # What is wrong with the file itself was told; the rest of such a row is looked at too.
        apart = self._work.tentatively() if broken else self._apart()
        with suppress(_Undone), apart, self._noted(row):
            if place in self._refused:
                raise InputError([self._refused[place]])
            outcome = bring_in_row(self._work, self._table.kind, known, self._seen, self._digest)
        return "bad" if broken or len(self.bad) > before else outcome

    @contextmanager
    def _apart(self) -> Iterator[None]:
        with self._work.session.begin_nested():
            yield

    @contextmanager
    def _noted(self, row: TableRow) -> Iterator[None]:
        try:
            yield
        except ValidationError as error:
            for one in error.errors():
                steps = [str(part) for part in one["loc"]]
                missing = one["type"] == "missing"
                expected = "a value" if missing else one["msg"].removeprefix("Value error, ")
                self._note(row, steps, one["input"], expected)
            raise _Undone from error
        except InputError as error:
            for issue in error.issues:
                self._note(row, issue.pointer.split("/")[1:], issue.value, issue.expected)
            raise _Undone from error
        except Conflict as error:
            # The store has dropped all that came before, so everything is tried again.
            place = (self._table.kind, row.number)
            raise RowRefused(place, Issue("/id", row.values.get("id"), error.message)) from error

    def _note(self, row: TableRow, steps: list[str], value: object, expected: str) -> None:
        column = next((step for step in steps if step in row.values), steps[0] if steps else "")
        if not column:
            # A rule about several fields names the one to look at first.
            first, colon, rest = expected.partition(": ")
            if colon and first in row.values:
                column, expected = first, rest
        cell = row.values.get(column)
        given = cell if column in row.values else None if isinstance(value, dict) else value
        self.bad.append(BadCell(self._table.kind, row.number, column, shown(given), expected))

    def _version(self, row: TableRow) -> int:
        resource = RESOURCES.get(self._table.kind)
        stored = resource and self._work.catalogue.find(resource.table, row.values.get("id", ""))
        return stored.version if stored else 0


def _of_file(issue: Issue, tables: list[Table], several: bool) -> BadCell:
    """Read the place of a fault in the file itself out of its pointer."""
    steps = [one for one in issue.pointer.split("/") if one]
    sheet = tables[0].kind
    if several and steps:
        title = steps.pop(0).strip().lower().replace("_", "-").replace(" ", "-")
        sheet = title if title in {table.kind for table in tables} else sheet
    row = int(steps[0]) if steps and steps[0].isdecimal() else None
    column = steps[1] if len(steps) > 1 else ""
    return BadCell(sheet, row, column, issue.value, issue.message or issue.expected)
