"""Who may ask how often: by address before anybody is known, then by user, and by endpoint.

What a request counted against is told in `RateLimit-Policy` and `RateLimit`; a refusal says how
long to wait in `Retry-After`.
"""

import re
from typing import Final, cast
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import TooManyRequestsError
from api.limits import Limiter, Policy, Standing, limiter
from api.settings import Settings

COUNTED: Final = ("/api/", "/fhir/", "/admin/")
NOT_COUNTED: Final = ("/api/iot/data/", "/api/openapi.json")
"""Devices are counted one by one once they are known: a hundred may share an address."""
_ATTEMPT: Final = re.compile(
    r"/api/auth/(?!(token/refresh|logout)/)|/api/iot/devices/verify/|/admin/login"
)
"""Where somebody could try passwords, codes and keys; a refresh token cannot be guessed."""
_COSTLY: Final = re.compile(
    r"/api/alarm-rules/what-if/|/api/[^.]*/(imports?|exports?)/"
    r"|/api/dr-jeg/health-analysis/|/api/dr-jeg/(conversations/[^/]+/)?chat/"
)
"""Where one request works for seconds, or has a job work."""
_COSTLY_READING: Final = re.compile(r"/api/[^.]*/(imports/[^/]+/)?report/")
"""The same, of those that change nothing: how far a job is may be asked as often as anything."""
_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Somebody's tenth conversation is as costly as the first: they are counted together."""
_STANDINGS: Final = "jeg.standings"


class QuotaExceededError(TooManyRequestsError):
    """More requests than are allowed in a minute; wait and try again."""


class Quotas:
    """The policies of one application, and how everybody stands with them."""

    def __init__(self, settings: Settings, counting: Limiter | None = None) -> None:
        """Take the quotas from the settings."""
        self._attempts = Policy("attempts", settings.api_login_attempts)
        self._address = Policy("address", settings.api_address_requests)
        self._user = Policy("user", settings.api_user_requests)
        self._costly = Policy("costly", settings.api_costly_requests)
        self._limiter = counting or limiter(settings.redis_url.get_secret_value())

    async def of_address(self, scope: Scope) -> None:
        """Count a request of this address.

        Raises:
            TooManyRequestsError: when there were too many.
        """
        address = (scope.get("client") or ("unknown", 0))[0]
        path = scope["path"]
        if scope["method"] == "POST" and _ATTEMPT.match(path):
            await self._take(scope, self._attempts, f"{address} {path}", TooManyRequestsError)
        await self._take(scope, self._address, address, QuotaExceededError)

    async def of_user(self, scope: Scope, user_id: UUID) -> None:
        """Count a request of whoever the access token names.

        Raises:
            QuotaExceededError: when there were too many.
        """
        await self._take(scope, self._user, user_id.hex, QuotaExceededError)
        reading = scope["method"] in {"GET", "HEAD"}
        found = (_COSTLY_READING if reading else _COSTLY).match(scope["path"])
        if found:
            key = f"{user_id.hex} {_ID.sub('*', found[0])}"
            await self._take(scope, self._costly, key, QuotaExceededError)

    async def close(self) -> None:
        """Let go of Redis."""
        await self._limiter.close()

    async def _take(
        self, scope: Scope, policy: Policy, key: str, refusal: type[TooManyRequestsError]
    ) -> None:
        if not policy.quota:
            return
        standing = await self._limiter.take(policy, key)
        scope.setdefault(_STANDINGS, []).append(standing)
        if not standing.allowed:
            raise refusal(standing.reset_seconds)


class Counting:
    """Counts the requests of each address, and tells how the caller stands with every policy."""

    def __init__(self, app: ASGIApp, quotas: Quotas) -> None:
        """Wrap `app`."""
        self._app = app
        self._quotas = quotas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with the seconds to wait."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith(COUNTED) and not path.startswith(NOT_COUNTED):
            await self._quotas.of_address(scope)
        await self._app(scope, receive, send)


def tell(scope: Scope, headers: MutableHeaders) -> None:
    """Tell how the caller stands with every policy that the request was counted against."""
    standings = cast("list[Standing]", scope.get(_STANDINGS, ()))
    if standings:
        headers["RateLimit-Policy"] = ", ".join(one.policy.header() for one in standings)
        headers["RateLimit"] = ", ".join(one.header() for one in standings)
