"""What jobs do for payments: webhooks taken in, refunds brought to an end, payments asked after."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import (
    Appointment,
    HealthcareProvider,
    Payment,
    PaymentEvent,
    PaymentRefund,
)
from storage.queries import payment_notices
from storage.queries.announce import announce_in
from storage.queries.payments import defer, hold, left, recount
from telemetry.payments import ProviderEvent, RefundStanding

MOST_LOOKS: Final = 24
"""How often a provider is asked after one payment, over some five days, before it is given up."""
_LONGEST_WAIT: Final = dt.timedelta(hours=6)
_UNPAID: Final = ("pending", "failed", "cancelled")
_OPEN_APPOINTMENT: Final = ("scheduled", "confirmed")


@dataclass(frozen=True, slots=True)
class EventRow:
    """A webhook that waits to be handled, and the payment that it is about."""

    id: UUID
    provider: str
    received_at: dt.datetime
    said: ProviderEvent
    payment_id: UUID | None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund with what its provider must know."""

    id: UUID
    payment_id: UUID
    provider: str
    ref: str
    capture_ref: str | None
    amount: Decimal
    currency: str
    state: str
    provider_ref: str | None
    round: int


async def record(session: WriteSession, provider: str, said: ProviderEvent) -> bool:
    """Keep a webhook and queue its job, in one transaction; whether it is new."""
    facts = asdict(said)
    facts["amount"] = None if said.amount is None else str(said.amount)
    added: UUID | None = await session.scalar(
        insert(PaymentEvent)
        .values(
            provider=provider,
            event_id=said.event_id,
            kind=said.kind,
            facts=facts,
            payment_id=await _payment_of(session, provider, said),
        )
        .on_conflict_do_nothing(index_elements=["provider", "event_id"])
        .returning(PaymentEvent.id)
    )
    if added is None:
        return False
    await defer(session, "payment_event", "event_id", added)
    return True


async def _payment_of(
    session: ReadSession | WriteSession, provider: str, said: ProviderEvent
) -> UUID | None:
    named: ColumnElement[bool]
    if said.ref:
        named = Payment.provider_ref == said.ref
    elif said.capture_ref:
        named = Payment.capture_ref == said.capture_ref
    else:
        return None
    found: UUID | None = await session.scalar(
        select(Payment.id).where(Payment.provider == provider, named).limit(1)
    )
    return found


async def event(session: ReadSession, event_id: UUID) -> EventRow | None:
    """A webhook that nobody has handled; None where it has been, or was emptied with its person."""
    row = await session.get(PaymentEvent, event_id)
    if row is None or row.outcome is not None or not row.facts:
        return None
    facts = dict(row.facts)
    amount = facts.pop("amount")
    said = ProviderEvent(**facts, amount=None if amount is None else Decimal(amount))
    payment_id = row.payment_id or await _payment_of(session, row.provider, said)
    return EventRow(row.id, row.provider, row.received_at, said, payment_id)


async def handled(
    session: WriteSession, event_id: UUID, payment_id: UUID | None, outcome: str
) -> None:
    """Write down what came of a webhook; the first who does so counts."""
    await session.execute(
        update(PaymentEvent)
        .where(PaymentEvent.id == event_id, PaymentEvent.outcome.is_(None))
        .values(outcome=outcome, payment_id=payment_id, handled_at=func.now())
    )


async def flag(session: WriteSession, payment_id: UUID, what: str) -> None:
    """Have somebody look at a payment."""
    await session.execute(update(Payment).where(Payment.id == payment_id).values(flag=what))


