"""E-mail by SendGrid's HTTP interface (v3/mail/send)."""

import json
from base64 import b64encode
from email.utils import parseaddr
from typing import Any

from gateways.http_calls import Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, Attachment, Email

SENDGRID_URL = "https://api.sendgrid.com"


class SendGridEmail:
    """Sends mail by one SendGrid account."""

    def __init__(
        self,
        api_key: str,
        sender: str,
        url: str = SENDGRID_URL,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._api_key = api_key
        self._sender = parseaddr(sender)
        self._url = f"{url.rstrip('/')}/v3/mail/send"
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Email) -> str:
        """Send it; SendGrid's id of it.

        Raises:
            TryLaterError: It did not take it now.
            RefusedError: It never will.

        """
        name, address = self._sender
        body: dict[str, Any] = {
            "personalizations": [
                {
                    "to": [{"email": message.to, "name": message.name or message.to}],
                    "custom_args": {"delivery": message.key},
                }
            ],
            "from": {"email": address, "name": name or address},
            "subject": message.subject,
            # Text before HTML, as the interface asks.
            "content": [
                {"type": "text/plain", "value": message.text},
                {"type": "text/html", "value": message.html},
            ],
            "headers": {
                "Message-ID": f"<{message.key}@{address.rpartition('@')[2]}>",
                "Auto-Submitted": "auto-generated",
            },
            # A link rewritten by somebody else is no link to trust.
            "tracking_settings": {
                "click_tracking": {"enable": False},
                "open_tracking": {"enable": False},
            },
        }
        if message.attachments:
            body["attachments"] = [_attached(one) for one in message.attachments]
        headers = {"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json"}
        request = Request(self._url, headers=headers, content=json.dumps(body).encode())
        answer = await ask("sendgrid", request, timeout_seconds=self._timeout_seconds)
        judge("sendgrid", answer)
        return str(answer.headers.get("X-Message-Id", message.key))

    async def sent_before(self, message: Email, since_ms: int) -> str | None:  # noqa: ARG002
        """Its record of messages is a paid extra; the Message-ID lets the reader's program tell."""
        return None


def _attached(one: Attachment) -> dict[str, str]:
    return {
        "content": b64encode(one.content).decode(),
        "type": one.media_type,
        "filename": one.name,
        "disposition": "attachment",
    }
