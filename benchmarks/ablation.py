"""`python -m benchmarks ablation`: what each stage of the recipe contributes.

The solver's recipe is a frozen dataclass of switches. Every variant has one of them off (a field
may name its "off" value in `metadata["off"]`; a boolean is turned round; other fields stay) and
runs on the same instances and seeds as the whole recipe. The table says how much worse the figure
is without it: the mean over instances of the medians over seeds.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import importlib
import importlib.util
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.cases.field import field_case
from benchmarks.families import DATA, FAMILIES, choose
from benchmarks.field_score import OUTSIDE, TIERS
from benchmarks.one_run import run_apart

RESULTS = Path(__file__).resolve().parent / "results" / "ablation.csv"
RECIPE = "dispatch.solver.recipe"
WHOLE = "whole recipe"
INSTANCES = (
    "trsp:R101*,C104*,RC107*,R207*",
    "praxedo:*",
    "vrptw:solomon/R101,solomon/C201,solomon/RC2*,homberger_200/r1_2_1",
)
"""Patterns by family; what the reference data do not hold is left out and said."""
MOST_PER_FAMILY = 4
FIELD = (("urban", 100), ("rural", 100), ("parts-short", 100), ("multi-day", 100), ("crews", 100))
OUTSIDE_IN_UNITS = 0.05
"""Where units are not money, a visit left out counts as this share of the whole value."""


class RecipeMissing(RuntimeError):
    """The solver has no recipe to take apart."""


def main(arguments: Sequence[str]) -> int:
    """Run all variants and print the table; exit status 2 when there is no recipe."""
    options = _parser().parse_args(arguments)
    try:
        switches = variants(recipe_class())
    except RecipeMissing as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.only:
        unknown = sorted(set(options.only) - switches.keys())
        if unknown:
            expected = ", ".join(switches)
            print(f"error: --only {unknown[0]!r}, expected some of {expected}", file=sys.stderr)
            return 2
        switches = {WHOLE: {}} | {name: switches[name] for name in options.only}
    with tempfile.TemporaryDirectory() as temporary:
        cases = write_cases(Path(temporary), options.data, options.families)
        wanted = [
            (variant, name, seed)
            for name in cases
            for seed in options.seeds
            for variant in switches
        ]

        def one(run: tuple[str, str, int]) -> float | None:
            variant, name, seed = run
            found = run_apart(
                cases[name],
                time_limit_s=options.time_limit,
                seed=seed,
                switches=switches[variant],
                timeout_s=options.time_limit + 600,
            )
            print(f"{name} {variant} seed {seed}: {found!s:.160}", file=sys.stderr, flush=True)
            return None if isinstance(found, str) else figure(name, found.left_out, found.cost)

        with ThreadPoolExecutor(options.parallel) as pool:
            figures = dict(zip(wanted, pool.map(one, wanted), strict=True))
    _write(options.out, figures, options.time_limit)
    print(ablation_table(figures))
    return 1 if None in figures.values() else 0


def recipe_class() -> type[Any]:
    """Return the solver's recipe.

    Raises
    ------
    RecipeMissing
        This version of the solver has none.
    """
    if importlib.util.find_spec(RECIPE) is None:
        raise RecipeMissing(f"{RECIPE}: not there, expected a dataclass Recipe of switches")
    found = getattr(importlib.import_module(RECIPE), "Recipe", None)
    if found is None or not dataclasses.is_dataclass(found):
        raise RecipeMissing(f"{RECIPE}.Recipe: {found!r}, expected a dataclass of switches")
    return found  # type: ignore[return-value]


def variants(recipe: type[Any]) -> dict[str, dict[str, Any]]:
    """Return the whole recipe and one variant per switch, each as the fields that it changes."""
    found: dict[str, dict[str, Any]] = {WHOLE: {}}
    for switch in dataclasses.fields(recipe):
        if "off" in switch.metadata:
            found[f"without {switch.name}"] = {switch.name: switch.metadata["off"]}
        elif isinstance(switch.default, bool):
            word = "without" if switch.default else "with"
            found[f"{word} {switch.name}"] = {switch.name: not switch.default}
    return found


def write_cases(folder: Path, data: Path, families: Sequence[str]) -> dict[str, Path]:
    """Write the fixed list of instances as case files."""
    made: dict[str, Path] = {}
    for entry in INSTANCES:
        family, globs = entry.split(":", 1)
        if family not in families:
            continue
        known = FAMILIES[family](data, 25) if data.is_dir() else []
        chosen = choose(known, globs)[:MOST_PER_FAMILY] or known[:MOST_PER_FAMILY]
        if not chosen:
            print(f"{family}: no instances at {data}, left out", file=sys.stderr)
        for instance in chosen:
            made[f"{family}/{instance.name}"] = _save(folder, len(made), instance.case())
    for kind, size in FIELD if "field" in families else ():
        made[f"field/{kind}-{size}-1"] = _save(folder, len(made), field_case(kind, size, 1))
    return made


def _save(folder: Path, number: int, case: Mapping[str, Any]) -> Path:
    path = folder / f"{number}.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    return path


def figure(name: str, left_out: Sequence[int], value: int) -> float:
    """Return one number to take per cents of: money or seconds, visits left out priced."""
    if name.startswith("field/"):
        prices = (OUTSIDE[tier] for tier in TIERS)
        return value + sum(n * price for n, price in zip(left_out, prices, strict=True))
    return value * (1 + OUTSIDE_IN_UNITS * sum(left_out))


Figures = Mapping[tuple[str, str, int], float | None]


def ablation_table(figures: Figures) -> str:
    """One line per variant, one column per family: per cent above the whole recipe."""
    instances = list(dict.fromkeys(name for _, name, _ in figures))
    families = list(dict.fromkeys(name.split("/", 1)[0] for name in instances))
    medians = {
        (variant, name): _median(figures, variant, name)
        for variant, name in dict.fromkeys((v, n) for v, n, _ in figures)
    }
    lines = [
        f"| variant | {' | '.join(families)} | all | worst instance |",
        f"|---|{'---:|' * (len(families) + 2)}",
    ]
    for variant in dict.fromkeys(variant for variant, _, _ in figures):
        above = {}
        for name in instances:
            whole, without = medians.get((WHOLE, name)), medians.get((variant, name))
            if whole and without is not None:
                above[name] = 100 * (without - whole) / whole
        if variant == WHOLE or not above:
            continue
        cells = [
            _mean([gap for name, gap in above.items() if name.startswith(f"{family}/")])
            for family in families
        ]
        worst = max(above, key=lambda name: above[name])
        cells += [_mean(list(above.values())), f"{worst} {above[worst]:+.2f} %"]
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_cells(cells: Sequence[Mapping[str, str]]) -> str:
    """Draw the table of a result file."""
    return ablation_table(
        {
            (row["variant"], row["instance"], int(row["seed"])): (
                float(row["figure"]) if row["figure"] else None
            )
            for row in cells
        }
    )


def _median(figures: Figures, variant: str, name: str) -> float | None:
    found = [
        value
        for (one, instance, _), value in figures.items()
        if (one, instance) == (variant, name) and value is not None
    ]
    return statistics.median(found) if found else None


def _mean(gaps: Sequence[float]) -> str:
    return f"{statistics.mean(gaps):+.2f} %" if gaps else "-"


def _write(path: Path, figures: Figures, time_limit_s: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("variant", "instance", "seed", "time_limit_s", "figure"))
        for (variant, name, seed), value in figures.items():
            writer.writerow((variant, name, seed, time_limit_s, "" if value is None else value))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks ablation", description=__doc__)
    parser.add_argument(
        "--families",
        type=lambda text: text.split(","),
        default=["trsp", "praxedo", "vrptw", "field"],
        metavar="A,B",
    )
    parser.add_argument("--only", type=lambda text: text.split(","), help="variants by name")
    parser.add_argument("--seeds", type=_numbers, default=[1, 2, 3], metavar="1,2,3")
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds per run")
    parser.add_argument("--parallel", type=int, default=1, metavar="N", help="runs at a time")
    parser.add_argument("--data", type=Path, default=DATA, help="reference data")
    parser.add_argument("--out", type=Path, default=RESULTS, help="CSV")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]
