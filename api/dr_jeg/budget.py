"""Tokens that one person may use in a UTC day and month."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from api.dr_jeg.errors import TokenBudgetSpentError
from api.services import Services
from gateways.llm.dialogue import Usage
from storage.access import aside
from storage.engine import WriteSession
from storage.queries import assistant
from storage.queries.locks import lock

RESERVED: Final = 4_000
"""Set aside for an answer until it is known what it took: many at once cannot all slip through."""


class Budget:
    """What one user may still use."""

    def __init__(self, parts: Services, user_id: UUID) -> None:
        """Look at nothing yet."""
        self._parts = parts
        self._user_id = user_id

    @asynccontextmanager
    async def reserved(self, usage: Usage, *, charged: bool) -> AsyncIterator[None]:
        """Set tokens aside, and charge those that were used, also by an answer that failed.

        Raises:
            TokenBudgetSpentError: when there are none left.
        """
        if not charged:
            yield
            return
        today = dt.datetime.now(dt.UTC).date()
        await self._reserve(today)
        try:
            yield
        finally:
            async with self._apart() as session:
                await assistant.spend(session, self._user_id, today, usage.tokens - RESERVED)

    async def _reserve(self, today: dt.date) -> None:
        settings = self._parts.settings
        async with self._apart() as session:
            await lock(session, f"assistant_usage:{self._user_id}")
            day, month = await assistant.tokens_used(session, self._user_id, today)
            if settings.assistant_tokens_per_month <= month:
                raise TokenBudgetSpentError(_seconds_until(_next_month(today)))
            if settings.assistant_tokens_per_day <= day:
                raise TokenBudgetSpentError(_seconds_until(today + dt.timedelta(days=1)))
            await assistant.spend(session, self._user_id, today, RESERVED)

    @asynccontextmanager
    async def _apart(self) -> AsyncIterator[WriteSession]:
        """Commit tokens before it is known what becomes of the request."""
        with aside():
            async with self._parts.database.write() as session:
                yield session


def _next_month(today: dt.date) -> dt.date:
    return (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _seconds_until(day: dt.date) -> int:
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    return max(1, round((midnight - dt.datetime.now(dt.UTC)).total_seconds()))
