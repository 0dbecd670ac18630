"""Who is calling: passwords, tokens, and the roles that an endpoint asks for.

An access token says only who, in which session and until when; roles, and whether account and
session are still good, are read from the database at each request, so that taking them away works
at once.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

import jwt
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.errors import (
    InvalidTokenError,
    PermissionDeniedError,
    SecondFactorRequiredError,
    UnauthenticatedError,
)
from api.services import services
from api.settings import Settings
from storage.access import current
from storage.permissions import PERMISSIONS
from storage.queries import accounts
from storage.queries.care import Viewer

_PURPOSES: Final = {
    "patients.care": "TREAT",
    "audit.read": "HDIRECT",
    "patients.view_all": "HOPERAT",
}
"""What somebody with this permission is taken to call for, unless they say so."""
ALGORITHM = "HS256"
ISSUER = "jeghealth"
PASSWORDS_AT_ONCE = 2
TOKENS_KEPT = 10_000
"""Tokens whose signature was found right, of one process: clients show the same one for minutes."""
TICKET_LIFE = dt.timedelta(minutes=5)
ACCOUNT_PATHS = "/api/auth/"
"""What somebody reaches who has yet to set up the second factor that a role asks for."""
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


_bearer = HTTPBearer(auto_error=False, description="The access token that a login gave.")


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, and how long its access token lives."""

    account: accounts.Account
    expires_at: dt.datetime
    session_id: UUID
    related_to: UUID | None = None
    """The patient whom the request names, where a relationship or a consent is open."""

    @property
    def id(self) -> UUID:
        """User id."""
        return self.account.id

    @property
    def viewer(self) -> Viewer:
        """The caller as one who asks to see patients."""
        return Viewer(self.account.id, self.account.permissions, self.related_to)


async def current_caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Find the active account that the access token names.

    It gives its connection back before the endpoint takes one: a request never holds one connection
    while it waits for another.

    Raises:
        UnauthenticatedError: without a token.
        InvalidTokenError: with a wrong one, or one of a session that has ended, or of an account
            that is gone or inactive.
        QuotaExceededError: after too many requests of this user.
        SecondFactorRequiredError: in a session without one, when a role of the caller's asks for
            it.
    """
    if bearer is None:
        raise UnauthenticatedError
    parts = services(request)
    claims = parts.tokens.read("access", bearer.credentials)
    await parts.quotas.of_user(request.scope, claims.user_id)
    found = await accounts.find_caller(
        parts.database, claims.user_id, claims.session_id, _patient_of(request)
    )
    if found is None:
        raise InvalidTokenError
    asked = not parts.settings.second_factor_roles.isdisjoint(found.account.roles)
    if asked and not found.is_strong and not request.url.path.startswith(ACCOUNT_PATHS):
        raise SecondFactorRequiredError
    caller = Caller(found.account, claims.expires_at, claims.session_id, found.related_to)
    introduce(caller, found.emergencies)
    return caller


def _patient_of(request: Request) -> UUID | None:
    """Whom a request names in its path or its query, if it is an id."""
    named = request.path_params.get("patient_id") or request.query_params.get("patient")
    try:
        return UUID(str(named)) if named else None
    except ValueError:
        return None


def introduce(caller: Caller, emergencies: Mapping[UUID, str]) -> None:
    """Say to the audit log who is calling, and what for unless they said so themselves."""
    access = current()
    if access is None:
        return
    access.actor_id, access.actor_roles = caller.id, caller.account.roles
    access.emergencies = emergencies
    if not access.purpose:
        found = (code for name, code in _PURPOSES.items() if name in caller.account.permissions)
        access.purpose = next(found, "PATRQT")


CurrentCaller = Annotated[Caller, Depends(current_caller)]


class Permitted:
    """Dependency: one of the caller's roles has this permission.

    Every endpoint under /api/ that is not open to everybody declares one, on itself or on its
    router. Whose data the caller sees with it is decided by `storage.queries.care`.
    """

    def __init__(self, permission: str) -> None:
        """Take the name of a permission.

        Raises:
            ValueError: for one that is not in the closed list.
        """
        if permission not in PERMISSIONS:
            raise ValueError(permission)
        self.permission = permission

    async def __call__(self, caller: CurrentCaller) -> Caller:
        """Let the caller pass, or raise `PermissionDeniedError`."""
        if self.permission not in caller.account.permissions:
            raise PermissionDeniedError
        return caller


AccountUser = Annotated[Caller, Depends(Permitted("account.use"))]
DeviceUser = Annotated[Caller, Depends(Permitted("devices.use"))]
PatientViewer = Annotated[Caller, Depends(Permitted("patients.view"))]
