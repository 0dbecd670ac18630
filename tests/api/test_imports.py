"""Imports over HTTP: what is taken, by whom, how much of it; the job and the report on rows."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from api.uploads import MOST_WAITING
from jobs.progress import perform
from jobs.settings import Settings
from tests.support.http import People, Person

PATH = "/api/health-metrics/imports/"
FILE = b"time,heart_rate\n2026-03-04T05:06:07Z,72\n2026-03-04T05:07:07Z,999\n"


async def send(who: Person, content: bytes = FILE, **query: Any) -> Response:
    headers = who.headers | {"Content-Type": "text/csv"}
    return await who.client.post(PATH, content=content, params=query, headers=headers)


async def work(people: People, job_id: str) -> None:
    settings = Settings(database_url=people.parts.settings.database_url)
    await perform(people.db, settings, UUID(job_id))


async def test_a_file_is_taken_read_and_reported_on(people: People) -> None:
    patient = await people.patient()
    answer = await send(patient)
    assert answer.status_code == 202
    job = answer.json()
    assert (job["kind"], job["state"]) == ("import", "queued")
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}/"
    report = f"{PATH}{job['id']}/report/"
    assert (await patient.get(report)).status_code == 409
    await work(people, job["id"])
    done = (await patient.get(answer.headers["Location"])).json()
    assert (done["state"], done["result"]["stored"]) == ("succeeded", 1)
    rows = await patient.get(report)
    assert rows.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows.text.splitlines() == ["row,outcome,reason", "1,stored,", "2,refused,out_of_range"]
    found = (await patient.get("/api/health-metrics/", source="import")).json()["results"]
    assert [(one["value"], one["source"], one["source_name"]) for one in found] == [
        (72, "import", "CSV")
    ]
    assert not found[0]["is_manual_entry"]
    path = f"/api/health-metrics/{found[0]['id']}/"
    assert (await patient.client.delete(path, headers=patient.headers)).status_code == 409


async def test_a_file_that_is_sent_twice_with_one_key_is_one_import(people: People) -> None:
    patient = await people.patient()
    headers = patient.headers | {"Content-Type": "text/csv", "Idempotency-Key": str(uuid4())}
    answers = [
        await patient.client.post(PATH, content=FILE, headers=headers)
        for _ in range(MOST_WAITING + 1)
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert "Idempotency-Replayed" not in answers[0].headers
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    other = await patient.client.post(PATH, content=FILE + b"\n", headers=headers)
    assert other.status_code == 422
    assert len((await patient.get("/api/jobs/")).json()["results"]) == 1


async def test_a_form_with_the_same_file_is_the_same_request(people: People) -> None:
    patient = await people.patient()
    headers = patient.headers | {"Idempotency-Key": str(uuid4())}
    sent = [("readings.csv", FILE, "text/csv"), ("readings.csv", FILE, "text/csv")]
    answers = [
        await patient.client.post(PATH, files={"file": one}, headers=headers) for one in sent
    ]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_form_is_taken_as_well(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    query = {"patient": str(patient.id), "column": "value:Puls", "metric": "heart_rate"}
    content = b"time;Puls\n2026-03-04 05:06:07;72\n"
    answer = await nurse.client.post(
        PATH,
        files={"file": ("puls.csv", content, "text/csv")},
        params=query | {"time_zone": "Africa/Accra"},
        headers=nurse.headers,
    )
    assert answer.status_code == 202
    await work(people, answer.json()["id"])
    found = (await patient.get("/api/health-metrics/")).json()["results"]
    assert [(one["value"], one["recorded_at"]) for one in found] == [(72, "2026-03-04T05:06:07Z")]
    assert (await patient.get(f"{PATH}{answer.json()['id']}/report/")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"time_zone": "Mars/Olympus"},
        {"metric": "humours"},
        {"column": "colour:Farbe"},
        {"column": "time:"},
        {"column": ["value:Puls", "value:Rate"]},
        {"patient": "nobody"},
    ],
)
async def test_what_is_said_of_a_file_is_checked_first(
    people: People, query: dict[str, Any]
) -> None:
    answer = await send(await people.patient(), FILE, **query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == "query"


async def test_a_file_that_is_missing(people: People) -> None:
    patient = await people.patient()
    assert (await send(patient, b"")).status_code == 422
    empty = {"file": ("a.csv", b"", "text/csv")}
    for files in (empty, {"other": ("a.csv", FILE, "text/csv")}):
        answer = await patient.client.post(PATH, files=files, headers=patient.headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "file"


async def test_who_may_import(people: People) -> None:
    patient, stranger = await people.patient(), await people.person("clinician")
    assert (await people.client.post(PATH, content=FILE)).status_code == 401
    assert (await send(await people.person("auditor"))).status_code == 403
    assert (await send(stranger, patient=str(patient.id))).status_code == 404
    assert (await patient.get(f"{PATH}{uuid4()}/report/")).status_code == 404


async def test_so_many_wait_at_most(people: People) -> None:
    patient = await people.patient()
    for _ in range(MOST_WAITING):
        assert (await send(patient)).status_code == 202
    answer = await send(patient)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_file_beyond_the_bound_is_refused(people: People) -> None:
    patient = await people.patient()
    bound = people.parts.settings.import_bytes
    headers = patient.headers | {"Content-Length": str(bound + 1)}
    answer = await patient.client.post(PATH, content=b"", headers=headers)
    assert answer.status_code == 413


async def test_a_file_larger_than_other_bodies_is_taken(people: People) -> None:
    patient = await people.patient()
    size = people.parts.settings.api_max_body_bytes * 2
    answer = await send(patient, b"time,heart_rate\n" + b"\n" * size)
    assert answer.status_code == 202
    row = await (
        await people.db.execute(
            "SELECT count(*), sum(length(content)) FROM import_parts WHERE import_id = %s",
            (answer.json()["id"],),
        )
    ).fetchone()
    assert row == (3, size + 16)
