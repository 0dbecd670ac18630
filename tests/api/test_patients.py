"""Registering patients, and one patient's page."""

from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.support.http import NOW, People
from tests.support.queries import counted

KOFI = {"first_name": "Kofi", "last_name": "Asante", "sex": "male", "ward": "4B", "bed": "7"}


@pytest.mark.parametrize("role", ["clinician", "developer", "admin"])
async def test_who_registers_a_patient_sees_them(people: People, role: str) -> None:
    registrar = await people.person(role)
    answer = await registrar.post("/api/patients/", KOFI | {"date_of_birth": "1950-02-01"})
    assert answer.status_code == 201
    created = answer.json()
    assert created | {"id": ""} == {
        "id": "",
        "name": "Kofi Asante",
        "birth_date": "1950-02-01",
        "sex": "male",
        "ward": "4B",
        "bed": "7",
    }
    page = await registrar.get(f"/api/patients/{created['id']}/")
    assert page.json()["patient"] == created
    board = (await registrar.get("/api/ward/", limit=500)).json()["results"]
    assert created in [row["patient"] for row in board]


async def test_an_identifier_gives_the_same_patient_again(people: People) -> None:
    nurse = await people.person("clinician")
    known = KOFI | {"identifier": f"MRN-{uuid4()}"}
    first = await nurse.post("/api/patients/", known)
    again = await nurse.post("/api/patients/", known | {"first_name": "Other"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_an_identifier_gives_nobody_a_stranger(people: People) -> None:
    nurse, other = await people.person("clinician"), await people.person("clinician")
    known = KOFI | {"identifier": f"MRN-{uuid4()}"}
    assert (await nurse.post("/api/patients/", known)).status_code == 201
    answer = await other.post("/api/patients/", known)
    assert answer.status_code == 409
    assert known["identifier"] not in answer.text


async def test_patients_register_nobody(people: People, client: AsyncClient) -> None:
    patient = await people.patient()
    assert (await patient.post("/api/patients/", KOFI)).status_code == 403
    assert (await client.post("/api/patients/", json=KOFI)).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("last_name", None),
        ("sex", "91x4"),
        ("date_of_birth", "1700-01-01"),
        ("identifier", "91x4 with spaces"),
        ("ward", "91x4" * 60),
    ],
)
async def test_bad_input_is_named_and_not_repeated(
    people: People, field: str, value: object
) -> None:
    nurse = await people.person("clinician")
    answer = await nurse.post("/api/patients/", KOFI | {field: value})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert "91x4" not in answer.text


async def test_a_page_shows_vitals_score_devices_and_alarms(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    device = await people.device(patient)
    await people.measure(patient, "oxygen_saturation", [(NOW, 90)], device)
    await people.alarm(patient, priority="medium")
    page = (await nurse.get(f"/api/patients/{patient.id}/")).json()
    assert page["vitals"]["oxygen_saturation"]["value"] == 90
    saturation = page["news2"]["components"][1]
    assert saturation == {
        "name": "oxygen_saturation",
        "points_min": 3,
        "points_max": 3,
        "missing": False,
        "stale": False,
    }
    assert [one["device_id"] for one in page["devices"]] == [str(device)]
    assert page["alarms"] == {
        "open": 1,
        "unacknowledged": 1,
        "highest_priority": "medium",
        "highest_title": "Heart rate high",
    }


async def test_a_patient_without_readings_has_no_score(people: People) -> None:
    patient = await people.patient()
    page = (await patient.get(f"/api/patients/{patient.id}")).json()
    assert page["vitals"] == {}
    assert page["news2"] is None


async def test_strangers_and_nobody_look_the_same(people: People, client: AsyncClient) -> None:
    nurse, stranger = await people.person("clinician"), await people.patient()
    hidden = await nurse.get(f"/api/patients/{stranger.id}/")
    absent = await nurse.get(f"/api/patients/{uuid4()}/")
    assert hidden.status_code == absent.status_code == 404
    hidden_body, absent_body = hidden.json(), absent.json()
    del hidden_body["request_id"], absent_body["request_id"]
    assert hidden_body == absent_body
    assert (await nurse.get("/api/patients/91x4/")).status_code == 404
    assert (await client.get(f"/api/patients/{stranger.id}/")).status_code == 401


async def test_queries_do_not_grow_with_devices(people: People) -> None:
    patient = await people.patient()
    counts = []
    for _ in range(2):
        for _ in range(3):
            await people.measure(patient, "heart_rate", [(NOW, 70)], await people.device(patient))
        with counted(people.parts.database) as statements:
            await patient.get(f"/api/patients/{patient.id}/")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
