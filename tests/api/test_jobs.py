"""Work that somebody waits for: asked for over HTTP, done by the jobs program, told as it goes."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.alarm_rules import what_if
from jobs import progress
from jobs.settings import Settings
from jobs.work import Failure, Job
from jobs.worker import Worker
from storage.engine import Database
from storage.queries import background_jobs
from tests.support.http import NOW, People, Person
from tests.support.worlds import until

URL = "/api/alarm-rules/what-if/"
CHANGE = {"condition": "heart_rate_high", "limit": 150, "severe_limit": 170}


@asynccontextmanager
async def working(database_url: str) -> AsyncIterator[asyncio.Task[None]]:
    """Run the jobs program in this process."""
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(Settings(database_url=database_url)).run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def fast_hearts(people: People, nurse: Person, count: int = 2) -> list[Person]:
    """Patients, each with five minutes at 135 and five at 155 yesterday."""
    patients = [await people.patient(nurse) for _ in range(count)]
    for patient in patients:
        for hours, value in ((20, 135.0), (10, 155.0)):
            begin = NOW - dt.timedelta(hours=hours)
            times = [begin + dt.timedelta(seconds=10 * i) for i in range(36)]
            values = [value] * 30 + [80.0] * 6
            await people.measure(patient, "heart_rate", list(zip(times, values, strict=True)))
    return patients


async def ask(person: Person, **scope: Any) -> Any:
    return await person.client.post(
        URL, json={"changes": [CHANGE], "days": 2}, params=scope, headers=person.headers
    )


async def test_a_small_question_is_answered_at_once(people: People) -> None:
    nurse = await people.person("clinician")
    patient, _ = await fast_hearts(people, nurse)
    await fast_hearts(people, await people.person("clinician"), 1)
    answer = await ask(nurse)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["patients"], found["calls"]) == (2, {"before": 4, "after": 2})
    assert found["sentence"] == "2 to 1 alarms a day; no real episode would have been missed"
    alone = (await ask(nurse, patient=patient.id)).json()
    assert alone["calls"] == {"before": 2, "after": 1}
    # Less than one a day would be told as nothing much.
    assert alone["sentence"] == ("2 to 1 alarms in 2 days; no real episode would have been missed")


async def test_of_a_ward_with_nobody_there_nothing_is_said(people: People) -> None:
    nurse = await people.person("clinician")
    await fast_hearts(people, nurse, 1)
    found = (await ask(nurse, ward="nowhere")).json()
    assert (found["patients"], found["missed_count"]) == (0, 0)
    assert found["sentence"].startswith("nothing was replayed: there is nobody there")


@pytest.mark.parametrize("condition", ["hair_colour", CHANGE["condition"]])
async def test_a_condition_that_is_none_or_named_twice_is_refused(
    people: People, condition: str
) -> None:
    nurse = await people.person("clinician")
    changes = [CHANGE, {"condition": condition, "limit": 140}]
    answer = await nurse.client.post(URL, json={"changes": changes}, headers=nurse.headers)
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["location"], problem["field"]) == ("body", "changes.1.condition")


async def test_who_may_not_see_may_not_ask(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    assert (await ask(nurse, patient=patient.id)).status_code == 404
    assert (await ask(patient)).status_code == 403
    wrong = await nurse.post(URL, {"changes": [{**CHANGE, "limit": 900}], "days": 2})
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json()["errors"]} == {
        "changes.0.limit",
        "changes.0.severe_limit",
    }
    assert (await nurse.post(URL, {"changes": []})).status_code == 422
    unknown = await nurse.post(URL, {"changes": [{"condition": "nothing", "limit": 3}]})
    assert unknown.status_code == 422


async def test_a_large_question_is_a_job_with_its_progress(
    people: People, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = await people.person("clinician")
    await fast_hearts(people, nurse)
    direct = (await ask(nurse)).json()
    monkeypatch.setattr(what_if, "DIRECT_READINGS", -1)
    answer = await ask(nurse)
    assert answer.status_code == 202
    where = answer.headers["Location"]
    assert answer.json()["state"] == "queued"
    async with working(database_url) as task:

        async def done() -> bool:
            return bool((await nurse.get(where)).json()["state"] == "succeeded")

        await until(done, task, 20)
        stream = await nurse.get(f"{where}events/")
    job = (await nurse.get(where)).json()
    assert (job["done"], job["total"], job["kind"]) == (2, 2, "what-if")
    for name in ("calls", "patients", "readings", "sentence", "missed_count"):
        assert job["result"][name] == direct[name]
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert '"state":"succeeded"' in stream.text
    listed = (await nurse.get("/api/jobs/")).json()["results"]
    assert [one["id"] for one in listed] == [job["id"]]
    stranger = await people.person("clinician")
    assert (await stranger.get(where)).status_code == 404
    assert (await stranger.get(f"{where}events/")).status_code == 404
    assert (await stranger.post(f"{where}cancel/")).status_code == 404


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Kinds of work for one test."""
    made: dict[str, Any] = {}
    monkeypatch.setattr(progress, "KINDS", made)
    return made


