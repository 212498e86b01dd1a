"""Urgent requests: who comes and when, in the same answer; and the policy of re-planning."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.endpoints.requests import _answer as request_answer
from dispatch.api.problems import documented
from dispatch.api.schemas.insertions import (
    InsertionIn,
    InsertionOut,
    UrgentRequestIn,
    UrgentRequestOut,
    insertion_out,
)
from dispatch.operations.insertion import place_now, visit_to_place
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.replanning_policy import (
    ReplanningPolicy,
    keep_replanning_policy,
    replanning_policy,
)
from dispatch.store import UnitOfWork
from dispatch.store.tables import RequestRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.post(
    "/urgent-requests",
    status_code=201,
    response_model=UrgentRequestOut,
    summary="Report an urgent request; who comes and when is in the answer",
    responses=documented(401, 403, 409, 422, 503),
)
def report_urgent(record: UrgentRequestIn, call: InCall) -> Response:
    """Take a request in and look for the engineer who is there first for the least."""
    plain = RequestRecord(**record.model_dump(exclude={"region"}))

    def act(work: UnitOfWork) -> Answer:
        row = report(work, plain)
        visit = work.work.visit_of_request(row.id)
        found = None if visit is None else place_now(work, visit.id, region=record.region)
        told = request_answer(work, row, 201)
        body = UrgentRequestOut.model_validate(
            {"request": told.body, "insertion": None if found is None else insertion_out(found)}
        )
        return Answer(body, 201, told.headers)

    response = call.perform(act)
    call.services.executor.wake()
    return response


@router.post(
    "/requests/{id}/insertion",
    response_model=InsertionOut,
    summary="Find an engineer for a request at once, everybody else staying put",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def insert_request(id: Id, call: InCall, body: InsertionIn | None = None) -> Response:
    """Price every place of the nearest able engineers for the open visit of a request."""
    asked = body or InsertionIn()

    def act(work: UnitOfWork) -> Answer:
        work.catalogue.get(RequestRow, id)
        visit = visit_to_place(work, id)
        return Answer(insertion_out(place_now(work, visit, region=asked.region)))

    response = call.perform(act)
    call.services.executor.wake()
    return response


@router.get(
    "/replanning-policy",
    response_model=ReplanningPolicy,
    summary="Read what the planner may do by itself",
    responses=documented(401, 403),
)
def read_policy(call: InCall) -> Response:
    """Read the policy of this installation."""
    return call.answer(Answer(call.read(replanning_policy)))


@router.put(
    "/replanning-policy",
    response_model=ReplanningPolicy,
    summary="Settle what the planner may do by itself",
    responses=documented(401, 403, 422),
)
def write_policy(policy: ReplanningPolicy, call: InCall) -> Response:
    """Settle the policy of this installation."""
    return call.perform(lambda work: Answer(keep_replanning_policy(work, policy)))
