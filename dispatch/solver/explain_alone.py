"""The exhaustive single-shift test: every order of a visit, its company and pickups on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from dispatch.solver.explain_clock import Entry, Moments, Timing, ends, extend, time_order
from dispatch.solver.explain_world import AbsentWorld
from dispatch.solver.problem import FOREVER
from dispatch.solver.solution import Stop, StopKind

MOST_STEPS = 20_000
"""Steps after which a search stops undecided."""

MOST_PICKUPS = 3
"""Pickups tried on one shift beyond those of the freeze."""


class Undecided(Exception):
    """There are more orders than may be tried, so nothing is proved."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the van carries at the start, and what was fetched for it before from each depot."""

    van: Mapping[int, int]
    fetched: Mapping[tuple[int, int], int]


class Best(Enum):
    """What the best place of a visit is judged by."""

    START = "start"
    END = "end"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Place:
    """A feasible route of one shift: what is done in which order, and when."""

    shift: int
    entries: tuple[Entry, ...]
    timing: Timing
    travel: int

    def start_of(self, visit: int) -> int:
        """Start of a visit of the route."""
        for entry, start in zip(self.entries, self.timing.starts, strict=True):
            if entry.kind is StopKind.VISIT and entry.index == visit:
                return start
        raise KeyError(visit)

    def stops(self) -> tuple[Stop, ...]:
        """The order as decisions of an engine, bound to the times found."""
        return tuple(
            Stop(entry.kind, entry.index, start, start, entry.parts or entry.loads)
            for entry, start in zip(self.entries, self.timing.starts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _State:
    moments: Moments
    place: int
    visits: int
    travelled: int
    pickups: int
    van: Mapping[int, int]
    tools: frozenset[int]
    done: tuple[Entry, ...]
    fetched: Mapping[tuple[int, int], int]


def find_place(
    world: AbsentWorld,
    shift: int,
    targets: tuple[Entry, ...],
    best: Best = Best.START,
    supply: Supply | None = None,
) -> Place | None:
    """Best feasible route of a shift with these targets and its company; None if there is none.

    Raises
    ------
    Undecided
        There are too many orders.
    """
    return _Search(world, shift, targets, best, supply).run()


class _Search:
    def __init__(
        self,
        world: AbsentWorld,
        shift: int,
        targets: tuple[Entry, ...],
        best: Best,
        supply: Supply | None,
    ) -> None:
        self.world, self.shift, self.targets, self.by = world, shift, targets, best
        self.problem = world.problem
        self.limit = self.problem.shifts[shift].max_travel
        self.begin = world.beginning(shift)
        self.supply = Supply(world.van(shift), {}) if supply is None else supply
        self.steps = 0
        self.found: Place | None = None
        self.key: tuple[int, int] = (FOREVER, FOREVER)

    def run(self) -> Place | None:
        begin = self.begin
        items = (*self.targets, *self.world.company(self.shift))
        if any(not entry.windows for entry in items):
            return None
        tools = self.world.tools(self.shift)
        self._walk(
            _State(
                begin.moments,
                begin.place,
                begin.visits,
                begin.travelled,
                0,
                self.supply.van,
                tools,
                (),
                self.supply.fetched,
            ),
            items,
        )
        return self.found

    def _walk(self, state: _State, items: tuple[Entry, ...]) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Undecided
        if not items:
            self._finish(state)
            return
        free = min(state.moments)
        if any(entry.windows[-1][1] < free for entry in items):
            return
        waiting = {entry.index for entry in items if entry.kind is StopKind.VISIT}
        for number, entry in enumerate(items):
            if any(before in waiting for before, _, _ in entry.after):
                continue
            after = self._do(state, entry)
            if after is not None:
                self._walk(after, items[:number] + items[number + 1 :])
        if state.pickups < MOST_PICKUPS:
            for pickup in self._pickups(state, items):
                after = self._do(state, pickup)
                if after is not None:
                    self._walk(after, items)

    def _do(self, state: _State, entry: Entry) -> _State | None:
        if entry.kind is StopKind.VISIT:
            # Unpinned visits may fill the positions before a pinned one, but none may be taken.
            if entry.position is not None and state.visits > entry.position:
                return None
            if not entry.tools <= state.tools:
                return None
            if any(state.van.get(part, 0) < need for part, need in entry.parts):
                return None
        seconds = self.world.road(self.shift, state.place, entry.location)
        travelled = state.travelled + seconds
        if seconds < 0 or (self.limit is not None and travelled > self.limit):
            return None
        if entry.after:
            entry = self._behind(state, entry)
        step = extend(self.problem, self.shift, state.place, state.moments, entry)
        if step is None:
            return None
        van, tools, counts = dict(state.van), state.tools, dict(state.fetched)
        for part, quantity in entry.parts:
            van[part] -= 0 if van[part] >= FOREVER else quantity
        for part, quantity in entry.loads:
            van[part] = van.get(part, 0) + quantity
            counts[entry.index, part] = counts.get((entry.index, part), 0) + quantity
        fetched = entry.kind is StopKind.PICKUP
        if fetched:
            tools = tools | self.problem.depots[entry.index].tools
        return _State(
            step.moments,
            entry.location,
            state.visits + (not fetched),
            travelled,
            state.pickups + fetched,
            van,
            tools,
            (*state.done, entry),
            counts,
        )

    def _behind(self, state: _State, entry: Entry) -> Entry:
        """Bound an entry by the earliest finish of what it follows on the same route."""
        low = -FOREVER
        timings = time_order_without_return(self, state.done)
        for before, least, _ in entry.after:
            for other, start in zip(state.done, timings, strict=True):
                if other.kind is StopKind.VISIT and other.index == before:
                    low = max(low, start + other.work + least)
        return entry.bounded(low)

    def _pickups(self, state: _State, items: tuple[Entry, ...]) -> Iterator[Entry]:
        needs: dict[int, int] = {}
        for entry in items:
            for part, need in entry.parts:
                needs[part] = needs.get(part, 0) + need
        missing = {p: n - state.van.get(p, 0) for p, n in needs.items() if n > state.van.get(p, 0)}
        lacking = {tool for entry in items for tool in entry.tools} - state.tools
        for number, depot in enumerate(self.problem.depots):
            moments = {0, *(t for t, part, _ in depot.inbound if part in missing)}
            for (d, part), bound in self.world.bound().items():
                if d == number and part in missing:
                    moments |= {t for t, _, _ in bound}
            seen: set[tuple[tuple[int, int], ...]] = set()
            for moment in sorted(moments):
                loads = tuple(
                    (part, quantity)
                    for part, need in sorted(missing.items())
                    if (quantity := min(need, self._left(state, number, part, moment))) > 0
                )
                if loads in seen or not (loads or lacking & depot.tools):
                    continue
                seen.add(loads)
                yield pickup_entry(self.world, number, moment, loads)

    def _left(self, state: _State, depot: int, part: int, moment: int) -> int:
        taken = state.fetched.get((depot, part), 0)
        kept = sum(
            quantity
            for entry in self.world.company(self.shift)
            if entry.kind is StopKind.PICKUP and entry.index == depot and entry in state.done
            for p, quantity in entry.loads
            if p == part
        )
        # Kept pickups are bound in the world already and must not be counted twice.
        return self.world.free(self.shift, depot, part, moment) - (taken - kept)

    def _finish(self, state: _State) -> None:
        homes = ends(self.problem, self.shift, state.place, state.moments)
        if not homes:
            return
        block = self.problem.shifts[self.shift]
        travelled = state.travelled + self.world.road(self.shift, state.place, block.end_location)
        if self.limit is not None and travelled > self.limit:
            return
        for timing in self._timings(state.done):
            place = Place(self.shift, state.done, timing, travelled)
            last = max((place.start_of(target.index) for target in self._visits()), default=0)
            key = {
                Best.START: (last, timing.end),
                Best.END: (timing.end, last),
                Best.TRAVEL: (travelled, timing.end),
            }[self.by]
            if key < self.key:
                self.key, self.found = key, place

    def _visits(self) -> list[Entry]:
        return [target for target in self.targets if target.kind is StopKind.VISIT]

    def _timings(self, entries: tuple[Entry, ...]) -> list[Timing]:
        """Timings that keep the longest delays on this route, earlier visits moved if need be."""
        begin = self.begin
        for _ in range(20):
            timings = time_order(self.problem, self.shift, begin.moments, begin.place, entries)
            kept = [timing for timing in timings if not _late_links(entries, timing)]
            if kept or not timings:
                return kept
            lows = _late_links(entries, timings[0])
            entries = tuple(
                entry.bounded(lows.get(number, -FOREVER)) for number, entry in enumerate(entries)
            )
        return []


def time_order_without_return(search: _Search, entries: tuple[Entry, ...]) -> list[int]:
    """Earliest starts of an order that need not come home yet."""
    begin, starts = search.begin, []
    moments, place = begin.moments, begin.place
    for entry in entries:
        step = extend(search.problem, search.shift, place, moments, entry)
        if step is None:
            return [FOREVER] * len(entries)
        starts.append(min(step.starts))
        moments, place = step.moments, entry.location
    return starts


def _late_links(entries: tuple[Entry, ...], timing: Timing) -> dict[int, int]:
    """Entries that must start later for a delay on the same route to hold: number and start."""
    lows: dict[int, int] = {}
    for number, (entry, start) in enumerate(zip(entries, timing.starts, strict=True)):
        for before, least, most in entry.after:
            for earlier, other in enumerate(entries):
                if other.kind is not StopKind.VISIT or other.index != before:
                    continue
                finish = timing.starts[earlier] + other.work
                if start < finish + least:
                    lows[number] = max(finish + least, lows.get(number, -FOREVER))
                elif most is not None and start > finish + most:
                    needed = start - most - other.work
                    lows[earlier] = max(needed, lows.get(earlier, -FOREVER))
    return lows


def pickup_entry(
    world: AbsentWorld, number: int, moment: int, loads: tuple[tuple[int, int], ...]
) -> Entry:
    """A pickup that starts at a moment or later, inside one opening window of the depot."""
    depot = world.problem.depots[number]
    windows: tuple[tuple[int, int], ...] = ((0, world.problem.horizon),)
    if depot.opening:
        windows = tuple((w.earliest, w.latest - depot.pickup_duration) for w in depot.opening)
    low = moment if world.problem.now is None else max(moment, world.problem.now)
    entry = Entry(
        StopKind.PICKUP, number, depot.location, depot.pickup_duration, windows, loads=loads
    )
    return entry.bounded(max(low, 0), world.problem.horizon)
