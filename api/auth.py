"""Who is calling, and the permissions that an endpoint asks for.

An access token says only who, in which session and until when; roles, and whether account and
session are still good, are read from the database at each request, so that taking them away works
at once.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import (
    InvalidTokenError,
    PermissionDeniedError,
    SecondFactorRequiredError,
    UnauthenticatedError,
)
from api.services import services
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
ACCOUNT_PATHS = "/api/auth/"
"""What somebody reaches who has yet to set up the second factor that a role asks for."""

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
