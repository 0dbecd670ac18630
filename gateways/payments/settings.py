"""Settings of payments, a part of those of the API and of the worker; without any: the ledger."""

from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from gateways.payments.paypal import PAYPAL_URL
from gateways.payments.stripe import STRIPE_URL
from telemetry.money import places


class PaymentSettings(BaseModel):
    """Who takes the money for appointments, and in which currency."""

    payments_via: Literal["local", "stripe", "paypal"] = Field(
        default="local",
        description="Who takes money; local: a ledger in the database, where in production those "
        "with payments.manage enter what was paid at the desk. What was begun with another one is "
        "brought to its end with that one, for as long as its keys are set.",
    )
    payment_currency: str = Field(
        default="USD", description="Currency of consultation fees, ISO 4217."
    )
    payment_minutes: int = Field(
        default=30,
        ge=5,
        le=10_080,
        description="How long an appointment of a provider who wants to be paid beforehand waits "
        "for that; then it is released.",
    )
    stripe_secret_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key of the Stripe account, sk_..."
    )
    stripe_publishable_key: str = Field(
        default="", description="Its publishable key, pk_..., told to browsers that pay."
    )
    stripe_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="What Stripe signs its webhooks with, whsec_..."
    )
    stripe_url: str = Field(default=STRIPE_URL, description="Stripe's interface.")
    paypal_client_id: str = Field(default="", description="Client id of the PayPal app.")
    paypal_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret.")
    paypal_webhook_id: str = Field(
        default="", description="Id of the webhook in the app, with which PayPal verifies it."
    )
    paypal_url: str = Field(
        default=PAYPAL_URL,
        description="PayPal's interface; for its sandbox https://api-m.sandbox.paypal.com.",
    )

    @field_validator("payment_currency")
    @classmethod
    def _known(cls, code: str) -> str:
        places(code)
        return code

    @model_validator(mode="after")
    def _whole_payments(self) -> Self:
        """Refuse a provider of which something is missing."""
        if self.payments_via == "stripe" and not self.has_stripe:
            message = "JEG_STRIPE_SECRET_KEY and JEG_STRIPE_WEBHOOK_SECRET must be set for stripe"
            raise ValueError(message)
        if self.payments_via == "paypal" and not self.has_paypal:
            message = (
                "JEG_PAYPAL_CLIENT_ID, JEG_PAYPAL_CLIENT_SECRET and JEG_PAYPAL_WEBHOOK_ID must be"
                " set for paypal"
            )
            raise ValueError(message)
        return self

    @property
    def has_stripe(self) -> bool:
        """Whether Stripe can be spoken to."""
        secrets = (self.stripe_secret_key, self.stripe_webhook_secret)
        return all(one.get_secret_value() for one in secrets)

    @property
    def has_paypal(self) -> bool:
        """Whether PayPal can be spoken to."""
        secret = self.paypal_client_secret.get_secret_value()
        return bool(self.paypal_client_id and secret and self.paypal_webhook_id)
