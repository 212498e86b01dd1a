"""The report of a what-if at a terminal: one table for each scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.cli.terminal import plain
from dispatch.formats.whatif_words import (
    FIGURE_WORDS,
    POLICY_WORDS,
    TEXTS,
    tell_figure,
    tell_left,
    tell_ratio,
)

__all__ = ["print_answer", "print_report"]

HEADINGS = ("figure", "base", "scenario", "difference", "interval", "better", "variance")


def print_report(report: Mapping[str, Any], language: str, file: TextIO) -> None:
    """Print what a manager wants to know first."""
    tongue = 1 if language == "zh" else 0
    console = Console(file=file, highlight=False, width=None if file.isatty() else 150)
    how = TEXTS["how" if report["common_random_numbers"] else "apart"][tongue]
    console.print(Text(how.format(**report)))
    if not report["scenarios"]:
        _print_base(console, report["base"], tongue)
    for one in report["scenarios"]:
        console.print()
        title = one["name"]
        if one["policy"] != report["base"]["policy"]:
            title += f" ({POLICY_WORDS[one['policy']][tongue]})"
        console.print(Text(plain(title), style="bold"))
        table = Table(*(TEXTS[key][tongue] for key in HEADINGS), box=None, pad_edge=False)
        for column in table.columns[1:]:
            column.justify = "right"
        for name, pair in one["comparison"].items():
            if pair["base"] or pair["scenario"]:
                table.add_row(*_row(name, pair, tongue))
        console.print(table)
        _print_left(console, one, tongue)


def print_answer(told: Mapping[str, Any], file: TextIO) -> None:
    """Print the answer to a question, and its evidence as a table."""
    console = Console(file=file, highlight=False, width=None if file.isatty() else 150)
    for sentence in told["answer"]:
        console.print(Text(plain(sentence)))
    if not told["rows"]:
        return
    console.print()
    table = Table(*told["head"], box=None, pad_edge=False)
    for row in told["rows"]:
        table.add_row(*(Text(plain(one)) for one in row))
    console.print(table)


def _row(name: str, pair: Mapping[str, Any], tongue: int) -> tuple[str, ...]:
    better = pair["probability_better"]
    span = "-"
    if pair["low"] is not None:
        span = " … ".join(tell_figure(name, pair[end], signed=True) for end in ("low", "high"))
    mark = " *" if pair["significant"] else "  "
    return (
        FIGURE_WORDS[name][tongue],
        tell_figure(name, pair["base"]),
        tell_figure(name, pair["scenario"]),
        tell_figure(name, pair["difference"], signed=True) + mark,
        span,
        "-" if better is None else f"{100 * better:.0f} %",
        tell_ratio(pair),
    )


def _print_base(console: Console, base: Mapping[str, Any], tongue: int) -> None:
    table = Table(*(TEXTS[key][tongue] for key in ("figure", "base", "interval")), box=None)
    for name, one in base["figures"].items():
        span = "-"
        if one["low"] is not None:
            span = " … ".join(tell_figure(name, one[end]) for end in ("low", "high"))
        table.add_row(FIGURE_WORDS[name][tongue], tell_figure(name, one["mean"]), span)
    console.print(table)
    _print_left(console, base, tongue)


def _print_left(console: Console, one: Mapping[str, Any], tongue: int) -> None:
    left = ", ".join(f"{tell_left(code, tongue)} {n:.2f}" for code, n in one["unassigned"].items())
    console.print(Text(f"{TEXTS['left'][tongue]}: {left or TEXTS['none'][tongue]}"))
