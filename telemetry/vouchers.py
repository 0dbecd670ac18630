"""Secrets that are made from the secret key and an id, instead of being kept.

A link in a mail, a code in a text message, a challenge, the shared secret of an authenticator: each
is an HMAC-SHA256 over its purpose and the id of its row. The database holds the id alone, so
neither the database nor a queue, a log or a copy of them gives any of these away; whoever has the
key can make it again. A row says whether it was used and until when it is good.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

Purpose = Literal[
    "verify_email",
    "verify_phone",
    "reset_password",
    "add_passkey",
    "use_passkey",
    "totp",
    "image",
    "export",
    "document",
    "erasure",
    "login_key",
    "recovery_code",
    "video_room",
    "calendar",
]

DEVELOPMENT_SECRET: Final = "development-only-secret-key-change-me"  # noqa: S105 - refused in production
"""The secret key where none is set."""
CODE_DIGITS: Final = 6
_CONTEXT: Final = b"jeghealth vouchers"


class Vouchers:
    """Makes and checks them."""

    def __init__(self, secret_key: str) -> None:
        """Derive a key of its own, so that no token signed elsewhere can be one of these."""
        self._key = hmac.digest(secret_key.encode(), _CONTEXT, "sha256")

    def digest(self, purpose: Purpose, about: bytes) -> bytes:
        """32 bytes that only the holder of the key can make."""
        return hmac.digest(self._key, purpose.encode() + b"\0" + about, sha256)

    def account_key(self, email: str) -> bytes:
        """Under which guesses at an account are counted; the address cannot be read from it."""
        return self.digest("login_key", b"account:" + email.lower().encode())

    def secret(self, purpose: Purpose, row_id: UUID) -> bytes:
        """32 secret bytes of a row."""
        return self.digest(purpose, row_id.bytes)

    def token(self, purpose: Purpose, row_id: UUID) -> str:
        """The row's id and what proves it, for a link: 76 characters."""
        proof = urlsafe_b64encode(self.secret(purpose, row_id)).decode().rstrip("=")
        return f"{row_id.hex}.{proof}"

    def read(self, purpose: Purpose, token: str) -> UUID | None:
        """Id of the row that a token was made of; None when it is none of ours.

        >>> keys, row = Vouchers("a key"), UUID(int=7)
        >>> keys.read("verify_email", keys.token("verify_email", row)) == row
        True
        >>> keys.read("reset_password", keys.token("verify_email", row)) is None
        True
        """
        try:
            row_id = UUID(hex=token.partition(".")[0])
        except ValueError:
            return None
        same = hmac.compare_digest(self.token(purpose, row_id).encode(), token.encode())
        return row_id if same else None

    def code(self, purpose: Purpose, row_id: UUID) -> str:
        """Six digits of a row, for a person to type.

        >>> len(Vouchers("a key").code("verify_phone", UUID(int=7)))
        6
        """
        number = int.from_bytes(self.secret(purpose, row_id)[:8], "big")
        return str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)

    def is_code(self, purpose: Purpose, row_id: UUID, typed: str) -> bool:
        """Whether somebody typed the code of this row, in constant time."""
        return hmac.compare_digest(self.code(purpose, row_id).encode(), typed.encode())
