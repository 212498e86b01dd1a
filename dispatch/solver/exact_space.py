"""What the exact model decides about: who may go where, which pickups help, what is history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import Stop, StopKind, TimedRoute
from dispatch.solver.timetable import InfeasibleSolution, Timetable
from dispatch.solver.world import depot_windows

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Node:
    """A place that a route may go to: a visit, or one of the pickups it may make at a depot.

    Parameters
    ----------
    slot
        Which pickup at this depot, from 0; the fixed ones come first.
    intervals
        Allowed starts.
    work
        Seconds of a pickup; 0 for a visit, whose work depends on the crew.
    fixed
        Kept by the freeze: it stands in the route whatever else does.
    begun
        It is history: its start is a fact and the way there is not judged.
    under_way
        The way there may have begun before `now`.
    loads
        What a kept pickup loads.
    """

    kind: StopKind
    index: int
    slot: int
    location: int
    intervals: tuple[tuple[int, int], ...]
    work: int = 0
    fixed: bool = False
    begun: bool = False
    under_way: bool = False
    loads: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Space:
    """The decisions of one problem.

    Parameters
    ----------
    nodes
        Per shift, the nodes that its route may hold; history first and in its order.
    past
        Per shift, the timed route of its history alone, or None where there is none.
    needs
        Units of each part that all visits need together.
    first, last
        No start, departure or end lies outside these moments.
    """

    problem: Problem
    timetable: Timetable
    nodes: tuple[tuple[Node, ...], ...]
    past: tuple[TimedRoute | None, ...]
    needs: dict[int, int] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    def places(self, visit: int) -> Iterator[tuple[int, int]]:
        """(shift, node) pairs at which a visit may stand."""
        for s, nodes in enumerate(self.nodes):
            for i, node in enumerate(nodes):
                if node.kind is StopKind.VISIT and node.index == visit:
                    yield s, i


def make_space(problem: Problem) -> Space:
    """Work out the decisions of a problem.

    Raises
    ------
    InfeasibleSolution
        What has begun cannot be continued within the rules.
    """
    needs: dict[int, int] = {}
    for visit in problem.visits:
        for part, quantity in visit.parts:
            needs[part] = needs.get(part, 0) + quantity
    timetable = Timetable(problem)
    moments = [s.start for s in problem.shifts] + [s.left for s in problem.shifts if s.left]
    moments += [p.start for v in problem.visits for p in v.pins if p.start is not None]
    nodes = tuple(tuple(_nodes_of(problem, s, needs)) for s in range(len(problem.shifts)))
    past = tuple(_past(timetable, s, row) for s, row in enumerate(nodes))
    moments += [route.start for route in past if route is not None]
    return Space(
        problem,
        timetable,
        nodes,
        past,
        needs,
        min(moments, default=0),
        max((s.latest_end for s in problem.shifts), default=0),
    )


def may_stand(problem: Problem, visit: int, shift: int) -> bool:
    """Whether a visit may be served on a shift, clock and loads aside."""
    work = problem.visits[visit]
    if any(pin.started and pin.shift == shift for pin in work.pins):
        return True
    if any(pin.started for pin in work.pins) and work.crew_size <= len(work.pins):
        return False
    bound = len(work.pins) >= work.crew_size
    if bound and all(pin.shift != shift for pin in work.pins):
        return False
    return problem.may_serve(visit, problem.shifts[shift].engineer)


def starts_of(problem: Problem, visit: int) -> tuple[tuple[int, int], ...]:
    """Intervals in which the work of a visit may start, pins with a start included."""
    rows = [(w.earliest, w.latest) for w in problem.visits[visit].windows]
    for pin in problem.visits[visit].pins:
        if pin.start is None:
            continue
        if pin.started:
            return ((pin.start, pin.start),)
        rows = [(pin.start, pin.start) for a, b in rows if a <= pin.start <= b]
    return tuple(rows)


def _nodes_of(problem: Problem, shift: int, needs: dict[int, int]) -> list[Node]:
    block = problem.shifts[shift]
    nodes = []
    for v, visit in enumerate(problem.visits):
        if not may_stand(problem, v, shift):
            continue
        pins = [pin for pin in visit.pins if pin.shift == shift]
        nodes.append(
            Node(
                StopKind.VISIT,
                v,
                0,
                visit.location,
                starts_of(problem, v),
                begun=any(pin.started for pin in pins),
                under_way=any(pin.under_way for pin in visit.pins),
            )
        )
    for kept in block.fixed_pickups:
        nodes.append(
            Node(
                StopKind.PICKUP,
                kept.depot,
                sum(n.kind is StopKind.PICKUP and n.index == kept.depot for n in nodes),
                problem.depots[kept.depot].location,
                ((kept.start, kept.start),),
                problem.depots[kept.depot].pickup_duration,
                fixed=True,
                begun=kept.started,
                under_way=kept.under_way,
                loads=kept.loads,
            )
        )
    for d in range(len(problem.depots)):
        nodes += _pickups(problem, d, needs, nodes)
    return sorted(nodes, key=lambda n: (not n.begun, n.intervals if n.begun else ()))


def _pickups(problem: Problem, d: int, needs: dict[int, int], before: list[Node]) -> list[Node]:
    """Free pickups at a depot: one, and one more for each delivery that may be waited for."""
    depot = problem.depots[d]
    lacking = {
        tool
        for visit in problem.visits
        for tool in visit.tools
        if any(tool not in person.tools for person in problem.engineers)
    }
    arrivals = {
        when for when, part, _ in depot.inbound if part in needs and _is_finite(depot, part)
    }
    supplies = any(
        not _is_finite(depot, part) or depot.stock.get(part, 0) > 0 for part in needs
    ) or bool(arrivals)
    if not supplies and not lacking & depot.tools:
        return []
    arrivals = {when for when in arrivals if when > min(s.start for s in problem.shifts)}
    first = sum(n.kind is StopKind.PICKUP and n.index == d for n in before)
    rows = tuple((w.earliest, w.latest) for w in depot_windows(problem, d))
    return [
        Node(StopKind.PICKUP, d, first + k, depot.location, rows, depot.pickup_duration)
        for k in range(1 + len(arrivals))
    ]


def _is_finite(depot: object, part: int) -> bool:
    return not depot.unlimited and depot.stock.get(part, 0) != UNLIMITED  # type: ignore[attr-defined]


def _past(timetable: Timetable, shift: int, nodes: tuple[Node, ...]) -> TimedRoute | None:
    """Time what has begun on a shift, as if nothing followed."""
    stops = []
    for node in nodes:
        if node.begun:
            start = node.intervals[0][0]
            parts = node.loads
            if node.kind is StopKind.VISIT:
                parts = timetable.problem.visits[node.index].parts
            stops.append(Stop(node.kind, node.index, start, start, parts))
    if not stops:
        return None
    return timetable.time_route(shift, tuple(stops), {})


__all__ = ["FOREVER", "InfeasibleSolution", "Node", "Space", "make_space", "may_stand", "starts_of"]
