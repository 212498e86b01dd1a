"""Prices of visits and shifts by linear programming: which routes of a pool are worth a look.

The relaxation allows fractions of routes. Its dual prices say what serving each visit is worth, and
a route whose reduced cost exceeds the gap between incumbent and relaxation cannot stand in any
better combination, so it is left out without loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.linear_solver.python import model_builder_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dispatch.solver.problem import Problem
    from dispatch.solver.route_pool import Column

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LEFT_OUT = 4.0
"""A visit left out costs at least so many of the dearest route, ten times more a tier."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns as flat arrays: shift and cost of each, and the visits of all of them in a row.

    `first` holds where the visits of each column begin in `visits`, with one more at the end.
    """

    shift: Ints
    cost: Ints
    visits: Ints
    first: Ints

    @property
    def owner(self) -> Ints:
        """Which column each cell of `visits` belongs to."""
        return np.repeat(np.arange(self.shift.size), np.diff(self.first))


@dataclass(frozen=True, slots=True)
class Prices:
    """The relaxation: its value, the prices of visits, the reduced cost of each column."""

    value: float
    visits: Floats
    reduced: Floats


def table_of(columns: Sequence[Column], num_visits: int) -> Table:
    """Write columns as a table; pickups are left out."""
    sizes = np.array([c.nodes.size for c in columns], dtype=np.int64)
    flat = np.concatenate([c.nodes for c in columns]) if columns else np.empty(0, dtype=np.int64)
    is_visit = flat < num_visits
    owner = np.repeat(np.arange(sizes.size), sizes)[is_visit]
    counts = np.bincount(owner, minlength=sizes.size)
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Table(
        np.array([c.shift for c in columns], dtype=np.int64),
        np.array([c.cost for c in columns], dtype=np.int64),
        flat[is_visit],
        first,
    )


def penalties(problem: Problem, table: Table) -> Floats:
    """Price of leaving each visit out in the relaxation."""
    dearest = float(max(1, table.cost.max(initial=1)))
    tiers = np.array([int(v.tier) for v in problem.visits], dtype=np.float64)
    return LEFT_OUT * dearest * 10.0**tiers


def relax(
    problem: Problem,
    table: Table,
    required_shifts: frozenset[int],
    time_limit_s: float | None,
) -> Prices | None:
    """Solve the linear relaxation; None when the time did not suffice.

    Parameters
    ----------
    required_shifts
        Shifts that must have a route, because something in them has begun or is frozen.
    time_limit_s
        Wall seconds; None is no bound.
    """
    helper: Any = model_builder_helper.ModelBuilderHelper()
    n, count = len(problem.visits), table.shift.size
    crew = np.array([v.crew_size for v in problem.visits], dtype=np.float64)
    infinity = float("inf")
    handles = helper.add_var_array_with_bounds(
        np.zeros(count + n),
        np.concatenate((np.full(count, infinity), np.ones(n))),
        np.zeros(count + n, dtype=bool),
        "",
    )
    variables = np.array(
        [model_builder_helper.Variable(helper, at) for at in handles], dtype=object
    )
    costs = np.concatenate((table.cost.astype(np.float64), penalties(problem, table)))
    for at, cost in enumerate(costs.tolist()):
        helper.set_var_objective_coefficient(at, cost)
    by_visit = np.argsort(table.visits, kind="stable")
    bounds = np.searchsorted(table.visits[by_visit], np.arange(n + 1))
    owner = table.owner[by_visit]
    for v in range(n):
        members = owner[bounds[v] : bounds[v + 1]].tolist()
        row = helper.add_linear_constraint()
        helper.set_constraint_lower_bound(row, crew[v])
        helper.set_constraint_upper_bound(row, infinity)
        helper.add_terms_to_constraint(
            row, variables[[*members, count + v]].tolist(), [1.0] * len(members) + [float(crew[v])]
        )
    by_shift = np.argsort(table.shift, kind="stable")
    bounds = np.searchsorted(table.shift[by_shift], np.arange(len(problem.shifts) + 1))
    for s in range(len(problem.shifts)):
        members = by_shift[bounds[s] : bounds[s + 1]].tolist()
        if not members:
            continue
        row = helper.add_linear_constraint()
        helper.set_constraint_lower_bound(row, 1.0 if s in required_shifts else -infinity)
        helper.set_constraint_upper_bound(row, 1.0)
        helper.add_terms_to_constraint(row, variables[members].tolist(), [1.0] * len(members))
    solver = model_builder_helper.ModelSolverHelper("glop")
    if time_limit_s is not None:
        solver.set_time_limit_in_seconds(time_limit_s)
    solver.solve(helper)
    if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
        return None
    return Prices(
        float(solver.objective_value()),
        np.asarray(solver.dual_values())[:n],
        np.asarray(solver.reduced_costs())[:count],
    )
