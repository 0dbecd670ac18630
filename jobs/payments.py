"""Brings payments to an end: webhooks, refunds, what was called off, what nobody heard of again.

A webhook is a hint: the provider is asked how the payment stands, so that neither the order in
which webhooks come nor how often matters. Every call has a name that stays the same however often
a worker dies, and what came of it is one transaction.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.protocol import Payments, Return, UnknownPaymentError
from gateways.payments.providers import Providers
from jobs.notifications import AgainError, DeadError
from storage.engine import Database
from storage.models import Payment
from storage.queries import payment_lists, payments
from storage.queries import payment_work as work
from storage.queries.payment_work import EventRow, RefundRow
from telemetry.logs import logger
from telemetry.money import amount_of
from telemetry.payments import OPEN, ProviderEvent, RefundStanding, Standing

log = logger()

UNKNOWN_FOR: Final = dt.timedelta(minutes=10)
"""How long a webhook waits for the payment that it is about: it may overtake our own commit."""
MOST_ATTEMPTS: Final = 150
"""Of one job, over some six days; then it is dead, to be seen and started again."""
DISPUTED: Final = "disputed"
_WAIT_SECONDS: Final = 30.0
_LONGEST_WAIT_SECONDS: Final = 3_600.0


def wait_seconds(attempts: int, asked: float | None) -> float:
    """How long to wait after so many attempts; as long as the provider asks at least.

    >>> wait_seconds(0, None), wait_seconds(3, None), wait_seconds(0, 120.0)
    (30.0, 240.0, 120.0)
    """
    own = min(_WAIT_SECONDS * 2.0 ** min(attempts, 20), _LONGEST_WAIT_SECONDS)
    return own if asked is None else max(own, asked)


def again(code: str, attempts: int, asked: float | None = None) -> Exception:
    """What to raise for a job that is to be done again, or has been too often."""
    if attempts >= MOST_ATTEMPTS:
        return DeadError(code)
    return AgainError(code, wait_seconds(attempts, asked))


@dataclass(frozen=True, slots=True)
class Cashier:
    """Does what the queue asks for, with the providers that the settings name."""

    database: Database
    providers: Providers

    async def event(self, event_id: UUID, attempts: int) -> str:
        """Handle a webhook, once; what came of it.

        Raises:
            AgainError: The provider, or our own payment, is not there yet.
            DeadError: It was not for days.

        """
        async with self.database.read() as session:
            row = await work.event(session, event_id)
        if row is None:
            return "handled before"
        outcome = await self._event(row, attempts)
        async with self.database.write() as session:
            await work.handled(session, event_id, row.payment_id, outcome)
        log.info("payment_event", provider=row.provider, kind=row.said.kind, outcome=outcome)
        return outcome

    async def _event(self, row: EventRow, attempts: int) -> str:
        if not (row.said.ref or row.said.capture_ref):
            return "ignored"
        if row.payment_id is None:
            if dt.datetime.now(dt.UTC) - row.received_at > UNKNOWN_FOR:
                return "unknown payment"
            code = "the payment is not known yet"
            raise again(code, attempts)
        payment = await self._payment(row.payment_id)
        if payment is None or payment.provider_ref is None:
            return "unknown payment"
        if not fits(row.said, payment):
            await self._flag(payment.id, payments.MISMATCH)
            return "refused: amount"
        if "dispute" in row.said.kind:
            await self._flag(payment.id, DISPUTED)
        if row.said.refund_ref and (found := await self._refund_named(row, attempts)) is not None:
            return found
        return await self.look(payment.id, "webhook", attempts)

    async def _refund_named(self, row: EventRow, attempts: int) -> str | None:
        """What became of a refund that the webhook names; None where it is none of ours."""
        if row.payment_id is None:
            return None
        async with self.database.read() as session:
            refund_id = await work.refund_named(session, row.payment_id, row.said.refund_ref)
        if refund_id is None:
            return None
        try:
            said = await self.providers.of(row.provider).look_refund(row.said.refund_ref)
        except TryLaterError as error:
            raise again(error.code, attempts, error.after_seconds) from None
        return await self._settle_refund(refund_id, said)

    async def look(self, payment_id: UUID, cause: str, attempts: int) -> str:
        """Ask the provider how a payment stands, and take what the payer agreed to.

        Raises:
            AgainError: It does not answer now.

        """
        payment = await self._payment(payment_id)
        if payment is None or payment.provider_ref is None:
            return "unknown"
        try:
            provider = self.providers.of(payment.provider)
            said = await self._stands(provider, payment, payment.provider_ref)
        except TryLaterError as error:
            raise again(error.code, attempts, error.after_seconds) from None
        except UnknownPaymentError:
            return await self._forgotten(payment_id)
        async with self.database.write() as session:
            return await payments.settle(session, payment_id, said, cause)

    async def _stands(self, provider: Payments, payment: Payment, ref: str) -> Standing:
        said = await provider.look(ref)
        if said.to_confirm and payment.state in OPEN:
            return await provider.confirm(ref, f"confirm-{payment.id}", None)
        return said

    async def _forgotten(self, payment_id: UUID) -> str:
        """The provider no longer knows a payment: nobody can pay it any more."""
        async with self.database.write() as session:
            payment = await payments.hold(session, payment_id)
            if payment is None or payment.state not in OPEN:
                return "unchanged"
            payment.state, payment.cause, payment.next_look_at = "cancelled", "forgotten", None
        log.info("payment_forgotten", payment=str(payment_id), provider=payment.provider)
        return "cancelled"

    async def cancel(self, payment_id: UUID, attempts: int) -> str:
        """Call a payment off at the provider; money that came nevertheless goes back."""
        payment = await self._payment(payment_id)
        if payment is None or payment.provider_ref is None or payment.state != "cancelled":
            return "unchanged"
        try:
            provider = self.providers.of(payment.provider)
            said = await provider.cancel(payment.provider_ref, f"cancel-{payment.id}")
        except TryLaterError as error:
            raise again(error.code, attempts, error.after_seconds) from None
        except UnknownPaymentError:
            return "unknown"
        async with self.database.write() as session:
            return await payments.settle(session, payment_id, said, "cancel")

    async def refund(self, refund_id: UUID, attempts: int) -> str:
        """Send money back, however often this is asked for: once.

        Raises:
            AgainError: The provider does not answer now, or the refund is under way.
            DeadError: It refuses; whoever starts the job again asks anew.

        """
        row = await self._refund_row(refund_id)
        if row is None or row.state == "succeeded":
            return "unchanged"
        if row.state == "failed":
            async with self.database.write() as session:
                anew = await work.try_again(session, refund_id)
            row = await self._refund_row(refund_id) if anew else None
            if row is None:
                return "unchanged"
        try:
            said = await self._send_back(row)
        except TryLaterError as error:
            raise again(error.code, attempts, error.after_seconds) from None
        except RefusedError as error:
            said = RefundStanding("", "failed", error.code)
        outcome = await self._settle_refund(refund_id, said)
        if said.state == "pending":
            code = "the refund is under way"
            raise again(code, attempts)
        if said.state == "failed":
            log.warning("refund_failed", refund=str(refund_id), reason=said.reason)
            raise DeadError(said.reason)
        return outcome

    async def _send_back(self, row: RefundRow) -> RefundStanding:
        provider = self.providers.of(row.provider)
        if row.provider_ref is not None:
            return await provider.look_refund(row.provider_ref)
        wanted = Return(
            ref=row.ref,
            capture_ref=row.capture_ref,
            refund_id=row.id,
            key=f"refund-{row.id}-{row.round}",
            amount=amount_of(row.amount, row.currency),
            currency=row.currency,
        )
        return await provider.refund(wanted)

    async def _settle_refund(self, refund_id: UUID, said: RefundStanding) -> str:
        async with self.database.write() as session:
            return await work.settle_refund(session, refund_id, said)

    async def _refund_row(self, refund_id: UUID) -> RefundRow | None:
        async with self.database.read() as session:
            return await work.refund(session, refund_id)

    async def _payment(self, payment_id: UUID) -> Payment | None:
        async with self.database.read() as session:
            return await payment_lists.find(session, payment_id, None)

    async def _flag(self, payment_id: UUID, what: str) -> None:
        log.warning("payment_flagged", payment=str(payment_id), flag=what)
        async with self.database.write() as session:
            await work.flag(session, payment_id, what)


def fits(said: ProviderEvent, payment: Payment) -> bool:
    """Whether what a webhook says of money can be about this payment."""
    if said.amount is None:
        return True
    if said.currency != payment.currency or said.amount > payment.amount:
        return False
    return said.amount == payment.amount or not said.whole
