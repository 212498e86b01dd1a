"""Routes that engineers confirm, in the words of the wire."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Day, Instant, Moment, Record
from dispatch.operations.route_confirmation import Confirmation

__all__ = ["ConfirmIn", "ConfirmationList", "ConfirmationOut", "confirmation_out"]


class ConfirmIn(Record):
    """That a route was seen."""

    date: Day
    fingerprint: str = Field(
        strict=True, pattern="^[0-9a-f]{32}$", description="Of the route that was shown."
    )
    occurred_at: Moment = Field(description="By the clock of the device.")


class RouteChangeOut(Out):
    """A difference to the route that was confirmed last."""

    kind: str = Field(description="added, removed or moved.")
    visit: str | None
    depot: str | None
    title: str
    before: str | None = Field(description="Planned start; null where it was not on the route.")
    after: str | None


class ConfirmationOut(Out):
    """How a route stands to its engineer."""

    engineer: str
    date: Day
    plan_version: int | None
    fingerprint: str
    state: str = Field(description="confirmed, changed, new (never confirmed) or empty.")
    confirmed_at: Instant | None
    changes: list[RouteChangeOut]


class ConfirmationList(Out):
    """All routes of a day."""

    date: Day
    items: list[ConfirmationOut]


def confirmation_out(found: Confirmation) -> ConfirmationOut:
    """Write how a route stands as an answer."""
    return ConfirmationOut(
        engineer=found.engineer,
        date=found.day,
        plan_version=found.plan_version,
        fingerprint=found.fingerprint,
        state=found.state,
        confirmed_at=found.confirmed_at,
        changes=[RouteChangeOut.model_validate(one) for one in found.changes],
    )
