"""Equals compared with equals: ``python -m benchmarks.whatif_equals``.

With common futures a base against itself differs by exactly nothing. With futures of their own the
test must reject at its nominal rate: 5 % of many A-A tests, each with seeds of its own.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from dispatch.formats import read_case
from dispatch.simulation.comparison import make_study, report_of, work_off
from dispatch.simulation.scheduler import executor_for
from dispatch.simulation.statistics import compare_pairs
from dispatch.simulation.study import Study, StudyWorld, WorkItem

DEMO = Path(__file__).parents[1] / "data" / "demo_case.json"
FIGURES = ("cost", "on_time", "response_min", "work_h", "travel_km")
NOMINAL = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Test, and print how often it was rejected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", type=Path, default=DEMO)
    parser.add_argument("--tests", type=int, default=200)
    parser.add_argument("--replications", type=int, default=6, help="of each test")
    parser.add_argument("--policy", default="nearest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    case = read_case(options.case)
    pool = executor_for(options.processes, {})

    twice = make_study(case, [], days=1, policy=options.policy)
    twice = Study((twice.worlds[0], twice.worlds[0]), seed=options.seed)
    report = report_of(twice, work_off(twice, options.replications, pool))
    pairs = report["scenarios"][0]["comparison"].values()
    zero = all(pair["difference"] == pair["low"] == pair["high"] == 0 for pair in pairs)
    print(f"the base against itself in the same futures: {'zero' if zero else 'NOT ZERO'}")

    world = StudyWorld("base", case, options.policy)
    study = Study((world, world), independent=True, seed=options.seed)
    size = options.replications
    outcomes = work_off(study, options.tests * size, pool)
    print(f"{options.tests} A-A tests of {size} pairs with seeds of their own, rejected at 5 %:")
    print("| figure | rejected | share |")
    print("|---|---:|---:|")
    for name in FIGURES:
        rejected = 0
        for test in range(options.tests):
            span = range(test * size, (test + 1) * size)
            rows = [[outcomes[WorkItem(w, r)].figures[name] for r in span] for w in (0, 1)]
            rejected += compare_pairs(rows[0], rows[1], 0).significant
        print(f"| {name} | {rejected} | {100 * rejected / options.tests:.1f} % |")
    reach = 1.96 * (NOMINAL * (1 - NOMINAL) / options.tests) ** 0.5
    low, high = 100 * max(0.0, NOMINAL - reach), 100 * (NOMINAL + reach)
    print(f"expected: 5 %, by chance between {low:.1f} % and {high:.1f} % (19 times of 20)")
    return 0 if zero else 1


if __name__ == "__main__":
    raise SystemExit(main())
