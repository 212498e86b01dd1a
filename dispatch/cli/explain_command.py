"""``dispatch explain``: why a visit is unassigned, or why this engineer serves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.exits import OK
from dispatch.cli.language import Tongue
from dispatch.cli.terminal import plain

if TYPE_CHECKING:
    from dispatch.domain import Case, Reason, Remedy, Unassigned
    from dispatch.planning.explain_plan import Missed
    from dispatch.planning.why_engineer import Alternative, WhyEngineer

__all__ = ["explain"]

WORDS = {
    Tongue.EN: {
        "all": "every visit is planned",
        "missed": "{visit}: not planned, although there is a place for it; plan again",
        "impossible": "{visit}: not planned; no shift takes it even alone",
        "displaced": "{visit}: not planned; it would fit alone, but other visits take its place",
        "displaces": "  competes with {visits}",
        "price": "  forcing it in costs {price}",
        "remedy": "  -> {message}",
        "planned": "{visit}: {who} starts at {start}",
        "dearer": "  {who} ({shift}): {price} more",
        "cheaper": "  {who} ({shift}): {price} less",
        "equal": "  {who} ({shift}): costs the same",
    },
    Tongue.ZH: {
        "all": "所有上门任务均已安排",
        "missed": "{visit}：未安排，但其实有空位；请重新规划",
        "impossible": "{visit}：未安排；即使没有其他任务，也没有班次可以承担",
        "displaced": "{visit}：未安排；单独可以安排，但位置被其他任务占用",
        "displaces": "  与之竞争：{visits}",
        "price": "  强行安排的代价：{price}",
        "remedy": "  → {message}",
        "planned": "{visit}：{who} 于 {start} 开工",
        "dearer": "  {who}（{shift}）：多 {price}",
        "cheaper": "  {who}（{shift}）：少 {price}",
        "equal": "  {who}（{shift}）：费用相同",
    },
}


def explain(
    case: Annotated[Path, typer.Argument(help="Case file (JSON).", metavar="CASE.json")],
    plan: Annotated[Path, typer.Argument(help="Plan file (JSON).", metavar="PLAN.json")],
    visit: Annotated[
        str | None, typer.Argument(help="One visit; all unassigned ones when not given.")
    ] = None,
    language: Annotated[
        Tongue, typer.Option("--language", help="en or zh.", envvar="DISPATCH_LANG")
    ] = Tongue.EN,
) -> int:
    """Say why a visit is unassigned and what would change that, or why this engineer serves it."""
    from dispatch.cli.both_files import read_both
    from dispatch.planning.explain_plan import explain_all, explain_one
    from dispatch.planning.why_engineer import WhyEngineer

    world, made = read_both(case, plan)
    words = WORDS[language]
    if visit is None:
        found = explain_all(world, made)
        lines = [line for one in found for line in _unassigned(one, language)] or [words["all"]]
    else:
        answer = explain_one(world, made, visit)
        if isinstance(answer, WhyEngineer):
            lines = list(_choice(world, answer, language))
        else:
            lines = list(_unassigned(answer, language))
    for line in lines:
        typer.echo(plain(line))
    return OK


def _said(told: Reason | Remedy, language: Tongue) -> str:
    return told.message_zh if language is Tongue.ZH and told.message_zh else told.message


def _unassigned(one: Unassigned | Missed, language: Tongue) -> Iterator[str]:
    words = WORDS[language]
    from dispatch.planning.explain_plan import Missed

    if isinstance(one, Missed):
        yield words["missed"].format(visit=one.visit)
        return
    yield words[one.verdict.value].format(visit=one.visit)
    for reason in one.reasons:
        yield f"  {_said(reason, language) or reason.code} [{reason.code}]"
    if one.displaces:
        yield words["displaces"].format(visits=", ".join(one.displaces))
    if one.price is not None:
        yield words["price"].format(price=one.price)
    if one.remedy is not None:
        yield words["remedy"].format(message=_said(one.remedy, language) or one.remedy.change)


def _choice(case: Case, answer: WhyEngineer, language: Tongue) -> Iterator[str]:
    names = {one.id: one.name or one.id for one in case.engineers}
    who = ", ".join(names[engineer] for engineer in answer.engineers)
    start = answer.start.strftime("%Y-%m-%d %H:%M")
    yield WORDS[language]["planned"].format(visit=answer.visit, who=who, start=start)
    for one in answer.alternatives:
        yield from _alternative(one, names[one.engineer], language)


def _alternative(one: Alternative, who: str, language: Tongue) -> Iterator[str]:
    words = WORDS[language]
    if one.difference is None:
        for reason in one.reasons:
            yield f"  {_said(reason, language) or reason.code} [{reason.code}]"
        return
    kind = "equal" if not one.difference else "dearer" if one.difference > 0 else "cheaper"
    yield words[kind].format(who=who, shift=one.shift, price=abs(one.difference))
