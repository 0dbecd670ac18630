"""Technical alarms on a real database: devices of a group that go away together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from analytics.recompute import recompute
from analytics.technical import TechnicalSettings
from analytics.technical_facts import described
from telemetry.device_facts import Fact
from tests.support.beds import Bed, add_bed
from tests.support.equipment import tell, turn, was_sending
from tests.support.worlds import add_patient


@asynccontextmanager
async def ward(bed: Bed, count: int, **more: str) -> AsyncIterator[list[Bed]]:
    """Patients of one ward with a device each."""
    beds = [bed] + [await add_bed(bed.db) for _ in range(count - 1)]
    for one in beds:
        await bed.db.execute(
            "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, %s, now())",
            (one.patient, more.get("ward", "3 West")),
        )
        await bed.db.execute(
            "UPDATE iot_devices SET last_seen = now(), gateway = %s WHERE device_id = %s",
            (more.get("gateway", ""), one.device),
        )
    yield beds


async def parents(bed: Bed) -> list[dict[str, Any]]:
    async with bed.db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("SELECT * FROM alarms WHERE patient_id IS NULL ORDER BY started_at")
        return await cursor.fetchall()


async def children(bed: Bed, parent: UUID, state: str) -> int:
    statement = "SELECT count(*) FROM alarms WHERE parent_id = %s AND state = %s"
    return int(await bed.scalar(statement, parent, state))


def devices(beds: Sequence[Bed]) -> list[UUID]:
    return [one.device for one in beds]


async def test_a_silent_ward_is_one_alarm_with_children(bed: Bed) -> None:
    await add_others(bed, 20)
    async with ward(bed, 8) as beds:
        await tell(bed, Fact.SILENT, *devices(beds))
        told = await turn(bed)
        (parent,) = await parents(bed)
        assert told == [parent["id"]]
        assert (parent["priority"], parent["category"]) == ("high", "technical")
        assert parent["message"] == "8 of 8 devices away: ward 3 West"
        assert parent["condition"] == "storm:ward::3 West"
        facts = described(parent["condition"], parent["evidence"])
        assert facts[0] == "8 of 8 devices in use went away within 60 s"
        found = await recompute(bed.db, None, parent["condition"], parent["evidence"])
        assert found.agrees
        parent["evidence"]["facts"]["away"] = 4
        found = await recompute(bed.db, None, parent["condition"], parent["evidence"])
        assert found.differences == ("4 of 8 devices are too few for one alarm",)
        assert await children(bed, parent["id"], "active_unacknowledged") == 8
        waiting = "SELECT count(*) FROM alarms WHERE attention_at IS NOT NULL"
        assert await bed.scalar(waiting) == 1

        await tell(bed, Fact.HEARD, *devices(beds[:5]))
        assert await turn(bed) == [parent["id"]]
        (parent,) = await parents(bed)
        assert parent["message"] == "3 of 8 devices away: ward 3 West; 5 back"
        assert await children(bed, parent["id"], "closed") == 5

        await tell(bed, Fact.HEARD, *devices(beds[5:7]))
        told = await turn(bed)
        (parent,) = await parents(bed)
        assert parent["state"] == "closed"
        # The one that did not come back speaks for itself.
        (left,) = await beds[7].alarms()
        assert (left["state"], left["parent_id"]) == ("active_unacknowledged", None)
        assert left["attention_at"] is not None
        assert set(told) == {parent["id"], left["id"]}
        await tell(bed, Fact.HEARD, beds[7].device)
        await turn(bed)
        assert [one["state"] for one in await beds[7].alarms()] == ["closed"]


async def test_a_group_that_goes_away_again_soon_is_the_same_alarm(bed: Bed) -> None:
    await add_others(bed, 20)
    async with ward(bed, 8) as beds:
        await tell(bed, Fact.SILENT, *devices(beds))
        await turn(bed)
        await tell(bed, Fact.HEARD, *devices(beds))
        await turn(bed)
        await tell(bed, Fact.SILENT, *devices(beds))
        told = await turn(bed)
        (parent,) = await parents(bed)
        assert told == [parent["id"]]
        assert (parent["state"], parent["reopened"]) == ("active_unacknowledged", 1)
        assert await children(bed, parent["id"], "active_unacknowledged") == 8
        assert await bed.scalar("SELECT count(*) FROM alarms") == 9
        waiting = "SELECT count(*) FROM alarms WHERE attention_at IS NOT NULL"
        assert await bed.scalar(waiting) == 1


async def add_others(bed: Bed, count: int) -> None:
    """Devices in use elsewhere."""
    await bed.db.execute(
        "INSERT INTO iot_devices (device_type, owner_id, last_seen)"
        " SELECT 'MONITOR', %s, now() FROM generate_series(1, %s)",
        (await add_patient(bed.db), count),
    )


async def test_those_who_follow_join_the_alarm_of_their_group(bed: Bed) -> None:
    await add_others(bed, 20)
    async with ward(bed, 8) as beds:
        await tell(bed, Fact.SILENT, *devices(beds[:5]))
        await turn(bed)
        await tell(bed, Fact.SILENT, *devices(beds[5:]))
        told = await turn(bed)
        (parent,) = await parents(bed)
        assert told == [parent["id"]]
        assert await children(bed, parent["id"], "active_unacknowledged") == 8


async def test_alarms_that_were_first_are_taken_in(bed: Bed) -> None:
    await add_others(bed, 20)
    async with ward(bed, 8) as beds:
        await tell(bed, Fact.SILENT, *devices(beds[:3]))
        await turn(bed)
        assert await parents(bed) == []
        await tell(bed, Fact.SILENT, *devices(beds[3:]))
        await turn(bed)
        (parent,) = await parents(bed)
        assert await children(bed, parent["id"], "active_unacknowledged") == 8
        assert await bed.scalar("SELECT count(*) FROM alarms") == 9


async def test_devices_that_fall_silent_one_after_the_other_are_alarms_of_their_own(
    bed: Bed,
) -> None:
    settings = TechnicalSettings(gather_ms=0, storm_window_ms=1)
    async with ward(bed, 6) as beds:
        for one in beds:
            await tell(bed, Fact.SILENT, one.device)
            await asyncio.sleep(0.01)
        await turn(bed, settings)
        assert await parents(bed) == []
        assert await bed.scalar("SELECT count(*) FROM alarms WHERE parent_id IS NULL") == 6


async def test_a_gateway_is_named_before_the_ward_it_serves(bed: Bed) -> None:
    await add_others(bed, 20)
    async with ward(bed, 6, gateway="gw-7") as beds:
        await was_sending(bed, *devices(beds))
        await tell(bed, Fact.OFFLINE, *devices(beds))
        await turn(bed)
        (parent,) = await parents(bed)
        assert parent["message"] == "6 of 6 devices away: gateway gw-7"


async def test_an_outage_of_everything_is_one_alarm(bed: Bed) -> None:
    async with ward(bed, 6) as beds:
        other = await add_bed(bed.db)
        async with ward(other, 6, ward="4 East") as more:
            everybody = devices(beds) + devices(more)
            await tell(bed, Fact.SILENT, *everybody)
            await turn(bed)
            (parent,) = await parents(bed)
            assert parent["condition"] == "storm:platform"
            assert parent["message"] == "12 of 12 devices away: the whole platform"
            await tell(bed, Fact.HEARD, *everybody)
            await turn(bed)
            assert await bed.scalar("SELECT count(*) FROM alarms WHERE state <> 'closed'") == 0
