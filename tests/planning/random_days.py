"""Random small days that use every field of a case, each from a seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
from planning_worlds import at, window

from dispatch.domain import (
    After,
    Break,
    Case,
    CurrentPlan,
    Depot,
    DueWindow,
    Engineer,
    EngineerRules,
    GivenMatrix,
    Inbound,
    Location,
    Pin,
    Plan,
    Priority,
    Promise,
    PromiseStage,
    RequiredSkill,
    Shift,
    Skill,
    SlaTerms,
    Tariff,
    TimeWindow,
    TravelSettings,
    TravelSourceName,
    Visit,
    Weights,
)

SKILLS = ("ups", "fans", "medical")
TOOLS = ("meter", "crimper")
PARTS = ("board", "fuse")


def minutes(value: float) -> timedelta:
    """A length of time."""
    return timedelta(seconds=round(value * 60))


def random_day(seed: int) -> Case:
    """Two to four engineers, one or two days, six to twelve visits, every rule now and then."""
    dice = random.Random(seed)
    places = tuple(f"p{i}" for i in range(8))
    days = dice.choice((1, 1, 2))
    engineers = tuple(_engineer(dice, f"e{i}", places, days) for i in range(dice.randint(2, 4)))
    depots = tuple(_depot(dice, f"d{i}", places) for i in range(dice.randint(0, 2)))
    visits: list[Visit] = []
    for i in range(dice.randint(6, 12)):
        visits.append(_visit(dice, f"v{i}", places, engineers, visits, days))
    return Case(
        planning_window=TimeWindow(at(0), at(24 * days)),
        locations=tuple(Location(place) for place in places),
        depots=depots,
        engineers=engineers,
        visits=tuple(visits),
        travel=_travel(dice, places),
    )


def weighed(case: Case, seed: int) -> Case:
    """The same day with histories, unpopular visits and prices of the plan as a whole."""
    dice = random.Random(seed)
    return replace(
        case,
        engineers=tuple(
            replace(one, workload_history=minutes(dice.randrange(0, 2400)))
            for one in case.engineers
        ),
        visits=tuple(
            replace(one, unpopular=minutes(dice.choice((0, 0, 45)))) for one in case.visits
        ),
        weights=Weights(
            fairness_per_squared_hour=dice.choice((0, 100, 2000)),
            worst_lateness_per_hour=dice.choice((0, 6000, 90_000)),
        ),
    )


def in_force(case: Case, plan: Plan, now: float, freeze: float) -> Case:
    """The same day some hours later: the plan is in force, its first stops are frozen."""
    return Case(
        planning_window=case.planning_window,
        locations=case.locations,
        depots=case.depots,
        engineers=case.engineers,
        visits=case.visits,
        now=at(now),
        freeze_until=at(now + freeze),
        travel=case.travel,
        current_plan=CurrentPlan.of(plan),
    )


def _travel(dice: random.Random, places: tuple[str, ...]) -> TravelSettings:
    spots = [(dice.randrange(60), dice.randrange(60)) for _ in places]
    size = len(places)
    seconds = np.zeros((size, size), dtype=np.int64)
    for a in range(size):
        for b in range(size):
            if a != b:
                apart = abs(spots[a][0] - spots[b][0]) + abs(spots[a][1] - spots[b][1])
                seconds[a, b] = 30 * apart + dice.randrange(60)
    metres = seconds * 10
    if dice.random() < 0.2:
        a, b = dice.sample(range(size), 2)
        seconds[a, b] = metres[a, b] = -1
    matrix = GivenMatrix(places, seconds, metres)
    return TravelSettings(source=TravelSourceName.MATRIX, matrix=matrix)


def _engineer(dice: random.Random, id: str, places: tuple[str, ...], days: int) -> Engineer:
    return Engineer(
        id=id,
        name=dice.choice(("", "陈伟", "Li")),
        skills=tuple(
            Skill(name, dice.randint(1, 3)) for name in dice.sample(SKILLS, dice.randint(1, 3))
        ),
        tools=tuple(dice.sample(TOOLS, dice.randint(0, 2))),
        van_stock={part: dice.randint(0, 2) for part in PARTS if dice.random() < 0.5},
        duration_factor={"ups": dice.choice((0.8, 1.15))} if dice.random() < 0.4 else {},
        shifts=tuple(_shift(dice, f"{id}-{day}", places, day) for day in range(days)),
        tariff=Tariff(dice.choice((0, 2000)), 6000, 9000, dice.choice((0, 80))),
    )


def _shift(dice: random.Random, id: str, places: tuple[str, ...], day: int) -> Shift:
    start = 24 * day + dice.choice((7, 8, 9))
    end = start + dice.choice((5, 8))
    breaks = []
    if dice.random() < 0.5:
        breaks.append(Break(at(start + 2), at(start + dice.choice((2, 3, 4))), minutes(30)))
    if dice.random() < 0.2:
        breaks.append(Break(at(start + 4.5), at(end), minutes(15)))
    return Shift(
        id=id,
        start=at(start),
        end=at(end),
        start_location=dice.choice(places),
        end_location=dice.choice((*places, "")),
        overtime_end=at(end + 1) if dice.random() < 0.4 else None,
        max_travel=minutes(dice.choice((60, 120))) if dice.random() < 0.3 else None,
        fixed_start=dice.random() < 0.2,
        breaks=tuple(breaks),
    )


def _depot(dice: random.Random, id: str, places: tuple[str, ...]) -> Depot:
    stock = {part: dice.choice((0, 1, 3, None)) for part in PARTS if dice.random() < 0.8}
    return Depot(
        id=id,
        location=dice.choice(places),
        stock=None if dice.random() < 0.1 else stock,
        tools=tuple(dice.sample(TOOLS, dice.randint(0, 1))),
        pickup_duration=minutes(dice.choice((0, 10))),
        opening=(window(8, 12), window(13, 36)) if dice.random() < 0.4 else (),
        inbound=(Inbound("board", 2, at(dice.choice((8, 11)))),) if dice.random() < 0.4 else (),
    )


def _visit(
    dice: random.Random,
    id: str,
    places: tuple[str, ...],
    engineers: tuple[Engineer, ...],
    earlier: list[Visit],
    days: int,
) -> Visit:
    def now_and_then(share: float) -> bool:
        return dice.random() < share

    hour = 24 * dice.randrange(days) + dice.choice((7, 9, 11, 13))
    shifts = [shift for engineer in engineers for shift in engineer.shifts]
    names = [engineer.id for engineer in engineers]
    pinned = dice.choice(shifts)
    return Visit(
        id=id,
        location=dice.choice(places),
        duration=minutes(dice.choice((5, 20, 45, 90))),
        time_windows=tuple(window(hour + h, hour + h + 1.5) for h in dice.choice(((0,), (0, 3))))
        if now_and_then(0.5)
        else (),
        sla=SlaTerms(at(hour + 1), breach_fee=5000, lateness_per_hour=2000)
        if now_and_then(0.4)
        else None,
        due=DueWindow(at(hour - 2), at(hour + 1), at(hour + 6), 100, 1000)
        if now_and_then(0.2)
        else None,
        required_skills=tuple(
            RequiredSkill(name, dice.randint(1, 3))
            for name in dice.sample(SKILLS, dice.randint(0, 2))
        ),
        required_tools=(dice.choice(TOOLS),) if now_and_then(0.2) else (),
        parts={dice.choice(PARTS): dice.randint(1, 2)} if now_and_then(0.4) else {},
        engineers=EngineerRules(
            required=tuple(dice.sample(names, 1)) if now_and_then(0.1) else (),
            preferred=tuple(dice.sample(names, 1)) if now_and_then(0.2) else (),
            forbidden=tuple(dice.sample(names, 1)) if now_and_then(0.1) else (),
        ),
        priority=dice.choice(tuple(Priority)),
        pinned=Pin(pinned.id, dice.choice((None, 0)), None) if now_and_then(0.1) else None,
        promise=Promise(at(hour), at(hour + 2), dice.choice(tuple(PromiseStage)))
        if now_and_then(0.2)
        else None,
        crew_size=2 if now_and_then(0.12) else 1,
        after=(After(dice.choice(earlier).id, minutes(0), dice.choice((None, minutes(240)))),)
        if earlier and now_and_then(0.15)
        else (),
    )
