"""Errors on the wire: RFC 9457 problems, each class of error with its one status.

==================  ======  ==========================================================
error               status  try again?
==================  ======  ==========================================================
InputError          422     no: mend what the issues point to
KeyReused           422     no: take a new Idempotency-Key
Unauthenticated     401     after signing in
Forbidden           403     no
NotFound            404     no
Conflict            409     after reading again (PlanConflict names who was first)
PlanRejected        409     no: plan again
Stale               412     after reading again
RunCancelled        409     yes
RunFailed           503     yes, with another seed or less work
Unavailable         503     yes, after ``Retry-After``
==================  ======  ==========================================================

Besides: 400 for a key that is none, 405, 413 (body too large), 415 (not JSON), 428 (``If-Match``
missing), 429 (too many tries). Nothing of an unplanned error but its number leaves the house.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from dispatch.errors import (
    Conflict,
    DispatchError,
    Forbidden,
    InputError,
    Issue,
    KeyReused,
    NotFound,
    PlanConflict,
    PlanRejected,
    RunCancelled,
    RunFailed,
    Stale,
    Unauthenticated,
    Unavailable,
)

__all__ = ["PROBLEM_JSON", "Refusal", "add_handlers", "problem", "problem_of"]

PROBLEM_JSON = "application/problem+json"
LONGEST_VALUE = 120
STATUS: tuple[tuple[type[DispatchError], int], ...] = (
    (InputError, 422),
    (KeyReused, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (PlanRejected, 409),
    (RunCancelled, 409),
    (Stale, 412),
    (RunFailed, 503),
    (Unavailable, 503),
)
"""The first row that fits counts."""

logger = logging.getLogger(__name__)


class Refusal(DispatchError):
    """A refusal that only HTTP knows, with its status.

    Parameters
    ----------
    status
        HTTP status.
    code
        Short stable word.
    message
        What is wrong.
    headers
        To be sent along.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        super().__init__(message)


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = PROBLEM_JSON


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> JSONResponse:
    """Make a problem response."""
    body = {
        "type": f"urn:dispatch:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return ProblemResponse(body, status, headers=dict(headers or {}))


def problem_of(error: DispatchError) -> JSONResponse:
    """Make the problem of an error, by the table above."""
    if isinstance(error, Refusal):
        return problem(error.status, error.code, error.message, headers=error.headers)
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    more: dict[str, object] = {}
    headers: dict[str, str] = {}
    detail = error.message
    if error.advice:
        more["advice"] = error.advice
    if isinstance(error, InputError):
        many = len(error.issues)
        detail = f"{many} {'problem' if many == 1 else 'problems'} in the input"
        more["issues"] = [issue_of(one) for one in error.issues]
    elif isinstance(error, PlanConflict):
        more |= {"expected": error.expected, "current": error.current}
        more["published_by"] = error.published_by
    elif isinstance(error, PlanRejected):
        more["violations"] = list(error.violations)
    elif isinstance(error, Stale):
        more |= {"expected": error.expected, "current": error.current}
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after_s or 5)
    elif isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, _code(error), detail, headers=headers, **more)


def _code(error: DispatchError) -> str:
    name = type(error).__name__
    return "".join(f"-{one.lower()}" if one.isupper() else one for one in name).lstrip("-")


def issue_of(issue: Issue) -> dict[str, object]:
    """Write an issue; its value is shortened to what JSON can say."""
    return {
        "pointer": _clean(issue.pointer),
        "value": shown(issue.value),
        "expected": _clean(issue.expected),
        "message": _clean(str(issue)),
    }


def shown(value: object) -> object:
    """What is told of a wrong value: short, flat, and never anything JSON cannot hold."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        small = math.isfinite(value) and abs(value) < 2**53
        return value if small else repr(value)[:LONGEST_VALUE]
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    if isinstance(value, (list, tuple)):
        return f"an array of {len(value)} values"
    text = _clean(value if isinstance(value, str) else str(value))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\u0000")


def _of_validation(error: RequestValidationError) -> JSONResponse:
    issues = []
    for one in error.errors():
        origin, *steps = one["loc"]
        place = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
        message = _words(one)
        told: dict[str, object] = {
            "pointer": _clean(place) if origin == "body" else "",
            "value": None if one["type"] == "missing" else shown(one.get("input")),
            "expected": _clean(message),
            "message": _clean(f"{place or '(document)'}: {message}"),
        }
        if origin != "body":
            told["parameter"] = f"{origin}.{'.'.join(str(step) for step in steps)}"
        issues.append(told)
    many = len(issues)
    detail = f"{many} {'problem' if many == 1 else 'problems'} in the input"
    return problem(422, "input-error", detail, issues=issues)


def _words(error: Mapping[str, Any]) -> str:
    limits = error.get("ctx", {})
    if isinstance(error.get("input"), str) and error["type"] in ("too_long", "too_short"):
        # Pydantic counts the letters of a text that was looked at before as items.
        most, least = limits.get("max_length"), limits.get("min_length")
        return f"at most {most} characters" if most is not None else f"at least {least} characters"
    return str(error["msg"]).removeprefix("Value error, ")


def add_handlers(app: FastAPI) -> None:
    """Let every error of the app become a problem."""

    @app.exception_handler(DispatchError)
    async def _planned(_request: Request, error: DispatchError) -> JSONResponse:
        return problem_of(error)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        return _of_validation(error)

    @app.exception_handler(HTTPException)
    async def _plain(_request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        detail = "no such address" if error.status_code == 404 else str(error.detail)
        return problem(error.status_code, code, detail, headers=error.headers)

    @app.exception_handler(Exception)
    async def _unplanned(_request: Request, error: Exception) -> JSONResponse:
        logger.error("unplanned error", exc_info=error)
        return problem(500, "unplanned", "something went wrong here; it has been noted")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of a route for OpenAPI."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
