"""The router of every resource."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Router(APIRouter):
    """Looks through its routes only where the path begins as theirs do.

    Otherwise each request would be held against every route of every resource before its own.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - what FastAPI takes
        """Make a router of these options."""
        super().__init__(**options)
        self._beginning: Final = self.prefix.split("{", 1)[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """How well a request fits."""
        if not scope["path"].startswith(self._beginning):
            return Match.NONE, {}
        return super().matches(scope)
