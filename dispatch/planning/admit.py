"""Facts break no rules: what has begun before `now` is admitted whatever it used up (ADR 18).

A visit may have overrun until its engineer cannot be home by the end of the shift, the way may
have been longer than `max_travel`, a part may have been used that the stock does not list any
more. Planning goes on from there: exactly what the past alone needs is allowed, nothing beyond. A
frozen pickup that is still to come and cannot be kept is free again; it has no verdict to carry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.domain import Case
from dispatch.errors import InputError, Issue
from dispatch.planning.legend import Legend
from dispatch.solver.explain_clock import Entry, Moments, ends, extend, leave, travel
from dispatch.solver.problem import FOREVER, UNLIMITED, FixedPickup, Problem, Shift
from dispatch.solver.solution import StopKind

__all__ = ["admit_history", "contradictory_history"]


@dataclass(frozen=True, slots=True)
class _Past:
    """What has begun on a shift: (start, kind, index) in order, when it was over, how far it was."""

    begun: tuple[tuple[int, StopKind, int], ...]
    finish: int
    place: int
    travelled: int


def admit_history(problem: Problem) -> Problem:
    """The same problem with room for what has begun before `now`, and for nothing more.

    Parameters
    ----------
    problem
        As the case says; its pins and kept pickups tell what has begun.

    Returns
    -------
    Problem
        Itself when there is no `now` or nothing has to give way.
    """
    if problem.now is None:
        return problem
    problem = _free_visits(problem)
    shifts = tuple(_admit(problem, s, shift) for s, shift in enumerate(problem.shifts))
    problem = replace(problem, shifts=shifts)
    return _keep_pickups(_admit_parts(problem))


def _free_visits(problem: Problem) -> Problem:
    """Begun work follows nobody any more and has the crew that it has."""
    visits = list(problem.visits)
    for v, visit in enumerate(visits):
        begun = sum(pin.started for pin in visit.pins)
        if begun and (visit.after or visit.crew_size > begun):
            visits[v] = replace(
                visit,
                after=(),
                crew_size=min(visit.crew_size, begun),
                pins=tuple(pin for pin in visit.pins if pin.started),
            )
    return replace(problem, visits=tuple(visits))


def _past(problem: Problem, number: int) -> _Past | None:
    shift = problem.shifts[number]
    begun = [
        (pin.start, StopKind.VISIT, v)
        for v, visit in enumerate(problem.visits)
        for pin in visit.pins
        if pin.started and pin.shift == number and pin.start is not None
    ]
    begun += [(p.start, StopKind.PICKUP, p.depot) for p in shift.fixed_pickups if p.started]
    if not begun:
        return None
    begun.sort()
    place, travelled, finish = shift.start_location, 0, 0
    for start, kind, index in begun:
        visit = kind is StopKind.VISIT
        target = (problem.visits if visit else problem.depots)[index].location
        travelled += max(0, travel(problem, number, place, target))
        place = target
        crew = (
            [problem.shifts[p.shift].engineer for p in problem.visits[index].pins] if visit else []
        )
        length = max((problem.duration(index, e) for e in crew), default=0)
        finish = start + (length if visit else problem.depots[index].pickup_duration)
    return _Past(tuple(begun), finish, place, travelled)


def _admit(problem: Problem, number: int, shift: Shift) -> Shift:
    """Let a shift end as late, and drive as far, as its past alone makes it.

    Whoever has nothing left to do went home at once; a plan that was made after that, while more
    was still ahead, has them leave at its `now`, and holds as well.
    """
    past = _past(problem, number)
    if past is None:
        return shift
    way = travel(problem, number, past.place, shift.end_location)
    if way < 0:
        return shift
    if shift.max_travel is not None and past.travelled + way > shift.max_travel:
        shift = replace(shift, max_travel=past.travelled + way)
    floor = max(past.finish, problem.now or past.finish)
    while True:
        endless = replace(shift, latest_end=FOREVER - 1, returning=False)
        open_problem = _with_shift(problem, number, endless)
        homes = ends(open_problem, number, past.place, _moments(problem, number, shift, past))
        if homes or not shift.breaks:
            break
        # A break that the past leaves no time for can be taken no more.
        ahead = [n for n, rest in enumerate(shift.breaks) if rest.latest >= past.begun[-1][0]]
        gone = ahead[0] if ahead else len(shift.breaks) - 1
        shift = replace(shift, breaks=shift.breaks[:gone] + shift.breaks[gone + 1 :])
    end = min((end for end, _ in homes), default=floor + way)
    return replace(shift, latest_end=max(shift.latest_end, end))


def _moments(problem: Problem, number: int, shift: Shift, past: _Past) -> Moments:
    """When the engineer is free after the past, by the number of breaks behind."""
    first, kind, index = past.begun[0]
    target = (problem.visits if kind is StopKind.VISIT else problem.depots)[index].location
    left = first - max(0, travel(problem, number, shift.start_location, target))
    left = left if shift.left is None else min(left, shift.left)
    behind = 0
    for place, rest in enumerate(shift.breaks):
        taken = rest.earliest == rest.latest <= past.begun[-1][0]
        if taken or left >= rest.earliest + rest.duration:
            behind = place + 1
    moments = [FOREVER] * (len(shift.breaks) + 1)
    moments[behind] = past.finish
    return tuple(moments)


def _with_shift(problem: Problem, number: int, shift: Shift) -> Problem:
    shifts = list(problem.shifts)
    shifts[number] = shift
    return replace(problem, shifts=tuple(shifts))


def _admit_parts(problem: Problem) -> Problem:
    """Let vans and depots have had the pieces that were used and loaded before `now`."""
    engineers, depots = list(problem.engineers), list(problem.depots)
    bearers = _bearers(problem)
    for e, engineer in enumerate(engineers):
        van, lack = dict(engineer.stock), defaultdict[int, int](int)
        for number in problem.shifts_of(e):
            shift, past = problem.shifts[number], _past(problem, number)
            for start, kind, index in past.begun if past else ():
                loads = _loads(shift, index, start) if kind is StopKind.PICKUP else ()
                uses = problem.visits[index].parts if bearers.get(index) == number else ()
                moves = [(p, q) for p, q in loads]
                moves += [(p, -q) for p, q in uses] if kind is StopKind.VISIT else []
                for part, many in moves:
                    if van.get(part, 0) != UNLIMITED:
                        van[part] = van.get(part, 0) + many
                        lack[part] = max(lack[part], -van[part])
        more = {part: engineer.stock.get(part, 0) + many for part, many in lack.items() if many > 0}
        engineers[e] = replace(engineer, stock={**engineer.stock, **more})
    for d, depot in enumerate(depots):
        more = {
            part: depot.stock.get(part, 0) + many
            for part, many in _overdrawn(problem, d, begun=True).items()
            if many > 0
        }
        depots[d] = replace(depot, stock={**depot.stock, **more})
    return replace(problem, engineers=tuple(engineers), depots=tuple(depots))


def _bearers(problem: Problem) -> dict[int, int]:
    """The shift of each begun visit whose van brings its parts: the first of its crew."""
    order = dict.fromkeys(
        pin.shift for visit in problem.visits for pin in visit.pins if pin.started
    )
    places = {shift: place for place, shift in enumerate(order)}
    return {
        v: min((p.shift for p in visit.pins if p.started), key=places.__getitem__)
        for v, visit in enumerate(problem.visits)
        if any(p.started for p in visit.pins)
    }


def _loads(shift: Shift, depot: int, start: int) -> tuple[tuple[int, int], ...]:
    same = (p for p in shift.fixed_pickups if (p.depot, p.start) == (depot, start))
    return next(same).loads


def _overdrawn(problem: Problem, depot: int, *, begun: bool) -> dict[int, int]:
    """By part: the pieces that kept pickups load from a depot beyond what it has had by then."""
    place = problem.depots[depot]
    kept = [p for shift in problem.shifts for p in shift.fixed_pickups if p.depot == depot]
    taken, lack = defaultdict[int, int](int), defaultdict[int, int](int)
    for pickup in sorted(kept, key=lambda p: p.start):
        for part, many in pickup.loads if pickup.started or not begun else ():
            if place.unlimited or place.stock.get(part, 0) == UNLIMITED:
                continue
            taken[part] += many
            came = sum(q for since, p, q in place.inbound if p == part and since <= pickup.start)
            lack[part] = max(lack[part], taken[part] - place.stock.get(part, 0) - came)
    return lack


def _keep_pickups(problem: Problem) -> Problem:
    """Free the frozen pickups that cannot be kept: out of reach, shut, or without stock."""
    for number, shift in enumerate(problem.shifts):
        ahead = [p for p in shift.fixed_pickups if not p.started]
        kept = [p for p in shift.fixed_pickups if p.started]
        for pickup in ahead:
            tried = replace(shift, fixed_pickups=(*kept, pickup))
            if _can_keep(_with_shift(problem, number, tried), number, tried.fixed_pickups):
                kept.append(pickup)
        if len(kept) < len(shift.fixed_pickups):
            problem = _with_shift(problem, number, replace(shift, fixed_pickups=tuple(kept)))
    return problem


def _can_keep(problem: Problem, number: int, pickups: Sequence[FixedPickup]) -> bool:
    """Whether a shift reaches its kept pickups, and home after them, with stock for the last."""
    shift, past = problem.shifts[number], _past(problem, number)
    begun = {p for p in range(len(pickups)) if pickups[p].started}
    entries = [_entry(problem, p) for n, p in enumerate(pickups) if n not in begun]
    moments, place, travelled = leave(problem, number), shift.start_location, 0
    if past is not None:
        moments = _moments(problem, number, shift, past)
        place, travelled = past.place, past.travelled
    for entry in entries:
        way = travel(problem, number, place, entry.location)
        step = extend(problem, number, place, moments, entry)
        if step is None:
            return False
        moments, place, travelled = step.moments, entry.location, travelled + way
    way = travel(problem, number, place, shift.end_location)
    if shift.max_travel is not None and travelled + way > shift.max_travel:
        return False
    if not ends(problem, number, place, moments):
        return False
    return not any(
        many > 0 for many in _overdrawn(problem, pickups[-1].depot, begun=False).values()
    )


def _entry(problem: Problem, pickup: FixedPickup) -> Entry:
    depot = problem.depots[pickup.depot]
    last = [(w.earliest, w.latest - depot.pickup_duration) for w in depot.opening]
    is_open = not last or any(low <= pickup.start <= high for low, high in last)
    inside = is_open and 0 <= pickup.start <= problem.horizon
    return Entry(
        StopKind.PICKUP,
        pickup.depot,
        depot.location,
        depot.pickup_duration,
        ((pickup.start, pickup.start),) if inside else (),
        under_way=pickup.under_way,
    )


def contradictory_history(shifts: Sequence[int], case: Case, legend: Legend) -> InputError:
    """Say which routes of the plan in force no rule could bend enough to continue."""
    issues = []
    for number in shifts:
        shift = legend.shifts[number]
        routes = case.current_plan.routes if case.current_plan else ()
        for r, route in enumerate(routes):
            if route.shift != shift:
                continue
            limits = [limit for limit in (case.now, case.freeze_until) if limit is not None]
            kept = [stop for stop in route.stops if stop.start < max(limits)]
            told = ", ".join(
                f"{stop.visit or stop.depot or 'a break'} at {stop.start.isoformat()}"
                for stop in kept
            )
            message = (
                f"shift {shift}: what has begun ({told}) cannot be continued: no road leads on or "
                "home from there, or its times contradict each other"
            )
            expected = "stops that one engineer can have done one after the other"
            issues.append(Issue(f"/current_plan/routes/{r}", shift, expected, message))
    if not issues:
        expected = "shifts on which a route can keep the rules"
        issues.append(Issue("", list(shifts), expected))
    return InputError(
        issues, advice="a location or the travel matrix has changed since the plan was made."
    )
