"""The OR-Tools routing model: an ordered list of rules, each one sentence of the business."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.solver.problem import Problem
from dispatch.solver.routing_draft import Draft, new_draft
from dispatch.solver.routing_links import add_crews, add_links
from dispatch.solver.routing_money import (
    add_doors,
    add_due,
    add_money,
    add_promises,
    add_rest,
    add_sla,
    add_wishes,
)
from dispatch.solver.routing_parts import add_parts, add_tools
from dispatch.solver.routing_persons import add_allowed_shifts, add_preferences, add_tiers
from dispatch.solver.routing_time import (
    add_breaks,
    add_clock,
    add_imposed_starts,
    add_positions,
    add_shifts,
    add_tariffs,
    add_travel_limit,
    add_windows,
)
from dispatch.solver.routing_worst import add_worst_lateness

RULES: tuple[Callable[[Draft], None], ...] = (
    # Hard: when.
    add_clock,
    add_shifts,
    add_allowed_shifts,
    add_windows,
    add_imposed_starts,
    add_positions,
    add_breaks,
    add_travel_limit,
    # Hard: with what, with whom, after what.
    add_parts,
    add_tools,
    add_crews,
    add_links,
    # Left out.
    add_tiers,
    # Money.
    add_tariffs,
    add_doors,
    add_sla,
    add_wishes,
    add_due,
    add_promises,
    add_worst_lateness,
    add_preferences,
    add_money,
    # Nothing to decide for what is left out.
    add_rest,
)
"""Hard rules, then the price of leaving out, then money; `add_money` sums what others charge."""


def write_model(
    problem: Problem,
    *,
    soft: bool = False,
    without: frozenset[int] = frozenset(),
    pickups: int = 1,
    exact: bool = False,
) -> Draft:
    """Write the routing model of a problem.

    Parameters
    ----------
    soft
        See `Draft`; a plan found with a soft model must be repaired.
    without
        Visits that this model leaves out.
    pickups
        Least number of pickups that a shift may make at one depot that helps it.

    exact
        See `Draft`; for models that confirm a plan rather than search one.

    Raises
    ------
    ModelTooLarge
        The matrices would not fit.
    """
    draft = new_draft(problem, soft, without, pickups, exact)
    for rule in RULES:
        rule(draft)
    return draft
