"""Hand-made moves: what they make of a plan, what they cost, and which rules they break.

Only the routes concerned are timed and audited, so the answer comes while a visit is being
dragged, however large the plan is. The clock is the one timetable, the judge the one auditor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.domain import (
    Case,
    CostBreakdown,
    Pin,
    Plan,
    PlanRoute,
    PlanStatus,
    Reason,
    StopKind,
    Unassigned,
    Verdict,
)
from dispatch.planning.audit import audit_against
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.planning.figures import find_status
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.move_clock import MoveClock
from dispatch.planning.move_orders import Move, MoveKind, Orders, orders_of
from dispatch.planning.move_words import HARD_RULES, lacking, say_rule
from dispatch.planning.move_world import concerned_shifts, part_of
from dispatch.planning.plan_money import PARTS, money_of
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule

__all__ = ["BrokenRule", "Move", "MoveKind", "Moved", "make_moves"]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that the plan breaks after the moves.

    Parameters
    ----------
    rule
        Name of the auditor's rule.
    shift, visit
        What is concerned, None where nothing is.
    message, message_zh
        For people.
    detail
        The auditor's sentence, with its figures.
    was_there
        Whether the plan broke it before.
    """

    rule: str
    shift: str | None
    visit: str | None
    message: str
    message_zh: str
    detail: str
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What the moves make of a plan.

    Parameters
    ----------
    case, plan
        The whole plan after the moves, and its case, in which pins may have changed.
    shifts
        Shifts whose routes were timed anew.
    broken
        All rules broken on these routes.
    difference
        What the plan costs more, component by component; `unassigned` is 0: a visit left out or
        taken in is told in the two lists instead.
    taken_in, left_out
        Visits that were in no route before, and that are in none now.
    bill
        What changes for customers and engineers.
    """

    case: Case
    plan: Plan
    shifts: tuple[str, ...]
    broken: tuple[BrokenRule, ...]
    difference: CostBreakdown
    taken_in: tuple[str, ...]
    left_out: tuple[str, ...]
    bill: ChurnBill

    @property
    def new_broken(self) -> tuple[BrokenRule, ...]:
        """Rules that the plan did not break before."""
        return tuple(one for one in self.broken if not one.was_there)


def make_moves(
    case: Case, plan: Plan, moves: Sequence[Move], *, now: datetime | None = None
) -> Moved:
    """Make moves on a plan, one after the other.

    Parameters
    ----------
    case, plan
        A world and a plan for it, sound or not.
    moves
        What the dispatcher did.
    now
        What starts before it in the plan has begun and is not moved any more; None: nothing has.

    Raises
    ------
    InputError
        A move names what is not there, or a place that no way leads to.
    TravelUnavailable
        No travel times can be had.
    """
    before, after = orders_of(plan, case), orders_of(plan, case)
    pinned = case
    for number, move in enumerate(moves):
        pointer = f"/moves/{number}"
        if move.kind is MoveKind.PLACE and move.position is None and move.start is None:
            _place_cheaply(pinned, before, after, move, pointer, now)
        else:
            after.do(move, pointer)
        pinned = _pin(pinned, after, move)
    named = [name for move in moves for name in (move.visit, move.other) if name is not None]
    shifts = concerned_shifts(case, before, after, named)
    old = _Part(case, before, shifts, named, now)
    new = _Part(pinned, after, shifts, named, now)
    routes = _merged(case, plan, new.routes, shifts)
    taken_in, left_out, unassigned = _left_out(plan, before, after, named)
    status = find_status(case, unassigned)
    known = {(one.rule, one.shift, one.visit) for one in old.broken(case, None, before)}
    broken = tuple(
        replace(one, was_there=(one.rule, one.shift, one.visit) in known)
        for one in new.broken(pinned, now, before)
    )
    # The plan as it stands: the clock would time some of its routes otherwise by now.
    difference = _difference(
        money_of(case, _some_routes(plan.routes, plan, shifts)),
        money_of(pinned, _some_routes(routes, plan, shifts)),
    )
    made = replace(
        plan,
        status=status,
        routes=routes,
        unassigned=unassigned,
        cost=_new_cost(plan, difference, taken_in, left_out),
        kpis=count_kpis(case, routes),
    )
    parts = (_only(plan, shifts), _only(made, shifts))
    return Moved(
        case=pinned,
        plan=made,
        shifts=tuple(shift.id for _, shift in case.shifts() if shift.id in shifts),
        broken=broken,
        difference=difference,
        taken_in=taken_in,
        left_out=left_out,
        bill=compare_plans(case, *parts),
    )


class _Part:
    """The routes concerned, timed."""

    def __init__(
        self,
        case: Case,
        orders: Orders,
        shifts: set[str],
        named: Sequence[str],
        now: datetime | None,
    ) -> None:
        self.orders = orders
        self.case = part_of(case, orders, shifts, named)
        self.legend: Legend = make_legend(self.case)
        ways = find_ways(self.case, self.legend)
        self.problem: Problem = to_problem(self.case, self.legend, ways)
        moment = None if now is None else self.legend.seconds(now)
        self.clock = MoveClock(self.problem, self.legend, moment)
        self.schedule: Schedule
        self.schedule, self.strict = self.clock.time(orders)
        self.routes = to_routes(self.schedule, self.problem, self.legend)

    def broken(self, case: Case, now: datetime | None, before: Orders) -> list[BrokenRule]:
        """Ask the auditor; what has begun is looked at here, by the clock of the moment."""
        visits = {visit.id: visit for visit in case.visits}
        owner = {shift.id: engineer for engineer, shift in case.shifts()}
        found: dict[tuple[str, str | None, str | None], BrokenRule] = {}

        def add(rule: str, shift: str | None, visit: str | None, detail: str) -> None:
            asked, person = visits.get(visit or ""), owner.get(shift or "")
            english, chinese = say_rule(
                rule,
                visit="" if asked is None else asked.title or asked.id,
                engineer="" if person is None else person.name or person.id,
                what=lacking(rule, asked, person) if asked and person else ("", ""),
            )
            key = (rule, shift, visit)
            found.setdefault(key, BrokenRule(rule, shift, visit, english, chinese, detail))

        claim = Plan(status=PlanStatus.FEASIBLE, routes=self.routes)
        for one in audit_against(self.problem, self.legend, claim, with_cost=False):
            if one.rule in HARD_RULES:
                add(one.rule, one.shift, one.visit, one.message)
        if now is not None:
            for rule, shift, visit in self._begun(now, before):
                add(rule, shift, visit, f"now is {now.isoformat()}")
        return list(found.values())

    def _begun(self, now: datetime, before: Orders) -> list[tuple[str, str, str]]:
        starts = {
            (route.shift, stop.visit): stop.start
            for route in self.routes
            for stop in route.stops
            if stop.visit is not None
        }
        found = []
        for shift, entries in before.routes.items():
            for entry in entries:
                visit = entry.visit
                if visit is None or entry.stop.start >= now or shift not in self.legend.shifts:
                    continue
                if starts.get((shift, visit)) != entry.stop.start:
                    found.append(("HISTORY", shift, visit))
        begun = {
            (shift, entry.visit)
            for shift, entries in before.routes.items()
            for entry in entries
            if entry.stop.start < now
        }
        found += [
            ("NOW", shift, visit)
            for (shift, visit), start in starts.items()
            if start < now and (shift, visit) not in begun
        ]
        return found


def _place_cheaply(
    case: Case, before: Orders, after: Orders, move: Move, pointer: str, now: datetime | None
) -> None:
    """Try every place of the route, and take the one that breaks nothing and costs least."""
    named = [move.visit]
    target = move.shift or next(iter(after.shifts_of(move.visit)), None)
    count = sum(entry.visit is not None for entry in after.routes.get(target or "", ()))
    if target is not None and target in after.shifts_of(move.visit):
        count -= 1
    trial = _copy(after, case)
    trial.do(replace(move, position=count), pointer)
    shifts = concerned_shifts(case, before, trial, named)
    part = _Part(case, trial, shifts, named, now)
    best: tuple[bool, int, int] | None = None
    for position in range(count + 1):
        orders = _copy(after, case)
        orders.do(replace(move, position=position), pointer)
        schedule, strict = part.clock.time(orders)
        found = (not strict, schedule.cost.money, position)
        best = found if best is None else min(best, found)
    assert best is not None
    after.do(replace(move, position=best[2]), pointer)


def _copy(orders: Orders, case: Case) -> Orders:
    copied = Orders({shift: list(some) for shift, some in orders.routes.items()}, case)
    copied.touched = set(orders.touched)
    return copied


def _pin(case: Case, orders: Orders, move: Move) -> Case:
    """Change the pin of the visit where the move says so; a pinned visit takes its pin along."""
    visit = next(one for one in case.visits if one.id == move.visit)
    at = orders.shifts_of(move.visit)
    pinned = visit.pinned
    if move.kind is MoveKind.PIN:
        pinned = Pin(move.shift or at[0])
    elif move.kind is MoveKind.UNPIN:
        pinned = None
    if pinned == visit.pinned:
        return case
    changed = replace(visit, pinned=pinned)
    return replace(case, visits=tuple(changed if one is visit else one for one in case.visits))


def _merged(
    case: Case, plan: Plan, routes: Sequence[PlanRoute], shifts: set[str]
) -> tuple[PlanRoute, ...]:
    by_shift = {route.shift: route for route in plan.routes if route.shift not in shifts}
    by_shift |= {route.shift: route for route in routes}
    return tuple(by_shift[one.id] for _, one in case.shifts() if one.id in by_shift)


def _left_out(
    plan: Plan, before: Orders, after: Orders, named: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Unassigned, ...]]:
    some = dict.fromkeys(named)
    planned = {visit for visit in some if after.shifts_of(visit)}
    taken_in = tuple(one for one in some if one in planned and not before.shifts_of(one))
    left_out = tuple(one for one in some if one not in planned and before.shifts_of(one))
    kept = tuple(
        replace(one, displaces=tuple(other for other in one.displaces if other not in left_out))
        for one in plan.unassigned
        if one.visit not in taken_in
    )
    by_hand = tuple(
        Unassigned(
            visit=visit,
            verdict=Verdict.DISPLACED,
            reasons=(
                Reason(
                    code="NO_CAPACITY",
                    message="It was taken out of its route by hand.",
                    message_zh="已由调度员手动移出路线。",
                ),
            ),
        )
        for visit in left_out
    )
    return taken_in, left_out, (*kept, *by_hand)


def _some_routes(routes: Sequence[PlanRoute], plan: Plan, shifts: set[str]) -> Plan:
    return replace(plan, routes=tuple(one for one in routes if one.shift in shifts))


def _difference(old: CostBreakdown, new: CostBreakdown) -> CostBreakdown:
    parts = {name: getattr(new, name) - getattr(old, name) for name in PARTS}
    return CostBreakdown(total=sum(parts.values()), unassigned=0, **parts)


def _new_cost(
    plan: Plan, difference: CostBreakdown, taken_in: Sequence[str], left_out: Sequence[str]
) -> CostBreakdown | None:
    """The money of the whole; the price of visits left out is only known while none changes."""
    cost = plan.cost
    if cost is None:
        return None
    unassigned = cost.unassigned if not taken_in and not left_out else 0
    parts = {name: getattr(cost, name) + getattr(difference, name) for name in PARTS}
    return CostBreakdown(total=sum(parts.values()) + unassigned, unassigned=unassigned, **parts)


def _only(plan: Plan, shifts: set[str]) -> Plan:
    kept = tuple(
        replace(one, stops=tuple(stop for stop in one.stops if stop.kind is StopKind.VISIT))
        for one in plan.routes
        if one.shift in shifts
    )
    return replace(plan, routes=kept)
