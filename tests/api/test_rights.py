"""Asking for everything of oneself, fetching it, asking to be erased, and who may for others."""

import csv
import hashlib
import io
import zipfile
from typing import Any
from uuid import UUID

import psycopg

from jobs.progress import perform
from jobs.settings import Settings as JobSettings
from storage.engine import connect
from tests.support.http import NOW, People, Person
from tests.support.members import PASSWORD, registered

EXPORT = "/api/auth/export/"


async def work(people: People, table: str, row_id: str) -> None:
    """Do the job of an export or erasure, as the jobs program does."""
    settings = JobSettings.model_validate(
        {
            "database_url": people.parts.settings.database_url,
            "files": people.parts.settings.files,
            "broker_accounts_dir": people.parts.settings.broker_accounts_dir,
        }
    )
    url = settings.database_url.get_secret_value()
    async with await connect(url, application_name="tests") as db:
        statement = f"SELECT job_id FROM {table} WHERE id = %s"  # noqa: S608
        row = await (await db.execute(statement, (row_id,))).fetchone()
        assert row is not None
        await perform(db, settings, row[0])


async def exported(people: People, person: Person) -> dict[str, Any]:
    """An export of the person's own, made."""
    asked = await person.post(EXPORT)
    assert asked.status_code == 202, asked.text
    assert asked.headers["Location"] == f"/api/jobs/{asked.json()['job_id']}/"
    assert asked.json()["download"] is None
    await work(people, "exports", asked.json()["id"])
    found: dict[str, Any] = (await person.get(EXPORT)).json()["results"][0]
    return found


async def test_everything_of_oneself_is_fetched_without_a_login(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW, 71.0)])
    found = await exported(people, patient)
    assert found["state"] == "succeeded"
    answer = await people.client.get(found["download"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert hashlib.sha256(answer.content).hexdigest() == found["sha256"]
    assert len(answer.content) == found["size_bytes"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = archive.read("readings/heart_rate.csv").decode()
    assert [row["value"] for row in csv.DictReader(io.StringIO(text))] == ["71"]


async def test_a_part_of_the_file_goes_on_where_one_stopped(people: People) -> None:
    found = await exported(people, await people.patient())
    path, size = found["download"], found["size_bytes"]
    whole = (await people.client.get(path)).content
    parts = []
    for asked, told in (("bytes=0-99", f"bytes 0-99/{size}"), ("bytes=100-", None)):
        answer = await people.client.get(path, headers={"Range": asked})
        assert answer.status_code == 206
        assert told is None or answer.headers["content-range"] == told
        parts.append(answer.content)
    assert b"".join(parts) == whole
    last = await people.client.get(path, headers={"Range": "bytes=-10"})
    assert last.content == whole[-10:]
    beyond = await people.client.get(path, headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{size}"
    odd = await people.client.get(path, headers={"Range": "pages=1-2"})
    assert odd.content == whole


async def test_a_path_that_was_changed_leads_nowhere(people: People) -> None:
    found = await exported(people, await people.patient())
    other = await exported(people, await people.patient())
    forged = found["download"].replace(found["id"], other["id"])
    assert (await people.client.get(forged)).status_code == 404
    later = found["download"].replace("until=1", "until=2")
    assert (await people.client.get(later)).status_code == 404


async def test_an_export_that_ran_out_is_gone(people: People) -> None:
    patient = await people.patient()
    found = await exported(people, patient)
    await people.db.execute(
        "UPDATE exports SET expires_at = now() - interval '1 s' WHERE id = %s", (found["id"],)
    )
    assert (await people.client.get(found["download"])).status_code == 404
    assert (await patient.get(EXPORT)).json()["results"][0]["download"] is None


async def test_one_export_at_a_time(people: People) -> None:
    patient = await people.patient()
    assert (await patient.post(EXPORT)).status_code == 202
    assert (await patient.post(EXPORT)).status_code == 409


async def test_an_admin_exports_somebody_and_the_person_sees_that_in_their_log(
    people: People,
) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    path = f"/api/patients/{patient.id}/export/"
    asked = await admin.post(path)
    assert asked.status_code == 202
    await work(people, "exports", asked.json()["id"])
    assert (await admin.get(path)).json()["results"][0]["download"]
    # It is the admin's: the person asks for their own.
    assert (await patient.get(EXPORT)).json()["results"] == []
    await people.parts.trail.keep(())
    log = (await patient.get("/api/auth/access-log/")).json()["results"]
    assert any("export" in one["resource"] for one in log)


async def count(db: psycopg.AsyncConnection[Any], person: UUID) -> int:
    row = await (await db.execute("SELECT count(*) FROM users WHERE id = %s", (person,))).fetchone()
    assert row is not None
    return int(row[0])


async def test_somebody_is_erased_and_gets_the_proof_without_a_login(people: People) -> None:
    member = await registered(people)
    wrong = await member.post("erasure/", current_password="not this one")
    assert wrong.status_code == 400
    asked = await member.post("erasure/", current_password=PASSWORD)
    assert asked.status_code == 202, asked.text
    assert (await member.get("profile/")).status_code == 401
    status = asked.json()["status"]
    assert (await people.client.get(status)).json()["state"] == "queued"
    await work(people, "erasures", asked.json()["id"])
    over = (await people.client.get(status)).json()
    assert (over["state"], over["error"]) == ("succeeded", None)
    assert over["requested_by"] == "the person"
    assert over["proof"]["found"] == 0
    assert await count(people.db, UUID(over["person_id"])) == 0
    assert (await people.client.get(status[:-1])).status_code == 404


async def test_an_admin_erases_somebody_for_a_reason_of_the_list(people: People) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    path = f"/api/patients/{patient.id}/erasure/"
    assert (await admin.post(path, {"reason": "Ama asked for it"})).status_code == 422
    asked = await admin.post(path, {"reason": "representative"})
    assert asked.status_code == 202
    await work(people, "erasures", asked.json()["id"])
    listed = (await admin.get("/api/erasures/", limit=500)).json()["results"]
    [found] = [one for one in listed if one["id"] == asked.json()["id"]]
    assert (found["state"], found["requested_by"]) == ("succeeded", "an administrator")
    assert (await admin.post(path, {"reason": "deceased"})).status_code == 404


async def test_the_periods_are_told(people: People) -> None:
    patient = await people.patient()
    await people.db.execute(
        "INSERT INTO retention_periods (name, days) VALUES ('dead_letters', 30)"
        " ON CONFLICT (name) DO UPDATE SET days = 30"
    )
    told = (await patient.get("/api/retention/")).json()["results"]
    assert {"name": "dead_letters", "days": 30.0}.items() <= next(
        one for one in told if one["name"] == "dead_letters"
    ).items()
