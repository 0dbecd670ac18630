"""The background worker on a real queue: periodic tasks, housekeeping, a database that goes."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from gateways.account_sync import end_expired, publish, reconcile
from gateways.broker_accounts import FileBrokerAccounts
from jobs import app as tasks
from jobs import meters
from jobs.retention import let_go
from jobs.settings import Settings
from jobs.worker import Worker
from storage.engine import connect
from storage.queries import broker_accounts as queries
from telemetry.keys import digest, new_key
from tests.support.beds import Bed, add_bed
from tests.support.worlds import until

Connection = psycopg.AsyncConnection[Any]


@pytest.fixture
def every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run every second instead of now and then."""
    for name in (
        "ROLLUPS_CRON",
        "ACCOUNTS_CRON",
        "COMMANDS_CRON",
        "EXPIRY_CRON",
        "RETENTION_CRON",
        "STALLED_CRON",
    ):
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
        await asyncio.wait_for(task, 30)


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
        # Periods are told before anything was let go of.
        assert await bed.scalar("SELECT days FROM retention_periods WHERE name = 'exports'") == 7
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
            " AND usename = current_user"
        )
        await until(lambda: meters.READY._value.get() == 0, task)
        await bed.db.execute(
            "INSERT INTO vitals VALUES (%s, '2026-03-04T05:06:07Z', 70, 1)", (bed.series["steps"],)
        )
        await bed.db.execute(
            "INSERT INTO rollup_dirty VALUES (%s, '2026-03-04T05:00:00Z')", (bed.series["steps"],)
        )
        await until(rolled_up, task)
        assert not task.done()


async def test_tasks_keep_their_names_when_the_queue_is_begun_anew(
    bed: Bed, fresh_database_url: str
) -> None:
    worker, stop = Worker(Settings(database_url=fresh_database_url)), asyncio.Event()
    names = set(worker._app.tasks)
    task = asyncio.create_task(worker.run(stop))
    for _ in range(2):
        await until(lambda: meters.READY._value.get() == 1, task)
        await bed.db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            " AND usename = current_user"
        )
        await until(lambda: meters.READY._value.get() == 0, task)
    await until(lambda: meters.READY._value.get() == 1, task)
    stop.set()
    await asyncio.wait_for(task, 30)
    assert set(worker._app.tasks) == names


async def test_a_database_that_is_not_there_yet_is_waited_for() -> None:
    async with working("postgresql://jeg:x@127.0.0.1:1/none") as task:
        await asyncio.sleep(1)
        assert not task.done()
        assert meters.READY._value.get() == 0


@pytest.mark.usefixtures("every_second")
async def test_an_overdue_command_has_timed_out(bed: Bed, fresh_database_url: str) -> None:
    await bed.db.execute(
        "INSERT INTO device_commands (device_id, name, status, expires_at)"
        " SELECT %s, status, status, now() + (left_s * interval '1 s')"
        " FROM (VALUES ('sent', -1), ('pending', -1), ('failed', -1), ('sent', 60))"
        " AS v(status, left_s)",
        (bed.device,),
    )

    async def states() -> list[str]:
        cursor = await bed.db.execute("SELECT status FROM device_commands ORDER BY status")
        return [row[0] for row in await cursor.fetchall()]

    async def settled() -> bool:
        return await states() == ["failed", "sent", "timed_out", "timed_out"]

    async with working(fresh_database_url) as task:
        await until(settled, task)


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
        await until(gone, task)


async def test_the_broker_knows_live_keys_only(bed: Bed, tmp_path: Path) -> None:
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
    assert await reconcile(bed.db, accounts) == 2
    assert accounts.known() == {bed.device}
    assert accounts._keys(bed.device) == {live.hex()}
    assert await reconcile(bed.db, accounts) == 0


