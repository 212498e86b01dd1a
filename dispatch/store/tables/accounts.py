"""Who may come in: users, their sessions, and the keys of other systems."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import Versioned, instant, maybe_instant, reference

__all__ = ["ApiKeyRow", "SessionRow", "UserRow"]


class UserRow(Versioned, table=True):
    """A person who signs in with a password."""

    __tablename__ = "user_account"

    name: str = Field(unique=True, max_length=200)
    password_hash: str = Field(sa_type=Text)
    role: str = Field(max_length=20)
    engineer_id: str | None = reference("engineer", optional=True)
    disabled: bool = False
    created_at: datetime = instant()


class SessionRow(SQLModel, table=True):
    """One sign-in; the refresh token is kept as a hash and changes at every use."""

    __tablename__ = "login_session"

    id: str = Field(primary_key=True, max_length=64)
    user_id: str = reference("user_account")
    refresh_hash: str = Field(max_length=64, index=True)
    spent_hash: str | None = Field(default=None, max_length=64, index=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    revoked_at: datetime | None = maybe_instant()


class ApiKeyRow(SQLModel, table=True):
    """A key of an integrator's system; only its hash and last four characters are kept."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    key_hash: str = Field(unique=True, max_length=64)
    tail: str = Field(max_length=4)
    created_at: datetime = instant()
    revoked_at: datetime | None = maybe_instant()
