"""The smallest change that makes an impossible visit plannable alone, verified by the same test.

Each shift is repaired in turn: its blockers are turned into edits until the shift takes the visit.
The fewest edits win; among as many, those that change the least.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dispatch.solver.claim import BlockerCode
from dispatch.solver.explain_alone import Best, Place, Undecided
from dispatch.solver.explain_blockers import (
    SINGLE,
    Eased,
    blockers_of,
    eased_place,
    merge,
)
from dispatch.solver.explain_edits import apply_edits
from dispatch.solver.explain_facts import Blocker, Edit, EditKind, Remedy
from dispatch.solver.explain_together import (
    able_shifts,
    can_be_planned,
    find_with_stock,
    may_be_on,
    takes_member,
)
from dispatch.solver.explain_world import AbsentWorld
from dispatch.solver.problem import Problem

MOST_ROUNDS = 6
MOST_SHIFTS = 12
"""Shifts repaired in full for one visit, those with the fewest blockers first."""

REPAIRS_IN_ALL = 600
"""Shifts repaired for all visits left out of a day, at three for each."""

Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class _Blocked:
    shift: int
    blockers: tuple[Blocker, ...]


def find_remedy(world: AbsentWorld, visit: int, blockers: tuple[Blocker, ...]) -> Remedy | None:
    """The fewest edits after which the visit can be planned alone; None if none were found."""
    best: Edits | None = None
    contested: Edits | None = None
    for edits in _candidates(world, visit, blockers):
        if best is not None and _weight(edits) >= _weight(best):
            continue
        if _is_contested(world, visit, edits):
            contested = contested or (edits if _helps(world, visit, edits) else None)
        elif _helps(world, visit, edits):
            best = edits
    best = best or contested
    return None if best is None else Remedy(best)


def _is_contested(world: AbsentWorld, visit: int, edits: Edits) -> bool:
    """Whether the edits also let in a left-out visit pinned to the shift, which then lacks room."""
    problem = apply_edits(world.problem, edits)
    other = world.with_problem(problem)
    plain = problem.visits[visit].crew_size == 1 and not problem.visits[visit].after
    for number, rival in enumerate(problem.visits):
        if number in (visit, *world.starts) or rival.crew_size > 1 or rival.after:
            continue
        for pin in rival.pins:
            try:
                if not may_be_on(other, number, pin.shift):
                    continue
                if takes_member(other, number, pin.shift) is None:
                    continue
                entries = [other.visit_entry(v, pin.shift) for v in (visit, number)]
                if not plain:
                    entries[0] = replace(entries[0], parts=(), tools=frozenset())
                if may_be_on(other, visit, pin.shift) and not find_with_stock(
                    other, pin.shift, tuple(entries)
                ):
                    return True
            except Undecided:
                return True
    return False


def _helps(world: AbsentWorld, visit: int, edits: Edits) -> bool:
    try:
        problem = apply_edits(world.problem, edits)
        return can_be_planned(world.with_problem(problem), visit) is not None
    except Undecided:
        return False


def _weight(edits: Edits) -> tuple[int, int, int]:
    """Number of edits, those that undo somebody's decision, seconds or levels of change."""
    harsh = {EditKind.UNPIN, EditKind.DROP_AFTER, EditKind.DROP_BREAK, EditKind.REDUCE_CREW}
    size = sum(edit.facts.get("seconds", 0) + edit.facts.get("by", 0) for edit in edits)
    return len(edits), sum(edit.kind in harsh for edit in edits), size


