"""The demand of a case to JSON, as `demand_json` reads it; scales of scenarios are not written."""

from __future__ import annotations

from datetime import time
from typing import Any

from dispatch.domain import Access, CoverageHours
from dispatch.domain.demand import (
    ArrivalTerms,
    Assumptions,
    Demand,
    DemandContract,
    Fault,
    OpenRequest,
    Source,
)
from dispatch.formats.iso_time import format_duration, format_instant

__all__ = ["demand_to_document"]


def demand_to_document(demand: Demand) -> dict[str, Any]:
    """Make the JSON document of a demand."""
    return {
        "zone": demand.zone or None,
        "hours": list(demand.hours),
        "weekdays": list(demand.weekdays),
        "months": list(demand.months),
        "contracts": [_contract(one) for one in demand.contracts],
        "sources": [_source(one) for one in demand.sources],
        "faults": [_fault(one) for one in demand.faults],
        "open_requests": [_open_request(one) for one in demand.open_requests],
        "assumptions": _assumptions(demand.assumptions),
    }


def _clock(value: time | None) -> str | None:
    return None if value is None else value.isoformat("minutes")


def _contract(one: DemandContract) -> dict[str, Any]:
    return {
        "id": one.id,
        "coverage": _coverage(one.coverage),
        "terms": {severity.value: _terms(terms) for severity, terms in one.terms.items()},
    }


def _terms(one: ArrivalTerms) -> dict[str, Any]:
    return {
        "arrive_within": format_duration(one.arrive_within),
        "breach_fee": one.breach_fee,
        "lateness_per_hour": one.lateness_per_hour,
        "priority": one.priority.value,
    }


def _coverage(one: CoverageHours) -> dict[str, Any]:
    return {
        "zone": one.zone,
        "opens": _clock(one.opens),
        "closes": _clock(one.closes),
        "country": one.working_days.country,
        "every_day": one.working_days.every_day,
    }


def _source(one: Source) -> dict[str, Any]:
    return {
        "id": one.id,
        "location": one.location,
        "type": one.type,
        "weight": one.weight,
        "customer": one.customer,
        "contract": one.contract,
        "territory": one.territory,
        "access": _access(one.access),
        "preferred": list(one.preferred),
    }


def _access(one: Access) -> dict[str, Any]:
    return {"opens": _clock(one.opens), "closes": _clock(one.closes), "every_day": one.every_day}


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "per_day": one.per_day,
        "duration": format_duration(one.duration),
        "severities": {severity.value: share for severity, share in one.severities.items()},
        "required_skills": [{"name": s.name, "min_level": s.min_level} for s in one.skills],
        "required_tools": list(one.tools),
        "parts": dict(one.parts),
        "crew_size": one.crew_size,
        "kind": one.kind.value,
        "priority": one.priority.value,
        "title": one.title,
    }


def _open_request(one: OpenRequest) -> dict[str, Any]:
    return {
        "visit": one.visit,
        "contract": one.contract,
        "reported_at": format_instant(one.reported_at),
        "customer": one.customer,
    }


def _assumptions(one: Assumptions) -> dict[str, Any]:
    lead = one.delivery_lead
    return {
        "illness_per_day": one.illness_per_day,
        "offline_share": one.offline_share,
        "offline_mean": format_duration(one.offline_mean),
        "delivery_lead": None if lead is None else format_duration(lead),
        "van_refill": one.van_refill,
        "spread": {
            **{kind: spread.sigma for kind, spread in sorted(one.risk.work.items())},
            "travel": one.risk.travel.sigma,
        },
    }
