"""Remember matrices, so that the same question is asked once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from threading import Lock

from dispatch.domain import Location
from dispatch.travel.matrix import TravelMatrix, TravelSource

__all__ = ["Cached"]


class Cached:
    """A source in front of another one; answers are kept by coordinates, not by ids.

    Safe to share between threads. A source that raises is asked again the next time.

    Parameters
    ----------
    source
        Whoever knows.
    profile
        Tells departures apart: equal profiles have equal matrices. Without it every departure
        is the same.
    capacity
        Matrices kept; the one not used for longest goes first.
    """

    def __init__(
        self,
        source: TravelSource,
        profile: Callable[[datetime], Hashable] | None = None,
        capacity: int = 8,
    ) -> None:
        self._source = source
        self._profile = profile
        self._capacity = capacity
        self._kept: OrderedDict[Hashable, TravelMatrix] = OrderedDict()
        self._lock = Lock()

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:
        """Give the matrix kept for these places and this profile, else ask and keep it."""
        # A place without coordinates can only be told by its id.
        spots = tuple(place.coordinates or place.id for place in places)
        key = (spots, self._profile(depart) if self._profile else None)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = self._source.matrix(places, depart)
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return answer
