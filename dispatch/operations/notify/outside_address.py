"""Where a message may go: addresses of the outside, never of the house itself.

A name is resolved once, every address behind it is looked at, and the connection goes to the
address that was looked at, so a name that changes its mind between two questions gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from dispatch.errors import InputError, Unavailable

__all__ = ["Target", "read_target", "resolve"]

# A receiver of messages listens on the port of the web or on one that needs no privileges.
LOWEST_FREE_PORT = 1024


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart.

    Parameters
    ----------
    secure
        Whether it is spoken to through TLS.
    host, port
        Where.
    path
        With its query, as it goes into the request line.
    """

    secure: bool
    host: str
    port: int
    path: str


def read_target(url: str, *, private: bool = False, pointer: str = "/url") -> Target:
    """Take an address apart.

    Parameters
    ----------
    url
        ``https`` only, unless `private`.
    private
        Whether the installation allows plain http and addresses of its own network.
    pointer
        Of the field, for the refusal.

    Raises
    ------
    InputError
        When it is none that messages may go to.
    """
    expected = "an https address of the outside" if not private else "an http or https address"
    wrong = InputError.at(pointer, url[:120], expected)
    if not url.isascii() or any(letter.isspace() or ord(letter) < 32 for letter in url):
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    schemes = ("https", "http") if private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise wrong
    secure = parts.scheme == "https"
    if port is None:
        port = 443 if secure else 80
    if port not in (80, 443) and port < LOWEST_FREE_PORT:
        raise wrong
    if not private and _is_inside(parts.hostname):
        raise wrong
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, parts.hostname, port, path)


def resolve(target: Target, *, private: bool = False) -> str:
    """Find the address to connect to.

    Raises
    ------
    Unavailable
        When the name is unknown, or any address behind it belongs to the inside.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"webhook: name {target.host!r} is not known") from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses:
        raise Unavailable(f"webhook: name {target.host!r} has no address")
    if not private and any(not _is_global(one) for one in addresses):
        raise Unavailable(f"webhook: {target.host!r} leads inside, expected the outside")
    return addresses[0]


def _is_inside(host: str) -> bool:
    """Tell whether a host is an address of the inside, in whatever spelling, or a local name."""
    bare = host.rstrip(".").lower()
    if bare == "localhost" or bare.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not _is_global(str(ipaddress.ip_address(bare)))
    except ValueError:
        pass
    try:
        # The resolver takes 2130706433 and 0x7f.1 for 127.0.0.1; so must we.
        return not _is_global(socket.inet_ntoa(socket.inet_aton(bare)))
    except OSError:
        return False


def _is_global(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    plain = mapped or found
    return plain.is_global and not plain.is_multicast
