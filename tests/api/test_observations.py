"""Bedside observations: recorded whole or not at all, by who cares for the patient."""

import datetime as dt
from typing import Any

import pytest

from telemetry.outbox import unpack
from tests.support.http import NOW, People, Person

ROUND = {
    "respiratory_rate": 18,
    "oxygen_saturation": 91,
    "inspired_oxygen": 28,
    "blood_pressure_systolic": 118,
    "blood_pressure_diastolic": 70,
    "heart_rate": 88,
    "consciousness": "confusion",
    "body_temperature": 37.2,
}


async def record(who: Person, patient: Person, body: dict[str, Any]) -> Any:
    return await who.post(f"/api/patients/{patient.id}/observations/", body)


async def test_a_round_becomes_readings_and_settles_the_score(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    answer = await record(nurse, patient, ROUND)
    assert answer.status_code == 201
    assert (answer.json()["stored"], answer.json()["duplicate"]) == (8, 0)
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert page["vitals"]["consciousness"]["value"] == 1
    # Saturation 3, oxygen 2, confusion 3.
    assert (page["news2"]["min"], page["news2"]["max"]) == (8, 8)
    assert page["news2"]["measure_next"] is None
    assert page["scores"]["qsofa"]["min"] == 1
    rows = await (
        await people.db.execute(
            "SELECT payload FROM outbox JOIN series ON series.patient_id = %s"
            " WHERE outbox.id = (SELECT max(id) FROM outbox) LIMIT 1",
            (patient.id,),
        )
    ).fetchall()
    assert len(unpack(rows[0][0])) == 8


async def test_the_same_set_again_adds_nothing_and_another_value_is_a_conflict(
    people: People,
) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    at = {"measured_at": (NOW - dt.timedelta(hours=1)).isoformat()}
    first = await record(nurse, patient, at | {"heart_rate": 70})
    again = await record(nurse, patient, at | {"heart_rate": 70})
    assert (first.json()["stored"], again.json()["stored"]) == (1, 0)
    assert again.json()["duplicate"] == 1
    other = await record(nurse, patient, at | {"heart_rate": 71, "consciousness": "alert"})
    assert other.status_code == 409
    assert other.json()["type"] == "urn:jeghealth:problem:observation-conflict"
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert set(page["vitals"]) == {"heart_rate"}


async def test_the_list_says_who_recorded_what(people: People) -> None:
    nurse = await people.person("clinician", last_name="Mensah")
    patient = await people.patient(nurse)
    for hours in (3, 2, 1):
        at = (NOW - dt.timedelta(hours=hours)).isoformat()
        await record(nurse, patient, {"measured_at": at, "consciousness": "alert"})
    path = f"/api/patients/{patient.id}/observations/"
    one = (await patient.get(path, limit=2)).json()
    two = (await patient.get(path, limit=2, cursor=one["next"])).json()
    assert [len(one["results"]), len(two["results"]), two["next"]] == [2, 1, None]
    assert one["results"][0]["recorded_by"] == "Ama Mensah"
    assert one["results"][0]["metrics"] == ["consciousness"]
    times = [row["measured_at"] for row in [*one["results"], *two["results"]]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"consciousness": "asleep"},
        {"consciousness": 1},
        {"heart_rate": 900},
        {"heart_rate": "NaN"},
        {"heart_rate": 70, "pulse": 71},
        {"blood_pressure_systolic": 70, "blood_pressure_diastolic": 90},
        {"supplemental_oxygen": "air", "oxygen_flow_rate": 2},
        {"heart_rate": 70, "measured_at": "2024-01-01T00:00:00"},
        {"heart_rate": 70, "measured_at": "2150-01-01T00:00:00Z"},
    ],
)
async def test_bad_sets_are_refused_whole(people: People, body: dict[str, Any]) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    answer = await record(nurse, patient, body)
    assert answer.status_code == 422
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert page["vitals"] == {}


async def test_only_clinicians_who_care_record(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    developer = await people.person("developer")
    patient = await people.patient(nurse, developer)
    body = {"consciousness": "alert"}
    assert (await record(stranger, patient, body)).status_code == 404
    assert (await record(developer, patient, body)).status_code == 403
    assert (await record(patient, patient, body)).status_code == 403
    assert (await record(nurse, nurse, body)).status_code == 403
    assert (await record(nurse, patient, body)).status_code == 201
    path = f"/api/patients/{patient.id}/observations/"
    assert (await stranger.get(path)).status_code == 404
