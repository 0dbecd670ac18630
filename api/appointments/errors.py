"""Why an appointment cannot be made, changed, or taken a step further."""

from api.errors import APIError, BadRequestError, ConflictError


class TimeGoneError(ConflictError):
    """This time is no longer free."""


class PatientBusyError(ConflictError):
    """The patient has another appointment at that time."""


class OutsideAvailabilityError(BadRequestError):
    """The provider receives nobody at that time, or not there, or not for so long."""


class PastTimeError(BadRequestError):
    """An appointment is made for a time to come."""


class TooShortNoticeError(BadRequestError):
    """The provider asks for more notice than that."""


class TooFarAheadError(BadRequestError):
    """The provider cannot be booked so far ahead."""


class NotBookableError(BadRequestError):
    """No appointments are made with this provider, or at this hospital."""


class OwnProviderError(BadRequestError):
    """Nobody books with themselves."""


class CannotModifyError(BadRequestError):
    """The appointment can no longer be changed."""


class CannotCancelError(BadRequestError):
    """The appointment can no longer be cancelled."""


class TooEarlyError(BadRequestError):
    """It is too early for that."""


class WrongStatusError(ConflictError):
    """The appointment is not at the step from which this can be done."""


class UnpaidError(ConflictError):
    """The provider asks to be paid before the appointment is confirmed."""


class WarnedError(ConflictError):
    """A severe warning speaks against a medication; say why it is given nevertheless."""


class NotTheirsError(APIError):
    """Only the provider, or somebody who manages appointments, may do this."""

    status = 403


class NotThePatientError(APIError):
    """Only the patient may do this."""

    status = 403


class NotTheirFileError(APIError):
    """Only who added a document may delete it."""

    status = 403


class NotRateableError(BadRequestError):
    """Only a completed appointment can be rated."""


class AlreadyRatedError(ConflictError):
    """The appointment was rated already; a rating stays as it is."""


class AlreadyWaitingError(ConflictError):
    """The patient waits for this already."""


class OfferGoneError(ConflictError):
    """The offer has ended; the time may be somebody else's by now."""


class FileTypeError(APIError):
    """Files are PDF, JPEG, PNG, WebP, TIFF, HEIC, DICOM or plain text."""

    status = 415


class EmptyFileError(BadRequestError):
    """The file is empty."""


class TooManyFilesError(ConflictError):
    """The appointment has as many files as it may have."""
