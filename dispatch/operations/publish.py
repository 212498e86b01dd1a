"""Publishing: a draft becomes the current plan of its region and day, or nothing changes.

One transaction writes the plan, the assignments, the promises, the facts and the messages
(reliability 4.3). The draft was made against one current version; if another one is current
now, somebody else was first and `PlanConflict` says who.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dispatch.domain import Case, Plan, PlanStop
from dispatch.domain.request import RequestState, Step
from dispatch.errors import Conflict, PlanConflict, PlanRejected, Stale, Unavailable
from dispatch.formats import format_case, format_plan, parse_case, parse_plan
from dispatch.operations.company import company_settings
from dispatch.operations.notify.giving import confirm_appointment
from dispatch.operations.plan_visits import ensure_visits
from dispatch.operations.request_steps import change_request
from dispatch.operations.reservations import reserve_parts
from dispatch.operations.retiming import without_visits
from dispatch.operations.runs import parameters_of
from dispatch.operations.van_visits import is_van_visit
from dispatch.planning.audit import audit
from dispatch.store import Database, UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import AssignmentRow, PlanRow, RequestRow, VisitRow

__all__ = ["Published", "SoundDraft", "examine_draft", "publish", "publish_in"]

PROMISE_BEFORE = timedelta(minutes=30)
PROMISE_AFTER = timedelta(minutes=60)
WAITING = (RequestState.ACKNOWLEDGED, RequestState.DIAGNOSED)
OVER = ("finished", "could_not_finish", "cancelled")
UNDER_WAY = ("en_route", "arrived", "started")


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the row, and the visits that fell away, each with the reason."""

    row: PlanRow
    dropped: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class SoundDraft:
    """A draft that the auditor has passed, less what the world does not ask for any more."""

    version: int
    case: Case
    plan: Plan
    dropped: tuple[dict[str, str], ...]


def publish(
    database: Database, version: int, *, actor: str, expected_current: int | None = None
) -> Published:
    """Make a draft the current plan of its region and day.

    Parameters
    ----------
    database
        Where it is.
    version
        Of the draft.
    actor
        Who publishes.
    expected_current
        Version the publisher believes to be current (0: none); None trusts the draft's base.

    Raises
    ------
    PlanRejected
        When the auditor finds anything in it.
    PlanConflict
        When another plan was published since the draft was begun.
    Conflict
        When a visit is sent out by the plan of another region or a later day.
    """
    draft = examine_draft(database, version)
    return database.write(
        lambda work: publish_in(work, draft, version=version, expected_current=expected_current),
        actor=actor,
    )


def examine_draft(database: Database, version: int) -> SoundDraft:
    """Hold a draft against the present world and let the auditor look at it.

    This takes a while and runs outside of any transaction; `publish_in` looks again.
    """
    row, dropped = database.read(lambda work: _draft_and_dropped(work, version))
    case, plan = parse_case(row.case_text), parse_plan(row.plan_text)
    if dropped:
        case, plan = without_visits(case, plan, {one["visit"] for one in dropped})
    violations = audit(case, plan)
    if violations:
        raise PlanRejected(violations)
    return SoundDraft(version, case, plan, dropped)


def _draft_and_dropped(
    work: UnitOfWork, version: int
) -> tuple[PlanRow, tuple[dict[str, str], ...]]:
    row = work.plans.get(version)
    return row, fallen_away(work, parse_plan(row.plan_text))


