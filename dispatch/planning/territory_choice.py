"""When a case is planned by territories, and how much of the time its search may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem

__all__ = ["Territories", "is_divided", "search_seconds"]

Territories = Literal["auto", "on", "off"]

DIVIDED_FROM = 3000
"""Visits from which on territories are the rule (decision 23)."""

LEAST_TO_DIVIDE = 2
"""With fewer engineers there is nothing to divide."""

AFTER_SEARCH_S = 0.012
"""Seconds for each visit that reasons, the audit and the plan file need after the search."""

LONGEST_AFTER = 0.35
"""Share of the limit that they may have at most."""


def is_divided(problem: Problem, engine: str, wish: Territories) -> bool:
    """Whether a problem is planned by territories.

    Parameters
    ----------
    problem
        What is to be planned.
    engine
        Only ``auto`` divides.
    wish
        ``auto``: by size.
    """
    if engine != "auto" or wish == "off" or len(problem.engineers) < LEAST_TO_DIVIDE:
        return False
    return wish == "on" or len(problem.visits) >= DIVIDED_FROM


def search_seconds(problem: Problem, limit_s: float | None, spent_s: float) -> float | None:
    """Seconds of search of a divided run.

    From the size on that is divided by itself, reasons and audit end within the limit too; a smaller
    day has the limit for its search, as it has undivided.

    Parameters
    ----------
    problem
        What is planned.
    limit_s
        Of the whole run, or None.
    spent_s
        Seconds that matrices and model took.
    """
    if limit_s is None or len(problem.visits) < DIVIDED_FROM:
        return limit_s
    after = min(LONGEST_AFTER * limit_s, AFTER_SEARCH_S * len(problem.visits))
    return max(1.0, limit_s - spent_s - after)
