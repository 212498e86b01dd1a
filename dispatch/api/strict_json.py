"""Bodies are looked at before anything else sees them: size, type, and what JSON leaves open.

JSON as Python reads it lets the last of two equal keys win, takes NaN, NUL characters and lone
surrogates, and integers of any length; each of them has poisoned a database somewhere. Here all
of them are refused, with a pointer each, before a route is even found.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator

from anyio import to_thread
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.api.problems import problem, problem_of
from dispatch.errors import InputError, Issue
from dispatch.formats.json_text import JsonObject, NumberTooLong, load_json

__all__ = ["BODY_HASH", "StrictJson", "find_issues"]

BODY_HASH = "dispatch.body_hash"
MOST_DEPTH = 40
MOST_ISSUES = 50
LARGEST_INTEGER = 2**53
FILE_TYPES = frozenset(
    {
        b"application/octet-stream",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        b"text/csv",
    }
)
"""Types of a file in a body; which it really is its content says."""
WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class StrictJson:
    """ASGI middleware that lets only sound bodies pass.

    Parameters
    ----------
    app
        What comes after.
    most_bytes
        Largest body.
    large_paths
        Paths with a bound of their own, whose body is read by a reader that is strict itself.
    file_paths
        Paths that take a file of some other kind as their body, with its bound.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        most_bytes: int,
        large_paths: dict[str, int],
        file_paths: dict[str, int] | None = None,
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._file_paths = file_paths or {}
        self._large_paths = {**large_paths, **self._file_paths}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, look at it, and hand both on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _look_at_address(scope)
        body = b""
        if refusal is None and scope["method"] in WITH_BODY:
            refusal, body = await self._read(scope, receive)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if scope["method"] in WITH_BODY:
            await self._app(scope, _replay(body, receive), send)
        else:
            await self._app(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive) -> tuple[JSONResponse | None, bytes]:
        most = self._large_paths.get(scope["path"], self._most_bytes)
        headers = dict(scope["headers"])
        too_large = problem(413, "too-large", f"body: expected at most {most} bytes")
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            return too_large, b""
        pieces: list[bytes] = []
        total = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return problem(400, "cut-off", "body: ended before it was whole"), b""
            pieces.append(message.get("body", b""))
            total += len(pieces[-1])
            if total > most:
                return too_large, b""
            if not message.get("more_body", False):
                break
        body = b"".join(pieces)
        scope[BODY_HASH] = hashlib.sha256(body).hexdigest()
        if not body:
            return None, body
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
        if scope["path"] in self._file_paths:
            if kind not in FILE_TYPES:
                expected = b", ".join(sorted(FILE_TYPES)).decode()
                return problem(415, "not-a-file", f"Content-Type: expected one of {expected}"), b""
        elif kind != b"application/json":
            return problem(415, "not-json", "Content-Type: expected application/json"), b""
        if headers.get(b"content-encoding", b"identity") != b"identity":
            return problem(415, "encoded", "Content-Encoding: expected none"), b""
        if scope["path"] in self._large_paths:
            return None, body
        return await to_thread.run_sync(_look_at_body, scope, body), body


def _look_at_address(scope: Scope) -> JSONResponse | None:
    raw = scope.get("raw_path") or b""
    if b"\0" in raw or "\0" in scope["path"] or b"%00" in raw + scope["query_string"]:
        return problem_of(InputError.at("", "U+0000", "an address without NUL characters"))
    return None


def _look_at_body(scope: Scope, body: bytes) -> JSONResponse | None:
    try:
        document = load_json(body)
        issues = [issue for issue, _ in zip(find_issues(document), range(MOST_ISSUES))]  # noqa: B905
        if issues:
            raise InputError(issues)
    except InputError as error:
        return problem_of(error)
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    scope[BODY_HASH] = hashlib.sha256(canonical.encode()).hexdigest()
    return None


def find_issues(document: object) -> Iterator[Issue]:
    """Walk through a document without recursion and yield what no field of ours accepts."""
    waiting: list[tuple[str, object, int]] = [("", document, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            yield Issue(place, "nested values", f"at most {MOST_DEPTH} levels")
        elif isinstance(value, dict):
            if isinstance(value, JsonObject):
                for name in value.duplicates:
                    yield Issue(_step(place, name), name, "each field only once")
            for name, inner in value.items():
                if not _is_sound(name):
                    yield Issue(_step(place, name), name, "a name without NUL and surrogates")
                waiting.append((_step(place, name), inner, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{place}/{n}", inner, depth + 1) for n, inner in enumerate(value)]
        elif isinstance(value, str):
            if not _is_sound(value):
                yield Issue(place, value, "a text without NUL characters and lone surrogates")
        elif isinstance(value, NumberTooLong) or (
            isinstance(value, int) and abs(value) >= LARGEST_INTEGER
        ):
            yield Issue(place, str(value)[:40], "a number below 2^53")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Issue(place, repr(value), "a finite number")


def _step(place: str, name: str) -> str:
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"


def _is_sound(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replayed
