"""The process that solves: one case in on stdin, progress and one plan out on stdout.

It is started by `dispatch.operations.solving` and by nobody else. It dies with its parent
(``PR_SET_PDEATHSIG``), takes SIGTERM as "give me the best you have", and speaks JSON lines, so
nothing that arrives from it can be anything but data::

    {"kind": "progress", "elapsed_s": 1.2, "at_s": 1.2, "iterations": 800, "unassigned": 0,
     "unassigned_by_tier": {"low": 0, "normal": 0, "high": 0, "mandatory": 0}, "cost": 4711}
    {"kind": "note", "note": "seed 1: ..."}
    {"kind": "plan", "plan": {...}}
    {"kind": "rejected", "violations": ["..."]}
    {"kind": "refused", "error": "InputError", "message": "...", "issues": [...]}
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
from typing import Any, TextIO

from dispatch.errors import (
    DispatchError,
    InputError,
    PlanRejected,
    RunFailed,
    SolverDisagreement,
)

__all__ = ["main", "solve_all_the_same"]

PR_SET_PDEATHSIG = 1
MEGABYTE = 1024 * 1024
LOADED_EARLY = ("dispatch.formats", "dispatch.planning.insert_now", "dispatch.planning.replan")
TIERS = ("low", "normal", "high", "mandatory")


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when its parent is gone, also when it went just now."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Let a search that eats all memory end itself and nobody else."""
    if megabytes > 0:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))


def main(arguments: list[str]) -> int:
    """Solve the case on stdin.

    Parameters
    ----------
    arguments
        Process id of the parent.

    Returns
    -------
    int
        0 when an answer was written, be it a refusal.
    """
    die_with_parent(int(arguments[0]))
    # Native code prints to descriptor 1 at times; the answers keep a descriptor of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    asked_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Loading the compiled solver takes seconds; whoever starts this process early saves them.
    for name in LOADED_EARLY:
        importlib.import_module(name)

    header = json.loads(sys.stdin.buffer.readline())
    case_text = sys.stdin.buffer.read()
    limit_memory(header["memory_mb"])
    try:
        solve_all_the_same(header, case_text, answers, asked_to_stop)
    except InputError as error:
        issues = [
            {"pointer": one.pointer, "value": repr(one.value), "expected": one.expected}
            | {"message": str(one)}
            for one in error.issues
        ]
        _say(answers, kind="refused", error="InputError", message=str(error), issues=issues)
    except PlanRejected as error:
        _say(answers, kind="rejected", violations=list(error.violations))
    except DispatchError as error:
        _say(answers, kind="refused", error=type(error).__name__, message=str(error), issues=[])
    except MemoryError:
        message = f"solver: out of memory, expected to need at most {header['memory_mb']} MB"
        _say(answers, kind="refused", error="RunFailed", message=message, issues=[])
    return 0


def solve_all_the_same(
    header: dict[str, Any], case_text: bytes, answers: TextIO, asked_to_stop: threading.Event
) -> None:
    """Search with other seeds, in the end by the other engine, where the two clocks disagree.

    That is a defect of the planner, told in a note with the seed that shows it; but whoever asked
    for a plan needs one. The plan says which seed and engine made it.
    """
    others = [{"seed": header["seed"] + more} for more in (1000, 2000)]
    for change in (*others, {"engine": "ortools"}):
        try:
            return _solve(header, case_text, answers, asked_to_stop)
        except SolverDisagreement as error:
            instead = ", ".join(f"{name} {value}" for name, value in change.items())
            note = f"seed {header['seed']}: {error.message}; tried again with {instead}"
            _say(answers, kind="note", note=note)
            header = header | change
    return _solve(header, case_text, answers, asked_to_stop)


def _solve(
    header: dict[str, Any], case_text: bytes, answers: TextIO, asked_to_stop: threading.Event
) -> None:
    from dispatch.formats import case_hash, format_case, parse_case, plan_to_document
    from dispatch.planning.insert_now import insert_now
    from dispatch.planning.planner import plan
    from dispatch.planning.replan import (
        BUDGETS,
        Search,
        budgets_up_to,
        churn_curve,
        tell_curve,
    )

    case = parse_case(case_text)
    # A re-plan searches several times, and each search has a clock of its own.
    began = time.monotonic()
    if header["purpose"] == "insert":
        found = insert_now(
            case,
            header["visit"],
            seed=header["seed"],
            case_hash=case_hash(case),
            thorough=True,
        )
        if found.plan is None:
            raise RunFailed(f"visit {found.visit!r}: nobody works in the planning window")
        _say(answers, kind="plan", plan=plan_to_document(found.plan))
        return
    orders: dict[str, Any] = {
        "engine": header["engine"],
        "time_limit_s": header["time_limit_s"],
        "iterations": header["iterations"],
        "seed": header["seed"],
        "on_progress": lambda progress: _say(
            answers,
            kind="progress",
            elapsed_s=round(progress.elapsed_s, 3),
            at_s=round(time.monotonic() - began, 3),
            iterations=progress.iterations,
            unassigned=sum(progress.unassigned),
            unassigned_by_tier=dict(zip(TIERS, progress.unassigned, strict=False)),
            cost=progress.cost,
        ),
        "cancelled": asked_to_stop.is_set,
        "case_hash": case_hash(case),
    }
    if header["purpose"] == "replan":
        budgets = BUDGETS if header["curve"] else budgets_up_to(header["most_moved"])
        points = churn_curve(case, Search(**orders), budgets)
        anew = points[-1].replan
        document = plan_to_document(anew.plan)
        # The plan is one for the world in which the promises to be kept are windows.
        document["run"]["case_hash"] = case_hash(anew.case)
        bound, curve = format_case(anew.case), tell_curve(points)
        _say(answers, kind="plan", plan=document, case=bound, curve=curve)
        return
    made = plan(case, **orders)
    _say(answers, kind="plan", plan=plan_to_document(made))


def _say(answers: TextIO, **message: object) -> None:
    answers.write(json.dumps(message, allow_nan=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
