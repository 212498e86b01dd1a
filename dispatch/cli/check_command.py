"""``dispatch check``: the independent auditor on a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.exits import BAD_NEWS, OK, tell
from dispatch.cli.terminal import plain
from dispatch.errors import InputError

__all__ = ["check"]


def check(
    case: Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")],
    plan: Annotated[Path, typer.Argument(help="Plan file (JSON).", metavar="PLAN.json")],
    no_cost: Annotated[
        bool,
        typer.Option(
            "--no-cost", help="Leave the money out: the plan was made by hand or by others."
        ),
    ] = False,
) -> int:
    """Recompute every time, load and cost of a plan and print each violation.

    Exit status 0 without violations, 1 with some, 2 when a file cannot be read.
    """
    from dispatch.cli.both_files import read_both
    from dispatch.planning.audit import audit

    world, claimed = read_both(case, plan)
    if claimed.cost is None and not no_cost:
        # A forgotten cost must not pass for a right one.
        expected = "a cost, or --no-cost for a plan made by hand or by others"
        raise InputError.at(f"{plan}#/cost", None, expected)
    violations = audit(world, claimed, with_cost=not no_cost)
    for violation in violations:
        typer.echo(plain(str(violation)))
    tell("no violations" if not violations else f"{len(violations)} violations")
    return BAD_NEWS if violations else OK
