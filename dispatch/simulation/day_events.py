"""What happens in an operation, and what of it makes a policy think."""

from __future__ import annotations

from enum import Enum, IntEnum

__all__ = ["Event", "Trigger"]


class Event(IntEnum):
    """Things that happen; of one second, the earlier in this list happen first."""

    FINISHES = 0
    ARRIVES = 1
    FALLS_ILL = 3
    SHIFT_ENDS = 4
    DAY_BEGINS = 5
    SHIFT_STARTS = 6
    REQUEST = 7
    TICK = 8
    REPORT = 9
    LEAVES = 10
    LINGERS = 11
    WAITED = 12
    BASE_DECIDES = 13


class Trigger(Enum):
    """News that a policy may want to act on."""

    SHIFT = "somebody begins to work"
    REQUEST = "a request came in"
    FREE = "somebody is free"
    LATE = "a stop takes longer than planned"
    DROPPED = "a stop cannot be made any more"
    ILLNESS = "somebody fell ill"
    TICK = "the clock of the policy"
    BASE = "the base decides something in the same future"
