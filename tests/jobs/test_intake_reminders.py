"""Doses are reminded of once, missed ones told once, in the patient's zone, whoever dies."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from gateways.wording import Templates
from jobs.intake_reminders import complete, remind
from storage.engine import Database
from storage.queries import medication_plans, profiles, user_medications
from storage.queries.user_medications import NewUserMedication
from tests.support.beds import Bed

Connection = psycopg.AsyncConnection[Any]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    database = Database(fresh_database_url, pool_size=4)
    yield database
    await database.close()


async def taking(bed: Bed, database: Database, ago: dt.timedelta, **more: Any) -> UUID:
    """Let the patient take something with a dose that was due so long ago, in their zone."""
    medication = uuid4()
    await bed.db.execute(
        "INSERT INTO medications (id, catalogue_key, name) VALUES (%s, %s, 'Metformin')",
        (medication, str(medication)),
    )
    due = dt.datetime.now(dt.UTC) - ago
    schedule = {"kind": "times", "times": [f"{due:%H:%M}"]}
    item = NewUserMedication(medication_id=medication, dosage="1 tablet", schedule=schedule, **more)
    async with database.write() as session:
        entered = await user_medications.enter(
            session, bed.patient, item, provider_id=None, actor_id=bed.patient
        )
    await bed.db.execute(
        "UPDATE medication_plans SET valid_from = now() - interval '10 days', start_date ="
        " start_date - 10, looked_at = %s, next_at = now() WHERE user_medication_id = %s",
        (due - HOUR, entered.id),
    )
    return entered.id


async def told(bed: Bed) -> list[str]:
    cursor = await bed.db.execute(
        "SELECT payload ->> 'reminder' FROM notifications WHERE kind = 'reminder' ORDER BY 1"
    )
    return [row[0] for row in await cursor.fetchall()]


async def look_again(bed: Bed) -> None:
    await bed.db.execute("UPDATE medication_plans SET next_at = now() WHERE valid_until IS NULL")


async def test_a_dose_is_reminded_of_once(bed: Bed, database: Database) -> None:
    await taking(bed, database, dt.timedelta(minutes=2))
    assert await remind(database, most=10) == 1
    await look_again(bed)
    assert await remind(database, most=10) == 0
    assert await told(bed) == ["dose"]


async def test_many_workers_tell_it_once(bed: Bed, database: Database) -> None:
    await taking(bed, database, dt.timedelta(minutes=2))
    counts = await asyncio.gather(*(remind(database, most=10) for _ in range(4)))
    assert sum(counts) == 1


async def test_a_worker_that_dies_leaves_all_or_nothing(
    bed: Bed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await taking(bed, database, dt.timedelta(minutes=2))
    looked_at = medication_plans.looked_at

    async def dies(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(medication_plans, "looked_at", dies)
    with pytest.raises(ConnectionError):
        await remind(database, most=10)
    assert await told(bed) == []
    monkeypatch.setattr(medication_plans, "looked_at", looked_at)
    assert await remind(database, most=10) == 1


async def test_a_plan_that_cannot_be_looked_at_keeps_no_other_waiting(
    bed: Bed, database: Database
) -> None:
    broken = await taking(bed, database, dt.timedelta(minutes=3))
    await bed.db.execute(
        "UPDATE medication_plans SET schedule = '{}', next_at = now() - interval '1 hour'"
        " WHERE user_medication_id = %s",
        (broken,),
    )
    await taking(bed, database, dt.timedelta(minutes=2))
    assert await remind(database, most=10) == 1
    assert await told(bed) == ["dose"]
    later = await bed.scalar(
        "SELECT next_at > now() FROM medication_plans WHERE user_medication_id = %s", broken
    )
    assert later


async def test_a_missed_dose_is_told_once_and_not_reminded_of(bed: Bed, database: Database) -> None:
    await taking(bed, database, 5 * HOUR)
    await remind(database, most=10)
    await look_again(bed)
    await remind(database, most=10)
    assert await told(bed) == ["missed"]


async def test_what_was_recorded_is_not_told(bed: Bed, database: Database) -> None:
    mine = await taking(bed, database, 5 * HOUR)
    await bed.db.execute(
        "INSERT INTO medication_intakes (user_medication_id, due_at, status, at)"
        " SELECT user_medication_id, date_trunc('minute', looked_at + interval '1 hour'), 'taken',"
        " now() FROM medication_plans WHERE user_medication_id = %s",
        (mine,),
    )
    await remind(database, most=10)
    assert await told(bed) == []


async def test_who_wants_none_gets_none_and_a_pause_has_none(bed: Bed, database: Database) -> None:
    await taking(bed, database, dt.timedelta(minutes=2), reminders=False)
    mine = await taking(bed, database, dt.timedelta(minutes=2))
    await bed.db.execute(
        "UPDATE medication_plans SET valid_until = now(), next_at = NULL"
        " WHERE user_medication_id = %s",
        (mine,),
    )
    await remind(database, most=10)
    assert await told(bed) == []


async def test_a_patient_who_travels_is_reminded_by_the_clock_there(
    bed: Bed, database: Database
) -> None:
    mine = await taking(bed, database, dt.timedelta(minutes=2))
    async with database.write() as session:
        await profiles.change(session, bed.patient, {"time_zone": "Asia/Tokyo"})
    await remind(database, most=10)
    cursor = await bed.db.execute(
        "SELECT time_zone, valid_until IS NULL, next_at > now() FROM medication_plans"
        " WHERE user_medication_id = %s ORDER BY valid_from",
        (mine,),
    )
    # The one before is looked at until the dose of two minutes ago has run out of time.
    assert await cursor.fetchall() == [("UTC", False, True), ("Asia/Tokyo", True, True)]


async def dose_runs_out(bed: Bed) -> None:
    """Let the hours pass in which the dose of the ended plan could still be taken."""
    await bed.db.execute(
        "UPDATE medication_plans SET valid_from = valid_from - interval '5 h',"
        " valid_until = valid_until - interval '5 h', looked_at = looked_at - interval '5 h',"
        " schedule = jsonb_set(schedule, '{times,0}', to_jsonb(to_char("
        "(schedule #>> '{times,0}')::time - interval '5 h', 'HH24:MI')))"
        " WHERE valid_until IS NOT NULL"
    )
    await bed.db.execute(
        "UPDATE medication_plans SET next_at = now() WHERE valid_until IS NOT NULL"
    )


async def test_a_dose_that_was_due_before_a_journey_can_still_be_missed(
    bed: Bed, database: Database
) -> None:
    await taking(bed, database, dt.timedelta(minutes=2))
    async with database.write() as session:
        await profiles.change(session, bed.patient, {"time_zone": "Asia/Tokyo"})
    await remind(database, most=10)
    assert await told(bed) == ["dose"]
    await dose_runs_out(bed)
    for _ in range(2):
        await remind(database, most=10)
    assert await told(bed) == ["dose", "missed"]
    waiting = "SELECT count(*) FROM medication_plans WHERE next_at IS NOT NULL"
    assert await bed.scalar(waiting) == 1


async def test_a_medicine_that_is_stopped_after_a_journey_misses_nothing(
    bed: Bed, database: Database
) -> None:
    mine = await taking(bed, database, dt.timedelta(minutes=2))
    async with database.write() as session:
        await profiles.change(session, bed.patient, {"time_zone": "Asia/Tokyo"})
    await remind(database, most=10)
    async with database.write() as session:
        await medication_plans.close_plan(session, mine, dt.datetime.now(dt.UTC))
    assert await bed.scalar("SELECT count(*) FROM medication_plans WHERE next_at IS NOT NULL") == 0


async def test_what_is_over_is_completed(bed: Bed, database: Database) -> None:
    mine = await taking(bed, database, dt.timedelta(minutes=2))
    await bed.db.execute(
        "UPDATE user_medications SET start_date = current_date - 9, end_date = current_date - 2"
        " WHERE id = %s",
        (mine,),
    )
    assert await complete(database) == 1
    assert await complete(database) == 0
    assert await bed.scalar("SELECT status FROM user_medications") == "completed"
    assert await bed.scalar("SELECT count(*) FROM medication_plans WHERE valid_until IS NULL") == 0


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("reminder", {"title": "Time", "text": "Metformin", "reminder": "dose"}),
        ("reminder", {"title": "Time", "text": "Metformin", "reminder": "missed"}),
        ("side_effect", {"title": "A patient reports a severe side effect"}),
    ],
)
def test_the_words_tell_the_local_time(language: str, kind: str, values: dict[str, str]) -> None:
    at = {"due_at": "2026-03-04T05:06:00+00:00", "noticed_at": "2026-03-04T05:06:00+00:00"}
    words = Templates("https://clinic.example").render(
        kind, language, "Asia/Kathmandu", {**values, **at}
    )
    assert "10:51" in words.text
    assert "Metformin" not in words.short
    if language == "fr":
        assert "Time" not in words.subject
