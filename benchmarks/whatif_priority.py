"""The plan of a morning beside a what-if: ``python -m benchmarks.whatif_priority``.

A case is planned with the same iterations alone, and while a what-if keeps every core busy; both
several times in turn, in a process of its own as runs of the planner are. Told are the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from dispatch.formats import read_case
from dispatch.simulation.comparison import make_study
from dispatch.simulation.executor import ProcessPool
from dispatch.simulation.study import Outcome, WorkItem

DEMO = Path(__file__).parents[1] / "data" / "demo_case.json"
MOST_RATIO = 1.3


def plan_s(case: Path, iterations: int) -> float:
    """Seconds until a plan stands there."""
    command = [sys.executable, "-c", PLAN, str(case), str(iterations)]
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


PLAN = """
import sys
from pathlib import Path
from typing import Self
from dispatch.formats import read_case
from dispatch.planning.planner import plan
plan(read_case(Path(sys.argv[1])), engine="auto", iterations=int(sys.argv[2]), seed=1)
"""


class Busy:
    """A what-if that keeps children busy until it is called off."""

    def __init__(self, processes: int) -> None:
        self.processes, self.over, self.done = processes, threading.Event(), 0
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        study = make_study(read_case(DEMO), [], days=20)
        items = (WorkItem(0, replication) for replication in range(1_000_000))

        def finished(item: WorkItem, outcome: Outcome) -> None:
            del item, outcome
            self.done += 1

        ProcessPool(self.processes).run(study, items, finished, self.over.is_set)

    def __enter__(self) -> Self:
        self.thread.start()
        # Children load compiled code first; from then on they only compute.
        time.sleep(15)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure in turn; 1 when the plan takes too much longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", type=Path, default=DEMO)
    parser.add_argument("--iterations", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    plan_s(options.case, options.iterations)
    alone, beside = [], []
    for _ in range(options.rounds):
        alone.append(plan_s(options.case, options.iterations))
        with Busy(options.processes):
            beside.append(plan_s(options.case, options.iterations))
    calm, busy = statistics.median(alone), statistics.median(beside)
    print("| the plan of a morning | median s | from | to |\n|---|---:|---:|---:|")
    print(f"| alone | {calm:.2f} | {min(alone):.2f} | {max(alone):.2f} |")
    print(f"| beside a what-if | {busy:.2f} | {min(beside):.2f} | {max(beside):.2f} |")
    print(f"ratio {busy / calm:.3f}, at most {MOST_RATIO} is wanted")
    return 0 if busy <= MOST_RATIO * calm else 1


if __name__ == "__main__":
    raise SystemExit(main())
