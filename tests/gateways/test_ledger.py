"""The local ledger: every way to pay into it, and what it sends back."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.local import METHODS, LocalPayments
from gateways.payments.protocol import (
    ForgedError,
    UnknownPaymentError,
)
from storage.engine import Database
from tests.support.paying import charge, sent_back


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[LocalPayments]:
    database = Database(database_url, pool_size=2)
    yield LocalPayments(database, trying=True)
    await database.close()


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_every_way_to_pay_into_the_ledger(ledger: LocalPayments, method: str) -> None:
    wanted = charge()
    begun = await ledger.begin(wanted)
    assert await ledger.begin(wanted) == begun
    if method == "ledger_away":
        with pytest.raises(TryLaterError):
            await ledger.confirm(begun.ref, "k", method)
        return
    found = await ledger.confirm(begun.ref, "k", method)
    expected = {
        "ledger_approve": ("paid", ""),
        "ledger_decline": ("failed", "card_declined"),
        "ledger_no_funds": ("failed", "insufficient_funds"),
        "ledger_action": ("requires_action", ""),
        "ledger_slow": ("processing", ""),
    }
    assert (found.state, found.reason) == expected[method]
    after = await ledger.look(begun.ref)
    assert after.state == ("paid" if method == "ledger_slow" else found.state)
    if method in {"ledger_action", "ledger_decline"}:
        assert (await ledger.confirm(begun.ref, "k", None)).state == "paid"


@pytest.mark.parametrize(
    ("amount", "state"),
    [("10.91", "failed"), ("10.92", "failed"), ("10.93", "requires_action"), ("10.90", "paid")],
)
async def test_amounts_that_stand_for_failure(
    ledger: LocalPayments, amount: str, state: str
) -> None:
    begun = await ledger.begin(charge(amount))
    assert (await ledger.confirm(begun.ref, "k", None)).state == state


async def test_in_production_no_amount_stands_for_anything(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    serious = LocalPayments(database, trying=False)
    begun = await serious.begin(charge("10.91"))
    assert (await serious.confirm(begun.ref, "k", "ledger_decline")).state == "paid"
    await database.close()


async def test_the_ledger_sends_back_once_and_never_more_than_there_is(
    ledger: LocalPayments,
) -> None:
    begun = await ledger.begin(charge("30.00"))
    with pytest.raises(RefusedError):
        await ledger.refund(sent_back(begun, "1.00"))
    await ledger.confirm(begun.ref, "k", None)
    wanted = sent_back(begun, "20.00")
    first = await ledger.refund(wanted)
    assert await ledger.refund(wanted) == first
    assert (await ledger.look(begun.ref)).refunded == Decimal(20)
    assert (await ledger.look_refund(first.ref)).state == "succeeded"
    results = await asyncio.gather(
        *(ledger.refund(sent_back(begun, "6.00")) for _ in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(one, Exception) for one in results) == 1
    with pytest.raises(UnknownPaymentError):
        await ledger.look("ledger_none")
    with pytest.raises(ForgedError):
        await ledger.verify({}, b"{}")


async def test_refunds_of_the_ledger_can_fail_or_take_their_time(ledger: LocalPayments) -> None:
    for amount, state in (("10.96", "failed"), ("10.97", "pending")):
        begun = await ledger.begin(charge(amount))
        await ledger.confirm(begun.ref, "k", "ledger_approve")
        assert (await ledger.refund(sent_back(begun, amount))).state == state
