"""SpO2 scale 2 is prescribed, in versions; scores by the hour are paged."""

import datetime as dt
import json
from typing import Any

import pytest
from httpx import Response

from tests.support.http import NOW, People, Person


async def put(who: Person, patient: Person, body: dict[str, Any]) -> Response:
    path = f"/api/patients/{patient.id}/early-warning/"
    return await who.client.put(path, json=body, headers=who.headers)


async def test_scale_2_is_prescribed_with_versions(people: People) -> None:
    nurse = await people.person("clinician", last_name="Mensah")
    patient = await people.patient(nurse)
    await people.measure(patient, "oxygen_saturation", [(NOW, 90)])
    path = f"/api/patients/{patient.id}/early-warning/"
    before = (await nurse.get(path)).json()
    assert (before["scale"], before["target_range"]) == (1, {"low": 94, "high": 98})
    assert before["versions"] == []
    for _ in range(2):  # the same again makes no version
        answer = await put(nurse, patient, {"scale": 2, "reason": "COPD, CO2 retention"})
        assert answer.status_code == 200
    await put(nurse, patient, {"scale": 1})
    after = (await put(nurse, patient, {"scale": 2})).json()
    assert after == (await nurse.get(path)).json()
    assert (after["scale"], after["target_range"]) == (2, {"low": 88, "high": 92})
    assert [(one["version"], one["scale"]) for one in after["versions"]] == [(3, 2), (2, 1), (1, 2)]
    assert after["versions"][2]["reason"] == "COPD, CO2 retention"
    assert after["versions"][0]["created_by"] == "Ama Mensah"
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert page["news2"]["scale"] == 2
    assert page["news2"]["components"][1]["points_max"] == 0


async def test_how_long_an_input_counts_is_set_for_a_patient(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    await people.measure(patient, "heart_rate", [(NOW - dt.timedelta(minutes=20), 120)])
    path = f"/api/patients/{patient.id}/"
    seen = (await nurse.get(path)).json()
    assert seen["news2"]["stale"] == []
    assert seen["vitals"]["heart_rate"]["stale"] is False
    body = {"scale": 1, "stale_after": {"heart_rate": 900}}
    found = (await put(nurse, patient, body)).json()
    assert found["stale_after"]["heart_rate"] == 900
    assert found["stale_after"]["body_temperature"] == 21_600
    assert found["versions"][0]["stale_after"] == {"heart_rate": 900}
    seen = (await nurse.get(path)).json()
    assert (seen["news2"]["min"], seen["news2"]["stale"]) == (0, ["heart_rate"])
    assert seen["vitals"]["heart_rate"]["stale"] is True
    found = (await put(nurse, patient, {"scale": 1})).json()
    assert found["stale_after"]["heart_rate"] == 3_600
    assert (await nurse.get(path)).json()["news2"]["min"] == 2


async def test_no_score_for_adults_in_pregnancy(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    await people.measure(patient, "heart_rate", [(NOW, 120)])
    await people.measure(patient, "blood_pressure_systolic", [(NOW, 90)])
    await put(nurse, patient, {"scale": 1, "pregnant": True})
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert (page["news2"], page["scores"]) == (None, {"qsofa": None, "shock_index": None})


@pytest.mark.parametrize(
    "body",
    [
        {"scale": 3},
        {"scale": 2, "target_range": {"low": 90, "high": 94}},
        {"scale": 1, "target_range": {"low": 96, "high": 94}},
        {"scale": 1, "why": "x"},
        {"scale": 1, "stale_after": {"heart_rate": 59}},
        {"scale": 1, "stale_after": {"heart_rate": 50_000}},
        {"scale": 1, "stale_after": {"blood_glucose": 600}},
        {},
    ],
)
async def test_what_cannot_be_prescribed_is_refused(people: People, body: dict[str, Any]) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    assert (await put(nurse, patient, body)).status_code == 422


async def test_only_clinicians_who_care_prescribe(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse)
    path = f"/api/patients/{patient.id}/early-warning/"
    assert (await put(stranger, patient, {"scale": 2})).status_code == 404
    assert (await put(patient, patient, {"scale": 2})).status_code == 403
    assert (await put(nurse, nurse, {"scale": 2})).status_code == 403
    assert (await stranger.get(path)).status_code == 404
    assert (await patient.get(path)).status_code == 403


async def keep(people: People, patient: Person, kind: str, hours_ago: list[int]) -> None:
    async with people.db.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO score_history (patient_id, kind, hour, minimum, maximum, worst, parts,"
            " version) VALUES (%s, %s, %s, %s, 9, 9, %s, 'news2:2017')",
            [(patient.id, kind, hour(ago), ago % 7, json.dumps({"scale": 1})) for ago in hours_ago],
        )


def hour(ago: int) -> dt.datetime:
    return NOW.replace(minute=0, second=0) - dt.timedelta(hours=ago)


async def test_scores_by_the_hour_are_paged_within_their_span(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse)
    await keep(people, patient, "news2", [1, 2, 3, 4, 200])
    await keep(people, patient, "qsofa", [1])
    path = f"/api/patients/{patient.id}/scores/"
    one = (await nurse.get(path, limit=3)).json()
    two = (await patient.get(path, limit=3, cursor=one["next"])).json()
    rows = [*one["results"], *two["results"]]
    assert [row["hour"] for row in rows] == [
        hour(ago).isoformat().replace("+00:00", "Z") for ago in (1, 2, 3, 4)
    ]
    assert rows[0]["parts"] == {"scale": 1}
    assert (rows[0]["min"], rows[0]["max"], rows[0]["worst"]) == (1, 9, 9)
    span = {"start": hour(3).isoformat(), "end": hour(1).isoformat()}
    assert len((await nurse.get(path, **span)).json()["results"]) == 2
    assert len((await nurse.get(path, kind="qsofa")).json()["results"]) == 1
    assert (await nurse.get(path, kind="mews")).status_code == 422
    assert (await nurse.get(path, start=span["end"], end=span["start"])).status_code == 400
    assert (await stranger.get(path)).status_code == 404
