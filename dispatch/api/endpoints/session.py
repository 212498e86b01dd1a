"""Signing in and out; tokens for programs, cookies for the board."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.authorisation import allowed
from dispatch.api.call import ACCESS_COOKIE, Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.accounts import (
    PasswordIn,
    RefreshIn,
    SessionOut,
    SignedInOut,
    SignInIn,
)
from dispatch.api.tokens import ACCESS_LENGTH
from dispatch.errors import Conflict, Unauthenticated
from dispatch.operations.accounts import (
    SESSION_LENGTH,
    change_password,
    end_session,
    open_session,
    rotate_session,
    verify_password,
)
from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store.tables import SessionRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/session")
REFRESH_COOKIE = "dispatch_refresh"
REFRESH_PATH = "/api/v1/session"
NO_STORE = {"Cache-Control": "no-store"}


@router.get("", response_model=SessionOut, summary="Who is signed in")
def read_session(call: InCall) -> Response:
    """Tell who is signed in; nobody is no error."""
    zone = call.read(lambda work: company_settings(work).zone)
    who = call.principal
    known = who.id != "nobody"
    session = who.session
    settings = call.services.settings
    body = SessionOut(
        signed_in=known,
        demo=settings.demo,
        name=who.name if known else None,
        role=who.role.value if known else None,
        engineer=who.engineer,
        csrf_token=None if session is None else call.services.mint.csrf(session),
        tile_url=settings.tile_url,
        zone=zone,
        may_plan=known and allowed("POST", "/api/v1/plans", who.role),
        may_report=known and allowed("POST", "/api/v1/requests", who.role),
    )
    return call.answer(Answer(body, 200, NO_STORE))


@router.post(
    "",
    status_code=201,
    response_model=SignedInOut,
    summary="Sign in",
    responses=documented(401, 422, 429),
)
def sign_in(body: SignInIn, call: InCall) -> Response:
    """Begin a session."""
    services = call.services
    client = call.request.client
    address = "" if client is None else client.host
    services.throttle.count(body.name, address)
    user = verify_password(
        call.read(lambda work: work.accounts.user_named(body.name)), body.password
    )
    services.throttle.forgive(body.name, address)
    row, refresh = services.database.write(
        lambda work: open_session(work, user), actor=f"user:{user.id}"
    )
    return _signed_in(call, row, refresh, cookies=body.cookies, status=201)


@router.post(
    "/refresh",
    response_model=SignedInOut,
    summary="Change a refresh token for new tokens",
    responses=documented(401, 403, 422),
)
def refresh_session(call: InCall, body: RefreshIn | None = None) -> Response:
    """Go on with a session; a token that was used before ends it."""
    given = None if body is None else body.refresh_token
    token = given or call.request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise Unauthenticated("refresh token: missing")
    found = call.services.database.write(lambda work: rotate_session(work, token))
    if found is None:
        raise Unauthenticated("refresh token: not valid")
    row, following = found
    return _signed_in(call, row, following, cookies=given is None, status=200)


@router.delete("", status_code=204, summary="Sign out", responses=documented(401, 403))
def sign_out(call: InCall) -> Response:
    """End the session; its tokens hold no longer."""
    session = call.principal.session
    if session is not None:
        call.services.database.write(
            lambda work: end_session(work, session), actor=call.principal.id
        )
    response = Response(status_code=204)
    response.delete_cookie(ACCESS_COOKIE, path="/")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH)
    return response


@router.put(
    "/password",
    status_code=204,
    summary="Change the own password; every session ends",
    responses=documented(401, 403, 409, 422, 429),
)
def put_password(body: PasswordIn, call: InCall) -> Response:
    """Change the password."""
    services = call.services
    kind, _, id = call.principal.id.partition(":")
    if kind != "user":
        raise Conflict("password: only users have one")
    services.throttle.count(call.principal.name, "password")
    user = verify_password(call.read(lambda work: work.accounts.user(id)), body.old)

    def act(work: UnitOfWork) -> None:
        stored = work.accounts.user(user.id)
        if stored is not None:
            change_password(work, stored, body.new)

    services.database.write(act, actor=call.principal.id)
    return Response(status_code=204)


def _signed_in(
    call: Call, row: SessionRow, refresh: str, *, cookies: bool, status: int
) -> Response:
    mint = call.services.mint
    access = mint.access(row.user_id, row.id)
    body = SignedInOut(
        access_token=None if cookies else access,
        refresh_token=None if cookies else refresh,
        expires_in_s=int(ACCESS_LENGTH.total_seconds()),
        csrf_token=mint.csrf(row.id),
    )
    response = call.answer(Answer(body, status, NO_STORE))
    if cookies:
        secure = call.services.settings.secure_cookies and not call.services.settings.demo
        for name, value, path, age in (
            (ACCESS_COOKIE, access, "/", ACCESS_LENGTH),
            (REFRESH_COOKIE, refresh, REFRESH_PATH, SESSION_LENGTH),
        ):
            response.set_cookie(
                name,
                value,
                max_age=int(age.total_seconds()),
                path=path,
                secure=secure,
                httponly=True,
                samesite="strict",
            )
    return response
