"""The canary through everything that is real: broker, ingest, engine, API."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from gateways.broker_accounts import FileBrokerAccounts
from jobs.canary import Canary, Run
from jobs.settings import Settings
from stack.services.mosquitto import Mosquitto
from stack.services.place import free_port
from storage.engine import Database, connect
from storage.queries import care
from storage.queries.canary import DEVICE, PATIENT
from tests.support.beds import analysing
from tests.support.programs import running
from tests.support.services import first_port
from tests.support.worlds import ingesting, until

MINUTE_MS = 60_000


@pytest.fixture
async def db(fresh_database_url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection to this test's own database."""
    async with await connect(fresh_database_url, application_name="tests") as connection:
        yield connection


def canary(url: str, broker: Mosquitto, *, sending: bool = False, **more: Any) -> Canary:
    settings = Settings(
        database_url=url,
        broker_host=broker.host,
        broker_port=broker.port,
        broker_password=broker.credentials["jeg-jobs"],
        broker_accounts_dir=broker.accounts_folder,
        **{"canary_seconds": 60, **more},
    )
    return Canary(settings, FileBrokerAccounts(broker.accounts_folder), sending=sending)


def analysing_over(url: str, broker: Mosquitto, *, publishing: bool = True) -> Any:
    told = {
        "broker_host": broker.host,
        "broker_port": broker.port,
        "broker_password": broker.credentials["jeg-analytics"],
    }
    return analysing(url, **(told if publishing else {}))


@asynccontextmanager
async def sending(url: str, mailbox: Path, db: psycopg.AsyncConnection[Any]) -> AsyncIterator[None]:
    """The jobs program at work, without a canary of its own."""
    environment = {
        "JEG_DATABASE_URL": url,
        "JEG_CANARY_MINUTES": "0",
        "JEG_MAILBOX_DIR": str(mailbox),
    }

    async def attending() -> bool:
        cursor = await db.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'jeg-jobs-attention'"
        )
        return await cursor.fetchone() == (1,)

    with running("jobs", environment):
        await until(attending, seconds=60)
        yield


@asynccontextmanager
async def serving(url: str, broker: Mosquitto) -> AsyncIterator[str]:
    """The API as a process of its own."""
    port = free_port(first_port())
    environment = {
        "JEG_DATABASE_URL": url,
        "JEG_API_PORT": str(port),
        "JEG_BROKER_HOST": broker.host,
        "JEG_BROKER_PORT": str(broker.port),
        "JEG_BROKER_PASSWORD": broker.credentials["jeg-api"],
        "JEG_BROKER_ACCOUNTS_DIR": str(broker.accounts_folder),
    }
    address = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        async with httpx.AsyncClient() as client:
            try:
                return (await client.get(f"{address}/readyz")).status_code == 200
            except httpx.TransportError:
                return False

    with running("api", environment):
        await until(ready, seconds=60)
        yield address


async def open_alarms(db: psycopg.AsyncConnection[Any]) -> list[str]:
    cursor = await db.execute(
        "SELECT condition FROM alarms WHERE patient_id IS NULL AND state <> 'closed'"
        " ORDER BY condition"
    )
    return [row[0] for row in await cursor.fetchall()]


