"""Where a request comes from, as a list of sessions tells it."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

MAX_AGENT = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """Address and program of a client."""

    address: str
    user_agent: str

    @property
    def network(self) -> str:
        """What one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 one."""
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, ipaddress.IPv4Address):
            return self.address
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))


def origin_of(request: Request) -> Origin:
    """Where a request comes from."""
    agent = request.headers.get("user-agent", "").replace("\0", "")[:MAX_AGENT]
    return Origin(request.client.host if request.client else "", agent)


async def _origin(request: Request) -> Origin:
    return origin_of(request)


CallerOrigin = Annotated[Origin, Depends(_origin)]
