"""Where Stripe and PayPal tell what became of a payment.

The signature is over the very bytes that came, so the body is read as it is. It is kept, once, with
the job that does the work; the answer does not wait for that.
"""

from fastapi import Request

from api.errors import NotFoundError
from api.payments.errors import ForgedWebhookError, PaymentServiceAwayError
from api.payments.schemas import Received
from api.routing import LENIENT, Router
from api.services import Services, Shared
from gateways.outgoing import TryLaterError
from gateways.payments.protocol import ForgedError
from storage.queries import payment_work

# Where they are sent, and with what, was set at the provider: what is signed is the body.
router = Router(prefix="/api/payments/webhooks", tags=["payments"], dependencies=[LENIENT])


@router.post("/stripe/")
async def take_stripe_webhook(request: Request, parts: Shared) -> Received:
    """Called by Stripe, signed with the secret of the webhook (`Stripe-Signature`)."""
    return await _take(request, parts, "stripe")


@router.post("/paypal/")
async def take_paypal_webhook(request: Request, parts: Shared) -> Received:
    """Called by PayPal, which says itself whether it was."""
    return await _take(request, parts, "paypal")


async def _take(request: Request, parts: Services, name: str) -> Received:
    """Keep a webhook.

    Raises:
        NotFoundError: without keys of this provider.
        ForgedWebhookError: when it is not from there.
        PaymentServiceAwayError: when that cannot be told now; it is sent again.
    """
    provider = parts.payments.find(name)
    if provider is None:
        raise NotFoundError
    body = await request.body()
    try:
        said = await provider.verify(request.headers, body)
    except ForgedError as error:
        raise ForgedWebhookError from error
    except TryLaterError as error:
        raise PaymentServiceAwayError(error.after_seconds) from error
    async with parts.database.write() as session:
        await payment_work.record(session, name, said)
    return Received()
