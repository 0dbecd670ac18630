"""What is refused about payments."""

from api.errors import (
    APIError,
    BadRequestError,
    ConflictError,
    InvalidInputError,
    PermissionDeniedError,
)


class NothingToPayError(ConflictError):
    """Nothing is to be paid for this appointment, or not any more."""


class NotPayableError(ConflictError):
    """The payment is not open: it was cancelled, or the money went back."""


class FeeNotPayableError(ConflictError):
    """The fee cannot be paid in the currency of this installation."""


class NothingToRefundError(ConflictError):
    """There is not so much of this payment that could go back."""


class InvalidAmountError(InvalidInputError):
    """The amount has parts that its currency does not have."""


class DeskOnlyError(PermissionDeniedError):
    """Payments are taken at the desk here."""


class FlagsAreForManagersError(PermissionDeniedError):
    """Flags are for whoever manages payments: leave `flagged` out."""


class PaymentRefusedError(ConflictError):
    """The payment service does not do this."""


class ForgedWebhookError(BadRequestError):
    """The webhook is not signed by who it says it is from, or is too old."""


class PaymentServiceAwayError(APIError):
    """The payment service does not answer; nothing was lost, try again shortly."""

    status = 503

    def __init__(self, after_seconds: float | None = None) -> None:
        """Tell how long to wait."""
        super().__init__(headers={"Retry-After": str(max(round(after_seconds or 5), 1))})
