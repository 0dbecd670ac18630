"""What every request goes through, as plain ASGI: nothing here reads a body or holds a response."""

import re
import time
import traceback
from collections.abc import Callable
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import (
    APIError,
    BadRequestError,
    InternalError,
    PayloadTooLargeError,
    TooManyRequestsError,
    problem_response,
)
from api.limits import Buckets
from api.metrics import REQUESTS, SECONDS
from telemetry.logs import logger

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ATTEMPT_PATHS = frozenset({"/api/auth/login/", "/api/auth/register/", "/api/iot/devices/verify/"})
MINUTE_SECONDS = 60.0

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestContext:
    """Outermost: request id, security headers, figures, and an answer to whatever went wrong."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = scope["request_id"] = _request_id(scope)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
                _count(scope, status, time.perf_counter() - began)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except ClientDisconnect:
                pass
            except APIError as error:
                await self._fail(error, scope, receive, send_with_headers, started=status > 0)
            except Exception as error:  # noqa: BLE001 - the last resort of every request
                _log_failure(error)
                await self._fail(
                    InternalError(), scope, receive, send_with_headers, started=status > 0
                )

    @staticmethod
    async def _fail(
        error: APIError, scope: Scope, receive: Receive, send: Send, *, started: bool
    ) -> None:
        if not started:
            await problem_response(error, scope["request_id"])(scope, receive, send)


def _request_id(scope: Scope) -> str:
    """Take over the caller's request id when it is harmless, else make one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value.decode("latin-1")):
            return str(value.decode("latin-1"))
    return uuid4().hex


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")
    REQUESTS.labels(scope["method"], route, status).inc()
    SECONDS.labels(route).observe(seconds)


def _log_failure(error: Exception) -> None:
    """Log where it happened and its type: the message of an error may quote health values."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-8:]
    ]
    logger().error("request_failed", error=type(error).__name__, frames=frames)


class TrailingSlash:
    """Paths under /api/ end with a slash; one that was forgotten is added without a redirect."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            path = scope["path"]
            if not path.endswith("/") and "." not in path.rsplit("/", 1)[-1]:
                scope["path"] = f"{path}/"
                scope["raw_path"] = scope["path"].encode()
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses a body that says it is, or turns out to be, larger than the limit."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        """Wrap `app`."""
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        for name, value in scope["headers"]:
            if name == b"content-length":
                self._check(value)

        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise PayloadTooLargeError
            return message

        await self._app(scope, bounded, send)

    def _check(self, content_length: bytes) -> None:
        if not content_length.isdigit():
            raise BadRequestError
        if int(content_length) > self._max_bytes:
            raise PayloadTooLargeError


class AttemptLimit:
    """Bounds, per address and process, how fast passwords and keys can be tried.

    A bucket of as many attempts as may be made per minute, filled evenly.
    """

    def __init__(
        self, app: ASGIApp, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Wrap `app`."""
        self._app = app
        self._buckets = Buckets(per_minute / MINUTE_SECONDS, per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with the seconds to wait."""
        if scope["type"] == "http" and scope["path"] in ATTEMPT_PATHS:
            wait_seconds = self._buckets.take((scope.get("client") or ("unknown", 0))[0])
            if wait_seconds > 0:
                raise TooManyRequestsError(int(wait_seconds) + 1)
        await self._app(scope, receive, send)
