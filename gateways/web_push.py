"""Messages to browsers: web push (RFC 8030), encrypted (RFC 8291), signed by VAPID (RFC 8292)."""

import base64
import hashlib
import json
import time
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02  # type: ignore[import-untyped]
from pywebpush import WebPusher  # type: ignore[import-untyped]

from gateways.http_calls import Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, GoneError, Push, RefusedError
from gateways.public_address import place_of

NORMAL_TTL_SECONDS: Final = 86_400
URGENT_TTL_SECONDS: Final = 3_600
"""An alarm of an hour ago is history; the list in the application has it."""
_TOKEN_SECONDS: Final = 12 * 3_600
_TOPIC_BYTES: Final = 24
_GONE: Final = frozenset({404, 410})
_P256_BYTES: Final = 32


class WebPush:
    """Sends to the push services of browsers, in the name of one key."""

    def __init__(
        self,
        private_key: str,
        subject: str,
        *,
        allow_private: bool = False,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Sign with a P-256 key (base64url of 32 bytes); `subject` is a mailto: or https: URL.

        Raises:
            ValueError: It is no such key.

        """
        self._key = Vapid02.from_string(private_key)
        self._subject = subject
        self._allow_private = allow_private
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Push) -> str:
        """Hand it to the push service; where the service keeps it, if it says.

        Raises:
            TryLaterError: It did not take it now.
            GoneError: The browser has taken its subscription back.
            RefusedError: It never will.

        """
        place = await place_of("push", message.endpoint, allow_private=self._allow_private)
        parts = urlsplit(message.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "sub": self._subject,
            "exp": int(time.time()) + _TOKEN_SECONDS,
        }
        ttl = URGENT_TTL_SECONDS if message.urgent else NORMAL_TTL_SECONDS
        headers = {
            **self._key.sign(claims),
            "Host": place.host_header,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Urgency": "high" if message.urgent else "normal",
            # A second one with the same topic replaces the first while it waits.
            "Topic": topic(message.key),
        }
        request = Request(place.url, headers=headers, content=_encrypted(message), host=place.host)
        answer = await ask("push", request, timeout_seconds=self._timeout_seconds)
        if answer.status in _GONE:
            code = f"push: HTTP {answer.status}"
            raise GoneError(code)
        judge("push", answer)
        return str(answer.headers.get("Location", message.key))

    async def sent_before(self, message: Push, since_ms: int) -> str | None:  # noqa: ARG002
        """A push service cannot be asked; topic and tag make a second one replace the first."""
        return None


def topic(key: str) -> str:
    """Topic of a message: 32 characters (RFC 8030, section 5.4)."""
    digest = hashlib.sha256(key.encode()).digest()[:_TOPIC_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def _encrypted(message: Push) -> bytes:
    said = {"title": message.title, "body": message.text, "url": message.url, "tag": message.key}
    keys = {"p256dh": message.p256dh, "auth": message.auth}
    try:
        pusher = WebPusher({"endpoint": message.endpoint, "keys": keys})
        return bytes(pusher.encode(json.dumps(said).encode())["body"])
    except Exception as error:
        # The library raises whatever its parts raise for a key that is none.
        code = "push: the subscription's keys are wrong"
        raise RefusedError(code) from error


def new_keys() -> tuple[str, str]:
    """Make a key pair for VAPID: private and public, base64url without padding."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_numbers().private_value.to_bytes(_P256_BYTES, "big")
    public = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    private_text, public_text = (
        base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (secret, public)
    )
    return private_text, public_text
