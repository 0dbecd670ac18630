"""The panel as one part of the application: its headers, and what the audit log says of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import Message, Receive, Scope, Send

_OUTER: Final = "jeg.outer"
PATH: Final = "/admin"
STATIC: Final = f"{PATH}/static/"
QUERY: Final = ("pk", "name")
"""Parameters of the query that tell what is meant; never what is looked for."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A route of the panel as the audit log and the figures name it."""

    path: str
    tags: tuple[str, ...] = ()


class Mounted:
    """Serves the panel with a policy of its own: no scripts but ours, nothing from elsewhere."""

    def __init__(self, app: Starlette) -> None:
        """Wrap the panel's application."""
        self._app = app
        # A page has a hundred links. Looked up from the whole application, each of them would first
        # be compared with every route of the API.
        self._names = Router([Mount(PATH, app=self, name="admin")])

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Routes, by which the application makes addresses."""
        return self._app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        nonce = secrets.token_urlsafe(16)
        self._app.state.services = scope["app"].state.services
        _describe(scope, self.routes)
        state = {**scope.get("state", {}), "csp_nonce": nonce}
        inner = {**scope, "state": state, "router": self._names, _OUTER: scope}
        static = scope["path"].startswith(STATIC)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _policy(nonce)
                headers["Cache-Control"] = "public, max-age=86400" if static else "no-store"
            await send(message)

        await self._app(inner, receive, send_with_headers)


def _policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _describe(scope: Scope, routes: Sequence[BaseRoute]) -> None:
    """Say which page it is, where the application outside looks for it."""
    for route in routes:
        match, child = route.matches(scope)
        if match is not Match.NONE and isinstance(route, Route):
            query = Request(scope).query_params
            named = {name: query[name] for name in QUERY if name in query}
            scope["route"] = _Place(f"{PATH}{route.path}")
            scope["path_params"] = {**child["path_params"], **named}
            return
    scope["path_params"] = {}
    scope.pop("route", None)


def outer_scope(request: Request) -> Scope:
    """The request as the application outside of the panel sees it."""
    return cast("Scope", request.scope[_OUTER])


def note(request: Request, **ids: str) -> None:
    """Have the audit log say whom or what a request was about."""
    outer_scope(request)["path_params"].update(ids)
