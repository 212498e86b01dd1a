"""What is left on the shelves when others have been promised pieces from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.domain import Depot

__all__ = ["Load", "Shortage", "shortages", "without_loads"]


@dataclass(frozen=True, slots=True)
class Load:
    """Pieces that somebody else fetches from a depot at an instant."""

    depot: str
    part: str
    quantity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Shortage:
    """The first moment at which a depot has fewer pieces than are fetched from it by then."""

    depot: str
    part: str
    at: datetime
    missing: int


def shortages(depots: Sequence[Depot], loads: Iterable[Load]) -> tuple[Shortage, ...]:
    """Find what cannot be fetched in time.

    Parameters
    ----------
    depots
        Shelves and what is on its way to them.
    loads
        Everything that anybody fetches.

    Returns
    -------
    tuple of Shortage
        At most one for each depot and part: its first one, with the pieces missing at the
        worst moment.
    """
    wanted: dict[tuple[str, str], list[Load]] = defaultdict(list)
    for load in sorted(loads, key=lambda one: one.at):
        wanted[load.depot, load.part].append(load)
    shelves = {depot.id: depot for depot in depots}
    found = []
    for (id, part), row in sorted(wanted.items()):
        depot = shelves.get(id)
        have = 0 if depot is None else depot.stock_of(part)
        if have is None:
            continue
        came = () if depot is None else depot.inbound
        gone, first, worst = 0, None, 0
        for load in row:
            gone += load.quantity
            supply = sum(
                one.quantity for one in came if one.part == part and one.available_from <= load.at
            )
            lack = gone - have - supply
            if lack > 0:
                first = first or load.at
                worst = max(worst, lack)
        if first is not None:
            found.append(Shortage(id, part, first, worst))
    return tuple(found)


def without_loads(depots: Sequence[Depot], loads: Iterable[Load]) -> tuple[Depot, ...]:
    """Take the pieces others fetch out of stock and deliveries.

    Parameters
    ----------
    depots
        Shelves as they are, with what is on its way to them.
    loads
        What others fetch; unlimited parts give without becoming fewer.

    Returns
    -------
    tuple of Depot
        Whoever fetches from these can do so next to the others at any time.

    Notes
    -----
    Each load is taken from the delivery that comes last before it, the shelf standing for the
    first delivery of all. What is left is then available as early as it can be: in a matching of
    loads to pieces that suits everybody, the pieces of two loads that both could have either may
    be exchanged.
    """
    wanted: dict[str, list[Load]] = defaultdict(list)
    for load in sorted(loads, key=lambda one: one.at):
        wanted[load.depot].append(load)
    return tuple(_drawn(depot, wanted.get(depot.id, ())) for depot in depots)


def _drawn(depot: Depot, loads: Sequence[Load]) -> Depot:
    if depot.stock is None or not loads:
        return depot
    stock = dict(depot.stock)
    inbound = sorted(depot.inbound, key=lambda one: one.available_from)
    left = [one.quantity for one in inbound]
    for load in loads:
        have, rest = stock.get(load.part, 0), load.quantity
        if have is None:
            continue
        for place in reversed(range(len(inbound))):
            came = inbound[place]
            if came.part == load.part and came.available_from <= load.at:
                taken = min(rest, left[place])
                rest, left[place] = rest - taken, left[place] - taken
        stock[load.part] = max(0, have - rest)
    kept = zip(inbound, left, strict=True)
    return replace(
        depot, stock=stock, inbound=tuple(replace(one, quantity=q) for one, q in kept if q)
    )
