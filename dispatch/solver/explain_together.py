"""Whether an unassigned visit could be planned if every unpinned visit but those it needs went.

A crew must begin together and a predecessor must be planned too. Lower bounds of the starts are
raised until everybody agrees; as being earlier never hurts, the first agreement is the earliest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from dispatch.solver.explain_alone import Place, Undecided, find_place, pickup_entry
from dispatch.solver.explain_clock import Entry
from dispatch.solver.explain_world import AbsentWorld
from dispatch.solver.problem import FOREVER

MOST_ASSIGNMENTS = 20_000
MOST_ROUNDS = 60
NEEDS_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Member:
    """One engineer at one visit: the visit and what this van brings for it."""

    visit: int
    parts: tuple[tuple[int, int], ...]
    tools: frozenset[int]


def can_be_planned(world: AbsentWorld, visit: int) -> tuple[Place, ...] | None:
    """Routes that take the visit (with its crew and predecessors) in the absent world, or None.

    Raises
    ------
    Undecided
        There are too many ways to try them all.
    """
    order = [*ancestors(world, visit), visit]
    members = [(v, number) for v in order for number in range(world.problem.visits[v].crew_size)]
    choices = [able_shifts(world, v) for v, _ in members]
    if not all(choices):
        return None
    tried = 0
    for needs in product(*(tuple(share_needs(world, v)) for v in order)):
        shares = [Member(v, *needs[order.index(v)][number]) for v, number in members]
        for shifts in product(*choices):
            if not _is_sound(world, members, shifts):
                continue
            tried += 1
            if tried > MOST_ASSIGNMENTS:
                raise Undecided
            places = _agree(world, shares, shifts)
            if places is not None:
                return places
    return None


def ancestors(world: AbsentWorld, visit: int) -> list[int]:
    """Visits that must be planned too, in order; pinned ones that are planned stay as they are."""
    found: list[int] = []

    def add(number: int) -> None:
        for link in world.problem.visits[number].after:
            before = link.visit
            kept = before in world.starts and world.problem.visits[before].pins
            if before not in found and not kept:
                add(before)
                found.append(before)

    add(visit)
    return found


def able_shifts(world: AbsentWorld, visit: int) -> tuple[int, ...]:
    """Shifts that take the visit, or one member of its crew with empty hands."""
    return tuple(
        shift
        for shift in range(len(world.problem.shifts))
        if may_be_on(world, visit, shift) and takes_member(world, visit, shift) is not None
    )


def may_be_on(world: AbsentWorld, visit: int, shift: int) -> bool:
    """Whether skills, persons and pins admit the shift."""
    problem = world.problem
    work = problem.visits[visit]
    pinned = {pin.shift for pin in work.pins}
    if shift not in pinned and len(work.pins) >= work.crew_size:
        return False
    return problem.may_serve(visit, problem.shifts[shift].engineer)


def takes_member(world: AbsentWorld, visit: int, shift: int) -> Place | None:
    """The earliest place of the visit on a shift, links aside; a crew member brings nothing."""
    entry = world.visit_entry(visit, shift)
    if world.problem.visits[visit].crew_size > 1:
        entry = replace(entry, parts=(), tools=frozenset())
    return find_with_stock(world, shift, (entry,))


def find_with_stock(world: AbsentWorld, shift: int, targets: tuple[Entry, ...]) -> Place | None:
    """Find a place; what no pickup of the shift can bring may be fetched on an earlier one."""
    place = find_place(world, shift, targets)
    needs = {part: need for entry in targets for part, need in entry.parts}
    if place is not None or not needs:
        return place
    problem, van = world.problem, world.van(shift)
    missing = {p: n - van.get(p, 0) for p, n in needs.items() if n > van.get(p, 0)}
    for earlier in problem.shifts_of(problem.shifts[shift].engineer):
        if not missing or problem.shifts[earlier].start >= problem.shifts[shift].start:
            continue
        for depot in range(len(problem.depots)):
            moments = {0, *(t for t, part, _ in problem.depots[depot].inbound if part in missing)}
            for moment in sorted(moments):
                loads = tuple(
                    (part, quantity)
                    for part, need in sorted(missing.items())
                    if (quantity := min(need, world.free(earlier, depot, part, moment)))
                )
                pickup = pickup_entry(world, depot, moment, loads)
                if not loads or find_place(world, earlier, (pickup,)) is None:
                    continue
                filled = dict(van)
                for part, quantity in loads:
                    filled[part] = filled.get(part, 0) + quantity
                place = find_place(world, shift, targets, van=filled)
                if place is not None:
                    return place
    return None


Share = tuple[tuple[tuple[int, int], ...], frozenset[int]]


def share_needs(world: AbsentWorld, visit: int) -> Iterator[tuple[Share, ...]]:
    """Ways to share parts and tools among the members of a crew, piece by piece."""
    work = world.problem.visits[visit]
    if work.crew_size == 1:
        yield ((work.parts, frozenset(work.tools)),)
        return
    pieces = [(0, part) for part, quantity in work.parts for _ in range(quantity)]
    pieces += [(1, tool) for tool in work.tools]
    if work.crew_size ** len(pieces) > NEEDS_LIMIT:
        raise Undecided
    for bearers in sorted(set(product(range(work.crew_size), repeat=len(pieces)))):
        shares = []
        for member in range(work.crew_size):
            own = [piece for piece, bearer in zip(pieces, bearers, strict=True) if bearer == member]
            parts = sorted({part for kind, part in own if kind == 0})
            shares.append(
                (
                    tuple((part, own.count((0, part))) for part in parts),
                    frozenset(tool for kind, tool in own if kind == 1),
                )
            )
        yield tuple(shares)


def _is_sound(world: AbsentWorld, members: list[tuple[int, int]], shifts: tuple[int, ...]) -> bool:
    """A crew is of different engineers and covers its pins."""
    by_visit: dict[int, list[int]] = {}
    for (visit, _), shift in zip(members, shifts, strict=True):
        by_visit.setdefault(visit, []).append(shift)
    for visit, own in by_visit.items():
        engineers = {world.problem.shifts[shift].engineer for shift in own}
        pinned = {pin.shift for pin in world.problem.visits[visit].pins}
        if len(engineers) < len(own) or not pinned <= set(own):
            return False
    return True


def _agree(
    world: AbsentWorld, members: list[Member], shifts: tuple[int, ...]
) -> tuple[Place, ...] | None:
    """Raise the lower bounds of the starts until crews and links hold; None if they never do."""
    problem = world.problem
    crew: dict[int, list[int]] = {}
    for member, shift in zip(members, shifts, strict=True):
        crew.setdefault(member.visit, []).append(shift)
    work = {
        v: max(problem.duration(v, problem.shifts[s].engineer) for s in own)
        for v, own in crew.items()
    }
    lows = {v: _least_start(world, v, crew) for v in crew}
    for _ in range(MOST_ROUNDS):
        places: dict[int, Place] = {}
        for shift in sorted(set(shifts)):
            here = [m for m, s in zip(members, shifts, strict=True) if s == shift]
            targets = tuple(_entry(world, m, shift, work, lows, crew) for m in here)
            place = find_with_stock(world, shift, targets)
            if place is None:
                return None
            places[shift] = place
        raised = _raised(world, crew, work, places, lows)
        if raised is None:
            return None
        if raised == lows:
            return tuple(places[shift] for shift in sorted(places))
        lows = raised
    raise Undecided


def _least_start(world: AbsentWorld, visit: int, crew: dict[int, list[int]]) -> int:
    """Lower bound by predecessors that stay where they are."""
    finishes = [
        world.finishes[link.visit] + link.min_delay
        for link in world.problem.visits[visit].after
        if link.visit not in crew and link.visit in world.finishes
    ]
    return max(finishes, default=-FOREVER)


def _entry(
    world: AbsentWorld,
    member: Member,
    shift: int,
    work: dict[int, int],
    lows: dict[int, int],
    crew: dict[int, list[int]],
) -> Entry:
    visit = member.visit
    links = world.problem.visits[visit].after
    high = min(
        (
            world.finishes[link.visit] + link.max_delay
            for link in links
            if link.max_delay is not None
            and link.visit not in crew
            and link.visit in world.finishes
        ),
        default=FOREVER,
    )
    entry = world.visit_entry(visit, shift, work=work[visit]).bounded(lows[visit], high)
    inside = tuple(
        (link.visit, link.min_delay, link.max_delay)
        for link in links
        if shift in crew.get(link.visit, ())
    )
    return replace(entry, parts=member.parts, tools=member.tools, after=inside)


def _raised(
    world: AbsentWorld,
    crew: dict[int, list[int]],
    work: dict[int, int],
    places: dict[int, Place],
    lows: dict[int, int],
) -> dict[int, int] | None:
    """Lower bounds after one look at everybody's starts; None if a bound can never hold."""
    starts = {v: max(places[s].start_of(v) for s in own) for v, own in crew.items()}
    together = {v: min(places[s].start_of(v) for s in own) for v, own in crew.items()}
    raised = dict(lows)
    for visit in crew:
        if together[visit] < starts[visit]:
            raised[visit] = max(raised[visit], starts[visit])
        for link in world.problem.visits[visit].after:
            if link.visit not in crew:
                continue
            finish = starts[link.visit] + work[link.visit]
            if starts[visit] < finish + link.min_delay:
                raised[visit] = max(raised[visit], finish + link.min_delay)
            if link.max_delay is not None and starts[visit] - finish > link.max_delay:
                needed = starts[visit] - link.max_delay - work[link.visit]
                raised[link.visit] = max(raised[link.visit], needed)
    return raised
