"""Cursors of lists: opaque to callers, the last id underneath."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import Query

from dispatch.errors import InputError

__all__ = ["CursorParam", "LimitParam", "decode_cursor", "encode_cursor"]

CursorParam = Annotated[
    str | None, Query(max_length=400, description="`next_cursor` of the page before.")
]
LimitParam = Annotated[int, Query(ge=1, le=200, description="Most items in the answer.")]


def encode_cursor(last: str) -> str:
    """Make the cursor that goes on after an id."""
    return base64.urlsafe_b64encode(last.encode("utf-8")).decode("ascii").rstrip("=")


def decode_cursor(cursor: str | None) -> str:
    """Read a cursor back; nothing gives the beginning."""
    if not cursor:
        return ""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise InputError.at("", cursor, "a cursor as an earlier page gave it") from error
    if "\0" in text:
        raise InputError.at("", cursor, "a cursor as an earlier page gave it")
    return text
