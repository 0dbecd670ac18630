"""What the admin panel does about payments."""

from uuid import uuid4

from tests.support.http import People
from tests.support.panel import (
    Browser,
    one,
)


async def test_money_is_sent_back_as_far_as_there_is_any(browser: Browser, people: People) -> None:
    payment = uuid4()
    await people.db.execute(
        "INSERT INTO payments (id, provider, amount, currency, state, idempotency_key)"
        " VALUES (%s, 'local', 1, 'USD', 'paid', %s)",
        (payment, str(payment)),
    )
    more = await browser.act("payments", payment, "refund", amount="1.50", reason="Twice")
    assert more.status_code == 400
    done = await browser.act("payments", payment, "refund", amount="0.40", reason="Late")
    assert done.status_code == 200, done.text
    kept = "SELECT amount || ' ' || reason FROM payment_refunds WHERE payment_id = %s"
    assert (await one(people, kept, payment)).endswith(" Late")
    assert (await browser.act("payments", uuid4(), "refund", reason="Late")).status_code == 400
