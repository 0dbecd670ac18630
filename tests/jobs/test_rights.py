"""Everything of a person in one file; and nothing of them anywhere, proven."""

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from fhir.resources.R4B.bundle import Bundle

from gateways.broker_accounts import FileBrokerAccounts
from gateways.files import stored_files
from jobs.progress import perform
from jobs.settings import Settings
from storage.audit import Known, append
from storage.audit_check import verify
from storage.engine import Database, connect
from storage.erasure_scan import Traces, fingerprint, scan
from storage.person_tables import ERASED
from storage.queries import erasures, exports
from storage.queries.exports import key_of
from telemetry.clock import from_ms, now_ms
from telemetry.keys import digest, new_key
from telemetry.outbox import unpack
from tests.support.beds import Bed, add_bed

EMAIL = "ama.owusu@clinic.example"
PHONE = "+233201234567"


@pytest.fixture
async def db(fresh_database_url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    async with await connect(fresh_database_url, application_name="tests") as connection:
        yield connection


@pytest.fixture
def settings(fresh_database_url: str, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": fresh_database_url,
            "files": str(tmp_path / "files"),
            "broker_accounts_dir": tmp_path / "accounts",
        }
    )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url.get_secret_value())
    try:
        yield database
    finally:
        await database.close()


async def person(db: psycopg.AsyncConnection[Any]) -> Bed:
    """A patient of whom every sort of thing is known."""
    bed = await add_bed(db)
    await db.execute(
        "UPDATE users SET email = %s, phone_number = %s, username = 'ama.owusu',"
        " profile_image = %s WHERE id = %s",
        (EMAIL, PHONE, uuid4().hex, bed.patient),
    )
    await db.execute(
        "INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles WHERE name = 'patient'",
        (bed.patient,),
    )
    await db.execute(
        "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)",
        (bed.device, digest(new_key())),
    )
    start = now_ms() - 3_600_000
    await bed.send("heart_rate", [(start + 1000 * i, 70.0 + i % 9) for i in range(50)])
    await bed.send("body_temperature", [(start, 36.6)])
    await db.execute("UPDATE users SET profile_image = %s WHERE id = %s", ("ab" * 16, bed.patient))
    await db.execute(
        "INSERT INTO dead_letters (reason, device_id, topic, payload) VALUES"
        " ('malformed', %s, 'jeg/v1/0/x/up/telemetry', %s)",
        (bed.device, EMAIL.encode()),
    )
    return bed


async def clinician(db: psycopg.AsyncConnection[Any], bed: Bed) -> UUID:
    """Somebody who answered an alarm of the patient's, and was told of it."""
    other = uuid4()
    await db.execute(
        "INSERT INTO users (id, username, email, phone_number, first_name, last_name) VALUES"
        " (%s, %s, %s, '+233209999999', 'Kofi', 'Mensah')",
        (other, f"kofi-{other}", f"{other}@clinic.example"),
    )
    alarm = uuid4()
    await db.execute(
        "INSERT INTO alarms (id, patient_id, device_id, condition, category, priority, state,"
        " title, message, rule_version, started_at, activated_at, acknowledged_by_id,"
        " acknowledged_at)"
        " VALUES (%s, %s, %s, 'heart_rate_high', 'physiological', 'high', 'active_acknowledged',"
        " 'Heart rate high', 'Above the limit', 'builtin:1', now(), now(), %s, now())",
        (alarm, bed.patient, bed.device, other),
    )
    await db.execute(
        "INSERT INTO alarm_notes (alarm_id, at, author_id, text) VALUES (%s, now(), %s, 'walked')",
        (alarm, other),
    )
    await db.execute(
        "INSERT INTO alarm_transitions (alarm_id, at, to_state, reason, priority, actor_id)"
        " VALUES (%s, now(), 'active_acknowledged', 'acknowledged', 'high', %s)",
        (alarm, other),
    )
    await db.execute(
        "INSERT INTO notifications (user_id, recipient, kind, event_key, subject, payload) VALUES"
        " (%s, %s, 'alarm', %s, %s, %s)",
        (other, f"user:{other}", f"alarm:{alarm}:told", f"alarm:{alarm}", '{"patient": "Ama"}'),
    )
    await db.execute(
        "INSERT INTO care_relationships (patient_id, clinician_id) VALUES (%s, %s)",
        (bed.patient, other),
    )
    return other


async def export(db: psycopg.AsyncConnection[Any], settings: Settings, whose: UUID) -> UUID:
    async with opened(settings) as database, database.write() as session:
        row = await exports.add(session, whose, whose)
    assert row.job_id is not None
    await perform(db, settings, row.job_id)
    return row.id


async def contents(settings: Settings, export_id: UUID) -> dict[str, bytes]:
    files = stored_files(settings.file_store())
    pieces = await files.stream(key_of(export_id), 0, 2**40)
    assert pieces is not None
    packed = b"".join([piece async for piece in pieces])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


