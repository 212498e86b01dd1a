"""Seeded small problems in which every rule of the contract turns up sooner or later.

`small_problem(seed)` is the same problem for the same seed, on every machine. The knobs of `Mix`
say how often each rule appears; `Mix()` has all of them, `PLAIN` none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import numpy as np

from dispatch.solver.problem import (
    UNLIMITED,
    UNREACHABLE,
    After,
    Break,
    Depot,
    Due,
    Engineer,
    FixedPickup,
    Objective,
    Pin,
    Problem,
    Promise,
    Shift,
    Sla,
    Tariff,
    Tier,
    Visit,
    Window,
)

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Mix:
    """How often (0 to 1) each rule appears, and how large the problem may be."""

    most_visits: int = 8
    most_engineers: int = 3
    most_days: int = 2
    windows: float = 0.4
    sla: float = 0.4
    due: float = 0.2
    skills: float = 0.5
    persons: float = 0.2
    tools: float = 0.3
    parts: float = 0.4
    depots: float = 0.7
    breaks: float = 0.5
    crews: float = 0.15
    after: float = 0.2
    pins: float = 0.15
    history: float = 0.2
    promises: float = 0.2
    max_travel: float = 0.2
    overtime: float = 0.4
    fixed_start: float = 0.15
    unreachable: float = 0.05
    working_time: float = 0.3
    factors: float = 0.3
    profiles: float = 0.2


PLAIN = Mix(
    **dict.fromkeys(
        [
            "windows",
            "sla",
            "due",
            "skills",
            "persons",
            "tools",
            "parts",
            "depots",
            "breaks",
            "crews",
            "after",
            "pins",
            "history",
            "promises",
            "max_travel",
            "overtime",
            "fixed_start",
            "unreachable",
            "working_time",
            "factors",
            "profiles",
        ],
        0.0,
    )
)
"""Places and durations only."""


def small_problem(seed: int, mix: Mix | None = None) -> Problem:
    """Draw a small problem: up to eight visits, three engineers, two days."""
    return _Drawer(Random(seed), mix or Mix()).draw()


class _Drawer:
    def __init__(self, random: Random, mix: Mix) -> None:
        self.random, self.mix = random, mix
        self.places = random.randint(3, 6)
        self.days = random.randint(1, mix.most_days)
        self.horizon = self.days * DAY
        self.skills, self.tools, self.parts = 3, 2, 2
        self.profiles = 2 if self.often(mix.profiles) else 1

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def draw(self) -> Problem:
        random, mix = self.random, self.mix
        seconds, metres = self.travel()
        engineers = tuple(self.engineer() for _ in range(random.randint(1, mix.most_engineers)))
        shifts = tuple(
            self.shift(e, day)
            for e in range(len(engineers))
            for day in range(self.days)
            if day == 0 or self.often(0.8)
        )
        depots: tuple[Depot, ...] = ()
        if self.often(mix.depots):
            depots = tuple(self.depot() for _ in range(random.randint(1, 2)))
        visits = [
            self.visit(v, len(engineers), shifts) for v in range(random.randint(1, mix.most_visits))
        ]
        now = None
        if self.often(mix.history):
            now, visits, shifts = self.begin_the_day(visits, shifts, depots)
        working = Objective.WORKING_TIME if self.often(mix.working_time) else Objective.COST
        return Problem(
            horizon=self.horizon,
            num_skills=self.skills,
            num_tools=self.tools,
            num_parts=self.parts,
            travel_seconds=seconds,
            travel_metres=metres,
            engineers=engineers,
            shifts=shifts,
            depots=depots,
            visits=tuple(visits),
            objective=working,
            now=now,
        )

    def travel(self) -> tuple[np.ndarray, np.ndarray]:
        random, n = self.random, self.places
        points = [(random.uniform(0, 1800), random.uniform(0, 1800)) for _ in range(n)]
        metres = np.zeros((n, n), dtype=np.int64)
        for a, (x, y) in enumerate(points):
            for b, (u, v) in enumerate(points):
                if a != b:
                    crow = ((x - u) ** 2 + (y - v) ** 2) ** 0.5
                    metres[a, b] = round(10 * crow * random.uniform(1.0, 1.3))
        seconds = np.stack(
            [metres // 10 * (10 + 3 * profile) // 10 for profile in range(self.profiles)]
        )
        if self.often(self.mix.unreachable):
            a, b = random.sample(range(n), 2)
            metres[a, b] = UNREACHABLE
            seconds[:, a, b] = UNREACHABLE
        return seconds, metres

    def place(self) -> int:
        return self.random.randrange(self.places)

    def engineer(self) -> Engineer:
        random = self.random
        skills = {s: random.randint(1, 3) for s in range(self.skills) if self.often(0.7)}
        factors = {}
        if self.often(self.mix.factors):
            factors = {s: (random.choice([7, 9, 12]), 10) for s in range(self.skills)}
        stock = {p: random.randint(0, 2) for p in range(self.parts) if self.often(0.5)}
        if self.often(0.1):
            stock[0] = UNLIMITED
        tools = frozenset(t for t in range(self.tools) if self.often(0.5))
        return Engineer(skills, tools, stock, factors)

    def shift(self, engineer: int, day: int) -> Shift:
        random, mix = self.random, self.mix
        start = day * DAY + random.choice([7, 8, 9]) * HOUR
        end = start + random.choice([4, 6, 8, 10]) * HOUR
        breaks: tuple[Break, ...] = ()
        if self.often(mix.breaks):
            low = start + random.randint(1, 4) * HOUR
            breaks = (Break(low, low + random.choice([0, 1800, 3600]), random.choice([900, 2700])),)
            if self.often(0.3):
                low += 3 * HOUR
                breaks = (*breaks, Break(low, low + HOUR, 900))
        home = self.place()
        return Shift(
            engineer=engineer,
            start=start,
            end=end,
            latest_end=end + (random.choice([1, 2]) * HOUR if self.often(mix.overtime) else 0),
            start_location=home,
            end_location=home if self.often(0.8) else self.place(),
            max_travel=random.randint(1800, 6000) if self.often(mix.max_travel) else None,
            fixed_start=self.often(mix.fixed_start),
            breaks=breaks,
            tariff=Tariff(
                per_shift=random.choice([0, 1000]),
                per_hour=random.choice([0, 6000, 5999]),
                per_km=random.choice([0, 80, 77]),
            ),
            profile=random.randrange(self.profiles),
        )

    def depot(self) -> Depot:
        random = self.random
        opening: tuple[Window, ...] = ()
        if self.often(0.4):
            opening = tuple(
                Window(day * DAY + 8 * HOUR, day * DAY + random.choice([10, 14]) * HOUR)
                for day in range(self.days)
            )
        inbound = ()
        if self.often(0.4):
            part = random.randrange(self.parts)
            inbound = ((random.randint(0, self.horizon), part, random.randint(1, 3)),)
        return Depot(
            location=self.place(),
            pickup_duration=random.choice([0, 300, 600]),
            stock={p: random.randint(0, 3) for p in range(self.parts) if self.often(0.7)},
            unlimited=self.often(0.3),
            tools=frozenset(t for t in range(self.tools) if self.often(0.5)),
            opening=opening,
            inbound=inbound,
        )

    def visit(self, number: int, engineers: int, shifts: tuple[Shift, ...]) -> Visit:
        random, mix = self.random, self.mix
        windows = self.windows()
        due = None
        if self.often(mix.due):
            low = random.randint(0, self.horizon // 2)
            high = min(self.horizon, low + random.randint(6, 24) * HOUR)
            due = Due(low, high, random.choice([None, (low + high) // 2]), 100, 1000)
            windows = _cut(windows, low, high)
        sla = None
        if self.often(mix.sla):
            sla = Sla(random.randint(8 * HOUR, self.horizon), random.choice([0, 50000]), 20001)
        skills: tuple[tuple[int, int], ...] = ()
        if self.often(mix.skills):
            skills = ((random.randrange(self.skills), random.randint(1, 3)),)
        groups: list[frozenset[int]] = [frozenset(), frozenset(), frozenset()]
        if self.often(mix.persons):
            groups[random.randrange(3)] = frozenset({random.randrange(engineers)})
        promise, promised = None, frozenset[int]()
        if self.often(mix.promises):
            low = random.randint(8, 14) * HOUR
            promise = Promise(low, low + 2 * HOUR, 5000)
            promised = frozenset({random.randrange(engineers)})
        crew = 2 if engineers > 1 and self.often(mix.crews) else 1
        pins: tuple[Pin, ...] = ()
        if self.often(mix.pins):
            shift = random.randrange(len(shifts))
            start = shifts[shift].start + random.randint(1, 4) * HOUR
            pins = (Pin(shift, None, random.choice([None, start])),)
        return Visit(
            location=self.place(),
            duration=random.choice([600, 1800, 3600, 5400]),
            tier=Tier(random.randrange(4)),
            windows=windows,
            sla=sla,
            due=due,
            skills=skills,
            tools=(random.randrange(self.tools),) if self.often(mix.tools) else (),
            parts=self.needs(),
            required_engineers=groups[0],
            forbidden_engineers=groups[1],
            preferred_engineers=groups[2],
            preference_price=2000,
            promise=promise,
            promised_engineers=promised,
            engineer_change_price=500,
            pins=pins,
            crew_size=crew,
            after=self.links(number),
        )

    def needs(self) -> tuple[tuple[int, int], ...]:
        if not self.often(self.mix.parts):
            return ()
        return ((self.random.randrange(self.parts), self.random.randint(1, 2)),)

    def links(self, number: int) -> tuple[After, ...]:
        if not number or not self.often(self.mix.after):
            return ()
        before, least = self.random.randrange(number), self.random.choice([0, 900])
        return (After(before, least, self.random.choice([None, least + 2 * HOUR])),)

    def windows(self) -> tuple[Window, ...]:
        if not self.often(self.mix.windows):
            return (Window(0, self.horizon),)
        found = []
        for _ in range(self.random.randint(1, 2)):
            low = (found[-1].latest if found else 6 * HOUR) + self.random.randint(1, 5) * HOUR
            found.append(Window(low, low + self.random.choice([0, 900, 7200])))
        return _cut(tuple(found), 0, self.horizon)

    def begin_the_day(
        self, visits: list[Visit], shifts: tuple[Shift, ...], depots: tuple[Depot, ...]
    ) -> tuple[int, list[Visit], tuple[Shift, ...]]:
        """Let one visit have begun, one be frozen, and perhaps a pickup be kept."""
        shift = self.random.randrange(len(shifts))
        block = shifts[shift]
        now = block.start + 2 * HOUR
        for v, (start, begun) in enumerate(((now - 1800, True), (now + HOUR, False))):
            if v < len(visits) and not visits[v].after and self.often(0.7):
                pin = Pin(shift, None, start, frozen=True, started=begun)
                plain = replace(visits[v], parts=(), crew_size=1, sla=None, due=None)
                if not begun:
                    plain = replace(plain, tools=(), skills=(), windows=(Window(0, self.horizon),))
                visits[v] = replace(plain, pins=(pin,))
        # A break that history has left out can be taken no more.
        breaks = tuple(rest for rest in block.breaks if rest.latest >= now)
        block = replace(block, breaks=breaks)
        late = now + 2 * HOUR + 1800
        if depots and self.often(0.3) and _is_open(depots[0], late):
            block = replace(block, fixed_pickups=(FixedPickup(0, late, ()),))
        return now, visits, (*shifts[:shift], block, *shifts[shift + 1 :])


def _is_open(depot: Depot, start: int) -> bool:
    """Whether a pickup may start then."""
    finish = start + depot.pickup_duration
    return not depot.opening or any(
        w.earliest <= start and finish <= w.latest for w in depot.opening
    )


def _cut(windows: tuple[Window, ...], low: int, high: int) -> tuple[Window, ...]:
    cut = ((max(low, w.earliest), min(high, w.latest)) for w in windows)
    return tuple(Window(a, b) for a, b in cut if a <= b)
