"""Locks after wrong guesses, by account and by address, with a delay that grows.

An account's lock goes by what was typed as its address, whether or not there is such an account:
being locked says nothing about that. Setting a new password by mail unlocks it.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from api.accounts.origin import Origin
from api.errors import LockedError
from api.services import Services
from storage.access import aside
from storage.engine import ReadSession, WriteSession
from storage.queries import lockouts
from storage.queries.announce import News, announce_in
from telemetry.logs import logger

FIRST = dt.timedelta(seconds=30)
LONGEST = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Guard:
    """Counts the failures of one request."""

    account: bytes
    address: bytes
    by_account: lockouts.Policy
    by_address: lockouts.Policy

    async def check(self, session: ReadSession | WriteSession) -> None:
        """Let a guess through.

        Raises:
            LockedError: when there were too many lately.
        """
        until = await lockouts.locked_until(session, [self.account, self.address])
        if until is not None:
            left = (until - dt.datetime.now(dt.UTC)).total_seconds()
            raise LockedError(max(1, int(left) + 1))

    async def failed(self, parts: Services, user_id: UUID | None) -> None:
        """Count a wrong guess, and tell the user of the first one that locks."""
        with aside():
            async with parts.database.write() as session:
                await self._count(session, user_id)

    async def _count(self, session: WriteSession, user_id: UUID | None) -> None:
        # Always in this order, so that two failures at once never wait for each other.
        failures, until = await lockouts.fail(session, self.account, self.by_account)
        await lockouts.fail(session, self.address, self.by_address)
        if until is None or failures != self.by_account.free + 1:
            return
        logger().warning("account_locked", user_id=str(user_id) if user_id else None)
        if user_id is not None:
            key = f"account:{user_id}:locked:{until.isoformat()}"
            told = {"about": "locked", "title": "Your account is locked for a moment"}
            await announce_in(
                session, [News("account", event_key=key, payload=told, user_id=user_id)]
            )

    async def passed(self, session: WriteSession) -> None:
        """Forget the account's failures. Those of the address stay: others are behind it."""
        await lockouts.forget(session, self.account)


def guard(parts: Services, email: str, origin: Origin) -> Guard:
    """Who watches over guesses at this account from there."""
    vouchers, settings = parts.vouchers, parts.settings
    return Guard(
        account=vouchers.account_key(email),
        address=vouchers.digest("login_key", b"address:" + origin.network.encode()),
        by_account=lockouts.Policy(settings.account_failures, FIRST, LONGEST),
        by_address=lockouts.Policy(settings.address_failures, FIRST, LONGEST),
    )