def publish_in(
    work: UnitOfWork,
    draft: SoundDraft | None,
    *,
    version: int,
    expected_current: int | None = None,
    as_supposed: bool = False,
) -> Published:
    """Do what `publish` does, in the transaction of the caller.

    Parameters
    ----------
    work
        The transaction.
    draft
        What `examine_draft` passed; None when the plan was no draft any more.
    version, expected_current
        As in `publish`.
    as_supposed
        Whether the caller tells what the draft supposes, in the same transaction.
    """
    row = work.plans.get(version)
    if not as_supposed:
        _require_nothing_supposed(work, row)
    current = work.plans.current(row.region, row.day)
    _require_first(work, row, current, expected_current)
    assert draft is not None, "a plan that is no draft is refused above"
    case, plan = draft.case, draft.plan
    if fallen_away(work, plan):
        raise Unavailable(
            f"plan {row.version}: a visit was cancelled at this very moment", retry_after_s=1
        )
    _require_untaken(work, row, plan)
    if draft.dropped:
        row.plan_text = format_plan(plan)
        row.case_text = format_case(case)
        row.dropped = list(draft.dropped)
    row.publication = work.plans.last_publication(row.region, row.day) + 1
    row.published_by = work.actor
    row.published_at = work.now
    before = [] if current is None else list(work.plans.assignments_by(current.version))
    old = {(one.visit_id, one.engineer_id, one.start) for one in before}
    work.plans.make_current(row, current)
    for id in work.plans.supersede_drafts(row):
        run = work.runs.get(id)
        if run.state == "done" and run.plan_version != row.version:
            run.state = "superseded"
            work.runs.save(run)
    assignments = _assignments(work, row, case, plan)
    work.plans.release({one.visit_id for one in assignments})
    work.plans.replace_assignments(current, assignments)
    reserve_parts(work, row, plan, before=current)
    ensure_visits(work, case, plan)
    _promise(work, plan, row.version)
    _schedule_requests(work, case, {one.visit_id for one in assignments})
    new = {(one.visit_id, one.engineer_id, one.start) for one in assignments}
    concerned = sorted({engineer for _, engineer, _ in old ^ new})
    work.tell(
        "plan_published",
        str(row.version),
        {
            "version": row.version,
            "publication": row.publication,
            "region": row.region,
            "day": row.day.isoformat(),
            "engineers": concerned,
            "dropped": [one["visit"] for one in draft.dropped],
        },
        recipients=tuple(f"engineer:{engineer}" for engineer in concerned),
    )
    return Published(row, draft.dropped)


def _require_nothing_supposed(work: UnitOfWork, row: PlanRow) -> None:
    """A plan for a day on which somebody is ill would be wrong on a day on which nobody is."""
    if row.state == "draft" and row.run_id is not None:
        supposed = parameters_of(work.runs.get(row.run_id)).supposed
        if supposed:
            kinds = ", ".join(f"{one['kind']} {one['subject']}" for one in supposed)
            raise Conflict(
                f"plan {row.version}: supposes {kinds}, expected a draft that supposes nothing",
                advice="accept it, which tells the disruption and publishes the plan at once.",
            )


def _require_first(
    work: UnitOfWork, row: PlanRow, current: PlanRow | None, expected: int | None
) -> None:
    now = 0 if current is None else current.version
    by = work.accounts.name_of((current and current.published_by) or "nobody")
    if row.state != "draft":
        raise PlanConflict(row.base_plan or 0, now, by)
    if expected is not None and expected != now:
        if current is None:
            raise Stale("plan", "current", expected, now)
        raise PlanConflict(expected, now, by)
    if (row.base_plan or 0) != now:
        raise PlanConflict(row.base_plan or 0, now, by)


def _visit_stops(plan: Plan) -> Iterable[tuple[str, PlanStop]]:
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit is not None:
                yield route.engineer, stop


def fallen_away(work: UnitOfWork, plan: Plan) -> tuple[dict[str, str], ...]:
    """Visits of the draft that the present world does not ask for any more."""
    found: dict[str, str] = {}
    for _, stop in _visit_stops(plan):
        assert stop.visit is not None
        row = work.catalogue.find(VisitRow, stop.visit)
        if row is None:
            continue
        if row.state in OVER:
            started = row.state != "cancelled" and row.started_at is not None
            if not (started and stop.start <= work.now):
                found[stop.visit] = row.state
        elif row.request_id is not None:
            request = rows.request_of(work.catalogue.get(RequestRow, row.request_id))
            if not request.state.is_open:
                found[stop.visit] = f"request {request.id} is {request.state}"
    return tuple({"visit": visit, "reason": reason} for visit, reason in sorted(found.items()))


