"""The routes of the exact model: one circuit per shift and the clock along its arcs (CP-SAT)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from dispatch.solver.exact_space import starts_of
from dispatch.solver.problem import Break
from dispatch.solver.solution import StopKind

if TYPE_CHECKING:
    from dispatch.solver.exact_space import Node, Space

HOME = -1
"""The number of the start and the end of a route among the nodes of its shift."""

Lit = Any
"""A Boolean variable of the model or its negation."""


@dataclass(slots=True)
class RouteModel:
    """Variables of one shift.

    Parameters
    ----------
    arcs
        (from, to) node numbers, `HOME` for start and end, to the literal that the leg is driven.
    present
        Whether each node stands in the route.
    starts, finishes
        Of each node; those of a visit are the same variables in every shift.
    before
        (break, node): whether the break lies before the node's start.
    taken, rest_starts
        Of each break.
    """

    shift: int
    nodes: tuple[Node, ...]
    used: Lit
    depart: Any
    end: Any
    arcs: dict[tuple[int, int], Lit] = field(default_factory=dict)
    present: list[Lit] = field(default_factory=list)
    starts: list[Any] = field(default_factory=list)
    finishes: list[Any] = field(default_factory=list)
    before: dict[tuple[int, int], Lit] = field(default_factory=dict)
    taken: list[Lit] = field(default_factory=list)
    left_out_first: list[Lit] = field(default_factory=list)
    rest_starts: list[Any] = field(default_factory=list)

    def rests_by(self, b: int, node: int) -> Any:
        """Whether break `b` is behind when the node starts (at home: behind at all)."""
        return self.taken[b] if node == HOME else self.before[b, node]


class ExactModel:
    """Circuits and clocks of all shifts; money and loads are written by their own modules."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.problem = space.problem
        self.model = cp_model.CpModel()
        visits = range(len(self.problem.visits))
        self.served = [self.model.new_bool_var(f"served {v}") for v in visits]
        self.start: list[Any] = []
        self.work: list[Any] = []
        self.finish: list[Any] = []
        for v in visits:
            self._visit_clock(v)
        self.routes = [self._route(s) for s in range(len(self.problem.shifts))]
        for v in visits:
            self._crew(v)
            self._links(v)

    def moment(self, name: str) -> Any:
        """Make a variable that is a time."""
        return self.model.new_int_var(self.space.first, self.space.last, name)

    def _visit_clock(self, v: int) -> None:
        space, model = self.space, self.model
        rows = [(max(a, space.first), min(b, space.last)) for a, b in starts_of(space.problem, v)]
        rows = [row for row in rows if row[0] <= row[1]]
        if not rows:
            model.add(self.served[v] == 0)
            rows = [(space.first, space.first)]
        domain = cp_model.Domain.from_intervals(rows)
        self.start.append(model.new_int_var_from_domain(domain, f"start {v}"))
        able = {self.problem.shifts[s].engineer for s, _ in space.places(v)}
        lengths = [self.problem.duration(v, e) for e in able] or [0]
        work: Any = lengths[0]
        if len(set(lengths)) > 1:
            work = model.new_int_var(min(lengths), max(lengths), f"work {v}")
        self.work.append(work)
        self.finish.append(self.start[v] + work)

    def _crew(self, v: int) -> None:
        """A visit stands in `crew_size` routes of different engineers, the pinned ones among them."""
        model, visit = self.model, self.problem.visits[v]
        members: dict[int, list[Lit]] = {}
        for s, i in self.space.places(v):
            here = self.routes[s].present[i]
            engineer = self.problem.shifts[s].engineer
            members.setdefault(engineer, []).append(here)
            if not isinstance(self.work[v], int):
                least = self.problem.duration(v, engineer)
                compare = self.work[v] == least if visit.crew_size == 1 else self.work[v] >= least
                model.add(compare).only_enforce_if(here)
            if any(pin.shift == s for pin in visit.pins):
                model.add(here == self.served[v])
        everyone = [here for row in members.values() for here in row]
        model.add(sum(everyone) == visit.crew_size * self.served[v])
        for row in members.values():
            model.add_at_most_one(row)
        if any(pin.started for pin in visit.pins):
            model.add(self.served[v] == 1)
        if len({pin.shift for pin in visit.pins} - {s for s, _ in self.space.places(v)}):
            model.add(self.served[v] == 0)
        if visit.crew_size > 1 and not isinstance(self.work[v], int):
            self._slowest(v)

    def _slowest(self, v: int) -> None:
        """A crew takes exactly as long as its slowest member."""
        paces = []
        for s, i in self.space.places(v):
            pace = self.model.new_bool_var(f"pace {v} {s}")
            engineer = self.problem.shifts[s].engineer
            self.model.add_implication(pace, self.routes[s].present[i])
            length = self.problem.duration(v, engineer)
            self.model.add(self.work[v] <= length).only_enforce_if(pace)
            paces.append(pace)
        self.model.add_bool_or([*paces, ~self.served[v]])

    def _links(self, v: int) -> None:
        for link in self.problem.visits[v].after:
            self.model.add_implication(self.served[v], self.served[link.visit])
            delay = self.start[v] - self.finish[link.visit]
            self.model.add(delay >= link.min_delay).only_enforce_if(self.served[v])
            if link.max_delay is not None:
                self.model.add(delay <= link.max_delay).only_enforce_if(self.served[v])

    def _route(self, s: int) -> RouteModel:
        model, space, block = self.model, self.space, self.problem.shifts[s]
        route = RouteModel(
            s,
            space.nodes[s],
            model.new_bool_var(f"used {s}"),
            self.moment(f"depart {s}"),
            self.moment(f"end {s}"),
        )
        for i, node in enumerate(route.nodes):
            here = model.new_bool_var(f"present {s} {i}")
            route.present.append(here)
            model.add_implication(here, route.used)
            if node.fixed or node.begun:
                model.add(here == 1)
            if node.kind is StopKind.VISIT:
                route.starts.append(self.start[node.index])
                route.finishes.append(self.finish[node.index])
            else:
                self._pickup_clock(route, i)
        model.add_bool_or([*route.present, ~route.used])
        self._rests(route, block.breaks)
        self._circuit(route)
        model.add(route.end <= block.latest_end)
        model.add(route.end >= route.depart)
        self._departure(route)
        self._positions(route)
        for i, node in enumerate(route.nodes):
            if not node.begun:
                # Known from the legs, but only when they are: on another day it is not driven.
                model.add(route.starts[i] >= block.start).only_enforce_if(route.present[i])
                model.add(route.starts[i] >= route.depart).only_enforce_if(route.present[i])
                model.add(route.finishes[i] <= block.latest_end).only_enforce_if(route.present[i])
                model.add(route.finishes[i] <= route.end).only_enforce_if(route.present[i])
        return route

    def _pickup_clock(self, route: RouteModel, i: int) -> None:
        space, node = self.space, route.nodes[i]
        rows = [(max(a, space.first), min(b, space.last)) for a, b in node.intervals]
        rows = [row for row in rows if row[0] <= row[1]]
        if not rows:
            self.model.add(route.present[i] == 0)
            rows = [(space.first, space.first)]
        domain = cp_model.Domain.from_intervals(rows)
        start = self.model.new_int_var_from_domain(domain, f"pickup {route.shift} {i}")
        route.starts.append(start)
        route.finishes.append(start + node.work)
        for j, other in enumerate(route.nodes[:i]):
            same = (other.kind, other.index) == (node.kind, node.index)
            if same and not other.fixed and not node.fixed and other.slot + 1 == node.slot:
                # Two pickups at one depot differ in their time only: name the earlier one first.
                self.model.add_implication(route.present[i], route.present[j])
                self.model.add(start >= route.finishes[j]).only_enforce_if(route.present[i])

    def _circuit(self, route: RouteModel) -> None:
        block, model, s = self.problem.shifts[route.shift], self.model, route.shift
        begun = [i for i, node in enumerate(route.nodes) if node.begun]
        arcs: list[tuple[int, int, Lit]] = [(0, 0, ~route.used)]
        ends = [HOME, *range(len(route.nodes))]
        for i in ends:
            if i != HOME:
                arcs.append((i + 1, i + 1, ~route.present[i]))
            for j in ends:
                if i == j or not _may_follow(begun, i, j):
                    continue
                here = block.start_location if i == HOME else route.nodes[i].location
                there = block.end_location if j == HOME else route.nodes[j].location
                if self.problem.travel_seconds[block.profile, here, there] < 0:
                    continue
                lit = model.new_bool_var(f"leg {s} {i} {j}")
                route.arcs[i, j] = lit
                arcs.append((i + 1, j + 1, lit))
                self._leg(route, i, j, int(self.problem.travel_seconds[block.profile, here, there]))
        model.add_circuit(arcs)
        if block.max_travel is not None:
            legs = [(self.seconds(route, i, j), lit) for (i, j), lit in route.arcs.items()]
            model.add(sum(t * lit for t, lit in legs) <= block.max_travel)

    def busy(self, route: RouteModel) -> Any:
        """Seconds of travel, work and breaks of a route: its working time is as long or longer.

        It follows from the clock, but the solver's linear relaxation does not see that.
        """
        block = self.problem.shifts[route.shift]
        if any(node.begun or node.under_way for node in route.nodes):
            return 0
        busy = sum(self.seconds(route, *key) * lit for key, lit in route.arcs.items())
        busy += sum(r.duration * lit for r, lit in zip(block.breaks, route.taken, strict=True))
        for i, node in enumerate(route.nodes):
            least = node.work
            if node.kind is StopKind.VISIT:
                least = self.problem.duration(node.index, block.engineer)
            busy += least * route.present[i]
        return busy

    def seconds(self, route: RouteModel, i: int, j: int) -> int:
        """Seconds of travel between two nodes of a route."""
        return int(self.problem.travel_seconds[self._way(route, i, j)])

    def metres(self, route: RouteModel, i: int, j: int) -> int:
        """Metres between two nodes of a route."""
        return int(self.problem.travel_metres[self._way(route, i, j)[1:]])

    def _way(self, route: RouteModel, i: int, j: int) -> tuple[int, int, int]:
        block = self.problem.shifts[route.shift]
        here = block.start_location if i == HOME else route.nodes[i].location
        there = block.end_location if j == HOME else route.nodes[j].location
        return block.profile, here, there

    def _leg(self, route: RouteModel, i: int, j: int, travel: int) -> None:
        """What follows a leg starts when travel and the breaks on the way are over."""
        model, lit, now = self.model, route.arcs[i, j], self.problem.now
        block = self.problem.shifts[route.shift]
        if j != HOME and route.nodes[j].begun:
            return
        free = route.depart if i == HOME else route.finishes[i]
        start = route.end if j == HOME else route.starts[j]
        rests, later = self.rests_on(route, i, j), self.rests_on(route, i, j, begun=False)
        model.add(start >= free + travel + rests).only_enforce_if(lit)
        for b in range(len(block.breaks)):
            if i != HOME and j != HOME:
                model.add_bool_or([~lit, ~route.before[b, i], route.before[b, j]])
        past = block.returning if j == HOME else route.nodes[j].under_way
        if now is not None and not past:
            model.add(start >= now + travel + later).only_enforce_if(lit)
            if i == HOME and self.space.past[route.shift] is None:
                model.add(route.depart >= now).only_enforce_if(lit)

    def rests_on(self, route: RouteModel, i: int, j: int, *, begun: bool = True) -> Any:
        """Seconds of the breaks on the leg between two nodes, if it is driven.

        Those that began before `now` are left out when `begun` is False.
        """
        total: Any = 0
        for b, rest in enumerate(self.problem.shifts[route.shift].breaks):
            if not begun and _has_begun(rest, self.problem.now):
                continue
            first = 0 if i == HOME else route.before[b, i]
            total += rest.duration * (route.rests_by(b, j) - first)
        return total

    def _rests(self, route: RouteModel, breaks: tuple[Break, ...]) -> None:
        """Each break is taken in its window or the route begins after it or ends before it."""
        model, s = self.model, route.shift
        history = self.space.past[s] is not None
        latest: list[Lit] = []
        for b, rest in enumerate(breaks):
            taken, first, last = (
                model.new_bool_var(f"{w} {s} {b}") for w in ("rest", "after", "by")
            )
            low = rest.earliest
            now = self.problem.now
            if now is not None and not history and not _has_begun(rest, now):
                low = max(low, now)
            if low > rest.latest:
                model.add(taken == 0)
                low = rest.latest
            begin = model.new_int_var(low, rest.latest, f"rest start {s} {b}")
            model.add_implication(taken, route.used)
            model.add_bool_or([taken, first, last, ~route.used])
            model.add(route.depart >= rest.earliest + rest.duration).only_enforce_if(first)
            model.add(route.end <= rest.latest).only_enforce_if(last)
            model.add(begin >= route.depart).only_enforce_if(taken)
            model.add(begin + rest.duration <= route.end).only_enforce_if(taken)
            for i in range(len(route.nodes)):
                before = model.new_bool_var(f"before {s} {b} {i}")
                here = route.present[i]
                model.add_implication(before, taken)
                model.add_implication(before, here)
                over = begin + rest.duration
                model.add(over <= route.starts[i]).only_enforce_if(before)
                model.add(begin >= route.finishes[i]).only_enforce_if([~before, taken, here])
                route.before[b, i] = before
            if b:
                model.add_implication(first, route.left_out_first[b - 1])
                model.add_implication(latest[b - 1], last)
                over = route.rest_starts[b - 1] + breaks[b - 1].duration
                model.add(begin >= over).only_enforce_if([taken, route.taken[b - 1]])
            route.taken.append(taken)
            route.left_out_first.append(first)
            route.rest_starts.append(begin)
            latest.append(last)

    def _departure(self, route: RouteModel) -> None:
        block, past, now = self.problem.shifts[route.shift], self.space.past, self.problem.now
        if (history := past[route.shift]) is not None:
            self.model.add(route.depart == history.start)
            return
        self.model.add(route.depart >= block.start)
        if block.fixed_start:
            leave = block.start if now is None else max(block.start, now)
            self.model.add(route.depart <= leave)
            return
        for i, node in enumerate(route.nodes):
            if node.kind is StopKind.VISIT and (HOME, i) in route.arcs:
                self._leaves_early(route, i)

    def _leaves_early(self, route: RouteModel, i: int) -> None:
        """Whoever is late at the first stop has left as early as could be (the clock's rule)."""
        block, now = self.problem.shifts[route.shift], self.problem.now
        sla = self.problem.visits[route.nodes[i].index].sla
        if sla is None:
            return
        leave = block.start if now is None else max(block.start, now)
        most: Any = leave
        for b, rest in enumerate(block.breaks):
            over = rest.earliest + rest.duration
            saved = min(rest.duration, rest.earliest - leave) * sla.lateness_per_hour
            if saved < 3600:
                most += max(0, over - leave) * route.left_out_first[b]
                leave = max(leave, over)
            else:
                # Setting out sooner and taking this break on the way is less late for the same
                # start, and the clock keeps what is cheaper: so nobody waits until it is over.
                break
        in_time, lit = self.model.new_bool_var(""), route.arcs[HOME, i]
        reach = route.depart + self.seconds(route, HOME, i)
        self.model.add(reach <= sla.arrive_by).only_enforce_if(lit, in_time)
        self.model.add(route.depart <= most).only_enforce_if(lit, ~in_time)

    def _positions(self, route: RouteModel) -> None:
        """Count the visits before each pinned one."""
        wanted = {
            i: pin.position
            for i, node in enumerate(route.nodes)
            if node.kind is StopKind.VISIT
            for pin in self.problem.visits[node.index].pins
            if pin.shift == route.shift and pin.position is not None
        }
        if not wanted:
            return
        model, most = self.model, len(route.nodes)
        rank = [model.new_int_var(0, most, f"rank {route.shift} {i}") for i in range(most)]
        for (i, j), lit in route.arcs.items():
            if j == HOME:
                continue
            step = 0 if i == HOME else rank[i] + int(route.nodes[i].kind is StopKind.VISIT)
            model.add(rank[j] == step).only_enforce_if(lit)
        for i, position in wanted.items():
            model.add(rank[i] == position).only_enforce_if(route.present[i])


def _has_begun(rest: Break, now: int | None) -> bool:
    return now is not None and rest.earliest == rest.latest and rest.earliest < now


def _may_follow(begun: list[int], i: int, j: int) -> bool:
    """History stands first and in its order."""
    if not begun:
        return True
    if j in begun:
        return i == (begun[begun.index(j) - 1] if begun.index(j) else HOME)
    if i in begun:
        return i == begun[-1]
    return i != HOME
