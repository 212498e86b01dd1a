"""A stretch of an annealing: from one temperature to another, begun at a plan, ended at a plan.

Whoever anneals a large plan part by part needs the plan at hand at the end of a stretch, not the
best one that was met: the next stretch goes on from there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.solver.favourites import favour
from dispatch.solver.islands import FAVOUR_AT, PIECE_ITERATIONS, PIECE_SECONDS
from dispatch.solver.recipe import AUTO, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.search import Search

__all__ = ["Stretch", "anneal"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a stretch of an annealing may spend, and where in the cooling it lies.

    Parameters
    ----------
    begins, ends
        Heats: 0 hottest, 1 coldest.
    seconds
        Wall seconds; they do not count when steps are given.
    steps
        With them the outcome depends on the plan at hand and the seed alone.
    recipe
        Temperatures and ruins.
    """

    begins: float
    ends: float
    seconds: float | None = None
    steps: int | None = None
    recipe: Recipe = AUTO


def anneal(
    search: Search,
    stretch: Stretch,
    *,
    cancelled: Callable[[], bool] | None = None,
    told: Callable[[int, bool], None] | None = None,
) -> int:
    """Anneal the plan at hand of a search from one heat to another.

    Parameters
    ----------
    search
        Its best plan is kept as ever.
    stretch
        From where to where, and for how long.
    cancelled
        Asked several times a second; True ends the stretch where it is.
    told
        Told of steps done, several times a second, and whether they beat the best plan.

    Returns
    -------
    Steps done.
    """
    began = time.monotonic()
    low, high = stretch.begins, stretch.ends
    due = [at for at in FAVOUR_AT if low < at < high]
    piece, done = PIECE_ITERATIONS, 0
    while cancelled is None or not cancelled():
        if stretch.steps is not None:
            share = done / max(1, stretch.steps)
            piece = min(PIECE_ITERATIONS, stretch.steps - done)
        else:
            share = (time.monotonic() - began) / max(1e-9, stretch.seconds or 0.0)
        if share >= 1.0:
            break
        heat = low + (high - low) * share
        while due and heat >= due[0]:
            favour(search)
            due.pop(0)
        before = time.monotonic()
        better = search.improve(piece, heat, stretch.recipe) > 0
        spent = max(1e-6, time.monotonic() - before)
        done += piece
        if told is not None:
            told(piece, better)
        piece = max(1, min(4 * piece, int(piece * PIECE_SECONDS / spent)))
    return done
