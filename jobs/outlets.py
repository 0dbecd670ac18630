"""The outlets that the settings choose."""

from dataclasses import dataclass

from gateways.mailbox import Mailbox
from gateways.outgoing import Email, Outlet, Push, Sms, WebhookCall
from gateways.sendgrid import SendGridEmail
from gateways.smtp import SmtpEmail, SmtpServer
from gateways.twilio import TwilioSms
from gateways.web_push import WebPush
from gateways.webhooks import Webhooks
from jobs.outlet_settings import OutletSettings


@dataclass(frozen=True, slots=True)
class Outlets:
    """One outlet for each sort of message."""

    email: Outlet[Email]
    sms: Outlet[Sms]
    push: Outlet[Push]
    webhook: Outlet[WebhookCall]


def outlets(settings: OutletSettings) -> Outlets:
    """Make them; nothing is connected.

    Raises:
        ValueError: The key for web push is none.

    """
    mailbox = Mailbox(settings.mailbox_dir)
    private = settings.private_addresses
    push: Outlet[Push] = mailbox
    if settings.push_via == "webpush":
        key = settings.vapid_private_key.get_secret_value()
        push = WebPush(key, settings.vapid_subject, allow_private=private)
    sms: Outlet[Sms] = mailbox
    if settings.sms_via == "twilio":
        token = settings.twilio_auth_token.get_secret_value()
        sms = TwilioSms(
            settings.twilio_account_sid, token, settings.twilio_from, settings.twilio_url
        )
    return Outlets(_email(settings, mailbox), sms, push, Webhooks(allow_private=private))


def _email(settings: OutletSettings, mailbox: Mailbox) -> Outlet[Email]:
    if settings.email_via == "sendgrid":
        key = settings.sendgrid_api_key.get_secret_value()
        return SendGridEmail(key, settings.email_from, settings.sendgrid_url)
    if settings.email_via == "smtp":
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            sender=settings.email_from,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
        )
        return SmtpEmail(server)
    return mailbox
