"""What a planning problem must hold: shapes, ranges and indices, checked once when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.solver.problem_parts import FOREVER, LONGEST_LOAD, UNREACHABLE, ProblemError

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.problem_parts import Shift, Visit

MOST_PRODUCT = 1 << 61
"""Bound of rate times quantity: it is doubled to round half up, within 64 bits."""


def validate(problem: Problem) -> None:
    """Refuse a problem whose indices, shapes or ranges contradict each other.

    Raises
    ------
    ProblemError
        The first contradiction found.
    """
    seconds, metres = problem.travel_seconds, problem.travel_metres
    if metres.ndim != 2 or metres.shape[0] != metres.shape[1]:
        raise ProblemError(f"travel_metres: shape {metres.shape}, expected a square matrix")
    size = metres.shape[0]
    if seconds.ndim != 3 or seconds.shape[1:] != (size, size) or seconds.shape[0] < 1:
        raise ProblemError(f"travel_seconds: shape {seconds.shape}, expected (k, {size}, {size})")
    for name, matrix in (("travel_seconds", seconds), ("travel_metres", metres)):
        if not np.issubdtype(matrix.dtype, np.integer):
            raise ProblemError(f"{name}: dtype {matrix.dtype}, expected integers")
        if matrix.size and (matrix.min() < UNREACHABLE or matrix.max() >= FOREVER):
            raise ProblemError(f"{name}: values must lie in -1..{FOREVER - 1}")
    if size and any(np.diagonal(matrix).any() for matrix in seconds):
        raise ProblemError("travel_seconds: the diagonal must be zero")
    _in_range("horizon", problem.horizon, 1, FOREVER)
    for s, shift in enumerate(problem.shifts):
        _validate_shift(problem, f"shifts[{s}]", shift, size)
    for d, depot in enumerate(problem.depots):
        _index(f"depots[{d}].location", depot.location, size)
        _in_range(f"depots[{d}].pickup_duration", depot.pickup_duration, 0, FOREVER)
        for part in (*depot.stock, *(p for _, p, _ in depot.inbound)):
            _index(f"depots[{d}].stock", part, problem.num_parts)
    for e, engineer in enumerate(problem.engineers):
        for part in engineer.stock:
            _index(f"engineers[{e}].stock", part, problem.num_parts)
        for num, den in engineer.duration_factors.values():
            if num <= 0 or den <= 0:
                raise ProblemError(f"engineers[{e}].duration_factors: {num}/{den} is not positive")
        _in_range(f"engineers[{e}].workload", engineer.workload, 0, LONGEST_LOAD)
    for v, visit in enumerate(problem.visits):
        _validate_visit(problem, f"visits[{v}]", visit, size)
    _refuse_cycles(problem)
    _validate_prices(problem)


def _validate_shift(problem: Problem, name: str, shift: Shift, size: int) -> None:
    _index(f"{name}.engineer", shift.engineer, len(problem.engineers))
    _index(f"{name}.start_location", shift.start_location, size)
    _index(f"{name}.end_location", shift.end_location, size)
    _index(f"{name}.profile", shift.profile, problem.travel_seconds.shape[0])
    if not shift.start <= shift.end <= shift.latest_end < FOREVER:
        raise ProblemError(
            f"{name}: start {shift.start}, end {shift.end}, latest_end {shift.latest_end} "
            "must not decrease"
        )
    for b, rest in enumerate(shift.breaks):
        if rest.latest < rest.earliest or rest.duration < 0:
            raise ProblemError(f"{name}.breaks[{b}]: {rest} is not a window with a duration")
    for pickup in shift.fixed_pickups:
        _index(f"{name}.fixed_pickups", pickup.depot, len(problem.depots))


def _validate_visit(problem: Problem, name: str, visit: Visit, size: int) -> None:
    _index(f"{name}.location", visit.location, size)
    _in_range(f"{name}.duration", visit.duration, 0, FOREVER)
    _in_range(f"{name}.crew_size", visit.crew_size, 1, 1 << 10)
    _in_range(f"{name}.unpopular", visit.unpopular, 0, LONGEST_LOAD)
    for skill, _ in visit.skills:
        _index(f"{name}.skills", skill, problem.num_skills)
    for tool in visit.tools:
        _index(f"{name}.tools", tool, problem.num_tools)
    for part, quantity in visit.parts:
        _index(f"{name}.parts", part, problem.num_parts)
        _in_range(f"{name}.parts", quantity, 1, FOREVER)
    for before, after in zip(visit.windows, visit.windows[1:], strict=False):
        if after.earliest <= before.latest:
            raise ProblemError(f"{name}.windows: {before} and {after} overlap or are not sorted")
    for link in visit.after:
        _index(f"{name}.after", link.visit, len(problem.visits))
    for pin in visit.pins:
        _index(f"{name}.pins", pin.shift, len(problem.shifts))
    if len(visit.pins) > visit.crew_size:
        raise ProblemError(f"{name}.pins: {len(visit.pins)} pins for a crew of {visit.crew_size}")


def _refuse_cycles(problem: Problem) -> None:
    waiting = {v: {link.visit for link in visit.after} for v, visit in enumerate(problem.visits)}
    waiting = {v: befores for v, befores in waiting.items() if befores}
    while waiting:
        free = [v for v, befores in waiting.items() if not befores & waiting.keys()]
        if not free:
            raise ProblemError(f"visits.after: visits {sorted(waiting)} wait for each other")
        for v in free:
            del waiting[v]


def _validate_prices(problem: Problem) -> None:
    """Refuse prices of the whole plan that 64 bits could not hold while they are rounded."""
    rate = problem.fairness_rate
    _in_range("fairness_rate", rate, 0, FOREVER)
    for e, load in enumerate(problem.longest_loads() if rate else ()):
        if rate * load * load > MOST_PRODUCT:
            raise ProblemError(
                f"fairness_rate: {rate} times the square of {load} s, the longest load of "
                f"engineers[{e}], expected at most {MOST_PRODUCT}"
            )
    rate = problem.worst_lateness_per_hour
    _in_range("worst_lateness_per_hour", rate, 0, FOREVER)
    late = problem.longest_lateness() if rate else 0
    if rate * late > MOST_PRODUCT:
        raise ProblemError(
            f"worst_lateness_per_hour: {rate} times {late} s, the longest lateness of a visit, "
            f"expected at most {MOST_PRODUCT}"
        )


def _index(name: str, value: Any, size: int) -> None:
    if not 0 <= value < size:
        raise ProblemError(f"{name}: index {value}, expected 0..{size - 1}")


def _in_range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ProblemError(f"{name}: {value}, expected {low}..{high}")
