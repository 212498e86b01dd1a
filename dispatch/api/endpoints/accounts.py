"""Users and API keys; only administrators come here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.accounts import (
    ApiKeyIn,
    ApiKeyMadeOut,
    ApiKeyOut,
    ApiKeysOut,
    DisabledIn,
    UserIn,
    UserOut,
    UsersOut,
)
from dispatch.errors import NotFound
from dispatch.operations.accounts import Role, create_user, make_api_key
from dispatch.store import UnitOfWork
from dispatch.store.tables import UserRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]


def _user(row: UserRow) -> UserOut:
    return UserOut(
        id=row.id,
        name=row.name,
        role=row.role,
        engineer=row.engineer_id,
        disabled=row.disabled,
        created_at=row.created_at,
    )


@router.get("/users", response_model=UsersOut, summary="List users", responses=documented(401, 403))
def list_users(call: InCall) -> Response:
    """List users by name."""
    rows = call.read(lambda work: work.accounts.users())
    return call.answer(Answer(UsersOut(items=[_user(row) for row in rows])))


@router.post(
    "/users",
    status_code=201,
    response_model=UserOut,
    summary="Add a user",
    responses=documented(401, 403, 409, 422),
)
def add_user(body: UserIn, call: InCall) -> Response:
    """Make a user."""
    return call.perform(
        lambda work: Answer(
            _user(
                create_user(work, body.name, body.password, Role(body.role), engineer=body.engineer)
            ),
            201,
        )
    )


@router.put(
    "/users/{id}/disabled",
    response_model=UserOut,
    summary="Shut a user out, or let them in again; sessions end at once",
    responses=documented(401, 403, 404, 422),
)
def disable_user(id: Id, body: DisabledIn, call: InCall) -> Response:
    """Disable or enable a user."""

    def act(work: UnitOfWork) -> Answer:
        row = work.accounts.user(id)
        if row is None:
            raise NotFound("user", id)
        row.disabled = body.disabled
        work.accounts.add(row)
        if body.disabled:
            work.accounts.revoke_sessions(id, work.now)
        work.tell("user_disabled" if body.disabled else "user_enabled", id)
        return Answer(_user(row))

    return call.perform(act)


@router.get(
    "/api-keys", response_model=ApiKeysOut, summary="List API keys", responses=documented(401, 403)
)
def list_keys(call: InCall) -> Response:
    """List keys; none of them is shown."""
    rows = call.read(lambda work: work.accounts.api_keys())
    items = [ApiKeyOut.model_validate(row) for row in rows]
    return call.answer(Answer(ApiKeysOut(items=items)))


@router.post(
    "/api-keys",
    status_code=201,
    response_model=ApiKeyMadeOut,
    summary="Make an API key; it is shown this once",
    responses=documented(401, 403, 422),
)
def add_key(body: ApiKeyIn, call: InCall) -> Response:
    """Make a key.

    The answer holds a secret, so it is never kept for replays: a second call makes a second key.
    """
    row, key = call.services.database.write(
        lambda work: make_api_key(work, body.name, Role(body.role)), actor=call.principal.id
    )
    return call.answer(
        Answer(ApiKeyMadeOut(id=row.id, key=key), 201, {"Cache-Control": "no-store"})
    )


@router.delete(
    "/api-keys/{id}",
    status_code=204,
    summary="Revoke an API key at once",
    responses=documented(401, 403, 404),
)
def revoke_key(id: Id, call: InCall) -> Response:
    """Revoke a key."""

    def act(work: UnitOfWork) -> Answer:
        row = work.accounts.api_key(id)
        if row is None:
            raise NotFound("API key", id)
        row.revoked_at = row.revoked_at or work.now
        work.accounts.add(row)
        work.tell("api_key_revoked", id)
        return Answer(None, 204)

    return call.perform(act)
