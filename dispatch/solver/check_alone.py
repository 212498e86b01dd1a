"""The auditor's own proof whether a shift takes a visit with only a given company.

An exhaustive depth-first walk over orders of the visits, pickups on the way and the legs on which
breaks are taken. Being earlier never hurts once the order and the breaks are given, so each path
needs only one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import StopKind

MOST_STEPS = 40_000
"""Steps after which a walk gives up and proves nothing."""

MOST_PICKUPS = 3
"""Pickups that a walk makes on one shift beyond those of the freeze."""


class TooLarge(Exception):
    """The walk met more orders than it may try."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something the shift must do: a visit of the company, the visit itself, a kept pickup."""

    kind: StopKind
    index: int
    location: int
    work: int
    windows: tuple[tuple[int, int], ...]
    parts: Mapping[int, int] = field(default_factory=dict)
    tools: frozenset[int] = frozenset()
    position: int | None = None
    loads: Mapping[int, int] = field(default_factory=dict)
    under_way: bool = False
    arrive_by: int = FOREVER


@dataclass(frozen=True, slots=True)
class Begun:
    """Where history has brought a shift.

    `moment` is the end of the last thing done, `behind` the breaks taken or left out by then;
    `worked` and `earlier` are the same for the last visit or pickup, from which whatever was under
    way at `now` was left. `visits` and `travel` count what was done and driven.
    """

    moment: int
    behind: int
    worked: int
    earlier: int
    place: int
    visits: int
    travel: int


@dataclass(frozen=True, slots=True)
class Question:
    """Whether `shift` takes all these items.

    `free(depot, part, moment)` says how many pieces a pickup starting then may load. `van` holds
    what the van carries at the start (missing = 0, `FOREVER` = unlimited). `first` is the item
    whose earliest start is asked for. `begun` is the state after history, if there is any;
    otherwise the walk begins with the shift.
    """

    shift: int
    items: tuple[Item, ...]
    first: Item
    van: Mapping[int, int]
    tools: frozenset[int]
    free: Callable[[int, int, int], int]
    strict_positions: bool = True
    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class _State:
    moment: int
    place: int
    breaks: int
    travel: int
    visits: int
    pickups: int
    van: Mapping[int, int]
    tools: frozenset[int]
    found: int
    fetched: Mapping[tuple[int, int], int] = field(default_factory=dict)


def earliest_start(problem: Problem, question: Question) -> int | None:
    """Earliest start of the first item in any feasible route; None when there is no route.

    Raises
    ------
    TooLarge
        There are too many orders to try them all.
    """
    return _Walk(problem, question).run()


