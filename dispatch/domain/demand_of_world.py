"""The demand of a company, learned from what is installed and from the requests it has had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from dispatch.domain.clock import ClockKind
from dispatch.domain.contract import Contract, ServicePolicy
from dispatch.domain.demand import (
    ArrivalTerms,
    Assumptions,
    Demand,
    DemandContract,
    Fault,
    OpenRequest,
    Source,
)
from dispatch.domain.equipment import EquipmentType, FaultKind
from dispatch.domain.local_time import zone_named
from dispatch.domain.request import Request
from dispatch.domain.request_visits import usual_work, visit_id
from dispatch.domain.severity import Severity
from dispatch.domain.snapshot import Case
from dispatch.domain.visit import Priority, VisitKind
from dispatch.domain.world import CompanyWorld

__all__ = ["demand_of_world"]

DAY = timedelta(days=1)
PRIOR_REQUESTS = 2.0
"""Requests that the mean rate of all equipment is worth against the history of one type."""
PRIOR_HOURS = 1.0
"""Requests that an even office day is worth, for each of its hours."""
OFFICE = range(8, 18)
MONTH_DAYS = 30.44


def demand_of_world(
    world: CompanyWorld,
    case: Case,
    since: datetime,
    now: datetime,
    *,
    assumptions: Assumptions | None = None,
) -> Demand:
    """Learn rates from the requests reported between two instants.

    Parameters
    ----------
    world
        What is installed, and every request of that time.
    case
        The case that the demand will belong to; its visits are found in the requests.
    since, now
        The time that was watched.
    assumptions
        About people, phones and parts; None: the usual ones.

    Returns
    -------
    Demand
        A type of equipment with few requests of its own stays close to the mean of all types.
    """
    index = world.index()
    watched = max((now - since) / DAY, 1.0)
    seen = [r for r in world.requests if since <= r.reported_at <= now and _needs_visit(r)]
    types = {one.code: one for one in world.equipment_types}
    pieces = Counter(one.type for one in world.equipment)
    asked: dict[str, list[Request]] = defaultdict(list)
    for request in seen:
        piece = index.equipment.get(request.equipment or "")
        if piece is not None:
            asked[piece.type].append(request)
    known = sum(len(rows) for rows in asked.values())
    mean = known / (watched * max(1, sum(pieces.values())))
    shares = _severities(seen)
    faults = [
        fault
        for code in sorted(pieces)
        for fault in _faults(types[code], asked[code], pieces[code], watched, mean, shares)
    ]
    return Demand(
        zone=world.zone,
        hours=_hours(seen, world.zone),
        contracts=tuple(_contracts(world.contracts)),
        sources=tuple(_sources(world)),
        faults=(*faults, *_maintenance(world, types)),
        open_requests=tuple(_open_requests(world, case)),
        assumptions=assumptions or Assumptions(),
    )


def _needs_visit(request: Request) -> bool:
    return request.severity is not Severity.CONSULTATION


def _severities(seen: Sequence[Request]) -> dict[Severity, float]:
    found = Counter(request.severity for request in seen)
    serious = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
    return {severity: found[severity] + 1.0 for severity in serious}


def _faults(
    kind: EquipmentType,
    asked: Sequence[Request],
    pieces: int,
    watched: float,
    mean: float,
    shares: Mapping[Severity, float],
) -> Iterable[Fault]:
    """Split the rate of a type by the faults of its catalogue, as often as they were seen."""
    expected = mean * pieces * watched
    prior = PRIOR_REQUESTS / max(expected, 1e-9)
    rate = (len(asked) + PRIOR_REQUESTS) / (pieces * watched * (1.0 + prior))
    codes = [fault.code for fault in kind.faults] or [""]
    found = Counter(request.fault for request in asked)
    total = sum(found[code] + 1.0 for code in codes)
    for code in codes:
        work = usual_work(kind, code or None)
        yield Fault(
            id=f"{kind.code}/{code or 'fault'}",
            type=kind.code,
            per_day=round(rate * (found[code] + 1.0) / total, 9),
            duration=work.duration,
            severities=shares,
            skills=work.skills,
            tools=work.tools,
            parts=work.parts,
            crew_size=work.crew_size,
            title=_title(kind, code),
        )


def _title(kind: EquipmentType, code: str) -> str:
    fault: FaultKind | None = kind.fault(code)
    return kind.name if fault is None else f"{kind.name} {fault.title}"


def _maintenance(world: CompanyWorld, types: Mapping[str, EquipmentType]) -> Iterable[Fault]:
    """Rounds as they come on average; what is due already stands in the case."""
    months: dict[str, list[int]] = defaultdict(list)
    for piece in world.equipment:
        months[piece.type].append(piece.interval_months)
    for code in sorted(months):
        kind, rows = types[code], months[code]
        yield Fault(
            id=f"{code}/maintenance",
            type=code,
            per_day=round(sum(1 / (MONTH_DAYS * one) for one in rows) / len(rows), 9),
            duration=kind.maintenance_duration,
            skills=kind.maintenance_skills,
            tools=kind.maintenance_tools,
            parts=kind.maintenance_parts,
            kind=VisitKind.MAINTENANCE,
            priority=Priority.LOW,
            title=kind.name,
        )


def _hours(seen: Sequence[Request], zone: str) -> tuple[float, ...]:
    found = Counter(request.reported_at.astimezone(zone_named(zone)).hour for request in seen)
    return tuple(found[hour] + (PRIOR_HOURS if hour in OFFICE else 0.1) for hour in range(24))


def _contracts(contracts: Sequence[Contract]) -> Iterable[DemandContract]:
    """One contract for each policy; fees are those in the middle of all who have it."""
    by_policy: dict[str, list[Contract]] = defaultdict(list)
    for contract in contracts:
        by_policy[contract.policy.name].append(contract)
    for name in sorted(by_policy):
        rows = by_policy[name]
        policy: ServicePolicy = rows[0].policy
        terms = {}
        for severity in Severity:
            clock = policy.clock_terms(ClockKind.ARRIVE, severity)
            if clock is not None:
                terms[severity] = ArrivalTerms(
                    arrive_within=clock.limit,
                    breach_fee=int(median(one.breach_fee(severity) for one in rows)),
                    lateness_per_hour=policy.severities[severity].breach.lateness_per_hour,
                    priority=policy.severities[severity].tier,
                )
        yield DemandContract(name, terms, policy.coverage)


def _sources(world: CompanyWorld) -> Iterable[Source]:
    index = world.index()
    installed = Counter((piece.site, piece.type) for piece in world.equipment)
    for (site_id, kind), many in sorted(installed.items()):
        site = index.sites[site_id]
        contract = index.contracts[site.contract]
        yield Source(
            id=f"{site_id}-{kind}",
            location=site.location.id,
            type=kind,
            weight=float(many),
            customer=contract.id,
            contract=contract.policy.name,
            territory=site.territory,
            access=site.access,
            preferred=contract.representatives,
        )


def _open_requests(world: CompanyWorld, case: Case) -> Iterable[OpenRequest]:
    index = world.index()
    visits = {visit.id for visit in case.visits}
    for request in world.requests:
        if visit_id(request) in visits:
            contract = index.contracts[index.sites[request.site].contract]
            yield OpenRequest(
                visit_id(request), contract.policy.name, request.reported_at, contract.id
            )
