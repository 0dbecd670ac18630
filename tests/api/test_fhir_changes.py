"""Whoever polls for observations by `_lastUpdated` misses nothing that was stored or corrected."""

import asyncio
import datetime as dt
from typing import Any

import psycopg
import pytest

from jobs.rollups import keep_up
from storage import revision
from storage.engine import connect
from storage.queries import reading_changes
from storage.queries.rollups import TAKE_MARKS
from telemetry.clock import to_ms
from tests.api.test_fhir import ROOT, follow, heart_rate, matches, resource
from tests.support.http import NOW, People, Person

LONG_AGO = NOW.replace(minute=30) - dt.timedelta(days=200)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


class Poller:
    """Asks for what is new since it asked last, by pages of two, as the documentation says."""

    def __init__(self, patient: Person) -> None:
        self._patient = patient
        self._since = "2000-01-01"

    async def poll(self, **query: str) -> list[dict[str, Any]]:
        """The observations that were new, newest first."""
        fields = {"patient": str(self._patient.id), "_count": "2"} | query
        answer = await self._patient.get(
            f"{ROOT}/Observation", **fields, _lastUpdated=f"ge{self._since}"
        )
        bundle = resource(answer)
        self._since = bundle["timestamp"]
        found = matches(bundle)
        while following := {one["relation"]: one["url"] for one in bundle["link"]}.get("next"):
            bundle = resource(await follow(self._patient, following))
            assert "timestamp" not in bundle
            found += matches(bundle)
        assert len({one["id"] for one in found}) == len(found)
        times = [one["effectiveDateTime"] for one in found]
        assert times == sorted(times, reverse=True)
        return found


def values(found: list[dict[str, Any]]) -> list[float]:
    return [one["valueQuantity"]["value"] for one in found]


@pytest.fixture
async def settle(people: People) -> Any:
    """Have the jobs take all marks, and let a moment go by."""

    async def run() -> None:
        await keep_up(people.db, batch_hours=500)
        await asyncio.sleep(0.002)

    return run


