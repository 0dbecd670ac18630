"""How alarms are kept: one open one, whoever races; the same one when its condition returns."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest

from analytics import answers
from analytics.alarm_file import AlarmFile, ShelfOverError, StaleError
from analytics.book import Book, Channel
from analytics.bulletins import Bulletin, Bulletins
from analytics.ledger import Ledger
from analytics.outcome import Change
from analytics.rules import BUILTIN, Category, Priority
from analytics.tracking import Event, Kind
from storage.engine import connect
from telemetry.clock import now_ms, to_ms
from tests.support.beds import Bed

WRITERS = 50
CONDITION = "heart_rate_high"
MINUTE_MS = 60_000


def change(bed: Bed, kind: Kind, at_ms: int, *, score: float = 5) -> Change:
    rule = BUILTIN[CONDITION]
    channel = Channel(bed.patient, bed.series["heart_rate"], "heart_rate", bed.device)
    event = Event(at_ms, kind, at_ms, score, lasted=kind is not Kind.BEGAN)
    return Change(event, bed.patient, CONDITION, rule, channel)


async def apply(bed: Bed, *kinds: Kind, at_ms: int | None = None, reopen_ms: int = 300_000) -> None:
    at = now_ms() if at_ms is None else at_ms
    async with bed.db.transaction():
        ledger = Ledger(bed.db, Book(), reopen_ms)
        await ledger.apply([change(bed, kind, at) for kind in kinds])


async def act(bed: Bed, action: Any, versions: frozenset[int] | None = None) -> bool:
    (alarm,) = await bed.alarms()
    async with bed.db.transaction():
        return await AlarmFile(bed.db).act(alarm["id"], action, versions=versions)


async def steps(bed: Bed) -> list[tuple[str | None, str, str]]:
    cursor = await bed.db.execute(
        "SELECT from_state, to_state, reason FROM alarm_transitions t"
        " JOIN alarms a ON a.id = t.alarm_id WHERE a.patient_id = %s ORDER BY t.id",
        (bed.patient,),
    )
    return await cursor.fetchall()


async def all_at_once(url: str, work: Any) -> list[Any]:
    """Let 50 writers, each over its own connection, begin at one moment."""
    start = asyncio.Event()

    async def write(number: int) -> Any:
        async with await connect(url, application_name=f"writer {number}") as db:
            await start.wait()
            async with db.transaction():
                return await work(db, number)

    tasks = [asyncio.create_task(write(number)) for number in range(WRITERS)]
    await asyncio.sleep(1)
    start.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_fifty_writers_open_one_alarm(bed: Bed, fresh_database_url: str) -> None:
    at_ms = now_ms()

    async def work(db: psycopg.AsyncConnection[Any], number: int) -> int:
        ledger = Ledger(db, Book())
        kind = Kind.LASTED if number % 2 else Kind.BEGAN
        await ledger.apply([change(bed, kind, at_ms + number)])
        return len(ledger.changed)

    changed = await all_at_once(fresh_database_url, work)
    (alarm,) = await bed.alarms()
    assert alarm["state"] == "active_unacknowledged"
    assert sum(changed) == len(await steps(bed)) == alarm["version"]


async def test_fifty_writers_reopen_one_alarm(bed: Bed, fresh_database_url: str) -> None:
    await apply(bed, Kind.BEGAN, Kind.LASTED, Kind.ENDED)
    (closed,) = await bed.alarms()
    at_ms = now_ms()

    async def work(db: psycopg.AsyncConnection[Any], number: int) -> int:
        # Some of them do not know the window, and open another one: only one is ever open.
        ledger = Ledger(db, Book(), 300_000 if number % 2 else -MINUTE_MS)
        await ledger.apply([change(bed, Kind.LASTED, at_ms + number)])
        return len(ledger.changed)

    changed = await all_at_once(fresh_database_url, work)
    assert sum(changed) == 1
    open_ = [one for one in await bed.alarms() if one["state"] != "closed"]
    assert len(open_) == 1
    assert closed["state"] == "closed"


async def test_fifty_people_close_an_alarm_once(bed: Bed, fresh_database_url: str) -> None:
    await apply(bed, Kind.BEGAN, Kind.LASTED)
    (alarm,) = await bed.alarms()
    version = frozenset({alarm["version"]})

    async def work(db: psycopg.AsyncConnection[Any], _number: int) -> bool:
        return await AlarmFile(db).act(
            alarm["id"],
            lambda one, at_ms: answers.acknowledge(one, at_ms, bed.patient),
            versions=version,
        )

    results = await all_at_once(fresh_database_url, work)
    assert results.count(True) == 1
    assert sum(isinstance(one, StaleError) for one in results) == WRITERS - 1
    assert len(await steps(bed)) == 3


async def test_a_condition_that_returns_within_the_window_is_the_same_alarm(bed: Bed) -> None:
    at_ms = now_ms()
    await apply(bed, Kind.BEGAN, Kind.LASTED, Kind.ENDED, at_ms=at_ms)
    soon = at_ms + 4 * MINUTE_MS
    await apply(bed, Kind.BEGAN, at_ms=soon)
    (pending,) = await bed.alarms()
    assert (pending["state"], pending["closed_at"]) == ("pending", None)
    await apply(bed, Kind.LASTED, at_ms=soon)
    (again,) = await bed.alarms()
    assert (again["state"], again["reopened"]) == ("active_unacknowledged", 1)
    assert (await steps(bed))[-2:] == [
        ("closed", "pending", "condition_began"),
        ("pending", "active_unacknowledged", "condition_returned"),
    ]
    await apply(bed, Kind.ENDED, at_ms=soon)
    await apply(bed, Kind.BEGAN, Kind.LASTED, at_ms=soon + 6 * MINUTE_MS)
    assert [one["state"] for one in await bed.alarms()] == ["closed", "active_unacknowledged"]


async def test_a_snooze_is_honoured_when_the_condition_returns(bed: Bed) -> None:
    await apply(bed, Kind.BEGAN, Kind.LASTED)
    until = now_ms() + 60 * MINUTE_MS
    assert await act(bed, lambda one, at: answers.snooze(one, at, bed.patient, until))
    await apply(bed, Kind.ENDED)
    await apply(bed, Kind.BEGAN, Kind.LASTED, at_ms=now_ms() + 30 * MINUTE_MS)
    (alarm,) = await bed.alarms()
    assert alarm["state"] == "active_unacknowledged"
    assert alarm["attention_at"] == alarm["snoozed_until"]
    # A worse priority breaks it.
    await apply(bed, Kind.WORSENED)
    (alarm,) = await bed.alarms()
    assert (alarm["priority"], alarm["snoozed_until"]) == ("high", None)


async def test_priority_falls_in_the_database_too(bed: Bed) -> None:
    await apply(bed, Kind.BEGAN, Kind.LASTED, Kind.WORSENED, Kind.EASED)
    (alarm,) = await bed.alarms()
    assert (alarm["priority"], alarm["latching"]) == ("medium", True)
    await apply(bed, Kind.ENDED)
    assert (await bed.alarms())[0]["state"] == "latched"


async def test_what_is_shelved_is_recorded_and_calls_when_the_shelf_ends(bed: Bed) -> None:
    file = AlarmFile(bed.db)
    async with bed.db.transaction():
        shelf = await file.put_shelf(
            bed.patient,
            CONDITION,
            Category.PHYSIOLOGICAL,
            "being washed",
            now_ms() + 60 * MINUTE_MS,
            bed.patient,
        )
    await apply(bed, Kind.BEGAN, Kind.LASTED)
    (alarm,) = await bed.alarms()
    assert alarm["state"] == "suppressed"
    assert alarm["evidence"]["rule"]["condition"] == CONDITION
    async with bed.db.transaction():
        await file.end_shelf(shelf, bed.patient)
    assert (await bed.alarms())[0]["state"] == "active_unacknowledged"
    with pytest.raises(ShelfOverError):
        async with bed.db.transaction():
            await file.end_shelf(shelf, bed.patient)


async def test_technical_conditions_are_shelved_too(bed: Bed) -> None:
    file, condition = AlarmFile(bed.db), f"offline:{bed.device}"
    bulletin = Bulletin(
        patient_id=bed.patient,
        condition=condition,
        priority=Priority.HIGH,
        title="Offline",
        message="Monitor is offline",
        started_ms=now_ms(),
        device_id=bed.device,
    )
    until_ms = now_ms() + 48 * 60 * MINUTE_MS
    async with bed.db.transaction():
        await file.put_shelf(
            bed.patient, condition, Category.TECHNICAL, "in repair", until_ms, bed.patient
        )
        await Bulletins(bed.db).post(bulletin, now_ms())
    (alarm,) = await bed.alarms()
    assert (alarm["state"], to_ms(alarm["attention_at"])) == ("suppressed", until_ms)
    async with bed.db.transaction():
        await Bulletins(bed.db).close(bed.patient, condition, now_ms())
    assert (await bed.alarms())[0]["state"] == "closed"


async def test_a_shelf_and_an_alarm_at_one_moment_see_each_other(
    bed: Bed, fresh_database_url: str
) -> None:
    at_ms = now_ms()

    async def work(db: psycopg.AsyncConnection[Any], number: int) -> UUID | None:
        if number % 10:
            await Ledger(db, Book()).apply([change(bed, Kind.LASTED, at_ms)])
            return None
        return await AlarmFile(db).put_shelf(
            bed.patient,
            CONDITION,
            Category.PHYSIOLOGICAL,
            "race",
            at_ms + 60 * MINUTE_MS,
            bed.patient,
        )

    results = await all_at_once(fresh_database_url, work)
    assert sum(isinstance(one, UUID) for one in results) == 1
    (alarm,) = await bed.alarms()
    assert alarm["state"] == "suppressed"
