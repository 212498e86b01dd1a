"""`python -m benchmarks NAME` runs a benchmark; `python -m benchmarks readme` writes its tables."""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.families import DATA, DEFAULT_GLOBS, FAMILIES, choose
from benchmarks.measure import COLUMNS, Row, measure, warm_up
from benchmarks.tables import TableError, fill_markers, table
from benchmarks.traces import traces_beside, write_traces

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DOCS = HERE.parent / "docs"
READMES = (
    HERE.parent / "README.md",
    HERE / "README.md",
    DOCS / "board.md",
    DOCS / "optimiser.md",
)
OWN_COMMANDS = (
    "ablation",
    "best-known",
    "board",
    "curve",
    "dynamic",
    "field",
    "half-year",
    "insert",
    "load",
    "pictures",
    "replay",
    "risk",
    "scale",
    "small",
    "start",
    "urgent",
    "whatif-boston",
    "whatif-equals",
    "whatif-killed",
    "whatif-priority",
)
"""Benchmarks with options of their own: `NAME ...` calls `benchmarks.NAME.main(...)`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit status 1 when a run failed or broke a rule, 2 for a wrong call."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and (own := arguments[0].replace("_", "-")) in OWN_COMMANDS:
        return _own_command(own, arguments[1:])
    options = _parser().parse_args(arguments)
    if options.name == "readme":
        return _write_readmes(options.results)
    if not options.data.is_dir():
        print(f"error: no reference data at {options.data}\nMaybe give --data.", file=sys.stderr)
        return 2
    globs = options.instances or DEFAULT_GLOBS.get(options.name, "*")
    instances = choose(FAMILIES[options.name](options.data, options.crews), globs)
    if not instances:
        print(f"error: no instance of {options.name} matches {globs!r}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)

        def one(wanted: tuple[int, str, int, float]) -> Row:
            position, engine, seed, limit = wanted
            row = measure(options.name, instances[position], engine, seed, limit, folder)
            gap = "" if row.gap_pct is None else f" gap {row.gap_pct:+.2f} %"
            told = f"{row.instance} {engine} seed {seed} {limit:g} s: {row.value}{gap}"
            told += f", {row.unserved} unserved"
            print(f"{told} {row.note}".rstrip(), file=sys.stderr, flush=True)
            return row

        wanted = [
            (position, engine, seed, limit)
            for limit in options.time_limit
            for engine in options.engine.split(",")
            for position in range(len(instances))
            for seed in options.seeds
        ]
        with tempfile.TemporaryDirectory() as elsewhere:
            warm_up(options.engine.split(","), Path(elsewhere))
        with ThreadPoolExecutor(options.parallel) as pool:
            rows = list(pool.map(one, wanted))
    _write(options.out or RESULTS / f"{options.name}.csv", rows)
    write_traces(traces_beside(options.out or RESULTS / f"{options.name}.csv"), rows)
    print(table([row.cells() for row in rows]))
    return 1 if any(row.failed for row in rows) else 0


def _own_command(name: str, arguments: Sequence[str]) -> int:
    """Hand over to the benchmark's own module, imported only now."""
    module = f"benchmarks.{name.replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        print(f"error: benchmark {name!r}, expected the module {module}", file=sys.stderr)
        return 2
    return int(importlib.import_module(module).main(list(arguments)))


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row.cells() for row in rows)


def _write_readmes(results: Path) -> int:
    try:
        for readme in READMES:
            if readme.exists():
                text = readme.read_text(encoding="utf-8")
                readme.write_text(fill_markers(text, results), encoding="utf-8")
    except TableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"With options of their own: {', '.join(OWN_COMMANDS)}.",
    )
    names = parser.add_subparsers(dest="name", required=True)
    readme = names.add_parser("readme", help="put tables of committed results between markers")
    readme.add_argument("--results", type=Path, default=RESULTS)
    for name in FAMILIES:
        run = names.add_parser(name)
        run.add_argument("--instances", metavar="GLOB", help="comma-separated name patterns")
        run.add_argument(
            "--time-limit", type=_seconds, default=[10.0], metavar="10,30", help="seconds per run"
        )
        run.add_argument("--seeds", type=_numbers, default=[1], metavar="1,2,3")
        run.add_argument("--engine", default="auto", help="comma-separated; peers as peer:pyvrp")
        run.add_argument("--parallel", type=int, default=1, metavar="N", help="runs at a time")
        run.add_argument("--out", type=Path, help=f"CSV (default: benchmarks/results/{name}.csv)")
        run.add_argument("--keep", type=Path, help="folder that keeps case and plan files")
        run.add_argument("--data", type=Path, default=DATA, help="reference data")
        run.add_argument("--crews", type=int, default=25, help="crews assumed (boston only)")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _seconds(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
