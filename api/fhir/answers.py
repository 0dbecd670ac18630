"""FHIR over HTTP: media type, searchset bundles, OperationOutcome instead of problem documents."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from api.errors import (
    APIError,
    BadRequestError,
    FieldProblem,
    InvalidInputError,
    NotFoundError,
)
from api.fhir.asking import MEDIA_TYPE, ROOT, as_json, known_only, understood
from api.fhir.places import element, words
from api.problems import FORMS
from api.routing import LENIENT
from gateways.fhir import resources
from gateways.fhir.codes import Json

Row = TypeVar("Row")
_ISSUES: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
}


class FHIRResponse(JSONResponse):
    """A resource as JSON."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - as Starlette has it
        """Encode it."""
        return msgspec.json.encode(content)


class Resource(BaseModel):
    """A FHIR R4 resource; its type tells the rest (hl7.org/fhir/R4)."""

    model_config = ConfigDict(extra="allow")

    resourceType: str = Field(examples=["Basic"])  # noqa: N815 - FHIR's own name


OUTCOMES: dict[int | str, dict[str, Any]] = {
    "default": {"model": Resource, "description": "What went wrong: OperationOutcome."}
}
ROUTES: Final[dict[str, Any]] = {
    "prefix": ROOT,
    "tags": ["FHIR"],
    "default_response_class": FHIRResponse,
    "responses": OUTCOMES,
    # FHIR has a rule of its own for what is unknown: `known_only`.
    "dependencies": [LENIENT, Depends(as_json), Depends(known_only)],
}


def outcome(error: APIError, request_id: str | None = None) -> Response:
    """An error as OperationOutcome; no value that was sent is sent back."""
    body: Json = {"resourceType": "OperationOutcome", "issue": issues(error)}
    if request_id:
        body["id"] = request_id[:64]
    return FHIRResponse(body, _status(error), error.headers)


def issues(error: APIError) -> list[Json]:
    """What is wrong, one by one."""
    code = _ISSUES.get(_status(error), "exception")
    text = error.title() if error.detail is None else f"{error.title()} {error.detail}"
    found = [_issue(one, code) for one in error.errors]
    return found or [{"severity": "error", "code": code, "details": {"text": text}}]


def _issue(problem: FieldProblem, code: str) -> Json:
    """What is wrong with one element, or one parameter, which FHIRPath cannot name.

    Source: FHIR R4, OperationOutcome.issue.location: `http.` and the name of the parameter.
    """
    told: Json = {"severity": "error", "code": code}
    if problem.location != "body":
        name = problem.field.partition(".")[0]
        text, told["location"] = f"{name} {words(problem.reason)}", [f"http.{name}"]
    elif problem.field:
        place = element(problem.field)
        text, told["expression"] = f"{place} {words(problem.reason)}", [place]
    else:
        text = f"The body {words(problem.reason)}"
    return told | {"details": {"text": text}}


def _status(error: APIError) -> int:
    """400 for what cannot be read: a parameter, or a body as a whole; 422 for what it says.

    Source: FHIR R4, 3.1.0.8 and 3.1.1.2 (hl7.org/fhir/R4/http.html#create, search.html#errors).
    """
    unread = any(one.location != "body" or not one.field for one in error.errors)
    return (
        BadRequestError.status
        if error.status == InvalidInputError.status and unread
        else error.status
    )


FORMS[ROOT] = outcome


def single(found: Iterable[Row], shape: Callable[[Row], Json]) -> FHIRResponse:
    """The one resource that was asked for.

    Raises:
        NotFoundError: when there is none that the caller may see.
    """
    for row in found:
        return FHIRResponse(shape(row))
    raise NotFoundError


def base(request: Request) -> str:
    """URL of the server's root, as the caller reached it."""
    return str(request.base_url).rstrip("/") + ROOT


def searchset(
    request: Request,
    found: Iterable[Json],
    following: str | None,
    asked_at: dt.datetime | None = None,
) -> FHIRResponse:
    """One page of a search, with the link to the next one, and when it was looked for."""
    asked = understood(request)
    links = [{"relation": "self", "url": _url(request, asked)}]
    if following is not None:
        others = [(name, value) for name, value in asked if name != "_cursor"]
        links.append({"relation": "next", "url": _url(request, [*others, ("_cursor", following)])})
    return FHIRResponse(bundle(base(request), links, found, asked_at))


def bundle(
    root: str, links: Sequence[Json], found: Iterable[Json], asked_at: dt.datetime | None = None
) -> Json:
    """What a search found, as a Bundle."""
    entries = [
        {
            "fullUrl": f"{root}/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in found
    ]
    made: Json = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if asked_at is not None:
        made["timestamp"] = resources.instant(asked_at)
    return made | ({"entry": entries} if entries else {})


def _url(request: Request, query: list[tuple[str, str]]) -> str:
    path = str(request.base_url).rstrip("/") + request.url.path.rstrip("/")
    return f"{path}?{urlencode(query)}" if query else path
