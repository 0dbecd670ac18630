"""The admin panel: every table, in groups, behind its own login."""

import hmac
import logging
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final, cast

from fastapi import FastAPI
from jinja2 import Environment
from jinja2.ext import Extension
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import BaseAdmin, CustomView, DropDown
from starlette_admin.routing import route

from api.admin.entities import SPECIAL
from api.admin.entity import Entity
from api.admin.gate import Gate
from api.admin.login import Login
from api.admin.mount import PATH, Mounted
from api.admin.platform import DeadJobs
from api.errors import APIError, InternalError
from api.settings import Settings
from storage.panel.tables import SHEETS

HERE: Final = Path(__file__).parent
ICONS: Final = {
    "People": "fa fa-users",
    "Care": "fa fa-hospital",
    "Rights": "fa fa-scale-balanced",
    "Devices": "fa fa-microchip",
    "Readings": "fa fa-heart-pulse",
    "Alarms": "fa fa-bell",
    "Appointments": "fa fa-calendar-days",
    "Payments": "fa fa-credit-card",
    "Medications": "fa fa-pills",
    "Assistant": "fa fa-comments",
    "Notifications": "fa fa-envelope",
    "Platform": "fa fa-server",
}
CHANGES: Final = {
    "<script": '<script nonce="{{ request.state.csp_nonce }}"',
    'onchange="window.location = this.value"': "data-goes-to-value",
    """placeholder="{{ _('Search') }}..."
                                           aria""": """placeholder="{{ view.looks_at }}"
                                           title="{{ view.looks_at }}"
                                           aria""",
}
SILENT: Final = logging.CRITICAL + 1


class Pages(Extension):
    """Changes the library's pages where they leave no other way.

    Every script gets the nonce of its answer, and handlers go out of the markup, since the policy
    lets no other script run; and the field for a search says what is looked at.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Change a template before it is compiled."""
        del name, filename
        for library, ours in CHANGES.items():
            source = source.replace(library, ours)
        return source


class Home(CustomView):
    """What there is, by groups."""

    add_to_menu = False
    route_name = "index"

    @route("")
    async def index(self, request: Request) -> Response:
        """The first page."""
        if self.templates is None or self._admin is None:
            raise TypeError
        groups = [one for one in self._admin._views if isinstance(one, DropDown)]  # noqa: SLF001
        return self.templates.TemplateResponse(
            request, "panel/home.html", {"groups": groups, "title": "JEGHealth"}
        )


class Panel(BaseAdmin):
    """The library's pages over storage's sheets."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the pages; nothing is asked before somebody comes."""
        # It would log what people look for.
        logging.getLogger("starlette_admin").setLevel(SILENT)
        key = settings.secret_key.get_secret_value().encode()
        super().__init__(
            title="JEGHealth",
            base_url=PATH,
            templates_dir=str(HERE / "templates"),
            static_dir=str(HERE / "static"),
            index_view=Home(),
            auth_provider=Login(),
            secret_key=hmac.digest(key, b"jeghealth admin panel", "sha256").hex(),
            timezone_config=None,
        )
        self._env.add_extension(Pages)
        for group, views in groupby(_views(), key=lambda one: one.group):
            self.add_view(DropDown(group, list(views), ICONS[group], always_open=False))

    @property
    def _env(self) -> Environment:
        return self.templates.env

    def _init_auth(self) -> None:
        """Put the gate where the library has its own, which asks once less."""
        login = cast("Login", self.auth_provider)
        self.middlewares.append(Middleware(Gate, refuse=self.refuse))
        self.routes.extend(login.get_routes(self.templates))

    async def refuse(self, request: Request, error: Exception) -> Response:
        """A page that says what is wrong, and nothing of what was sent."""
        known = error if isinstance(error, APIError) else InternalError()
        request.state.is_anonymous = getattr(request.state, "is_anonymous", True)
        page = await self._render_error(
            request, HTTPException(known.status, known.detail or known.title())
        )
        page.headers.update(known.headers)
        return page

    def mount_to(self, app: Starlette) -> None:
        """Make the panel a part of the application."""
        self._validate_relation_fields()
        panel = Starlette(
            routes=self.routes,
            middleware=self.middlewares,
            exception_handlers={
                HTTPException: cast("Any", self._render_error),
                Exception: self.refuse,
            },
        )
        panel.state.ROUTE_NAME = self.route_name
        self._app = panel
        app.mount(self.base_url, app=Mounted(panel), name=self.route_name)
        app.add_route(self.base_url, _home, methods=["GET"], include_in_schema=False)


async def _home(request: Request) -> Response:
    return RedirectResponse(f"{request.url.path}/", 308)


def _views() -> Iterator[Any]:
    """Every sheet as the class that its entity has, else as one that only shows."""
    for group in ICONS:
        for sheet in SHEETS.values():
            if sheet.group == group:
                yield SPECIAL.get(sheet.key, Entity)(sheet)
        if group == "Platform":
            yield DeadJobs()


def mount(app: FastAPI, settings: Settings) -> None:
    """Serve the panel at /admin."""
    Panel(settings).mount_to(app)
