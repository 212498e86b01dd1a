"""What an executor writes into the row of a run that it holds; nobody else writes there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.errors import RunFailed
from dispatch.formats import dump_json, format_case
from dispatch.operations.disruptions import supposed_row
from dispatch.operations.runs import parameters_of
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.operations.solving import Solved, SolveOrder
from dispatch.store import UnitOfWork
from dispatch.store.tables import PlanRow, RunRow

__all__ = [
    "RunLost",
    "end_run",
    "fail",
    "keep_plan",
    "park",
    "prepare_case",
    "record_progress",
]

LONGEST_TRACE = 500


class RunLost(RunFailed):
    """The run has been taken up by somebody else since."""

    def __init__(self, id: str) -> None:
        super().__init__(f"run {id!r}: taken up by another executor meanwhile")


def _held(work: UnitOfWork, id: str, token: int) -> RunRow:
    row = work.runs.get(id)
    if row.token != token or row.state != "solving":
        raise RunLost(id)
    return row


def prepare_case(work: UnitOfWork, id: str, token: int) -> SolveOrder:
    """Take the snapshot of the world this run plans, and keep it with the run."""
    row = _held(work, id, token)
    parameters = parameters_of(row)
    current = work.plans.current(row.region, row.day)
    freeze = timedelta(seconds=parameters.freeze_s) if parameters.freeze_s else None
    span = PlanningSpan(row.region, row.day, parameters.span_end)
    supposed = [supposed_row(work, one) for one in parameters.supposed]
    case = build_case(work, span, freeze=freeze, supposed=supposed)
    row.base_plan = None if current is None else current.version
    row.case_text = format_case(case)
    work.runs.save(row)
    work.tell("run_started", id, {"visits": len(case.visits), "shifts": len(list(case.shifts()))})
    return SolveOrder(
        row.case_text,
        parameters.engine,
        parameters.seed,
        parameters.time_limit_s,
        parameters.iterations,
        purpose=parameters.purpose,
        visit=parameters.visit,
        most_moved=parameters.most_moved,
        curve=parameters.curve,
    )


def record_progress(
    work: UnitOfWork, id: str, token: int, news: list[dict[str, Any]], lease_until: datetime
) -> bool:
    """Write reports and renew the lease; tells whether the run was called off."""
    row = _held(work, id, token)
    row.lease_until = lease_until
    row.heartbeat_at = datetime.now(UTC).replace(microsecond=0)
    if news:
        row.progress = news[-1]
        row.trace = _lengthened(row.trace, news)
        work.tell("run_progressed", id, dict(news[-1]))
    work.runs.save(row)
    return row.cancel_requested


def _lengthened(trace: list[dict[str, Any]], news: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the reports that brought a better plan, as long as anybody can look at them all."""
    longer = list(trace)
    for report in news:
        if not longer or _figures(report) < _figures(longer[-1]):
            longer.append(report)
    return longer if len(longer) <= LONGEST_TRACE else [longer[0], *longer[-LONGEST_TRACE + 1 :]]


def _figures(report: dict[str, Any]) -> tuple[int, ...]:
    """What a plan is compared by: what it leaves out, dearest tier first, then its cost."""
    tiers = report["unassigned_by_tier"]
    return (*reversed([int(many) for many in tiers.values()]), int(report["cost"]))


def keep_plan(work: UnitOfWork, id: str, token: int, solved: Solved) -> RunRow:
    """Keep the plan of a run as a draft.

    A run that an event of the day has started goes on until the policy has done with its draft:
    whoever waits for its end then finds the day as it is.
    """
    row = _held(work, id, token)
    assert row.case_text is not None
    version = work.log.take_numbers(1, counter="plan")
    work.plans.add(
        PlanRow(
            version=version,
            region=row.region,
            day=row.day,
            until=parameters_of(row).span_end,
            state="draft",
            base_plan=row.base_plan,
            run_id=row.id,
            plan_text=dump_json(solved.plan, indent=None),
            case_text=solved.case_text or row.case_text,
            created_by=row.created_by,
            created_at=work.now,
        )
    )
    row.plan_version = version
    if solved.curve:
        row.progress = {**row.progress, "curve": list(solved.curve)}
    if solved.notes:
        row.progress = {**row.progress, "notes": list(solved.notes)}
    work.runs.save(row)
    return row if parameters_of(row).by_itself and not row.cancel_requested else _end(work, row)


def end_run(work: UnitOfWork, id: str, token: int) -> RunRow:
    """End a run whose draft the policy has seen."""
    return _end(work, _held(work, id, token))


def _end(work: UnitOfWork, row: RunRow) -> RunRow:
    overtaken = work.plans.get(row.plan_version or 0).state == "superseded"
    row.state = "cancelled" if row.cancel_requested else "superseded" if overtaken else "done"
    row.finished_at = work.now
    row.lease_owner = None
    row.lease_until = None
    work.runs.save(row)
    notes = row.progress.get("notes")
    told = {"notes": notes} if notes else {}
    work.tell("run_ended", row.id, {"state": row.state, "plan": row.plan_version, **told})
    return row


def fail(
    work: UnitOfWork, row: RunRow, state: str, reason: str, violations: Sequence[str] = ()
) -> RunRow:
    """End a run without a plan."""
    row.state = state
    row.violations = list(violations)
    row.error = reason
    row.finished_at = work.now
    row.lease_owner = None
    row.lease_until = None
    work.runs.save(row)
    work.tell("run_ended", row.id, {"state": state, "error": reason})
    return row


def park(work: UnitOfWork, id: str, token: int, *, keep_attempt: bool = False) -> None:
    """Put a run back into the queue; only a crash counts as an attempt."""
    row = _held(work, id, token)
    row.state = "queued"
    row.lease_owner = None
    row.lease_until = work.now - timedelta(seconds=1)
    if not keep_attempt:
        row.attempts -= 1
    work.runs.save(row)
    work.tell("run_queued", id, {"attempt": row.attempts + 1})
