"""The resource /api/auth/: logging in and out, and one's own sessions."""

import datetime as dt
from uuid import UUID

from fastapi import status
from msgspec.json import Decoder

from api.accounts import service
from api.accounts.factor_schemas import LoginSession
from api.accounts.origin import CallerOrigin
from api.accounts.schemas import (
    AccountInput,
    LoggedIn,
    Login,
    RefreshInput,
    SecondStep,
    TokenPair,
)
from api.auth import AccountUser
from api.errors import NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.services import Shared
from api.sessions import Reading, Writing
from storage.queries import logins

router = Router(prefix="/api/auth", tags=["accounts"])

POSITION: Decoder[tuple[dt.datetime, UUID]] = Decoder(tuple[dt.datetime, UUID])


@router.post("/register/", status_code=status.HTTP_201_CREATED)
async def register(parts: Shared, origin: CallerOrigin, body: AccountInput) -> LoggedIn:
    """Open an account, with the role patient, and mail a link that proves its address.

    400: there is an account with this address.
    """
    return await service.register(parts, body, origin)


@router.post("/login/")
async def login(parts: Shared, origin: CallerOrigin, body: Login) -> LoggedIn:
    """Log in with e-mail address and password.

    401 of the type `mfa-required`, with a ticket: the password was right, and a code is to be sent
    to `/api/auth/login/second-step/`. 429: too many wrong guesses at this account or from this
    address; `Retry-After` tells how long they are locked.
    """
    return await service.log_in(parts, body, origin)


@router.post("/login/second-step/")
async def second_step(parts: Shared, origin: CallerOrigin, body: SecondStep) -> LoggedIn:
    """Go on with a login: its ticket, and a code of the authenticator app or a recovery code."""
    return await service.second_step(parts, body, origin)


@router.post("/token/refresh/")
async def refresh_token(parts: Shared, origin: CallerOrigin, body: RefreshInput) -> TokenPair:
    """Exchange a refresh token, once, for a new access token and a new refresh token.

    A refresh token that is used a second time ends the session that it is of.
    """
    return await service.refresh(parts, body.refresh.get_secret_value(), origin)


@router.post("/logout/", status_code=status.HTTP_204_NO_CONTENT)
async def logout(parts: Shared, body: RefreshInput) -> None:
    """End the session that a refresh token is of, with its access tokens, at once."""
    await service.log_out(parts, body.refresh.get_secret_value())


@router.post("/logout/all/", status_code=status.HTTP_204_NO_CONTENT)
async def logout_all(session: Writing, caller: AccountUser) -> None:
    """End every session of the caller's, this one too."""
    await logins.end_all(session, caller.id)


@router.get("/sessions/")
async def list_sessions(
    session: Reading, caller: AccountUser, paging: Paging
) -> Page[LoginSession]:
    """Open sessions of the caller's, the newest first."""
    found = await logins.open_sessions(session, caller.id, paging.after(POSITION), paging.limit + 1)
    kept, following = paging.cut(found, lambda row: (row.created_at, row.id))
    results = [
        LoginSession.model_validate(
            {
                **{name: getattr(row, name) for name in _SHOWN},
                "is_current": row.id == caller.session_id,
            }
        )
        for row in kept
    ]
    return Page(results=results, next=following)


_SHOWN = LoginSession.model_fields.keys() - {"is_current"}


@router.delete("/sessions/{session_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def end_session(session: Writing, caller: AccountUser, session_id: UUID) -> None:
    """End one session of the caller's, with its access tokens, at once."""
    if not await logins.end(session, caller.id, session_id):
        raise NotFoundError
