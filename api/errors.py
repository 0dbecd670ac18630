"""Everything that the API refuses, as RFC 9457 problem documents.

The docstring of an error is its title, the status is on its class. A submitted value is never sent
back, and a failure of ours tells the caller nothing but its request id.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.reasons import reason_of
from storage.engine import UNAVAILABLE, UNSTORABLE
from telemetry.logs import logger

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
MAX_FIELD = 100
"""Characters of a field's name that are told back: unknown ones are the caller's own."""


class FieldProblem(BaseModel):
    """What is wrong with one field; its value is not repeated."""

    location: str = Field(description="Where it was sent: body, query, path or header.")
    field: str = Field(description="Path of the field, dots between levels.")
    reason: str


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


class APIError(Exception):
    """The request failed."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldProblem] = (),
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        """Say more in `detail`; never with a value that the caller sent."""
        super().__init__(detail or self.title())
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)
        self.extensions = dict(extensions or {})

    @classmethod
    def title(cls) -> str:
        """First line of the docstring."""
        return (cls.__doc__ or APIError.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def kind(cls) -> str:
        """URN of this kind of problem."""
        words = re.findall("[A-Z][a-z]+", cls.__name__.removesuffix("Error"))
        return "urn:jeghealth:problem:" + "-".join(words).lower()


class BadRequestError(APIError):
    """The request cannot be carried out as it stands."""

    status = 400


class UnreadableBodyError(BadRequestError):
    """The body is not what its Content-Type says, or cannot be read as JSON."""


class EmailExistsError(BadRequestError):
    """An account with this e-mail address exists."""


class InvalidLinkError(BadRequestError):
    """The link or code is wrong, used or too old; ask for another."""


class WrongPasswordError(BadRequestError):
    """The current password is wrong."""


class NoPhoneNumberError(BadRequestError):
    """The profile has no telephone number to prove."""


class UnreadableImageError(BadRequestError):
    """The file is no JPEG, PNG or WebP image, or one of too many pixels."""


class PasskeyRefusedError(BadRequestError):
    """The passkey's answer cannot be accepted."""


class InvalidCursorError(BadRequestError):
    """The cursor is not one that this list gave out."""


class EmptySpanError(BadRequestError):
    """The time `since` must be before `until`."""


class FutureReportError(BadRequestError):
    """A report ends today, in the patient's time zone, at the latest."""


class LongSpanError(BadRequestError):
    """A trend spans at most 800 days."""


class UnauthenticatedError(APIError):
    """Log in first."""

    status = 401

    def __init__(self, detail: str | None = None) -> None:
        """Name the scheme that is expected, as RFC 6750 asks."""
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class InvalidCredentialsError(UnauthenticatedError):
    """The e-mail address or the password is wrong."""


class MfaRequiredError(UnauthenticatedError):
    """Show a second factor."""

    def __init__(self, ticket: str, methods: Sequence[str]) -> None:
        """Give what the second step is asked with."""
        super().__init__()
        self.extensions = {"mfa_required": True, "ticket": ticket, "methods": list(methods)}


class InvalidCodeError(UnauthenticatedError):
    """The code is wrong or used."""


class InvalidPasskeyError(UnauthenticatedError):
    """The passkey is unknown, or its answer is wrong."""


class InvalidTokenError(UnauthenticatedError):
    """The token is invalid, expired or used up; log in again."""


class InvalidKeyError(UnauthenticatedError):
    """The device id or the key is wrong."""


class PermissionDeniedError(APIError):
    """Your role does not allow this."""

    status = 403


class SecondFactorRequiredError(PermissionDeniedError):
    """Your role needs a second factor: set one up, or log in with it."""


class NotFoundError(APIError):
    """It does not exist, or you may not see it."""

    status = 404


class NotAcceptableError(APIError):
    """It comes as JSON, PDF or CSV only."""

    status = 406


class ConflictError(APIError):
    """The state of the resource does not allow this."""

    status = 409


class IdentifierTakenError(ConflictError):
    """A patient with this identifier exists and is not in your care."""


class ObservationConflictError(ConflictError):
    """Another value of an observation is recorded for the same time."""


class AlarmNotOpenError(ConflictError):
    """The alarm is pending or closed: there is nothing to acknowledge."""


class DeviceRevokedError(ConflictError):
    """The device is revoked, for good."""


class SecondFactorSetError(ConflictError):
    """An authenticator app is set up; remove it first."""


class SecondFactorNotSetError(ConflictError):
    """No second factor is set up."""


class SecondFactorNeededError(ConflictError):
    """Your role needs a second factor: it is the last one."""


class TooManyPasskeysError(ConflictError):
    """As many passkeys are set up as an account may have."""


class RuleNotSetError(ConflictError):
    """This scope has no rule of its own: there is nothing to take back."""


class PreconditionFailedError(APIError):
    """It has changed since the version that you named in If-Match; look at it again."""

    status = 412


class RuleChangedError(PreconditionFailedError):
    """The rule has another version by now; look at it again."""


class PayloadTooLargeError(APIError):
    """The request body is too large."""

    status = 413


class InvalidInputError(APIError):
    """Some fields are not valid."""

    status = 422


class NothingUsableError(InvalidInputError):
    """Nothing of what was sent can be used; the reasons are those of the device protocol."""


class TooManyRequestsError(APIError):
    """Too many attempts from this address; wait and try again."""

    status = 429

    def __init__(self, retry_after_seconds: int) -> None:
        """Tell how long to wait."""
        super().__init__(headers={"Retry-After": str(retry_after_seconds)})


class LockedError(TooManyRequestsError):
    """Too many wrong attempts; wait, or set a new password."""


class TooManyLettersError(TooManyRequestsError):
    """As many of these were sent as may be; wait for one to come, or try again later."""


class TooManyMessagesError(TooManyRequestsError):
    """The device sends more than it may; wait and send again."""


class InternalError(APIError):
    """The request failed on our side; the logs know it by its request id."""


class TooManyStreamsError(APIError):
    """As many event streams are open as this process serves; try again shortly."""

    status = 503


class BrokerAwayError(APIError):
    """The broker is away: the device could not be told."""

    status = 503


class WrongMediaTypeError(APIError):
    """The body must be JSON, and be sent as application/json."""

    status = 415


class UnavailableError(APIError):
    """The database is away; try again shortly."""

    status = 503

    def __init__(self) -> None:
        """Tell how long to wait."""
        super().__init__(headers={"Retry-After": str(RETRY_SECONDS)})


class FilesUnavailableError(UnavailableError):
    """The store of files is away; try again shortly."""


def field_problem(error: Mapping[str, Any]) -> FieldProblem:
    """Describe one of pydantic's errors without the value that caused it."""
    location, *path = (str(part) for part in error["loc"]) if error["loc"] else ("body",)
    reason = reason_of(error)
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
    return _respond(request, InvalidInputError(errors=[field_problem(one) for one in found]))


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


class MethodNotAllowedError(APIError):
    """This path does not have that method."""

    status = 405


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
