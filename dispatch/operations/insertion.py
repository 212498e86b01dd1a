"""An urgent visit gets an engineer and a time while the customer is still on the line.

The answer is provisional: it looks at the nearest able engineers only and changes nothing. A run
then puts the visit into the whole plan, and is published as the policy of the installation says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dispatch.errors import Conflict
from dispatch.operations.nearby import read_neighbourhood
from dispatch.operations.replanning import is_busy, replan_after
from dispatch.operations.replanning_policy import ReplanningPolicy, replanning_policy
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan, default_span
from dispatch.planning.insert_now import Insertion, insert_now
from dispatch.store import UnitOfWork
from dispatch.store.tables import RunRow

__all__ = ["ProvisionalPlace", "freeze_of", "place_now", "start_insertion", "visit_to_place"]


@dataclass(frozen=True, slots=True)
class ProvisionalPlace:
    """What the customer can be told now.

    Parameters
    ----------
    insertion
        Who would come when, and what it changes; its plan holds the nearest engineers only.
    base_plan
        Version it was looked up in; None: no plan is in force.
    run
        The run that puts the visit into the whole plan; None: the policy starts none.
    """

    insertion: Insertion
    base_plan: int | None
    run: RunRow | None


def visit_to_place(work: UnitOfWork, request: str) -> str:
    """Id of the open visit of a request.

    Raises
    ------
    Conflict
        When nobody has to drive for it.
    """
    row = work.work.visit_of_request(request)
    if row is None or row.state != "open":
        raise Conflict(f"request {request!r}: has no open visit, expected one to plan")
    return row.id


def place_now(work: UnitOfWork, visit: str, *, region: str = "all") -> ProvisionalPlace:
    """Find the provisional place of a visit, tell it, and start the run that makes it real.

    Parameters
    ----------
    work
        The transaction.
    visit
        Id of an open visit that nobody is sent to.
    region
        Whose plan is looked at.
    """
    policy = replanning_policy(work)
    span = default_span(work, region)
    near = read_neighbourhood(work, visit, span, freeze=freeze_of(policy))
    insertion = insert_now(near.case, visit)
    run = None
    if policy.mode != "off" and near.base_plan is not None and insertion.placed:
        # The answer must not fail because many others were asked for before.
        run = (
            replan_after(work, f"{visit} and others are urgent", region=region)
            if is_busy(work)
            else start_insertion(work, visit, span, cause=f"{visit} is urgent")
        )
    work.tell(
        "visit_placed_provisionally",
        visit,
        {
            "placed": insertion.placed,
            "engineers": sorted(insertion.stops),
            "arrive": None if insertion.arrive is None else insertion.arrive.isoformat(),
            "price": insertion.price,
            "base_plan": near.base_plan,
            "run": None if run is None else run.id,
        },
    )
    return ProvisionalPlace(insertion, near.base_plan, run)


def start_insertion(
    work: UnitOfWork, visit: str, span: PlanningSpan, *, cause: str, settled: bool = False
) -> RunRow:
    """Start the run that puts one visit into the plan in force, all others staying.

    Parameters
    ----------
    work, visit, span
        The transaction, the visit, and what the plan in force covers.
    cause
        Why, for people.
    settled
        Whether a person has decided already that it is to be published.
    """
    policy = replanning_policy(work)
    parameters = RunParameters(
        day=span.day,
        until=span.until,
        region=span.region,
        engine="lns",
        iterations=0,
        purpose="insert",
        visit=visit,
        freeze_s=policy.freeze_minutes * 60,
        cause=cause,
        by_itself=True,
        settled=settled,
    )
    return start_run(work, parameters)


def freeze_of(policy: ReplanningPolicy) -> timedelta:
    """How long from now starts stay."""
    return timedelta(minutes=policy.freeze_minutes)
