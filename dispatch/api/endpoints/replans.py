"""Re-planning the rest of the day with a churn budget."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.plans import RunOut, run_out
from dispatch.api.schemas.replans import ReplanIn
from dispatch.operations.replanning import start_replan
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/replans")


@router.post(
    "",
    status_code=202,
    response_model=RunOut,
    summary="Plan the rest of the day anew, moving at most so many promises",
    responses=documented(401, 403, 422, 503),
)
def start_replanning(call: InCall, body: ReplanIn | None = None) -> Response:
    """Queue a re-plan; `Location` says where to watch it, its draft waits to be published."""
    asked = body or ReplanIn()

    def act(work: UnitOfWork) -> Answer:
        row = start_replan(work, asked.as_order())
        return Answer(
            run_out(row, work.accounts.name_of), 202, {"Location": f"/api/v1/runs/{row.id}"}
        )

    response = call.perform(act)
    call.services.executor.wake()
    return response
