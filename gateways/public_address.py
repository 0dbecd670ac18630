"""Addresses that strangers gave: only what is on the public network is called.

A name is resolved once and every address of it looked at; the request then goes to the address
that was looked at, so that a name which changes its address in between gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from gateways.outgoing import RefusedError, TryLaterError

_RESOLVE_SECONDS: Final = 5.0
_WRAPPED: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 that stands for IPv4 behind a gateway: NAT64, 6to4, Teredo."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: `url` with an address in place of the name, and the name."""

    url: str
    host: str
    host_header: str


def is_public(address: str) -> bool:
    """Whether an IP address is on the public network.

    >>> [is_public(one) for one in ("8.8.8.8", "127.0.0.1", "10.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    >>> is_public("::ffff:10.0.0.1"), is_public("2001:4860:4860::8888")
    (False, True)
    """
    found = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in network for network in _WRAPPED):
            return False
    return found.is_global and not found.is_multicast


NO_URL: Final = "is no URL"
NOT_HTTPS: Final = "is not https"
NOT_PUBLIC: Final = "is not public"


def objection(url: str, *, allow_private: bool) -> str | None:
    """What speaks against calling a URL before its name is looked up; None: nothing.

    >>> objection("https://his.example/hooks", allow_private=False)
    >>> [objection(one, allow_private=False) for one in ("http://a.example", "https://127.1/x")]
    ['is not https', 'is not public']
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return NO_URL
    if not host or parts.username is not None or parts.scheme not in {"https", "http"}:
        return NO_URL
    if allow_private:
        return None
    if parts.scheme == "http":
        return NOT_HTTPS
    return None if _may_be_public(host) else NOT_PUBLIC


def _may_be_public(host: str) -> bool:
    """Whether a host is a public address, or a name that may lead to one."""
    if f".{host.rstrip('.')}".endswith(".localhost"):
        return False
    try:
        return is_public(host)
    except ValueError:
        pass
    try:
        # As resolvers read numbers: 127.1, 0x7f000001 and 2130706433 are addresses, too.
        return is_public(socket.inet_ntoa(socket.inet_aton(host)))
    except OSError:
        return True


async def place_of(name: str, url: str, *, allow_private: bool = False) -> Place:
    """Find where a URL leads.

    Args:
        name: Of the outlet, for the code of an error.
        url: From a stranger.
        allow_private: Whether plain HTTP and private addresses are allowed.

    Raises:
        RefusedError: It is no https URL, or leads into a private network.
        TryLaterError: The name cannot be resolved now.

    """
    reason = objection(url, allow_private=allow_private)
    if reason is not None:
        code = f"{name}: the address {reason}"
        raise RefusedError(code)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = await _resolve(name, host, port)
    if not allow_private and not all(is_public(one) for one in addresses):
        code = f"{name}: the address {NOT_PUBLIC}"
        raise RefusedError(code)
    address = addresses[0]
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    pinned = urlunsplit((parts.scheme, where, parts.path or "/", parts.query, ""))
    return Place(pinned, host, parts.netloc)


async def _resolve(name: str, host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        code = f"{name}: the host is not found"
        raise TryLaterError(code) from error
    return [str(one[4][0]) for one in found]
