"""The command line that every peer has: a case file in, orders of stops out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.reduced import CannotExpress, Reduced, reduce_case


@dataclass(frozen=True, slots=True)
class Limits:
    """What a peer is given; `serve_all` says that leaving a visit out is no answer."""

    seconds: float
    seed: int
    threads: int
    serve_all: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Positions of calls per van, and the peer's own incumbents (elapsed seconds, cost)."""

    orders: Sequence[Sequence[int]]
    trace: Sequence[tuple[float, float]] = ()


Solve = Callable[[Reduced, Limits], Answer]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what every peer is told."""
    parser.add_argument("case", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--serve-all", action="store_true", help="no visit may be left out")


def run(name: str, says: frozenset[str], solve: Solve, arguments: Sequence[str] | None) -> int:
    """Plan one case with one peer; exit status 2 when the case says more than the peer can."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.peers.{name}")
    add_options(parser)
    options = parser.parse_args(arguments)
    case = json.loads(options.case.read_text(encoding="utf-8"))
    try:
        reduced = reduce_case(case, says)
    except CannotExpress as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    limits = Limits(options.time_limit, options.seed, options.threads, options.serve_all)
    begun = time.monotonic()
    answer = solve(reduced, limits)
    plan = plan_of(reduced, answer, round(time.monotonic() - begun, 3))
    options.output.write_text(json.dumps(plan) + "\n", encoding="utf-8")
    return 0


def plan_of(reduced: Reduced, answer: Answer, elapsed_s: float) -> dict[str, Any]:
    """Write orders in the shape of a plan file; times and money are for others to work out."""
    routes = [
        {
            "shift": van.shift,
            "engineer": van.engineer,
            "stops": [{"kind": "visit", "visit": reduced.calls[call].id} for call in order],
        }
        for van, order in zip(reduced.vans, answer.orders, strict=True)
        if order
    ]
    served = {call for order in answer.orders for call in order}
    left = [{"visit": call.id} for number, call in enumerate(reduced.calls) if number not in served]
    trace = [[round(elapsed, 3), cost] for elapsed, cost in answer.trace]
    return {
        "routes": routes,
        "unassigned": left,
        "run": {"elapsed_s": elapsed_s, "trace": trace},
    }
