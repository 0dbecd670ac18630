"""What every FHIR request is held against: the form of the answer, and what is asked by name.

Source: FHIR R4, 3.1.0.1.11 for `_format`, 3.1.1.1 for `Prefer: handling`, 3.1.1.5.1 for `_sort`
(hl7.org/fhir/R4/http.html and search.html).
"""

import re
from typing import Annotated, Final

from fastapi import Header, Query, Request

from api.errors import BadRequestError, NotAcceptableError
from api.media import weight

MEDIA_TYPE: Final = "application/fhir+json"
ROOT: Final = "/fhir/R4"
NEWEST: Final = "-_lastUpdated"
ORDERS: Final = {"Observation": "-date", "Slot": "start"}
"""Kind of resource -> the one order of its searches; any other has `NEWEST`."""
_NAMES: Final = frozenset({"json", "application/json", MEDIA_TYPE})
_PRETTY: Final = "_pretty"
"""Ignored: it asks for nothing else."""
_LENIENT: Final = re.compile(r'(^|[,;\s])handling\s*=\s*"?lenient\b', re.IGNORECASE)
_SAYABLE: Final = re.compile(r"[\w:.-]{1,40}")


class JSONOnlyError(NotAcceptableError):
    """Resources come as JSON only: `application/fhir+json`."""


class UnknownSearchParameterError(BadRequestError):
    """This search parameter or modifier is not supported; `Prefer: handling=lenient` ignores it."""


class OtherOrderError(BadRequestError):
    """Results come in one order; `Prefer: handling=lenient` ignores that another is asked for."""


async def as_json(
    form: Annotated[
        str | None,
        Query(alias="_format", max_length=100, description="`json`, whatever Accept says."),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> None:
    """Let pass who takes JSON.

    Raises:
        JSONOnlyError: when something else is wanted.
    """
    if form is not None:
        # A plus that was not escaped arrives as a space.
        taken = form.partition(";")[0].strip().replace(" ", "+").lower() in _NAMES
    else:
        taken = any(weight(one, accept) > 0 for one in (MEDIA_TYPE, "application/json"))
    if not taken:
        raise JSONOnlyError


async def known_only(request: Request) -> None:
    """Refuse parameters that the route does not know, unless the caller is lenient.

    Raises:
        UnknownSearchParameterError: when there are any.
    """
    if is_lenient(request):
        return
    if unknown := request.query_params.keys() - _known(request):
        names = ", ".join(sorted(name for name in unknown if _SAYABLE.fullmatch(name)))
        raise UnknownSearchParameterError(names or None)


def in_order(request: Request, wanted: str | None) -> None:
    """Hold `_sort` against the order that there is.

    Raises:
        OtherOrderError: when it is another one, and the caller not lenient.
    """
    order = _order(request)
    if wanted not in {None, order} and not is_lenient(request):
        raise OtherOrderError(None if order is None else f"It is `{order}`.")


def is_lenient(request: Request) -> bool:
    """Whether what is not supported is to be ignored, and not refused."""
    return any(_LENIENT.search(one) for one in request.headers.getlist("prefer"))


def understood(request: Request) -> list[tuple[str, str]]:
    """What was asked and is answered; without what was ignored."""
    known, order = _known(request), _order(request)
    return [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name in known and (name != "_sort" or value == order)
    ]


def _known(request: Request) -> frozenset[str]:
    parameters: frozenset[str] = request.scope["route"].parameters
    return parameters | {_PRETTY}


def _order(request: Request) -> str | None:
    kind = request.scope["route"].path.removeprefix(ROOT).strip("/")
    return None if "/" in kind else ORDERS.get(kind, NEWEST)
