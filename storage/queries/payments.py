"""Payments of appointments: begun, settled by what the provider says, sent back.

The database holds the states (see the migration of payments) and tells the appointment. Whoever
changes a payment holds its appointment first and then the payment, always in this order.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update

from storage.access import saw
from storage.engine import WriteSession
from storage.models import Appointment, Payment, PaymentRefund
from storage.queries import payment_notices
from storage.queries.announce import announce_in
from telemetry.payments import HELD, OPEN, SETTLED, Standing, after_refunds, may_follow

QUEUE: Final = "payments"
FIRST_LOOK: Final = dt.timedelta(minutes=2)
"""After a payment was begun: webhooks are faster, where they come."""
MISMATCH: Final = "amount_mismatch"
PAID_TWICE: Final = "paid_twice"
_CANCELLED: Final = "cancelled"

_DEFER: Final = text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, :lock, NULL,
        CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1])
""")


@dataclass(frozen=True, slots=True)
class Payable:
    """An appointment, held until the transaction ends, and what is to be paid for it."""

    id: UUID
    patient_id: UUID
    status: str
    payment_status: str
    fee: Decimal


async def defer(session: WriteSession, task: str, name: str, key: UUID) -> None:
    """Queue a job about one thing; those about the same run one after the other."""
    values = {
        "queue": QUEUE,
        "task": task,
        "lock": f"{task}:{key}",
        "args": f'{{"{name}": "{key}"}}',
    }
    await session.execute(_DEFER, values)


