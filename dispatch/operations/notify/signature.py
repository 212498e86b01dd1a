"""Proof that a message is ours and fresh: HMAC-SHA256 over its time and its bytes.

The header reads ``t=<seconds since 1970>,v1=<hex>``; what is signed is the time in decimal
digits, a full stop, and the body as it stands on the wire (RFC 2104).
"""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["SIGNATURE_HEADER", "sign", "verify"]

SIGNATURE_HEADER = "Dispatch-Signature"
TOLERANCE_S = 300


def sign(secret: str, body: bytes, at: int) -> str:
    """Make the header for a body sent at a time in seconds since 1970."""
    return f"t={at},v1={_mac(secret, body, at)}"


def verify(secret: str, header: str, body: bytes, now: int) -> bool:
    """Tell whether a message is ours and not older than five minutes; for receivers.

    Parameters
    ----------
    secret
        As it was shown when the webhook was made.
    header, body
        As they came in; the body as bytes, before anything parses it.
    now
        The receiver's time in seconds since 1970.
    """
    parts = dict(one.split("=", 1) for one in header.split(",") if "=" in one)
    told = parts.get("t", "")
    if not (told.isascii() and told.isdecimal()) or len(told) > 12:
        return False
    at = int(told)
    if abs(now - at) > TOLERANCE_S:
        return False
    return hmac.compare_digest(_mac(secret, body, at).encode(), parts.get("v1", "").encode())


def _mac(secret: str, body: bytes, at: int) -> str:
    signed = str(at).encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
