"""What a reader of a run should know of how it was searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.problem import Objective

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solve import Outcome

__all__ = ["run_notes"]

FAIRNESS = "fairness: priced in this plan, but the engine ortools does not search for it"


def run_notes(problem: Problem, outcome: Outcome) -> tuple[str, ...]:
    """Add to the notes of a run what its engine left out of account.

    Parameters
    ----------
    problem
        What was planned.
    outcome
        The end of the run.

    Returns
    -------
    tuple of str
        One sentence each; none is a search that weighed everything the case weighs.
    """
    blind = outcome.engine == "ortools" and problem.objective is Objective.COST
    return (*outcome.notes, *((FAIRNESS,) if blind and problem.fairness_rate else ()))
