"""``dispatch level``: the half-year of maintenance, levelled over the weeks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.exits import OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl
from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.cli.terminal import plain
from dispatch.cli.time_limit import parse_time_limit
from dispatch.errors import InputError

if TYPE_CHECKING:
    from dispatch.operations.half_year import Levelling

__all__ = ["Format", "level"]

COLUMNS = (
    *("week", "day", "id", "equipment", "site", "territory", "skills", "minutes"),
    *("due", "earliest", "latest", "notify_on", "overdue"),
)
NAMES = {"levelled": "levelled", "due_date": "on the due date", "overdue": "when overdue"}


class Format(StrEnum):
    """What is written."""

    JSON = "json"
    CSV = "csv"


def level(
    start: Annotated[
        str | None,
        typer.Option("--from", help="A day of the first week. [default: the coming Monday]"),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=60, help="How many weeks.")] = 26,
    territory: Annotated[
        str | None, typer.Option("--territory", help="Only this one. [default: all]")
    ] = None,
    growth: Annotated[
        float,
        typer.Option(
            "--growth", min=0.0, max=10.0, help="Tell what slips with so much more corrective work."
        ),
    ] = 0.2,
    corrective: Annotated[
        float | None,
        typer.Option(
            "--corrective",
            min=0.0,
            max=1.0,
            help="Share of the hours for corrective work. [default: as the past has it]",
        ),
    ] = None,
    time_limit: Annotated[
        str, typer.Option("--time-limit", help="Time to search: 500ms, 30s, 10m.")
    ] = "30s",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the search.")] = 1,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="Cores that the search may use.")
    ] = 1,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Calendar file; standard output when not given."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What is written.")] = Format.JSON,
    keep: Annotated[
        bool, typer.Option("--keep", help="Plan the coming days by this calendar.")
    ] = False,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Level the maintenance of a half-year: each round within its tolerance, no week too full."""
    seconds = parse_time_limit(time_limit)
    refuse_unwritable(output)

    from dispatch.formats import dump_json
    from dispatch.formats.csv_writing import format_csv, with_apostrophe
    from dispatch.operations.half_year import HalfYearOrder, level_in

    order = HalfYearOrder(
        start=_day(start),
        weeks=weeks,
        territory=territory,
        growth=growth,
        time_limit_s=seconds,
        seed=seed,
        processes=processes,
        corrective_share=corrective,
    )
    made = level_in(database_url, order, store=keep)
    document = made.document()
    if form is Format.JSON:
        write_result(dump_json(document) + "\n", output)
    else:
        rows = ({k: with_apostrophe(v) for k, v in _row(one).items()} for one in document["rounds"])
        write_result(format_csv(COLUMNS, rows), output)
    _summarise(made, document)
    return OK


def _row(one: dict[str, Any]) -> dict[str, str]:
    cells = one | {"skills": " ".join(one["skills"]), "overdue": "yes" if one["overdue"] else ""}
    return {name: str(cells[name]) for name in COLUMNS}


def _summarise(made: Levelling, document: dict[str, Any]) -> None:
    figures, slips = document["figures"], document["slips"]
    tell(
        f"{figures['rounds']} rounds in {document['weeks']} weeks from {document['start']}:"
        f" fullest week {figures['peak_minutes']} min ({figures['peak_over_mean']:.2f} x mean,"
        f" no calendar below {figures['peak_bound_minutes']} min),"
        f" {figures['out_of_tolerance']} out of tolerance, {figures['elapsed_s']:.1f} s"
    )
    tell(
        "way               rounds   peak   x mean  above capacity  late  early  journeys  days off"
    )
    for way in made.ways:
        ratio = way.peak / way.mean if way.mean else 0.0
        tell(
            f"{plain(NAMES[way.name]):<16} {way.rounds:>7} {way.peak:>6} {ratio:>8.2f}"
            f" {way.over:>15} {way.late:>5} {way.early:>6} {way.journeys:>9} {way.days_off:>9.1f}"
        )
    tell(
        f"with {100 * (made.slips.growth - 1):.0f} % more corrective work {len(slips['later'])} rounds"
        f" slip, {len(slips['late'])} beyond their tolerance, {len(slips['left'])} find no week"
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError.at("--from", text, "a day such as 2026-12-28") from error
