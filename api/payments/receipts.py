"""A receipt of a payment: a page for the payer, in their language, that prints well.

It says with whom and when, which the payer's insurance asks for, and never what for.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.auth import AccountUser
from api.errors import ConflictError, NotFoundError
from api.payments import service
from api.routing import Router
from api.sessions import Reading
from storage.models import Payment, PaymentRefund
from storage.queries import payment_lists, receipts
from storage.queries.receipts import Parties
from telemetry.money import amount_of
from telemetry.payments import SETTLED
from telemetry.spoken import spoken, spoken_money
from telemetry.zones import zone_of

_PAGE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals"
}
"""It runs nothing; a browser may ask how to print it."""
_WORDS: Final = {
    "en": {
        "title": "Receipt",
        "number": "Number",
        "paid_at": "Paid on",
        "payer": "Paid by",
        "provider": "Provider",
        "hospital": "Hospital",
        "appointment": "Appointment",
        "via": "Paid through",
        "local": "the hospital's desk",
        "stripe": "card (Stripe)",
        "paypal": "PayPal",
        "amount": "Amount paid",
        "succeeded": "Refunded on",
        "pending": "Refund on its way since",
        "total": "Total",
    },
    "fr": {
        "title": "Reçu",
        "number": "Numéro",
        "paid_at": "Payé le",
        "payer": "Payé par",
        "provider": "Soignant",
        "hospital": "Hôpital",
        "appointment": "Rendez-vous",
        "via": "Moyen de paiement",
        "local": "accueil de l'hôpital",
        "stripe": "carte (Stripe)",
        "paypal": "PayPal",
        "amount": "Montant payé",
        "succeeded": "Remboursé le",
        "pending": "Remboursement en cours depuis le",
        "total": "Total",
    },
}

router = Router(tags=["payments"], prefix="/api/payments/{payment_id}/receipt")


class NothingPaidError(ConflictError):
    """There is a receipt once the payment is paid."""


@router.get("/", response_class=HTMLResponse)
async def get_payment_receipt(
    session: Reading, caller: AccountUser, payment_id: UUID
) -> HTMLResponse:
    """A receipt as a page to print or keep, in the payer's language.

    It says who paid, with whom and when the appointment is, the amount, and what went back. 409:
    nothing was paid.
    """
    row = await payment_lists.find(session, payment_id, service.owner(caller))
    if row is None:
        raise NotFoundError
    if row.state not in SETTLED:
        raise NothingPaidError
    refunds = await payment_lists.refunds(session, payment_id)
    who = await receipts.parties(session, payment_id)
    return HTMLResponse(
        rendered(row, refunds, who), headers=_HEADERS | {"Content-Language": who.language}
    )


def rendered(row: Payment, refunds: Sequence[PaymentRefund], who: Parties) -> str:
    """The page."""
    zone, language = zone_of(who.time_zone), who.language

    def money(amount: Decimal) -> str:
        return spoken_money(amount_of(amount, row.currency), row.currency, language)

    returned = [one for one in refunds if one.state != "failed"]
    visit = who.appointment_date
    return _PAGE.get_template("receipt.html").render(
        say=_WORDS[language],
        language=language,
        number=row.id,
        paid_at=spoken((row.paid_at or row.created_at).astimezone(zone), language),
        payer=who.payer,
        provider=who.provider,
        hospital=who.hospital,
        address=[line for line in (who.address, who.city, who.country) if line],
        appointment=spoken(visit.astimezone(zone), language) if visit else "",
        via=row.provider,
        amount=money(row.amount),
        refunds=[
            {
                "state": one.state,
                "at": spoken((one.finished_at or one.created_at).astimezone(zone), language),
                "amount": money(one.amount),
            }
            for one in returned
        ],
        total=money(row.amount - sum(one.amount for one in returned)),
    )
