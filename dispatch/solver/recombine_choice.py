"""The choice of routes as a constraint program: one route for each shift, each visit once.

Rules, in the order in which they are written: one route for each shift; each visit covered or left
out; nothing left out that a later visit waits for; what the depots have by each delivery; what the
vans have from shift to shift; then the price.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from dispatch.solver.problem import UNLIMITED
from dispatch.solver.recombine_stops import van_use
from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.solver.problem import Depot, Problem
    from dispatch.solver.recombine_stops import Route

ROOF = 1 << 60
"""No objective of the model reaches this; int64 ends at 2**63."""

SPARE = 8
"""How many more visits of a lower tier may be left out to bring one of a higher tier in."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one choice may use up: wall seconds, threads, and for repeatable runs work units."""

    time_limit_s: float
    workers: int
    deterministic: float | None
    seed: int


def choose(
    problem: Problem,
    routes: Sequence[Route],
    incumbent: frozenset[int],
    linked: frozenset[int],
    required_shifts: frozenset[int],
    limits: Limits,
) -> list[int] | None:
    """Choose routes at the least price; None when nothing better than the incumbent is found.

    Parameters
    ----------
    routes
        The routes to choose from, those of the incumbent among them.
    incumbent
        Which of the routes make the incumbent.
    linked
        Visits that other routes depend on; any other may be covered twice here, since it can be
        taken out of all routes but one afterwards.
    required_shifts
        Shifts that must have a route.
    """
    model = cp_model.CpModel()
    use = [model.new_bool_var("") for _ in routes]
    out = [model.new_bool_var("") for _ in problem.visits]
    by_shift: dict[int, list[int]] = defaultdict(list)
    by_visit: dict[int, list[int]] = defaultdict(list)
    for r, route in enumerate(routes):
        by_shift[route.shift].append(r)
        for stop in route.stops:
            if stop.kind is StopKind.VISIT:
                by_visit[stop.index].append(r)
    for s, members in by_shift.items():
        one = model.add_exactly_one if s in required_shifts else model.add_at_most_one
        one(use[r] for r in members)
    for v, visit in enumerate(problem.visits):
        served = [use[r] for r in by_visit[v]]
        if v in linked:
            sizes = [*[1] * len(served), visit.crew_size]
            model.add(_sum([*served, out[v]], sizes) == visit.crew_size)
        else:
            model.add_bool_or([*served, out[v]])
        for link in visit.after:
            model.add_implication(out[link.visit], out[v])
    _keep_depots(model, problem, routes, use)
    _keep_vans(model, problem, routes, use)
    left = [v for v in range(len(problem.visits)) if not incumbent.intersection(by_visit[v])]
    weights = _tier_weights(model, problem, routes, out, left)
    model.minimize(_sum([*use, *out], [*(route.cost for route in routes), *weights]))
    for r, variable in enumerate(use):
        model.add_hint(variable, r in incumbent)
    for v, variable in enumerate(out):
        model.add_hint(variable, v in left)
    solver = cp_model.CpSolver()
    _set_parameters(solver, limits)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [r for r, variable in enumerate(use) if solver.boolean_value(variable)]
    return chosen if set(chosen) != incumbent else None


def _set_parameters(solver: cp_model.CpSolver, limits: Limits) -> None:
    solver.parameters.random_seed = limits.seed % (1 << 31)
    # Set covering lives by its linear relaxation: without it the bound hardly moves.
    solver.parameters.linearization_level = 2
    if limits.deterministic is None:
        solver.parameters.num_workers = limits.workers
        solver.parameters.max_time_in_seconds = limits.time_limit_s
    else:
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = limits.deterministic


