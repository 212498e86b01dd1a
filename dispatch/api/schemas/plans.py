"""Plans and runs as answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Day, Identifier, Instant, Record
from dispatch.operations.runs import DEFAULT_REGION, LONGEST_TIME_LIMIT_S
from dispatch.planning.churn import ChurnBill, Place
from dispatch.store.tables import PlanRow, RunRow

__all__ = [
    "ChangeOut",
    "DiffOut",
    "PlanHead",
    "PlanIn",
    "PlanOut",
    "PublishIn",
    "PublishedOut",
    "RunOut",
    "diff_out",
    "plan_head",
    "run_out",
]


class PlanIn(Record):
    """What to plan and how."""

    day: Day | None = Field(
        default=None,
        description="First local day; when left out the span of the plan in force while it"
        " lasts, else today.",
    )
    until: Day | None = Field(default=None, description="First local day after; null: one day.")
    region: Identifier = Field(default=DEFAULT_REGION, description="A territory, or all.")
    engine: Literal["auto", "ortools", "lns"] = "auto"
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 1
    time_limit_s: Annotated[float, Field(strict=True, gt=0, le=LONGEST_TIME_LIMIT_S)] = 10.0
    iterations: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = None


class RunOut(Out):
    """One execution of the planner."""

    id: str
    state: str = Field(description="queued, solving, done, failed, cancelled or superseded.")
    region: str
    day: Day
    until: Day
    engine: str
    seed: int
    time_limit_s: float
    iterations: int | None
    purpose: str = Field(description="plan, replan or insert.")
    most_moved: int | None = Field(description="Promises that a re-plan may move; null: any.")
    supposed: list[dict[str, Any]] = Field(
        description="Disruptions that are tried out; accepting the draft tells them."
    )
    created_by: str
    creator: str = Field(description="The name of who asked for it.")
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    attempts: int
    cancel_requested: bool
    cause: str = Field(description="The event it repairs the day after; empty: it was asked for.")
    by_itself: bool = Field(description="Whether the policy decides about its draft.")
    progress: dict[str, Any] = Field(
        description="Last report: elapsed_s, iterations, cost …; by_policy once the policy has had"
        " its say on a run with a cause: applied, or why not."
    )
    trace: list[dict[str, Any]] = Field(description="Each better plan when it was found.")
    base_plan: int | None = Field(description="Version that was current when it began.")
    plan_version: int | None = Field(description="The draft it made; to be published.")
    error: str | None
    violations: list[str] = Field(description="What the auditor found; then there is no draft.")


class PlanHead(Out):
    """Which plan it is, without its routes."""

    version: int
    region: str
    day: Day
    until: Day
    state: str = Field(description="draft, published, replaced or superseded.")
    publication: int | None = Field(description="1, 2, 3 … within region and day.")
    is_current: bool
    base_plan: int | None
    run_id: str | None
    created_by: str
    created_at: Instant
    published_by: str | None
    publisher: str | None = Field(description="The name of who published it.")
    published_at: Instant | None
    dropped: list[dict[str, Any]] = Field(
        description="Visits that fell away when it was published, each with the reason."
    )


class PlanOut(Out):
    """A plan file (contract section 4) that says which version it is."""

    status: str = Field(description="feasible, partial or infeasible.")
    cost: dict[str, int]
    kpis: dict[str, Any]
    routes: list[dict[str, Any]]
    unassigned: list[dict[str, Any]]
    travel: dict[str, Any]
    run: dict[str, Any]
    publication: PlanHead


class PublishIn(Record):
    """What the publisher believes to be current."""

    expected_current: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] | None = Field(
        default=None, description="Version; 0: none yet; null trusts the draft's own base."
    )


class PublishedOut(Out):
    """What was published."""

    plan: PlanHead
    dropped: list[dict[str, Any]]


class PlaceOut(Out):
    """Where a visit stands in a plan."""

    engineers: list[str]
    shifts: list[str]
    start: Instant


class ChangeOut(Out):
    """One visit that differs between two plans."""

    visit: str
    kind: str = Field(description="added, removed, reassigned or moved.")
    before: PlaceOut | None
    after: PlaceOut | None
    stage: str | None
    price: int = Field(description="Minor units.")
    phone: bool = Field(description="Whether the customer has to be told.")


class DiffOut(Out):
    """What one plan changes against another."""

    before: int
    after: int
    changes: list[ChangeOut]
    total: int = Field(description="Price of all changes, minor units.")
    phone: list[str]
    engineers: list[str]
    saved: int | None = Field(
        default=None,
        description="What the later plan costs less than the earlier one in its world, its bill"
        " paid; the price of visits left out is not in it.",
    )


def run_out(row: RunRow, name_of: Callable[[str], str]) -> RunOut:
    """Write a run as an answer, whoever asked for it called by name."""
    asked = row.parameters
    return RunOut(
        id=row.id,
        state=row.state,
        region=row.region,
        day=row.day,
        until=asked.get("until") or row.day + timedelta(days=1),
        engine=asked["engine"],
        seed=asked["seed"],
        time_limit_s=asked["time_limit_s"],
        iterations=asked["iterations"],
        purpose=asked.get("purpose", "plan"),
        most_moved=asked.get("most_moved"),
        supposed=list(asked.get("supposed", ())),
        created_by=row.created_by,
        creator=name_of(row.created_by),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        attempts=row.attempts,
        cancel_requested=row.cancel_requested,
        cause=asked.get("cause", ""),
        by_itself=bool(asked.get("by_itself", False)),
        progress=row.progress,
        trace=row.trace,
        base_plan=row.base_plan,
        plan_version=row.plan_version,
        error=row.error,
        violations=row.violations,
    )


def plan_head(row: PlanRow, name_of: Callable[[str], str]) -> PlanHead:
    """Write the head of a plan as an answer, its publisher called by name."""
    by = row.published_by
    known = {name: getattr(row, name) for name in PlanHead.model_fields if name != "publisher"}
    return PlanHead(**known, publisher=None if by is None else name_of(by))


def diff_out(before: int, after: int, bill: ChurnBill, saved: int | None = None) -> DiffOut:
    """Write a comparison as an answer."""
    return DiffOut(
        before=before,
        after=after,
        changes=[
            ChangeOut(
                visit=one.visit,
                kind=one.kind.value,
                before=_place(one.before),
                after=_place(one.after),
                stage=None if one.stage is None else one.stage.value,
                price=one.price,
                phone=one.phone,
            )
            for one in bill.changes
        ],
        total=bill.total,
        phone=list(bill.phone),
        engineers=list(bill.engineers),
        saved=saved,
    )


def _place(place: Place | None) -> PlaceOut | None:
    if place is None:
        return None
    return PlaceOut(engineers=list(place.engineers), shifts=list(place.shifts), start=place.start)
