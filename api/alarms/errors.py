"""What is refused about alarms and shelves."""

from api.errors import APIError, ConflictError, InvalidInputError, PreconditionFailedError


class AlarmStateError(ConflictError):
    """The state of the alarm does not allow this."""


class StaleAlarmError(PreconditionFailedError):
    """The alarm has changed since the version that you named; look at it again."""


class VersionRequiredError(APIError):
    """This undoes what somebody else did: name the version that you have seen, in If-Match."""

    status = 428


class InvalidAssigneeError(InvalidInputError):
    """The assignee must be a clinician who may see the patient."""


class InvalidEndError(InvalidInputError):
    """The end must lie in the future, and no further off than is allowed."""


class UnknownConditionError(InvalidInputError):
    """There is no such condition."""


class AlreadyShelvedError(ConflictError):
    """The condition of this patient is shelved already."""


class ShelfEndedError(ConflictError):
    """The shelf has ended already."""
