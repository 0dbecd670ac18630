"""Events for other systems, signed as Standard Webhooks 1.0 has it.

The signature is HMAC-SHA256 over `id.timestamp.body`, so that neither can be exchanged, and a
receiver that refuses old timestamps cannot be played an old event.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from typing import Final

from gateways.http_calls import Answer, Request, ask, retry_after
from gateways.outgoing import (
    TIMEOUT_SECONDS,
    GoneError,
    RefusedError,
    TryLaterError,
    WebhookCall,
)
from gateways.public_address import place_of

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what secrets begin with
_SECRET_BYTES: Final = 32
_LEAST_BYTES: Final = 24
_MOST_BYTES: Final = 64
_GONE: Final = 410


class Webhooks:
    """Calls addresses that users and hospitals gave."""

    def __init__(
        self, *, allow_private: bool = False, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._allow_private = allow_private
        self._timeout_seconds = timeout_seconds

    async def send(self, message: WebhookCall) -> str:
        """Call it; anything but 2xx is tried again later, 410 never.

        Raises:
            TryLaterError: The other side did not take it now.
            GoneError: It wants no more.
            RefusedError: The address must not be called.

        """
        await self.call(message)
        return message.key

    async def call(self, message: WebhookCall) -> Answer:
        """Do the same; what the other side said to it.

        Raises:
            TryLaterError: The other side did not take it now.
            GoneError: It wants no more.
            RefusedError: The address must not be called.

        """
        place = await place_of("webhook", message.url, allow_private=self._allow_private)
        timestamp = int(time.time())
        headers = {
            "Host": place.host_header,
            "Content-Type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(message.secret, message.key, timestamp, message.body),
        }
        request = Request(place.url, headers=headers, content=message.body, host=place.host)
        answer = await ask("webhook", request, timeout_seconds=self._timeout_seconds)
        code = f"webhook: HTTP {answer.status}"
        if answer.status == _GONE:
            raise GoneError(code)
        if not answer.accepted:
            raise TryLaterError(code, retry_after(answer.headers))
        return answer

    async def sent_before(self, message: WebhookCall, since_ms: int) -> str | None:  # noqa: ARG002
        """The other side cannot be asked; `webhook-id` lets it tell."""
        return None


def new_secret() -> str:
    """Make a secret to sign with."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether one can sign with it: base64 of 24 to 64 bytes, as Standard Webhooks has it.

    >>> is_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), is_secret("whsec_secret")
    (True, False)
    """
    try:
        raw = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return _LEAST_BYTES <= len(raw) <= _MOST_BYTES


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`.

    Args:
        secret: `whsec_` and base64.
        key: The header `webhook-id`.
        timestamp: Seconds since 1970, the header `webhook-timestamp`.
        body: As sent.

    Raises:
        RefusedError: The secret is none.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...           1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

    """
    try:
        raw = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        code = "webhook: the secret is none"
        raise RefusedError(code) from error
    signed = f"{key}.{timestamp}.".encode() + body
    digest = hmac.new(raw, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