def _tier_weights(
    model: cp_model.CpModel,
    problem: Problem,
    routes: Sequence[Route],
    out: Sequence[cp_model.IntVar],
    left: Sequence[int],
) -> list[int]:
    """Price visits left out so that the tiers stay in their order, as small as that allows.

    Tiers that the incumbent serves fully, from the highest down, must be served fully again. In the
    first tier that is not, no more may be left out than now; below it a few more.
    """
    now = [0, 0, 0, 0]
    for v in left:
        now[problem.visits[v].tier] += 1
    open_tiers = [t for t in range(4) if now[t]]
    top = max(open_tiers, default=-1)
    dearest: dict[int, int] = defaultdict(int)
    for route in routes:
        dearest[route.shift] = max(dearest[route.shift], route.cost)
    below = sum(dearest.values())
    prices = [0, 0, 0, 0]
    for tier in range(4):
        members = [out[v] for v, visit in enumerate(problem.visits) if visit.tier == tier]
        most = 0 if tier > top else now[tier] if tier == top else now[tier] + SPARE
        most = min(most, len(members))
        if members:
            model.add(_sum(members, [1] * len(members)) <= most)
        if most:
            prices[tier] = below + 1
            below += prices[tier] * most
    if below >= ROOF:
        # Rather a blurred order than an overflow: the timetable compares exactly afterwards.
        scale = -(-below // ROOF)
        prices = [-(-price // scale) if price else 0 for price in prices]
    return [prices[visit.tier] for visit in problem.visits]


def _keep_depots(
    model: cp_model.CpModel,
    problem: Problem,
    routes: Sequence[Route],
    use: Sequence[cp_model.IntVar],
) -> None:
    """No depot gives out more than it has by each delivery.

    A load counts from the first moment at which its pickup may start, so a pickup that only happens
    to come after a delivery draws on what was there before it.
    """
    draws: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for r, route in enumerate(routes):
        for stop in route.stops:
            if stop.kind is StopKind.PICKUP:
                for part, quantity in stop.parts:
                    draws[stop.index, part].append((stop.not_before, quantity, r))
    for (d, part), taken in draws.items():
        depot = problem.depots[d]
        if depot.unlimited or depot.stock.get(part) == UNLIMITED:
            continue
        for until, supply in _supplies(depot, part):
            early = [(r, q) for moment, q, r in taken if until is None or moment < until]
            if early:
                model.add(_sum([use[r] for r, _ in early], [q for _, q in early]) <= supply)


def _supplies(depot: Depot, part: int) -> list[tuple[int | None, int]]:
    """What the depot has of a part before each delivery, and (None) after the last."""
    total = depot.stock.get(part, 0)
    moments: list[tuple[int | None, int]] = []
    for when, p, quantity in sorted(depot.inbound):
        if p == part:
            moments.append((when, total))
            total += quantity
    return [*moments, (None, total)]


def _keep_vans(
    model: cp_model.CpModel,
    problem: Problem,
    routes: Sequence[Route],
    use: Sequence[cp_model.IntVar],
) -> None:
    """Several shifts of one engineer share what the van began with."""
    by_shift: dict[int, list[tuple[int, dict[int, int], dict[int, int]]]] = defaultdict(list)
    if not problem.num_parts:
        return
    for r, route in enumerate(routes):
        by_shift[route.shift].append((r, *van_use(route.stops)))
    for e, engineer in enumerate(problem.engineers):
        chain = problem.shifts_of(e)
        for part in range(problem.num_parts):
            stock = engineer.stock.get(part, 0)
            if stock == UNLIMITED:
                continue
            before: list[tuple[int, int]] = []
            for s in chain:
                deep = [(r, q[part]) for r, q, _ in by_shift[s] if q.get(part)]
                if deep:
                    terms = before + deep
                    model.add(_sum([use[r] for r, _ in terms], [q for _, q in terms]) <= stock)
                before += [(r, net[part]) for r, _, net in by_shift[s] if net.get(part)]


def _sum(variables: Sequence[cp_model.IntVar], coefficients: Sequence[int]) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum(list(variables), list(coefficients))
