"""Plans: starting a run, reading, comparing, publishing; and solving a case file as it comes."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import Refusal, documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.plans import (
    DiffOut,
    PlanHead,
    PlanIn,
    PlanOut,
    PublishedOut,
    PublishIn,
    RunOut,
    diff_out,
    plan_head,
    run_out,
)
from dispatch.errors import InputError, NotFound
from dispatch.formats import parse_case, parse_plan
from dispatch.operations.company import company_settings
from dispatch.operations.publish import examine_draft, publish_in
from dispatch.operations.records.base import Day
from dispatch.operations.runs import DEFAULT_REGION, ENGINES, RunParameters, start_run
from dispatch.operations.snapshot import default_span
from dispatch.operations.solving import SolveOrder, solve_apart
from dispatch.planning.churn import compare_plans
from dispatch.planning.mixed_orders import without_unknown
from dispatch.planning.plan_money import money_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import PlanRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/plans")
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
SMALL_CASE = 1_000_000
Region = Annotated[str, Query(max_length=200, description="A territory, or all.")]


@router.post(
    "",
    status_code=202,
    response_model=RunOut,
    summary="Start a run of the planner",
    responses=documented(401, 403, 422, 503),
)
def start_planning(call: InCall, body: PlanIn | None = None) -> Response:
    """Queue a run; `Location` says where to watch it."""
    asked = body or PlanIn()

    def act(work: UnitOfWork) -> Answer:
        day, until = asked.day, asked.until
        if day is None:
            span = default_span(work, asked.region)
            day, until = span.day, until or span.until
        parameters = RunParameters(
            day=day,
            until=until,
            region=asked.region,
            engine=asked.engine,
            seed=asked.seed,
            time_limit_s=asked.time_limit_s,
            iterations=asked.iterations,
        )
        row = start_run(work, parameters)
        return Answer(
            run_out(row, work.accounts.name_of), 202, {"Location": f"/api/v1/runs/{row.id}"}
        )

    response = call.perform(act)
    call.services.executor.wake()
    return response


@router.get(
    "",
    response_model=Page[PlanHead],
    summary="List plans, newest first",
    responses=documented(401, 403, 422),
)
def list_plans(call: InCall, cursor: CursorParam = None, limit: LimitParam = 50) -> Response:
    """List the heads of plans."""
    given = decode_cursor(cursor)
    if given and not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputError.at("", cursor, "a cursor as an earlier page gave it")
    after = int(given) if given else None

    def find(work: UnitOfWork) -> Page[PlanHead]:
        rows = work.plans.page(after=after, limit=limit + 1)
        items = [plan_head(row, work.accounts.name_of) for row in rows[:limit]]
        more = len(rows) > limit
        cursor_out = encode_cursor(str(items[-1].version)) if more else None
        return Page(items=items, next_cursor=cursor_out)

    return call.answer(Answer(call.read(find)))


@router.post(
    "/solve",
    response_model=None,
    summary="Plan a case file; nothing is stored",
    responses={
        200: {
            "description": "The plan file.",
            "content": {"application/json": {"schema": {"type": "object", "title": "Plan file"}}},
        },
        **documented(401, 403, 413, 415, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "A case file (contract section 3).",
            "content": {"application/json": {"schema": {"type": "object", "title": "Case file"}}},
        }
    },
)
async def solve_case(
    request: Request,
    call: InCall,
    time_limit: Annotated[float, Query(gt=0, le=3600, description="Seconds of search.")] = 10.0,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1)] = 1,
    engine: Annotated[str, Query(pattern="^(auto|ortools|lns)$")] = "auto",
    iterations: Annotated[int | None, Query(ge=0, le=10**9)] = None,
) -> Response:
    """Plan in a process of its own and answer with the plan file."""
    settings = call.services.settings
    if time_limit > settings.longest_solve_s:
        expected = f"at most {settings.longest_solve_s:g} seconds"
        raise InputError.at("", time_limit, expected, f"time_limit: expected {expected}")
    assert engine in ENGINES
    body = await request.body()
    return await run_in_threadpool(
        _solve, call, body, time_limit=time_limit, seed=seed, engine=engine, iterations=iterations
    )


def _solve(
    call: Call,
    body: bytes,
    *,
    time_limit: float,
    seed: int,
    engine: str,
    iterations: int | None,
) -> Response:
    services = call.services
    if len(body) <= SMALL_CASE:
        # A wrong case is told at once; only what takes long to read is left to the process.
        parse_case(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError.at("", f"byte 0x{body[error.start]:02x}", "UTF-8 text") from error
    if not services.solve_slots.acquire(timeout=2):
        message = "solve: too many at once, expected to come back later"
        raise Refusal(503, "busy", message, {"Retry-After": "10"})
    try:
        order = SolveOrder(
            text,
            engine,
            seed,
            time_limit,
            iterations,
            services.settings.solver_memory_mb,
        )
        solved = solve_apart(order, abandoned=services.stopping.is_set)
    finally:
        services.solve_slots.release()
    written = json.dumps(solved.plan, ensure_ascii=False, allow_nan=False)
    return Response(written.encode("utf-8"), media_type="application/json")


def _plan_answer(row: PlanRow, head: PlanHead) -> Response:
    # The plan was written by this program; reading it only to write it again takes longer than
    # everything else on the way to a big board.
    text = row.plan_text.rstrip()
    assert text.endswith("}"), "a plan file is an object"
    written = f'{text[:-1]},"publication":{head.model_dump_json()}}}'
    return Response(
        written.encode("utf-8"),
        headers={"ETag": _etag(row), "Content-Location": f"/api/v1/plans/{row.version}"},
        media_type="application/json",
    )


def _case_answer(row: PlanRow) -> Response:
    return Response(
        row.case_text.encode("utf-8"),
        headers={"Content-Location": f"/api/v1/plans/{row.version}/case"},
        media_type="application/json",
    )


def _etag(row: PlanRow) -> str:
    return f'"{row.version}-{row.state}"'


def _conditional(call: Call, row: PlanRow) -> Response:
    wanted = call.request.headers.get("if-none-match", "")
    if _etag(row) in [one.strip().removeprefix("W/") for one in wanted.split(",")]:
        return Response(status_code=304, headers={"ETag": _etag(row)})
    return _plan_answer(row, call.read(lambda work: plan_head(row, work.accounts.name_of)))


def find_current(work: UnitOfWork, region: str, day: date | None) -> PlanRow:
    """The current plan of a region that covers a day; without a day the one published last."""
    if day is None:
        today = company_settings(work).local_day(work.now)
        covering = [one for one in work.plans.all_current() if one.region == region]
        now = [one for one in covering if one.day <= today < one.until]
        row = max(now, key=lambda one: one.day, default=None) or work.plans.latest_current(region)
    else:
        covering = [
            one
            for one in work.plans.all_current()
            if one.region == region and one.day <= day < one.until
        ]
        row = max(covering, key=lambda one: one.day, default=None)
    if row is None:
        raise NotFound("plan", "current")
    return row


@router.get(
    "/current",
    response_model=PlanOut,
    summary="Read the plan in force",
    responses={304: {"description": "Not changed"}, **documented(401, 403, 404, 422)},
)
def read_current(
    call: InCall,
    region: Region = DEFAULT_REGION,
    day: Annotated[Day | None, Query(description="A local day that it covers.")] = None,
) -> Response:
    """Read the current plan; `Content-Location` names its version."""
    return _conditional(call, call.read(lambda work: find_current(work, region, day)))


@router.get(
    "/current/case",
    response_model=None,
    summary="Read the case file that the plan in force was made for",
    responses={
        200: {
            "description": "The case file.",
            "content": {"application/json": {"schema": {"type": "object", "title": "Case file"}}},
        },
        **documented(401, 403, 404, 422),
    },
)
def read_current_case(call: InCall, region: Region = DEFAULT_REGION) -> Response:
    """Read it beside the plan; `Content-Location` names the version, to be held against it."""
    return _case_answer(call.read(lambda work: find_current(work, region, None)))


@router.get(
    "/{version}",
    response_model=PlanOut,
    summary="Read a plan",
    responses={304: {"description": "Not changed"}, **documented(401, 403, 404, 422)},
)
def read_plan(version: Version, call: InCall) -> Response:
    """Read one version."""
    return _conditional(call, call.read(lambda work: work.plans.get(version)))


@router.get(
    "/{version}/case",
    response_model=None,
    summary="Read the case file that a plan was made for",
    responses={
        200: {
            "description": "The case file.",
            "content": {"application/json": {"schema": {"type": "object", "title": "Case file"}}},
        },
        **documented(401, 403, 404, 422),
    },
)
def read_plan_case(version: Version, call: InCall) -> Response:
    """Read the snapshot of the world: places, engineers, shifts, visits."""
    return _case_answer(call.read(lambda work: work.plans.get(version)))


@router.post(
    "/{version}/publish",
    response_model=PublishedOut,
    summary="Publish a draft by compare-and-set",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def publish_plan(version: Version, call: InCall, body: PublishIn | None = None) -> Response:
    """Make a draft the current plan; 409 names who was first."""
    database = call.services.database
    expected = call.maybe_expected_version()
    if body is not None and body.expected_current is not None:
        expected = body.expected_current
    # A draft that is published already is answered without the auditor's work: the replay of
    # the same call, or the word of who was first.
    row = call.read(lambda work: work.plans.get(version))
    draft = None if row.state != "draft" else examine_draft(database, version)

    def act(work: UnitOfWork) -> Answer:
        done = publish_in(work, draft, version=version, expected_current=expected)
        return Answer(
            PublishedOut(
                plan=plan_head(done.row, work.accounts.name_of), dropped=list(done.dropped)
            )
        )

    return call.perform(act)


@router.get(
    "/{version}/diff/{other}",
    response_model=DiffOut,
    summary="Compare two plans",
    responses=documented(401, 403, 404, 422),
)
def diff_plans(version: Version, other: Version, call: InCall) -> Response:
    """Tell what `other` changes against `version`: the bill, whom to phone, what it saves."""
    before, after = call.read(lambda work: (work.plans.get(version), work.plans.get(other)))
    case, old = parse_case(after.case_text), parse_plan(before.plan_text)
    new = parse_plan(after.plan_text)
    # The earlier plan goes on as far as the later world knows it.
    saved = money_of(case, without_unknown(old, case)).total - money_of(case, new).total
    return call.answer(Answer(diff_out(version, other, compare_plans(case, old, new), saved)))
