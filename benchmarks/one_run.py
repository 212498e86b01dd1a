"""One measured run in a process of its own: first plan, pace, peak memory, incumbents.

`python -m benchmarks.one_run` calls the planner as `dispatch plan` does and prints one JSON
document; the caller starts a fresh process for every run, so that memory and compilation of one
never count for another.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.domain import Case

ROOT = Path(__file__).resolve().parents[1]
BYTES_PER_KB = 1024


@dataclass(frozen=True, slots=True)
class Incumbent:
    """Seconds since the process began to plan, iterations, left out (low first), money."""

    elapsed_s: float
    iterations: int
    left_out: tuple[int, int, int, int]
    cost: int


@dataclass(frozen=True, slots=True)
class OneRun:
    """What came of a run.

    Parameters
    ----------
    load_s, read_s, first_plan_s, total_s
        Seconds to load the program and to read the case; from then to the first incumbent, model
        and matrices included; and to the finished, audited plan.
    iterations, per_second
        Of the search, and its pace.
    peak_mb
        Resident memory of the process at its highest.
    left_out, cost
        Mandatory first; money without that of visits left out.
    trace
        Incumbents.
    """

    load_s: float
    read_s: float
    first_plan_s: float
    total_s: float
    iterations: int
    per_second: float
    peak_mb: float
    left_out: tuple[int, int, int, int]
    cost: int
    trace: tuple[Incumbent, ...]


def run_apart(
    case_file: Path,
    *,
    engine: str = "auto",
    time_limit_s: float = 10.0,
    seed: int = 1,
    switches: Mapping[str, Any] | None = None,
    timeout_s: float | None = None,
) -> OneRun | str:
    """Run in a fresh process; a failure comes back as the last line it said."""
    command = [sys.executable, "-m", "benchmarks.one_run", str(case_file), "--engine", engine]
    command += ["--time-limit", f"{time_limit_s:g}", "--seed", str(seed)]
    if switches is not None:
        command += ["--switches", json.dumps(dict(switches))]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout_s, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return f"no answer after {timeout_s:g} s"
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"exit {done.returncode}"
    document = json.loads(done.stdout.splitlines()[-1])
    trace = [Incumbent(one[0], one[1], tuple(one[2]), one[3]) for one in document.pop("trace")]
    left = tuple(document.pop("left_out"))
    return OneRun(**document, left_out=left, trace=tuple(trace))


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_run", description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--switches",
        type=json.loads,
        help="fields of the recipe as JSON; with it the search runs alone, nothing is explained",
    )
    print(json.dumps(_measured(parser.parse_args(arguments))))
    return 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    began = time.monotonic()
    from dispatch.formats import read_case
    from dispatch.planning.planner import plan
    from dispatch.solver.solve import Progress

    loaded = time.monotonic()
    case = read_case(options.case)
    read = time.monotonic()
    incumbents: list[tuple[float, int, tuple[int, ...], int]] = []
    pace: list[float] = [0, 0.0]

    def heed(progress: Progress) -> None:
        # The search counts the lowest tier first, benchmarks the highest.
        found = (tuple(reversed(progress.unassigned)), progress.cost)
        if not incumbents or incumbents[-1][2:] != found:
            elapsed = round(time.monotonic() - read, 3)
            incumbents.append((elapsed, progress.iterations, *found))
        pace[:] = [progress.iterations, progress.elapsed_s]

    given: dict[str, Any] = {
        "engine": options.engine,
        "time_limit_s": options.time_limit,
        "seed": options.seed,
        "on_progress": heed,
    }
    if options.switches is None:
        made = plan(case, **given)
        assert made.cost is not None
        tiers = {visit.id: visit.priority.value for visit in case.visits}
        left = [tiers[one.visit] for one in made.unassigned]
        left_out = tuple(left.count(name) for name in ("mandatory", "high", "normal", "low"))
        cost = made.cost.total - made.cost.unassigned
    else:
        _search_alone(case, options.switches, given)
        left_out, cost = incumbents[-1][2:]
    return {
        "load_s": round(loaded - began, 3),
        "read_s": round(read - loaded, 3),
        "first_plan_s": incumbents[0][0] if incumbents else round(time.monotonic() - read, 3),
        "total_s": round(time.monotonic() - read, 3),
        "iterations": int(pace[0]),
        "per_second": round(pace[0] / max(1e-3, pace[1]), 1),
        "peak_mb": round(_peak_bytes() / 1e6, 1),
        "left_out": left_out,
        "cost": cost,
        "trace": incumbents,
    }


def _search_alone(case: Case, switches: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    from dispatch.planning.legend import make_legend
    from dispatch.planning.to_problem import to_problem
    from dispatch.planning.travel_times import find_ways
    from dispatch.planning.warm_start import warm_start
    from dispatch.solver.solve import solve

    more: dict[str, Any] = {}
    if switches:
        recipe = importlib.import_module("dispatch.solver.recipe").Recipe
        more["recipe"] = recipe(**switches)
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend))
    solve(problem, warm_start=warm_start(case, legend), **given, **more)


def _peak_bytes() -> int:
    """Highest resident memory of this process and the largest of its children."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children) * BYTES_PER_KB


if __name__ == "__main__":
    sys.exit(main())
