"""What becomes of a re-plan that nobody asked for: a proposal, or the plan in force."""

from __future__ import annotations

import logging

from dispatch.errors import DispatchError, PlanConflict, Unavailable
from dispatch.formats import parse_case, parse_plan
from dispatch.operations.publish import examine_draft, publish_in
from dispatch.operations.replanning_policy import ReplanningPolicy, replanning_policy
from dispatch.operations.runs import RunParameters, parameters_of, start_run
from dispatch.planning.churn import ChurnBill, compare_plans
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import PlanRow, RunRow

__all__ = ["ACTOR", "bill_of", "publish_by_policy"]

ACTOR = "planner"
logger = logging.getLogger(__name__)


def bill_of(row: PlanRow) -> ChurnBill:
    """What a draft changes against the plan that was in force when it was begun."""
    case = parse_case(row.case_text)
    made = parse_plan(row.plan_text)
    return compare_plans(case, case.current_plan or made, made)


def publish_by_policy(database: Database, run: RunRow) -> None:
    """Propose the draft of a run that was started by an event, or publish it.

    Parameters
    ----------
    database
        Where it is.
    run
        A run with a draft that has not ended; one that somebody asked for is left to them.

    Notes
    -----
    Somebody who published meanwhile was first: then the draft stays what it is, superseded, and
    the event that follows tells the dispatcher so. What the day asks for is then tried again on the
    new plan; each further try needs one more publication, so it ends.
    """
    parameters = parameters_of(run)
    version = run.plan_version
    if version is None or not parameters.by_itself:
        return
    row, policy = database.read(lambda work: (work.plans.get(version), replanning_policy(work)))
    bill = bill_of(row)
    refusal = _refusal(policy, bill, parameters)
    overtaken = bool(refusal) and database.read(lambda work: _is_overtaken(work, row))
    if not refusal:
        try:
            draft = examine_draft(database, version)
            database.write(lambda work: publish_in(work, draft, version=version), actor=ACTOR)
        except DispatchError as error:
            logger.info("plan %d is not published by itself: %s", version, error)
            refusal = error.message.splitlines()[0]
            overtaken = isinstance(error, PlanConflict)
    if overtaken and (parameters.settled or policy.mode != "off"):
        database.write(lambda work: _try_again(work, parameters), actor=ACTOR)

    def tell(work: UnitOfWork) -> None:
        kept = work.runs.get(run.id)
        kept.progress = {**kept.progress, "by_policy": refusal or "applied"}
        work.runs.save(kept)
        work.tell(
            "replan_proposed" if refusal else "replan_applied",
            str(version),
            {
                "plan": version,
                "run": run.id,
                "cause": parameters.cause,
                "churn": bill.total,
                "phone": list(bill.phone),
                "engineers": list(bill.engineers),
                "why_not": refusal,
            },
        )

    database.write(tell, actor=ACTOR)


def _is_overtaken(work: UnitOfWork, row: PlanRow) -> bool:
    """Whether a draft that a dispatcher is to look at was made for a plan that is gone."""
    current = work.plans.current(row.region, row.day)
    return row.state != "published" and current is not None and current.version != row.base_plan


def _try_again(work: UnitOfWork, parameters: RunParameters) -> None:
    try:
        start_run(work, parameters)
    except Unavailable as error:
        logger.warning("%s is not tried again: %s", parameters.cause, error)


def _refusal(policy: ReplanningPolicy, bill: ChurnBill, parameters: RunParameters) -> str:
    """Why a person has to look at it first; empty when nobody has to."""
    if parameters.settled:
        others = [visit for visit in bill.phone if visit != parameters.visit]
        return f"customers of {', '.join(others)} have to be told first" if others else ""
    if policy.mode != "apply":
        return f"the policy is to {policy.mode}"
    if bill.total > policy.churn_limit:
        return f"churn of {bill.total} is above the limit of {policy.churn_limit}"
    return ""
