"""Stock that is finite: what lies where, what is reserved, what is on its way.

A piece is in exactly one place until it is consumed. Every change gives a new `Stock`, and a
change that would create, lose or promise a piece twice is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dispatch.domain.checks import require_aware, require_count, require_id, require_unique
from dispatch.errors import Conflict, NotFound

__all__ = ["Delivery", "Reservation", "Stock", "StockLevel"]


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Pieces of one part at one place (a depot or an engineer's van).

    Parameters
    ----------
    place, part
        Id of the depot or of the engineer, and of the part.
    on_hand
        Pieces that lie there.
    """

    place: str
    part: str
    on_hand: int

    def __post_init__(self) -> None:
        require_id("place", self.place)
        require_id("part", self.part)
        require_count("on_hand", self.on_hand)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Pieces at one place that are promised to one visit.

    Parameters
    ----------
    id, visit
        Its id, and that of the visit it is for.
    place, part, quantity
        What is promised.
    expires
        When the promise falls away by itself; None: never.
    """

    id: str
    visit: str
    place: str
    part: str
    quantity: int
    expires: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("id", "visit", "place", "part"):
            require_id(name, getattr(self, name))
        require_count("quantity", self.quantity, 1)
        require_aware("expires", self.expires)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Pieces on their way to a depot."""

    id: str
    place: str
    part: str
    quantity: int
    available_from: datetime

    def __post_init__(self) -> None:
        for name in ("id", "place", "part"):
            require_id(name, getattr(self, name))
        require_count("quantity", self.quantity, 1)
        require_aware("available_from", self.available_from)


