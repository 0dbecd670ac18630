"""Payments that nobody heard of again are asked after; unpaid appointments give their time back."""

import asyncio
import datetime as dt
from typing import Final
from uuid import UUID

from gateways.outgoing import RefusedError
from jobs.apart import apart
from jobs.notifications import AgainError
from jobs.payments import Cashier
from storage.engine import Database, WriteSession
from storage.queries import appointments, bookings, cancelling, payment_notices, payments
from storage.queries import payment_work as work
from storage.queries.announce import announce_in
from telemetry.logs import logger
from telemetry.payments import OPEN

log = logger()

MOST_AT_ONCE: Final = 50
"""Payments, or appointments, of one run; the next one goes on."""
_SIDE_BY_SIDE: Final = 4
_REASON: Final = "not paid in time"


async def reconcile(cashier: Cashier) -> int:
    """Ask after payments that are due for it, a few at a time; how many they were."""
    async with cashier.database.write() as session:
        due = await work.take_due(session, limit=MOST_AT_ONCE)
    turns = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def ask(payment_id: UUID) -> None:
        async with turns:
            await _ask_after(cashier, payment_id)

    async with asyncio.TaskGroup() as group:
        for payment_id in due:
            group.create_task(ask(payment_id))
    return len(due)


async def _ask_after(cashier: Cashier, payment_id: UUID) -> None:
    try:
        outcome = await cashier.look(payment_id, "reconciliation", 0)
    except (AgainError, RefusedError) as error:
        # The next look is set already.
        log.info("payment_look_failed", payment=str(payment_id), error=type(error).__name__)
        outcome = ""
    async with cashier.database.write() as session:
        payment = await payments.hold(session, payment_id)
        if payment is None or payment.next_look_at is not None or payment.state not in OPEN:
            return
        log.warning("payment_given_up", payment=str(payment_id), outcome=outcome)
        if payment.state == "processing":
            payment.flag = "stuck"
            return
        await payments.call_off(session, payment, "given up")


async def release(database: Database, *, minutes: int, hold: dt.timedelta) -> int:
    """Release appointments that had to be paid beforehand and were not; how many."""
    older = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    async with database.read() as session:
        found = await work.unpaid(session, older=older, limit=MOST_AT_ONCE)
    released = 0
    for appointment_id in found:
        with apart("appointment_not_released", appointment_id):
            async with database.write() as session:
                released += await _release(session, appointment_id, hold)
    return released


async def _release(session: WriteSession, appointment_id: UUID, hold: dt.timedelta) -> bool:
    row = await appointments.get(session, appointment_id)
    await bookings.take_turn(session, row.healthcare_provider_id, row.patient_id)
    await bookings.lock_row(session, appointment_id)
    if not await work.is_unpaid(session, appointment_id):
        return False
    row = await appointments.get(session, appointment_id)
    await cancelling.cancel(session, row, None, _REASON, refund_reason=_REASON)
    await announce_in(session, [payment_notices.released(row.id, row.patient_id)])
    await cancelling.offer_on(session, row, hold)
    return True
