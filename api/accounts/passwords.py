"""Passwords: what may be one (NIST SP 800-63B, 5.1.1.2), changing and resetting it."""

import asyncio
import datetime as dt
import time
from uuid import UUID, uuid4

from api.accounts.lockout import guard
from api.accounts.origin import Origin
from api.accounts.verification import MOST_LETTERS, WINDOW, note_proof, tell
from api.auth import Caller
from api.errors import FieldProblem, InvalidInputError, InvalidLinkError, WrongPasswordError
from api.services import Services
from api.sessions import Begin
from storage.access import tried
from storage.engine import WriteSession
from storage.queries import accounts, logins, one_time_tokens

RESET_LIFE = dt.timedelta(hours=1)
RESET_SECONDS = 0.4
"""How long asking for a link takes, whether or not one is sent: far longer than either needs."""


def not_own_name(password: str, email: str, field: str) -> None:
    """Refuse the address, or its first part, as a password.

    Raises:
        InvalidInputError: when it is that.
    """
    plain = password.casefold()
    if plain in {email, email.partition("@")[0]}:
        reason = "is one of the most used passwords, or made of the name of this account"
        raise InvalidInputError(errors=[FieldProblem(location="body", field=field, reason=reason)])


async def change(parts: Services, begin: Begin, caller: Caller, new: str) -> None:
    """Set another password for who has shown the current one; every other session ends."""
    not_own_name(new, caller.account.email, "new_password")
    hashed = await parts.passwords.hash(new)
    await _set(await begin(), caller.id, hashed, keep=caller.session_id)


async def confirm_password(parts: Services, caller: Caller, password: str, origin: Origin) -> None:
    """Ask whoever holds a session for the password once more.

    Raises:
        WrongPasswordError: when it is wrong.
        LockedError: after too many wrong ones.
    """
    watch = guard(parts, caller.account.email, origin)
    async with parts.database.read() as reading:
        await watch.check(reading)
        known = await accounts.credentials_of(reading, caller.id)
    expected = known.password_hash if known else None
    if not await parts.passwords.verify(password, expected):
        await watch.failed(parts, caller.id)
        raise WrongPasswordError


async def ask_reset(parts: Services, email: str) -> None:
    """Mail a link if there is such an account; nobody can tell, not by the time either."""
    ends = time.monotonic() + RESET_SECONDS
    async with parts.database.write() as session:
        known = await accounts.credentials(session, email)
        if known is not None:
            await _send_link(session, known)
    await asyncio.sleep(max(0.0, ends - time.monotonic()))


async def _send_link(session: WriteSession, known: accounts.Credentials) -> None:
    made = await one_time_tokens.made_since(session, known.user_id, "reset_password", WINDOW)
    if len(made) >= MOST_LETTERS:
        return
    token_id = await one_time_tokens.add(
        session, "reset_password", RESET_LIFE, known.user_id, known.email
    )
    told = {
        "about": "reset_password",
        "token_id": str(token_id),
        "title": "Set a new password",
        "path": "/account/reset",
    }
    key = f"account:{token_id}"
    await tell(session, known.user_id, key, told, channels=("email",))


async def reset(parts: Services, token: str, new: str, origin: Origin) -> None:
    """Set a password by a link: proves the address, ends every session, unlocks the account.

    Raises:
        InvalidLinkError: when the link is forged, used or too old.
    """
    token_id = parts.vouchers.read("reset_password", token)
    if token_id is None:
        raise InvalidLinkError
    hashed = await parts.passwords.hash(new)
    async with parts.database.write() as session:
        spent = await one_time_tokens.spend(session, token_id, "reset_password")
        if spent is None or spent.user_id is None:
            raise InvalidLinkError
        tried(spent.user_id)
        known = await accounts.credentials_of(session, spent.user_id)
        if known is None or known.email != spent.address:
            raise InvalidLinkError
        not_own_name(new, known.email, "new_password")
        await accounts.email_proved(session, known.user_id, known.email)
        await guard(parts, known.email, origin).passed(session)
        await _set(session, known.user_id, hashed)
        await note_proof(session, known.user_id)


async def _set(session: WriteSession, user_id: UUID, hashed: str, keep: UUID | None = None) -> None:
    await accounts.set_password(session, user_id, hashed)
    await one_time_tokens.spend_all(session, user_id, "reset_password")
    await logins.end_all(session, user_id, keep)
    told = {"about": "password_changed", "title": "Your password was changed"}
    await tell(session, user_id, f"account:{user_id}:password:{uuid4()}", told)
