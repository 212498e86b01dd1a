"""Who may come in: users with passwords, sessions that can be ended at once, keys of systems.

For the command line::

    create_first_admin(database_url, name, password) -> None    # refuses when users exist
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import argon2

from dispatch.errors import Conflict, InputError, Issue, Unauthenticated
from dispatch.operations.opening import opened
from dispatch.store import UnitOfWork
from dispatch.store.tables import ApiKeyRow, EngineerRow, SessionRow, UserRow

__all__ = [
    "Principal",
    "Role",
    "change_password",
    "create_first_admin",
    "create_user",
    "end_session",
    "find_session",
    "make_api_key",
    "open_session",
    "principal_of_key",
    "principal_of_session",
    "rotate_session",
    "verify_password",
]

SESSION_LENGTH = timedelta(days=14)
LEAST_PASSWORD = 10
KEY_PREFIX = "dk_"
# Argon2id with the cost of RFC 9106's second recommendation, less memory: 64 MiB, 3 passes.
HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
WRONG = "name or password: not right"


class Role(StrEnum):
    """What somebody may do; the table of rights stands in `dispatch.api.authorisation`."""

    DISPATCHER = "dispatcher"
    MANAGER = "manager"
    ENGINEER = "engineer"
    INTEGRATOR = "integrator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is acting.

    Parameters
    ----------
    id
        Stable name for logs and idempotency keys, for example ``user:…``.
    name
        For people.
    role
        What they may do.
    engineer
        Id of the engineer they are; None for everybody else.
    session
        Id of their session; None for keys and in the demo.
    """

    id: str
    name: str
    role: Role
    engineer: str | None = None
    session: str | None = None


