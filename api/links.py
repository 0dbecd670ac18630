"""Links that need no login: whoever has one gets one thing, until it runs out.

What signs them is made of the secret key (`telemetry.vouchers`), so nothing of a link is kept, and
one of one purpose is good for no other. They are in the query of a path, which no log of ours has;
programs that links pass through add to it, so that routes of links are `LENIENT`.
"""

import hmac
import time
from base64 import urlsafe_b64encode
from typing import Annotated

from fastapi import Query

from api.errors import NotFoundError
from telemetry.vouchers import Purpose, Vouchers

Until = Annotated[int, Query(ge=0, lt=2**40, description="Seconds since 1970 when it runs out.")]
Signature = Annotated[str, Query(max_length=100, description="What makes it ours.")]


def signature(vouchers: Vouchers, purpose: Purpose, about: bytes) -> str:
    """What signs a link that does not run out: 43 characters."""
    return urlsafe_b64encode(vouchers.digest(purpose, about)).decode().rstrip("=")


def signed(vouchers: Vouchers, purpose: Purpose, about: bytes, until: int) -> str:
    """Query of a link about something, good until a time in seconds since 1970."""
    return f"until={until}&signature={signature(vouchers, purpose, _timed(about, until))}"


def check(vouchers: Vouchers, purpose: Purpose, about: bytes, given: str) -> None:
    """Let in whoever has the link.

    Raises:
        NotFoundError: when it is forged.
    """
    if not hmac.compare_digest(signature(vouchers, purpose, about).encode(), given.encode()):
        raise NotFoundError


def check_until(vouchers: Vouchers, purpose: Purpose, about: bytes, until: int, given: str) -> None:
    """Let in whoever has the link, as long as it is good.

    Raises:
        NotFoundError: when it is forged or has run out.
    """
    check(vouchers, purpose, _timed(about, until), given)
    if until < time.time():
        raise NotFoundError


def _timed(about: bytes, until: int) -> bytes:
    return about + until.to_bytes(8, "big")
