"""Say in the words of the case that search and timetable read the same orders differently."""

from __future__ import annotations

from dispatch.errors import SolverDisagreement
from dispatch.planning.legend import Legend
from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.solution import Stop, StopKind

__all__ = ["disagreement"]


def disagreement(error: InfeasibleSolution, legend: Legend) -> SolverDisagreement:
    """Make the error for orders of the search that the one timetable refuses.

    Parameters
    ----------
    error
        What the timetable found.
    legend
        The numbering of the case.

    Returns
    -------
    SolverDisagreement
        Names the shift, the stop and the rule.
    """
    where = f"shift {legend.shifts[error.shift]}" if error.shift >= 0 else "the routes"
    if error.stop is not None:
        where += f", stop {error.position} ({_named(error.stop, legend)})"
    return SolverDisagreement(
        f"search: orders of {where} break the rule {error.rule} by the timetable,"
        " expected orders that keep every rule",
        advice="plan with another seed or engine meanwhile, and report the case file: it is a"
        " defect of the planner and not of the case.",
    )


def _named(stop: Stop, legend: Legend) -> str:
    if stop.kind is StopKind.VISIT:
        return f"visit {legend.visits[stop.index]}"
    return f"depot {legend.depots[stop.index]}"
