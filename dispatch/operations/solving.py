"""Solving in another process, seen from the process that asks for it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dispatch.errors import (
    DispatchError,
    InputError,
    Issue,
    PlanRejected,
    RunCancelled,
    RunFailed,
    SolverDisagreement,
    TravelUnavailable,
)
from dispatch.operations.solver_child import SolverChild

__all__ = ["SolveOrder", "Solved", "SolverCrashed", "solve_apart"]

logger = logging.getLogger(__name__)
GRACE_S = 5.0
"""Seconds between asking the process to end and ending it."""
EXPLAINING_S = 120.0
"""Seconds beyond the time limit for loading, proving reasons and auditing."""
REFUSALS: Mapping[str, type[DispatchError]] = {
    "RunCancelled": RunCancelled,
    "SolverDisagreement": SolverDisagreement,
    "TravelUnavailable": TravelUnavailable,
}


class SolverCrashed(RunFailed):
    """The process ended without an answer; another try may do better."""


@dataclass(frozen=True, slots=True)
class SolveOrder:
    """What to solve and how.

    Parameters
    ----------
    case_text
        The case file.
    engine, seed
        As in ``dispatch plan``.
    time_limit_s
        Seconds of search; None when only iterations bound it.
    iterations
        Bound in iterations, or None.
    memory_mb
        Most memory of the process; 0 sets no bound.
    purpose, visit, most_moved, curve
        As in `RunParameters`.
    """

    case_text: str
    engine: str = "auto"
    seed: int = 1
    time_limit_s: float | None = 10.0
    iterations: int | None = None
    memory_mb: int = 0
    purpose: str = "plan"
    visit: str | None = None
    most_moved: int | None = None
    curve: bool = False


@dataclass(frozen=True, slots=True)
class Solved:
    """What came back.

    Parameters
    ----------
    plan
        The plan document.
    cut_short
        Whether the search was.
    case_text
        The case it is a plan for where that is not the one given: a re-plan binds promises.
    curve
        Of a re-plan: cost saved against promises moved, up to its budget.
    notes
        What went wrong on the way and was mended, for whoever looks after the installation.
    """

    plan: dict[str, Any]
    cut_short: bool = False
    case_text: str | None = None
    curve: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()


def solve_apart(
    order: SolveOrder,
    *,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    abandoned: Callable[[], bool] | None = None,
    on_look: Callable[[], None] | None = None,
    child: SolverChild | None = None,
) -> Solved:
    """Solve in a process of its own and wait for the answer.

    Parameters
    ----------
    order
        What to solve.
    on_progress
        Called with each report of the process.
    cancelled
        Asked five times a second; once true the process may finish its best plan for
        `GRACE_S` seconds, then it is killed.
    abandoned
        Asked likewise; once true the process is killed, whatever it has found.
    on_look
        Called five times a second, for heartbeats.
    child
        A process that was started early, on this very thread; it is used up.

    Returns
    -------
    Solved
        With the best plan found, also after a cancellation in time.

    Raises
    ------
    InputError
        When the case is wrong.
    PlanRejected
        When the auditor found violations in the finished plan.
    SolverCrashed
        When the process died or did not end in time.
    RunFailed
        When it said why it has no plan.

    Notes
    -----
    The kernel ties the process to the *thread* that started it, so this function stays on that
    thread until the process has ended.
    """
    with child or SolverChild() as process:
        process.give(_header(order), order.case_text)
        # A bound in iterations holds however long they take on a busy machine.
        limit = order.time_limit_s if order.iterations is None else None
        deadline = time.monotonic() + (limit or 3600.0) + EXPLAINING_S
        kill_at: float | None = None
        answer: dict[str, Any] | None = None
        notes: list[str] = []
        for line in process.lines():
            message = None if line is None else _read(line)
            kind = None if message is None else message.pop("kind")
            if message is not None and kind == "progress":
                if on_progress is not None:
                    on_progress(message)
            elif message is not None and kind == "note":
                notes.append(str(message["note"]))
                logger.warning("solver: %s", notes[-1])
            elif message is not None:
                answer = message
            if on_look is not None:
                on_look()
            now = time.monotonic()
            if kill_at is None and ((cancelled is not None and cancelled()) or now > deadline):
                process.ask_to_stop()
                kill_at = now + GRACE_S
            if abandoned is not None and abandoned():
                kill_at, answer = now, None
                process.kill()
                break
            if kill_at is not None and now > kill_at:
                process.kill()
                break
        status = process.wait()
        if answer is None:
            raise _end_without_answer(status, kill_at is not None, process.last_words())
        return replace(_outcome(answer, cut_short=kill_at is not None), notes=tuple(notes))


def _header(order: SolveOrder) -> dict[str, Any]:
    return {
        "engine": order.engine,
        "seed": order.seed,
        "time_limit_s": order.time_limit_s,
        "iterations": order.iterations,
        "memory_mb": order.memory_mb,
        "purpose": order.purpose,
        "visit": order.visit,
        "most_moved": order.most_moved,
        "curve": order.curve,
    }


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) and "kind" in message else None


def _outcome(answer: dict[str, Any], *, cut_short: bool) -> Solved:
    if "plan" in answer:
        return Solved(answer["plan"], cut_short, answer.get("case"), tuple(answer.get("curve", ())))
    if "violations" in answer:
        raise PlanRejected(answer["violations"])
    if answer["error"] == "InputError":
        raise InputError(
            Issue(one["pointer"], one["value"], one["expected"], one["message"])
            for one in answer["issues"]
        )
    raise REFUSALS.get(answer["error"], RunFailed)(answer["message"])


def _end_without_answer(status: int, stopped: bool, words: str) -> RunFailed:
    if stopped:
        return RunCancelled("run: ended before it had any plan")
    said = f" ({words})" if words else ""
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return SolverCrashed(f"solver: ended with {how} and no plan{said}")
