"""The default: a ledger in the database, with no account anywhere.

A payment is what its lines come to: opened, then paid, declined or cancelled, then refunded. In
development `confirm` pays, and failure can be tried out: by a method (`METHODS`), or by an amount
that ends in `TEST_ENDINGS`. In production a line is what somebody at the desk has taken in.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final
from uuid import uuid4

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.protocol import Charge, ForgedError, Return, UnknownPaymentError
from storage.engine import Database, ReadSession, WriteSession
from storage.queries import ledger
from storage.queries.ledger import Line
from storage.queries.locks import lock
from telemetry.money import amount_of
from telemetry.payments import ProviderEvent, ProviderName, RefundStanding, Standing, State

METHODS: Final[Mapping[str, str]] = {
    "ledger_approve": "pays",
    "ledger_decline": "is declined",
    "ledger_no_funds": "is declined for want of funds",
    "ledger_action": "asks for a second step; confirming once more pays",
    "ledger_slow": "is under way, and paid when it is looked at next",
    "ledger_away": "answers as a provider that is away",
}
"""How to pay -> what comes of it."""
TEST_ENDINGS: Final[Mapping[str, str]] = {
    ".91": "ledger_decline",
    ".92": "ledger_no_funds",
    ".93": "ledger_action",
    ".94": "ledger_slow",
    ".95": "ledger_away",
}
"""Last decimals of an amount -> the method that it stands for; for currencies with two."""
REFUND_REFUSED: Final = ".96"
"""Amounts of payments whose refunds are refused end so."""
REFUND_SLOW: Final = ".97"
"""Of those whose refunds are under way, and done when they are looked at next."""
_STATES: Final[Mapping[str, State]] = {
    "opened": "pending",
    "action": "requires_action",
    "processing": "processing",
    "paid": "paid",
    "declined": "failed",
    "cancelled": "cancelled",
}
_DECLINES: Final = {"ledger_decline": "card_declined", "ledger_no_funds": "insufficient_funds"}
_SEPARATOR: Final = "/"


class LocalPayments:
    """Payments that are lines in the database."""

    name: ProviderName = "local"

    def __init__(self, database: Database, *, trying: bool) -> None:
        """Write into `database`; `trying` lets failures be tried out."""
        self._database = database
        self._trying = trying

    async def begin(self, charge: Charge) -> Standing:
        """Open an account of the payment."""
        ref = f"ledger_{charge.payment_id.hex}"
        opened = Line("begin", "opened", charge.amount, charge.currency, "")
        async with self._database.write() as session:
            await ledger.add(session, ref, opened)
            return await _standing(session, ref)

    async def look(self, ref: str) -> Standing:
        """What the lines come to; what was under way has arrived."""
        async with self._database.write() as session:
            found = await _standing(session, ref)
            if found.state != "processing":
                return found
            await ledger.add(session, ref, _line("arrived", "paid", found))
            return await _standing(session, ref)

    async def confirm(self, ref: str, key: str, method: str | None) -> Standing:  # noqa: ARG002
        """Pay, or do what the method or the amount asks for."""
        async with self._database.write() as session:
            await lock(session, ref)
            found = await _standing(session, ref)
            if found.state in {"paid", "processing", "cancelled"}:
                return found
            chosen = self._chosen(found, method)
            if chosen == "ledger_away":
                code = "local: HTTP 503"
                raise TryLaterError(code, 1)
            await ledger.add(session, ref, _outcome(found, chosen))
            return await _standing(session, ref)

    def _chosen(self, found: Standing, method: str | None) -> str:
        if method is not None and method not in METHODS:
            code = "local: no such method"
            raise RefusedError(code)
        if not self._trying:
            return "ledger_approve"
        return method or TEST_ENDINGS.get(str(found.amount)[-3:], "ledger_approve")

    async def cancel(self, ref: str, key: str) -> Standing:
        """Close the account, unless money is on it."""
        async with self._database.write() as session:
            await lock(session, ref)
            found = await _standing(session, ref)
            if found.state in {"paid", "processing", "cancelled"}:
                return found
            await ledger.add(session, ref, _line(key, "cancelled", found))
            return await _standing(session, ref)

    async def refund(self, wanted: Return) -> RefundStanding:
        """Write the money off, as far as there is any."""
        async with self._database.write() as session:
            await lock(session, wanted.ref)
            found = await _standing(session, wanted.ref)
            done = f"refund:{wanted.refund_id.hex}"
            kept = {one.key for one in await ledger.lines(session, wanted.ref)}
            name = f"{wanted.ref}{_SEPARATOR}{wanted.refund_id.hex}"
            if done in kept:
                return RefundStanding(name, "succeeded")
            ending = str(found.amount)[-3:] if self._trying else ""
            if found.state != "paid" or found.refunded + wanted.amount > found.amount:
                code = "local: more than there is"
                raise RefusedError(code)
            if ending == REFUND_REFUSED:
                return RefundStanding(name, "failed", "refund_refused")
            line = Line(done, "refunded", wanted.amount, wanted.currency, "")
            await ledger.add(session, wanted.ref, line)
            return RefundStanding(name, "pending" if ending == REFUND_SLOW else "succeeded")

    async def look_refund(self, ref: str) -> RefundStanding:
        """What became of a refund."""
        payment, _, refund = ref.partition(_SEPARATOR)
        async with self._database.read() as session:
            kept = {one.key for one in await ledger.lines(session, payment)}
        if f"refund:{refund}" not in kept:
            code = "local: no such refund"
            raise UnknownPaymentError(code)
        return RefundStanding(ref, "succeeded")

    async def verify(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:  # noqa: ARG002
        """The ledger calls nobody: whatever comes in its name is not its own."""
        raise ForgedError

    async def close(self) -> None:
        """The database is somebody else's."""


def _outcome(found: Standing, method: str) -> Line:
    key = uuid4().hex
    if method in _DECLINES:
        return replace(_line(key, "declined", found), note=_DECLINES[method])
    if method == "ledger_slow":
        return _line(key, "processing", found)
    if method == "ledger_action" and found.state != "requires_action":
        return _line(key, "action", found)
    return _line(key, "paid", found)


def _line(key: str, entry: str, found: Standing) -> Line:
    return Line(key, entry, found.amount, found.currency, "")


async def _standing(session: ReadSession | WriteSession, ref: str) -> Standing:
    kept = await ledger.lines(session, ref)
    if not kept:
        code = "local: no such payment"
        raise UnknownPaymentError(code)
    refunds = [one.amount for one in kept if one.entry == "refunded"]
    last = next(one for one in reversed(kept) if one.entry != "refunded")
    return Standing(
        ref=ref,
        state=_STATES[last.entry],
        amount=amount_of(last.amount, last.currency),
        currency=last.currency,
        refunded=sum(refunds, Decimal(0)),
        reason=last.note,
    )
