"""The router of every resource, and what none of its routes lets pass in silence.

A query parameter that a route does not declare is refused: who asked for the readings `since_` some
day, and got all of them, would take them for what they asked for. So is an `Idempotency-Key` where
none is kept, which would promise what is not done. Both are told as every other parameter that is
not valid: to whom may ask at all, with whatever else is wrong.
"""

from collections.abc import Callable, Collection, Coroutine, Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, get_request_handler
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from api.problems import MAX_FIELD

KEY_HEADER: Final = "Idempotency-Key"
REPEATING: Final = frozenset({"POST", "PATCH"})
"""Methods that do something else when they come twice (RFC 9110, 9.2.2)."""
MOST_TOLD: Final = 10
"""Unknown parameters that are told of: a query may hold thousands."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def _lenient() -> None:
    """Mark a route whose callers add to a request what they like."""


LENIENT: Final = Depends(_lenient)
"""Dependency of routes that ignore what they do not know, each with its reason beside it."""


class Route(APIRoute):
    """A route that refuses what it does not know.

    Attributes:
        parameters: Names of the query parameters that it knows.

    """

    parameters: frozenset[str]

    def get_route_handler(self) -> Handler:
        """Wrap what carries out a request; what it knows is gathered here, once."""
        carry_out = super().get_route_handler()
        self.parameters = parameters = declared(self.dependant, "query_params")
        if any(one.call is _lenient for one in self.dependant.dependencies):
            return carry_out
        unkept = not REPEATING.isdisjoint(self.methods or ()) and not takes_key(self.dependant)
        hold_all_else = self._only_asked()

        async def carry_out_known(request: Request) -> Response:
            asks = request.scope["query_string"]
            problems = list(_unknown(request, parameters)) if asks else []
            if unkept and KEY_HEADER in request.headers:
                problems.append({"type": "key_not_kept", "loc": ("header", KEY_HEADER)})
            if not problems:
                return await carry_out(request)
            try:
                await hold_all_else(request)
            except RequestValidationError as others:
                problems = [*others.errors(), *problems]
            raise RequestValidationError(problems)

        return carry_out_known

    def _only_asked(self) -> Handler:
        """Everything that is asked of a request, and nothing that it asks for."""

        async def nothing(**_: object) -> Response:
            return Response()

        return get_request_handler(
            replace(self.dependant, call=nothing),
            self.body_field,
            embed_body_fields=self._embed_body_fields,
        )


def declared(
    dependant: Dependant, where: Literal["query_params", "header_params"]
) -> frozenset[str]:
    """Names of the parameters that a route and its dependencies take there."""
    found, waiting = [], [dependant]
    while waiting:
        one = waiting.pop()
        found += getattr(one, where)
        waiting += one.dependencies
    # Of a shape, the parameters are its fields.
    return frozenset(one.alias for one in get_flat_params(Dependant(query_params=found)))


def takes_key(dependant: Dependant) -> bool:
    """Whether a route keeps its answers for requests that come twice."""
    return KEY_HEADER in declared(dependant, "header_params")


def _unknown(request: Request, parameters: Collection[str]) -> Iterator[dict[str, Any]]:
    """What speaks against the names of a query, the first few; values are not looked at."""
    strange = (name for name in request.query_params if name not in parameters)
    for name in islice(strange, MOST_TOLD):
        near = get_close_matches(name[:MAX_FIELD].lower(), parameters, n=1)
        kind = "misspelt_parameter" if near else "unknown_parameter"
        yield {"type": kind, "loc": ("query", name), "ctx": {"near": "".join(near)}}


class Router(APIRouter):
    """Looks through its routes only where the path begins as theirs do.

    Otherwise each request would be held against every route of every resource before its own.
    """

    def __init__(
        self,
        *,
        route_class: type[Route] = Route,
        **options: Any,  # noqa: ANN401 - what FastAPI takes
    ) -> None:
        """Make a router of these options."""
        super().__init__(route_class=route_class, **options)
        self._beginning: Final = self.prefix.split("{", 1)[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """How well a request fits."""
        if not scope["path"].startswith(self._beginning):
            return Match.NONE, {}
        return super().matches(scope)
