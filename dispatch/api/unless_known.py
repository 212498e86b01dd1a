"""Polling without waste: 304 to whoever has just this already."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from dispatch.api.call import Answer, Call

__all__ = ["SinceParam", "unless_known"]

SinceParam = Annotated[
    str | None,
    Query(max_length=64, description="ETag without its quotes, in place of If-None-Match."),
]


def unless_known(call: Call, body: BaseModel, since: str | None = None) -> Response:
    """Answer with an ETag, or with 304 to somebody who has just this.

    Parameters
    ----------
    call, body
        Who asks, and the whole answer.
    since
        The ETag that the caller knows, where a header cannot be sent.
    """
    etag = hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}
    told = call.request.headers.get("if-none-match", "").split(",")
    known = [one.strip().removeprefix("W/").strip('"') for one in (*told, since or "")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return call.answer(Answer(body, 200, headers))