def _candidates(world: AbsentWorld, visit: int, blockers: tuple[Blocker, ...]) -> Iterator[Edits]:
    work = world.problem.visits[visit]
    prepared = _prepare(world.problem, visit)
    left_out = len(world.problem.visits) - len(world.starts)
    most = max(3, min(MOST_SHIFTS, REPAIRS_IN_ALL // max(1, left_out)))
    by_shift = sorted(
        (
            _Blocked(shift, tuple(b for b in blockers if b.shift == shift))
            for shift in range(len(world.problem.shifts))
        ),
        key=lambda blocked: (len(blocked.blockers), blocked.shift),
    )
    for edits in prepared:
        other = world.with_problem(apply_edits(world.problem, edits))
        if edits and _helps(world, visit, edits):
            yield edits
            continue
        if other.problem.visits[visit].crew_size > 1:
            yield from _crew_edits(other, visit, edits)
            continue
        for blocked in by_shift[:most]:
            repaired = _repair(other, visit, blocked.shift)
            if repaired is not None:
                yield edits + repaired
    if work.pins:
        unpin = (Edit(EditKind.UNPIN, {"visit": visit}),)
        if _helps(world, visit, unpin):
            yield unpin


def _prepare(problem: Problem, visit: int) -> list[Edits]:
    """What must go first: links that cannot hold, a crew that cannot be gathered."""
    work = problem.visits[visit]
    drops = tuple(
        Edit(EditKind.DROP_AFTER, {"visit": visit, "before": link.visit}) for link in work.after
    )
    options: list[Edits] = [()]
    if drops:
        options.append(drops)
    if work.crew_size > 1:
        alone = Edit(EditKind.REDUCE_CREW, {"visit": visit, "crew_size": 1})
        if len(work.pins) <= 1:
            options += [(*edits, alone) for edits in list(options)]
    return options


def _crew_edits(world: AbsentWorld, visit: int, edits: Edits) -> Iterator[Edits]:
    """Repair further engineers one by one until the crew is large enough."""
    size = world.problem.visits[visit].crew_size
    found: Edits = ()
    for shift in range(len(world.problem.shifts)):
        other = world.with_problem(apply_edits(world.problem, found))
        able = {other.problem.shifts[s].engineer for s in able_shifts(other, visit)}
        if len(able) >= size:
            break
        if world.problem.shifts[shift].engineer in able:
            continue
        repaired = _repair(other, visit, shift)
        if repaired is not None:
            found += repaired
    if found:
        yield edits + found


def _repair(world: AbsentWorld, visit: int, shift: int) -> Edits | None:
    """Edits after which this shift takes the visit; None if rounds or means run out."""
    edits: Edits = ()
    for _ in range(MOST_ROUNDS):
        other = world.with_problem(apply_edits(world.problem, edits))
        blockers = blockers_of(other, visit, shift)
        if not blockers:
            return edits
        try:
            more = _edits_for(other, visit, shift, blockers)
        except Undecided:
            return None
        if not more:
            return None
        edits += more
    return None


def _edits_for(world: AbsentWorld, visit: int, shift: int, blockers: tuple[Blocker, ...]) -> Edits:
    engineer = world.problem.shifts[shift].engineer
    found: list[Edit] = []
    clock = False
    for blocker in blockers:
        facts, code = blocker.shortfall, blocker.code
        if code in (BlockerCode.NO_SKILL, BlockerCode.LEVEL_TOO_LOW):
            by = facts["level"] - facts.get("has", 0)
            found.append(
                Edit(
                    EditKind.TRAIN_SKILL,
                    {
                        "engineer": engineer,
                        "skill": facts["skill"],
                        "level": facts["level"],
                        "by": by,
                    },
                )
            )
        elif code in (BlockerCode.FORBIDDEN_ENGINEER, BlockerCode.NOT_REQUIRED_ENGINEER):
            allow = Edit(EditKind.ALLOW_ENGINEER, {"visit": visit, "engineer": engineer})
            if allow not in found:
                found.append(allow)
        elif code is BlockerCode.NO_TOOL:
            found.append(Edit(EditKind.GIVE_TOOL, {"engineer": engineer, "tool": facts["tool"]}))
        elif code in (BlockerCode.NO_PART, BlockerCode.PART_TOO_LATE):
            found.append(_stock(world, visit, shift, facts["part"], facts["quantity"]))
        elif code in (
            BlockerCode.PINNED_ELSEWHERE,
            BlockerCode.PIN_BLOCKED,
            BlockerCode.FROZEN,
        ):
            found.append(Edit(EditKind.UNPIN, {"visit": visit}))
        else:
            clock = True
    if clock and not found:
        pins = world.problem.visits[visit].pins
        bound = any(
            (pin.start is not None or pin.position is not None) and not pin.started for pin in pins
        )
        unpin = (Edit(EditKind.UNPIN, {"visit": visit}),) if bound else ()
        return _ease_clock(world, visit, shift) or unpin
    return tuple(found)


def _stock(world: AbsentWorld, visit: int, shift: int, part: int, quantity: int) -> Edit:
    """As many pieces more as the van lacks on this shift, the needs of its company included.

    Visits that are pinned to the engineer and left out so far may take the pieces for themselves.
    """
    engineer = world.problem.shifts[shift].engineer
    own = set(world.problem.shifts_of(engineer))
    need = quantity + sum(q for entry in world.company(shift) for p, q in entry.parts if p == part)
    for number, work in enumerate(world.problem.visits):
        bound = number != visit and number not in world.starts
        if bound and any(pin.shift in own for pin in work.pins):
            need += dict(work.parts).get(part, 0)
    missing = max(1, need - world.van(shift).get(part, 0))
    return Edit(EditKind.STOCK_VAN, {"engineer": engineer, "part": part, "quantity": missing})


_ALONE = (*((eased, best) for _, eased, best in SINGLE), (Eased(early=True), Best.END))
_TOGETHER = (
    (Eased(window=True, end=True), Best.END),
    (Eased(end=True, max_travel=True), Best.TRAVEL),
    (Eased(end=True, breaks=True), Best.END),
    (Eased(early=True, end=True), Best.END),
    (merge(*(eased for _, eased, _ in SINGLE)), Best.END),
    (merge(Eased(early=True), *(eased for _, eased, _ in SINGLE)), Best.END),
)
"""Easings of the clock, and what the smallest one minimises; the single ones are compared."""


def _ease_clock(world: AbsentWorld, visit: int, shift: int) -> Edits:
    """The smallest easing that lets the visit in, turned into edits of just that size."""
    for needs in (False, True):
        found: list[Edits] = []
        for eased, best in _ALONE:
            lifted = replace(eased, needs=needs, capped=True)
            place = eased_place(world, visit, shift, lifted, best)
            if place is not None:
                found.append(_as_edits(world, visit, shift, lifted, place))
        if found:
            return min(found, key=_weight)
        for eased, best in _TOGETHER:
            lifted = replace(eased, needs=needs, capped=True)
            place = eased_place(world, visit, shift, lifted, best)
            if place is not None:
                return _as_edits(world, visit, shift, lifted, place)
    return ()


def _as_edits(world: AbsentWorld, visit: int, shift: int, eased: Eased, place: Place) -> Edits:
    work, block = world.problem.visits[visit], world.problem.shifts[shift]
    found: list[Edit] = []
    start, end = place.start_of(visit), place.timing.end
    if not any(w.earliest <= start <= w.latest for w in work.windows):
        found.append(_wider(world, visit, shift, eased, start))
    if end > block.latest_end:
        facts = {"shift": shift, "time": end, "seconds": end - block.latest_end}
        found.append(Edit(EditKind.EXTEND_SHIFT, facts))
    if block.max_travel is not None and place.travel > block.max_travel:
        by = place.travel - block.max_travel
        found.append(
            Edit(
                EditKind.RAISE_MAX_TRAVEL,
                {"shift": shift, "max_travel": place.travel, "seconds": by},
            )
        )
    if eased.breaks:
        found += [Edit(EditKind.DROP_BREAK, {"shift": shift, "break": 0}) for _ in block.breaks]
    return tuple(found)


def _wider(world: AbsentWorld, visit: int, shift: int, eased: Eased, start: int) -> Edit:
    """Move the nearer end of the nearest window just far enough."""
    windows = world.problem.visits[visit].windows
    if not windows:
        facts = {"visit": visit, "window": 0, "earliest": start, "latest": start, "seconds": 0}
        return Edit(EditKind.WIDEN_WINDOW, facts)

    def gap(number: int) -> int:
        window = windows[number]
        return max(window.earliest - start, start - window.latest)

    number = min(range(len(windows)), key=gap)
    window = windows[number]
    earliest = window.earliest
    if start < earliest:
        earliest = _latest_opening(world, visit, shift, eased, number, start)
    facts = {
        "visit": visit,
        "window": number,
        "earliest": earliest,
        "latest": max(window.latest, start),
        "seconds": max(window.earliest - earliest, start - window.latest),
    }
    return Edit(EditKind.WIDEN_WINDOW, facts)


def _latest_opening(
    world: AbsentWorld, visit: int, shift: int, eased: Eased, number: int, start: int
) -> int:
    """The latest moment to which the window may open so that the shift takes the visit."""
    window = world.problem.visits[visit].windows[number]
    low, high = start, window.earliest
    while high - low > 1:
        middle = (low + high) // 2
        facts = {"visit": visit, "window": number, "earliest": middle, "latest": window.latest}
        problem = apply_edits(world.problem, (Edit(EditKind.WIDEN_WINDOW, facts),))
        other = world.with_problem(problem)
        if eased_place(other, visit, shift, replace(eased, early=False), Best.END):
            low = middle
        else:
            high = middle
    return low
