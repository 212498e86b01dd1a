"""Where everything stands in the two flat buffers of compiled code.

Compiled functions get the problem as one int64 buffer `w` and the search as another, `st`. A
group of forty arrays passed to a compiled function is forty structures copied at each call and a
long compilation; a flat buffer is one. The first cells of a buffer are its header: scalars, and
the offset of each table. `w[w[LOC] + node]` reads the location of a node, and
`st[st[ROUTE] + shift * st[STOPS] + i]` the i-th stop of a route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# The header of `w`: scalars first.
(
    VISITS,
    NODES,
    SHIFTS,
    ENGINEERS,
    PLACES,
    PARTS,
    WORDS,
    OPTIONS,
    DEPOTS,
    NEAR_WIDTH,
    BUCKETS,
    MULTI_SHIFT,
    NOW,
    WORKING_TIME,
    GAINING,
    HOMES_WIDTH,
    FAIR_RATE,
    WORST_RATE,
) = range(18)

# Offsets of tables by node (visits, then pickup options).
(
    LOC,
    WORK,
    WIN_PTR,
    WIN_LO,
    WIN_HI,
    SLA_BY,
    SLA_FEE,
    SLA_RATE,
    DUE_IDEAL,
    DUE_EARLY,
    DUE_LATE,
    PROMISE_LO,
    PROMISE_HI,
    PROMISE_PRICE,
    SIDE,
    PIN_POSITION,
    STARTED,
    CREW,
    GAINS,
) = range(18, 37)

# Offsets of tables by shift, the breaks, the matrices.
(
    ENGINEER,
    SHIFT_START,
    SHIFT_END,
    SHIFT_LIMIT,
    SHIFT_FROM,
    SHIFT_TO,
    MAX_TRAVEL,
    FIXED_START,
    PROFILE,
    PER_SHIFT,
    PER_HOUR,
    PER_OVERTIME,
    PER_KM,
    BRK_PTR,
    BRK_LO,
    BRK_HI,
    BRK_WORK,
    WAYS,
    SUBTLE,
) = range(37, 56)

# Offsets of the tables that only the search reads.
(
    ALLOWED,
    ENGINEER_TOOLS,
    VISIT_TOOLS,
    DEPOT_TOOLS,
    NEEDS,
    PART_PTR,
    PART,
    QUANTITY,
    STOCK,
    OPTION_DEPOT,
    OPTION_SHIFT,
    SUPPLY,
    BUCKET_PTR,
    BUCKET_TIME,
    BUCKET_CUM,
    CHAIN_PTR,
    CHAIN,
    NEAR,
    RANK,
    REMOVABLE,
    BEFORE_PTR,
    BEFORE,
    BEFORE_MIN,
    BEFORE_MAX,
    BEHIND_PTR,
    BEHIND,
    PIN_PTR,
    PIN_SHIFT,
    LINKED,
    OPENS,
    CLOSES,
    FIXED_LOADS,
    CREW_WISH,
    CREW_CHANGE,
    WISHED,
    REMOTE,
    TWIN,
    HOMES,
    UNPOPULAR,
    HISTORY,
    CHOICE_PTR,
    CHOICE,
) = range(56, 98)

# Offsets of what was under way at `now`: a table by node, two by shift.
UNDER_WAY, RETURNING, SHIFT_LEFT = 98, 99, 100

# All linked visits, and how many there are.
LINK, LINKS = 101, 102

# 1 where every leg is as long one way as the other.
TWO_WAY = 103

# Cells of a tail: the last ones are there only where there are breaks or stops cost money.
TAIL_WIDTH = 104

WORLD_HEADER = 105

# The header of `st`: scalars first.
(
    BANKED,
    TOTAL,
    LEFT_OUT,
    WORST,
    TOUCHED_COUNT,
    NOTED_COUNT,
    STOPS,
    RESTS,
    CREW_WIDTH,
    CACHE_SIZE,
    ROUND,
    STEP,
    REMOVED,
    LONGEST,
    EMPTYING,
) = (0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)

# Offsets of the tables by visit, then of the tables by route.
(
    WHERE,
    MEMBER,
    LOW,
    HIGH,
    OWN_LOW,
    OWN_HIGH,
    CREW_TIME,
    CREW_LATE,
    REBATE,
    BANK,
    AT_BANK,
    USED,
) = range(18, 30)
(
    ROUTE,
    LENGTH,
    COST,
    SIDE_COST,
    HASH,
    LABELS,
    TRAVEL,
    METRES_RUN,
    TAIL,
    VAN,
    DRAWN,
    WORKED,
    MOST_LATE,
) = range(30, 43)

# Offsets of what a copy of a solution does not need: caches and scratch space.
(
    RNG,
    CACHE_KEY,
    CACHE,
    SEQ,
    BASE,
    BASE_LABELS,
    BASE_TAIL,
    FLOW,
    PARENT,
    VAN_NEED,
    KEPT,
    LOADS,
    DRAW,
    OUT,
    MARK,
    TOUCHED,
    IS_TOUCHED,
    ORDER,
    SCORE,
    PENALTY,
    BOUND,
    SEEN,
    NOTED,
    IS_NOTED,
    CHOSEN,
    TRACE,
    TEAM,
    TEAM_BARE,
    TEAM_LEAD,
    KEPT_LOW,
    LEAST,
    FAMILY,
    STALE,
    IS_STALE,
) = range(43, 77)

# Scalars: the ring of routes that must be timed again, and whether visits placed push others.
STALE_HEAD, STALE_COUNT, PUSHING = 77, 78, 79

# The memory of routes: its offset, how many it holds and in how many cells each, how often one of
# them is planted (per mille of the steps), and how good a plan must be to have its routes kept.
MEMORY, MEMORY_CELLS, MEMORY_WIDTH, PLANTING, GOOD = range(80, 85)

# Remembered routes that recombination finds promising: how many, and where they stand in the memory.
FAVOURITES, FAVOURED = 85, 86

# Shifts to which the step has given a remembered route.
PLANTED = 102

# Linked visits that a step may have moved: a list, and by visit the relink that put it there; how
# many relinks there were, and whether the step began with the least starts of its orders.
AFFECTED, IS_AFFECTED, RELINKS, SOUND = 87, 88, 89, 90

# Routes without their free pickups: where the one at hand has come before each stop, bounds of pickups
# in it with one visit, the table of all that are kept, how many it has room for and in how many cells
# each, and bounds of pickups in the one at hand.
BASE_RUN, PICKUP_BOUND, BASES, BASE_ROOM, BASE_CELLS, BASE_BOUNDS = 91, 92, 97, 98, 99, 100

# The stops of a route before a visit is put into it.
STOOD = 93

# By part, the latest free pickup so far that has it.
SOURCE = 96

# The visit around which a large day is searched for a while, and in how many steps more.
FOCUS, FOCUS_LEFT = 94, 95

# By route and stop, the hash of the route up to it that its labels and travel belong to.
TIMED = 101

STATE_HEADER = 103
DECIDING = RNG
"""Tables from this one on are not part of a copy of a solution."""


def pack(header: int, scalars: Mapping[int, int], tables: Mapping[int, Any]) -> NDArray[np.int64]:
    """Lay scalars and tables out in one buffer.

    Parameters
    ----------
    header
        Length of the header.
    scalars
        Header cell -> value.
    tables
        Header cell -> integer array of any shape; the cell receives the table's offset. Tables
        stand in the order of the mapping.
    """
    given = {cell: np.asarray(t, dtype=np.int64) for cell, t in tables.items()}
    buffer = np.zeros(header + sum(t.size for t in given.values()), dtype=np.int64)
    for cell, value in scalars.items():
        buffer[cell] = value
    at = header
    for cell, table in given.items():
        buffer[cell] = at
        # One zero broadcast over a table stands for memory that nobody has touched yet: writing
        # zeros over it would cost more than a short search.
        if any(table.strides) or (table.size and table.flat[0] != 0):
            buffer[at : at + table.size] = table.ravel()
        at += table.size
    return buffer
