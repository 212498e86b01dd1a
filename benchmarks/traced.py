"""`python -m benchmarks.traced CASE -o PLAN --trace TRACE`: plan, and keep when it got better.

The command line has no word for a trace, so this calls the planner as `dispatch plan` does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.errors import DispatchError
from dispatch.formats import case_hash, format_plan, read_case

if TYPE_CHECKING:
    from dispatch.solver.solve import Progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case; exit status 2 for input that the product refuses."""
    options = _parser().parse_args(arguments)
    improvements: list[tuple[float, int, int]] = []

    def heed(progress: Progress) -> None:
        found = (sum(progress.unassigned), progress.cost)
        if not improvements or found != improvements[-1][1:]:
            improvements.append((round(progress.elapsed_s, 3), *found))

    try:
        case = read_case(options.case)
        from dispatch.planning.planner import plan

        made = plan(
            case,
            engine=options.engine,
            time_limit_s=options.time_limit,
            seed=options.seed,
            on_progress=heed,
            case_hash=case_hash(case),
        )
    except DispatchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    options.output.write_text(format_plan(made), encoding="utf-8")
    options.trace.write_text(json.dumps(improvements) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traced")
    parser.add_argument("case", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--trace", type=Path, required=True)
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("auto", "ortools", "lns"), default="auto")
    return parser


if __name__ == "__main__":
    sys.exit(main())