async def asked_for(people: People, owner: Person, kind: str) -> UUID:
    async with people.parts.database.write() as session:
        return (await background_jobs.add(session, owner.id, kind, {"n": 3})).id


async def perform(db: psycopg.AsyncConnection, url: str, job_id: UUID) -> None:
    await progress.perform(db, Settings(database_url=url), job_id)


async def test_work_that_is_called_off_stops_at_its_next_step(
    people: People, database_url: str, kinds: dict[str, Any]
) -> None:
    owner = await people.person("clinician")
    steps = []

    async def slow(job: Job) -> dict[str, Any]:
        for step in range(5):
            steps.append(step)
            await job.tell(step, 5, "counting")
            await owner.post(f"/api/jobs/{job.id}/cancel/")
        return {}

    kinds["slow"] = slow
    job_id = await asked_for(people, owner, "slow")
    await perform(people.db, database_url, job_id)
    job = (await owner.get(f"/api/jobs/{job_id}/")).json()
    assert (job["state"], job["done"], job["total"], job["note"]) == ("cancelled", 1, 5, "counting")
    assert steps == [0, 1]
    waiting = await asked_for(people, owner, "slow")
    assert (await owner.post(f"/api/jobs/{waiting}/cancel/")).json()["state"] == "cancelled"
    await perform(people.db, database_url, waiting)
    assert steps == [0, 1]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Failure("nothing to do"), "nothing to do"),
        (ValueError("72 is the secret"), "It failed on our side; the logs know it by its id."),
    ],
)
async def test_a_failure_is_told_and_a_fault_is_not_quoted(
    people: People, database_url: str, kinds: dict[str, Any], error: Exception, told: str
) -> None:
    owner = await people.person("clinician")

    async def broken(_job: Job) -> dict[str, Any]:
        raise error

    kinds["broken"] = broken
    job_id = await asked_for(people, owner, "broken")
    await perform(people.db, database_url, job_id)
    job = (await owner.get(f"/api/jobs/{job_id}/")).json()
    assert (job["state"], job["error"], job["result"]) == ("failed", told, None)


async def test_work_of_a_worker_that_died_is_done_again_and_counts_once(
    people: People, database_url: str, kinds: dict[str, Any]
) -> None:
    owner, runs = await people.person("clinician"), []

    async def work(job: Job) -> dict[str, Any]:
        runs.append(job.id)
        if len(runs) == 1:
            raise psycopg.OperationalError
        return {"n": job.parameters["n"]}

    kinds["work"] = work
    job_id = await asked_for(people, owner, "work")
    with pytest.raises(psycopg.OperationalError):
        await perform(people.db, database_url, job_id)
    assert (await owner.get(f"/api/jobs/{job_id}/")).json()["state"] == "running"
    for _ in range(2):
        await perform(people.db, database_url, job_id)
    job = (await owner.get(f"/api/jobs/{job_id}/")).json()
    assert (job["state"], job["result"], len(runs)) == ("succeeded", {"n": 3}, 2)


async def test_a_job_that_is_not_committed_is_not_done(people: People, database_url: str) -> None:
    owner, database = await people.person("clinician"), Database(database_url, pool_size=1)

    async def fail() -> None:
        async with database.write() as session:
            await background_jobs.add(session, owner.id, "what-if", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    await database.close()
    assert (await owner.get("/api/jobs/")).json()["results"] == []
