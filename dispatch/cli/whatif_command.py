"""``dispatch whatif``: a case and scenarios in, a paired comparison out."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.language import Tongue
from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.errors import InputError, Issue

if TYPE_CHECKING:
    from dispatch.domain import Case
    from dispatch.domain.scenario import Scenario
    from dispatch.simulation.comparison import Outcomes
    from dispatch.simulation.study import Outcome, Study, WorkItem

__all__ = ["Keep", "days_of", "read_inputs", "simulate_study", "whatif"]

MOST_DAYS = 366
MOST_REPLICATIONS = 10_000
Days = Annotated[
    int | None,
    typer.Option("--days", min=1, max=MOST_DAYS, help="Days. [default: the planning window]"),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the futures.")]
Iterations = Annotated[
    int, typer.Option("--iterations", min=0, max=1_000_000, help="Budget of each re-plan.")
]
Processes = Annotated[
    int | None,
    typer.Option("--processes", min=1, max=1024, help="Children. [default: one a core]"),
]
Keep = Annotated[
    Path | None,
    typer.Option("--keep", help="File of finished replications; a later run goes on from it."),
]


def whatif(
    case: Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")],
    scenarios: Annotated[
        list[Path], typer.Argument(help="Scenario files (JSON).", metavar="SCENARIO.json...")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Report file (JSON).")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Report with charts.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Comparison as a table.")] = None,
    replications: Annotated[
        int, typer.Option("--replications", min=1, max=MOST_REPLICATIONS, help="Futures.")
    ] = 30,
    days: Days = None,
    seed: Seed = 1,
    policy: Annotated[str, typer.Option("--policy", help="Who decides during the day.")] = "ours",
    iterations: Iterations = 60,
    processes: Processes = None,
    independent: Annotated[
        bool,
        typer.Option("--independent", help="Futures of its own for each world, not common ones."),
    ] = False,
    keep: Keep = None,
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the tables.", envvar="DISPATCH_LANG")
    ] = Tongue.EN,
) -> int:
    """Compare scenarios with a base in the same simulated futures; the table goes to stdout."""
    for path in (output, html, csv, keep):
        refuse_unwritable(path)
    world, changes = read_inputs(case, scenarios, policy)

    from dispatch.simulation.comparison import make_study, report_of

    study = make_study(
        world,
        changes,
        days=days_of(world, days),
        seed=seed,
        policy=policy,
        iterations=iterations,
        independent=independent,
    )
    mark = _fingerprint((case, *scenarios), study)
    outcomes = simulate_study(study, replications, processes=processes, keep=keep, mark=mark)
    report = report_of(study, outcomes)
    _write(report, output, html, csv, language.value)
    from dispatch.cli.whatif_table import print_report

    print_report(report, language.value, sys.stdout)
    return 0


def days_of(case: Case, asked: int | None) -> int:
    """How many days to simulate: as asked, or as many as the planning window has."""
    if asked is not None:
        return asked
    return min(MOST_DAYS, max(1, -(-int(case.planning_window.length.total_seconds()) // 86_400)))


def read_inputs(
    case: Path, scenarios: Sequence[Path], policy: str = "ours"
) -> tuple[Case, list[Scenario]]:
    """Read a case and scenarios, and make every change once, so that all issues are told at once.

    Raises
    ------
    InputError
        Each pointer follows the name of its file.
    """
    from dispatch.formats import read_case
    from dispatch.formats.scenario_json import read_scenario
    from dispatch.simulation.policies import policy_named

    issues: list[Issue] = []
    world = None
    try:
        policy_named(policy)
    except InputError as error:
        issues += [replace(one, pointer="--policy") for one in error.issues]
    try:
        world = read_case(case)
    except InputError as error:
        issues += [replace(one, pointer=f"{case}#{one.pointer}") for one in error.issues]
    read = []
    for path in scenarios:
        try:
            scenario = read_scenario(path, world)
            if scenario.policy is not None:
                policy_named(scenario.policy)
            read.append(scenario)
        except InputError as error:
            issues += [replace(one, pointer=f"{path}#{one.pointer}") for one in error.issues]
    if issues or world is None:
        raise InputError(issues)
    return world, read


def simulate_study(
    study: Study,
    replications: int,
    *,
    processes: int | None,
    keep: Path | None = None,
    mark: str = "",
) -> Outcomes:
    """Work a study off with progress on the terminal, keeping what is finished."""
    from dispatch.cli.interrupt import heed_interrupts
    from dispatch.cli.whatif_progress import Kept, show_items
    from dispatch.simulation.comparison import work_off

    with (
        closing(_executor(processes, replications * len(study.worlds))) as executor,
        heed_interrupts() as stop,
        Kept(keep, mark) as kept,
        show_items(replications * len(study.worlds) - len(kept.finished)) as tell,
    ):

        def keep_and_tell(item: WorkItem, outcome: Outcome) -> None:
            kept.add(item, outcome)
            tell()

        return work_off(
            study,
            replications,
            executor,
            finished=kept.finished,
            done=keep_and_tell,
            cancelled=stop.is_set,
        )


def _executor(processes: int | None, items: int) -> Any:
    from dispatch.simulation.scheduler import executor_for

    many = min(processes or os.cpu_count() or 1, items)
    return executor_for(many)


def _fingerprint(files: Sequence[Path], study: Study) -> str:
    """What finished replications belong to: the very files, options and version."""
    from dispatch import __version__

    digest = hashlib.sha256()
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    options = (study.days, study.seed, study.iterations, study.independent, study.worlds[0].policy)
    digest.update(repr((options, __version__)).encode())
    return digest.hexdigest()


def _write(
    report: Mapping[str, Any], output: Path | None, html: Path | None, csv: Path | None, tongue: str
) -> None:
    from dispatch.formats import dump_json
    from dispatch.formats.whatif_csv import format_whatif_csv
    from dispatch.formats.whatif_html import format_whatif_html

    if output is not None:
        write_result(dump_json(report) + "\n", output)
    if html is not None:
        write_result(format_whatif_html(report, tongue), html)
    if csv is not None:
        write_result(format_whatif_csv(report), csv)
