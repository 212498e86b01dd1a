"""`python -m benchmarks.cases FAMILY FILE -o CASE.json` turns a public instance into a case file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.cases import (
    InstanceError,
    boston_case,
    google_case,
    hhcrsp_case,
    praxedo_case,
    read_hhcrsp,
    read_instance,
    read_vrptw,
    trsp_case,
    vrptw_case,
)
from benchmarks.cases.boston_tickets import read_tickets
from benchmarks.cases.clock import Json


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert one file; exit status 2 when it cannot be read as its family."""
    options = _parser().parse_args(arguments)
    try:
        case, notes = _convert(options)
    except (InstanceError, OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    text = json.dumps(case, ensure_ascii=False) + "\n"
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")
        if notes:
            options.output.with_suffix(".assumptions.md").write_text(notes, encoding="utf-8")
    return 0


def _convert(options: argparse.Namespace) -> tuple[Json, str]:
    match options.family:
        case "trsp":
            return trsp_case(read_instance(options.file)), ""
        case "praxedo":
            return praxedo_case(read_instance(options.file)), ""
        case "vrptw":
            return vrptw_case(read_vrptw(options.file)), ""
        case "hhcrsp":
            return hhcrsp_case(read_hhcrsp(options.file)), ""
        case "google":
            return google_case(json.loads(options.file.read_text(encoding="utf-8"))), ""
        case _:
            return boston_case(
                read_tickets(options.file), options.date, options.crews, options.seed
            )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cases", description=__doc__)
    families = parser.add_subparsers(dest="family", required=True)
    for name in ("trsp", "praxedo", "vrptw", "hhcrsp", "google", "boston"):
        family = families.add_parser(name)
        family.add_argument("file", type=Path, help="the instance as published")
        family.add_argument(
            "-o", "--output", type=Path, help="case file (default: standard output)"
        )
        if name == "boston":
            family.add_argument("--date", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
            family.add_argument("--crews", type=int, required=True, help="how many crews to assume")
            family.add_argument("--seed", type=int, default=1, help="draws the crews' yards")
    return parser


if __name__ == "__main__":
    sys.exit(main())