async def treatment(db: psycopg.AsyncConnection[Any], bed: Bed) -> None:
    """An appointment of the patient's, and a medicine."""
    provider, medicine = uuid4(), uuid4()
    await db.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number)"
        " VALUES (%s, 'Efua', 'Mensah', %s, %s)",
        (provider, f"{provider}@clinic.example", str(provider)),
    )
    await db.execute(
        "INSERT INTO appointments (patient_id, healthcare_provider_id, appointment_date,"
        " duration_minutes) VALUES (%s, %s, now(), 30)",
        (bed.patient, provider),
    )
    await db.execute(
        "INSERT INTO medications (id, catalogue_key, name) VALUES (%s, %s, 'Placebo')",
        (medicine, str(medicine)),
    )
    await db.execute(
        "INSERT INTO user_medications (user_id, medication_id, start_date, dosage, frequency)"
        " VALUES (%s, %s, '2026-01-01', '1 tablet', 'daily')",
        (bed.patient, medicine),
    )


async def test_an_export_holds_everything(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed = await person(db)
    await clinician(db, bed)
    await treatment(db, bed)
    found = await contents(settings, await export(db, settings, bed.patient))
    manifest = json.loads(found["manifest.json"])
    assert {one["name"] for one in manifest["files"]} == set(found) - {"manifest.json"}
    for one in manifest["files"]:
        assert hashlib.sha256(found[one["name"]]).hexdigest() == one["sha256"]
        if one["name"].endswith(".csv"):
            assert len(rows_of(found[one["name"]])) == one["rows"]
    readings = rows_of(found["readings/heart_rate.csv"])
    assert len(readings) == 50
    assert {row["unit"] for row in readings} == {"/min"}
    assert rows_of(found["alarm_notes.csv"])[0]["text"] == "walked"
    assert rows_of(found["users.csv"])[0]["email"] == EMAIL
    assert "password_hash" not in rows_of(found["users.csv"])[0]
    assert len(rows_of(found["alarm_transitions.csv"])) == 1
    bundle = json.loads(found["fhir.json"])
    Bundle.model_validate(bundle)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds.count("Observation") == 51
    assert set(kinds) == {
        *("Patient", "Device", "DetectedIssue", "Observation"),
        *("Appointment", "MedicationStatement"),
    }


async def test_an_export_of_many_readings_takes_little_memory(
    db: psycopg.AsyncConnection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed = await person(db)
    await db.execute(
        "INSERT INTO vitals SELECT %s, now() - n * interval '1 s', 70 + n %% 50, 1"
        " FROM generate_series(100, 200000) n",
        (bed.series["heart_rate"],),
    )

    async def none(*_: Any) -> AsyncIterator[list[Any]]:
        nothing: tuple[list[Any], ...] = ()
        for one in nothing:
            yield one

    monkeypatch.setattr("jobs.rights.resources._observations", none)
    tracemalloc.start()
    export_id = await export(db, settings, bed.patient)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    found = await contents(settings, export_id)
    assert (
        sum(len(rows_of(found[name])) for name in found if name.startswith("readings/")) > 199_000
    )
    assert peak < 40 * 2**20


async def erase(db: psycopg.AsyncConnection[Any], settings: Settings, whose: UUID) -> Any:
    async with opened(settings) as database:
        async with database.write() as session:
            row = await erasures.request(session, whose, whose, "own_request")
        cursor = await db.execute("SELECT job_id FROM erasures WHERE id = %s", (row.id,))
        found = await cursor.fetchone()
        assert found is not None
        await perform(db, settings, found[0])
        async with database.read() as reading:
            return await erasures.find(reading, row.id)


async def test_a_person_is_erased_and_it_is_proven(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed = await person(db)
    other = await clinician(db, bed)
    neighbour = await add_bed(db)
    await neighbour.send("heart_rate", [(now_ms(), 61.0)])
    accounts = FileBrokerAccounts(settings.broker_accounts_dir or Path())
    accounts.put(bed.device, [digest(new_key())])
    files = stored_files(settings.file_store())
    await files.put(f"images/{'ab' * 16}.jpg", b"a picture")
    exported = key_of(await export(db, settings, bed.patient))
    ended = await erase(db, settings, bed.patient)
    assert (ended.state, ended.error) == ("succeeded", None)
    proof = ended.document
    assert proof["found"] == 0
    assert {"users", "alarms", "dead_letters", "vitals"} <= set(proof["tables"])
    assert proof["rows"]["vitals"] == 51
    assert proof["rows"]["outbox"] == 51
    assert fingerprint(proof) == ended.sha256
    assert EMAIL not in json.dumps(proof)
    # By hand, and not by the code that says so.
    for table, column, value in (
        ("users", "id", bed.patient),
        ("iot_devices", "device_id", bed.device),
        ("alarms", "patient_id", bed.patient),
        ("notifications", "user_id", other),
        ("dead_letters", "device_id", bed.device),
    ):
        cursor = await db.execute(
            f"SELECT count(*) FROM {table} WHERE {column} = %s",  # noqa: S608
            (value,),
        )
        assert await cursor.fetchone() == (0,), table
    series = list(bed.series.values())
    for table in ("vitals", "rollup_hour", "series"):
        key = "id" if table == "series" else "series_id"
        cursor = await db.execute(f"SELECT count(*) FROM {table} WHERE {key} = ANY(%s)", (series,))  # noqa: S608
        assert await cursor.fetchone() == (0,), table
    cursor = await db.execute("SELECT payload FROM outbox")
    left = [set(unpack(payload).series.tolist()) async for (payload,) in cursor]
    assert set().union(*left) == {neighbour.series["heart_rate"]}
    assert await files.get(f"images/{'ab' * 16}.jpg") is None
    assert await files.get(exported) is None
    assert accounts.known() == set()


async def test_the_neighbours_are_left_alone(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed, neighbour = await person(db), await add_bed(db)
    await neighbour.send("heart_rate", [(now_ms(), 61.0)])
    # A device that the person has now, and that measured the neighbour before.
    await db.execute(
        "UPDATE iot_devices SET owner_id = %s WHERE device_id = %s", (bed.patient, neighbour.device)
    )
    ended = await erase(db, settings, bed.patient)
    assert ended.state == "succeeded", ended.error
    assert await neighbour.scalar("SELECT count(*) FROM vitals") == 1
    owner = await neighbour.scalar(
        "SELECT owner_id FROM iot_devices WHERE device_id = %s", neighbour.device
    )
    assert owner == ERASED


async def test_a_clinicians_words_stay_without_the_clinician(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed = await person(db)
    other = await clinician(db, bed)
    await db.execute(
        "INSERT INTO healthcare_providers (user_id, first_name, last_name, email, license_number)"
        " VALUES (%s, 'Kofi', 'Mensah', 'kofi@clinic.example', 'MDC-1')",
        (other,),
    )
    await db.execute(
        "UPDATE users SET emergency_contact_phone = '+233209999999' WHERE id = %s", (bed.patient,)
    )
    ended = await erase(db, settings, other)
    assert ended.state == "succeeded", ended.error
    row = await (await db.execute("SELECT author_id, text FROM alarm_notes")).fetchone()
    assert row == (ERASED, "walked")
    row = await (
        await db.execute("SELECT user_id, first_name, last_name FROM healthcare_providers")
    ).fetchone()
    assert row == (None, "", "Erased")
    assert await bed.scalar("SELECT count(*) FROM vitals") == 51
    contact = await bed.scalar(
        "SELECT emergency_contact_phone FROM users WHERE id = %s", bed.patient
    )
    assert "233209999999" not in contact


async def test_the_audit_log_holds_and_names_nobody(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed = await person(db)
    ended = await erase(db, settings, bed.patient)
    async with db.transaction():
        await append(db, [], Known())
    verdict = await verify(db)
    assert verdict.broken is None
    row = await (
        await db.execute("SELECT resource_id FROM audit_log WHERE action = 'ERASED'")
    ).fetchone()
    assert row == (f"{ended.id} sha256:{ended.sha256.hex()}",)


async def test_an_erasure_goes_on_where_a_worker_died(
    db: psycopg.AsyncConnection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed = await person(db)

    async def die(*_: Any) -> None:
        raise psycopg.OperationalError

    with monkeypatch.context() as patched:
        patched.setattr("storage.audit.forget", die)
        with pytest.raises(psycopg.OperationalError):
            await erase(db, settings, bed.patient)
    ended = await erase(db, settings, bed.patient)
    assert ended.state == "succeeded", ended.error
    assert ended.document["rows"]["vitals"] == 51


async def test_what_comes_back_is_found(
    db: psycopg.AsyncConnection[Any], settings: Settings
) -> None:
    bed = await person(db)
    await erase(db, settings, bed.patient)
    await db.execute(
        "INSERT INTO vitals VALUES (%s, %s, 70, 1)", (bed.series["heart_rate"], from_ms(now_ms()))
    )
    await db.execute(
        "INSERT INTO score_dirty (patient_id, hour) VALUES (%s, now())", (bed.patient,)
    )
    traces = Traces(bed.patient, [bed.device], list(bed.series.values()), [EMAIL])
    left = {one.table: one.left for one in await scan(db, traces) if one.left}
    assert left == {"vitals": {"series_id": 1}, "score_dirty": {"patient_id": 1}}


def test_a_fingerprint_is_of_the_content() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) == hashlib.sha256(msgspec.json.encode({"a": 1})).digest()
