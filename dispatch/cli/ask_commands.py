"""``dispatch ask``: the questions of managers, one command each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.terminal import plain
from dispatch.cli.whatif_command import Days, Iterations, Processes, Seed, days_of
from dispatch.errors import InputError

if TYPE_CHECKING:
    from dispatch.simulation.questions import Asking

__all__ = ["ask"]

ask = typer.Typer(
    help="Capacity questions, answered by simulation; each stops early on what is clear.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CaseFile = Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")]
Share = Annotated[
    float, typer.Option("--share", min=0, max=1, help="Of critical arrivals to be on time.")
]
Replications = Annotated[
    int, typer.Option("--replications", min=2, max=10_000, help="Most futures for each answer.")
]


@ask.command("team")
def team(
    case: CaseFile,
    share: Share = 0.95,
    territory: Annotated[str | None, typer.Option("--territory", help="Only this one.")] = None,
    skill: Annotated[str | None, typer.Option("--skill", help="Count who has it.")] = None,
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Smallest team per territory that keeps a share of critical arrivals on time."""
    from dispatch.simulation.questions import smallest_team

    asking = _asking(case, replications, days, seed, iterations, processes)
    rows = smallest_team(asking, share, territory=territory, skill=skill)
    return _tell([{k: v for k, v in row.items() if k != "tried"} for row in rows])


@ask.command("worth")
def worth(
    case: CaseFile,
    part: Annotated[list[str] | None, typer.Option("--part", help="Only these parts.")] = None,
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Value a day of one more engineer, skill, shift hour, part in every van."""
    from dispatch.simulation.questions import marginal_values

    asking = _asking(case, replications, days, seed, iterations, processes)
    return _tell(marginal_values(asking, parts=tuple(part or ())))


@ask.command("home")
def home(
    case: CaseFile,
    engineer: Annotated[str, typer.Option("--like", help="Engineer to be like.")],
    place: Annotated[list[str], typer.Option("--place", help="Location ids to choose from.")],
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Best home, from a list, for one engineer more."""
    from dispatch.simulation.questions import best_home

    asking = _asking(case, replications, days, seed, iterations, processes)
    return _tell(best_home(asking, engineer, place))


@ask.command("best")
def best(
    case: CaseFile,
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO.json...")],
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Cheapest of some scenarios, for example of depots in different places."""
    from dispatch.formats.scenario_json import read_scenario
    from dispatch.simulation.questions import best_of

    read = [read_scenario(path) for path in scenarios]
    asking = _asking(case, replications, days, seed, iterations, processes)
    return _tell(best_of(asking, read))


@ask.command("sla-price")
def sla_price(
    case: CaseFile,
    contract: Annotated[str, typer.Option("--contract", help="Id of a contract.")],
    within: Annotated[str, typer.Option("--within", help="New limit, for example PT2H.")],
    severity: Annotated[str | None, typer.Option("--severity", help="Only this one.")] = None,
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Price a month at which a tighter promise should be sold."""
    from dispatch.domain import Severity
    from dispatch.simulation import questions

    grade = None
    if severity is not None:
        if severity not in set(Severity):
            raise InputError.at("--severity", severity, "one of " + ", ".join(Severity))
        grade = Severity(severity)
    limit = _length(within)
    asking = _asking(case, replications, days, seed, iterations, processes)
    return _tell([questions.sla_price(asking, contract, limit, grade)])


@ask.command("breaking")
def breaking(
    case: CaseFile,
    share: Share = 0.95,
    most: Annotated[float, typer.Option("--most", min=1.1, max=20, help="Largest factor.")] = 4.0,
    replications: Replications = 30,
    days: Days = None,
    seed: Seed = 1,
    iterations: Iterations = 60,
    processes: Processes = None,
) -> int:
    """Demand at which today's team breaks."""
    from dispatch.simulation.questions import breaking_demand

    asking = _asking(case, replications, days, seed, iterations, processes)
    found = breaking_demand(asking, share, most=most)
    _tell(found["tried"])
    return _tell([{key: found[key] for key in ("holds", "breaks")}])


def _length(text: str) -> timedelta:
    from dispatch.formats import parse_duration
    from dispatch.formats.unfit import Unfit

    try:
        return parse_duration(text)
    except Unfit as error:
        raise InputError.at("--within", text, error.expected) from error


def _asking(
    case: Path,
    replications: int,
    days: int | None,
    seed: int,
    iterations: int,
    processes: int | None,
) -> Asking:
    from dispatch.formats import read_case
    from dispatch.simulation.executor import Executor, InProcess, ProcessPool
    from dispatch.simulation.questions import Asking
    from dispatch.simulation.sampling import Patience

    world = read_case(case)
    many = processes or os.cpu_count() or 1
    executor: Executor = InProcess() if many == 1 else ProcessPool(many)
    first = min(6, replications)
    patience = Patience(first, max(1, first), replications)
    return Asking(
        world, executor, patience, days=days_of(world, days), seed=seed, iterations=iterations
    )


def _tell(rows: Sequence[Mapping[str, Any]]) -> int:
    """Print rows as a table on standard output."""
    if rows:
        names = list(rows[0])
        cells = [[_cell(row[name]) for name in names] for row in rows]
        widths = [max(len(name), *(len(r[i]) for r in cells)) for i, name in enumerate(names)]
        for line in (names, *cells):
            typer.echo(
                "  ".join(text.ljust(w) for text, w in zip(line, widths, strict=True)).rstrip()
            )
    return 0


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 100 else f"{value:.0f}"
    return "-" if value is None else plain(str(value))
