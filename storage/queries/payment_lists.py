"""Lists of payments, and what belongs to one of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from storage.access import saw
from storage.engine import ReadSession, WriteSession
from storage.models import Payment, PaymentRefund, PaymentTransition

PaymentPosition = tuple[dt.datetime, UUID]
"""When it was begun, and its id: newest first."""
MOST_OF_ONE = 200
"""Refunds, or steps, of one payment that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """What is asked of payments; None asks for all.

    Attributes:
        patient_id: Of this patient.
        states: In one of these.
        provider: Through this provider.
        flagged: That somebody must look at, or not.
        appointment_id: Of this appointment.
        since: Begun then or later.
        until: Begun before.

    """

    patient_id: UUID | None = None
    states: Sequence[str] | None = None
    provider: str | None = None
    flagged: bool | None = None
    appointment_id: UUID | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def _conditions(wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool] | None] = [
        None if wanted.patient_id is None else Payment.patient_id == wanted.patient_id,
        None if wanted.states is None else Payment.state.in_(wanted.states),
        None if wanted.provider is None else Payment.provider == wanted.provider,
        # As the index of those that somebody must look at has it.
        Payment.flag.is_not(None) if wanted.flagged else None,
        Payment.flag.is_(None) if wanted.flagged is False else None,
        None if wanted.appointment_id is None else Payment.appointment_id == wanted.appointment_id,
        None if wanted.since is None else Payment.created_at >= wanted.since,
        None if wanted.until is None else Payment.created_at < wanted.until,
    ]
    return [one for one in found if one is not None]


async def page(
    session: ReadSession,
    wanted: PaymentFilter,
    *,
    limit: int,
    after: PaymentPosition | None = None,
) -> list[Payment]:
    """Payments, the newest first, from `after` on."""
    order = (Payment.created_at, Payment.id)
    statement = select(Payment).where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    statement = statement.order_by(*(column.desc() for column in order)).limit(limit)
    found = list(await session.scalars(statement))
    saw(*(one.patient_id for one in found))
    return found


async def refunds(session: ReadSession | WriteSession, payment_id: UUID) -> list[PaymentRefund]:
    """Refunds of a payment, the oldest first."""
    statement = (
        select(PaymentRefund)
        .where(PaymentRefund.payment_id == payment_id)
        .order_by(PaymentRefund.created_at)
        .limit(MOST_OF_ONE)
    )
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def steps(session: ReadSession | WriteSession, payment_id: UUID) -> list[PaymentTransition]:
    """What a payment went through, the oldest first."""
    statement: Any = (
        select(PaymentTransition)
        .where(PaymentTransition.payment_id == payment_id)
        .order_by(PaymentTransition.at)
        .limit(MOST_OF_ONE)
    )
    return list(await session.scalars(statement))


async def find(
    session: ReadSession | WriteSession, payment_id: UUID, owner_id: UUID | None
) -> Payment | None:
    """One payment; of this patient only, where one is named."""
    mine: list[Any] = [] if owner_id is None else [Payment.patient_id == owner_id]
    found = await session.scalar(
        select(Payment)
        .where(Payment.id == payment_id, *mine)
        .execution_options(populate_existing=True)
    )
    if found is not None:
        saw(found.patient_id)
    return found


async def newest_of(
    session: ReadSession | WriteSession, appointment_id: UUID, owner_id: UUID | None
) -> Payment | None:
    """The payment of an appointment that counts: the newest."""
    mine: list[Any] = [] if owner_id is None else [Payment.patient_id == owner_id]
    found = await session.scalar(
        select(Payment)
        .where(Payment.appointment_id == appointment_id, *mine)
        .order_by(Payment.created_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if found is not None:
        saw(found.patient_id)
    return found
