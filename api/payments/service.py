"""How a payment is begun and confirmed: our own rows first, then the provider, then our own again.

No transaction is open while a provider is asked. Whatever dies in between is found again: the
provider is asked under the payment's own name, and gives the same answer.
"""

from collections.abc import Awaitable
from typing import Final, TypeVar
from uuid import UUID

from api.auth import Caller
from api.errors import NotFoundError
from api.payments import errors
from api.payments.schemas import BegunPayment, fields
from api.services import Services
from api.sessions import Begin
from api.settings import Settings
from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.local import METHODS
from gateways.payments.protocol import Charge, UnknownPaymentError
from storage.access import aside
from storage.engine import WriteSession
from storage.models import Payment
from storage.queries import payment_lists, payments
from telemetry.money import MoneyError, amount_of
from telemetry.payments import OPEN, SETTLED, Standing

MANAGE: Final = "payments.manage"
_UNPAID: Final = frozenset({"pending", "failed", "cancelled"})
_OVER: Final = frozenset({"cancelled", "no_show"})
_DESCRIPTION: Final = "Appointment"
"""On the payer's statement: with whom, and what for, is nobody's business."""
Answer = TypeVar("Answer")


def manages(caller: Caller) -> bool:
    """Whether the caller looks after everybody's payments."""
    return MANAGE in caller.account.permissions


def owner(caller: Caller) -> UUID | None:
    """Whose payments the caller sees; None: everybody's."""
    return None if manages(caller) else caller.id


async def asked(call: Awaitable[Answer]) -> Answer:
    """What a provider answers.

    Raises:
        PaymentServiceAwayError: when it does not.
        UnknownPaymentError: when it knows no such payment.
        PaymentRefusedError: when it refuses.
    """
    try:
        return await call
    except TryLaterError as error:
        raise errors.PaymentServiceAwayError(error.after_seconds) from error
    except UnknownPaymentError:
        raise
    except RefusedError as error:
        raise errors.PaymentRefusedError from error


async def begin(parts: Services, last: Begin, caller: Caller, appointment_id: UUID) -> BegunPayment:
    """Open the payment of an appointment, or go on with the open one.

    Raises:
        NotFoundError: when the appointment is not the caller's.
        NothingToPayError: when it is paid, free, or takes place no more.
        FeeNotPayableError: when the currency has no such amount.
        PaymentServiceAwayError, PaymentRefusedError: of the provider.
    """
    with aside():
        try:
            payment_id, said = await _begin(parts, caller, appointment_id)
        except UnknownPaymentError:
            # The provider has forgotten what nobody paid: there is another one.
            await _forget(parts, appointment_id)
            payment_id, said = await _begin(parts, caller, appointment_id)
        async with parts.database.write() as session:
            # What does not fit is flagged, and stays so whatever is answered.
            row = await _settled(session, payment_id, said, "begin")
    if row.provider_ref != said.ref:
        raise errors.PaymentRefusedError
    await last()
    return _begun(row, said, parts.settings, caller)


async def _begin(parts: Services, caller: Caller, appointment_id: UUID) -> tuple[UUID, Standing]:
    async with parts.database.write() as session:
        payment = await _open(session, parts, caller, appointment_id)
    return payment.id, await _stands(parts, payment)


async def _settled(session: WriteSession, payment_id: UUID, said: Standing, cause: str) -> Payment:
    await payments.settle(session, payment_id, said, cause)
    row = await payment_lists.find(session, payment_id, None)
    if row is None:
        raise NotFoundError
    return row


async def _open(
    session: WriteSession, parts: Services, caller: Caller, appointment_id: UUID
) -> Payment:
    wanted = await payments.payable(session, appointment_id)
    if wanted is None or owner(caller) not in {None, wanted.patient_id}:
        raise NotFoundError
    if wanted.payment_status not in _UNPAID or wanted.status in _OVER:
        raise errors.NothingToPayError
    currency = parts.settings.payment_currency
    try:
        amount = amount_of(wanted.fee, currency)
    except MoneyError as error:
        raise errors.FeeNotPayableError from error
    if amount <= 0:
        raise errors.NothingToPayError
    return await payments.begin(session, wanted, parts.payments.chosen.name, amount, currency)


async def _stands(parts: Services, payment: Payment) -> Standing:
    provider = parts.payments.find(payment.provider)
    if provider is None:
        raise errors.PaymentServiceAwayError
    if payment.provider_ref is not None:
        return await asked(provider.look(payment.provider_ref))
    charge = Charge(
        payment_id=payment.id,
        key=payment.idempotency_key,
        amount=amount_of(payment.amount, payment.currency),
        currency=payment.currency,
        description=_DESCRIPTION,
        return_url=f"{parts.settings.public_url.rstrip('/')}/appointments"
        f"?id={payment.appointment_id}",
    )
    return await asked(provider.begin(charge))


async def _forget(parts: Services, appointment_id: UUID) -> None:
    async with parts.database.write() as session:
        found = await payment_lists.newest_of(session, appointment_id, None)
        row = None if found is None else await payments.hold(session, found.id)
        if row is not None and row.state in OPEN:
            row.state, row.cause, row.next_look_at = "cancelled", "forgotten", None


def _begun(row: Payment, said: Standing, settings: Settings, caller: Caller) -> BegunPayment:
    local = row.provider == "local"
    trying = local and settings.environment == "development"
    return BegunPayment(
        **fields(row, manages=manages(caller)),
        client_secret=said.client_secret,
        publishable_key=(settings.stripe_publishable_key or None)
        if row.provider == "stripe"
        else None,
        approval_url=said.approval_url,
        test_methods=list(METHODS) if trying else [],
        at_desk=local and not trying,
    )


async def confirm(
    parts: Services, last: Begin, caller: Caller, appointment_id: UUID, method: str | None
) -> Payment:
    """Go on with the payment of an appointment; one that is paid stays as it is.

    Raises:
        NotFoundError: when there is none, or the appointment is not the caller's.
        NotPayableError: when it was cancelled.
        DeskOnlyError: when somebody else must confirm it.
        PaymentServiceAwayError, PaymentRefusedError: of the provider.
    """
    async with parts.database.read() as session:
        payment = await payment_lists.newest_of(session, appointment_id, owner(caller))
    if payment is None:
        raise NotFoundError
    if payment.state in SETTLED:
        await last()
        return payment
    provider = parts.payments.find(payment.provider)
    if payment.state not in OPEN or payment.provider_ref is None:
        raise errors.NotPayableError
    if provider is None:
        raise errors.PaymentServiceAwayError
    serious = parts.settings.environment == "production"
    if payment.provider == "local" and serious and not manages(caller):
        raise errors.DeskOnlyError
    # Another key once the payment has moved; the same for a request that comes twice.
    key = f"confirm-{payment.id}-{payment.updated_at.timestamp():.6f}"
    try:
        said = await asked(provider.confirm(payment.provider_ref, key, method))
    except UnknownPaymentError as error:
        raise errors.NotPayableError from error
    return await _settled(await last(), payment.id, said, "confirm")
