"""``dispatch plan``: a case file in, a plan file out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.language import Tongue
from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.cli.time_limit import parse_time_limit
from dispatch.errors import InputError

__all__ = ["Engine", "plan"]

DEFAULT_TIME_LIMIT_S = 10.0
BOUND_TIME_LIMIT_S = 60.0


class Territories(StrEnum):
    """Whether a case is cut into territories."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Engine(StrEnum):
    """Who does the work."""

    AUTO = "auto"
    ORTOOLS = "ortools"
    LNS = "lns"


def plan(
    case: Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Plan file; standard output when not given."),
    ] = None,
    time_limit: Annotated[
        str | None,
        typer.Option(
            "--time-limit",
            help="Time to search: 500ms, 10s, 2m. [default: 10s, none with --iterations]",
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option("--iterations", min=0, help="Most iterations; makes plans repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the search.")] = 1,
    processes: Annotated[
        int, typer.Option("--processes", min=1, help="Cores that the search may use.")
    ] = 1,
    engine: Annotated[Engine, typer.Option("--engine", help="Who searches.")] = Engine.AUTO,
    territories: Annotated[
        Territories,
        typer.Option(
            "--territories",
            help="Cut the case into territories: from 3,000 visits on, always, or never.",
        ),
    ] = Territories.AUTO,
    bound: Annotated[
        bool,
        typer.Option(
            "--bound",
            help="Tell below what no plan can be, and the gap to it (up to a minute more).",
        ),
    ] = False,
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the summary.", envvar="DISPATCH_LANG")
    ] = Tongue.EN,
) -> int:
    """Plan a case file offline; the plan goes to stdout or a file, the summary to stderr.

    Ctrl-C ends the search and gives the best plan found so far.
    """
    limit = _limit(time_limit, iterations)
    if not -(2**31) <= seed < 2**31:
        raise InputError.at("--seed", seed, "a whole number of 32 bits")
    refuse_unwritable(output)

    from dispatch.formats import case_hash, format_plan, read_case

    world = read_case(case)

    from dispatch.cli.interrupt import heed_interrupts
    from dispatch.cli.progress import show_progress
    from dispatch.cli.summary import print_summary

    with heed_interrupts() as interrupted, show_progress(limit, iterations) as on_progress:
        # Loading the solver takes seconds, in which somebody may already lose patience.
        from dispatch.planning.planner import plan as make_plan

        made = make_plan(
            world,
            engine=engine.value,
            time_limit_s=limit,
            iterations=iterations,
            seed=seed,
            processes=processes,
            territories=territories.value,
            on_progress=on_progress,
            cancelled=interrupted.is_set,
            case_hash=case_hash(world),
            bound_s=BOUND_TIME_LIMIT_S if bound else None,
        )
    write_result(format_plan(made), output)
    print_summary(world, made, language.value)
    return 0


def _limit(time_limit: str | None, iterations: int | None) -> float | None:
    if time_limit is not None:
        return parse_time_limit(time_limit)
    return DEFAULT_TIME_LIMIT_S if iterations is None else None
