"""``dispatch rounds``: due maintenance as visits, with the notices that go out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.exits import OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl
from dispatch.cli.terminal import plain
from dispatch.errors import InputError

if TYPE_CHECKING:
    from dispatch.domain.maintenance import MaintenanceRound

__all__ = ["rounds"]


def rounds(
    until: Annotated[
        str | None,
        typer.Option("--until", help="Last day, YYYY-MM-DD. [default: 30 days from today]"),
    ] = None,
    generate: Annotated[
        bool,
        typer.Option("--generate", help="Make the visits; doing it twice adds nothing."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """List the maintenance that falls due, as visits, and whom to give notice."""
    last = _day(until)

    from dispatch.formats import dump_json
    from dispatch.operations.rounds import generate_in, report

    found = (generate_in if generate else report)(database_url, last)
    if as_json:
        document = {
            "today": found.today.isoformat(),
            "until": found.until.isoformat(),
            "visits": [
                _written(one) | {"generated": one.id in found.generated} for one in found.due
            ],
            "added": list(found.added),
            "notices": [_written(one) for one in found.notices],
        }
        typer.echo(dump_json(document))
        return OK
    for one in found.due:
        late = "overdue" if one.is_overdue(found.today) else ""
        site = found.site_names.get(one.site, one.site)
        span = f"{one.earliest} to {one.latest}"
        known = "visit" if one.id in found.generated else ""
        row = (f"{one.due}", span, one.kind.value, one.equipment, site, known, late, one.id)
        typer.echo("\t".join(map(plain, row)))
    for one in found.notices:
        site = found.site_names.get(one.site, one.site)
        cells = ("notice", site, one.equipment, one.kind.value, f"due {one.due}", one.id)
        typer.echo("\t".join(map(plain, cells)))
    tell(
        f"{len(found.due)} due until {found.until}, {len(found.added)} new visits,"
        f" {len(found.notices)} notices to give"
    )
    return OK


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError.at("--until", text, "a day such as 2026-12-31") from error


def _written(one: MaintenanceRound) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(one).items()}
