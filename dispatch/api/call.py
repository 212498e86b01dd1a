"""One call: who acts, what they may do, and the transaction their effect happens in."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from dispatch.api.authorisation import ANYBODY, RULES, allowed
from dispatch.api.problems import Refusal
from dispatch.api.services import Services
from dispatch.api.strict_json import BODY_HASH
from dispatch.errors import Forbidden, NotFound, Unauthenticated
from dispatch.operations.accounts import (
    KEY_PREFIX,
    Principal,
    Role,
    principal_of_key,
    principal_of_session,
)
from dispatch.store import UnitOfWork
from dispatch.store.replies import Reply, ReplyKey

__all__ = ["ACCESS_COOKIE", "CSRF_HEADER", "Answer", "Call", "InCall", "services_of"]

T = TypeVar("T")
ACCESS_COOKIE = "dispatch_access"
CSRF_HEADER = "x-csrf-token"
KEY = re.compile(r"[\x21-\x7e]{16,255}", re.ASCII)
ETAG = re.compile(r'(?:W/)?"(\d{1,15})"', re.ASCII)
SAFE = ("GET", "HEAD", "OPTIONS")
DEMO = Principal("demo", "demo", Role.ADMIN)
NOBODY = Principal("nobody", "nobody", Role.ENGINEER, engineer=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb answers: a body that is a schema, and what goes into the head."""

    body: BaseModel | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def reply(self) -> Reply:
        """Write it down once; the same bytes go out now and at every replay."""
        body = b"" if self.body is None else self.body.model_dump_json().encode("utf-8")
        return Reply(self.status, body, dict(self.headers))


class Call:
    """The present call.

    Parameters
    ----------
    request
        As it came in.
    services
        What the application shares between calls.
    principal
        Who acts.
    """

    def __init__(self, request: Request, services: Services, principal: Principal) -> None:
        self.request = request
        self.services = services
        self.principal = principal

    def read(self, action: Callable[[UnitOfWork], T]) -> T:
        """Run a query in one consistent view."""
        return self.services.database.read(action)

    def answer(self, answer: Answer) -> Response:
        """Send an answer that needed no transaction of its own."""
        return _response(answer.reply())

    def perform(
        self, action: Callable[[UnitOfWork], Answer], *, key: str | None = None
    ) -> Response:
        """Run a verb in one transaction, once per ``Idempotency-Key``.

        The key is claimed, the effect made and the answer kept in the same transaction, so
        either all of it is there or nothing; a key that was answered before gets the same
        bytes again.

        Parameters
        ----------
        action
            The verb.
        key
            Stands for the header where a route takes it from elsewhere.
        """
        wanted = self._reply_key(key)

        def run(work: UnitOfWork) -> Reply:
            if wanted is None:
                return action(work).reply()
            known = work.replies.find(wanted)
            if known is not None:
                return Reply(
                    known.status, known.body, {**known.headers, "Idempotency-Replayed": "true"}
                )
            work.replies.claim(wanted, work.now)
            reply = action(work).reply()
            work.replies.keep(wanted, reply)
            return reply

        return _response(self.services.database.write(run, actor=self.principal.id))

    def _reply_key(self, key: str | None) -> ReplyKey | None:
        given = key or self.request.headers.get("idempotency-key")
        if given is None:
            return None
        if not KEY.fullmatch(given):
            message = "Idempotency-Key: expected 16 to 255 visible ASCII characters"
            raise Refusal(400, "bad-idempotency-key", message)
        return ReplyKey(
            self.principal.id,
            self.request.method,
            self.request.url.path,
            given,
            self.request.scope.get(BODY_HASH, ""),
        )

    def expected_version(self) -> int:
        """Version the writer read, from ``If-Match``.

        Raises
        ------
        Refusal
            428 when the header is missing, 400 when it is no version.
        """
        given = self.request.headers.get("if-match")
        if given is None:
            raise Refusal(428, "if-match-missing", "If-Match: missing, expected the ETag read")
        return _version(given)

    def maybe_expected_version(self) -> int | None:
        """Version from ``If-Match`` where the header is given."""
        given = self.request.headers.get("if-match")
        return None if given is None or given.strip() == "*" else _version(given)

    def require_own(self, kind: str, id: str, engineer: str) -> None:
        """Let an engineer see nothing of another one, not even that it exists."""
        if self.principal.role is Role.ENGINEER and self.principal.engineer != engineer:
            raise NotFound(kind, id)

    @property
    def as_engineer(self) -> str | None:
        """Id of the engineer who calls; None when somebody else does."""
        return self.principal.engineer if self.principal.role is Role.ENGINEER else None


def _version(given: str) -> int:
    found = ETAG.fullmatch(given.strip())
    if found is None:
        raise Refusal(400, "bad-if-match", 'If-Match: expected an ETag such as "3"')
    return int(found[1])


def _response(reply: Reply) -> Response:
    kind = "application/json" if reply.body else None
    return Response(reply.body, reply.status, headers=reply.headers, media_type=kind)


def services_of(request: Request) -> Services:
    """What the application shares between calls."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


def _in_call(
    request: Request,
    idempotency_key: Annotated[  # noqa: ARG001 - read from the request; here for the documents
        str | None,
        Header(
            description="16 to 255 visible ASCII characters; a repeated call with the same key"
            " and body gets the first answer again."
        ),
    ] = None,
) -> Call:
    """Find out who calls, and refuse what they may not do."""
    services = services_of(request)
    path = request.scope["route"].path
    method = "GET" if request.method == "HEAD" else request.method
    try:
        principal = authenticate(request, services)
    except (Unauthenticated, Forbidden):
        # A cookie that has run out must not keep its owner from signing in again.
        if RULES.get((method, path)) is not ANYBODY:
            raise
        principal = None
    role = None if principal is None else principal.role
    if not allowed(method, path, role):
        if (method, path) in RULES and role is None:
            raise Unauthenticated("sign-in: missing, expected a session or a key")
        raise Forbidden(f"{method} {path}: not allowed for role {role}")
    if principal is None:
        assert RULES[method, path] is ANYBODY
        principal = NOBODY
    return Call(request, services, principal)


def authenticate(request: Request, services: Services) -> Principal | None:
    """Find out who calls; None when nobody says so.

    Raises
    ------
    Unauthenticated
        When somebody says so and it does not hold.
    Forbidden
        When a cookie comes without its CSRF proof.
    """
    bearer = request.headers.get("authorization", "")
    cookie = request.cookies.get(ACCESS_COOKIE)
    if bearer:
        scheme, _, token = bearer.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Authorization: expected a bearer token")
        if token.startswith(KEY_PREFIX):
            return services.database.read(lambda work: principal_of_key(work, token))
        session = services.mint.session_of(token)
        return services.database.read(lambda work: principal_of_session(work, session))
    if services.settings.demo:
        return DEMO
    if cookie:
        session = services.mint.session_of(cookie)
        if request.method not in SAFE:
            given = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode(), services.mint.csrf(session).encode()):
                raise Forbidden(f"{CSRF_HEADER}: missing or wrong for this session")
        return services.database.read(lambda work: principal_of_session(work, session))
    return None


InCall = Annotated[Call, Depends(_in_call)]
