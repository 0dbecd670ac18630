"""One HTTP request with a bound on everything, and what its answer means for a message."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import httpx

from gateways.outgoing import TIMEOUT_SECONDS, RefusedError, TryLaterError

MOST_BYTES: Final = 65_536
"""Of an answer; what is beyond is not read."""
LONGEST_WAIT_SECONDS: Final = 3_600.0
_BUSY: Final = 429
_REQUEST_TIMEOUT: Final = 408
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Whether it is a 2xx."""
        return httpx.codes.is_success(self.status)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; `host` where the URL names an address instead of the host it is for."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    form: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    basic: tuple[str, str] | None = field(default=None, repr=False)
    host: str | None = None


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


async def ask(name: str, request: Request, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
    """Send a request; redirects are not followed.

    Args:
        name: Of the other side, for the code of an error.
        request: What to send.
        timeout_seconds: For connecting and for each answer.

    Raises:
        TryLaterError: No whole answer came in time.

    """
    extensions = {} if request.host is None else {"sni_hostname": request.host}
    own_proxy = request.host is None
    try:
        async with (
            asyncio.timeout(3 * timeout_seconds),
            httpx.AsyncClient(
                timeout=timeout_seconds, verify=_tls(), trust_env=own_proxy
            ) as client,
            client.stream(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.content,
                data=None if request.form is None else dict(request.form),
                params=None if request.query is None else dict(request.query),
                auth=request.basic,
                extensions=extensions,
            ) as response,
        ):
            return Answer(response.status_code, response.headers, await _read(response))
    except (httpx.TimeoutException, TimeoutError) as error:
        code = f"{name}: no answer in time"
        raise TryLaterError(code) from error
    except httpx.HTTPError as error:
        code = f"{name}: {type(error).__name__}"
        raise TryLaterError(code) from error
    except (httpx.InvalidURL, ValueError) as error:
        code = f"{name}: the address is no URL"
        raise RefusedError(code) from error


async def _read(response: httpx.Response) -> bytes:
    body = b""
    async for part in response.aiter_bytes():
        body += part
        if len(body) >= MOST_BYTES:
            break
    return body[:MOST_BYTES]


def judge(name: str, answer: Answer, more: str = "") -> None:
    """Turn an answer that is no success into an error.

    Raises:
        TryLaterError: For 408, 425, 429 and 5xx, with what Retry-After asks for.
        RefusedError: For everything else that is not 2xx.

    """
    if answer.accepted:
        return
    code = f"{name}: HTTP {answer.status}{more}"
    early = httpx.codes.TOO_EARLY
    if answer.status in {_BUSY, _REQUEST_TIMEOUT, early} or answer.status >= _SERVER_ERROR:
        raise TryLaterError(code, retry_after(answer.headers))
    raise RefusedError(code)


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds that a Retry-After asks for (RFC 9110, section 10.2.3), at most an hour.

    >>> retry_after({"Retry-After": "120"})
    120.0
    >>> retry_after({"Retry-After": "soon"})
    """
    said = str(headers.get("Retry-After", "")).strip()
    if said.isdigit():
        return min(float(said), LONGEST_WAIT_SECONDS)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    left = (at - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(left, 0.0), LONGEST_WAIT_SECONDS)
