"""Turns that are taken by name."""

from sqlalchemy import func, select

from storage.engine import WriteSession


async def lock(session: WriteSession, name: str) -> None:
    """Wait for the turn at this name, and hold it until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
