"""What whoever takes money has in common: being away, wrong keys, settings, amounts."""

import asyncio
from decimal import Decimal

import pytest

from gateways.outgoing import RefusedError, TryLaterError
from gateways.payments.settings import PaymentSettings
from telemetry.money import MoneyError, amount_of
from tests.support.paying import charge, provider
from tests.support.servers import Answered, serving

# The official library hands its forms to httpx in a way that httpx would rather not have.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


OUTSIDE = ["stripe", "paypal"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_and_broken_are_tried_later_as_long_as_they_ask(name: str, status: int) -> None:
    behaviour = Answered(status, b'{"error": {"type": "api_error"}}', {"Retry-After": "17"})
    async with serving(lambda _: behaviour) as server:
        gateway = provider(name, server.url)
        with pytest.raises(TryLaterError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert error.value.after_seconds == 17
    assert error.value.code.startswith(f"{name}: HTTP {status}")
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", OUTSIDE)
async def test_silence_is_given_up(name: str) -> None:
    async with serving(lambda _: Answered(200, after_seconds=30)) as server:
        gateway = provider(name, server.url, timeout_seconds=0.5)
        with pytest.raises(TryLaterError):
            await gateway.look("pi_1")
        await gateway.close()


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_connection_that_drops_is_tried_later(name: str) -> None:
    async def drop(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(drop, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    gateway = provider(name, f"http://127.0.0.1:{port}")
    with pytest.raises(TryLaterError):
        await gateway.begin(charge())
    await gateway.close()
    listening.close()
    await listening.wait_closed()
    nobody = provider(name, f"http://127.0.0.1:{port}")
    with pytest.raises(TryLaterError):
        await nobody.begin(charge())
    await nobody.close()


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "body",
    [
        b"<html>gateway</html>",
        b"[]",
        b"{}",
        b'{"id": "x", "status": "new_word", "currency": "usd", "amount": 4550}',
        b'{"id": "x", "status": "processing", "currency": "usd", "amount": "lots"}',
        b'{"id": "x", "status": "new_word", "purchase_units": [{"amount": {"value": "lots"}}]}',
        b'{"id": "x", "status": null, "purchase_units": []}',
    ],
)
async def test_an_answer_that_is_not_understood_is_asked_for_again(name: str, body: bytes) -> None:
    token = b'{"access_token": "t", "expires_in": 3600}'
    async with serving(
        lambda asked: Answered(200, token if "oauth2" in asked.path else body)
    ) as server:
        gateway = provider(name, server.url)
        with pytest.raises(TryLaterError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert "lots" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("name", OUTSIDE)
async def test_wrong_keys_are_refused_without_being_told(name: str) -> None:
    async with serving(lambda _: Answered(401, b'{"error": {"message": "sk_test_1"}}')) as server:
        gateway = provider(name, server.url)
        with pytest.raises(RefusedError) as error:
            await gateway.begin(charge())
        await gateway.close()
    assert "sk_test" not in str(error.value)
    assert "secret" not in str(error.value)


def test_settings_want_all_of_a_provider_or_nothing() -> None:
    assert PaymentSettings().payments_via == "local"
    with pytest.raises(ValueError, match="JEG_STRIPE_SECRET_KEY"):
        PaymentSettings.model_validate({"payments_via": "stripe"})
    with pytest.raises(ValueError, match="JEG_PAYPAL_CLIENT_ID"):
        PaymentSettings.model_validate({"payments_via": "paypal"})
    with pytest.raises(ValueError, match="ISO 4217"):
        PaymentSettings.model_validate({"payment_currency": "DUCATS"})


def test_no_amount_is_rounded() -> None:
    assert amount_of(Decimal("1.230"), "USD") == Decimal("1.23")
    for amount, currency in (("1.234", "USD"), ("0.1", "JPY"), ("NaN", "USD"), ("1", "XXX")):
        with pytest.raises(MoneyError):
            amount_of(Decimal(amount), currency)
