"""Why one shift does not take a visit: an ordered list of tests, from persons to clocks.

The first tests need no clock. The later ones repeat the exhaustive single-shift test with one
rule eased at a time: the rule whose easing lets the visit in is the blocker, and the easing that
was needed is its shortfall.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations

from dispatch.solver.claim import BlockerCode
from dispatch.solver.explain_alone import Best, Place, Undecided, find_place
from dispatch.solver.explain_facts import Blocker
from dispatch.solver.explain_together import takes_member
from dispatch.solver.explain_world import AbsentWorld
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem, Window


@dataclass(frozen=True, slots=True)
class Eased:
    """Which rules are lifted for one test of a shift.

    A `capped` end is moved no further than to the engineer's next shift: a remedy must be livable.
    """

    needs: bool = False
    window: bool = False
    end: bool = False
    max_travel: bool = False
    breaks: bool = False
    early: bool = False
    pin: bool = False
    capped: bool = False


SINGLE = (
    (BlockerCode.OUTSIDE_WINDOW, Eased(window=True), Best.START),
    (BlockerCode.SHIFT_TOO_SHORT, Eased(end=True), Best.END),
    (BlockerCode.MAX_TRAVEL, Eased(max_travel=True), Best.TRAVEL),
    (BlockerCode.BREAK, Eased(breaks=True), Best.END),
)
"""Easings by clock, in the order in which they are tried, and what the smallest one minimises."""


def blockers_of(world: AbsentWorld, visit: int, shift: int) -> tuple[Blocker, ...]:
    """Everything found that keeps a shift from taking the visit alone; empty if nothing does."""
    engineer = world.problem.shifts[shift].engineer
    found = tuple(
        Blocker(code, shift, engineer, shortfall)
        for code, shortfall in without_clock(world.problem, visit, shift)
    )
    if found:
        return found
    try:
        if takes_member(world, visit, shift) is not None:
            return ()
        return tuple(
            Blocker(code, shift, engineer, shortfall)
            for code, shortfall in _with_clock(world, visit, shift)
        )
    except Undecided:
        return ()


def without_clock(
    problem: Problem, visit: int, shift: int
) -> Iterator[tuple[BlockerCode, dict[str, int]]]:
    """Blockers that no order of the day can change."""
    work = problem.visits[visit]
    engineer = problem.shifts[shift].engineer
    person = problem.engineers[engineer]
    pinned = [pin.shift for pin in work.pins]
    if shift not in pinned and len(pinned) >= work.crew_size:
        yield BlockerCode.PINNED_ELSEWHERE, {"shift": pinned[0]}
    if work.required_engineers and engineer not in work.required_engineers:
        yield BlockerCode.NOT_REQUIRED_ENGINEER, {}
    if engineer in work.forbidden_engineers:
        yield BlockerCode.FORBIDDEN_ENGINEER, {}
    for skill, level in work.skills:
        has = person.skills.get(skill, 0)
        if has <= 0 < level:
            yield BlockerCode.NO_SKILL, {"skill": skill, "level": level}
        elif has < level:
            yield BlockerCode.LEVEL_TOO_LOW, {"skill": skill, "level": level, "has": has}
    if work.crew_size > 1:
        return
    for tool in work.tools:
        if tool not in person.tools and not any(tool in d.tools for d in problem.depots):
            yield BlockerCode.NO_TOOL, {"tool": tool}
    for part, quantity in work.parts:
        have = available(problem, engineer, part)
        if have < quantity:
            yield BlockerCode.NO_PART, {"part": part, "quantity": quantity, "available": have}


def available(problem: Problem, engineer: int, part: int) -> int:
    """Pieces in the van and in all depots, deliveries to come included; `FOREVER` = no limit."""
    own = problem.engineers[engineer].stock.get(part, 0)
    stocks = [own]
    for depot in problem.depots:
        stocks.append(UNLIMITED if depot.unlimited else depot.stock.get(part, 0))
        stocks += [quantity for _, p, quantity in depot.inbound if p == part]
    return FOREVER if UNLIMITED in stocks else sum(stocks)


def _with_clock(
    world: AbsentWorld, visit: int, shift: int
) -> Iterator[tuple[BlockerCode, dict[str, int]]]:
    problem = world.problem
    pins = problem.visits[visit].pins
    if any(pin.started for pin in pins):
        yield BlockerCode.FROZEN, {}
        return
    if world.is_pinned(visit, shift) and eased_place(world, visit, shift, Eased(pin=True)):
        kept = any(pin.frozen or pin.started for pin in pins)
        yield (BlockerCode.FROZEN if kept else BlockerCode.PIN_BLOCKED), {}
        return
    if not _window_touches(problem, visit, shift):
        yield BlockerCode.WINDOW_CLOSED, {}
        return
    if eased_place(world, visit, shift, Eased(needs=True)):
        yield from _supply(world, visit, shift)
        return
    for code, eased, best in SINGLE:
        place = eased_place(world, visit, shift, eased, best)
        if place is not None:
            yield code, _shortfall(world, visit, shift, code, place)
            return
    yield from _several(world, visit, shift)


def _window_touches(problem: Problem, visit: int, shift: int) -> bool:
    block = problem.shifts[shift]
    first = block.start if problem.now is None else max(block.start, problem.now)
    return any(
        window.latest >= first and window.earliest <= block.latest_end
        for window in problem.visits[visit].windows
    )


def _supply(
    world: AbsentWorld, visit: int, shift: int
) -> Iterator[tuple[BlockerCode, dict[str, int]]]:
    """The tools and parts are somewhere, but no pickup of the shift brings them in time."""
    problem = world.problem
    work = problem.visits[visit]
    engineer = problem.shifts[shift].engineer
    van = world.van(shift)
    for entry in world.company(shift):
        for part, quantity in entry.parts:
            van[part] = max(0, van.get(part, 0) - quantity)
    for part, quantity in work.parts:
        if van.get(part, 0) >= quantity:
            continue
        later = [
            since
            for depot in problem.depots
            for since, p, _ in depot.inbound
            if p == part and since > problem.shifts[shift].start
        ]
        if later:
            yield (
                BlockerCode.PART_TOO_LATE,
                {"part": part, "quantity": quantity, "available_from": min(later)},
            )
        else:
            have = min(van.get(part, 0), quantity - 1)
            yield BlockerCode.NO_PART, {"part": part, "quantity": quantity, "available": have}
    for tool in work.tools:
        if tool not in problem.engineers[engineer].tools:
            yield BlockerCode.NO_TOOL, {"tool": tool}


def _several(
    world: AbsentWorld, visit: int, shift: int
) -> Iterator[tuple[BlockerCode, dict[str, int]]]:
    """No single easing helps: name the fewest that do together, without amounts."""
    for size in (2, 3, 4):
        for chosen in combinations(SINGLE, size):
            eased = merge(*(eased for _, eased, _ in chosen))
            if eased_place(world, visit, shift, eased, Best.END):
                for code, _, _ in chosen:
                    yield code, {}
                return
    full = merge(*(eased for _, eased, _ in SINGLE))
    if eased_place(world, visit, shift, merge(full, Eased(needs=True)), Best.END):
        yield from _supply(world, visit, shift)
        yield BlockerCode.SHIFT_TOO_SHORT, {}
    elif eased_place(world, visit, shift, merge(full, Eased(needs=True, early=True)), Best.END):
        yield BlockerCode.OUTSIDE_WINDOW, {}
    else:
        yield BlockerCode.UNREACHABLE, {}


def merge(*eased: Eased) -> Eased:
    """Lift every rule that any of these lifts."""
    names = ("needs", "window", "end", "max_travel", "breaks", "early", "pin", "capped")
    return Eased(**{name: any(getattr(each, name) for each in eased) for name in names})


def _next_start(problem: Problem, shift: int) -> int:
    own = problem.shifts[shift]
    starts = (
        other.start
        for other in problem.shifts
        if other.engineer == own.engineer and other.start > own.start
    )
    return min(starts, default=FOREVER - 1)


def ease(problem: Problem, visit: int, shift: int, eased: Eased) -> Problem:
    """The same world with some rules lifted for this visit and this shift."""
    work, block = problem.visits[visit], problem.shifts[shift]
    if eased.needs:
        work = replace(work, parts=(), tools=())
    if eased.window and work.windows:
        last = work.windows[-1]
        work = replace(work, windows=(*work.windows[:-1], Window(last.earliest, FOREVER)))
    if eased.early or (eased.window and not work.windows):
        work = replace(work, windows=(Window(-FOREVER, FOREVER),))
    if eased.pin:
        work = replace(work, pins=tuple(replace(p, start=None, position=None) for p in work.pins))
    if eased.end:
        limit = _next_start(problem, shift) if eased.capped else FOREVER - 1
        block = replace(block, latest_end=max(block.latest_end, limit))
    if eased.max_travel:
        block = replace(block, max_travel=None)
    if eased.breaks:
        block = replace(block, breaks=())
    visits, shifts = list(problem.visits), list(problem.shifts)
    visits[visit], shifts[shift] = work, block
    # Everything but two entries has been validated already, so the copy need not be again.
    eased_problem = copy(problem)
    object.__setattr__(eased_problem, "visits", tuple(visits))
    object.__setattr__(eased_problem, "shifts", tuple(shifts))
    return eased_problem


def eased_place(
    world: AbsentWorld, visit: int, shift: int, eased: Eased, best: Best = Best.START
) -> Place | None:
    """The best place of a visit on a shift with some rules lifted; a crew member brings nothing."""
    problem = ease(world.problem, visit, shift, eased)
    other = world.with_problem(problem)
    entry = other.visit_entry(visit, shift)
    if problem.visits[visit].crew_size > 1:
        entry = replace(entry, parts=(), tools=frozenset())
    return find_place(other, shift, (entry,), best)


def _shortfall(
    world: AbsentWorld, visit: int, shift: int, code: BlockerCode, place: Place
) -> dict[str, int]:
    work, block = world.problem.visits[visit], world.problem.shifts[shift]
    if code is BlockerCode.OUTSIDE_WINDOW:
        return {"seconds": place.start_of(visit) - work.windows[-1].latest}
    if code is BlockerCode.SHIFT_TOO_SHORT:
        return {"seconds": place.timing.end - block.latest_end}
    if code is BlockerCode.MAX_TRAVEL and block.max_travel is not None:
        return {"seconds": place.travel - block.max_travel}
    return {}