class _Walk:
    def __init__(self, problem: Problem, question: Question) -> None:
        self.problem, self.question = problem, question
        self.shift = problem.shifts[question.shift]
        self.steps = 0
        self.best: int | None = None

    def run(self) -> int | None:
        for state in self._beginnings():
            self._walk(state, self.question.items)
        return self.best

    def _beginnings(self) -> Iterator[_State]:
        ask, shift = self.question, self.shift
        blank = _State(0, shift.start_location, 0, 0, 0, 0, ask.van, ask.tools, FOREVER)
        if ask.begun is not None:
            past = ask.begun
            blank = replace(blank, place=past.place, visits=past.visits, travel=past.travel)
            for moment, behind in {(past.moment, past.behind), (past.worked, past.earlier)}:
                yield replace(blank, moment=moment, breaks=behind)
            return
        moment = shift.start
        for behind in range(len(shift.breaks) + 1):
            if behind:
                rest = shift.breaks[behind - 1]
                moment = max(moment, rest.earliest + rest.duration)
            leave = moment if self.problem.now is None else max(moment, self.problem.now)
            fixed = shift.start if self.problem.now is None else max(shift.start, self.problem.now)
            if shift.fixed_start and leave != fixed:
                return
            yield replace(blank, moment=moment, breaks=behind)

    def _walk(self, state: _State, items: tuple[Item, ...]) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge
        if self.best is not None and state.found >= self.best and state.found < FOREVER:
            return
        if not items:
            if self._gets_home(state):
                self.best = state.found if self.best is None else min(self.best, state.found)
            return
        if any(not item.windows or item.windows[-1][1] < state.moment for item in items):
            return
        for number, item in enumerate(items):
            rest = items[:number] + items[number + 1 :]
            for after in self._do(state, item):
                self._walk(after, rest)
        if state.pickups < MOST_PICKUPS:
            for after in self._pickups(state, items):
                self._walk(after, items)

    def _floor(self, state: _State, item: Item) -> int:
        """Nobody leaves before `now`, unless the freeze keeps a start that is then missed."""
        now = self.problem.now
        if now is None:
            return -FOREVER
        if not item.under_way or state.moment >= now or not item.windows:
            return now
        seconds = int(self.problem.travel_seconds[self.shift.profile, state.place, item.location])
        arrive = now + (seconds if item.location != state.place else 0)
        rests = 0
        for rest in self.shift.breaks:
            if rest.earliest == rest.latest < now:
                arrive += max(0, rest.earliest + rest.duration - now)
            elif rest.earliest == rest.latest < item.windows[-1][1]:
                rests += rest.duration
        late = arrive + rests > item.windows[-1][1] or arrive > item.arrive_by
        return -FOREVER if late else now

    def _drive(self, state: _State, place: int, floor: int) -> Iterator[tuple[int, int, int]]:
        """Moments at the door, ready to start, one for each number of breaks behind by then."""
        seconds = 0
        if place != state.place:
            seconds = int(self.problem.travel_seconds[self.shift.profile, state.place, place])
        if seconds < 0:
            return
        limit = self.shift.max_travel
        if limit is not None and state.travel + seconds > limit:
            return
        free = max(state.moment, floor)
        arrive = free + seconds
        yield arrive, state.breaks, seconds
        for behind in range(state.breaks, len(self.shift.breaks)):
            rest = self.shift.breaks[behind]
            begin = max(free, rest.earliest)
            if begin > rest.latest:
                return
            free = begin + rest.duration
            # Travel that the break cuts goes on after it; what waits for the break is lost.
            arrive = max(arrive, begin) + rest.duration
            yield arrive, behind + 1, seconds

    def _do(self, state: _State, item: Item) -> Iterator[_State]:
        if item.kind is StopKind.VISIT:
            wrong = item.position is not None and (
                state.visits != item.position
                if self.question.strict_positions
                else state.visits > item.position
            )
            if wrong or not item.tools <= state.tools:
                return
            if any(state.van.get(part, 0) < need for part, need in item.parts.items()):
                return
        van = {
            part: have
            if have >= FOREVER
            else have - item.parts.get(part, 0) + item.loads.get(part, 0)
            for part, have in {**dict.fromkeys(item.loads, 0), **state.van}.items()
        }
        tools = state.tools
        if item.kind is StopKind.PICKUP:
            tools = tools | self.problem.depots[item.index].tools
        floor = self._floor(state, item)
        for ready, behind, seconds in self._drive(state, item.location, floor):
            start = next((max(ready, low) for low, high in item.windows if ready <= high), None)
            if start is None:
                continue
            yield replace(
                state,
                moment=start + item.work,
                place=item.location,
                breaks=behind,
                travel=state.travel + seconds,
                visits=state.visits + (item.kind is StopKind.VISIT),
                van=van,
                tools=tools,
                found=start if item is self.question.first else state.found,
            )

    def _pickups(self, state: _State, items: tuple[Item, ...]) -> Iterator[_State]:
        """Pickups that bring something still missing, at each moment that could bring more."""
        needs: dict[int, int] = {}
        for item in items:
            for part, need in item.parts.items():
                needs[part] = needs.get(part, 0) + need
        missing = {p: n - state.van.get(p, 0) for p, n in needs.items() if n > state.van.get(p, 0)}
        lacking = {tool for item in items for tool in item.tools} - state.tools
        now = -FOREVER if self.problem.now is None else self.problem.now
        for number, depot in enumerate(self.problem.depots):
            arrivals = [t for t, part, _ in depot.inbound if part in missing]
            for ready, behind, seconds in self._drive(state, depot.location, now):
                for moment in {ready, *(t for t in arrivals if t > ready)}:
                    start = self._opening(number, moment)
                    if start is None:
                        continue
                    loads = {
                        part: min(
                            need,
                            self.question.free(number, part, start)
                            - state.fetched.get((number, part), 0),
                        )
                        for part, need in missing.items()
                    }
                    loads = {part: quantity for part, quantity in loads.items() if quantity > 0}
                    if not loads and not lacking & depot.tools:
                        continue
                    van = {p: state.van.get(p, 0) + loads.get(p, 0) for p in {*state.van, *loads}}
                    yield replace(
                        state,
                        moment=start + depot.pickup_duration,
                        place=depot.location,
                        breaks=behind,
                        travel=state.travel + seconds,
                        pickups=state.pickups + 1,
                        van=van,
                        tools=state.tools | depot.tools,
                        fetched={
                            **state.fetched,
                            **{
                                (number, part): state.fetched.get((number, part), 0) + quantity
                                for part, quantity in loads.items()
                            },
                        },
                    )

    def _opening(self, number: int, moment: int) -> int | None:
        depot = self.problem.depots[number]
        moment = max(moment, 0)
        starts = [
            max(moment, window.earliest)
            for window in depot.opening
            if max(moment, window.earliest) + depot.pickup_duration <= window.latest
        ]
        start = min(starts, default=None) if depot.opening else moment
        return start if start is not None and start <= self.problem.horizon else None

    def _gets_home(self, state: _State) -> bool:
        breaks = self.shift.breaks
        # Whoever had nothing left to do went home at once, whatever the time is now.
        floor = -FOREVER
        if self.problem.now is not None and not self.shift.returning:
            floor = self.problem.now
        for end, behind, _ in self._drive(state, self.shift.end_location, floor):
            late = end > self.shift.latest_end
            if not late and all(end <= rest.latest for rest in breaks[behind:]):
                return True
        return False
