"""The resource /api/auth/: authenticator apps, recovery codes and passkeys."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, status

from api.accounts import passkeys, passwords, service, totp
from api.accounts.factor_schemas import (
    CodeInput,
    Enrolment,
    NewPasskey,
    Passkey,
    PasskeyAnswer,
    PasskeyInput,
    PasskeyOptions,
    Passkeys,
    PasswordInput,
    RecoveryCodes,
    SecondFactors,
)
from api.accounts.origin import CallerOrigin
from api.accounts.schemas import LoggedIn
from api.auth import AccountUser
from api.idempotency import Router
from api.services import Shared
from api.sessions import Reading, Writing, WritingLater
from storage.engine import WriteSession
from storage.queries import second_factors

router = Router(prefix="/api/auth", tags=["accounts"])


async def _confirmed(
    parts: Shared,
    begin: WritingLater,
    caller: AccountUser,
    origin: CallerOrigin,
    body: PasswordInput,
) -> WriteSession:
    """Ask for the password once more, before any connection is taken."""
    await passwords.confirm_password(
        parts, caller, body.current_password.get_secret_value(), origin
    )
    return await begin()


Confirmed = Annotated[WriteSession, Depends(_confirmed, scope="function")]


@router.get("/second-factors/")
async def get_second_factors(parts: Shared, session: Reading, caller: AccountUser) -> SecondFactors:
    """What the caller has set up beside the password, and whether a role needs it."""
    return await totp.overview(parts, session, caller)


@router.post("/totp/", status_code=status.HTTP_201_CREATED)
async def begin_totp(
    parts: Shared,
    session: Confirmed,
    caller: AccountUser,
) -> Enrolment:
    """Begin with an authenticator app; it counts once its first code is confirmed.

    409: one is set up already.
    """
    return await totp.enrol(parts, session, caller)


@router.post("/totp/confirm/")
async def confirm_totp(
    parts: Shared, session: Writing, caller: AccountUser, body: CodeInput
) -> RecoveryCodes:
    """Finish with the first code of the app. Gives recovery codes, this once.

    400: the code is wrong. 409: no app was begun with, or it is confirmed.
    """
    return RecoveryCodes(recovery_codes=await totp.confirm(parts, session, caller, body.code))


@router.post("/totp/disable/", status_code=status.HTTP_204_NO_CONTENT)
async def disable_totp(
    parts: Shared,
    session: Confirmed,
    caller: AccountUser,
) -> None:
    """Take the authenticator app away. 409: there is none, or a role needs it."""
    await totp.disable(parts, session, caller)


@router.post("/recovery-codes/")
async def new_recovery_codes(
    parts: Shared,
    session: Confirmed,
    caller: AccountUser,
) -> RecoveryCodes:
    """Ten new recovery codes; the old ones are void. 409: no second factor is set up."""
    return RecoveryCodes(recovery_codes=await totp.new_codes(parts, session, caller.id))


@router.get("/passkeys/")
async def list_passkeys(session: Reading, caller: AccountUser) -> Passkeys:
    """All passkeys of the caller: 20 at most."""
    found = await second_factors.passkeys(session, caller.id)
    shapes = [Passkey.model_validate(one, from_attributes=True) for one in found]
    return Passkeys(results=shapes)


@router.post("/passkeys/options/")
async def begin_passkey(
    parts: Shared,
    session: Confirmed,
    caller: AccountUser,
) -> PasskeyOptions:
    """Options to make a passkey with."""
    return await passkeys.adding(parts, session, caller)


@router.post("/passkeys/", status_code=status.HTTP_201_CREATED)
async def add_passkey(
    parts: Shared, session: Writing, caller: AccountUser, body: PasskeyInput
) -> NewPasskey:
    """Add the passkey that was made. Gives recovery codes with the first one.

    400: the answer is not to these options, or the passkey is known.
    """
    added = await passkeys.add(parts, session, caller, body)
    codes = await totp.first_codes(parts, session, caller.id)
    shape = Passkey.model_validate(added, from_attributes=True)
    return NewPasskey(**shape.model_dump(), recovery_codes=codes)


@router.delete("/passkeys/{passkey_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def remove_passkey(
    parts: Shared,
    session: Confirmed,
    caller: AccountUser,
    passkey_id: UUID,
) -> None:
    """Forget a passkey. 409: it is the last second factor, and a role needs one."""
    has = await second_factors.factors(session, caller.id)
    totp.require_another(parts, caller, left=has.passkeys - 1 + has.totp)
    await passkeys.remove(session, caller, passkey_id)


@router.post("/passkeys/login/options/")
async def begin_passkey_login(parts: Shared) -> PasskeyOptions:
    """Options to log in with a passkey, the same for everybody."""
    return await passkeys.asking(parts)


@router.post("/passkeys/login/")
async def passkey_login(parts: Shared, origin: CallerOrigin, body: PasskeyAnswer) -> LoggedIn:
    """Log in with a passkey alone: it is both factors. 401: it is unknown or its answer wrong."""
    async with parts.database.write() as session:
        user_id = await passkeys.used(parts, session, body)
        return await service.begin_session(parts, session, user_id, origin, "passkey")