async def test_late_and_corrected_readings_are_polled(people: People, settle: Any) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    poller = Poller(patient)
    first = [(LONG_AGO + i * HOUR, 60.0 + i) for i in range(5)]
    await people.measure(patient, "heart_rate", first, device)
    assert values(await poller.poll()) == [64, 63, 62, 61, 60], "marked"
    await settle()
    assert len(await poller.poll()) == 5, "taken since: told once more, never missed"
    assert await poller.poll() == []

    late = (LONG_AGO + HOUR + dt.timedelta(minutes=5), 99.0)
    await people.measure(patient, "heart_rate", [late], device)
    assert values(await poller.poll()) == [99, 61], "others of the hour come along"
    await settle()
    assert values(await poller.poll()) == [99, 61]
    assert await poller.poll() == []

    entered = heart_rate(patient, 72, effectiveDateTime=(NOW - 3 * HOUR).isoformat())
    made = resource(await patient.post(f"{ROOT}/Observation", entered), 201)
    assert values(await poller.poll()) == [72], "at once, whatever the engine does"
    await settle()
    assert values(await poller.poll()) == [72]
    path = f"/api/health-metrics/{made['id']}/"
    read = await patient.get(path)
    change = {"metric_type": "heart_rate", "value": 74, "unit": "/min"}
    change["recorded_at"] = (NOW - 3 * HOUR).isoformat()
    answer = await patient.client.put(
        path, json=change, headers=patient.headers | {"If-Match": read.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    assert values(await poller.poll()) == [74], "a correction is a change"
    await settle()
    assert values(await poller.poll()) == [74]
    assert await poller.poll() == []


async def test_other_parameters_count_as_well(people: People, settle: Any) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    await people.measure(patient, "heart_rate", [(LONG_AGO, 60), (LONG_AGO + HOUR, 61)], device)
    await people.measure(patient, "body_temperature", [(LONG_AGO, 37)])
    await settle()
    assert values(await Poller(patient).poll(code="8867-4")) == [61, 60]
    assert values(await Poller(patient).poll(device=str(device))) == [61, 60]
    until = LONG_AGO.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert sorted(values(await Poller(patient).poll(date=f"le{until}"))) == [37, 60]


async def test_a_pressure_that_comes_late_brings_its_panel(people: People, settle: Any) -> None:
    patient = await people.patient()
    poller = Poller(patient)
    await people.measure(patient, "blood_pressure_systolic", [(LONG_AGO, 121)])
    await settle()
    (half,) = await poller.poll()
    await people.measure(patient, "blood_pressure_diastolic", [(LONG_AGO, 78)])
    await settle()
    (whole,) = await poller.poll(code="8480-6")
    assert whole["id"] == half["id"]
    assert whole["meta"]["lastUpdated"] > half["meta"]["lastUpdated"]
    assert [part["valueQuantity"]["value"] for part in whole["component"]] == [121, 78]


async def test_observations_say_when_they_changed(people: People, settle: Any) -> None:
    patient = await people.patient()
    before = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    await people.measure(patient, "heart_rate", [(LONG_AGO, 60)])
    await settle()
    (found,) = await Poller(patient).poll()
    changed = found["meta"]["lastUpdated"]
    assert before.replace("+00:00", "Z") <= changed
    assert resource(await patient.get(f"{ROOT}/Observation/{found['id']}")) == found
    query = {"patient": str(patient.id)}
    for asked, count in ((f"lt{changed}", 0), (f"le{changed}", 1), ("lt2000", 0)):
        answer = await patient.get(f"{ROOT}/Observation", **query, _lastUpdated=asked)
        assert len(matches(resource(answer))) == count, asked


async def test_by_the_time_by_which_it_was_found_an_observation_says_that_it_changed(
    people: People, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = await people.patient()
    for metric, value in (("blood_pressure_systolic", 121), ("blood_pressure_diastolic", 78)):
        await people.measure(patient, metric, [(LONG_AGO, value)])
    await settle()
    query = {"patient": str(patient.id)}
    (said,) = matches(resource(await patient.get(f"{ROOT}/Observation", **query)))
    assert "lastUpdated" in said["meta"]
    monkeypatch.setattr(reading_changes, "last", None)
    assert await Poller(patient).poll() == [said], "without another look"


async def test_what_is_not_settled_changed_when_it_was_marked(people: People) -> None:
    patient = await people.patient()
    before = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    await people.measure(patient, "heart_rate", [(LONG_AGO, 60)])
    query = {"patient": str(patient.id)}
    (said,) = matches(resource(await patient.get(f"{ROOT}/Observation", **query)))
    changed = said["meta"]["lastUpdated"]
    assert changed >= before
    for asked, count in (("ge2100", 0), (f"lt{before}", 0), (changed, 1), (f"gt{changed}", 0)):
        answer = await patient.get(f"{ROOT}/Observation", **query, _lastUpdated=asked)
        assert matches(resource(answer)) == [said] * count, asked
    assert resource(await patient.get(f"{ROOT}/Observation/{said['id']}")) == said


async def _with_a_late_reading(people: People) -> Poller:
    """Somebody who polled before another reading of the same hour came."""
    patient = await people.patient()
    device = await people.device(patient)
    await people.measure(patient, "heart_rate", [(LONG_AGO, 60)], device)
    poller = Poller(patient)
    assert values(await poller.poll()) == [60]
    await people.measure(patient, "heart_rate", [(LONG_AGO + MINUTE, 61)], device)
    return poller


async def test_a_reading_of_a_marked_hour_is_told_when_the_mark_is_taken(
    people: People, settle: Any
) -> None:
    poller = await _with_a_late_reading(people)
    assert await poller.poll() == []
    await settle()
    assert values(await poller.poll()) == [61, 60]
    assert await poller.poll() == []


async def test_a_mark_that_is_being_taken_is_told_the_next_time(
    people: People, database_url: str
) -> None:
    """What is noted of it is older than the commit, before which nobody can see it."""
    poller = await _with_a_late_reading(people)
    async with await connect(database_url, application_name="test") as taking, taking.transaction():
        await taking.execute(TAKE_MARKS, (5_000,))
        await asyncio.sleep(0.002)
        assert await poller.poll() == []
    assert values(await poller.poll()) == [61, 60]


async def test_a_change_that_is_not_committed_keeps_its_mark(
    people: People, database_url: str
) -> None:
    """Were it taken, the change would be older than when it was noted, and never be told."""
    patient = await people.patient()
    series = await people.measure(patient, "heart_rate", [(LONG_AGO, 60)])
    hour = to_ms(LONG_AGO) // 3_600_000

    async def noted(db: psycopg.AsyncConnection[Any]) -> list[Any]:
        cursor = await db.execute(
            "SELECT changed_at FROM reading_hours WHERE series_id = %s", (series,)
        )
        return await cursor.fetchall()

    async with await connect(database_url, application_name="test") as changing:
        async with changing.transaction():
            await revision.mark(changing, [series], [hour], [])
            await keep_up(people.db, batch_hours=500)
            assert await noted(people.db) == []
        await keep_up(people.db, batch_hours=500)
        assert len(await noted(people.db)) == 1


class Follower:
    """Asks for what was changed after the last change that it has seen."""

    def __init__(self, patient: Person) -> None:
        self._patient = patient
        self.seen = "2000-01-01T00:00:00Z"

    async def poll(self) -> list[float]:
        """The values that were changed."""
        query = {"patient": str(self._patient.id), "_lastUpdated": f"gt{self.seen}"}
        found = matches(resource(await self._patient.get(f"{ROOT}/Observation", **query)))
        self.seen = max([self.seen, *(one["meta"]["lastUpdated"] for one in found)])
        return sorted(values(found))


async def test_who_asks_for_what_is_newer_than_they_saw_misses_nothing(
    people: People, settle: Any
) -> None:
    patient = await people.patient()
    follower = Follower(patient)
    for minutes, value in ((200, 70), (199, 71), (5, 72)):
        entered = heart_rate(patient, value, effectiveDateTime=(NOW - minutes * MINUTE).isoformat())
        made = resource(await patient.post(f"{ROOT}/Observation", entered), 201)
        assert made["meta"]["lastUpdated"] > follower.seen
        await asyncio.sleep(0.002)
        assert value in await follower.poll()
        await settle()
        assert value in await follower.poll(), "taken since"
        await asyncio.sleep(0.002)
        assert await follower.poll() == [], "not the same for ever"


async def test_nothing_was_changed_before_it_was_measured(people: People, settle: Any) -> None:
    """What is newer than was noted of its hour, and what a clock that is ahead says is to come."""
    patient = await people.patient()
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    before = now - MINUTE
    start = before.replace(minute=0, second=0)
    if now + MINUTE >= start + HOUR:
        pytest.skip("The hour ends now.")
    device = await people.device(patient)
    series = await people.measure(patient, "heart_rate", [(start, 60), (before, 61)], device)
    await settle()
    noted = before - MINUTE
    await people.db.execute(
        "UPDATE reading_hours SET changed_at = %s WHERE series_id = %s", (noted, series)
    )
    ahead = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=5)
    await people.db.execute("INSERT INTO vitals VALUES (%s, %s, 62, 1)", (series, ahead))

    async def found(date: str) -> dict[float, str]:
        answer = await patient.get(
            f"{ROOT}/Observation", patient=str(patient.id), _lastUpdated=date
        )
        read = matches(resource(answer))
        return {one["valueQuantity"]["value"]: one["meta"]["lastUpdated"] for one in read}

    def said(time: dt.datetime) -> str:
        return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    first = await found("ge2000")
    assert first[60] == said(max(noted, start))
    assert first[61] == said(before)
    assert said(now) <= first[62] <= said(dt.datetime.now(dt.UTC))
    assert (await found(f"gt{said(noted)}")).keys() >= {61, 62}
    assert (await found(f"gt{said(before)}")).keys() == {62}
    assert (await found(f"lt{said(before)}")).keys() == {60}
    await asyncio.sleep(max(0, (ahead - dt.datetime.now(dt.UTC)).total_seconds()) + 0.01)
    assert await found(f"gt{first[62]}") == {62: said(ahead)}, "once more, as it was ahead"
    assert await found(f"gt{said(ahead)}") == {}


async def test_half_a_pressure_that_is_not_settled_holds_for_the_whole(
    people: People, settle: Any
) -> None:
    patient = await people.patient()
    await people.measure(patient, "blood_pressure_systolic", [(LONG_AGO, 121)])
    await settle()
    between = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    await people.measure(patient, "blood_pressure_diastolic", [(LONG_AGO, 78)])
    query = {"patient": str(patient.id)}
    for asked, count in ((f"ge{between}", 1), (f"lt{between}", 0)):
        answer = await patient.get(f"{ROOT}/Observation", **query, _lastUpdated=asked)
        assert len(matches(resource(answer))) == count, asked
