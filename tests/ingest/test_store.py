"""The lease outlives a database session, and is never held by one that nobody uses."""

import psycopg
import pytest

from ingest.store import LeaseLostError, Store
from storage.lease import Lease
from telemetry.clocks import DEFAULT_LIMITS
from tests.support.worlds import until


async def test_a_session_that_fell_silent_is_ended_and_its_lease_taken_over(
    fresh_database_url: str,
) -> None:
    store = Store(fresh_database_url, 2, DEFAULT_LIMITS)
    assert await store.balance() == set()
    assert store.groups == {0, 1}
    assert store._session is not None
    silent, _ = store._session
    store._session = None  # what a time limit does, and the server does not hear of it
    assert await store.balance() == set()
    assert store.groups == {0, 1}
    with pytest.raises(psycopg.OperationalError):
        await silent.execute("SELECT 1")
    await store.close()


async def test_a_lost_lease_leaves_nothing_behind(fresh_database_url: str) -> None:
    store = Store(fresh_database_url, 2, DEFAULT_LIMITS)
    await store.balance()
    assert store._session is not None
    await store._session[0].close()
    async with await psycopg.AsyncConnection.connect(fresh_database_url, autocommit=True) as other:
        lease = Lease(other, 2)
        assert await lease.take_one(1)
        with pytest.raises(LeaseLostError):
            await store.balance()
        store.forfeit()
        await until(lambda: lease.take_one(0))  # the server ends a session a little later
    await store.close()
