"""The event log as server-sent events, resumable by ``Last-Event-ID`` (reliability 4.5)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from dispatch.api.call import Call, InCall, authenticate
from dispatch.api.problems import documented
from dispatch.errors import DispatchError, InputError
from dispatch.operations.accounts import Principal, Role, principal_of_session
from dispatch.store.tables import EventRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
PING_S = 10.0
BATCH = 200
MOST_BEHIND = 5000
# Accounts are nobody's business but the administrators'.
PRIVATE = ("user_", "session_", "api_key_", "password_", "position_")


@router.get(
    "/events",
    response_model=None,
    summary="Listen to what happens, as server-sent events",
    responses={
        200: {
            "description": "A stream; `id` is the number of the event, to be sent back as"
            " `Last-Event-ID`. An event `resync` says that the listener has missed some and"
            " should read everything again.",
            "content": {"text/event-stream": {}},
        },
        **documented(401, 403, 422),
    },
)
async def listen(
    call: InCall,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
    after: Annotated[
        int | None, Query(ge=0, le=2**53, description="Stands for the header Last-Event-ID.")
    ] = None,
    since: Annotated[int | None, Query(ge=0, le=2**53, description="The same as after.")] = None,
) -> Response:
    """Stream events from a number on; without one from now on."""
    since = since if after is None else after
    if last_event_id is not None:
        if not (last_event_id.isascii() and last_event_id.isdigit()):
            raise InputError.at("", last_event_id, "the id of an event")
        since = int(last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(call, since), media_type="text/event-stream", headers=headers)


async def _stream(call: Call, since: int | None) -> AsyncIterator[str]:
    hub = call.services.hub
    first, last = await to_thread.run_sync(_bounds, call)
    seq = last if since is None else since
    yield "retry: 2000\n\n"
    if seq > last or (seq < first - 1) or last - seq > MOST_BEHIND:
        seq = last
        yield _written(last, "resync", {"last": last})
    while not hub.closing:
        rows, still = await to_thread.run_sync(_more, call, seq)
        if not still:
            return
        for row in rows:
            seq = row.seq
            if _may_see(call.principal, row):
                yield _written(row.seq, row.type, _body(row))
        if not rows:
            await hub.wait(PING_S)
            if hub.last <= seq:
                yield ": still here\n\n"


def _bounds(call: Call) -> tuple[int, int]:
    return call.read(lambda work: (work.log.first_number(), work.log.last_number()))


def _more(call: Call, seq: int) -> tuple[Sequence[EventRow], bool]:
    rows = call.read(lambda work: work.log.after(seq, BATCH))
    try:
        # Rights may have changed since the stream began; a stream outlives no session.
        who = authenticate(call.request, call.services)
    except DispatchError:
        # An access token runs out long before the stream does; what counts is the session.
        who = _by_session(call)
    return rows, who is not None


def _by_session(call: Call) -> Principal | None:
    session = call.principal.session
    if session is None:
        return None
    try:
        return call.read(lambda work: principal_of_session(work, session))
    except DispatchError:
        return None


def _may_see(who: Principal, row: EventRow) -> bool:
    if row.type.startswith(PRIVATE):
        return who.role is Role.ADMIN
    if who.role is Role.ENGINEER:
        concerned = (row.payload.get("engineer"), *row.payload.get("engineers", ()))
        return who.engineer is not None and who.engineer in concerned
    return True


def _body(row: EventRow) -> dict[str, Any]:
    return {
        "type": row.type,
        "subject": row.subject,
        "at": row.at.isoformat(),
        "data": row.payload,
    }


def _written(seq: int, kind: str, body: dict[str, Any]) -> str:
    return f"id: {seq}\nevent: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"
