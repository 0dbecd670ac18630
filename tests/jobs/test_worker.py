"""The background worker on a real queue: periodic tasks, housekeeping, a database that goes."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from gateways.broker_accounts import FileBrokerAccounts
from jobs import app as tasks
from jobs import meters
from jobs.accounts import live_accounts, reconcile
from jobs.retention import let_go
from jobs.settings import Settings
from jobs.worker import Worker
from storage.engine import connect
from telemetry.keys import digest, new_key
from tests.support.beds import Bed, add_bed
from tests.support.worlds import until

Connection = psycopg.AsyncConnection[Any]


@pytest.fixture
async def bed(fresh_database_url: str) -> AsyncIterator[Bed]:
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield await add_bed(db)


@pytest.fixture
def every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run every second instead of now and then."""
    for name in ("ROLLUPS_CRON", "ACCOUNTS_CRON", "RETENTION_CRON", "STALLED_CRON"):
        monkeypatch.setattr(tasks, name, "* * * * * *")


@asynccontextmanager
async def working(database_url: str, **more: Any) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    worker = Worker(Settings(database_url=database_url, **more))
    task = asyncio.create_task(worker.run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def add_key(bed: Bed, **columns: Any) -> bytes:
    key = digest(new_key())
    await bed.db.execute(
        "INSERT INTO device_keys (device_id, digest, expires_at, revoked_at)"
        " VALUES (%s, %s, %s, %s)",
        (bed.device, key, columns.get("expires_at"), columns.get("revoked_at")),
    )
    return key


@pytest.mark.usefixtures("every_second")
async def test_tasks_run_by_themselves(bed: Bed, fresh_database_url: str, tmp_path: Path) -> None:
    key = await add_key(bed)
    await bed.db.execute(
        "INSERT INTO vitals VALUES (%s, '2026-03-04T05:06:07Z', 70, 1)", (bed.series["heart_rate"],)
    )
    await bed.db.execute(
        "INSERT INTO rollup_dirty VALUES (%s, '2026-03-04T05:00:00Z')", (bed.series["heart_rate"],)
    )

    async def rolled_up() -> bool:
        return bool(await bed.scalar("SELECT count(*) FROM rollup_day"))

    async with working(fresh_database_url, broker_accounts_dir=tmp_path) as task:
        await until(rolled_up, task)
        account = tmp_path / str(bed.device)[:2] / str(bed.device)
        await until(account.exists, task)
        assert account.read_text().split() == [key.hex()]
        assert meters.READY._value.get() == 1
    assert meters.READY._value.get() == 0
    cursor = await bed.db.execute("SELECT DISTINCT status FROM procrastinate_jobs")
    assert {row[0] for row in await cursor.fetchall()} <= {"todo"}


@pytest.mark.usefixtures("every_second")
async def test_a_database_that_goes_away_is_waited_for(bed: Bed, fresh_database_url: str) -> None:
    async def rolled_up() -> bool:
        return bool(await bed.scalar("SELECT count(*) FROM rollup_day"))

    async with working(fresh_database_url) as task:
        await until(lambda: meters.READY._value.get() == 1, task)
        await bed.db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await until(lambda: meters.READY._value.get() == 0, task)
        await bed.db.execute(
            "INSERT INTO vitals VALUES (%s, '2026-03-04T05:06:07Z', 70, 1)", (bed.series["steps"],)
        )
        await bed.db.execute(
            "INSERT INTO rollup_dirty VALUES (%s, '2026-03-04T05:00:00Z')", (bed.series["steps"],)
        )
        await until(rolled_up, task, 15)
        assert not task.done()


async def test_a_database_that_is_not_there_yet_is_waited_for() -> None:
    async with working("postgresql://jeg:x@127.0.0.1:1/none") as task:
        await asyncio.sleep(1)
        assert not task.done()
        assert meters.READY._value.get() == 0


@pytest.mark.usefixtures("every_second")
async def test_a_job_of_a_worker_that_died_is_done_by_another(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute(
        "INSERT INTO procrastinate_jobs (task_name, status, args, queue_name, attempts)"
        " VALUES ('rollups', 'doing', '{\"timestamp\": 1}', 'default', 0)"
    )
    job = await bed.scalar("SELECT id FROM procrastinate_jobs")

    async def gone() -> bool:
        count = await bed.scalar("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", job)
        return bool(count == 0)

    async with working(fresh_database_url) as task:
        await until(gone, task, 15)


async def test_the_broker_knows_live_keys_only(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    live = await add_key(bed, expires_at=past + dt.timedelta(hours=1))
    await add_key(bed, expires_at=past)
    await add_key(bed, revoked_at=past)
    revoked = await add_bed(bed.db)
    await add_key(revoked)
    await bed.db.execute(
        "UPDATE iot_devices SET status = 'REVOKED' WHERE device_id = %s", (revoked.device,)
    )
    stranger = uuid4()
    accounts = FileBrokerAccounts(tmp_path)
    accounts.put(stranger, [digest(new_key())])
    await asyncio.to_thread(reconcile, fresh_database_url, accounts)
    assert accounts._known() == {bed.device}
    assert accounts._keys(bed.device) == {live.hex()}


async def test_a_device_that_registers_meanwhile_keeps_its_account(
    fresh_database_url: str, tmp_path: Path
) -> None:
    accounts = FileBrokerAccounts(tmp_path)
    device = uuid4()

    def slowly() -> Any:
        yield from live_accounts(fresh_database_url)
        accounts.put(device, [digest(new_key())])

    accounts.reconcile(slowly())
    assert accounts._keys(device)


async def test_what_is_old_enough_goes_and_the_rest_stays(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute(
        "INSERT INTO dead_letters (reason, topic, payload, received_at)"
        " VALUES ('x', 't', '', now() - interval '31 days'), ('x', 't', '', now())"
    )
    await bed.db.execute(
        "INSERT INTO refresh_tokens (family, user_id, expires_at)"
        " SELECT gen_random_uuid(), %(user)s, now() - days * interval '1 day'"
        " FROM unnest(ARRAY[8, 6, -1]) AS d(days)",
        {"user": bed.patient},
    )
    await bed.db.execute(
        "INSERT INTO alarms (patient_id, condition, category, priority, state, title, message,"
        " rule_version, started_at, activated_at, closed_at, retrospective)"
        " SELECT %(patient)s, name, 'physiological', 'high', 'closed', 't', 'm', 'b',"
        " now() - interval '40 days', called, now() - interval '40 days', late"
        " FROM (VALUES ('uncalled', NULL::timestamptz, false), ('called', now(), false),"
        " ('found', NULL, true)) AS v(name, called, late)",
        {"patient": bed.patient},
    )
    await bed.db.execute(
        "INSERT INTO rollup_minute SELECT %(series)s, now() - days * interval '1 day', 1, 1, 1, 1"
        " FROM unnest(ARRAY[91, 89]) AS d(days)",
        {"series": bed.series["steps"]},
    )
    settings = Settings(database_url=fresh_database_url)
    gone = await let_go(bed.db, settings)
    assert gone == {
        "dead_letters": 1,
        "uncalled_alarms": 1,
        "rollup_minutes": 1,
        "refresh_tokens": 1,
    }
    assert {alarm["condition"] for alarm in await bed.alarms()} == {"called", "found"}
    shorter = Settings(database_url=fresh_database_url, closed_alarm_days=39, vitals_days=30)
    await bed.db.execute(
        "INSERT INTO vitals VALUES (1, now() - interval '60 days', 1, 1), (1, now(), 1, 1)"
    )
    gone = await let_go(bed.db, shorter)
    assert (gone["closed_alarms"], gone["vitals_chunks"]) == (2, 1)
    assert await bed.scalar("SELECT count(*) FROM vitals") == 1
