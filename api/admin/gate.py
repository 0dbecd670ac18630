"""Before every page of the panel: who is it, may they, and did they ask from a page of ours."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp
from starlette_admin.auth import AdminUser

from api.access import SAFE
from api.admin import sessions
from api.auth import introduce
from api.errors import APIError, PermissionDeniedError, UnauthenticatedError

Refuse = Callable[[Request, APIError], Awaitable[Response]]
OPEN: Final = frozenset({"/login", "/login/code", "/login/enrol", "/login/passkey"})
STATIC: Final = "/static/"
OURS: Final = frozenset({"same-origin", "none"})


class ForeignPageError(PermissionDeniedError):
    """That was asked from another site's page."""


class Gate(BaseHTTPMiddleware):
    """Lets pass whoever has a session and the permission, asked anew for each request."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        """Wrap `app`; `refuse` makes pages of refusals."""
        super().__init__(app)
        self._refuse = refuse

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Serve one request."""
        path = request.scope["path"].removeprefix(request.scope["root_path"])
        request.state.is_anonymous = True
        if path.startswith(STATIC):
            return await call_next(request)
        try:
            if await self._known(request, path) or path in OPEN:
                return await call_next(request)
        except APIError as error:
            return await self._refuse(request, error)
        if request.method in SAFE and "/_api/" not in path:
            here = f"{request.url.path}?{request.url.query}".rstrip("?")
            query = urlencode({"next": here})
            return RedirectResponse(f"{request.url_for('admin:login').path}?{query}", 303)
        return await self._refuse(request, UnauthenticatedError())

    @staticmethod
    async def _known(request: Request, path: str) -> bool:
        """Whether somebody is logged in; noted in the request and for the audit log.

        Raises:
            ForeignPageError: when another site's page asks for a change.
            PermissionDeniedError: when they may not use the panel (any more).
        """
        if request.method not in SAFE:
            _from_here(request)
        found = await sessions.caller(request)
        if found is None:
            return False
        caller, permitted = found
        if path in OPEN and not permitted:
            # Whose cookie it is may not come in any more; somebody else may log in.
            return False
        introduce(caller, {})
        if not permitted:
            raise PermissionDeniedError
        request.state.caller, request.state.is_anonymous = caller, False
        name = f"{caller.account.first_name} {caller.account.last_name}".strip()
        request.state.admin_user = AdminUser(name or caller.account.email)
        return True


def _from_here(request: Request) -> None:
    """Believe what browsers say of where a request comes from, where they say it.

    A form of ours comes with the origin `null`, since our pages tell no referrer.
    """
    said = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin", "null")
    elsewhere = origin != "null" and urlsplit(origin).netloc != request.url.netloc
    if said not in OURS or elsewhere:
        raise ForeignPageError
