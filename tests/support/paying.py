"""Payments as the gateways are asked for them, and servers that speak the providers' interfaces."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID, uuid4

from gateways.payments.paypal import PayPalPayments
from gateways.payments.protocol import (
    Charge,
    Payments,
    Return,
)
from gateways.payments.stripe import StripePayments
from telemetry.payments import Standing
from tests.support.money import STRIPE_SECRET, PayPalServer, StripeServer, running


def charge(amount: str = "45.50", currency: str = "USD") -> Charge:
    payment_id = uuid4()
    key = f"payment-{payment_id}"
    return Charge(payment_id, key, Decimal(amount), currency, "Appointment", "https://jeg.example")


def sent_back(found: Standing, amount: str = "45.50", refund_id: UUID | None = None) -> Return:
    refund_id = refund_id or uuid4()
    key = f"refund-{refund_id}-0"
    return Return(found.ref, found.capture_ref, refund_id, key, Decimal(amount), found.currency)


def provider(name: str, url: str, *, timeout_seconds: float = 10) -> Payments:
    if name == "stripe":
        return StripePayments("sk_test_1", STRIPE_SECRET, url, timeout_seconds=timeout_seconds)
    return PayPalPayments("client", "secret", "WH-ID", url, timeout_seconds=timeout_seconds)


@asynccontextmanager
async def stripe() -> AsyncIterator[tuple[StripeServer, Payments]]:
    server = StripeServer()
    async with running(server):
        gateway = provider("stripe", server.url)
        yield server, gateway
        await gateway.close()


@asynccontextmanager
async def paypal() -> AsyncIterator[tuple[PayPalServer, Payments]]:
    server = PayPalServer()
    async with running(server):
        yield server, provider("paypal", server.url)
