"""Provisional places of urgent visits, and the policy of re-planning, as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.api.schemas.plans import ChangeOut, diff_out
from dispatch.api.schemas.requests import RequestOut
from dispatch.operations.insertion import ProvisionalPlace
from dispatch.operations.intake import RequestRecord
from dispatch.operations.records.base import Identifier, Instant, Record
from dispatch.operations.runs import DEFAULT_REGION

__all__ = [
    "InsertionIn",
    "InsertionOut",
    "UrgentRequestIn",
    "UrgentRequestOut",
    "insertion_out",
]


class InsertionIn(Record):
    """Whose plan is looked at."""

    region: Identifier = Field(default=DEFAULT_REGION, description="A territory, or all.")


class InsertionOut(Out):
    """Who would come to an urgent visit, and when; nothing is promised by it."""

    visit: str
    placed: bool = Field(description="Whether a place was found that leaves all others be.")
    engineers: list[str] = Field(description="The crew; empty when not placed.")
    shifts: list[str]
    arrive: Instant | None = Field(description="First arrival on site.")
    start: Instant | None
    finish: Instant | None
    late_s: int = Field(description="Lateness against the SLA; 0 when in time.")
    price: int | None = Field(
        description="What the plan costs more, minor units; null: there is nothing to compare with."
    )
    changes: list[ChangeOut] = Field(description="Visits of others whose start moves.")
    phone: list[str] = Field(description="Visits whose customers would have to be told.")
    base_plan: int | None = Field(description="Version it was looked up in.")
    run: str | None = Field(
        description="Id of the run that puts it into the whole plan; null: the policy starts none."
    )


class UrgentRequestIn(RequestRecord):
    """A request whose reporter wants to know at once who comes."""

    region: Identifier = Field(default=DEFAULT_REGION, description="A territory, or all.")


class UrgentRequestOut(Out):
    """The request with its clocks, and who would come."""

    request: RequestOut
    insertion: InsertionOut | None = Field(description="Null when nobody has to drive for it.")


def insertion_out(found: ProvisionalPlace) -> InsertionOut:
    """Write a provisional place as an answer."""
    one = found.insertion
    stops = list(one.stops.values())
    others = diff_out(0, 0, one.bill)
    shifts = [
        route.shift
        for route in (one.plan.routes if one.plan else ())
        if any(stop.visit == one.visit for stop in route.stops)
    ]
    return InsertionOut(
        visit=one.visit,
        placed=one.placed,
        engineers=sorted(one.stops),
        shifts=shifts,
        arrive=one.arrive,
        start=min((stop.start for stop in stops), default=None),
        finish=max((stop.finish for stop in stops), default=None),
        late_s=min((stop.late_s for stop in stops), default=0),
        price=one.price,
        changes=[change for change in others.changes if change.visit != one.visit],
        phone=others.phone,
        base_plan=found.base_plan,
        run=None if found.run is None else found.run.id,
    )