@dataclass(frozen=True, slots=True)
class Stock:
    """All stock levels, reservations and deliveries of the company at one instant.

    Parameters
    ----------
    levels
        Pieces by place and part; what is missing counts as none.
    reservations, deliveries
        By id; together the reservations of a place and part never exceed what lies there.
    """

    levels: Mapping[tuple[str, str], int] = field(default_factory=dict)
    reservations: Mapping[str, Reservation] = field(default_factory=dict)
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (place, part), quantity in self.levels.items():
            require_count(f"{place}/{part}", quantity)
        for place, part in {(one.place, one.part) for one in self.reservations.values()}:
            if self.available(place, part) < 0:
                raise Conflict(
                    f"stock of {part} at {place}: {self.reserved(place, part)} reserved,"
                    f" expected at most {self.on_hand(place, part)}"
                )

    @classmethod
    def of(
        cls,
        levels: Iterable[StockLevel],
        reservations: Iterable[Reservation] = (),
        deliveries: Iterable[Delivery] = (),
    ) -> Stock:
        """Build the stock from lists; each place and part, and each id, at most once."""
        levels, reservations = tuple(levels), tuple(reservations)
        deliveries = tuple(deliveries)
        require_unique("levels", (f"{one.place}/{one.part}" for one in levels))
        require_unique("reservations", (one.id for one in reservations))
        require_unique("deliveries", (one.id for one in deliveries))
        return cls(
            {(one.place, one.part): one.on_hand for one in levels},
            {one.id: one for one in reservations},
            {one.id: one for one in deliveries},
        )

    def on_hand(self, place: str, part: str) -> int:
        """Pieces that lie at a place, reserved or not."""
        return self.levels.get((place, part), 0)

    def reserved(self, place: str, part: str) -> int:
        """Pieces at a place that are promised to visits."""
        return sum(
            one.quantity
            for one in self.reservations.values()
            if (one.place, one.part) == (place, part)
        )

    def available(self, place: str, part: str) -> int:
        """Pieces at a place that nobody has been promised."""
        return self.on_hand(place, part) - self.reserved(place, part)

    def free_for(self, place: str, part: str, visits: Collection[str]) -> int:
        """Pieces at a place that the given visits may use: all but those promised to others."""
        return self.on_hand(place, part) - sum(
            one.quantity
            for one in self.reservations.values()
            if (one.place, one.part) == (place, part) and one.visit not in visits
        )

    def total(self, part: str) -> int:
        """Pieces of a part at all places together, without deliveries."""
        return sum(quantity for (_, name), quantity in self.levels.items() if name == part)

    def reserve(self, reservation: Reservation) -> Stock:
        """Promise pieces to a visit.

        Raises
        ------
        Conflict
            When fewer are available, or the id is taken by another reservation.
        """
        known = self.reservations.get(reservation.id)
        if known == reservation:
            return self
        if known is not None:
            raise Conflict(
                f"reservation {reservation.id!r}: already taken by visit {known.visit!r}"
            )
        self.require_available(reservation.place, reservation.part, reservation.quantity)
        return replace(self, reservations={**self.reservations, reservation.id: reservation})

    def release(self, reservation_id: str) -> Stock:
        """Give promised pieces free again.

        Raises
        ------
        NotFound
            When there is no such reservation.
        """
        self._reservation(reservation_id)
        return self._without(reservation_id)

    def release_expired(self, now: datetime) -> Stock:
        """Give free what was promised only until `now` or earlier."""
        kept = {
            key: one
            for key, one in self.reservations.items()
            if one.expires is None or one.expires > now
        }
        return replace(self, reservations=kept)

    def consume(
        self, place: str, part: str, quantity: int, reservation: str | None = None
    ) -> Stock:
        """Use up pieces at a place.

        Parameters
        ----------
        place, part, quantity
            What is used up.
        reservation
            The reservation it was promised under; it ends with this, also when fewer pieces
            were used, and must be for the same place and part.

        Raises
        ------
        Conflict
            When the pieces are not there, or are promised to others.
        NotFound
            When there is no such reservation.
        """
        rest = self
        if reservation is not None:
            promised = self._reservation(reservation)
            if (promised.place, promised.part) != (place, part):
                raise Conflict(
                    f"reservation {reservation!r}: for {promised.part} at {promised.place},"
                    f" expected {part} at {place}"
                )
            rest = self._without(reservation)
        rest.require_available(place, part, quantity)
        return rest.with_level(place, part, rest.on_hand(place, part) - quantity)

    def move(self, part: str, quantity: int, origin: str, target: str) -> Stock:
        """Carry pieces from one place to another; reservations stay where they are.

        Raises
        ------
        Conflict
            When fewer are available at the origin.
        """
        self.require_available(origin, part, quantity)
        taken = self.with_level(origin, part, self.on_hand(origin, part) - quantity)
        return taken.with_level(target, part, taken.on_hand(target, part) + quantity)

    def receive(self, delivery_id: str) -> Stock:
        """Put a delivery on the shelf.

        Raises
        ------
        NotFound
            When no such delivery is on its way, for example because it has been received.
        """
        if delivery_id not in self.deliveries:
            raise NotFound("delivery", delivery_id)
        came = self.deliveries[delivery_id]
        rest = {key: one for key, one in self.deliveries.items() if key != delivery_id}
        more = self.with_level(
            came.place, came.part, self.on_hand(came.place, came.part) + came.quantity
        )
        return replace(more, deliveries=rest)

    def require_available(self, place: str, part: str, quantity: int) -> None:
        """Refuse to promise or take more pieces than nobody has been promised."""
        require_count("quantity", quantity, 1)
        free = self.available(place, part)
        if free < quantity:
            raise Conflict(
                f"stock of {part} at {place}: {quantity} asked for, expected at most {free}"
                f" ({self.on_hand(place, part)} on hand, {self.reserved(place, part)} reserved)"
            )

    def with_level(self, place: str, part: str, quantity: int) -> Stock:
        """Set the pieces that lie at a place, as after counting them."""
        return replace(self, levels={**self.levels, (place, part): quantity})

    def _reservation(self, reservation_id: str) -> Reservation:
        if reservation_id not in self.reservations:
            raise NotFound("reservation", reservation_id)
        return self.reservations[reservation_id]

    def _without(self, reservation_id: str) -> Stock:
        kept = {key: one for key, one in self.reservations.items() if key != reservation_id}
        return replace(self, reservations=kept)
