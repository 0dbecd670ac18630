"""Device keys: made once, shown once, kept only as a digest."""

import hashlib
import secrets

PREFIX = "jk_"


def new_key() -> str:
    """Make a device key: `jk_` and 43 URL-safe characters, 256 bits of chance."""
    return PREFIX + secrets.token_urlsafe(32)


def new_password() -> str:
    """Make a password of 256 bits of chance for a program."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> bytes:
    """SHA-256 of a key (32 bytes). No salt or stretching: the key is 256 random bits."""
    return hashlib.sha256(key.encode()).digest()
