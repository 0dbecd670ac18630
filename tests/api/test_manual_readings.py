"""Readings by hand: units, bounds, conflicts, corrections that leave nothing wrong behind."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st

from api.errors import NotFoundError
from api.health_metrics import service
from jobs.rollups import keep_up
from telemetry import reading_ids
from telemetry.outbox import unpack
from tests.support.http import NOW, People, Person

PATH = "/api/health-metrics/"
AT = NOW - dt.timedelta(hours=2)


def weight(value: object = 70.5, **more: Any) -> dict[str, Any]:
    return {"metric_type": "weight", "value": value, "recorded_at": AT.isoformat()} | more


def pressure(**more: Any) -> dict[str, Any]:
    body = {"metric_type": "blood_pressure", "systolic_value": 128, "diastolic_value": 82}
    return body | {"recorded_at": AT.isoformat()} | more


async def send(who: Person, method: str, path: str, body: Any = None, **headers: str) -> Response:
    return await who.client.request(method, path, json=body, headers=who.headers | headers)


async def enter(who: Person, body: dict[str, Any], patient: Person | None = None) -> Response:
    query = {"patient": str(patient.id)} if patient else {}
    return await who.client.post(PATH, json=body, params=query, headers=who.headers)


async def roll_up(people: People, patient: Person) -> None:
    """Mark what was entered, as the engine does when it takes it, and compute."""
    await people.db.execute(
        "INSERT INTO rollup_dirty (series_id, bucket)"
        " SELECT DISTINCT series_id, date_trunc('hour', time) FROM vitals"
        " JOIN series ON id = series_id WHERE patient_id = %s ON CONFLICT DO NOTHING",
        (patient.id,),
    )
    await keep_up(people.db, batch_hours=100)


async def newest(who: Person) -> list[tuple[str, float | None]]:
    found = (await who.get(f"{PATH}latest/")).json()["results"]
    return [(one["metric_type"], one["value"] or one["systolic_value"]) for one in found]


async def test_a_patient_enters_a_weight(people: People) -> None:
    patient = await people.patient()
    answer = await enter(patient, weight(155.4, unit="lb", notes="  after breakfast "))
    assert answer.status_code == 201
    entered = answer.json()
    assert entered["value"] == pytest.approx(70.488, abs=0.001)
    assert entered | {"value": 0, "created_at": "", "updated_at": "", "id": ""} == {
        "id": "",
        "metric_type": "body_weight",
        "value": 0,
        "unit": "kg",
        "systolic_value": None,
        "diastolic_value": None,
        "recorded_at": AT.isoformat().replace("+00:00", "Z"),
        "quality": 1,
        "device_id": None,
        "is_manual_entry": True,
        "source": "manual",
        "source_name": "",
        "notes": "after breakfast",
        "recorded_by_id": str(patient.id),
        "created_at": "",
        "updated_at": "",
    }
    one = await patient.get(answer.headers["Location"])
    assert (one.json(), one.headers["ETag"]) == (entered, answer.headers["ETag"])
    assert (await patient.get(PATH)).json()["results"] == [entered]


async def test_it_goes_to_the_engine_as_news(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    assert (await enter(nurse, pressure(), patient)).status_code == 201
    row = await (
        await people.db.execute("SELECT payload FROM outbox ORDER BY id DESC LIMIT 1")
    ).fetchone()
    assert row is not None
    batch = unpack(row[0])
    assert sorted(batch.value.tolist()) == [82, 128]
    assert not batch.historical.any()


async def test_both_pressures_are_one_reading(people: People) -> None:
    patient = await people.patient()
    entered = (await enter(patient, pressure())).json()
    assert (entered["systolic_value"], entered["diastolic_value"]) == (128, 82)
    assert (entered["metric_type"], entered["value"]) == ("blood_pressure", None)
    assert (await patient.get(PATH)).json()["results"] == [entered]


async def test_the_same_again_adds_nothing_and_another_value_is_a_conflict(people: People) -> None:
    patient = await people.patient()
    first, again = await enter(patient, weight()), await enter(patient, weight(notes="later"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    other = await enter(patient, weight(71.5))
    assert other.status_code == 409
    assert other.json()["type"] == "urn:jeghealth:problem:reading-conflict"
    assert "71.5" not in other.text
    assert len((await patient.get(PATH)).json()["results"]) == 1


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (weight(9999.5), "value", "out_of_range"),
        (weight(unit="stone"), "unit", "unknown_unit"),
        (weight(recorded_at="2199-01-01T00:00:00Z"), "recorded_at", "time_in_future"),
        (weight(recorded_at="1999-01-01T00:00:00Z"), "recorded_at", "time_implausible"),
        (pressure(systolic_value=600), "systolic_value", "out_of_range"),
    ],
)
async def test_what_the_judge_refuses_is_told_by_field(
    people: People, body: dict[str, Any], field: str, reason: str
) -> None:
    patient = await people.patient()
    answer = await enter(patient, body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"location": "body", "field": field, "reason": reason}]
    assert "9999.5" not in answer.text
    assert (await patient.get(PATH)).json()["results"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"metric_type": "weight"},
        weight(systolic_value=120),
        weight(value="heavy"),
        weight(metric_type="humours"),
        weight(metric_type="battery_level"),
        weight(metric_type="consciousness", value=1),
        weight(metric_type="blood_pressure_systolic", value=120),
        pressure(value=3),
        pressure(diastolic_value=140),
        weight(recorded_at="2026-01-02T03:04:05"),
        weight(notes="\0"),
        weight(note="misspelt"),
    ],
)
async def test_what_makes_no_reading_is_refused(people: People, body: dict[str, Any]) -> None:
    patient = await people.patient()
    answer = await enter(patient, body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_who_may_enter_and_change(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse)
    assert (await people.client.post(PATH, json=weight())).status_code == 401
    assert (await enter(await people.person("auditor"), weight())).status_code == 403
    assert (await enter(stranger, weight(), patient)).status_code == 404
    path = f"{PATH}{(await enter(nurse, weight(), patient)).json()['id']}/"
    assert (await patient.get(path)).status_code == 200
    assert (await stranger.get(path)).status_code == 404
    for method, body in (("PUT", weight(71)), ("DELETE", None)):
        assert (await send(patient, method, path, body)).status_code == 403
        assert (await send(stranger, method, path, body)).status_code == 404
        assert (await people.client.request(method, path, json=body)).status_code == 401
    own = f"{PATH}{(await enter(patient, pressure())).json()['id']}/"
    assert (await send(nurse, "PUT", own, pressure(notes="standing"))).status_code == 200
    assert (await send(patient, "DELETE", own)).status_code == 204


async def test_a_correction_keeps_what_was_and_makes_the_rest_right(people: People) -> None:
    patient = await people.patient()
    entered = await enter(patient, weight(170.5, notes="typed in a hurry"))
    await roll_up(people, patient)
    path = f"{PATH}{entered.json()['id']}/"
    tag = {"If-Match": entered.headers["ETag"]}
    answer = await send(patient, "PUT", path, {"metric_type": "weight", "value": 70.5}, **tag)
    assert answer.status_code == 200
    assert (answer.json()["value"], answer.json()["id"]) == (70.5, entered.json()["id"])
    assert answer.json()["recorded_at"] == entered.json()["recorded_at"]
    assert answer.json()["created_at"] == entered.json()["created_at"]
    assert (await send(patient, "PUT", path, weight(71), **tag)).status_code == 412
    assert await newest(patient) == [("body_weight", 70.5)]
    trend = (await patient.get(f"{PATH}trend/", metric="body_weight", span="7d")).json()
    assert (trend["max"], trend["n"]) == ([70.5], [1])
    await keep_up(people.db, batch_hours=100)
    trend = (await patient.get(f"{PATH}trend/", metric="body_weight", span="7d")).json()
    assert (trend["max"], trend["n"]) == ([70.5], [1])
    kept = await (
        await people.db.execute(
            "SELECT kind, value, notes, a.recorded_by_id, amended_by_id FROM reading_amendments a"
            " JOIN series s ON s.id = series_id WHERE patient_id = %s",
            (patient.id,),
        )
    ).fetchall()
    assert kept == [("corrected", 170.5, "typed in a hurry", patient.id, patient.id)]
    payload = await (
        await people.db.execute("SELECT payload FROM outbox ORDER BY id DESC LIMIT 1")
    ).fetchone()
    assert payload is not None
    assert unpack(payload[0]).historical.all()


async def test_another_time_is_another_id_and_may_be_taken(people: People) -> None:
    patient = await people.patient()
    earlier = AT - dt.timedelta(hours=3)
    await enter(patient, weight(69, recorded_at=earlier.isoformat()))
    entered = (await enter(patient, weight())).json()
    path = f"{PATH}{entered['id']}/"
    taken = await send(patient, "PUT", path, weight(recorded_at=earlier.isoformat()))
    assert taken.status_code == 409
    assert (await patient.get(path)).json() == entered
    moved = AT - dt.timedelta(hours=4)
    answer = await send(patient, "PUT", path, weight(recorded_at=moved.isoformat()))
    assert (answer.status_code, (await patient.get(path)).status_code) == (200, 404)
    assert answer.headers["Location"] == f"{PATH}{answer.json()['id']}/"
    found = await patient.get(answer.headers["Location"])
    assert (found.json(), found.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    tag = {"If-Match": answer.headers["ETag"]}
    stays = await send(
        patient, "PUT", answer.headers["Location"], weight(71, recorded_at=None), **tag
    )
    assert (stays.status_code, stays.headers.get("Location")) == (200, None)
    # The newest one by time is now the other one.
    assert await newest(patient) == [("body_weight", 69)]


async def test_deleting_the_newest_brings_the_one_before_back(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    await enter(patient, weight(69, recorded_at=(AT - dt.timedelta(days=1)).isoformat()))
    entered = (await enter(patient, weight(169))).json()
    await roll_up(people, patient)
    assert (await send(patient, "DELETE", f"{PATH}{entered['id']}/")).status_code == 204
    assert (await send(patient, "DELETE", f"{PATH}{entered['id']}/")).status_code == 404
    assert await newest(patient) == [("body_weight", 69)]
    trend = (await patient.get(f"{PATH}trend/", metric="body_weight", span="7d")).json()
    assert trend["max"] == [69]
    await keep_up(people.db, batch_hours=100)
    trend = (await patient.get(f"{PATH}trend/", metric="body_weight", span="7d")).json()
    assert trend["max"] == [69]


async def test_a_pressure_is_deleted_with_both_values(people: People) -> None:
    patient = await people.patient()
    entered = (await enter(patient, pressure())).json()
    assert (await send(patient, "DELETE", f"{PATH}{entered['id']}/")).status_code == 204
    assert (await patient.get(PATH)).json()["results"] == []
    assert await newest(patient) == []
    row = await (
        await people.db.execute(
            "SELECT count(*) FROM reading_amendments a JOIN series s ON s.id = series_id"
            " WHERE patient_id = %s AND kind = 'deleted'",
            (patient.id,),
        )
    ).fetchone()
    assert row == (2,)


async def test_milestones_that_rested_on_a_mistake_go(people: People) -> None:
    patient = await people.patient()
    body = {"metric_type": "steps", "value": 90_000, "recorded_at": AT.isoformat()}
    entered = (await enter(patient, body)).json()
    for key, on in (("steps_day:10000", AT), ("steps_day:5000", AT - dt.timedelta(days=9))):
        await people.db.execute(
            "INSERT INTO milestones (patient_id, key, kind, metric, value, achieved_on)"
            " VALUES (%s, %s, 'steps_day', 9, 10000, %s)",
            (patient.id, key, on.date()),
        )
    assert (await send(patient, "DELETE", f"{PATH}{entered['id']}/")).status_code == 204
    cursor = await people.db.execute(
        "SELECT key FROM milestones WHERE patient_id = %s", (patient.id,)
    )
    assert await cursor.fetchall() == [("steps_day:5000",)]
    cursor = await people.db.execute(
        "SELECT next_at <= now() FROM milestone_checks WHERE patient_id = %s", (patient.id,)
    )
    assert await cursor.fetchall() == [(True,)]


async def test_readings_of_devices_stay_as_they_are(people: People) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    await people.measure(patient, "body_weight", [(AT, 70.5)], device)
    reading = (await patient.get(PATH)).json()["results"][0]
    for method, body in (("PUT", weight(71)), ("DELETE", None)):
        answer = await send(patient, method, f"{PATH}{reading['id']}/", body)
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:jeghealth:problem:not-by-hand"
    other = await send(patient, "PUT", f"{PATH}{uuid4()}/", weight(71))
    assert other.status_code == 404


async def test_a_reading_stays_of_its_metric(people: People) -> None:
    patient = await people.patient()
    entered = (await enter(patient, weight())).json()
    answer = await send(patient, "PUT", f"{PATH}{entered['id']}/", pressure())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "metric_type"


async def test_an_idempotency_key_enters_once(people: People) -> None:
    patient = await people.patient()
    key = {"Idempotency-Key": uuid4().hex}
    body = {"metric_type": "weight", "value": 70.5}
    first = await send(patient, "POST", PATH, body, **key)
    again = await send(patient, "POST", PATH, body, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len((await patient.get(PATH)).json()["results"]) == 1


async def test_lists_are_filtered_by_source_and_device(people: People) -> None:
    patient = await people.patient()
    mine, other = await people.device(patient), await people.device(patient)
    await people.measure(patient, "heart_rate", [(AT, 70)], mine)
    await people.measure(patient, "heart_rate", [(AT, 71)], other)
    await enter(patient, {"metric_type": "heart_rate", "value": 72, "recorded_at": AT.isoformat()})

    async def values(**query: str) -> set[float]:
        found = (await patient.get(PATH, **query)).json()["results"]
        return {one["value"] for one in found}

    assert await values(source="manual") == {72}
    assert await values(source="device") == {70, 71}
    assert await values(source="import") == set()
    assert await values(device=str(mine)) == {70}
    assert await values() == {70, 71, 72}
    assert (await patient.get(PATH, source="hearsay")).status_code == 422


@given(
    st.integers(1, reading_ids.MAX_SERIES),
    st.integers(0, reading_ids.MAX_MICROSECONDS),
)
def test_an_id_holds_series_and_time(group: int, microseconds: int) -> None:
    time = service.EPOCH + dt.timedelta(microseconds=microseconds)
    assert service.reading_key(reading_ids.reading_id(group, time)) == (group, time)


@given(st.uuids())
def test_any_other_id_is_nobodys(reading: UUID) -> None:
    try:
        key = service.reading_key(reading)
    except NotFoundError:
        return
    assert reading_ids.reading_id(*key) == reading