async def take_due(session: WriteSession, *, limit: int) -> list[UUID]:
    """Payments to ask after now; each is asked after again later and later, if need be."""
    found = await session.scalars(
        select(Payment)
        .where(Payment.next_look_at <= func.now())
        .order_by(Payment.next_look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    taken = []
    for payment in found:
        payment.looks += 1
        wait = min(dt.timedelta(minutes=2 ** min(payment.looks, 12)), _LONGEST_WAIT)
        again = dt.datetime.now(dt.UTC) + wait
        payment.next_look_at = again if payment.looks < MOST_LOOKS else None
        taken.append(payment.id)
    return taken


async def refund(session: ReadSession | WriteSession, refund_id: UUID) -> RefundRow | None:
    """A refund with its payment."""
    columns: list[Any] = [
        PaymentRefund.id,
        PaymentRefund.payment_id,
        Payment.provider,
        func.coalesce(Payment.provider_ref, ""),
        Payment.capture_ref,
        PaymentRefund.amount,
        Payment.currency,
        PaymentRefund.state,
        PaymentRefund.provider_ref,
        PaymentRefund.round,
    ]
    joined = select(*columns).join(Payment, Payment.id == PaymentRefund.payment_id)
    row = (await session.execute(joined.where(PaymentRefund.id == refund_id))).one_or_none()
    return None if row is None else RefundRow(*row)


async def refund_named(session: ReadSession, payment_id: UUID, ref: str) -> UUID | None:
    """Our refund that the provider names so."""
    found: UUID | None = await session.scalar(
        select(PaymentRefund.id).where(
            PaymentRefund.payment_id == payment_id, PaymentRefund.provider_ref == ref
        )
    )
    return found


async def try_again(session: WriteSession, refund_id: UUID) -> bool:
    """Ask anew for a refund that failed, under a new name; whether there still is one to ask for.

    It may be that the money was sent back in another way meanwhile.
    """
    found = await refund(session, refund_id)
    payment = None if found is None else await hold(session, found.payment_id)
    row = await session.get(PaymentRefund, refund_id, populate_existing=True)
    if payment is None or row is None or row.state != "failed":
        return False
    if row.amount > await left(session, payment):
        return False
    row.state, row.finished_at, row.provider_ref, row.error = "pending", None, None, None
    row.round += 1
    await session.flush()
    await recount(session, payment)
    return True


async def settle_refund(session: WriteSession, refund_id: UUID, said: RefundStanding) -> str:
    """Take in what a provider says of a refund; the same again changes nothing."""
    found = await refund(session, refund_id)
    payment = None if found is None else await hold(session, found.payment_id)
    row = await session.get(PaymentRefund, refund_id, populate_existing=True)
    if payment is None or row is None:
        return "unknown"
    row.provider_ref = row.provider_ref or said.ref or None
    # Only a bank can take back what had succeeded.
    late = row.state == "failed" or (row.state == "succeeded" and said.state != "failed")
    if said.state == row.state or late:
        await session.flush()
        return "unchanged"
    row.state, row.error = said.state, said.reason or None
    row.finished_at = dt.datetime.now(dt.UTC)
    if said.state == "failed":
        payment.flag = "refund_failed"
    await session.flush()
    await recount(session, payment)
    about: payment_notices.About = "refund_failed" if said.state == "failed" else "refunded"
    await announce_in(session, payment_notices.news(payment, about, row.amount))
    return said.state


async def unpaid(session: ReadSession, *, older: dt.datetime, limit: int) -> list[UUID]:
    """Appointments whose provider wants to be paid beforehand, made before then and not paid."""
    provider = HealthcareProvider
    under_way = select(Payment.id).where(
        Payment.appointment_id == Appointment.id, Payment.state == "processing"
    )
    found = await session.scalars(
        select(Appointment.id)
        .join(provider, provider.id == Appointment.healthcare_provider_id)
        .where(
            Appointment.status.in_(_OPEN_APPOINTMENT),
            Appointment.payment_status.in_(_UNPAID),
            Appointment.created_at < older,
            # What has begun is released no more, and must not stand before others.
            Appointment.appointment_date > func.now(),
            provider.requires_prepayment,
            ~under_way.exists(),
        )
        .order_by(Appointment.created_at)
        .limit(limit)
    )
    return list(found)


async def is_unpaid(session: WriteSession, appointment_id: UUID) -> bool:
    """Whether an appointment, held by now, is still open and still not paid."""
    coming = exists().where(
        Payment.appointment_id == appointment_id, Payment.state.in_(("processing", "paid"))
    )
    unpaid = exists().where(
        Appointment.id == appointment_id,
        Appointment.status.in_(_OPEN_APPOINTMENT),
        Appointment.payment_status.in_(_UNPAID),
        Appointment.appointment_date > func.now(),
        ~coming,
    )
    return bool(await session.scalar(select(unpaid)))
