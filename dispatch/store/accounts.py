"""Queries on users, their sessions and API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from dispatch.store.tables import ApiKeyRow, SessionRow, UserRow

__all__ = ["Accounts"]


class Accounts:
    """Who may come in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self) -> int:
        """Number of users, disabled ones included."""
        return self._session.exec(select(func.count()).select_from(UserRow)).one()

    def add(self, row: UserRow | SessionRow | ApiKeyRow) -> None:
        """Write a new user, session or key."""
        self._session.add(row)
        self._session.flush()

    def user(self, id: str) -> UserRow | None:
        """A user by id."""
        return self._session.get(UserRow, id)

    def user_named(self, name: str) -> UserRow | None:
        """A user by sign-in name."""
        return self._session.exec(select(UserRow).where(UserRow.name == name)).first()

    def users(self) -> Sequence[UserRow]:
        """All users by name."""
        return self._session.exec(select(UserRow).order_by(UserRow.name)).all()

    def name_of(self, actor: str) -> str:
        """What people call an actor: its user's or key's name, else the actor itself."""
        kind, _, id = actor.partition(":")
        found = self.user(id) if kind == "user" else self.api_key(id) if kind == "key" else None
        return actor if found is None else found.name

    def session(self, id: str) -> SessionRow | None:
        """A session by id."""
        return self._session.get(SessionRow, id)

    def session_of_refresh(self, digest: str) -> SessionRow | None:
        """The session whose present refresh token has this hash."""
        query = select(SessionRow).where(SessionRow.refresh_hash == digest)
        return self._session.exec(query).first()

    def session_of_spent_refresh(self, digest: str) -> SessionRow | None:
        """The session whose refresh token before the present one had this hash."""
        query = select(SessionRow).where(SessionRow.spent_hash == digest)
        return self._session.exec(query).first()

    def revoke_sessions(self, user: str, at: datetime) -> None:
        """End every session of a user."""
        mine = (col(SessionRow.user_id) == user) & col(SessionRow.revoked_at).is_(None)
        self._session.execute(update(SessionRow).where(mine).values(revoked_at=at))

    def api_key(self, id: str) -> ApiKeyRow | None:
        """A key by id."""
        return self._session.get(ApiKeyRow, id)

    def api_key_of_hash(self, digest: str) -> ApiKeyRow | None:
        """A key that still holds, by its hash."""
        query = select(ApiKeyRow).where(ApiKeyRow.key_hash == digest)
        return self._session.exec(query.where(col(ApiKeyRow.revoked_at).is_(None))).first()

    def api_keys(self) -> Sequence[ApiKeyRow]:
        """All keys, newest last."""
        return self._session.exec(select(ApiKeyRow).order_by(col(ApiKeyRow.created_at))).all()
