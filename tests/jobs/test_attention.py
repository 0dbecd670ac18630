"""The clock of alarms: what is over, snoozes, shelves, and workers that die."""

import asyncio
import random

import psycopg
import pytest

from jobs.attention import attend
from storage.engine import connect
from tests.support.wards import Ward
from tests.support.worlds import until


@pytest.mark.parametrize("state", ["active_acknowledged", "closed"])
async def test_what_is_answered_or_over_calls_nobody(ward: Ward, state: str) -> None:
    await attend(ward.db)
    closed = "now()" if state == "closed" else "NULL"
    await ward.db.execute(
        f"UPDATE alarms SET state = %s, closed_at = {closed} WHERE id = %s",  # noqa: S608
        (state, ward.alarm),
    )
    await ward.later(10_000)
    assert await attend(ward.db) == 1
    assert await ward.history() == [("notified", 1)]
    assert (await ward.state())["attention_at"] is None


async def test_a_latched_alarm_reminds_and_calls_nobody_new(ward: Ward) -> None:
    await attend(ward.db)
    await ward.db.execute("UPDATE alarms SET state = 'latched' WHERE id = %s", (ward.alarm,))
    for _ in range(4):
        await ward.later(300)
        await attend(ward.db)
    assert await ward.history() == [("notified", 1), *([("reminded", 1)] * 4)]
    assert {one["user_id"] for one in await ward.told()} == {ward.carer}


async def test_a_snooze_ends_by_itself_and_calls_anew(ward: Ward) -> None:
    await attend(ward.db)
    await ward.db.execute(
        "UPDATE alarms SET snoozed_until = now() + interval '10 minutes', snoozed_by_id = %s"
        " WHERE id = %s",
        (ward.carer, ward.alarm),
    )
    await ward.later(300)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1)]
    state = await ward.state()
    assert state["attention_at"] == state["snoozed_until"]
    await ward.later(301)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("snooze_ended", 0), ("notified", 1)]
    state = await ward.state()
    assert (state["snoozed_until"], state["snoozed_by_id"]) == (None, None)
    assert len(await ward.told()) == 2


async def test_the_end_of_a_shelf_calls(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE alarms SET state = 'suppressed', attention_at = now() + interval '1 minute'"
    )
    assert await attend(ward.db) == 0
    await ward.later(61)
    assert await attend(ward.db) == 1
    assert await ward.history() == [("shelf_ended", 0), ("notified", 1)]
    assert (await ward.state())["state"] == "active_unacknowledged"


async def test_one_that_speaks_for_others_is_the_one_that_calls(ward: Ward) -> None:
    child = await ward.raise_alarm()
    await ward.db.execute("UPDATE alarms SET parent_id = %s WHERE id = %s", (ward.alarm, child))
    assert await attend(ward.db) == 2
    assert await ward.history() == [("notified", 1)]
    found = await ward.rows("SELECT attention_at FROM alarms WHERE id = %s", child)
    assert found == [{"attention_at": None}]


async def test_an_alarm_that_cannot_be_dealt_with_keeps_no_other_waiting(ward: Ward) -> None:
    await ward.db.execute("DELETE FROM alarm_transitions WHERE alarm_id = %s", (ward.alarm,))
    broken, ward.alarm = ward.alarm, await ward.raise_alarm()
    assert await attend(ward.db) == 2
    assert await ward.history() == [("notified", 1)]
    [row] = await ward.rows(
        "SELECT attention_at > now() AS later FROM alarms WHERE id = %s", broken
    )
    assert row["later"]


async def test_a_worker_that_dies_in_the_middle_neither_loses_nor_doubles(
    ward: Ward, fresh_database_url: str
) -> None:
    """Workers are killed again and again, wherever they are in their transactions."""
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    alarms = [await ward.raise_alarm() for _ in range(40)]

    async def work() -> None:
        async with await connect(fresh_database_url, application_name="victim") as connection:
            while True:
                await attend(connection, 3)
                await asyncio.sleep(0)

    async def once() -> None:
        try:
            await work()
        except psycopg.OperationalError:
            return

    async def connected() -> bool:
        rows = await ward.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'victim'")
        return len(rows) == 2

    deaths = 0
    for _ in range(8):
        victims = [asyncio.create_task(once()) for _ in range(2)]
        await until(connected)
        await asyncio.sleep(random.uniform(0, 0.03))
        gone = await ward.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'victim'"
        )
        deaths += len(gone)
        await asyncio.gather(*victims)
    assert deaths >= 8
    while await attend(ward.db):
        pass
    told = await ward.rows("SELECT payload ->> 'alarm_id' AS alarm FROM notifications")
    assert sorted(one["alarm"] for one in told) == sorted(str(alarm) for alarm in alarms)
    steps = await ward.rows("SELECT alarm_id FROM alarm_transitions WHERE reason = 'notified'")
    assert len(steps) == len(alarms)
    assert len(await ward.rows("SELECT 1 FROM procrastinate_jobs")) == len(alarms)
