"""The demand of a case file: what will be reported later, as rates (docs/what-if.md)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from dispatch.domain import (
    Access,
    CoverageHours,
    Priority,
    Severity,
    VisitKind,
    WorkingDays,
)
from dispatch.domain.demand import (
    ArrivalTerms,
    Assumptions,
    Demand,
    DemandContract,
    Fault,
    OpenRequest,
    Source,
)
from dispatch.domain.risk import DEFAULT_RISK, RiskModel, Spread
from dispatch.formats.case_references import References
from dispatch.formats.case_visits import read_required_skill
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import LONGEST_VISIT, MOST_CREW, MOST_LOCATIONS, MOST_VISITS
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import (
    boolean,
    choice,
    duration,
    identifier,
    instant,
    integer,
    money,
    number,
    pieces,
    text,
)

__all__ = ["read_demand", "read_source"]

LONGEST_PROMISE = timedelta(days=366)
LONGEST_LEAD = timedelta(days=366)
MOST_RATE = 10_000.0
MOST_WEIGHT = 1e6
share = number(0, 1, what="a share")


def read_demand(references: References, value: object, pointer: str) -> Demand | None:
    """Read ``demand``; ids that it names are checked with those of the case."""
    found = references.found
    fields = Fields(found, value, pointer)
    zone = fields.nullable("zone", text) or ""
    shapes = {
        name: _weights(fields, name, many)
        for name, many in (("hours", 24), ("weekdays", 7), ("months", 12))
    }
    contracts = fields.each("contracts", _read_contract)
    names = {one.id for one in contracts}

    def source(_: Findings, item: object, at: str) -> Source | None:
        one = read_source(references, item, at)
        if one is not None and one.contract and one.contract not in names:
            found.add(f"{at}/contract", one.contract, "the id of a contract of this demand")
        return one

    sources = fields.each("sources", source, MOST_LOCATIONS)
    faults = fields.each("faults", _read_fault, MOST_LOCATIONS)

    def opened(_: Findings, item: object, at: str) -> OpenRequest | None:
        one = _read_open_request(references, item, at)
        if one is not None and one.contract and one.contract not in names:
            found.add(f"{at}/contract", one.contract, "the id of a contract of this demand")
        return one

    open_requests = fields.each("open_requests", opened, MOST_VISITS)
    assumptions = fields.part("assumptions", _read_assumptions) or Assumptions()
    given: dict[str, Any] = {name: row for name, row in shapes.items() if row is not None}
    return fields.build(
        lambda: Demand(
            zone=zone,
            contracts=contracts,
            sources=sources,
            faults=faults,
            open_requests=open_requests,
            assumptions=assumptions,
            **given,
        )
    )


def _weights(fields: Fields, name: str, many: int) -> tuple[float, ...] | None:
    value = fields.raw(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != many:
        fields.found.add(fields.at(name), value, f"an array of {many} weights")
        return None
    read = number(0, MOST_WEIGHT, what="a weight")
    return tuple(fields.fit(one, f"{fields.at(name)}/{i}", read) for i, one in enumerate(value))


def _read_contract(found: Findings, value: object, pointer: str) -> DemandContract | None:
    fields = Fields(found, value, pointer)
    id = fields.required("id", identifier)
    coverage = fields.part("coverage", _read_coverage) or CoverageHours.always("UTC")
    terms: dict[Severity, ArrivalTerms] = {}
    given = Fields(found, fields.raw("terms") or {}, fields.at("terms"))
    for severity in Severity:
        one = given.part(severity.value, _read_terms)
        if one is not None:
            terms[severity] = one
    given.finish()
    return fields.build(lambda: DemandContract(id, terms, coverage))


def _read_terms(found: Findings, value: object, pointer: str) -> ArrivalTerms | None:
    fields = Fields(found, value, pointer)
    within = fields.required("arrive_within", duration(LONGEST_PROMISE))
    fee = fields.optional("breach_fee", money, 0)
    rate = fields.optional("lateness_per_hour", money, 0)
    priority = fields.optional("priority", choice(Priority), Priority.NORMAL)
    return fields.build(lambda: ArrivalTerms(within, fee, rate, priority))


def _read_coverage(found: Findings, value: object, pointer: str) -> CoverageHours | None:
    fields = Fields(found, value, pointer)
    zone = fields.required("zone", text)
    opens, closes = fields.nullable("opens", wall_clock), fields.nullable("closes", wall_clock)
    country = fields.nullable("country", text)
    every_day = fields.optional("every_day", boolean, False)
    return fields.build(
        lambda: CoverageHours(zone, opens, closes, WorkingDays(country, every_day=every_day))
    )


def wall_clock(value: object) -> time:
    """Read a local time such as ``09:00``."""
    try:
        read = time.fromisoformat(value) if isinstance(value, str) and len(value) == 5 else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is not None:
        raise Unfit("a local time such as 09:00")
    return read


def read_source(references: References, value: object, pointer: str) -> Source | None:
    """Read an entry of ``sources``."""
    fields = Fields(references.found, value, pointer)
    id = fields.required("id", identifier)
    location = fields.required("location", identifier)
    references.name("location", location, fields.at("location"))
    kind = fields.nullable("type", text) or ""
    weight = fields.optional("weight", number(0, MOST_WEIGHT, what="a weight"), 1.0)
    customer = fields.nullable("customer", text) or ""
    contract = fields.nullable("contract", text) or ""
    territory = fields.nullable("territory", text)
    access = fields.part("access", _read_access) or Access()
    preferred = fields.texts("preferred")
    references.name_each("engineer", preferred, fields.at("preferred"))
    return fields.build(
        lambda: Source(id, location, kind, weight, customer, contract, territory, access, preferred)
    )


def _read_access(found: Findings, value: object, pointer: str) -> Access | None:
    fields = Fields(found, value, pointer)
    opens, closes = fields.nullable("opens", wall_clock), fields.nullable("closes", wall_clock)
    every_day = fields.optional("every_day", boolean, False)
    return fields.build(lambda: Access(opens, closes, every_day))


def _read_fault(found: Findings, value: object, pointer: str) -> Fault | None:
    fields = Fields(found, value, pointer)
    id = fields.required("id", identifier)
    kind = fields.nullable("type", text) or ""
    per_day = fields.required("per_day", number(0, MOST_RATE, what="a rate"))
    work = fields.required("duration", duration(LONGEST_VISIT))
    severities: dict[Severity, float] = {}
    given = Fields(found, fields.raw("severities") or {}, fields.at("severities"))
    for severity in Severity:
        one = given.nullable(severity.value, number(0, MOST_WEIGHT, what="a share"))
        if one is not None:
            severities[severity] = one
    given.finish()
    skills = fields.each("required_skills", read_required_skill)
    tools = fields.texts("required_tools")
    parts = fields.mapping("parts", pieces)
    crew_size = fields.optional("crew_size", integer(1, MOST_CREW, "a number of engineers"), 1)
    purpose = fields.optional("kind", choice(VisitKind), VisitKind.CORRECTIVE)
    priority = fields.optional("priority", choice(Priority), Priority.NORMAL)
    title = fields.nullable("title", text) or ""
    return fields.build(
        lambda: Fault(
            id=id,
            per_day=per_day,
            duration=work,
            type=kind,
            severities=severities,
            skills=skills,
            tools=tools,
            parts=parts,
            crew_size=crew_size,
            kind=purpose,
            priority=priority,
            title=title,
        )
    )


def _read_open_request(references: References, value: object, pointer: str) -> OpenRequest | None:
    fields = Fields(references.found, value, pointer)
    visit = fields.required("visit", identifier)
    references.name("visit", visit, fields.at("visit"))
    contract = fields.required("contract", identifier)
    reported_at = fields.required("reported_at", instant)
    customer = fields.nullable("customer", text) or ""
    return fields.build(lambda: OpenRequest(visit, contract, reported_at, customer))


def _read_assumptions(found: Findings, value: object, pointer: str) -> Assumptions | None:
    fields = Fields(found, value, pointer)
    usual = Assumptions()
    illness = fields.optional("illness_per_day", share, usual.illness_per_day)
    offline = fields.optional("offline_share", share, usual.offline_share)
    mean = fields.optional("offline_mean", duration(LONGEST_VISIT), usual.offline_mean)
    lead = usual.delivery_lead
    if isinstance(value, dict) and "delivery_lead" in value:
        lead = fields.nullable("delivery_lead", duration(LONGEST_LEAD))
    refill = fields.optional("van_refill", boolean, usual.van_refill)
    risk = fields.part("spread", _read_spread) or DEFAULT_RISK
    return fields.build(lambda: Assumptions(risk, illness, offline, mean, lead, refill))


def _read_spread(found: Findings, value: object, pointer: str) -> RiskModel | None:
    """Read standard deviations of the logarithm of real over planned time, the mean being 1."""
    fields = Fields(found, value, pointer)
    sigma = number(0, 4, what="a standard deviation")
    work = {kind.value: fields.nullable(kind.value, sigma) for kind in VisitKind}
    travel = fields.nullable("travel", sigma)
    known: dict[str, Any] = {k: Spread.around_plan(v) for k, v in work.items() if v is not None}
    return fields.build(
        lambda: RiskModel(
            {**DEFAULT_RISK.work, **known},
            DEFAULT_RISK.travel if travel is None else Spread.around_plan(travel),
        )
    )