def _require_untaken(work: UnitOfWork, row: PlanRow, plan: Plan) -> None:
    others = {
        one.version: one
        for one in work.plans.all_current()
        if (one.region, one.day) != (row.region, row.day)
        and (one.region != row.region or one.day > row.day)
    }
    mine = {stop.visit for _, stop in _visit_stops(plan)}
    for taken in work.plans.assignments():
        if taken.visit_id in mine and taken.plan_version in others:
            other = others[taken.plan_version]
            raise Conflict(
                f"visit {taken.visit_id!r}: sent out by plan {other.version} of {other.region}"
                f" on {other.day}, expected to be free",
                advice="plan again; the new run leaves it out.",
            )


def _assignments(work: UnitOfWork, row: PlanRow, case: Case, plan: Plan) -> list[AssignmentRow]:
    members: dict[str, int] = {}
    pins = _hand_made_pins(work, case)
    found = []
    for route in plan.routes:
        for position, stop in enumerate(route.stops):
            if stop.visit is None:
                continue
            member = members.get(stop.visit, 0)
            members[stop.visit] = member + 1
            found.append(
                AssignmentRow(
                    visit_id=stop.visit,
                    member=member,
                    engineer_id=route.engineer,
                    plan_version=row.version,
                    shift_id=route.shift,
                    position=position,
                    arrive=stop.arrive,
                    start=stop.start,
                    finish=stop.finish,
                    pinned=(stop.visit, route.shift) in pins,
                )
            )
    return found


def _hand_made_pins(work: UnitOfWork, case: Case) -> set[tuple[str, str]]:
    """Visit and shift of what a dispatcher pinned; a visit under way is pinned by itself."""
    found = set()
    for visit in case.visits:
        if visit.pinned is not None:
            row = work.catalogue.find(VisitRow, visit.id)
            if row is None or row.state not in UNDER_WAY:
                found.add((visit.id, visit.pinned.shift))
    return found


def _schedule_requests(work: UnitOfWork, case: Case, planned: set[str]) -> None:
    """Let the requests know whether somebody is coming."""
    for visit in case.visits:
        row = work.catalogue.find(VisitRow, visit.id)
        if row is None or row.request_id is None or row.kind != "corrective":
            continue
        request = rows.request_of(work.catalogue.get(RequestRow, row.request_id))
        if visit.id in planned and request.state in WAITING:
            change_request(work, request.id, lambda one, now: one.take(Step.SCHEDULE, now))
            work.tell("request_scheduled", request.id, {"visit": visit.id})
        elif visit.id not in planned and request.state is RequestState.SCHEDULED:
            change_request(work, request.id, lambda one, now: one.take(Step.UNSCHEDULE, now))
            work.tell("request_unscheduled", request.id, {"visit": visit.id})


def _promise(work: UnitOfWork, plan: Plan, version: int) -> None:
    """Give each planned visit its promise; one that still holds stays word for word."""
    settings = company_settings(work)
    for engineer, stop in _visit_stops(plan):
        row = work.catalogue.get(VisitRow, str(stop.visit))
        if engineer not in row.sent:
            # Who was sent once may report later, even when somebody else is sent by then.
            work.catalogue.change(row, {"sent": [*row.sent, engineer]})
        if is_van_visit(row):
            continue
        start, end = row.promise_start, row.promise_end
        if start is not None and end is not None and start <= stop.start <= end:
            continue
        values: dict[str, Any] = {
            "promise_start": settings.local(stop.start - PROMISE_BEFORE),
            "promise_end": settings.local(stop.start + PROMISE_AFTER),
            "promise_stage": "published",
        }
        work.catalogue.change(row, values)
        confirm_appointment(work, row, engineer, version)
