"""The demand of a case that tells none: what is open now is taken for an ordinary day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from dispatch.domain.demand import ArrivalTerms, Demand, DemandContract, Fault, OpenRequest, Source
from dispatch.domain.severity import Severity
from dispatch.domain.snapshot import Case
from dispatch.domain.visit import Visit, VisitKind

__all__ = ["DERIVED_CONTRACT", "demand_of", "type_of"]

DERIVED_CONTRACT = "case"
"""Id of the contract that stands for whatever the case promises."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def demand_of(case: Case) -> Demand:
    """Give the demand of a case, derived from its visits where it tells none.

    Every corrective visit of the case is taken for what one place asks for once in a planning
    window, in the hours in which somebody works, with the SLA that visits of its severity have
    in the middle.
    """
    if case.demand is not None:
        return case.demand
    since = case.now or case.planning_window.start
    days = max(1.0, case.planning_window.length / DAY)
    asked = [visit for visit in case.visits if visit.kind is VisitKind.CORRECTIVE]
    promised = [visit for visit in case.visits if visit.sla is not None]
    return Demand(
        hours=_hours(case),
        contracts=(_contract(promised, since),),
        sources=tuple(
            Source(
                id=visit.id,
                location=visit.location,
                type=type_of(visit),
                contract=DERIVED_CONTRACT,
                preferred=visit.engineers.preferred,
            )
            for visit in asked
        ),
        faults=tuple(_faults(asked, days)),
        open_requests=tuple(OpenRequest(one.id, DERIVED_CONTRACT, since) for one in promised),
    )


def type_of(visit: Visit) -> str:
    """The type of work of a visit, read off what it requires."""
    skills = sorted(need.name for need in visit.required_skills)
    return skills[0] if skills else visit.kind.value


def _faults(asked: Sequence[Visit], days: float) -> list[Fault]:
    """One fault for each visit, at the mean rate of its type: any place may have any of them."""
    places = Counter(type_of(visit) for visit in asked)
    return [
        Fault(
            id=visit.id,
            per_day=1.0 / (days * places[type_of(visit)]),
            duration=visit.duration,
            type=type_of(visit),
            severities={} if visit.sla is None else {visit.sla.severity: 1.0},
            skills=visit.required_skills,
            tools=visit.required_tools,
            parts=visit.parts,
            crew_size=visit.crew_size,
            priority=visit.priority,
            title=visit.title,
        )
        for visit in asked
    ]


def _contract(promised: Sequence[Visit], since: datetime) -> DemandContract:
    terms = {}
    for severity in Severity:
        found = [v for v in promised if v.sla is not None and v.sla.severity is severity]
        slas = [visit.sla for visit in found if visit.sla is not None]
        if slas:
            within = median(max(0, (sla.arrive_by - since) // timedelta(seconds=1)) for sla in slas)
            terms[severity] = ArrivalTerms(
                arrive_within=timedelta(seconds=int(within)),
                breach_fee=int(median(sla.breach_fee for sla in slas)),
                lateness_per_hour=int(median(sla.lateness_per_hour for sla in slas)),
                priority=Counter(visit.priority for visit in found).most_common(1)[0][0],
            )
    return DemandContract(DERIVED_CONTRACT, terms)


def _hours(case: Case) -> tuple[float, ...]:
    worked = [0.0] * 24
    for _, shift in case.shifts():
        instant = shift.start
        while instant < shift.end:
            worked[instant.hour] = 1.0
            instant += HOUR
    return tuple(worked) if any(worked) else (1.0,) * 24
