"""The nodes of the routing model: one per crew member of a visit, optional and fixed pickups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from dispatch.solver.problem import UNLIMITED, Depot, FixedPickup, Pin, Problem, Shift


class NodeKind(IntEnum):
    """What a node stands for; a fixed pickup is one that the freeze keeps."""

    VISIT = 0
    PICKUP = 1
    FIXED = 2


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a route that the routing model may fill.

    Parameters
    ----------
    index
        The visit or the depot.
    copy
        The member of the crew, or the running number of a pickup.
    shifts
        The shifts that may hold the node; empty means that it can never be used.
    """

    kind: NodeKind
    index: int
    copy: int
    location: int
    shifts: tuple[int, ...]
    pin: Pin | None = None
    fixed: FixedPickup | None = None

    @property
    def started(self) -> bool:
        """Whether the node is history: begun before `now` and repeated unchanged."""
        return bool(self.pin and self.pin.started) or bool(self.fixed and self.fixed.started)

    @property
    def start(self) -> int | None:
        """The start that a pin or the freeze imposes."""
        if self.fixed is not None:
            return self.fixed.start
        return self.pin.start if self.pin is not None else None


@dataclass(frozen=True, slots=True)
class Layout:
    """All nodes, then the terminals shared by shifts with equal start and end locations.

    `locations` covers nodes and terminals; `copies` maps a visit to its nodes.
    """

    nodes: tuple[Node, ...]
    locations: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    copies: tuple[tuple[int, ...], ...]
    empty_arcs: frozenset[tuple[int, int]]

    @property
    def size(self) -> int:
        """Number of nodes with the terminals."""
        return len(self.locations)


def layout(problem: Problem, pickups: int = 1) -> Layout:
    """Number the visits, the fixed pickups, the optional pickups and the terminals.

    `pickups` is the least number of pickups that a shift may make at one useful depot.
    """
    nodes = [*_visit_nodes(problem), *_fixed_nodes(problem), *_pickup_nodes(problem, pickups)]
    copies: list[list[int]] = [[] for _ in problem.visits]
    for n, node in enumerate(nodes):
        if node.kind is NodeKind.VISIT:
            copies[node.index].append(n)
    locations = [node.location for node in nodes]
    terminals: dict[tuple[int, int], int] = {}
    for shift in problem.shifts:
        key = (shift.start_location, shift.end_location)
        if key not in terminals:
            terminals[key] = len(locations)
            locations.extend(key)
    starts = tuple(terminals[s.start_location, s.end_location] for s in problem.shifts)
    return Layout(
        nodes=tuple(nodes),
        locations=tuple(locations),
        starts=starts,
        ends=tuple(n + 1 for n in starts),
        copies=tuple(tuple(c) for c in copies),
        empty_arcs=frozenset((n, n + 1) for n in terminals.values()),
    )


def has_history(problem: Problem, shift: int) -> bool:
    """Whether a stop of the shift began before `now`."""
    if any(p.started for p in problem.shifts[shift].fixed_pickups):
        return True
    return any(p.started and p.shift == shift for v in problem.visits for p in v.pins)


def earliest_departure(problem: Problem, shift: int) -> int:
    """Return the earliest departure of a route without history: its start, or `now` if later."""
    start = problem.shifts[shift].start
    return start if problem.now is None else max(start, problem.now)


def is_open(problem: Problem, shift: int) -> bool:
    """Whether a route of the shift can still depart, or has departed."""
    if has_history(problem, shift):
        return True
    return earliest_departure(problem, shift) <= problem.shifts[shift].latest_end


def offers_part(depot: Depot, part: int) -> bool:
    """Whether the depot has, or will have, at least one piece of the part."""
    if depot.unlimited or depot.stock.get(part, 0) != 0:
        return True
    return any(p == part and quantity > 0 for _, p, quantity in depot.inbound)


def _visit_nodes(problem: Problem) -> Iterable[Node]:
    open_shifts = [s for s in range(len(problem.shifts)) if is_open(problem, s)]
    for v, visit in enumerate(problem.visits):
        shifts = tuple(s for s in open_shifts if _fits_alone(problem, v, s))
        for copy in range(visit.crew_size):
            pin = visit.pins[copy] if copy < len(visit.pins) else None
            allowed = shifts
            if pin is not None:
                allowed = tuple(s for s in shifts if s == pin.shift)
            yield Node(NodeKind.VISIT, v, copy, visit.location, allowed, pin)


def _fits_alone(problem: Problem, v: int, s: int) -> bool:
    """Leave out the shifts that no order of stops could make right for the visit."""
    visit, shift = problem.visits[v], problem.shifts[s]
    if any(pin.started and pin.shift == s for pin in visit.pins):
        # What has begun is a fact, whatever the rules say of the engineer.
        return True
    if not problem.may_serve(v, shift.engineer):
        return False
    if not any(w.latest >= shift.start and w.earliest <= shift.latest_end for w in visit.windows):
        return False
    if visit.crew_size > 1:
        return True
    person = problem.engineers[shift.engineer]
    for tool in visit.tools:
        if tool not in person.tools and not any(tool in d.tools for d in problem.depots):
            return False
    for part, quantity in visit.parts:
        stock = person.stock.get(part, 0)
        short = stock != UNLIMITED and stock < quantity
        if short and not any(offers_part(d, part) for d in problem.depots):
            return False
    return True


def _fixed_nodes(problem: Problem) -> Iterable[Node]:
    for s, shift in enumerate(problem.shifts):
        for copy, pickup in enumerate(shift.fixed_pickups):
            place = problem.depots[pickup.depot].location
            yield Node(NodeKind.FIXED, pickup.depot, copy, place, (s,), fixed=pickup)


def _pickup_nodes(problem: Problem, least: int) -> Iterable[Node]:
    """Offer each open shift one pickup per depot that may help, two where deliveries come."""
    for s, shift in enumerate(problem.shifts):
        if not is_open(problem, s):
            continue
        parts, tools = _lacking(problem, shift)
        for d, depot in enumerate(problem.depots):
            useful = {p for p in parts if offers_part(depot, p)}
            if not useful and not tools & depot.tools:
                continue
            again = any(part in useful for _, part, _ in depot.inbound)
            for copy in range(max(least, 2 if again else 1)):
                yield Node(NodeKind.PICKUP, d, copy, depot.location, (s,))


def _lacking(problem: Problem, shift: Shift) -> tuple[set[int], set[int]]:
    """Parts and tools that visits of this engineer need and the van may not hold."""
    person = problem.engineers[shift.engineer]
    need: dict[int, int] = {}
    tools: set[int] = set()
    for v, visit in enumerate(problem.visits):
        if problem.may_serve(v, shift.engineer):
            tools.update(set(visit.tools) - person.tools)
            for part, quantity in visit.parts:
                need[part] = need.get(part, 0) + quantity
    parts = {
        part
        for part, quantity in need.items()
        if person.stock.get(part, 0) != UNLIMITED and person.stock.get(part, 0) < quantity
    }
    return parts, tools
