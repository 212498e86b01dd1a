"""`python -m benchmarks small`: how often `auto` finds the proved optimum of small cases."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks.small_cases import small_case
from benchmarks.small_causes import causes, rank

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what was found, what is best, and how the two compare.

    `verdict` is `optimal`, `missed`, `better` (a defect of one of the two), `open` (as good as the
    best known, which is not proved) or `refused` (the history contradicts itself).
    """

    seed: int
    visits: int
    shifts: int
    verdict: str
    proved: bool
    found: str
    best: str
    bound: int | None
    exact_s: float
    why: str


def run(seed: int, engine: str, limit: float, iterations: int | None, exact_s: float) -> Case:
    """Solve one case by the search and exactly, and compare."""
    from dispatch.solver.exact import solve_exact
    from dispatch.solver.search import ContradictoryHistory
    from dispatch.solver.solve import solve

    problem = small_case(seed)
    size = (seed, len(problem.visits), len(problem.shifts))
    exact = solve_exact(problem, time_limit_s=exact_s)
    try:
        found = solve(problem, engine=engine, time_limit_s=limit, iterations=iterations)
    except ContradictoryHistory:
        verdict = "refused" if exact.solution is None else "better"
        return Case(*size, verdict, False, "", "", None, exact.elapsed_s, "; ".join(exact.notes))
    if not exact.proved:
        # The plan of the search as a bound helps the proof, which then is about better plans only.
        spent = exact.elapsed_s
        exact = solve_exact(problem, time_limit_s=exact_s, warm_start=found.solution)
        spent += exact.elapsed_s
    else:
        spent = exact.elapsed_s
    assert exact.schedule is not None
    assert exact.solution is not None
    mine, best = rank(problem, found.schedule), rank(problem, exact.schedule)
    why = "; ".join(exact.notes)
    if mine > best:
        verdict = "missed"
        why = ", ".join(causes(problem, found.schedule, exact.solution, exact.schedule))
    elif mine < best:
        verdict = "better"
    else:
        verdict = "optimal" if exact.proved else "open"
    told = [f"{list(r[0])} {r[1]}" for r in (mine, best)]
    return Case(*size, verdict, exact.proved, *told, exact.bound, round(spent, 2), why)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; exit status 1 when the search was better than a proved optimum."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks small", description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--time-limit", type=float, default=2.0, help="seconds of search")
    parser.add_argument("--iterations", type=int, default=None)
    parser.add_argument("--exact-limit", type=float, default=20.0, help="seconds of each proof")
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "small.csv")
    options = parser.parse_args(arguments)
    rows: list[Case] = []
    with ProcessPoolExecutor(options.parallel) as pool:
        asked = [
            pool.submit(
                run,
                seed,
                options.engine,
                options.time_limit,
                options.iterations,
                options.exact_limit,
            )
            for seed in range(options.first, options.first + options.cases)
        ]
        for answer in asked:
            row = answer.result()
            rows.append(row)
            if row.verdict != "optimal":
                told = f"seed {row.seed}: {row.verdict}: {row.found} against {row.best}: {row.why}"
                print(told, file=sys.stderr, flush=True)
    _write(options.out, rows)
    print(summary(rows))
    return 1 if any(row.verdict == "better" for row in rows) else 0


def summary(rows: Sequence[Case]) -> str:
    """Figures of a campaign in words."""
    count = Counter(row.verdict for row in rows)
    judged = len(rows) - count["refused"]
    share = 100 * count["optimal"] / judged if judged else 0.0
    lines = [
        f"{len(rows)} cases, {count['refused']} refused for a contradictory history",
        f"{sum(row.proved for row in rows)} proved optima",
        f"{count['optimal']} of {judged} solved to the proved optimum ({share:.1f} %)",
        f"{count['missed']} missed, {count['open']} as good as the best known without a proof",
        f"{count['better']} better than the exact solver (expected none)",
    ]
    reasons = Counter(why for row in rows if row.verdict == "missed" for why in row.why.split(", "))
    lines += [f"  {times} x {why}" for why, times in reasons.most_common()]
    return "\n".join(lines)


def _write(path: Path, rows: Sequence[Case]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Case)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
