"""Everything that the API refuses, and what each refusal says.

The docstring of an error is its title, the status is on its class. A submitted value is never sent
back, and a failure of ours tells the caller nothing but its request id. `api.problems` answers with
them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, Field

RETRY_SECONDS = 2


class FieldProblem(BaseModel):
    """What is wrong with one field; its value is not repeated."""

    location: str = Field(description="Where it was sent: body, query, path or header.")
    field: str = Field(description="Path of the field, dots between levels.")
    reason: str


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


class MethodNotAllowedError(APIError):
    """This path does not have that method."""

    status = 405


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


class NoEmergencyContactError(ConflictError):
    """Name an emergency contact with a telephone number in the profile first."""


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


class WrongMediaTypeError(APIError):
    """The body must be JSON, and be sent as application/json."""

    status = 415


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


class UnavailableError(APIError):
    """The database is away; try again shortly."""

    status = 503

    def __init__(self) -> None:
        """Tell how long to wait."""
        super().__init__(headers={"Retry-After": str(RETRY_SECONDS)})


class FilesUnavailableError(UnavailableError):
    """The store of files is away; try again shortly."""
