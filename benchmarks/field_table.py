"""The table of a `field` run: one line per class and rival, tiers before per cents."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.field_score import Worth

if TYPE_CHECKING:
    from benchmarks.field import FieldRow

Key = tuple[str, int, int]
HEADINGS = (
    "class",
    "instances",
    "against",
    "lower",
    "better / equal / worse",
    "left out",
    "theirs",
    "worst instance",
    "failed",
)


def field_table(rows: Sequence[FieldRow], engine: str, best: Mapping[str, Worth]) -> str:
    """Compare one engine with every other of the run.

    "lower" is the mean over instances of how much lower its figure is; "better", "equal" and
    "worse" compare tiers first; "left out" sums mandatory/high/normal/low; the worst instance is
    the one with the smallest gain. Of several search seeds the median figure speaks.
    """
    median = _medians(rows)
    rivals = [name for name in dict.fromkeys(row.engine for row in rows) if name != engine]
    lines = [
        f"| {' | '.join(HEADINGS)} |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    kinds = list(dict.fromkeys(row.kind for row in rows))
    groups = [(kind, [kind]) for kind in kinds] + ([("all", kinds)] if len(kinds) > 1 else [])
    for name, chosen in groups:
        for rival in rivals:
            pairs = {
                key: (median[engine, key], median[rival, key])
                for key in dict.fromkeys((row.kind, row.size, row.seed) for row in rows)
                if key[0] in chosen and (engine, key) in median and (rival, key) in median
            }
            failed = sum(
                row.failed for row in rows if row.kind in chosen and row.engine in (engine, rival)
            )
            lines.append(_line(name, rival, pairs, failed))
    lines += _against_best(median, engine, best)
    return "\n".join(lines)


def _medians(rows: Iterable[FieldRow]) -> dict[tuple[str, Key], Worth]:
    found: dict[tuple[str, Key], list[Worth]] = {}
    for row in rows:
        worth = row.worth
        if worth is not None:
            found.setdefault((row.engine, (row.kind, row.size, row.seed)), []).append(worth)
    return {key: statistics.median_low(worths) for key, worths in found.items()}


def _line(name: str, rival: str, pairs: Mapping[Key, tuple[Worth, Worth]], failed: int) -> str:
    if not pairs:
        return f"| {name} | 0 | {rival} | - | - | - | - | - | {failed} |"
    gains = {key: _lower(ours.figure, theirs.figure) for key, (ours, theirs) in pairs.items()}
    worst = min(gains, key=lambda key: gains[key])
    better = sum(ours < theirs for ours, theirs in pairs.values())
    worse = sum(ours > theirs for ours, theirs in pairs.values())
    cells = (
        name,
        str(len(pairs)),
        rival,
        f"{statistics.mean(gains.values()):+.1f} %",
        f"{better} / {len(pairs) - better - worse} / {worse}",
        _sum(ours for ours, _ in pairs.values()),
        _sum(theirs for _, theirs in pairs.values()),
        f"{worst[0]}-{worst[1]}-{worst[2]} {gains[worst]:+.1f} %",
        str(failed),
    )
    return "| " + " | ".join(cells) + " |"


def _lower(ours: int, theirs: int) -> float:
    return 100.0 * (theirs - ours) / theirs if theirs else 0.0


def _sum(worths: Iterable[Worth]) -> str:
    counts = [worth.left_out for worth in worths]
    return "/".join(str(sum(column)) for column in zip(*counts, strict=True))


def _against_best(
    median: Mapping[tuple[str, Key], Worth], engine: str, best: Mapping[str, Worth]
) -> list[str]:
    gaps = []
    for (name, (kind, size, seed)), worth in median.items():
        known = best.get(f"{kind}-{size}-{seed}")
        if name == engine and known is not None and known.figure:
            gaps.append(100.0 * (worth.figure - known.figure) / known.figure)
    if not gaps:
        return []
    mean = statistics.mean(gaps)
    return ["", f"Gap of {engine} to the best known figures: {mean:+.2f} % over {len(gaps)}."]
