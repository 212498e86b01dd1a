"""Assumed crews for a day of Boston tickets: how many per trade, and from which yard."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.cases.boston_tickets import KINDS, SECOND_SKILL, Ticket
from benchmarks.cases.instance import InstanceError

MINUTES_BETWEEN = 12
"""Travel added to each ticket when the work of a trade is weighed."""


@dataclass(frozen=True, slots=True)
class Crew:
    """One crew: its trades, the first being its own, and the district of its yard."""

    number: int
    skills: tuple[str, ...]
    district: str


def make_crews(
    tickets: Sequence[Ticket], yards: Mapping[str, object], count: int, seed: int
) -> list[Crew]:
    """Share `count` crews out to the trades of the day.

    With fewer crews than trades each trade goes to the least loaded crew, largest first, so none
    is left out. With more, each trade has one crew and every further crew joins the trade with
    most work per crew; every second crew of a trade has a related trade as well. Yards are drawn
    with `seed`, districts weighted by the tickets of the crew's trade.
    """
    if count < 1:
        message = f"crews: {count}, expected at least 1"
        raise InstanceError(message)
    load: Counter[str] = Counter()
    for ticket in tickets:
        kind = KINDS[ticket.type]
        load[kind.skill] += kind.minutes + MINUTES_BETWEEN
    trades = sorted(load, key=lambda trade: (-load[trade], trade))
    skills = _combined(trades, load, count) if count < len(trades) else _spread(trades, load, count)
    draw = random.Random(seed)
    return [
        Crew(number, held, _draw_district(draw, tickets, held[0], yards))
        for number, held in enumerate(skills, start=1)
    ]


def _combined(trades: list[str], load: Counter[str], count: int) -> list[tuple[str, ...]]:
    crews: list[list[str]] = [[] for _ in range(count)]
    for trade in trades:
        min(crews, key=lambda held: sum(load[other] for other in held)).append(trade)
    return [tuple(held) for held in crews]


def _spread(trades: list[str], load: Counter[str], count: int) -> list[tuple[str, ...]]:
    crews: Counter[str] = Counter(trades)
    for _ in range(count - len(trades)):
        crews[max(trades, key=lambda trade: (load[trade] / crews[trade], trade))] += 1
    return [
        (trade, SECOND_SKILL[trade]) if position % 2 else (trade,)
        for trade in trades
        for position in range(crews[trade])
    ]


def _draw_district(
    draw: random.Random, tickets: Sequence[Ticket], trade: str, yards: Mapping[str, object]
) -> str:
    weight = Counter(
        ticket.district
        for ticket in tickets
        if KINDS[ticket.type].skill == trade and ticket.district in yards
    )
    districts = sorted(yards)
    # A trade whose tickets all lack a district may start from any yard.
    weights = [weight[name] for name in districts] if weight else [1] * len(districts)
    return draw.choices(districts, weights)[0]
