"""Access tokens: short-lived, signed, bound to a session; and the CSRF proof of a session."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from dispatch.errors import Unauthenticated
from dispatch.store import UnitOfWork

__all__ = ["ACCESS_LENGTH", "TokenMint", "signing_secret"]

ACCESS_LENGTH = timedelta(minutes=10)
ALGORITHM = "HS256"
AUDIENCE = "dispatch"
TYPE = "access"
LEEWAY_S = 30
SETTING = "signing_secret"
REQUIRED = ["exp", "iat", "nbf", "aud", "iss", "sub", "sid", "typ"]


def signing_secret(work: UnitOfWork) -> str:
    """The installation's own secret, made at its first start; there is no default one."""
    kept = work.log.setting(SETTING)
    if kept is None:
        kept = secrets.token_urlsafe(48)
        work.log.keep_setting(SETTING, kept)
    return kept


class TokenMint:
    """Makes and reads access tokens.

    Parameters
    ----------
    secret
        Of the installation.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def access(self, user: str, session: str, now: datetime | None = None) -> str:
        """Make an access token for a session."""
        begun = now or datetime.now(UTC)
        claims: dict[str, Any] = {
            "iss": AUDIENCE,
            "aud": AUDIENCE,
            "typ": TYPE,
            "sub": user,
            "sid": session,
            "iat": begun,
            "nbf": begun,
            "exp": begun + ACCESS_LENGTH,
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def session_of(self, token: str) -> str:
        """Id of the session an access token belongs to.

        Raises
        ------
        Unauthenticated
            When it is not ours, has run out, or is a token of another kind.
        """
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=AUDIENCE,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise Unauthenticated("access token: not valid") from error
        if claims["typ"] != TYPE or not isinstance(claims["sid"], str):
            raise Unauthenticated("access token: not valid")
        return claims["sid"]

    def csrf(self, session: str) -> str:
        """Proof that whoever sends a cookie can also read our pages."""
        return hmac.new(
            self._secret.encode(), f"csrf:{session}".encode(), hashlib.sha256
        ).hexdigest()