async def calm(db: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the canary has recovered: its next desaturation is another alarm."""
    cursor = await db.execute(
        "SELECT count(*) FROM alarms WHERE patient_id = %s AND state <> 'closed'", (PATIENT,)
    )
    return await cursor.fetchone() == (0,)


def came(run: Run) -> set[str]:
    return {name for name, took_ms in run.channels.items() if took_ms is not None}


async def test_it_comes_out_everywhere(
    fresh_database_url: str, broker: Mosquitto, db: psycopg.AsyncConnection[Any]
) -> None:
    url = fresh_database_url
    async with AsyncExitStack() as programs:
        await programs.enter_async_context(ingesting(broker, url))
        await programs.enter_async_context(analysing_over(url, broker))
        address = await programs.enter_async_context(serving(url, broker))
        bird = canary(url, broker, api_url=address)
        for ago_ms in (MINUTE_MS, 0):
            run = await bird.run(ago_ms=ago_ms)
            assert came(run) == {"publish", "database", "notify", "mqtt", "stream"}
            assert run.silent == []
            await until(lambda: calm(db))
    assert await open_alarms(db) == []
    cursor = await db.execute("SELECT channels FROM canary_runs ORDER BY started_at DESC LIMIT 1")
    assert await cursor.fetchone() == (run.channels,)


async def test_somebody_is_told_of_it(
    fresh_database_url: str, broker: Mosquitto, tmp_path: Path, db: psycopg.AsyncConnection[Any]
) -> None:
    url = fresh_database_url
    bird = canary(url, broker, sending=True, canary_seconds=15)
    async with ingesting(broker, url), analysing_over(url, broker):
        assert (await bird.run(ago_ms=MINUTE_MS)).silent == ["notification"]
        await until(lambda: calm(db))
        assert await open_alarms(db) == ["platform_canary:notification"]
        bird = canary(url, broker, sending=True)
        async with sending(url, tmp_path, db):
            assert (await bird.run()).silent == []
            await until(lambda: calm(db))
    assert await open_alarms(db) == []


async def test_a_broken_channel_is_an_alarm_until_it_is_mended(
    fresh_database_url: str, broker: Mosquitto, db: psycopg.AsyncConnection[Any]
) -> None:
    url = fresh_database_url
    bird = canary(url, broker, canary_seconds=15)
    async with ingesting(broker, url):
        async with analysing_over(url, broker, publishing=False):
            assert (await bird.run(ago_ms=MINUTE_MS)).silent == ["mqtt"]
            await until(lambda: calm(db))
        assert await open_alarms(db) == ["platform_canary:mqtt"]
        async with analysing_over(url, broker):
            assert (await bird.run()).silent == []
            await until(lambda: calm(db))
    assert await open_alarms(db) == []
    cursor = await db.execute(
        "SELECT category, priority, state, attention_at FROM alarms WHERE patient_id IS NULL"
    )
    assert await cursor.fetchall() == [("technical", "high", "closed", None)]


async def test_an_engine_that_stands_still_is_one_alarm(
    fresh_database_url: str, broker: Mosquitto, db: psycopg.AsyncConnection[Any]
) -> None:
    async with ingesting(broker, fresh_database_url):
        run = await canary(fresh_database_url, broker, canary_seconds=5).run()
    assert run.silent == ["database"]
    assert await open_alarms(db) == ["platform_canary:database"]


async def test_a_broker_that_is_away_is_one_alarm(
    fresh_database_url: str, broker: Mosquitto, db: psycopg.AsyncConnection[Any]
) -> None:
    bird = canary(fresh_database_url, broker, canary_seconds=0.5)
    broker.stop()
    assert (await bird.run()).silent == ["publish"]
    assert await open_alarms(db) == ["platform_canary:publish"]


async def test_it_is_in_no_list(
    fresh_database_url: str, broker: Mosquitto, db: psycopg.AsyncConnection[Any]
) -> None:
    async with ingesting(broker, fresh_database_url):
        await canary(fresh_database_url, broker, canary_seconds=0.2).run()
    cursor = await db.execute("SELECT is_synthetic FROM users WHERE id = %s", (PATIENT,))
    assert await cursor.fetchone() == (True,)
    cursor = await db.execute("SELECT owner_id FROM iot_devices WHERE device_id = %s", (DEVICE,))
    assert await cursor.fetchone() == (PATIENT,)
    database = Database(fresh_database_url)
    admin = care.Viewer(DEVICE, frozenset({care.SEES_ALL}))
    async with database.read() as session:
        assert not await care.may_see(session, admin, PATIENT)
        seen = await care.audience(session, [PATIENT], [PATIENT])
        assert await care.watched_patients(session, [PATIENT], limit=10) == []
    await database.close()
    assert seen[PATIENT] == {PATIENT}
