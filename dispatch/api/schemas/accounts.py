"""Sign-in, users and keys: bodies and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Identifier, Instant, Name, Record, YesNo

__all__ = [
    "ApiKeyIn",
    "ApiKeyMadeOut",
    "ApiKeyOut",
    "ApiKeysOut",
    "DisabledIn",
    "PasswordIn",
    "RefreshIn",
    "SessionOut",
    "SignInIn",
    "SignedInOut",
    "UserIn",
    "UserOut",
    "UsersOut",
]

RoleName = Literal["dispatcher", "manager", "engineer", "integrator", "admin"]
Password = Annotated[Name, Field(max_length=200)]


class SignInIn(Record):
    """Name and password."""

    name: Name
    password: Password
    cookies: YesNo = Field(
        default=False,
        description="True sets HttpOnly cookies, as the board wants; then unsafe calls need the"
        " header X-CSRF-Token.",
    )


class RefreshIn(Record):
    """A refresh token; the board sends its cookie instead."""

    refresh_token: Annotated[Name, Field(max_length=200)] | None = None


class PasswordIn(Record):
    """The old and the new password."""

    old: Password
    new: Password


class SessionOut(Out):
    """Who is signed in, and what a page has to know before anybody is."""

    signed_in: bool
    demo: bool = Field(description="True shows the banner: no login, this machine only.")
    name: str | None
    role: str | None
    engineer: str | None
    csrf_token: str | None = Field(description="To be sent as X-CSRF-Token with cookies.")
    tile_url: str = Field(description="Address pattern of map tiles; empty: none.")
    zone: str = Field(description="IANA zone of the company.")
    may_plan: bool = Field(description="Whether plans may be made, moved by hand and published.")
    may_report: bool = Field(
        description="Whether requests, disruptions and appointments may be taken in."
    )


class SignedInOut(Out):
    """Tokens of a new session; null where cookies carry them."""

    access_token: str | None
    refresh_token: str | None
    expires_in_s: int
    csrf_token: str


class UserIn(Record):
    """A new user."""

    name: Name
    password: Password
    role: RoleName
    engineer: Identifier | None = Field(default=None, description="Exactly with role engineer.")


class UserOut(Out):
    """A user."""

    id: str
    name: str
    role: str
    engineer: str | None
    disabled: bool
    created_at: Instant


class UsersOut(Out):
    """All users."""

    items: list[UserOut]


class DisabledIn(Record):
    """Whether a user is shut out."""

    disabled: YesNo


class ApiKeyIn(Record):
    """A new key for another system."""

    name: Name
    role: Literal["dispatcher", "manager", "integrator", "admin"] = "integrator"


class ApiKeyOut(Out):
    """A key, as far as anybody may see it."""

    id: str
    name: str
    role: str
    tail: str = Field(description="Its last four characters.")
    created_at: Instant
    revoked_at: Instant | None


class ApiKeysOut(Out):
    """All keys."""

    items: list[ApiKeyOut]


class ApiKeyMadeOut(Out):
    """A new key; this answer is the only place where it stands."""

    id: str
    key: str
