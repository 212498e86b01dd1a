"""A warehouse where parts and tools are picked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.domain.checks import (
    require_aware,
    require_count,
    require_duration,
    require_id,
    require_quantities,
    require_unique,
)
from dispatch.domain.window import TimeWindow

__all__ = ["Depot", "Inbound"]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A delivery to a depot: ``quantity`` of ``part`` can be loaded from an instant on."""

    part: str
    quantity: int
    available_from: datetime

    def __post_init__(self) -> None:
        require_id("part", self.part)
        require_count("quantity", self.quantity, 1)
        require_aware("available_from", self.available_from)


@dataclass(frozen=True, slots=True)
class Depot:
    """A warehouse (contract section 3, ``depots``; readings in 4a).

    Parameters
    ----------
    id, location
        Its own id and that of its place.
    stock
        Pieces of each part on the shelf now. None: everything without limit; a quantity of
        None: that part without limit; a part not named: none of it.
    tools
        Tools that every pickup here makes available until the shift ends; not exclusive.
    pickup_duration
        Time of one pickup, never scaled.
    opening
        A pickup starts and finishes inside one of them; empty: always open.
    inbound
        Deliveries that add to the stock later.
    """

    id: str
    location: str
    stock: Mapping[str, int | None] | None = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    pickup_duration: timedelta = timedelta(0)
    opening: tuple[TimeWindow, ...] = ()
    inbound: tuple[Inbound, ...] = ()

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("location", self.location)
        require_quantities("stock", self.stock or {})
        require_unique("tools", self.tools)
        require_duration("pickup_duration", self.pickup_duration)

    def stock_of(self, part: str) -> int | None:
        """Pieces of a part on the shelf, without deliveries; None: without limit."""
        return None if self.stock is None else self.stock.get(part, 0)

    def ever_has(self, part: str) -> bool:
        """Tell whether the part is on the shelf or will be delivered."""
        return self.stock_of(part) != 0 or any(one.part == part for one in self.inbound)
