"""What is old enough goes, with its files; every class of data has a period that is told."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from gateways.files import FilesAwayError, stored_files
from jobs.retention import let_go, note_periods
from jobs.settings import Settings
from storage.access import Access
from storage.audit import Known, append
from storage.audit_check import verify
from storage.queries.exports import key_of
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed

DAY_MS = 86_400_000


def settings_of(url: str, folder: Path, **more: Any) -> Settings:
    return Settings.model_validate({"database_url": url, "files": str(folder / "files"), **more})


async def appointment(bed: Bed, days_ago: int, file: str = "") -> UUID:
    provider, appointment_id = uuid4(), uuid4()
    await bed.db.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number)"
        " VALUES (%s, 'Kofi', 'Mensah', %s, %s)",
        (provider, f"{provider}@x.example", str(provider)),
    )
    await bed.db.execute(
        "INSERT INTO appointments (id, patient_id, healthcare_provider_id, appointment_date,"
        " duration_minutes, appointment_type, status) VALUES (%s, %s, %s,"
        " now() - %s * interval '1 day', 30, 'video', 'completed')",
        (appointment_id, bed.patient, provider, days_ago),
    )
    if file:
        await bed.db.execute(
            "INSERT INTO appointment_files (appointment_id, file, file_name, file_type, file_size)"
            " VALUES (%s, %s, 'x.pdf', 'application/pdf', 1)",
            (appointment_id, file),
        )
    return appointment_id


async def test_appointments_go_with_their_documents(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    settings = settings_of(fresh_database_url, tmp_path, appointment_days=30)
    files = stored_files(settings.file_store())
    await files.put("appointments/old", b"a letter")
    await files.put("appointments/new", b"a letter")
    await appointment(bed, 31, "appointments/old")
    await appointment(bed, 33)
    kept = await appointment(bed, 29, "appointments/new")
    assert (await let_go(bed.db, settings))["appointments"] == 2
    assert await bed.scalar("SELECT id FROM appointments") == kept
    assert await files.get("appointments/old") is None
    assert await files.get("appointments/new") is not None


async def test_documents_may_go_before_their_appointment(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    settings = settings_of(fresh_database_url, tmp_path, document_days=10)
    await appointment(bed, 11, "appointments/old")
    assert (await let_go(bed.db, settings))["documents"] == 1
    assert await bed.scalar("SELECT count(*) FROM appointments") == 1


async def test_an_export_that_ran_out_goes_and_a_store_that_is_away_is_asked_again(
    bed: Bed, fresh_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(fresh_database_url, tmp_path)
    files, export_id = stored_files(settings.file_store()), uuid4()
    await files.put(key_of(export_id), b"PK")
    await bed.db.execute(
        "INSERT INTO exports (id, person_id, expires_at) VALUES (%s, %s, now())",
        (export_id, bed.patient),
    )

    async def away(*_: Any) -> None:
        raise FilesAwayError

    with monkeypatch.context() as patched:
        patched.setattr(type(files), "delete", away)
        await let_go(bed.db, settings)
    assert await bed.scalar("SELECT count(*) FROM exports") == 1
    assert (await let_go(bed.db, settings))["exports"] == 1
    assert await files.get(key_of(export_id)) is None
    assert await bed.scalar("SELECT count(*) FROM exports") == 0


async def test_conversations_that_nobody_goes_on_with_are_let_go_of(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    for days in (50, 5):
        await bed.db.execute(
            "INSERT INTO conversations (user_id, updated_at)"
            " VALUES (%s, now() - %s * interval '1 day')",
            (bed.patient, days),
        )
    settings = settings_of(fresh_database_url, tmp_path, conversation_days=30)
    assert (await let_go(bed.db, settings))["conversations"] == 1
    assert await bed.scalar("SELECT count(*) FROM conversations") == 1


async def test_rollups_of_every_length_have_a_period(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    series, old = bed.series["heart_rate"], from_ms(now_ms() - 40 * DAY_MS)
    continuous = await bed.scalar(
        "SELECT count(*) FROM timescaledb_information.continuous_aggregates"
    )
    if not continuous:
        for unit in ("hour", "day"):
            for at in (old, from_ms(now_ms())):
                await bed.db.execute(
                    f"INSERT INTO rollup_{unit} VALUES (%s, %s, 1, 1, 1, 1)",  # noqa: S608
                    (series, at),
                )
    settings = settings_of(fresh_database_url, tmp_path, rollup_hour_days=30, rollup_day_days=50)
    gone = await let_go(bed.db, settings)
    assert (gone["rollup_hours"], gone["rollup_days"]) == ((0, 0) if continuous else (1, 0))


async def test_the_audit_log_begins_later_and_holds(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    [record] = Access(action="GET", actor_id=uuid4()).records("success")
    old = msgspec.structs.replace(record, at=from_ms(now_ms() - 200 * DAY_MS))
    async with bed.db.transaction():
        await append(bed.db, [old, old, record], Known())
    settings = settings_of(fresh_database_url, tmp_path, audit_days=190)
    assert (await let_go(bed.db, settings))["audit"] == 2
    verdict = await verify(bed.db)
    assert (verdict.since, verdict.broken) == (2, None)


async def test_every_class_of_data_tells_its_period(
    bed: Bed, fresh_database_url: str, tmp_path: Path
) -> None:
    await bed.db.execute("INSERT INTO retention_periods (name, days) VALUES ('gone', 1)")
    settings = settings_of(fresh_database_url, tmp_path, vitals_days=60)
    # From the start, before the first night.
    await note_periods(bed.db, settings)
    noted = await psycopg_rows(bed.db, "SELECT name, days FROM retention_periods ORDER BY name")
    assert await bed.scalar("SELECT count(applied_at) FROM retention_periods") == 0
    await let_go(bed.db, settings)
    assert await bed.scalar("SELECT count(*) - count(applied_at) FROM retention_periods") == 0
    told = dict(
        await psycopg_rows(bed.db, "SELECT name, days FROM retention_periods ORDER BY name")
    )
    assert dict(noted) == told
    assert (told["readings"], told["closed_alarms"], told["exports"]) == (60, None, 7)
    classes = {"audit", "appointments", "documents", "conversations", "dead_letters"}
    classes |= {"notifications", "background_jobs", "rollup_minutes", "rollup_days", "failed_jobs"}
    assert classes <= told.keys()
    assert "gone" not in told


async def psycopg_rows(db: psycopg.AsyncConnection[Any], statement: str) -> list[tuple[Any, ...]]:
    return await (await db.execute(statement)).fetchall()
