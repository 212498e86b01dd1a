"""Taking over some changes of a proposal: the plan that comes of it, sound, or what it would break.

The times are those of the one clock and the judge is the one auditor, on the whole plan: whatever
is given away has been found without fault.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dispatch.domain import (
    Case,
    CostBreakdown,
    Plan,
    PlanRoute,
    PlanStatus,
    Reason,
    StopKind,
    Unassigned,
    Verdict,
)
from dispatch.errors import InputError
from dispatch.planning.audit import PlanViolation, audit_against
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.planning.figures import count_cost, find_status
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.mixed_orders import (
    Pickups,
    bound_together,
    mix_orders,
    without_unknown,
)
from dispatch.planning.move_clock import MoveClock
from dispatch.planning.move_orders import Orders
from dispatch.planning.move_words import HARD_RULES, say_rule
from dispatch.planning.moves import BrokenRule
from dispatch.planning.risk import with_risk
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Cost, Schedule
from dispatch.solver.timetable import InfeasibleSolution, schedule

__all__ = ["PartAccepted", "accept_part"]

PICKUPS: tuple[Pickups, ...] = ((True, True), (False, True), (True, False))
NOT_TAKEN = Reason(
    code="NO_CAPACITY",
    message="The proposal has a place for it, but that change was not taken over.",
    message_zh="方案中已为其安排时段，但该变更未被采纳。",
)


@dataclass(frozen=True, slots=True)
class PartAccepted:
    """What taking over some changes makes of the plan in force.

    Parameters
    ----------
    case
        The world it is a plan for.
    plan
        Sound, or None when a rule would be broken.
    broken
        The rules that would be, in words; empty when there is a plan.
    chosen
        The changes taken over, in the order of the case.
    together
        Further changes that touch the same shifts or are tied to the chosen ones.
    difference
        What the plan costs more than the one in force, component by component; the price of
        visits left out is not in it.
    bill
        What changes against the plan in force.
    """

    case: Case
    plan: Plan | None
    broken: tuple[BrokenRule, ...]
    chosen: tuple[str, ...]
    together: tuple[str, ...]
    difference: CostBreakdown
    bill: ChurnBill


def accept_part(
    case: Case, before: Plan, proposed: Plan, visits: Collection[str], *, seed: int = 1
) -> PartAccepted:
    """Take over some changes of a proposal.

    Parameters
    ----------
    case
        The world as the proposal saw it, no promise being bound.
    before, proposed
        The plan in force and the proposal.
    visits
        Those whose change is taken over.
    seed
        Of the risk that the plan is told with.

    Raises
    ------
    InputError
        A visit is none that the proposal changes.
    TravelUnavailable
        No travel times can be had.
    """
    before, proposed = without_unknown(before, case), without_unknown(proposed, case)
    bill = compare_plans(case, before, proposed)
    changed = {one.visit for one in bill.changes}
    for place, visit in enumerate(visits):
        if visit not in changed:
            raise InputError.at(f"/visits/{place}", visit, "a visit that the proposal changes")
    chosen = tuple(one.visit for one in bill.changes if one.visit in set(visits))
    desk = _Desk(case)
    old = desk.money_of(mix_orders(case, before, proposed, changed, (), (True, True)))
    together = bound_together(case, before, proposed, changed, chosen)
    sound: list[tuple[int, Schedule]] = []
    refused: list[tuple[list[BrokenRule], Schedule]] = []
    for pickups in PICKUPS:
        orders = mix_orders(case, before, proposed, changed, chosen, pickups)
        timed, kept = desk.time(orders)
        broken = [] if kept else desk.broken(timed)
        if kept:
            sound.append((timed.cost.money, timed))
        else:
            refused.append((broken, timed))
    for _, timed in sorted(sound, key=lambda one: one[0]):
        plan, violations = desk.plan(timed, before, proposed)
        if not violations:
            plan = with_risk(plan, case, seed=seed)
            new = compare_plans(case, before, plan)
            money = _difference(old, timed.cost)
            return PartAccepted(case, plan, (), chosen, together, money, new)
        refused.append((desk.words(violations), timed))
    broken, timed = min(refused, key=lambda one: len(one[0]))
    claim = Plan(PlanStatus.FEASIBLE, desk.routes(timed))
    return PartAccepted(
        case,
        None,
        tuple(broken),
        chosen,
        together,
        _difference(old, timed.cost),
        compare_plans(case, before, claim),
    )


class _Desk:
    """One world with its numbering, clock and auditor."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.legend: Legend = make_legend(case)
        self.ways = find_ways(case, self.legend)
        self.problem: Problem = to_problem(case, self.legend, self.ways)
        self.clock = MoveClock(self.problem, self.legend)

    def time(self, orders: Orders) -> tuple[Schedule, bool]:
        """Time orders; tells also whether the clock finds every rule kept."""
        timed, sound = self.clock.time(orders)
        if not sound:
            return timed, False
        try:
            # The clock of moves leaves out the prices that only a whole plan has.
            return schedule(self.problem, solution_of(self.problem, timed)), True
        except InfeasibleSolution:
            return timed, False

    def money_of(self, orders: Orders) -> Cost:
        """Price of orders, be they sound or not."""
        return self.time(orders)[0].cost

    def routes(self, timed: Schedule) -> tuple[PlanRoute, ...]:
        """Say a schedule in ids."""
        return to_routes(timed, self.problem, self.legend)

    def broken(self, timed: Schedule) -> list[BrokenRule]:
        """The rules that times break; never none, for the clock has refused them."""
        claim = Plan(PlanStatus.FEASIBLE, self.routes(timed))
        found = audit_against(self.problem, self.legend, claim, with_cost=False)
        hard = [one for one in found if one.rule in HARD_RULES]
        return self.words(hard or found)

    def words(self, violations: Sequence[PlanViolation]) -> list[BrokenRule]:
        """Say violations for people."""
        visits = {visit.id: visit for visit in self.case.visits}
        owner = {shift.id: engineer for engineer, shift in self.case.shifts()}
        told: dict[tuple[str, str | None, str | None], BrokenRule] = {}
        for one in violations:
            title = visits[one.visit].title or one.visit if one.visit in visits else ""
            name = owner[one.shift].name or owner[one.shift].id if one.shift in owner else ""
            words = (one.message, one.message)
            if one.rule in HARD_RULES:
                words = say_rule(one.rule, visit=title or "", engineer=name)
            key = (one.rule, one.shift, one.visit)
            told.setdefault(key, BrokenRule(*key, *words, one.message))
        return list(told.values())

    def plan(
        self, timed: Schedule, before: Plan, proposed: Plan
    ) -> tuple[Plan, list[PlanViolation]]:
        """Make the plan, and let the auditor look at all of it."""
        routes = self.routes(timed)
        served = {stop.visit for route in routes for stop in route.stops if stop.visit}
        unassigned = tuple(self._left_out(served, before, proposed))
        made = replace(
            proposed,
            status=find_status(self.case, unassigned),
            routes=routes,
            unassigned=unassigned,
            travel_source=self.ways.source,
            cost=count_cost(self.problem, timed.cost),
            kpis=count_kpis(self.case, routes),
        )
        return made, audit_against(self.problem, self.legend, made)

    def _left_out(self, served: set[str], before: Plan, proposed: Plan) -> list[Unassigned]:
        """Say why visits are in no route; prices and rivals were those of another plan."""
        known = {one.visit: one for plan in (before, proposed) for one in plan.unassigned}
        found = []
        for visit in self.case.visits:
            if visit.id in served:
                continue
            one = known.get(visit.id)
            placed = any(
                stop.visit == visit.id
                for route in proposed.routes
                for stop in route.stops
                if stop.kind is StopKind.VISIT
            )
            if one is None or placed:
                found.append(Unassigned(visit.id, Verdict.DISPLACED, (NOT_TAKEN,)))
            else:
                rivals = tuple(other for other in one.displaces if other in served)
                found.append(replace(one, displaces=rivals, price=None))
        return found


def _difference(old: Cost, new: Cost) -> CostBreakdown:
    names = ("travel", "labour", "overtime", "sla", "due", "preference", "churn")
    parts = {name: getattr(new, name) - getattr(old, name) for name in names}
    return CostBreakdown(total=sum(parts.values()), unassigned=0, **parts)
