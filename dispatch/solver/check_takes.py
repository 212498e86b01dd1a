"""The auditor's two-sided proof that some shift takes an unassigned visit, or that none does.

The world of a verdict holds the visit and the pinned visits that the plan does plan (contract 4a,
Verdicts). Where the exact world is too large to try, a *generous* one proves `impossible` and a
*strict* one proves `displaced`; between the two nothing is proved and the claim stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass, replace

from dispatch.solver.check_alone import Begun, Item, Question, TooLarge, earliest_start
from dispatch.solver.check_assignment import Presence, presences
from dispatch.solver.check_road import is_history
from dispatch.solver.check_stock import LooseStock
from dispatch.solver.check_work import duration_of, is_allowed
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedRoute
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import StopKind

Load = tuple[int, int, int, int]
"""Depot, part, start and quantity that a pickup binds."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is asked of the visit beyond its own rules: its start, its work, who carries."""

    low: int = -FOREVER
    high: int = FOREVER
    work: int | None = None
    carries: bool = True


class Alone:
    """Answers for one claimed plan which shifts take a visit when only pinned visits stay."""

    def __init__(self, problem: Problem, claim: Claim) -> None:
        self.problem = problem
        self.served = presences(claim)
        self.routes = {route.shift: route for route in claim.routes if route.shift != UNKNOWN}
        # Pinned visits stay when others are absent, and so do those they follow.
        self.kept = {visit for visit in self.served if problem.visits[visit].pins}
        for visit in list(self.kept):
            self.kept |= self._ancestors(visit)
        self._followed = {link.visit for visit in problem.visits for link in visit.after}
        self._own: dict[int, list[int]] = {}
        for number, shift in enumerate(problem.shifts):
            self._own.setdefault(shift.engineer, []).append(number)
        self._ties: dict[int, frozenset[int]] = {}
        self._loads: dict[int, list[tuple[int, Load]]] = {}
        self._fixed: list[Load] = [
            (pickup.depot, part, pickup.start, quantity)
            for shift in problem.shifts
            for pickup in shift.fixed_pickups
            for part, quantity in pickup.loads
        ]

    def with_problem(self, problem: Problem) -> Alone:
        """The same plan under other windows and shift limits; nothing else may differ."""
        other = copy(self)
        other.problem = problem
        return other

    def takes(self, visit: int, seen: frozenset[int] = frozenset()) -> bool | None:
        """Whether some shift (or crew) takes the visit; None: not proved either way."""
        work = self.problem.visits[visit]
        if any(
            link.visit not in self.served
            and link.visit not in seen
            and self.takes(link.visit, seen | {visit}) is False
            for link in work.after
        ):
            return False
        if self._any_start(visit, strict=True):
            return True
        return False if self._any_start(visit, strict=False) is False else None

    def takes_on(self, visit: int, shift: int) -> bool | None:
        """Whether this shift takes the visit (one member of its crew); None: not proved."""
        if self._start(visit, shift, Bounds(carries=self._lonely(visit)), strict=True) is not None:
            return True
        try:
            generous = self._start(
                visit, shift, Bounds(carries=self._lonely(visit)), strict=False, give_up=True
            )
        except TooLarge:
            return None
        return False if generous is None else None

    def _lonely(self, visit: int) -> bool:
        return self.problem.visits[visit].crew_size == 1

    def _any_start(self, visit: int, *, strict: bool) -> bool | None:
        """True, False, or None when the walk was given up (generous worlds only)."""
        work = self.problem.visits[visit]
        low, high = self._delays(visit)
        if strict and low is None:
            return False
        bounds = Bounds() if low is None or not strict else Bounds(low, high)
        try:
            if work.crew_size > 1:
                return self._any_crew(visit, bounds, strict)
            shifts = range(len(self.problem.shifts))
            starts = (self._start(visit, s, bounds, strict, give_up=not strict) for s in shifts)
            return any(start is not None for start in starts)
        except TooLarge:
            return None

    def _delays(self, visit: int) -> tuple[int | None, int]:
        """Bounds of the start by planned predecessors; (None, 0) if one is unassigned."""
        low, high = -FOREVER, FOREVER
        for link in self.problem.visits[visit].after:
            crew = self.served.get(link.visit)
            if not crew:
                return None, 0
            finish = max(member.stop.finish for member in crew)
            low = max(low, finish + max(0, link.min_delay))
            if link.max_delay is not None:
                high = min(high, finish + link.max_delay)
        return low, high

    def _any_crew(self, visit: int, bounds: Bounds, strict: bool) -> bool:
        """Whether crew_size engineers can begin together, whoever is the slowest of them."""
        problem, size = self.problem, self.problem.visits[visit].crew_size
        pace = [duration_of(problem, visit, shift.engineer) for shift in problem.shifts]
        for slowest in sorted(set(pace)):
            shifts = [s for s, own in enumerate(pace) if own <= slowest]
            if self._crew_start(visit, shifts, replace(bounds, work=slowest), size, strict):
                return True
        return False

    def _crew_start(
        self, visit: int, shifts: list[int], bounds: Bounds, size: int, strict: bool
    ) -> bool:
        """Raise the common start to where enough engineers can be, until it stands still."""
        pinned = {pin.shift for pin in self.problem.visits[visit].pins}
        low = bounds.low
        while low <= bounds.high:
            ask = replace(bounds, low=low, carries=False)
            starts: dict[int, int] = {}
            early: dict[int, int] = {}
            for s in shifts:
                start = self._start(visit, s, ask, strict, give_up=not strict)
                if start is not None:
                    owner, starts[s] = self.problem.shifts[s].engineer, start
                    early[owner] = min(start, early.get(owner, FOREVER))
            if len(early) < size or not pinned <= starts.keys():
                return False
            moment = max(sorted(early.values())[size - 1], *(starts[s] for s in pinned), low)
            if moment > low:
                low = moment
                continue
            # A strict world does not share the load: one member brings everything.
            fixed = replace(bounds, low=low, high=low, carries=True)
            return not strict or any(
                self._start(visit, s, fixed, strict) is not None
                for s, start in starts.items()
                if start == low
            )
        return False

    def _start(
        self, visit: int, shift: int, bounds: Bounds, strict: bool, give_up: bool = False
    ) -> int | None:
        """Earliest start on one shift; a walk too large counts as none unless `give_up`."""
        target = self._target(visit, shift, bounds)
        if target is None:
            return None
        question = self._question(visit, shift, target, strict)
        try:
            return earliest_start(self.problem, question)
        except TooLarge:
            if give_up:
                raise
            return None

    def _target(self, visit: int, shift: int, bounds: Bounds) -> Item | None:
        """The visit as an item of the shift; None if a rule without a clock forbids it."""
        problem, work = self.problem, self.problem.visits[visit]
        engineer = problem.shifts[shift].engineer
        pin = next((pin for pin in work.pins if pin.shift == shift), None)
        begun = pin is not None and pin.started
        if work.pins and pin is None and len(work.pins) >= work.crew_size:
            return None
        if not begun and not is_allowed(problem, visit, engineer):
            return None
        low, high = bounds.low, bounds.high
        if pin is not None and pin.start is not None:
            low, high = max(low, pin.start), min(high, pin.start)
        windows = tuple((w.earliest, w.latest) for w in work.windows)
        if begun:
            windows = ((low, high),)
        elif problem.now is not None:
            low = max(low, problem.now)
        low, high = max(low, 0 if not begun else low), min(high, problem.horizon)
        cut = ((max(low, a), min(high, b)) for a, b in windows)
        return Item(
            kind=StopKind.VISIT,
            index=visit,
            location=work.location,
            work=duration_of(problem, visit, engineer) if bounds.work is None else bounds.work,
            windows=tuple((a, b) for a, b in cut if a <= b),
            parts=dict(work.parts) if bounds.carries else {},
            tools=frozenset(work.tools) if bounds.carries and not begun else frozenset(),
            position=None if pin is None else pin.position,
            under_way=pin is not None and pin.under_way,
            arrive_by=FOREVER if work.sla is None else work.sla.arrive_by,
        )

    def _question(self, visit: int, shift: int, target: Item, strict: bool) -> Question:
        problem = self.problem
        person = problem.engineers[problem.shifts[shift].engineer]
        company, begun, history = self._company(visit, shift, strict)
        van = {p: FOREVER if q == UNLIMITED else q for p, q in person.stock.items()}
        ties = self._tied(visit)
        for part, quantity in self._used_before(shift, strict, ties):
            van[part] = max(0, van.get(part, 0) - quantity)
        tools = set(person.tools)
        for member in history:
            entry = member.stop
            for part, quantity in (*entry.loaded, *((p, -q) for p, q in entry.parts)):
                van[part] = max(0, van.get(part, 0) + quantity)
            if entry.kind is StopKind.PICKUP:
                tools |= problem.depots[entry.index].tools
        endless = [part for part, many in person.stock.items() if many == UNLIMITED]
        van |= dict.fromkeys(endless, FOREVER)
        if not strict and self._has_earlier_shift(shift):
            # A pickup on an earlier shift may have filled the van.
            van.update(dict.fromkeys(self._depot_parts(), FOREVER))
        return Question(
            shift=shift,
            items=(target, *company),
            first=target,
            van=van,
            tools=frozenset(tools),
            free=self._strict_stock(shift, visit) if strict else self._generous_stock(),
            strict_positions=strict,
            begun=begun,
        )

    def _company(
        self, visit: int, shift: int, strict: bool
    ) -> tuple[list[Item], Begun | None, list[Presence]]:
        """Pinned visits and kept pickups of the shift, and where its history has brought it."""
        problem, route = self.problem, self.routes.get(shift)
        ancestors = self._ancestors(visit)
        items: list[Item] = []
        history: list[Presence] = []
        for position, stop in enumerate(route.stops if route else ()):
            assert route is not None
            if is_history(problem, route, stop):
                history.append(Presence(route, position, stop))
            elif stop.kind is StopKind.VISIT and stop.index != UNKNOWN:
                work = problem.visits[stop.index]
                pinned = bool(work.pins)
                if (
                    pinned
                    or (strict and stop.index in self.kept)
                    or (strict and stop.index in ancestors)
                ):
                    tied = work.crew_size > 1 or work.after or stop.index in self._followed
                    bounds = Bounds(work=stop.finish - stop.start, carries=False)
                    if tied and strict:
                        bounds = replace(bounds, low=stop.start, high=stop.start)
                    item = self._target(stop.index, shift, bounds)
                    if item is not None:
                        tools = frozenset(work.tools) if work.crew_size == 1 else frozenset()
                        items.append(replace(item, parts=dict(stop.parts), tools=tools))
        for pickup in problem.shifts[shift].fixed_pickups:
            if not pickup.started:
                depot = problem.depots[pickup.depot]
                items.append(
                    Item(
                        StopKind.PICKUP,
                        pickup.depot,
                        depot.location,
                        depot.pickup_duration,
                        ((pickup.start, pickup.start),),
                        loads=dict(pickup.loads),
                        under_way=pickup.under_way,
                    )
                )
        return items, self._begun(shift, route, history), history

    def _begun(
        self, shift: int, route: ClaimedRoute | None, history: list[Presence]
    ) -> Begun | None:
        done = [m.stop for m in history if m.stop.kind is not StopKind.BREAK]
        if not done or route is None:
            return None
        last, worked = history[-1].stop, done[-1]
        assert worked.location is not None

        def behind(until: int) -> int:
            return sum(
                route.start >= rest.earliest + rest.duration
                or any(
                    m.stop.kind is StopKind.BREAK and m.stop.start == rest.earliest <= until
                    for m in history
                )
                for rest in self.problem.shifts[shift].breaks
            )

        return Begun(
            moment=last.finish,
            behind=behind(last.start),
            worked=worked.finish,
            earlier=behind(worked.start),
            place=worked.location,
            visits=sum(stop.kind is StopKind.VISIT for stop in done),
            travel=sum(stop.travel_seconds for stop in done),
        )

    def _ancestors(self, visit: int) -> set[int]:
        found: set[int] = set()
        waiting = [visit]
        while waiting:
            for link in self.problem.visits[waiting.pop()].after:
                if link.visit not in found:
                    found.add(link.visit)
                    waiting.append(link.visit)
        return found

    def _used_before(
        self, shift: int, strict: bool, ties: AbstractSet[int]
    ) -> Iterable[tuple[int, int]]:
        """Parts taken from this van on earlier shifts by visits that must stay there."""
        problem, own = self.problem, self.problem.shifts[shift]
        for number in self._own[own.engineer] if strict else ():
            route = self.routes.get(number)
            if route is None or number == shift or problem.shifts[number].start >= own.start:
                continue
            for stop in route.stops:
                if stop.kind is StopKind.VISIT and stop.index in ties:
                    yield from stop.parts

    def _has_earlier_shift(self, shift: int) -> bool:
        own = self.problem.shifts[shift]
        return any(self.problem.shifts[s].start < own.start for s in self._own[own.engineer])

    def _depot_parts(self) -> set[int]:
        found: set[int] = set()
        for depot in self.problem.depots:
            if depot.unlimited:
                return set(range(self.problem.num_parts))
            found |= set(depot.stock) | {part for _, part, _ in depot.inbound}
        return found

    def _tied(self, visit: int) -> frozenset[int]:
        """Visits that stay or go with this one."""
        if visit not in self._ties:
            self._ties[visit] = frozenset(self.kept | self._ancestors(visit))
        return self._ties[visit]

    def _tied_loads(self, visit: int) -> list[tuple[int, Load]]:
        """Shift and load of the pickups, not kept ones, in the routes of tied visits."""
        if visit not in self._loads:
            problem = self.problem
            tied = {m.route.shift for v in self._tied(visit) for m in self.served.get(v, ())}
            found = []
            for number in sorted(tied - {UNKNOWN}):
                fixed = problem.shifts[number].fixed_pickups
                kept = {(pickup.depot, pickup.start) for pickup in fixed}
                found += [
                    (number, (stop.index, part, stop.start, quantity))
                    for stop in self.routes[number].stops
                    if stop.kind is StopKind.PICKUP and (stop.index, stop.start) not in kept
                    for part, quantity in stop.loaded
                ]
            self._loads[visit] = found
        return self._loads[visit]

    def _strict_stock(self, shift: int, visit: int) -> LooseStock:
        """Depots less kept pickups and what other routes load for visits that must stay."""
        others = [load for number, load in self._tied_loads(visit) if number != shift]
        return LooseStock(self.problem, [*self._fixed, *others])

    def _generous_stock(self) -> LooseStock:
        return LooseStock(self.problem, self._fixed)