def digest(token: str) -> str:
    """Hash of a random token; they are long enough to need no salt."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def create_first_admin(database_url: str, name: str, password: str) -> None:
    """Make the first user of an installation.

    Raises
    ------
    Conflict
        When there are users already.
    InputError
        When the password is too short.
    """
    with opened(database_url) as database:
        database.write(lambda work: first_admin(work, name, password), actor="set-up")


def first_admin(work: UnitOfWork, name: str, password: str) -> UserRow:
    """Make the first user inside a transaction."""
    if work.accounts.count():
        raise Conflict("users: there are some already, expected none")
    return create_user(work, name, password, Role.ADMIN)


def create_user(
    work: UnitOfWork, name: str, password: str, role: Role, *, engineer: str | None = None
) -> UserRow:
    """Make a user.

    Raises
    ------
    Conflict
        When the name is taken.
    InputError
        When the password is too short, or an engineer's user names no engineer.
    """
    issues = []
    if len(password) < LEAST_PASSWORD:
        issues.append(Issue("/password", "***", f"at least {LEAST_PASSWORD} characters"))
    if (role is Role.ENGINEER) != (engineer is not None):
        issues.append(Issue("/engineer", engineer, "an engineer exactly with role engineer"))
    elif engineer is not None and work.catalogue.find(EngineerRow, engineer) is None:
        issues.append(Issue("/engineer", engineer, "id of a known engineer"))
    if issues:
        raise InputError(issues)
    if work.accounts.user_named(name) is not None:
        raise Conflict(f"user {name!r}: exists already, expected a new name")
    row = UserRow(
        id=str(uuid.uuid4()),
        name=name,
        password_hash=HASHER.hash(password),
        role=role.value,
        engineer_id=engineer,
        created_at=work.now,
    )
    work.accounts.add(row)
    work.tell("user_created", row.id, {"role": role.value})
    return row


def verify_password(user: UserRow | None, password: str) -> UserRow:
    """Check a password; it takes as long for a name that nobody has.

    Raises
    ------
    Unauthenticated
        With the same words whatever is wrong.
    """
    known = user is not None and not user.disabled
    stored = user.password_hash if user is not None else _nobody()
    try:
        HASHER.verify(stored, password)
    except argon2.exceptions.VerificationError as error:
        raise Unauthenticated(WRONG) from error
    if not known or user is None:
        raise Unauthenticated(WRONG)
    return user


_NOBODY: list[str] = []


def _nobody() -> str:
    if not _NOBODY:
        _NOBODY.append(HASHER.hash(secrets.token_urlsafe(16)))
    return _NOBODY[0]


def open_session(work: UnitOfWork, user: UserRow) -> tuple[SessionRow, str]:
    """Begin a session; the refresh token is given out once and kept as a hash."""
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        id=str(uuid.uuid4()),
        user_id=user.id,
        refresh_hash=digest(token),
        created_at=work.now,
        expires_at=work.now + SESSION_LENGTH,
    )
    work.accounts.add(row)
    work.tell("session_opened", user.id)
    return row, token


def rotate_session(work: UnitOfWork, token: str) -> tuple[SessionRow, str] | None:
    """Change a refresh token for the next one.

    Returns
    -------
    tuple or None
        None when the token does not hold. A token that was spent before means that it was
        stolen from one side or the other, so its session ends with it.
    """
    spent = work.accounts.session_of_spent_refresh(digest(token))
    if spent is not None:
        spent.revoked_at = spent.revoked_at or work.now
        work.accounts.add(spent)
        work.tell("session_revoked", spent.user_id, {"reason": "a spent token came back"})
        return None
    row = work.accounts.session_of_refresh(digest(token))
    if row is None or row.revoked_at is not None or row.expires_at <= work.now:
        return None
    user = work.accounts.user(row.user_id)
    if user is None or user.disabled:
        return None
    following = secrets.token_urlsafe(32)
    row.spent_hash, row.refresh_hash = row.refresh_hash, digest(following)
    work.accounts.add(row)
    return row, following


def find_session(work: UnitOfWork, token: str) -> SessionRow | None:
    """The session of a refresh token, or None."""
    return work.accounts.session_of_refresh(digest(token))


def end_session(work: UnitOfWork, id: str) -> None:
    """Sign out: the session's tokens hold no longer."""
    row = work.accounts.session(id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = work.now
        work.accounts.add(row)
        work.tell("session_ended", row.user_id)


def change_password(work: UnitOfWork, user: UserRow, password: str) -> None:
    """Set a new password and end every session of the user."""
    if len(password) < LEAST_PASSWORD:
        raise InputError.at("/password", "***", f"at least {LEAST_PASSWORD} characters")
    user.password_hash = HASHER.hash(password)
    work.accounts.add(user)
    work.accounts.revoke_sessions(user.id, work.now)
    work.tell("password_changed", user.id)


def principal_of_session(work: UnitOfWork, session: str) -> Principal:
    """Who a session belongs to, as things stand at this moment.

    Raises
    ------
    Unauthenticated
        When it was ended, or the user disabled.
    """
    row = work.accounts.session(session)
    if row is None or row.revoked_at is not None or row.expires_at <= work.now:
        raise Unauthenticated("session: ended, expected one that goes on")
    user = work.accounts.user(row.user_id)
    if user is None or user.disabled:
        raise Unauthenticated("session: ended, expected one that goes on")
    return Principal(f"user:{user.id}", user.name, Role(user.role), user.engineer_id, row.id)


def make_api_key(work: UnitOfWork, name: str, role: Role) -> tuple[ApiKeyRow, str]:
    """Make a key for another system; it is given out once and kept as a hash."""
    if role is Role.ENGINEER:
        raise InputError.at("/role", role.value, "a role that is no engineer's")
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKeyRow(
        id=str(uuid.uuid4()),
        name=name,
        role=role.value,
        key_hash=digest(key),
        tail=key[-4:],
        created_at=work.now,
    )
    work.accounts.add(row)
    work.tell("api_key_created", row.id, {"role": role.value})
    return row, key


def principal_of_key(work: UnitOfWork, key: str) -> Principal:
    """Who a key belongs to.

    Raises
    ------
    Unauthenticated
        When it is unknown or was revoked.
    """
    row = work.accounts.api_key_of_hash(digest(key))
    if row is None:
        raise Unauthenticated("API key: unknown or revoked")
    return Principal(f"key:{row.id}", row.name, Role(row.role))
