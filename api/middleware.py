"""What every request goes through, as plain ASGI: nothing here reads a body or holds a response."""

import re
import time
import traceback
from collections.abc import Mapping
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import (
    APIError,
    BadRequestError,
    InternalError,
    PayloadTooLargeError,
)
from api.metrics import REQUESTS, SECONDS
from api.problems import problem_response
from api.quotas import tell
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
_SECURITY: Final = [
    (name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()
]
COMPRESSED_FROM_BYTES: Final = 1024
COMPRESSION: Final = 4
"""Of 9: twice as fast as the usual 6, and a twentieth larger."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
APPLICATION: Final = ("/api/", "/fhir/")
"""Beginnings of paths that are not pages."""


class RequestContext:
    """Request id, security headers and figures of every answer."""

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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                present = {name for name, _ in headers.raw}
                headers.raw.extend(one for one in _SECURITY if one[0] not in present)
                if scope["path"].startswith("/api/") and b"cache-control" not in present:
                    headers["Cache-Control"] = "no-store"
                tell(scope, headers)
                _count(scope, message["status"], time.perf_counter() - began)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_headers)


class Problems:
    """An answer to whatever went wrong, inside of what adds headers to answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except APIError as error:
            problem = error
        except Exception as error:  # noqa: BLE001 - the last resort of every request
            _log_failure(error)
            problem = InternalError()
        else:
            return
        if not started:
            await problem_response(problem, scope["request_id"], scope["path"])(
                scope, receive, send
            )


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


class Forms:
    """Forms of a request that mean the same. Outermost, so that all else sees one of them.

    Paths of the application end with a slash; one that was forgotten is added without a redirect,
    which would drop the body. HEAD is answered as GET is, without the body (RFC 9110, 9.3.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if (
            path.startswith(APPLICATION)
            and not path.endswith("/")
            and "." not in path.rsplit("/", 1)[-1]
        ):
            scope["path"] = f"{path}/"
            scope["raw_path"] = scope["path"].encode()
        if scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        ended = False

        async def without_body(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b""})
            if ended and message.get("more_body"):
                # A stream would go on for as long as somebody listens.
                raise ClientDisconnect

        # The server sees its own scope, which still says HEAD, and expects no body.
        await self._app({**scope, "method": "GET"}, receive, without_body)


class Compress:
    """Compresses what is read; never what is told of accounts and keys.

    A secret must not be in one compressed answer with something that somebody else chose, whose
    repetition the length would betray (BREACH). Nor people's files, whose parts are counted in
    their own bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app
        self._compressed = GZipMiddleware(
            app, minimum_size=COMPRESSED_FROM_BYTES, compresslevel=COMPRESSION
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        safe = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and (
                not scope["path"].startswith(("/api/auth/", "/admin/"))
                or scope["path"].startswith("/admin/static/")
            )
            and "/files/" not in scope["path"]
        )
        await (self._compressed if safe else self._app)(scope, receive, send)


class BodyLimit:
    """Refuses a body that says it is, or turns out to be, larger than the limit."""

    def __init__(
        self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        """Wrap `app`; `larger` are limits by forms of beginnings of paths, of what is streamed."""
        self._app = app
        self._max_bytes = max_bytes
        self._larger = {re.compile(form): most for form, most in (larger or {}).items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most(scope["path"])
        for name, value in scope["headers"]:
            if name == b"content-length":
                _check_length(value, most)

        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise PayloadTooLargeError
            return message

        await self._app(scope, bounded, send)

    def _most(self, path: str) -> int:
        found = (most for form, most in self._larger.items() if form.match(path))
        return next(found, self._max_bytes)


def _check_length(content_length: bytes, most: int) -> None:
    if not content_length.isdigit():
        raise BadRequestError
    if int(content_length) > most:
        raise PayloadTooLargeError
