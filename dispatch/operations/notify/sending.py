"""One attempt to hand a message to a receiver; it never takes long and never raises."""

from __future__ import annotations

import contextlib
import http.client
import importlib
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.errors import DispatchError
from dispatch.operations.notify.outside_address import Target, read_target, resolve

__all__ = ["Attempt", "send_by_apprise", "send_by_http"]

LONGEST_S = 10.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went.

    Parameters
    ----------
    delivered
        Whether the receiver took the message (2xx).
    status
        What it answered; None without an answer.
    error
        Why not; never the receiver's own words.
    retry_after_s
        How long it asked to be left alone.
    """

    delivered: bool
    status: int | None = None
    error: str = ""
    retry_after_s: int | None = None


def send_by_http(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: bool = False,
    longest_s: float = LONGEST_S,
) -> Attempt:
    """Post a message once; redirects are not followed, the answer's body is not read.

    Parameters
    ----------
    url, body, headers
        Of the message.
    private
        Whether addresses of the own network are allowed.
    longest_s
        Time for all of it together, however slowly the receiver answers.
    """
    try:
        target = read_target(url, private=private)
        connection = _connection(target, resolve(target, private=private), longest_s)
    except DispatchError as error:
        return Attempt(False, error=error.message[:300])
    # A receiver that sends a byte now and then would outlast any time-out of a single read.
    end = threading.Timer(longest_s, _cut, (connection,))
    end.daemon = True
    try:
        connection.connect()
        end.start()
        connection.request("POST", target.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        after = answer.getheader("Retry-After") or ""
        wait = int(after) if after.isdecimal() and len(after) < 7 else None
        if 200 <= answer.status < 300:
            return Attempt(True, answer.status)
        return Attempt(False, answer.status, f"answered {answer.status}", wait)
    except ssl.SSLError as error:
        return Attempt(False, error=f"TLS: {error.reason or 'refused'}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Attempt(False, error=f"{type(error).__name__}: no answer")
    finally:
        end.cancel()
        connection.close()


def _connection(target: Target, address: str, longest_s: float) -> http.client.HTTPConnection:
    if target.secure:
        return _PinnedTls(target, address, longest_s)
    return _Pinned(target, address, longest_s)


class _Pinned(http.client.HTTPConnection):
    """Speaks to the address that was looked at, under the name that was asked for."""

    def __init__(self, target: Target, address: str, longest_s: float) -> None:
        super().__init__(target.host, target.port, timeout=longest_s)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _cut(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def send_by_apprise(urls: Sequence[str], title: str, text: str) -> Attempt:
    """Hand a message to mail, SMS and what else the extra ``notify`` knows.

    Parameters
    ----------
    urls
        As apprise writes them; they hold passwords, so they come from the environment.
    title, text
        In both languages.
    """
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return Attempt(False, error="apprise is not installed, expected the extra notify")
    if not urls:
        return Attempt(False, error="DISPATCH_APPRISE_URLS is empty, expected addresses")
    outlet = apprise.Apprise()
    for url in urls:
        outlet.add(url)
    taken = outlet.notify(title=title, body=text)
    return Attempt(bool(taken), error="" if taken else "apprise: not taken by all")
