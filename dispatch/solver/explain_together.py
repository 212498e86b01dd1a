"""Whether an unassigned visit could be planned if every unpinned visit but those it needs went.

A crew must begin together and a predecessor must be planned too. Lower bounds of the starts are
raised until everybody agrees; as being earlier never hurts, the first agreement is the earliest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from dispatch.solver.explain_alone import Place, Supply, Undecided, find_place, pickup_entry
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
    able = _able_in_turn(world, order)
    choices = [able[v] for v, _ in members]
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
            if before not in found and not world.stays(before):
                add(before)
                found.append(before)

    add(visit)
    return found


def _able_in_turn(world: AbsentWorld, order: list[int]) -> dict[int, tuple[int, ...]]:
    """Shifts that take each visit no sooner than what it follows can be over, the earliest first."""
    problem = world.problem
    able: dict[int, tuple[int, ...]] = {}
    over: dict[int, int] = {}
    for visit in order:
        work = problem.visits[visit]
        low = max(
            (over[link.visit] + link.min_delay for link in work.after if link.visit in over),
            default=-FOREVER,
        )
        starts: dict[int, int] = {}
        early: dict[int, int] = {}
        for shift, block in enumerate(problem.shifts):
            place = None
            if may_be_on(world, visit, shift):
                place = takes_member(world, visit, shift, low)
            if place is not None:
                starts[shift] = place.start_of(visit)
                done = starts[shift] + problem.duration(visit, block.engineer)
                early[block.engineer] = min(done, early.get(block.engineer, FOREVER))
        able[visit] = tuple(sorted(starts, key=lambda s: (starts[s], s)))
        if len(early) < work.crew_size:
            return dict.fromkeys(order, ())
        over[visit] = sorted(early.values())[work.crew_size - 1]
    return able


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


def takes_member(world: AbsentWorld, visit: int, shift: int, low: int = -FOREVER) -> Place | None:
    """The earliest place of the visit on a shift, links aside; a crew member brings nothing."""
    entry = world.visit_entry(visit, shift).bounded(low)
    if world.problem.visits[visit].crew_size > 1:
        entry = replace(entry, parts=(), tools=frozenset())
    places = find_with_stock(world, shift, (entry,))
    return places[0] if places else None


def find_with_stock(
    world: AbsentWorld, shift: int, targets: tuple[Entry, ...], supply: Supply | None = None
) -> tuple[Place, ...]:
    """Find a place; what no pickup of the shift can bring may be fetched on an earlier one.

    Returns
    -------
    The place first, then the route of the earlier shift if there is one; empty if there is none.
    """
    supply = Supply(world.van(shift), {}) if supply is None else supply
    place = find_place(world, shift, targets, supply=supply)
    needs = {part: need for entry in targets for part, need in entry.parts}
    if place is not None or not needs:
        return () if place is None else (place,)
    for entry in world.company(shift):
        for part, need in entry.parts:
            needs[part] = needs.get(part, 0) + need
    problem, van = world.problem, supply.van
    missing = {p: n - van.get(p, 0) for p, n in needs.items() if n > van.get(p, 0)}
    for earlier in problem.shifts_of(problem.shifts[shift].engineer):
        if not missing or problem.shifts[earlier].start >= problem.shifts[shift].start:
            continue
        for depot in range(len(problem.depots)):
            for loads, moment in _loads(world, earlier, depot, missing):
                pickup = pickup_entry(world, depot, moment, loads)
                before = find_place(world, earlier, (pickup,))
                if before is None:
                    continue
                filled, fetched = dict(van), dict(supply.fetched)
                for part, quantity in loads:
                    filled[part] = filled.get(part, 0) + quantity
                    fetched[depot, part] = fetched.get((depot, part), 0) + quantity
                place = find_place(world, shift, targets, supply=Supply(filled, fetched))
                if place is not None:
                    return place, before
    return ()


def _loads(
    world: AbsentWorld, shift: int, depot: int, missing: dict[int, int]
) -> Iterator[tuple[tuple[tuple[int, int], ...], int]]:
    """What a pickup of a shift may load of the missing parts, and from which moment on."""
    moments = {0, *(t for t, part, _ in world.problem.depots[depot].inbound if part in missing)}
    for moment in sorted(moments):
        loads = tuple(
            (part, quantity)
            for part, need in sorted(missing.items())
            if (quantity := min(need, world.free(shift, depot, part, moment)))
        )
        if loads:
            yield loads, moment


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
        extra: dict[int, Place] = {}
        for shift in sorted(set(shifts), key=lambda s: problem.shifts[s].start):
            here = [m for m, s in zip(members, shifts, strict=True) if s == shift]
            targets = tuple(_entry(world, m, shift, work, lows, crew) for m in here)
            found = find_with_stock(world, shift, targets, _supply(world, shift, places))
            if not found:
                return None
            places[shift] = found[0]
            extra.update({place.shift: place for place in found[1:]})
        raised = _raised(world, crew, work, places, lows)
        if raised is None:
            return None
        if raised == lows:
            # A fetch on an earlier shift that has a route of its own is not merged with it.
            if extra.keys() & places.keys():
                raise Undecided
            return (*places.values(), *extra.values())
        lows = raised
    raise Undecided


def _supply(world: AbsentWorld, shift: int, places: dict[int, Place]) -> Supply:
    """What the van carries and the depots have given once the places found so far are driven."""
    shifts = world.problem.shifts
    van = world.van(shift, frozenset(places))
    fetched: dict[tuple[int, int], int] = {}
    for number, place in places.items():
        own = shifts[number].engineer == shifts[shift].engineer
        for entry in place.entries:
            for part, quantity in entry.loads:
                fetched[entry.index, part] = fetched.get((entry.index, part), 0) + quantity
            for sign, pairs in ((1, entry.loads), (-1, entry.parts)):
                for part, quantity in pairs:
                    if own and van.get(part, 0) < FOREVER:
                        van[part] = max(0, van.get(part, 0) + sign * quantity)
    return Supply(van, fetched)


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
