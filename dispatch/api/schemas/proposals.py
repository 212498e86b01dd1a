"""Taking a proposal over, and why a visit has its engineer, on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.api.schemas.moves import BrokenRuleOut
from dispatch.api.schemas.plans import ChangeOut, diff_out
from dispatch.api.schemas.replans import ReplanIn
from dispatch.domain import CostBreakdown, Reason, Unassigned
from dispatch.formats import plan_to_document
from dispatch.operations.acceptance import TriedPart
from dispatch.operations.disruptions import DisruptionRecord
from dispatch.operations.records.base import Identifier, Instant, Record, YesNo
from dispatch.planning.explain_plan import Missed
from dispatch.planning.why_engineer import WhyEngineer
from dispatch.store.tables import PlanRow

__all__ = ["AcceptIn", "AcceptOut", "TryoutIn", "WhyOut", "accept_out", "why_out"]

MOST_VISITS = 5000


class AcceptIn(Record):
    """Which changes of the proposal are taken over."""

    visits: Annotated[list[Identifier], Field(min_length=1, max_length=MOST_VISITS)] | None = Field(
        default=None, description="null: all of them, and the plan as it was proposed."
    )
    publish: YesNo = Field(default=False, description="false only tries; nothing is written.")


class AcceptOut(Out):
    """What taking changes over makes of the plan in force."""

    proposal: int
    base: int = Field(description="Version it was made for; 0: no plan was in force.")
    published: bool
    plan_version: int | None = Field(description="The plan that is in force now, if published.")
    chosen: list[str]
    together: list[str] = Field(
        description="Further changes that touch the same shifts or are tied to the chosen ones;"
        " taken over with them no route is mixed."
    )
    violations: list[BrokenRuleOut] = Field(description="Then nothing can be published.")
    difference: dict[str, int] = Field(
        description="Cost more than the plan in force, by component, without the price of visits"
        " left out; minor units."
    )
    status: str | None
    cost: dict[str, int] | None = Field(description="Of the whole plan; null when it breaks rules.")
    kpis: dict[str, Any] | None
    changes: list[ChangeOut]
    churn: int = Field(description="Price of all changes, minor units.")
    phone: list[str] = Field(description="Visits whose customers have to be told.")
    engineers: list[str]


class TryoutIn(Record):
    """What might go wrong, and how to plan the day then."""

    disruption: DisruptionRecord
    plan: ReplanIn = Field(default_factory=ReplanIn)


class ReasonOut(Out):
    """Why somebody has no place for a visit."""

    code: str
    engineer: str | None
    shift: str | None
    message: str
    message_zh: str


class AlternativeOut(Out):
    """A shift that does not serve the visit."""

    engineer: str
    shift: str
    difference: int | None = Field(
        description="What the whole plan would cost more there, all else in its order; minor"
        " units; null when there is no place."
    )
    reasons: list[ReasonOut]


class WhyOut(Out):
    """Who serves a visit and what everybody else would cost; or why nobody does."""

    visit: str
    verdict: str | None = Field(
        description="null: it is planned; impossible, displaced, or missed: there is a place."
    )
    engineers: list[str]
    shifts: list[str]
    start: Instant | None
    alternatives: list[AlternativeOut] = Field(description="The cheapest first.")
    reasons: list[ReasonOut] = Field(description="Of a visit that is in no route.")


def _reasons(reasons: tuple[Reason, ...]) -> list[ReasonOut]:
    return [ReasonOut.model_validate(one) for one in reasons]


def why_out(visit: str, found: Unassigned | Missed | WhyEngineer) -> WhyOut:
    """Write an explanation as an answer."""
    if isinstance(found, WhyEngineer):
        return WhyOut(
            visit=visit,
            verdict=None,
            engineers=list(found.engineers),
            shifts=list(found.shifts),
            start=found.start,
            alternatives=[
                AlternativeOut(
                    engineer=one.engineer,
                    shift=one.shift,
                    difference=one.difference,
                    reasons=_reasons(one.reasons),
                )
                for one in found.alternatives
            ],
            reasons=[],
        )
    return WhyOut(
        visit=visit,
        verdict="missed" if isinstance(found, Missed) else found.verdict.value,
        engineers=[],
        shifts=[],
        start=None,
        alternatives=[],
        reasons=[] if isinstance(found, Missed) else _reasons(found.reasons),
    )


def accept_out(tried: TriedPart, row: PlanRow | None = None) -> AcceptOut:
    """Write what came of taking changes over as an answer."""
    part = tried.part
    written = None if part.plan is None else plan_to_document(part.plan)
    bill = diff_out(tried.base, tried.version, part.bill)
    return AcceptOut(
        proposal=tried.version,
        base=tried.base,
        published=row is not None and row.state == "published",
        plan_version=None if row is None else row.version,
        chosen=list(part.chosen),
        together=list(part.together),
        violations=[BrokenRuleOut.model_validate(one) for one in part.broken],
        difference=_money(part.difference),
        status=None if written is None else written["status"],
        cost=None if written is None else written.get("cost"),
        kpis=None if written is None else written["kpis"],
        changes=bill.changes,
        churn=bill.total,
        phone=bill.phone,
        engineers=bill.engineers,
    )


def _money(cost: CostBreakdown) -> dict[str, int]:
    names = ("total", "travel", "labour", "overtime", "sla", "due", "preference", "churn")
    return {name: getattr(cost, name) for name in names}
