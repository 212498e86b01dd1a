"""``dispatch explain``: why a visit is unassigned, or why this engineer serves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.exits import OK
from dispatch.cli.language import Tongue
from dispatch.cli.terminal import plain

if TYPE_CHECKING:
    from dispatch.domain import Unassigned
    from dispatch.planning.why_engineer import WhyEngineer

__all__ = ["explain"]

WORDS = {
    "en": {
        "all": "every visit is planned",
        "unassigned": "{visit}: not planned, {verdict}",
        "impossible": "impossible even alone",
        "displaced": "displaced by other visits",
        "displaces": "  competes with {visits}",
        "price": "  forcing it in costs {price}",
        "remedy": "  -> {message}",
        "planned": "{visit}: {who} starts at {start} ({shift})",
        "here": "  {who} ({shift}): chosen",
        "dearer": "  {who} ({shift}): {price} more",
        "cheaper": "  {who} ({shift}): {price} less",
        "equal": "  {who} ({shift}): costs the same",
    },
    "zh": {
        "all": "所有上门任务均已安排",
        "unassigned": "{visit}：未安排，{verdict}",
        "impossible": "即使单独也无法安排",
        "displaced": "被其他任务占用",
        "displaces": "  与之竞争的任务：{visits}",
        "price": "  强行安排的代价：{price}",
        "remedy": "  → {message}",
        "planned": "{visit}：{who} 于 {start} 开工（{shift}）",
        "here": "  {who}（{shift}）：当前安排",
        "dearer": "  {who}（{shift}）：多花 {price}",
        "cheaper": "  {who}（{shift}）：少花 {price}",
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
    from dispatch.planning.explain_plan import explain_visit, explain_whole

    world, made = read_both(case, plan)
    if visit is None:
        found = explain_whole(world, made)
        for one in found:
            _print_unassigned(one, language)
        if not found:
            typer.echo(WORDS[language.value]["all"])
        return OK
    answer = explain_visit(world, made, visit)
    if hasattr(answer, "verdict"):
        _print_unassigned(answer, language)
    else:
        _print_choice(answer, language)
    return OK
