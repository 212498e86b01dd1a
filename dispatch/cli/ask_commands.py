"""``dispatch ask``: the questions of managers, one command each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from dispatch.cli.language import Tongue
from dispatch.cli.output import refuse_unwritable, write_result
from dispatch.cli.whatif_command import Days, Iterations, Processes, Seed, days_of, read_inputs
from dispatch.errors import InputError

if TYPE_CHECKING:
    from dispatch.simulation.question_kinds import Question

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


@dataclass(frozen=True, slots=True)
class How:
    """How a question is simulated, and where its answer goes: the options all of them share."""

    replications: Annotated[
        int, typer.Option("--replications", min=2, max=10_000, help="Most futures for each answer.")
    ] = 30
    days: Days = None
    seed: Seed = 1
    iterations: Iterations = 60
    processes: Processes = None
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Answer (JSON).")] = None
    html: Annotated[Path | None, typer.Option("--html", help="Answer as a page.")] = None
    language: Annotated[
        Tongue, typer.Option("--language", help="Language of the answer.", envvar="DISPATCH_LANG")
    ] = Tongue.EN


def question(name: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Make a command of a question: its own options, then those of `How`."""

    def register(asked: Callable[..., int]) -> Callable[..., int]:
        shared = get_type_hints(How, include_extras=True)
        hints = get_type_hints(asked, include_extras=True) | shared
        own = [one for one in signature(asked).parameters.values() if one.name != "how"]
        common = signature(How).parameters.values()

        def command(**given: Any) -> int:
            how = How(**{option: given.pop(option) for option in shared})
            return asked(how, **given)

        parameters = [
            one.replace(annotation=hints[one.name], kind=Parameter.KEYWORD_ONLY)
            for one in (*own, *common)
        ]
        command.__doc__ = asked.__doc__
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        ask.command(name)(command)
        return asked

    return register


@question("team")
def team(
    how: How,
    case: CaseFile,
    share: Share = 0.95,
    territory: Annotated[str | None, typer.Option("--territory", help="Only this one.")] = None,
    skill: Annotated[str | None, typer.Option("--skill", help="Count who has it.")] = None,
    each_skill: Annotated[
        bool, typer.Option("--each-skill", help="A team for every skill on its own.")
    ] = False,
) -> int:
    """Smallest team per territory that keeps a share of critical arrivals on time."""
    from dispatch.simulation.question_kinds import Question

    asked = Question("team", share=share, territory=territory, skill=skill, each_skill=each_skill)
    return _ask(case, asked, how)


@question("worth")
def worth(
    how: How,
    case: CaseFile,
    part: Annotated[list[str] | None, typer.Option("--part", help="Only these parts.")] = None,
) -> int:
    """Value a day of one more engineer, skill, shift hour, part in every van."""
    from dispatch.simulation.question_kinds import Question

    return _ask(case, Question("worth", parts=tuple(part or ())), how)


@question("home")
def home(
    how: How,
    case: CaseFile,
    engineer: Annotated[str, typer.Option("--like", help="Engineer to be like.")],
    place: Annotated[list[str], typer.Option("--place", help="Location ids to choose from.")],
) -> int:
    """Best home, from a list, for one engineer more."""
    from dispatch.simulation.question_kinds import Question

    return _ask(case, Question("home", like=engineer, places=tuple(place)), how)


@question("depot")
def depot(
    how: How,
    case: CaseFile,
    depot_id: Annotated[str, typer.Option("--like", help="Depot to be stocked like.")],
    place: Annotated[list[str], typer.Option("--place", help="Location ids to choose from.")],
) -> int:
    """Best place, from a list, for one depot more."""
    from dispatch.simulation.question_kinds import Question

    return _ask(case, Question("depot", like=depot_id, places=tuple(place)), how)


@question("best")
def best(
    how: How,
    case: CaseFile,
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO.json...")],
) -> int:
    """Cheapest of some scenarios, for example of depots in different places."""
    from dispatch.simulation.question_kinds import Question

    return _ask(case, Question("best"), how, scenarios)


@question("sla-price")
def sla_price(
    how: How,
    case: CaseFile,
    contract: Annotated[str, typer.Option("--contract", help="Id of a contract.")],
    within: Annotated[str, typer.Option("--within", help="New limit, for example PT2H.")],
    severity: Annotated[str | None, typer.Option("--severity", help="Only this one.")] = None,
) -> int:
    """Price a month at which a tighter promise should be sold."""
    from dispatch.domain import Severity
    from dispatch.simulation.question_kinds import Question

    grade = None
    if severity is not None:
        if severity not in set(Severity):
            raise InputError.at("--severity", severity, "one of " + ", ".join(Severity))
        grade = Severity(severity)
    limit = _length(within).total_seconds()
    asked = Question("sla_price", contract=contract, within_s=limit, severity=grade)
    return _ask(case, asked, how)


@question("breaking")
def breaking(
    how: How,
    case: CaseFile,
    share: Share = 0.95,
    most: Annotated[float, typer.Option("--most", min=1.1, max=20, help="Largest factor.")] = 4.0,
) -> int:
    """Demand at which today's team breaks."""
    from dispatch.simulation.question_kinds import Question

    return _ask(case, Question("breaking", share=share, most=most), how)


def _length(text: str) -> timedelta:
    from dispatch.formats import parse_duration
    from dispatch.formats.unfit import Unfit

    try:
        return parse_duration(text)
    except Unfit as error:
        raise InputError.at("--within", text, error.expected) from error


def _ask(case: Path, asked: Question, how: How, files: Sequence[Path] = ()) -> int:
    """Simulate until the answer is clear, and tell it; Ctrl-C ends it."""
    from dispatch.cli.interrupt import heed_interrupts
    from dispatch.cli.whatif_table import print_answer
    from dispatch.formats import dump_json, read_case
    from dispatch.formats.question_table import (
        QUESTION_WORDS,
        format_question_html,
        tell_question,
    )
    from dispatch.simulation.questions import Asking
    from dispatch.simulation.sampling import Patience
    from dispatch.simulation.scheduler import executor_for

    for path in (how.output, how.html):
        refuse_unwritable(path)
    world, scenarios = read_inputs(case, files) if files else (read_case(case), [])
    issues = asked.strangers(world)
    if issues:
        raise InputError(issues)
    first = min(6, how.replications)
    with (
        closing(executor_for(how.processes or os.cpu_count() or 1)) as executor,
        heed_interrupts() as stop,
    ):
        asking = Asking(
            world,
            executor,
            Patience(first, max(1, first), how.replications),
            days=days_of(world, how.days),
            seed=how.seed,
            iterations=how.iterations,
            cancelled=stop.is_set,
        )
        rows = asked.answer(asking, scenarios)
    report = {"question": asked.kind, "asked": asked.to_document(), "rows": rows}
    if how.output is not None:
        write_result(dump_json(report) + "\n", how.output)
    if how.html is not None:
        title = QUESTION_WORDS[asked.kind][how.language is Tongue.ZH]
        write_result(format_question_html(report, title, how.language.value), how.html)
    print_answer(tell_question(report, how.language.value), sys.stdout)
    return 0
