"""Plan the rest of the day anew with a budget of promises that may move."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.domain import Case, Plan, Priority
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.planning.planner import Engine, plan
from dispatch.planning.promises import bind_promises, moved_promises

if TYPE_CHECKING:
    from dispatch.solver.solve import Progress

__all__ = ["ALL", "BUDGETS", "CurvePoint", "Replan", "churn_curve", "replan"]

ALL = None
"""As many promises as it pays to move."""
BUDGETS: tuple[int | None, ...] = (0, 1, 2, 4, 8, ALL)
"""The points of the curve."""
TIERS = (Priority.MANDATORY, Priority.HIGH, Priority.NORMAL, Priority.LOW)


@dataclass(frozen=True, slots=True)
class Replan:
    """A plan for the rest of the day and what it changes.

    Parameters
    ----------
    case
        The world it is a plan for, the promises that had to be kept being hard windows.
    plan
        Audited against that case.
    moved
        Promises that the plan in force kept and this one does not, beyond the lost ones.
    lost
        Promises that nobody can keep any more, whatever is moved; they count in no budget.
    bill
        Every change, with its price and whom to phone.
    """

    case: Case
    plan: Plan
    moved: tuple[str, ...]
    lost: tuple[str, ...]
    bill: ChurnBill

    @property
    def figures(self) -> tuple[int, ...]:
        """What plans are compared by: visits left out, dearest tier first, then money."""
        left = {one.visit for one in self.plan.unassigned}
        tiers = [visit.priority for visit in self.case.visits if visit.id in left]
        cost = self.plan.cost
        assert cost is not None, "plans of the planner have a cost"
        return (*(tiers.count(tier) for tier in TIERS), cost.total - cost.unassigned)

    @property
    def money(self) -> int:
        """Cost of everything but the visits left out, the churn bill included."""
        return self.figures[-1]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The best re-plan that moves at most so many promises (None: any number)."""

    budget: int | None
    replan: Replan


@dataclass(frozen=True, slots=True)
class Search:
    """How each of the plans of a re-plan is looked for; as in `dispatch.planning.planner.plan`."""

    engine: Engine = "auto"
    time_limit_s: float | None = 10.0
    iterations: int | None = None
    seed: int = 1
    on_progress: Callable[[Progress], None] | None = None
    cancelled: Callable[[], bool] | None = None
    case_hash: str = ""

    def plan(self, case: Case, share: float = 1.0, start: Plan | None = None) -> Plan:
        """Plan with a share of the budget, from the orders of another plan where given."""
        limit, iterations = self.time_limit_s, self.iterations
        return plan(
            case,
            engine=self.engine,
            time_limit_s=None if limit is None else limit * share,
            iterations=None if iterations is None else int(iterations * share),
            seed=self.seed,
            on_progress=self.on_progress,
            cancelled=self.cancelled,
            case_hash=self.case_hash,
            start=start,
        )


def replan(case: Case, most_moved: int | None, search: Search) -> Replan:
    """Plan anew and move at most so many promises.

    Parameters
    ----------
    case
        The world with the plan in force, its promises and its freeze.
    most_moved
        0: none; None: as many as it pays.
    search
        Engine, budget and seed.

    Returns
    -------
    Replan
        The last point of the curve that ends at this budget.
    """
    budgets = [one for one in BUDGETS if one is not None and one <= (most_moved or 0)]
    if most_moved is ALL:
        budgets = [0]
    elif most_moved not in budgets:
        budgets.append(most_moved)
    last: tuple[int | None, ...] = (*budgets, ALL) if most_moved is ALL else tuple(budgets)
    return churn_curve(case, search, last)[-1].replan


def churn_curve(
    case: Case, search: Search, budgets: Sequence[int | None] = BUDGETS
) -> tuple[CurvePoint, ...]:
    """Plan the day once for each budget of promises.

    Parameters
    ----------
    case, search
        As in `replan`.
    budgets
        From small to large; None comes last.

    Returns
    -------
    tuple of CurvePoint
        One for each budget. Each starts from the plan before it and never falls behind it, so
        the cost never rises along the curve.

    Notes
    -----
    The free plan tells which promises are worth moving; of these each budget frees the cheapest
    to move, and keeps all others as hard windows.
    """
    lost = _lost(case, search, 0.25 / len(budgets))
    share = 0.75 / (len(budgets) + (1 if len(budgets) > 1 else 0))
    points: list[CurvePoint] = []
    wishes: tuple[str, ...] | None = None
    for budget in budgets:
        if budget != 0 and wishes is None:
            wishes = _worth_moving(case, search, lost, share, points)
        free = set(lost) if budget == 0 else {*lost, *(wishes or ())[:budget]}
        found = _solve(case, search, free, lost, share, points, every=budget is ALL)
        best = points[-1].replan if points else found
        fits = budget is ALL or len(found.moved) <= budget
        points.append(CurvePoint(budget, found if fits and found.figures <= best.figures else best))
    return tuple(points)


def _lost(case: Case, search: Search, share: float) -> tuple[str, ...]:
    """Promises that nobody keeps even when none has to move for them.

    A plan with all promises bound leaves such visits out; whoever is left out by it and had a
    promise is freed, because a visit that comes late is better than one that does not come.
    """
    if not any(visit.promise for visit in case.visits):
        return ()
    bound = bind_promises(case)
    first = search.plan(bound, share)
    return moved_promises(case, first)


def _worth_moving(
    case: Case, search: Search, lost: Sequence[str], share: float, points: list[CurvePoint]
) -> tuple[str, ...]:
    """The promises that a plan free to move any of them moves, the cheapest to move first."""
    found = _solve(case, search, (), lost, share, points, every=True)
    price = {change.visit: change.price for change in found.bill.changes}
    return tuple(sorted(found.moved, key=lambda visit: (price.get(visit, 0), visit)))


def _solve(
    case: Case,
    search: Search,
    free: Collection[str],
    lost: Sequence[str],
    share: float,
    points: Sequence[CurvePoint],
    *,
    every: bool = False,
) -> Replan:
    bound = case if every else bind_promises(case, free)
    # The plan of the smaller budget is where this one starts; what customers and engineers
    # compare with stays the plan in force.
    start = points[-1].replan.plan if points else None
    made = search.plan(bound, share, start)
    moved = tuple(one for one in moved_promises(case, made) if one not in lost)
    bill = compare_plans(case, case.current_plan or made, made)
    return Replan(bound, made, moved, tuple(lost), bill)
