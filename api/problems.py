"""How refusals are told: as RFC 9457 problem documents, but where a path has a form of its own."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import (
    APIError,
    BadRequestError,
    FieldProblem,
    InternalError,
    InvalidInputError,
    MethodNotAllowedError,
    NotFoundError,
    UnavailableError,
    UnreadableBodyError,
    WrongMediaTypeError,
)
from api.reasons import field_of, reason_of
from storage.engine import UNAVAILABLE, UNSTORABLE
from telemetry.logs import logger

MEDIA_TYPE = "application/problem+json"
MAX_FIELD = 100
"""Characters of a field's name that are told back: unknown ones are the caller's own."""


class Problem(BaseModel):
    """RFC 9457 problem document."""

    type: str = Field(description="URN of the kind of problem.")
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = Field(default=None, description="Also in the logs of the API.")
    errors: list[FieldProblem] = Field(default=[], description="Fields that are not valid.")
    mfa_required: bool = Field(
        default=False, description="The password was right; a second factor is still to be shown."
    )
    ticket: str | None = Field(default=None, description="To be sent with it, within 5 minutes.")
    methods: list[str] = Field(
        default=[], description="How it can be shown: totp, recovery_code, passkey."
    )
    warnings: list[dict[str, Any]] = Field(
        default=[], description="What speaks against a medicine, to be acknowledged with a reason."
    )


def field_problem(error: Mapping[str, Any]) -> FieldProblem:
    """Describe one of pydantic's errors without the value that caused it."""
    location, *path = (str(part) for part in error["loc"]) if error["loc"] else ("body",)
    reason = reason_of(error)
    if named := field_of(error):
        path.append(named)
    field = "" if error["type"] == "json_invalid" else ".".join(path)
    return FieldProblem(location=location, field=field[:MAX_FIELD], reason=reason)


Render = Callable[[APIError, str | None], Response]
FORMS: dict[str, Render] = {}
"""Beginning of a path -> how errors look there, where they are not problem documents."""


def problem_response(error: APIError, request_id: str | None = None, path: str = "") -> Response:
    """Render an error in the form that belongs to a path."""
    for beginning, render in FORMS.items():
        if path.startswith(beginning):
            return render(error, request_id)
    problem = Problem(
        type=error.kind(),
        title=error.title(),
        status=error.status,
        detail=error.detail,
        request_id=request_id,
        errors=error.errors,
        **error.extensions,
    )
    body = problem.model_dump_json(exclude_defaults=True)
    return Response(body, error.status, error.headers, MEDIA_TYPE)


def _respond(request: Request, error: APIError) -> Response:
    return problem_response(error, request.scope.get("request_id"), request.url.path)


async def _api_error(request: Request, error: Exception) -> Response:
    return _respond(request, error if isinstance(error, APIError) else InternalError())


async def _validation_error(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(one["loc"][:1] == ("path",) for one in found):
        # What cannot be an id is no resource's, like an id that is unknown.
        return _respond(request, NotFoundError())
    misread = any(one["loc"] == ("body",) and one["type"] != "missing" for one in found)
    if misread and not _is_json(request):
        return _respond(request, WrongMediaTypeError())
    told = map(field_problem, found)
    # A body that a dependency reads too is looked at twice.
    once = {(one.location, one.field, one.reason): one for one in told}
    return _respond(request, InvalidInputError(errors=list(once.values())))


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


async def _http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own: an unknown path, a method that the path does not have.

    FastAPI also wraps in one whatever is raised while a body is read.
    """
    cause = error.__cause__
    if isinstance(cause, APIError):
        return _respond(request, cause)
    if isinstance(cause, ValueError | RecursionError):
        return _respond(request, UnreadableBodyError())
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    known = {404: NotFoundError, 405: MethodNotAllowedError, 400: BadRequestError}
    return _respond(request, known.get(status, InternalError)(headers=headers))


async def _database_away(request: Request, error: Exception) -> Response:
    logger().warning("database_unavailable", error=type(error).__name__)
    return _respond(request, UnavailableError())


async def _unstorable(request: Request, _error: Exception) -> Response:
    """A number too large or a NUL, where no shape forbids it: in a forged cursor."""
    return _respond(request, BadRequestError())


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(APIError, _api_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    for unstorable in UNSTORABLE:
        app.add_exception_handler(unstorable, _unstorable)
    for away in UNAVAILABLE:
        app.add_exception_handler(away, _database_away)
