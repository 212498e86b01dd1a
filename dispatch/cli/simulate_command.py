"""``dispatch simulate``: a rolling operation with random arrivals and durations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.language import Tongue
from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.cli.whatif_command import (
    MOST_REPLICATIONS,
    Days,
    Iterations,
    Processes,
    Seed,
    days_of,
    simulate_study,
)

__all__ = ["simulate"]


def simulate(
    case: Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")],
    days: Days = None,
    replications: Annotated[
        int, typer.Option("--replications", min=1, max=MOST_REPLICATIONS, help="Futures.")
    ] = 10,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            help="ours, nearest, deadline, morning, insert or every30; several: compared.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Report file (JSON).")
    ] = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the tables.", envvar="DISPATCH_LANG")
    ] = Tongue.EN,
) -> int:
    """Simulate the operation of a case; with several policies, the first is the base."""
    refuse_unwritable(output)
    from dispatch.domain.scenario import Scenario
    from dispatch.formats import dump_json, read_case
    from dispatch.simulation.comparison import make_study, report_of

    world = read_case(case)
    first, *others = policy or ["ours"]
    study = make_study(
        world,
        [Scenario(name, policy=name) for name in others],
        days=days_of(world, days),
        seed=seed,
        policy=first,
        iterations=iterations,
    )
    report = report_of(study, simulate_study(study, replications, processes=processes))
    if output is not None:
        write_result(dump_json(report) + "\n", output)
    from dispatch.cli.whatif_table import print_report

    print_report(report, language.value, sys.stdout)
    return 0
