"""What goes wrong on the day: told once, repaired by a run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.day import (
    DisruptionList,
    RepairOut,
    disruption_out,
    repair_out,
)
from dispatch.api.schemas.plans import RunOut, run_out
from dispatch.api.schemas.proposals import TryoutIn
from dispatch.operations.disruptions import (
    DisruptionRecord,
    lift_disruption,
    report_disruption,
    suppose_disruption,
)
from dispatch.operations.runs import DEFAULT_REGION
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/disruptions")
Id = Annotated[str, Path(min_length=1, max_length=200)]
Region = Annotated[str, Query(max_length=200, description="Whose day is planned anew.")]


@router.get(
    "",
    response_model=DisruptionList,
    summary="List the disruptions in force",
    responses=documented(401, 403),
)
def list_disruptions(call: InCall) -> Response:
    """List what has not been lifted, oldest first."""
    rows = call.read(lambda work: work.day.disruptions())
    return call.answer(Answer(DisruptionList(items=[disruption_out(row) for row in rows])))


@router.post(
    "",
    status_code=201,
    response_model=RepairOut,
    summary="Tell that an engineer, van, part, visit or site fails; the day is repaired",
    responses=documented(401, 403, 422, 503),
)
def report(record: DisruptionRecord, call: InCall) -> Response:
    """Keep it and start the re-plan that the policy wants."""
    response = call.perform(lambda work: Answer(repair_out(report_disruption(work, record)), 201))
    call.services.executor.wake()
    return response


@router.post(
    "/tryouts",
    status_code=202,
    response_model=RunOut,
    summary="Try out what might go wrong: a proposal, and nothing is told",
    responses=documented(401, 403, 422, 503),
)
def suppose(body: TryoutIn, call: InCall) -> Response:
    """Queue a re-plan of a day on which it happens; accepting its draft tells it."""

    def act(work: UnitOfWork) -> Answer:
        row = suppose_disruption(work, body.disruption, body.plan.as_order())
        return Answer(
            run_out(row, work.accounts.name_of), 202, {"Location": f"/api/v1/runs/{row.id}"}
        )

    response = call.perform(act)
    call.services.executor.wake()
    return response


@router.post(
    "/{id}/lift",
    response_model=RepairOut,
    summary="Tell that a disruption is over",
    responses=documented(401, 403, 404, 409),
)
def lift(id: Id, call: InCall, region: Region = DEFAULT_REGION) -> Response:
    """End it and start the re-plan that the policy wants."""
    response = call.perform(
        lambda work: Answer(repair_out(lift_disruption(work, id, region=region)))
    )
    call.services.executor.wake()
    return response