async def test_a_device_that_registers_while_accounts_are_compared_keeps_its_own(
    bed: Bed, fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = FileBrokerAccounts(tmp_path)
    old_way = queries.live_accounts
    added: list[bytes] = []

    async def slowly(connection: Connection) -> list[tuple[UUID, list[bytes]]]:
        read = await old_way(connection)
        # Between what is read and what is written a device registers, and the API publishes it.
        added.append(await add_key(bed))
        async with await connect(fresh_database_url, application_name="api") as other:
            await publish(other, accounts, bed.device)
        return read

    monkeypatch.setattr(queries, "live_accounts", slowly)
    await reconcile(bed.db, accounts)
    assert accounts._keys(bed.device) == {added[0].hex()}


async def test_a_key_rotated_while_accounts_are_compared_stays(
    bed: Bed, fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = FileBrokerAccounts(tmp_path)
    first = await add_key(bed)
    keys = [first]
    old_way = queries.live_accounts

    async def slowly(connection: Connection) -> list[tuple[UUID, list[bytes]]]:
        read = await old_way(connection)
        keys.append(await add_key(bed))
        async with await connect(fresh_database_url, application_name="api") as other:
            await publish(other, accounts, bed.device)
        return read

    monkeypatch.setattr(queries, "live_accounts", slowly)
    assert await reconcile(bed.db, accounts) == 1  # the file had a key more than what was read
    assert accounts._keys(bed.device) == {key.hex() for key in keys}


async def test_publishers_of_one_account_take_turns(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    accounts = FileBrokerAccounts(tmp_path)
    await add_key(bed)
    async with await connect(fresh_database_url, application_name="slow") as slow:
        async with queries.held(slow, bed.device) as read:
            late = asyncio.create_task(publish(bed.db, accounts, bed.device))
            await add_key_elsewhere(fresh_database_url, bed)
            await asyncio.sleep(0.2)
            assert not late.done()
            accounts.put(bed.device, read)
        await late
    assert len(accounts._keys(bed.device)) == 2


async def add_key_elsewhere(url: str, bed: Bed) -> None:
    async with await connect(url, application_name="api") as other:
        await other.execute(
            "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)",
            (bed.device, digest(new_key())),
        )


@pytest.mark.usefixtures("every_second")
async def test_the_broker_forgets_a_key_soon_after_its_end(
    bed: Bed, fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "ACCOUNTS_CRON", "0 0 1 1 *")
    accounts = FileBrokerAccounts(tmp_path)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    old, new = await add_key(bed, expires_at=later), await add_key(bed)
    await publish(bed.db, accounts, bed.device)
    assert accounts._keys(bed.device) == {old.hex(), new.hex()}
    assert await end_expired(bed.db, accounts) == 0
    await bed.db.execute(
        "UPDATE device_keys SET expires_at = now() + interval '1 second' WHERE digest = %s", (old,)
    )
    async with working(fresh_database_url, broker_accounts_dir=tmp_path) as task:
        await until(lambda: accounts._keys(bed.device) == {new.hex()}, task)
    assert await end_expired(bed.db, accounts) == 0
    # Whoever was connected with the old key must show the new one.
    assert (tmp_path / "revoked.log").read_text().split() == [str(bed.device)]


async def test_what_is_old_enough_goes_and_the_rest_stays(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute(
        "INSERT INTO dead_letters (reason, topic, payload, received_at)"
        " VALUES ('x', 't', '', now() - interval '31 days'), ('x', 't', '', now())"
    )
    await bed.db.execute(
        "WITH login AS (INSERT INTO login_sessions (user_id, method, expires_at)"
        " VALUES (%(user)s, 'password', now()) RETURNING id)"
        " INSERT INTO refresh_tokens (family, user_id, expires_at)"
        " SELECT login.id, %(user)s, now() - days * interval '1 day'"
        " FROM login, unnest(ARRAY[8, 6, -1]) AS d(days)",
        {"user": bed.patient},
    )
    await bed.db.execute(
        "INSERT INTO login_sessions (user_id, method, expires_at)"
        " VALUES (%s, 'password', now() - interval '8 days')",
        (bed.patient,),
    )
    await bed.db.execute(
        "INSERT INTO one_time_tokens (user_id, purpose, expires_at)"
        " SELECT %s, 'verify_email', now() - days * interval '1 day'"
        " FROM unnest(ARRAY[8, 6]) AS d(days)",
        (bed.patient,),
    )
    await bed.db.execute(
        "INSERT INTO login_failures (key, failures, last_failed_at)"
        " SELECT days::text::bytea, 1, now() - days * interval '1 day'"
        " FROM unnest(ARRAY[9, 7]) AS d(days)"
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
    await bed.db.execute(
        "INSERT INTO device_commands (device_id, name, expires_at, created_at)"
        " SELECT %s, 'ping', now(), now() - days * interval '1 day'"
        " FROM unnest(ARRAY[91, 89]) AS d(days)",
        (bed.device,),
    )
    await bed.db.execute(
        "INSERT INTO score_history (patient_id, kind, hour, minimum, maximum, worst, parts,"
        " version) SELECT %s, kind, now() - days * interval '1 day', 1, 1, 1, '{}', '1'"
        " FROM unnest(ARRAY['news2', 'deterioration']) AS k(kind), unnest(ARRAY[41, 39]) d(days)",
        (bed.patient,),
    )
    await bed.db.execute(
        "INSERT INTO score_states (patient_id, day, hour, version, payload)"
        " SELECT %s, current_date - days, now(), 1, '' FROM unnest(ARRAY[90, 45, 41]) AS d(days)",
        (bed.patient,),
    )
    settings = Settings(database_url=fresh_database_url)
    gone = await let_go(bed.db, settings)
    assert gone == {
        "dead_letters": 1,
        "uncalled_alarms": 1,
        "rollup_minutes": 1,
        "refresh_tokens": 1,
        "login_sessions": 1,
        "one_time_tokens": 1,
        "login_failures": 1,
        "commands": 1,
        "notifications": 0,
        "background_jobs": 0,
        "kept_answers": 0,
        "exports": 0,
    }
    assert {alarm["condition"] for alarm in await bed.alarms()} == {"called", "found"}
    shorter = Settings(
        database_url=fresh_database_url, closed_alarm_days=39, vitals_days=30, score_days=40
    )
    await bed.db.execute(
        "INSERT INTO vitals VALUES (1, now() - interval '60 days', 1, 1), (1, now(), 1, 1)"
    )
    gone = await let_go(bed.db, shorter)
    assert (gone["closed_alarms"], gone["readings"]) == (2, 1)
    assert (gone["scores"], gone["score_states"]) == (2, 2)
    assert await bed.scalar("SELECT current_date - day FROM score_states") == 41
    assert await bed.scalar("SELECT count(*) FROM vitals") == 1