async def payable(session: WriteSession, appointment_id: UUID) -> Payable | None:
    """An appointment to be paid for, held from now on."""
    wanted = Appointment
    row = (
        await session.execute(
            select(
                wanted.id,
                wanted.patient_id,
                wanted.status,
                wanted.payment_status,
                wanted.consultation_fee,
            )
            .where(wanted.id == appointment_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        return None
    saw(row.patient_id)
    return Payable(*row)


async def begin(
    session: WriteSession, wanted: Payable, provider: str, amount: Decimal, currency: str
) -> Payment:
    """The open payment of an appointment that is held; a new one where there is none like it.

    One of another amount, or at another provider, is called off, unless money is on its way.
    """
    found = await session.scalar(
        select(Payment)
        .where(Payment.appointment_id == wanted.id, Payment.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None:
        same = (found.provider, found.amount, found.currency) == (provider, amount, currency)
        if same or found.state == "processing":
            return found
        await call_off(session, found, "superseded")
    payment_id = uuid4()
    payment = Payment(
        id=payment_id,
        appointment_id=wanted.id,
        patient_id=wanted.patient_id,
        provider=provider,
        amount=amount,
        currency=currency,
        idempotency_key=f"payment-{payment_id}",
        cause="begin",
        next_look_at=dt.datetime.now(dt.UTC) + FIRST_LOOK,
    )
    session.add(payment)
    await session.flush()
    await session.refresh(payment)
    return payment


async def call_off(session: WriteSession, payment: Payment, cause: str) -> None:
    """Cancel an open payment here at once, and at the provider by a job."""
    payment.state, payment.cause, payment.next_look_at = _CANCELLED, cause, None
    await session.flush()
    if payment.provider_ref is not None:
        await defer(session, "payment_cancel", "payment_id", payment.id)


async def hold(session: WriteSession, payment_id: UUID) -> Payment | None:
    """A payment, held with its appointment until the transaction ends."""
    appointment_id = await session.scalar(
        select(Payment.appointment_id).where(Payment.id == payment_id)
    )
    if appointment_id is not None:
        locked = select(Appointment.id).where(Appointment.id == appointment_id)
        await session.execute(locked.with_for_update())
    return await session.get(Payment, payment_id, with_for_update=True, populate_existing=True)


async def settle(session: WriteSession, payment_id: UUID, said: Standing, cause: str) -> str:
    """Take in what a provider says of a payment, unless it is old or about another one.

    Returns:
        What came of it, for the log: the new state, or why nothing changed.

    """
    payment = await hold(session, payment_id)
    if payment is None:
        return "unknown"
    if (said.amount, said.currency) != (payment.amount, payment.currency):
        payment.flag = MISMATCH
        return "refused: amount"
    if payment.provider_ref is None:
        payment.provider_ref = said.ref
    if payment.provider_ref != said.ref:
        return "refused: another payment"
    payment.capture_ref = said.capture_ref or payment.capture_ref
    if payment.state in SETTLED:
        return await _returned(session, payment, said)
    if said.state == payment.state:
        # What was tried and failed again has another name next time (`api.payments.service`).
        payment.updated_at = dt.datetime.now(dt.UTC)
        return "unchanged"
    if not may_follow(payment.state, said.state):
        return "out of order"
    payment.state, payment.cause, payment.reason = said.state, cause, said.reason
    await _moved(session, payment)
    return said.state


async def _moved(session: WriteSession, payment: Payment) -> None:
    if payment.state == "paid":
        payment.paid_at, payment.next_look_at = dt.datetime.now(dt.UTC), None
        await session.flush()
        await _received(session, payment)
        return
    if payment.state == _CANCELLED:
        payment.next_look_at = None
    await session.flush()
    if payment.state == "failed":
        await announce_in(session, payment_notices.news(payment, "failed"))


async def _received(session: WriteSession, payment: Payment) -> None:
    """Money is here: tell it, or send it back where nothing is left to pay for."""
    status = await session.scalar(
        select(Appointment.status).where(Appointment.id == payment.appointment_id)
    )
    another = await session.scalar(
        select(Payment.id)
        .where(
            Payment.appointment_id == payment.appointment_id,
            Payment.id != payment.id,
            Payment.state.in_(HELD),
        )
        .limit(1)
    )
    if another is not None:
        payment.flag = PAID_TWICE
    if another is not None or status is None or status == _CANCELLED:
        reason = "paid twice" if another is not None else "the appointment was cancelled"
        await send_back(session, payment, payment.amount, reason, None)
        return
    await announce_in(session, payment_notices.news(payment, "received"))


async def _returned(session: WriteSession, payment: Payment, said: Standing) -> str:
    """What went back at the provider without us."""
    pending = await _sum(session, payment.id, "pending")
    unknown = said.refunded - payment.refunded_amount - pending
    if said.refunded > payment.amount or unknown <= 0:
        return "unchanged"
    session.add(
        PaymentRefund(
            payment_id=payment.id,
            amount=unknown,
            reason="at the provider",
            state="succeeded",
            finished_at=dt.datetime.now(dt.UTC),
        )
    )
    payment.refunded_amount += unknown
    await _after_refunds(session, payment, pending)
    await announce_in(session, payment_notices.news(payment, "refunded"))
    return payment.state


async def _sum(session: WriteSession, payment_id: UUID, state: str) -> Decimal:
    found = await session.scalar(
        select(func.coalesce(func.sum(PaymentRefund.amount), 0)).where(
            PaymentRefund.payment_id == payment_id, PaymentRefund.state == state
        )
    )
    return Decimal(found or 0)


async def _after_refunds(session: WriteSession, payment: Payment, pending: Decimal) -> None:
    state = after_refunds(payment.amount, payment.refunded_amount, pending)
    if state != payment.state:
        payment.state, payment.cause = state, "refund"
    await session.flush()


async def recount(session: WriteSession, payment: Payment) -> None:
    """State and sum of a payment that is held, from its refunds."""
    payment.refunded_amount = await _sum(session, payment.id, "succeeded")
    await _after_refunds(session, payment, await _sum(session, payment.id, "pending"))


async def left(session: WriteSession, payment: Payment) -> Decimal:
    """What can still go back of a payment that is held."""
    return payment.amount - payment.refunded_amount - await _sum(session, payment.id, "pending")


async def send_back(
    session: WriteSession, payment: Payment, amount: Decimal, reason: str, by_id: UUID | None
) -> PaymentRefund:
    """Have money of a payment that is held sent back, by a job; the database holds the sum."""
    refund = PaymentRefund(
        id=uuid4(), payment_id=payment.id, amount=amount, reason=reason, requested_by_id=by_id
    )
    session.add(refund)
    await session.flush()
    await recount(session, payment)
    await defer(session, "payment_refund", "refund_id", refund.id)
    return refund


async def refund_due(session: WriteSession, appointment_id: UUID, reason: str) -> bool:
    """An appointment takes place no more: what was paid goes back, what is open is called off.

    To be called in the transaction that cancels it, after its status has changed; a payment that
    is under way then is sent back as soon as it arrives.

    Returns:
        Whether money goes back.

    """
    due = False
    for payment in await call_off_open(session, appointment_id, reason):
        if payment.state in HELD and (amount := await left(session, payment)) > 0:
            await send_back(session, payment, amount, reason, None)
            due = True
    return due


async def call_off_open(
    session: WriteSession, appointment_id: UUID, reason: str
) -> Sequence[Payment]:
    """Nothing is to be paid for an appointment any more; all its payments, held."""
    wanted = await payable(session, appointment_id)
    if wanted is None:
        return ()
    found = await session.scalars(
        select(Payment)
        .where(Payment.appointment_id == appointment_id)
        .order_by(Payment.created_at)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    begun = found.all()
    if not begun and wanted.payment_status == "pending":
        # No payment that is called off says so.
        await session.execute(
            update(Appointment)
            .where(Appointment.id == appointment_id)
            .values(payment_status="cancelled")
        )
    for payment in begun:
        if payment.state in OPEN and payment.state != "processing":
            await call_off(session, payment, reason)
    return begun
