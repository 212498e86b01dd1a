"""``dispatch import`` and ``dispatch export``: master data and requests as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.exits import OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl
from dispatch.cli.output import refuse_unwritable, write_result

__all__ = ["export_data", "import_data"]


def import_data(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX file.", metavar="FILE")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", help="What is in it; the file's (or sheet's) own name when not given."
        ),
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Import engineers, sites, parts, requests and so on; with one bad row nothing is stored."""
    from dispatch.operations.importing import import_file

    for done in import_file(database_url, file, kind):
        tell(f"{done.kind}: {done.added} added, {done.changed} changed, {done.unchanged} unchanged")
    return OK


def export_data(
    kind: Annotated[
        str | None, typer.Option("--kind", help="One kind, as CSV; everything, as JSON, else.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; standard output when not given.")
    ] = None,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Export everything as JSON, or one kind as a CSV file that can be imported again."""
    refuse_unwritable(output)
    from dispatch.operations.exporting import export_all, export_csv

    if kind is not None:
        write_result(export_csv(database_url, kind), output)
        return OK
    from dispatch.formats import dump_json

    write_result(dump_json(export_all(database_url)) + "\n", output)
    return OK
