"""Offering appointments: what a request would cost in each window of the next days."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from dispatch.domain.local_time import zone_named
from dispatch.errors import Conflict
from dispatch.operations.company import company_settings
from dispatch.operations.insertion import freeze_of
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.nearby import Neighbourhood, read_neighbourhood
from dispatch.operations.records.base import Identifier, Money
from dispatch.operations.replanning_policy import replanning_policy
from dispatch.operations.risk import risk_model
from dispatch.operations.runs import DEFAULT_REGION
from dispatch.operations.snapshot import PlanningSpan
from dispatch.planning.slots import Demand, Offer, cut_windows, offers
from dispatch.store import UnitOfWork
from dispatch.store.tables import RequestRow, SlotRow

__all__ = ["SlotQuery", "expected_demand", "offer_slots"]

OFFER_LASTS = timedelta(minutes=30)
LOOKED_BACK = timedelta(days=28)
URGENT = ("critical", "major")


class SlotQuery(RequestRecord):
    """A request that is not yet one, and how far to look for an appointment."""

    region: Identifier = Field(default=DEFAULT_REGION, description="Whose plan is looked at.")
    days: Annotated[int, Field(strict=True, ge=1, le=14)] = 3
    window_minutes: Annotated[int, Field(strict=True, ge=30, le=24 * 60)] = 120
    most: Annotated[int, Field(strict=True, ge=1, le=20)] = 5
    displaced_price: Money = Field(
        default=20_000, description="What an urgent request without its engineer costs."
    )


def offer_slots(work: UnitOfWork, query: SlotQuery) -> list[SlotRow]:
    """Find the best windows and keep them as offers.

    The request is made for a moment, so that exactly what it would need is priced, and is taken
    back again; only the offers stay.

    Raises
    ------
    Conflict
        When nobody would drive for such a request.
    """
    record = RequestRecord(
        **query.model_dump(exclude={"region", "days", "window_minutes", "most", "displaced_price"})
    )
    demand = expected_demand(work, query.displaced_price)
    model = risk_model(work)
    found: list[tuple[Offer, Neighbourhood]] = []
    with work.tentatively():
        row = report(work, record)
        visit = work.work.visit_of_request(row.id)
        if visit is None:
            raise Conflict(f"slots: nobody drives for a {record.severity}, expected a fault")
        policy = replanning_policy(work)
        for span in _spans(work, query):
            near = _near(work, visit.id, span, freeze_of(policy))
            if near is None or near.case.now is None:
                continue
            needed = next(one for one in near.case.visits if one.id == visit.id)
            settings = company_settings(work)
            windows = cut_windows(
                needed,
                settings.window(span.day, span.until),
                first=near.case.now,
                length=timedelta(minutes=query.window_minutes),
            )
            priced = offers(near.case, visit.id, windows, demand=demand, model=model)
            found += [(one, near) for one in priced]
    found.sort(key=lambda one: (one[0].total, one[0].window.start))
    rows = [_row(work, query, record, offer, near) for offer, near in found[: query.most]]
    for slot in rows:
        work.catalogue.add(slot)
    work.tell("slots_offered", record.site, {"slots": [slot.id for slot in rows]})
    return rows


def _spans(work: UnitOfWork, query: SlotQuery) -> list[PlanningSpan]:
    """One span for each of the next local days: that of the plan in force, or the day alone."""
    today = company_settings(work).local_day(work.now)
    spans = []
    for ahead in range(query.days):
        day = today + timedelta(days=ahead)
        covering = [
            one
            for one in work.plans.all_current()
            if one.region == query.region and one.day <= day < one.until
        ]
        plan = max(covering, key=lambda one: one.day, default=None)
        span = PlanningSpan(query.region, day, day + timedelta(days=1))
        if plan is not None:
            span = PlanningSpan(plan.region, plan.day, plan.until)
        if span not in spans:
            spans.append(span)
    return spans


def _near(
    work: UnitOfWork, visit: str, span: PlanningSpan, freeze: timedelta
) -> Neighbourhood | None:
    near = read_neighbourhood(work, visit, span, freeze=freeze)
    return near if any(True for _ in near.case.shifts()) else None


def _row(
    work: UnitOfWork, query: SlotQuery, record: RequestRecord, offer: Offer, near: Neighbourhood
) -> SlotRow:
    details: dict[str, Any] = {
        "base_plan": near.base_plan,
        "leave": offer.leave.isoformat(),
        "arrive": offer.arrive.isoformat(),
        "price": offer.price,
        "opportunity": offer.opportunity,
        "sla_effect": offer.sla_effect,
        "kept_probability": offer.kept_probability,
        "moved": list(offer.moved),
        "loads": [
            {"depot": one.depot, "part": one.part, "quantity": one.quantity}
            | {"at": one.at.isoformat()}
            for one in offer.loads
        ],
    }
    return SlotRow(
        id=str(uuid.uuid4()),
        state="offered",
        region=query.region,
        day=near.span.day,
        draft=record.model_dump(mode="json"),
        start=offer.window.start,
        end=offer.window.end,
        engineer_id=offer.engineer,
        shift_id=offer.shift,
        work_start=offer.start,
        work_finish=offer.finish,
        price=offer.total,
        details=details,
        offered_by=work.actor,
        offered_at=work.now,
        expires_at=work.now + OFFER_LASTS,
    )


def expected_demand(work: UnitOfWork, displaced_price: int) -> Demand:
    """Urgent requests per local hour of day, counted over the last four weeks."""
    zone = zone_named(company_settings(work).zone)
    since: datetime = work.now - LOOKED_BACK
    counts = [0] * 24
    for row in work.catalogue.all(RequestRow):
        if row.severity in URGENT and since <= row.reported_at <= work.now:
            counts[row.reported_at.astimezone(zone).hour] += 1
    days = LOOKED_BACK / timedelta(days=1)
    return Demand(tuple(count / days for count in counts), displaced_price)
