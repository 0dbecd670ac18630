"""What people show to be let in: passwords, which Argon2 hashes, and tokens, which are JWT."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import jwt
from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.errors import InvalidTokenError
from api.settings import Settings

ALGORITHM = "HS256"
ISSUER = "jeghealth"
PASSWORDS_AT_ONCE = 2
TOKENS_KEPT = 10_000
"""Tokens whose signature was found right, of one process: clients show the same one for minutes."""
TICKET_LIFE = dt.timedelta(minutes=5)
TokenType = Literal["access", "refresh", "ticket", "panel"]
"""A ticket says that the password was right, and a second factor is still to be shown; the token of
the admin panel is its cookie, and good for nothing else."""
ARGON2: Final = PasswordHash((Argon2Hasher(),))


@cache
def _hash_of_nobody() -> str:
    """Hash of a password that nobody has; made once, since it takes as long as a login."""
    return ARGON2.hash(uuid4().hex)


class Passwords:
    """Argon2 in threads, a few at a time: each takes 64 MiB and tens of milliseconds."""

    def __init__(self) -> None:
        """Prepare the hash that an unknown user's password is compared with."""
        self._nobody = _hash_of_nobody()
        self._limiter = CapacityLimiter(PASSWORDS_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Hash a password, off the event loop."""
        return await to_thread.run_sync(ARGON2.hash, _typed(password), limiter=self._limiter)

    async def verify(self, password: str, expected: str | None) -> bool:
        """Compare a password with its hash; takes as long when there is no hash."""
        matches = await to_thread.run_sync(
            ARGON2.verify, _typed(password), expected or self._nobody, limiter=self._limiter
        )
        return matches and expected is not None


def _typed(password: str) -> str:
    """One form for what keyboards write in several (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    user_id: UUID
    session_id: UUID
    token_id: UUID
    expires_at: dt.datetime


class Tokens:
    """Signs and reads access and refresh tokens."""

    def __init__(self, settings: Settings) -> None:
        """Take the key and the lifetimes from the settings."""
        self._key = settings.secret_key.get_secret_value()
        self._life: dict[TokenType, dt.timedelta] = {
            "access": dt.timedelta(minutes=settings.access_token_minutes),
            "refresh": dt.timedelta(days=settings.refresh_token_days),
            "ticket": TICKET_LIFE,
            "panel": dt.timedelta(hours=settings.panel_hours),
        }
        self._checked = lru_cache(TOKENS_KEPT)(self._check)

    def issue(self, kind: TokenType, user_id: UUID, session_id: UUID) -> tuple[str, Claims]:
        """Sign a token for a user in a session."""
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        claims = Claims(user_id, session_id, uuid4(), now + self._life[kind])
        payload = {
            "iss": ISSUER,
            "typ": kind,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": str(claims.token_id),
            "iat": now,
            "exp": claims.expires_at,
        }
        return jwt.encode(payload, self._key, ALGORITHM), claims

    def read(self, kind: TokenType, token: str) -> Claims:
        """Check a token's signature, issuer, kind and life.

        Raises:
            InvalidTokenError: when one of them is wrong.
        """
        claims = self._checked(kind, token)
        if claims.expires_at <= dt.datetime.now(dt.UTC):
            raise InvalidTokenError
        return claims

    def _check(self, kind: TokenType, token: str) -> Claims:
        """Check what never changes; an end that has passed is seen by whoever looks again."""
        required = ["sub", "sid", "jti", "exp", "typ", "iss"]
        try:
            payload: dict[str, Any] = jwt.decode(
                token, self._key, [ALGORITHM], options={"require": required}, issuer=ISSUER
            )
            if payload["typ"] != kind:
                raise InvalidTokenError
            expires_at = dt.datetime.fromtimestamp(payload["exp"], dt.UTC)
            user, session, token_id = (UUID(payload[name]) for name in ("sub", "sid", "jti"))
            return Claims(user, session, token_id, expires_at)
        except (jwt.InvalidTokenError, ValueError, AttributeError) as error:
            raise InvalidTokenError from error
