"""Plan the rest of the day anew with a budget of promises that may move."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dispatch.domain import Case, ChurnWeights, Plan, Priority, PromiseStage
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.planning.planner import Engine, plan
from dispatch.planning.promises import bind_promises, moved_promises

if TYPE_CHECKING:
    from dispatch.solver.solve import Progress

__all__ = [
    "ALL",
    "BUDGETS",
    "CurvePoint",
    "Replan",
    "Search",
    "budgets_up_to",
    "churn_curve",
    "replan",
    "tell_curve",
]

ALL = None
"""As many promises as it pays to move."""
BUDGETS: tuple[int | None, ...] = (0, 1, 2, 4, 8, ALL)
"""The points of the curve."""
STEEPER = (1, 4)
"""Factors on the price of a moved promise with which the curve looks for those worth moving."""
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


SMALL_BUDGET, MOST_SINGLE = 2, 6
"""Up to which budget promises are tried one by one, and how many of them at most."""


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


def budgets_up_to(most_moved: int | None) -> tuple[int | None, ...]:
    """The points of the curve that lead to a budget; only the ends when there is none."""
    if most_moved is ALL:
        return (0, ALL)
    smaller = [one for one in BUDGETS if one is not None and one < most_moved]
    return (*smaller, most_moved)


def replan(
    case: Case, most_moved: int | None, search: Search, *, start: Plan | None = None
) -> Replan:
    """Plan anew and move at most so many promises.

    Parameters
    ----------
    case
        The world with the plan in force, its promises and its freeze.
    most_moved
        0: none; None: as many as it pays.
    search
        Engine, budget and seed.
    start
        A plan whose orders the first search starts from; None: those of the plan in force.

    Returns
    -------
    Replan
        The last point of the curve that ends at this budget.
    """
    return churn_curve(case, search, budgets_up_to(most_moved), start=start)[-1].replan


def churn_curve(
    case: Case,
    search: Search,
    budgets: Sequence[int | None] = BUDGETS,
    *,
    start: Plan | None = None,
) -> tuple[CurvePoint, ...]:
    """Plan the day once for each budget of promises.

    Parameters
    ----------
    case, search, start
        As in `replan`.
    budgets
        From small to large; None comes last.

    Returns
    -------
    tuple of CurvePoint
        One for each budget. Each starts from the plan before it and never falls behind it, so
        the cost never rises along the curve. Without promises all budgets are the same, and the
        day is planned once.

    Notes
    -----
    Plans free to move any promise, at its price and at a steeper one, tell which are worth
    moving; each budget frees some of these and keeps all others as hard windows.
    """
    if not any(visit.promise for visit in case.visits):
        only = _solve(case, search, (), (), 1.0, start, every=True)
        return tuple(CurvePoint(budget, only) for budget in budgets)
    several = len(budgets) > 1
    share = 1.0 / (1 + len(budgets) + (len(STEEPER) if several else 0))
    bound = _bound(case, search, share, start)
    lost = bound.lost
    points: list[CurvePoint] = []
    # What keeps all promises that can be kept is within any budget.
    best = bound
    every = [bound]
    wishes: tuple[tuple[str, ...], ...] = ()
    for budget in budgets:
        if budget != 0 and not wishes:
            wishes = _worth_moving(case, search, lost, share, best.plan)
        before = points[-1].replan.moved if points else ()
        choices = _choices(wishes, budget or 0, before)
        for choice in choices:
            free = {*lost, *choice}
            part = share / len(choices)
            found = _solve(case, search, free, lost, part, best.plan, every=budget is ALL)
            every.append(found)
            if _fits(found, budget) and found.figures <= best.figures:
                best = found
        points.append(CurvePoint(budget, best))
    # A wide budget may find what a narrower one would have paid for.
    return tuple(_best_within(point, every) for point in points)


def _fits(found: Replan, budget: int | None) -> bool:
    return budget is ALL or len(found.moved) <= budget


def _best_within(point: CurvePoint, every: Sequence[Replan]) -> CurvePoint:
    """The best of all plans that were found and are within the budget of a point."""
    fitting = (one for one in every if _fits(one, point.budget))
    best = min(fitting, key=lambda one: one.figures)
    return replace(point, replan=best) if best.figures < point.replan.figures else point


def _bound(case: Case, search: Search, share: float, start: Plan | None) -> Replan:
    """A plan that moves no promise, and the promises that nobody keeps in it.

    Visits left out although their promise alone would have to be kept are lost: they are freed
    afterwards, because a visit that comes late is better than one that does not come.
    """
    bound = bind_promises(case)
    made = search.plan(bound, share, start)
    lost = moved_promises(case, made)
    return Replan(bound, made, (), lost, compare_plans(case, case.current_plan or made, made))


def _worth_moving(
    case: Case, search: Search, lost: Sequence[str], share: float, start: Plan | None
) -> tuple[tuple[str, ...], ...]:
    """Sets of promises that pay to move at rising prices, each with the cheapest first.

    The steeper the price, the fewer are moved, and those are the ones that save most.
    """
    found = []
    for steep in STEEPER:
        churn = case.weights.churn
        dearer = {stage: churn.of(PromiseStage(stage)) * steep for stage in PromiseStage}
        weights = replace(
            case.weights, churn=ChurnWeights(**{k.value: v for k, v in dearer.items()})
        )
        tried = replace(case, weights=weights)
        made = _solve(tried, search, (), lost, share, start, every=True)
        price = {change.visit: change.price for change in made.bill.changes}
        found.append(tuple(sorted(made.moved, key=lambda visit: (price.get(visit, 0), visit))))
    return tuple(found)


def _choices(
    sets: Sequence[tuple[str, ...]], budget: int, before: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """The sets of promises to free for a budget; a small one tries each promise by itself."""
    first = _choose(sets, budget)
    if not 0 < budget <= SMALL_BUDGET:
        return (first,)
    single = dict.fromkeys(visit for one in sets for visit in one)
    added = ((*before[: budget - 1], visit) for visit in single if visit not in before)
    return tuple(dict.fromkeys((first, *list(added)[:MOST_SINGLE])))


def _choose(sets: Sequence[tuple[str, ...]], budget: int) -> tuple[str, ...]:
    """The largest set within a budget, filled up from the smallest one beyond it."""
    inside = max((one for one in sets if len(one) <= budget), key=len, default=())
    beyond = min((one for one in sets if len(one) > budget), key=len, default=inside)
    return tuple(dict.fromkeys((*inside, *beyond)))[:budget]


def _solve(
    case: Case,
    search: Search,
    free: Collection[str],
    lost: Sequence[str],
    share: float,
    start: Plan | None,
    *,
    every: bool = False,
) -> Replan:
    bound = case if every else bind_promises(case, free)
    # What customers and engineers compare with stays the plan in force.
    made = search.plan(bound, share, start)
    moved = tuple(one for one in moved_promises(case, made) if one not in lost)
    bill = compare_plans(case, case.current_plan or made, made)
    return Replan(bound, made, moved, tuple(lost), bill)


def tell_curve(points: Sequence[CurvePoint]) -> list[dict[str, Any]]:
    """Write a curve in plain values: cost saved against promises moved.

    ``saved`` is what a point costs less than the first one, the churn bill being paid; money is
    comparable between points that leave the same visits out.
    """
    first = points[0].replan.money if points else 0
    return [
        {
            "most_moved": point.budget,
            "moved": list(point.replan.moved),
            "lost": list(point.replan.lost),
            "phone": list(point.replan.bill.phone),
            "engineers": list(point.replan.bill.engineers),
            "changes": len(point.replan.bill.changes),
            "churn": point.replan.bill.total,
            "unassigned": len(point.replan.plan.unassigned),
            "cost": point.replan.money,
            "saved": first - point.replan.money,
        }
        for point in points
    ]
