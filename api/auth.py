"""Who is calling: passwords, tokens, and the roles that an endpoint asks for.

An access token says only who and until when; roles and whether the account is active are read from
the database at each request, so that taking them away works at once.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import jwt
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.errors import InvalidTokenError, PermissionDeniedError, UnauthenticatedError
from api.services import services
from api.settings import Settings
from storage.queries import accounts
from storage.queries.care import Viewer

ALGORITHM = "HS256"
ISSUER = "jeghealth"
PASSWORDS_AT_ONCE = 2
TokenType = Literal["access", "refresh"]


class Passwords:
    """Argon2 in threads, a few at a time: each takes 64 MiB and tens of milliseconds."""

    def __init__(self) -> None:
        """Prepare the hash that an unknown user's password is compared with."""
        self._hash = PasswordHash((Argon2Hasher(),))
        self._nobody = self._hash.hash(uuid4().hex)
        self._limiter = CapacityLimiter(PASSWORDS_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Hash a password, off the event loop."""
        return await to_thread.run_sync(self._hash.hash, password, limiter=self._limiter)

    async def verify(self, password: str, expected: str | None) -> bool:
        """Compare a password with its hash; takes as long when there is no hash."""
        matches = await to_thread.run_sync(
            self._hash.verify, password, expected or self._nobody, limiter=self._limiter
        )
        return matches and expected is not None


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    user_id: UUID
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
        }

    def issue(self, kind: TokenType, user_id: UUID) -> tuple[str, Claims]:
        """Sign a token for a user."""
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        claims = Claims(user_id, uuid4(), now + self._life[kind])
        payload = {
            "iss": ISSUER,
            "typ": kind,
            "sub": str(user_id),
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
        required = ["sub", "jti", "exp", "typ", "iss"]
        try:
            payload: dict[str, Any] = jwt.decode(
                token, self._key, [ALGORITHM], options={"require": required}, issuer=ISSUER
            )
            if payload["typ"] != kind:
                raise InvalidTokenError
            expires_at = dt.datetime.fromtimestamp(payload["exp"], dt.UTC)
            return Claims(UUID(payload["sub"]), UUID(payload["jti"]), expires_at)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidTokenError from error


_bearer = HTTPBearer(auto_error=False, description="The access token that a login gave.")


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, and how long its access token lives."""

    account: accounts.Account
    expires_at: dt.datetime

    @property
    def id(self) -> UUID:
        """User id."""
        return self.account.id

    @property
    def viewer(self) -> Viewer:
        """The caller as one who asks to see patients."""
        return Viewer(self.account.id, frozenset(self.account.roles))


async def current_caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Find the active account that the access token names.

    Its session ends here, before the endpoint's own begins: a request never holds one connection
    while it waits for another.

    Raises:
        UnauthenticatedError: without a token.
        InvalidTokenError: with a wrong one, or one of an account that is gone or inactive.
    """
    if bearer is None:
        raise UnauthenticatedError
    parts = services(request)
    claims = parts.tokens.read("access", bearer.credentials)
    async with parts.database.read() as session:
        account = await accounts.find(session, claims.user_id)
    if account is None:
        raise InvalidTokenError
    return Caller(account, claims.expires_at)


CurrentCaller = Annotated[Caller, Depends(current_caller)]


class RequireRole:
    """Dependency: the caller holds at least one of these roles."""

    def __init__(self, *roles: str) -> None:
        """Take the names of the roles."""
        self._roles = frozenset(roles)

    def __call__(self, caller: CurrentCaller) -> Caller:
        """Let the caller pass, or raise `PermissionDeniedError`."""
        if self._roles.isdisjoint(caller.account.roles):
            raise PermissionDeniedError
        return caller
