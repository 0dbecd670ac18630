"""How a request finds its endpoint, and what runs before that."""

from collections.abc import Callable, Iterator
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import ROUTERS
from api.routing import Router

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_every_resource_is_looked_through_only_for_its_own_paths() -> None:
    others = [router.prefix for router in ROUTERS if not isinstance(router, Router)]
    assert others == [], "use api.routing.Router, or api.idempotency.Router"


def test_nothing_of_a_request_waits_for_a_thread() -> None:
    waiting = {
        f"{call.__module__}.{call.__qualname__}"
        for route in ROUTES
        for call in _called(route.dependant)
        if not _is_async(call)
    }
    assert sorted(waiting) == [], "what is not async is run in one of few threads"


def _called(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    if dependant.call is not None:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _called(one)


def _is_async(call: Callable[..., Any]) -> bool:
    own = type(call).__call__
    return iscoroutinefunction(call) or isasyncgenfunction(call) or iscoroutinefunction(own)
