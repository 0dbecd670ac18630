"""What payers are told of their payments; what the appointment is about is not said."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from storage.queries.announce import News
from telemetry.money import amount_of

if TYPE_CHECKING:
    from storage.models import Payment

About = Literal["received", "failed", "refunded", "refund_failed", "released"]
_TITLES: Final[dict[str, str]] = {
    "received": "Payment received",
    "failed": "Payment failed",
    "refunded": "Payment refunded",
    "refund_failed": "A refund is delayed",
    "released": "Appointment released",
}


def news(payment: "Payment", about: About, amount: Decimal | None = None) -> list[News]:
    """Tell the payer, where there is one still; the same once.

    Args:
        payment: Which.
        about: What happened.
        amount: How much, where it is not all of the payment.

    """
    if payment.patient_id is None:
        return []
    said = payment.refunded_amount if about == "refunded" else payment.amount
    shown = amount_of(said if amount is None else amount, payment.currency)
    event = f"payment:{payment.id}:{about}"
    if about in {"refunded", "refund_failed"}:
        event += f":{payment.refunded_amount.normalize()}"
    return [
        News(
            kind="payment",
            event_key=event,
            user_id=payment.patient_id,
            subject=f"payment:{payment.id}",
            payload={
                "title": _TITLES[about],
                "about": about,
                "amount": str(shown),
                "currency": payment.currency,
                "payment_id": str(payment.id),
                "path": "/account",
            },
        )
    ]


def released(appointment_id: UUID, patient_id: UUID) -> News:
    """An appointment was given to others, as it was not paid in time."""
    return News(
        kind="payment",
        event_key=f"appointment:{appointment_id}:unpaid",
        user_id=patient_id,
        subject=f"payment:appointment:{appointment_id}",
        payload={"title": _TITLES["released"], "about": "released", "path": "/appointments"},
    )
