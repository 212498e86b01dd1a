"""Small worlds with names and round numbers, for tests whose figures are computed by hand.

Everything lies on one line: places 0 to 3 are one step apart, a step takes 600 s and 6000 m.
Times count from midnight: 8:00 is 28800.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dispatch.solver.problem import (
    Break,
    Depot,
    Engineer,
    Problem,
    Shift,
    Tariff,
    Visit,
    Window,
)

STEP = 600
STEP_METRES = 6000
HOUR = 3600
EIGHT, NINE, TEN, NOON, FOUR = 8 * HOUR, 9 * HOUR, 10 * HOUR, 12 * HOUR, 16 * HOUR
DAY = 24 * HOUR
ALL_DAY = (Window(0, DAY),)


def line(places: int = 4) -> dict[str, Any]:
    """Travel matrices of places on a line, as arguments of `Problem`."""
    steps = np.abs(np.subtract.outer(np.arange(places), np.arange(places))).astype(np.int64)
    return {"travel_seconds": (steps * STEP)[None], "travel_metres": steps * STEP_METRES}


def day_shift(engineer: int = 0, **changes: Any) -> Shift:
    """From 8:00 to 16:00, from place 0 and back, at the default tariff."""
    block = Shift(engineer, EIGHT, FOUR, FOUR, start_location=0, end_location=0)
    return replace(block, **changes)


def visit(location: int, **changes: Any) -> Visit:
    """An hour of work on any time of the day."""
    return replace(Visit(location, HOUR, windows=ALL_DAY), **changes)


def world(
    visits: tuple[Visit, ...],
    shifts: tuple[Shift, ...] = (day_shift(),),
    engineers: tuple[Engineer, ...] = (Engineer(),),
    **changes: Any,
) -> Problem:
    """Put a problem on the line: two skills, two tools, two parts, one day."""
    rest: dict[str, Any] = {"horizon": DAY, "num_skills": 2, "num_tools": 2, "num_parts": 2}
    return Problem(
        **{
            **rest,
            **line(),
            "engineers": engineers,
            "shifts": shifts,
            "visits": visits,
            "depots": (),
            **changes,
        }
    )


def two_engineers() -> Problem:
    """Two engineers at home in place 0, three visits, a depot in place 1.

    Engineer 0 has skill 0 at level 2, tool 0 and one part 0; engineer 1 has skill 0 at level 1.
    The depot has one part 0, no limit of part 1, and tool 1; a pickup takes 300 s.
    """
    return world(
        visits=(
            visit(1, windows=(Window(NINE, TEN),)),
            visit(2),
            visit(3, duration=1800),
        ),
        shifts=(day_shift(0), day_shift(1)),
        engineers=(
            Engineer({0: 2}, frozenset({0}), {0: 1}),
            Engineer({0: 1}),
        ),
        depots=(Depot(1, 300, {0: 1, 1: -1}, tools=frozenset({1})),),
    )


def one_part_short() -> Problem:
    """Two visits need part 0 each; the van has one, the depot has none until noon."""
    needy = visit(1, parts=((0, 1),))
    return world(
        visits=(needy, replace(needy, location=2)),
        engineers=(Engineer(stock={0: 1}),),
        depots=(Depot(1, 300, inbound=((NOON, 0, 1),)),),
    )


def overloaded_day() -> Problem:
    """Four visits of three hours, one engineer of eight hours: two fit, two do not."""
    long = visit(1, duration=3 * HOUR)
    return world(visits=(long, long, replace(long, location=2), replace(long, location=3)))


def lunch_day() -> Problem:
    """One engineer with a lunch break of 45 minutes from 12:00 to 13:00, three visits."""
    lunch = Break(NOON, NOON + HOUR, 2700)
    work = visit(1, duration=2 * HOUR)
    return world(
        visits=(work, replace(work, location=2), replace(work, location=3)),
        shifts=(day_shift(breaks=(lunch,), latest_end=FOUR + HOUR),),
    )


def free_of_charge() -> Tariff:
    """A tariff under which nothing costs anything."""
    return Tariff(0, 0, 0, 0)
