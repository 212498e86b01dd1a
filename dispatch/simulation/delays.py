"""Whether a finish earlier or later than planned is a reason to plan anew."""

from __future__ import annotations

from dispatch.domain import StopKind
from dispatch.simulation.field_work import FieldWork
from dispatch.simulation.people import Worker

__all__ = ["upsets"]

MOVED_S = 3600
"""A start later by more than this is a call to the customer."""
OVERTIME_S = 1800
"""So much overtime nobody makes a fuss about."""


def upsets(work: FieldWork, worker: Worker) -> bool:
    """Follow what is ahead of somebody: whether a promise breaks, or the day does not end.

    A delay that changes nothing for anybody is no reason to plan anew, and more plans are more
    chances for two worlds to drift apart without need.
    """
    shift = worker.shift
    if shift is None:
        return False
    at, place = work.now, worker.place
    for stop in work.queue(worker):
        if stop.kind is StopKind.BREAK:
            at = max(at, stop.start) + stop.length
            continue
        target = stop.place or place
        at += max(0, work.way(place, target))
        place = target
        if stop.kind is StopKind.PICKUP:
            opens = work.shelves.opens(stop.depot or "", at)
            if opens is None:
                return True
            at = opens + stop.length
            continue
        one = work.wanted[stop.visit or ""]
        if one.arrive_by is not None and stop.start <= one.arrive_by < at:
            return True
        start = work.earliest(one, at)
        if start is None or start > stop.start + MOVED_S:
            return True
        at = start + work.world.work(worker.id, one.visit)
    home = at + max(0, work.way(place, shift.shift.end_location))
    return home > min(shift.limit, shift.end + OVERTIME_S)
