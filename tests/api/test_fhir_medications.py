"""MedicationStatement: valid by the schema of R4 itself, searched, paged, in $everything."""

import datetime as dt
from typing import Any

from tests.api.test_fhir import ROOT, follow, matches, resource
from tests.support.http import People, Person

PATH = f"{ROOT}/MedicationStatement"


async def takes(people: People, patient: Person, **more: Any) -> str:
    medication = await people.medication("Metformin 500 mg")
    body = {"medication_id": str(medication), "dosage": "1 tablet", **more}
    answer = await patient.post(f"/api/patients/{patient.id}/medications/", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def search(who: Person, **query: Any) -> list[str]:
    bundle = resource(await who.get(PATH, **query))
    return [one["id"] for one in matches(bundle)]


async def test_every_sort_of_schedule_is_valid_and_read(people: People) -> None:
    patient, stranger = await people.patient(), await people.person("clinician")
    weekly = {"kind": "rrule", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "times": ["08:00"]}
    monthly = {"kind": "rrule", "rrule": "FREQ=MONTHLY;BYMONTHDAY=1", "times": ["08:00"]}
    needed = {"kind": "as_needed", "most_per_day": 4}
    for more in (
        {"frequency": "twice daily", "instructions": "With food", "end_date": "2199-01-01"},
        {"schedule": weekly},
        {"schedule": monthly},
        {"schedule": needed},
        {"frequency": "as told"},
    ):
        mine = await takes(people, patient, **more)
        found = resource(await patient.get(f"{PATH}/{mine}"))
        assert found["resourceType"] == "MedicationStatement"
        assert found["subject"] == {"reference": f"Patient/{patient.id}"}
        assert found["informationSource"] == {"reference": f"Patient/{patient.id}"}
        if more.get("schedule") == weekly:
            assert found["dosage"][0]["timing"]["repeat"] == {
                "frequency": 2,
                "period": 1,
                "periodUnit": "wk",
                "dayOfWeek": ["mon", "thu"],
                "timeOfDay": ["08:00:00"],
            }
        resource(await stranger.get(f"{PATH}/{mine}"), 404)


async def test_statements_are_searched(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    old = await takes(people, patient, start_date="2020-01-01", end_date="2020-02-01")
    new = await takes(people, patient, start_date="2024-05-01")
    path = f"/api/patients/{patient.id}/medications/{new}/status/"
    assert (await patient.post(path, {"status": "paused"})).status_code == 200
    mine = {"patient": f"Patient/{patient.id}"}
    assert await search(nurse, **mine) == [new, old]
    assert await search(nurse, subject=str(patient.id), status="on-hold") == [new]
    assert await search(nurse, **mine, status="active,on-hold") == [new, old]
    assert await search(nurse, **mine, status="entered-in-error") == []
    assert await search(nurse, **mine, effective="2020-01") == [old]
    assert await search(nurse, **mine, effective="ge2024-06-01") == [new]
    assert await search(nurse, **mine, effective="lt2020-01-15") == [old]
    assert await search(nurse, **mine, effective="sa2023") == [new]
    assert await search(nurse, **mine, effective="eb2023") == [old]
    assert await search(nurse, **mine, _id=old) == [old]
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    assert await search(nurse, **mine, _lastUpdated=f"ge{soon}") == []
    assert await search(await people.person("clinician"), **mine) == []


async def test_pages_and_everything(people: People) -> None:
    patient = await people.patient()
    made = {await takes(people, patient) for _ in range(5)}
    seen: list[str] = []
    url = f"{PATH}?patient={patient.id}&_count=2"
    while url:
        bundle = resource(await follow(patient, url))
        seen += [one["id"] for one in matches(bundle)]
        url = {link["relation"]: link["url"] for link in bundle["link"]}.get("next", "")
    assert (len(seen), set(seen)) == (5, made)
    everything = resource(await patient.get(f"{ROOT}/Patient/{patient.id}/$everything"))
    kinds = [one["resourceType"] for one in matches(everything)]
    assert kinds.count("MedicationStatement") == 5


async def test_the_capability_statement_has_it(people: People) -> None:
    found = resource(await people.client.get(f"{ROOT}/metadata"))
    listed = {one["type"]: one for one in found["rest"][0]["resource"]}
    names = {one["name"] for one in listed["MedicationStatement"]["searchParam"]}
    assert names >= {"patient", "status", "effective", "_lastUpdated"}
