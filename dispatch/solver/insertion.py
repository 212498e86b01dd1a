"""Compiled insertion: the cheapest place of a visit in a route, a pickup on the way included.

Every place is priced exactly by the clock. Prices are remembered under a hash of the route and
the visit, so a route that did not change, or that comes back after an undo, is not priced again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.base_route import find_base
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.equipment import CERTAIN, LACKING, POSSIBLE, bringing
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    BASE,
    BUCKET_CUM,
    BUCKET_PTR,
    BUCKETS,
    CACHE,
    CACHE_KEY,
    CACHE_SIZE,
    CHAIN,
    CHAIN_PTR,
    DEPOTS,
    ENGINEER,
    FAIR_RATE,
    HASH,
    LENGTH,
    LINKED,
    LOW,
    MULTI_SHIFT,
    NEEDS,
    OUT,
    OWN_LOW,
    PART,
    PART_PTR,
    PARTS,
    ROUTE,
    SHIFTS,
    STOOD,
    STOPS,
    USED,
    VAN,
    VISITS,
)
from dispatch.solver.pickup_places import places_with_pickup
from dispatch.solver.plain_places import (
    DELTA,
    OPTION,
    PICKUP_AT,
    POSITION,
    STRIPPED,
    WAIT,
    plain_places,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_state import refresh
from dispatch.solver.search_state import CACHED, WAYS_TO_REMEMBER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


PLENTY = 12
"""Stock that no single route uses up; a price that is wrong for it is found out by `put`."""

AT_LEAST = 0x5DEECE66D1B2C3A5
"""Turns the key of a price into the key of a lower bound of it."""


@kernel
def is_kept(w: Buffer, v: int) -> bool:
    """Whether the price of a visit on a shift is worth remembering.

    A linked visit moves the bounds of others, and fair loads over several shifts make every price
    depend on every route of the engineer.
    """
    if w[w[LINKED] + v] == 1:
        return False
    return w[MULTI_SHIFT] == 0 or w[FAIR_RATE] == 0


@kernel
def stock_key(w: Buffer, st: Buffer, v: int) -> int:
    """A hash of what depots can still give of the parts that a visit needs.

    More than a route can want is the same as `PLENTY`, so what routes elsewhere draw from a full
    depot makes no price forgotten.
    """
    key = 0
    if w[BUCKETS] == 0:
        return key
    for j in range(w[w[PART_PTR] + v], w[w[PART_PTR] + v + 1]):
        for d in range(w[DEPOTS]):
            row = w[BUCKET_PTR] + d * w[PARTS] + w[w[PART] + j]
            drawn = 0
            for b in range(w[row], w[row + 1]):
                drawn += st[st[USED] + b]
                left = min(w[w[BUCKET_CUM] + b] - drawn, PLENTY)
                key += left * (2 * b + 1) * 0x1B873593CC9E2D51
    return key


@kernel
def price_key(w: Buffer, st: Buffer, v: int, shift: int, stock: int) -> int:
    """The key under which the price of a visit on a shift, as it is now, is remembered.

    It covers the route, what depots give (`stock_key`) and what the other shifts of the engineer
    take from the van. What escapes it, the other parts of the route, is found out by `put`.
    """
    key = st[st[HASH] + shift] + (v + 1) * 0x2545F4914F6CDD1D + stock
    if w[MULTI_SHIFT] == 1 and w[w[NEEDS] + v] == 1:
        engineer = w[w[ENGINEER] + shift]
        for i in range(w[w[CHAIN_PTR] + engineer], w[w[CHAIN_PTR] + engineer + 1]):
            other = w[w[CHAIN] + i]
            if other != shift:
                for j in range(w[w[PART_PTR] + v], w[w[PART_PTR] + v + 1]):
                    at = other * w[PARTS] + w[w[PART] + j]
                    key += st[st[VAN] + at] * (2 * at + 1) * 0x369DEA0F31A53F85
    return key


@kernel
def price_slot(w: Buffer, st: Buffer, v: int, shift: int) -> int:
    """Where the price of a visit on a shift is remembered, beside those on other states of it."""
    way = (st[st[HASH] + shift] >> 7) & (WAYS_TO_REMEMBER - 1)
    return (WAYS_TO_REMEMBER * (v * w[SHIFTS] + shift) + way) & (st[CACHE_SIZE] - 1)


@kernel
def cheapest(w: Buffer, st: Buffer, v: int, shift: int, lead: int, bare: bool, limit: int) -> int:
    """Price the cheapest feasible place of a visit in a route.

    Parameters
    ----------
    v, shift
        The visit, which is not in the route, and the shift.
    lead
        `v` if this shift would carry the money of a crew visit, else -1.
    bare
        Whether tools and parts come from another member of the crew.
    limit
        What another shift asks: a place that costs as much or more need not be found.

    Returns
    -------
    The added cost, `INFEASIBLE` if there is no place, `limit` if there is none below it; `out` holds the place: position before
    which the visit goes, position before which a pickup goes (-1: none), its option, whether the
    pickups of the route are dropped first, and the bound that its start waits for.
    """
    if w[w[ALLOWED] + v * w[SHIFTS] + shift] == 0 or st[st[LENGTH] + shift] + 3 > st[STOPS]:
        return INFEASIBLE
    needs = w[w[NEEDS] + v] == 1 and not bare
    keep = is_kept(w, v)
    slot = price_slot(w, st, v, shift)
    key = price_key(w, st, v, shift, stock_key(w, st, v)) if keep else 0
    if keep and st[st[CACHE_KEY] + 2 * slot] == key:
        for f in range(CACHED):
            st[st[OUT] + f] = st[st[CACHE] + slot * CACHED + f]
        return st[st[OUT] + DELTA]
    # Whether pickups are looked for depends on whether the route as it is can take the visit.
    st[st[OUT] + DELTA] = INFEASIBLE if needs else limit
    st[st[OUT] + STRIPPED] = 0
    st[st[OUT] + WAIT] = -FOREVER
    st[st[OUT] + PICKUP_AT] = -1
    aboard = bringing(w, st, v, shift) if needs else CERTAIN
    if aboard != LACKING:
        plain_places(w, st, v, shift, lead, aboard == POSSIBLE)
    found = st[st[OUT] + DELTA] < (INFEASIBLE if needs else limit)
    if needs and not found:
        st[st[OUT] + DELTA] = limit
        places_with_pickup(w, st, v, shift, lead)
        found = st[st[OUT] + DELTA] < limit
    if keep:
        exact = found or limit == INFEASIBLE
        st[st[CACHE_KEY] + 2 * slot] = key if exact else key ^ AT_LEAST
        st[st[CACHE_KEY] + 2 * slot + 1] = st[st[OUT] + DELTA]
        for f in range(CACHED):
            st[st[CACHE] + slot * CACHED + f] = st[st[OUT] + f]
    return st[st[OUT] + DELTA]


@kernel
def put(w: Buffer, st: Buffer, v: int, shift: int) -> bool:
    """Insert a visit at the place in `out`; the bank and the crew are the caller's matter.

    Where the remembered price was not true any more the route stays as it was, and False is told.
    """
    count, stripped = st[st[LENGTH] + shift], st[st[OUT] + STRIPPED] == 1
    length = count
    for i in range(length):
        st[st[STOOD] + i] = st[st[ROUTE] + shift * st[STOPS] + i]
    stood = st[STOOD]
    if stripped:
        count = find_base(w, st, shift)
        stood = st[BASE]
    route, at = st[ROUTE] + shift * st[STOPS], 0
    for i in range(count + 1):
        if stripped and i == st[st[OUT] + PICKUP_AT]:
            st[route + at] = w[VISITS] + st[st[OUT] + OPTION]
            at += 1
        if i == st[st[OUT] + POSITION]:
            st[route + at] = v
            at += 1
        if i < count:
            st[route + at] = st[stood + i]
            at += 1
    st[st[LENGTH] + shift] = at
    if st[st[OUT] + WAIT] > st[st[LOW] + v]:
        st[st[LOW] + v] = st[st[OWN_LOW] + v] = st[st[OUT] + WAIT]
    if refresh(w, st, shift):
        return True
    for i in range(length):
        st[st[ROUTE] + shift * st[STOPS] + i] = st[st[STOOD] + i]
    st[st[LENGTH] + shift] = length
    refresh(w, st, shift)
    return False
