"""Who may load which pieces: finite stock shared among territories, so that none is promised twice.

Every piece of a finite stock is a unit with the moment from which it is there. What the plan so
far loads keeps a unit that is there in time; what is left goes to the territories in want of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from dispatch.solver.problem import FOREVER, UNLIMITED, Depot, Problem
from dispatch.solver.solution import Schedule, StopKind

__all__ = ["share_depots"]

Goods = tuple[int, int]
"""Depot and part."""


def share_depots(
    problem: Problem,
    schedule: Schedule | None,
    owner: Sequence[int],
    visits: Sequence[Sequence[int]],
    turn: int,
    *,
    rest_to: int | None = None,
) -> list[tuple[Depot, ...]]:
    """Divide the stock of all depots among territories.

    Parameters
    ----------
    problem
        The whole.
    schedule
        The plan so far, whose loads stay covered; None: only the pickups that the freeze keeps.
    owner
        Territory of each shift.
    visits
        Visits of each territory.
    turn
        Number of the cut; who is served first moves on with it.
    rest_to
        Territory that gets all that is not loaded; None: it is dealt out by want.

    Returns
    -------
    list of tuple of Depot
        All depots with the share of each territory. Taken together they hold no more than the
        whole problem does, at any moment.
    """
    count = len(visits)
    taken = _loads(problem, schedule, owner)
    wanted = _wants(problem, schedule, visits)
    shares: list[list[Depot]] = [[] for _ in range(count)]
    for number, depot in enumerate(problem.depots):
        stock: list[dict[int, int]] = [{} for _ in range(count)]
        inbound: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
        for part in _finite_parts(depot):
            units = _units(depot, part)
            kept = _keep(units, taken.get((number, part), []))
            gone = {unit for unit, _ in kept}
            given = [(units[unit], piece) for unit, piece in kept]
            rest = [moment for unit, moment in enumerate(units) if unit not in gone]
            if rest_to is not None:
                given += [(moment, rest_to) for moment in rest]
            else:
                given += _deal(rest, wanted[part], turn + number)
            for moment, piece in given:
                if moment <= -FOREVER:
                    stock[piece][part] = stock[piece].get(part, 0) + 1
                else:
                    inbound[piece].append((moment, part, 1))
        endless = {part: UNLIMITED for part, many in depot.stock.items() if many == UNLIMITED}
        for piece in range(count):
            share = replace(
                depot, stock=endless | stock[piece], inbound=tuple(sorted(inbound[piece]))
            )
            shares[piece].append(depot if depot.unlimited else share)
    return [tuple(share) for share in shares]


def _finite_parts(depot: Depot) -> list[int]:
    parts = {part for part, many in depot.stock.items() if many > 0}
    parts |= {part for _, part, _ in depot.inbound}
    return sorted(part for part in parts if depot.stock.get(part, 0) != UNLIMITED)


def _units(depot: Depot, part: int) -> list[int]:
    """The moment from which each piece is there, the first ones first."""
    units = [-FOREVER] * depot.stock.get(part, 0)
    for moment, other, many in sorted(depot.inbound):
        units += [moment] * many if other == part else []
    return units


def _loads(
    problem: Problem, schedule: Schedule | None, owner: Sequence[int]
) -> dict[Goods, list[tuple[int, int]]]:
    """Moment and territory of each piece that is loaded already, by depot and part."""
    found: dict[Goods, list[tuple[int, int]]] = defaultdict(list)
    if schedule is None:
        for shift, block in enumerate(problem.shifts):
            for pickup in block.fixed_pickups:
                for part, many in pickup.loads:
                    found[pickup.depot, part] += [(pickup.start, owner[shift])] * many
        return found
    for route in schedule.routes:
        for stop in route.stops:
            if stop.kind is StopKind.PICKUP:
                for part, many in stop.parts:
                    found[stop.index, part] += [(stop.start, owner[route.shift])] * many
    return found


def _keep(units: list[int], loads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give each load the latest piece that is there in time: (unit, territory) pairs."""
    free = list(range(len(units)))
    kept: list[tuple[int, int]] = []
    for moment, piece in sorted(loads, reverse=True):
        at = next((i for i in reversed(range(len(free))) if units[free[i]] <= moment), None)
        # What has been loaded is a fact, even where the stock says that nothing was there.
        if at is not None:
            kept.append((free.pop(at), piece))
    return kept


def _wants(
    problem: Problem, schedule: Schedule | None, visits: Sequence[Sequence[int]]
) -> dict[int, list[int]]:
    """By part: pieces that the visits without a place in each territory are in want of."""
    waiting = None if schedule is None else frozenset(schedule.unassigned)
    wants: dict[int, list[int]] = defaultdict(lambda: [0] * len(visits))
    for piece, own in enumerate(visits):
        for visit in own:
            if waiting is None or visit in waiting:
                for part, many in problem.visits[visit].parts:
                    wants[part][piece] += many
    return wants


def _deal(units: list[int], wants: Sequence[int], turn: int) -> list[tuple[int, int]]:
    """Deal pieces out one by one to the territory in greatest want, the others in turn."""
    dealt: list[tuple[int, int]] = []
    left = list(wants)
    for number, moment in enumerate(units):
        piece = max(
            range(len(left)), key=lambda one: (left[one], -((one - number - turn) % len(left)))
        )
        left[piece] -= 1
        dealt.append((moment, piece))
    return dealt
