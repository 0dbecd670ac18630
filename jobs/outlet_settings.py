"""Settings of what goes out, a part of the worker's: over which services, and as whom."""

from pathlib import Path
from typing import Literal, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from gateways.address_settings import AddressSettings
from gateways.sendgrid import SENDGRID_URL
from gateways.smtp import Security
from gateways.twilio import TWILIO_URL


class OutletSettings(AddressSettings):
    """What the worker must know to reach people; without any of it messages go into a folder."""

    model_config = ConfigDict(frozen=True)

    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Where links in messages lead."
    )
    mailbox_dir: Path = Field(
        default=Path(".jeg/mailbox"),
        description="Folder of messages that no service is set for; shown at /dev/mailbox.",
    )
    email_via: Literal["mailbox", "smtp", "sendgrid"] = Field(
        default="mailbox", description="How e-mail leaves; mailbox: into the folder."
    )
    email_from: str = Field(
        default="JEGHealth <jeghealth@localhost.localdomain>",
        description="Sender of e-mail, as `Name <address>`.",
    )
    smtp_host: str = Field(default="", description="Host of the SMTP server.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Security = Field(
        default="starttls",
        description="starttls (port 587), tls from the first byte (465), or none, for a server on "
        "the same machine.",
    )
    smtp_username: str = Field(default="", description="Account there; empty: no login.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    sendgrid_api_key: SecretStr = Field(
        default=SecretStr(""), description="SendGrid key that may send mail."
    )
    sendgrid_url: str = Field(default=SENDGRID_URL, description="SendGrid's interface.")
    sms_via: Literal["mailbox", "twilio"] = Field(
        default="mailbox", description="How text messages leave; mailbox: into the folder."
    )
    twilio_account_sid: str = Field(default="", description="Twilio account, AC...")
    twilio_auth_token: SecretStr = Field(default=SecretStr(""), description="Its token.")
    twilio_from: str = Field(
        default="", description="Number in E.164, or SID of a messaging service (MG...)."
    )
    twilio_url: str = Field(default=TWILIO_URL, description="Twilio's interface.")
    push_via: Literal["mailbox", "webpush"] = Field(
        default="mailbox", description="How pushes to browsers leave; mailbox: into the folder."
    )
    vapid_private_key: SecretStr = Field(
        default=SecretStr(""),
        description="Private half of `jeg push-keys`; the API is told the public half.",
    )
    vapid_subject: str = Field(
        default="", description="Whom a push service may write to: mailto:... or https://..."
    )
    send_concurrency: int = Field(
        default=8,
        ge=1,
        le=64,
        description="How many messages are carried at the same time; urgent ones have as many "
        "slots of their own.",
    )
    notification_days: int = Field(
        default=90, ge=1, description="How long notifications are kept, with their deliveries."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse a service of which something is missing."""
        needed = {
            "smtp": self.email_via == "smtp" and not self.smtp_host and "JEG_SMTP_HOST",
            "sendgrid": self.email_via == "sendgrid"
            and not self.sendgrid_api_key.get_secret_value()
            and "JEG_SENDGRID_API_KEY",
            "twilio": self.sms_via == "twilio"
            and not (
                self.twilio_account_sid
                and self.twilio_auth_token.get_secret_value()
                and self.twilio_from
            )
            and "JEG_TWILIO_ACCOUNT_SID, JEG_TWILIO_AUTH_TOKEN and JEG_TWILIO_FROM",
            "webpush": self.push_via == "webpush"
            and not (self.vapid_private_key.get_secret_value() and self.vapid_subject)
            and "JEG_VAPID_PRIVATE_KEY and JEG_VAPID_SUBJECT",
        }
        missing = [f"{what} must be set for {via}" for via, what in needed.items() if what]
        if missing:
            raise ValueError("; ".join(missing))
        return self
