"""Proving addresses: links by mail and codes by text message, queued with what causes them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.errors import InvalidLinkError, NoPhoneNumberError, TooManyLettersError
from api.services import Services
from api.sessions import Begin
from storage.access import aside, proved, tried
from storage.engine import WriteSession
from storage.queries import accounts, one_time_tokens, profiles
from storage.queries.announce import News, announce_in

EMAIL_LIFE = dt.timedelta(days=2)
PHONE_LIFE = dt.timedelta(minutes=10)
MOST_GUESSES = 5
MOST_LETTERS = 5
"""Of one sort to one user in `WINDOW`; a guess at a code has 5 * 5 chances in a million an hour."""
WINDOW = dt.timedelta(hours=1)


async def send_email_link(session: WriteSession, user_id: UUID, email: str) -> None:
    """Mail a link that proves an address. The letter is signed when it is sent."""
    token_id = await one_time_tokens.add(session, "verify_email", EMAIL_LIFE, user_id, email)
    told = {
        "about": "verify_email",
        "token_id": str(token_id),
        "title": "Confirm your e-mail address",
        "path": "/account/verify",
    }
    await tell(session, user_id, f"account:{token_id}", told, channels=("email",))


async def send_again(session: WriteSession, user_id: UUID) -> None:
    """Mail the link to the account's own address again; nothing when it is proved.

    Raises:
        TooManyLettersError: when as many were sent as may be.
    """
    user, _ = await profiles.profile(session, user_id)
    if user.email is None or user.is_email_verified:
        return
    await bound(session, user_id, "verify_email")
    await send_email_link(session, user_id, user.email)


async def send_code(session: WriteSession, user_id: UUID) -> None:
    """Send a code to the telephone of the profile; nothing when it is proved.

    Raises:
        NoPhoneNumberError: when there is no number.
        TooManyLettersError: when as many were sent as may be.
    """
    user, _ = await profiles.profile(session, user_id)
    if not user.phone_number:
        raise NoPhoneNumberError
    if user.is_phone_verified:
        return
    await bound(session, user_id, "verify_phone")
    # One code is good at a time.
    await one_time_tokens.spend_all(session, user_id, "verify_phone")
    token_id = await one_time_tokens.add(
        session, "verify_phone", PHONE_LIFE, user_id, user.phone_number
    )
    told = {
        "about": "verify_phone",
        "token_id": str(token_id),
        "title": "Your code",
        "path": "/account",
    }
    await tell(session, user_id, f"account:{token_id}", told, channels=("sms",))


async def prove_email(parts: Services, token: str) -> None:
    """Take an address as proved; with a changed one, it becomes the account's.

    Raises:
        InvalidLinkError: when the link is forged, used or too old, or the address another's.
    """
    token_id = parts.vouchers.read("verify_email", token)
    if token_id is None:
        raise InvalidLinkError
    async with parts.database.write() as session:
        spent = await one_time_tokens.spend(session, token_id, "verify_email")
        if spent is None or spent.user_id is None:
            raise InvalidLinkError
        tried(spent.user_id)
        # Older links may name addresses that the user has left since.
        await one_time_tokens.spend_all(session, spent.user_id, "verify_email")
        if not await accounts.email_proved(session, spent.user_id, spent.address):
            raise InvalidLinkError
        await note_proof(session, spent.user_id)


async def note_proof(session: WriteSession, user_id: UUID) -> None:
    """Say to the audit log whose link it was that proved who they are."""
    account = await accounts.find(session, user_id)
    if account is not None:
        proved(user_id, account.roles)


async def prove_phone(parts: Services, begin: Begin, user_id: UUID, code: str) -> None:
    """Take the telephone number as proved.

    Raises:
        InvalidLinkError: when the code is wrong or too old, or was guessed at too often.
    """
    with aside():
        async with parts.database.write() as counted:
            token_id = await one_time_tokens.guess(counted, user_id, "verify_phone", MOST_GUESSES)
    if token_id is None or not parts.vouchers.is_code("verify_phone", token_id, code):
        raise InvalidLinkError
    session = await begin()
    spent = await one_time_tokens.spend(session, token_id, "verify_phone", user_id)
    if spent is None or not await accounts.phone_proved(session, user_id, spent.address):
        raise InvalidLinkError


async def bound(session: WriteSession, user_id: UUID, purpose: str) -> None:
    """Let one more be sent.

    Raises:
        TooManyLettersError: when as many were sent lately as may be.
    """
    made = await one_time_tokens.made_since(session, user_id, purpose, WINDOW)
    if len(made) >= MOST_LETTERS:
        wait = made[-MOST_LETTERS] + WINDOW - dt.datetime.now(dt.UTC)
        raise TooManyLettersError(max(1, int(wait.total_seconds()) + 1))


async def tell(
    session: WriteSession,
    user_id: UUID,
    event_key: str,
    told: Mapping[str, Any],
    *,
    channels: tuple[str, ...] | None = None,
) -> None:
    """Tell somebody something about their account.

    `token_id` among it names the row that a link or code is made of; those are never among it.
    """
    news = News("account", event_key, told, user_id=user_id, channels=channels)
    await announce_in(session, [news])
