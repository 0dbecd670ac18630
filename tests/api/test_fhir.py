"""FHIR R4: what is read is valid by the schema of R4 itself, and what is written is found again."""

import datetime as dt
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from jsonschema import Draft6Validator

from tests.support.http import NOW, People, Person

ROOT = "/fhir/R4"
SCHEMA = Path(__file__).parent / "data" / "fhir-r4.schema.json.gz"
"""http://hl7.org/fhir/R4/fhir.schema.json.zip, published by HL7 under CC0."""
HEART_RATE = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}


@cache
def schema() -> Draft6Validator:
    return Draft6Validator(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def resource(answer: Response, status: int = 200) -> dict[str, Any]:
    """The resource that was answered, valid as R4 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    assert [error.message for error in schema().iter_errors(found)] == []
    return found


async def follow(person: Person, url: str) -> Response:
    """GET a link, with the query that is in it."""
    return await person.client.get(url.removeprefix("http://jeg.test"), headers=person.headers)


def matches(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", [])]


def heart_rate(patient: Person, value: float = 72, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": HEART_RATE,
        "subject": {"reference": f"Patient/{patient.id}"},
        "effectiveDateTime": (NOW - dt.timedelta(minutes=5)).isoformat(),
        "valueQuantity": {
            "value": value,
            "unit": "beats/minute",
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        },
    } | more


async def test_capabilities_are_open_to_everybody(client: AsyncClient) -> None:
    found = resource(await client.get(f"{ROOT}/metadata"))
    assert (found["resourceType"], found["fhirVersion"]) == ("CapabilityStatement", "4.0.1")


async def test_a_patient_is_read_by_who_may_see_them(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse, last_name="Boateng")
    found = resource(await nurse.get(f"{ROOT}/Patient/{patient.id}"))
    assert found["name"][0]["family"] == "Boateng"
    refused = resource(await stranger.get(f"{ROOT}/Patient/{patient.id}"), 404)
    assert refused["resourceType"] == "OperationOutcome"
    assert refused["issue"][0]["code"] == "not-found"


async def test_patients_are_searched_page_by_page(people: People) -> None:
    nurse = await people.person("clinician")
    mine = {str((await people.patient(nurse, last_name="Zzeta")).id) for _ in range(5)}
    await people.patient(nurse, last_name="Other")
    seen, url = [], f"{ROOT}/Patient?family=zze&_count=2"
    while url:
        bundle = resource(await follow(nurse, url))
        seen += [one["id"] for one in matches(bundle)]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        url = links.get("next", "")
    assert (len(seen), set(seen)) == (5, mine)


async def test_what_a_search_does_not_know_is_refused(people: People) -> None:
    nurse = await people.person("clinician")
    answer = resource(await follow(nurse, f"{ROOT}/Patient?shoe-size=43"), 400)
    assert "shoe-size" in answer["issue"][0]["details"]["text"]
    lenient = await nurse.client.get(
        f"{ROOT}/Patient?shoe-size=43", headers=nurse.headers | {"Prefer": "handling=lenient"}
    )
    assert lenient.status_code == 200


@pytest.mark.parametrize("date", ["yesterday", "ge2024-13-01", "2024-01-01T10:00:00", "ne2024"])
async def test_a_date_that_is_none_is_refused(people: People, date: str) -> None:
    patient = await people.patient()
    answer = await patient.get(f"{ROOT}/Observation", patient=str(patient.id), date=date)
    assert resource(answer, 400)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("date", "count"),
    [
        ("le9999-12-31", 1),
        ("ge9999-12-31", 0),
        ("9999", 0),
        ("lt9999-12-31T23:59:59-10:00", 1),
        ("gt0001-01-01T00:00:00+10:00", 1),
        ("0000-02-29", 0),
    ],
)
async def test_a_date_at_an_end_of_the_calendar_is_one(
    people: People, date: str, count: int
) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW, 70)])
    answer = await patient.get(f"{ROOT}/Observation", patient=str(patient.id), date=date)
    assert len(matches(resource(answer))) == count


async def test_observations_by_code_and_date(people: People) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    old, new = NOW - dt.timedelta(days=2), NOW - dt.timedelta(hours=1)
    await people.measure(patient, "heart_rate", [(old, 60), (new, 80)], device)
    for metric, value in (("blood_pressure_systolic", 121), ("blood_pressure_diastolic", 78)):
        await people.measure(patient, metric, [(new, value)], device)
    await people.measure(patient, "oxygen_saturation", [(new, 97)], device)

    async def search(**query: str) -> list[dict[str, Any]]:
        answer = await patient.get(f"{ROOT}/Observation", patient=f"Patient/{patient.id}", **query)
        return matches(resource(answer))

    assert len(await search()) == 4
    rates = await search(code="http://loinc.org|8867-4")
    assert [one["valueQuantity"]["value"] for one in rates] == [80, 60]
    assert await search(code="urn:jeghealth:metric|heart_rate") == rates
    assert await search(code="http://snomed.info/sct|8867-4") == [], "a code is of its system"
    assert rates[0]["device"] == {"reference": f"Device/{device}"}
    day = (NOW - dt.timedelta(days=1)).date().isoformat()
    assert [one["valueQuantity"]["value"] for one in await search(code="8867-4", date=f"lt{day}")]
    assert len(await search(date=f"ge{day}")) == 3
    (pressure,) = await search(code="85354-9")
    assert [part["valueQuantity"]["value"] for part in pressure["component"]] == [121, 78]
    (saturation,) = await search(code="2708-6")
    assert {code["code"] for code in saturation["code"]["coding"]} == {"2708-6", "59408-5"}
    read = resource(await patient.get(f"{ROOT}/Observation/{pressure['id']}"))
    assert read == pressure


async def test_a_missing_pressure_says_so(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "blood_pressure_systolic", [(NOW, 121)])
    bundle = resource(await patient.get(f"{ROOT}/Observation", patient=str(patient.id)))
    (pressure,) = matches(bundle)
    assert pressure["component"][1]["dataAbsentReason"]["coding"][0]["code"] == "unknown"


async def test_everything_of_a_patient(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    device = await people.device(patient)
    times = [NOW - dt.timedelta(minutes=i) for i in range(5)]
    await people.measure(patient, "heart_rate", [(time, 70) for time in times], device)
    bundle = resource(await nurse.get(f"{ROOT}/Patient/{patient.id}/$everything", _count=3))
    kinds = [one["resourceType"] for one in matches(bundle)]
    assert kinds == ["Patient", "Device", *["Observation"] * 3]
    following = {link["relation"]: link["url"] for link in bundle["link"]}["next"]
    rest = resource(await follow(nurse, following))
    assert [one["resourceType"] for one in matches(rest)] == ["Observation"] * 2


async def test_an_alarm_is_a_detected_issue(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    alarm = await people.alarm(patient)
    found = resource(await nurse.get(f"{ROOT}/DetectedIssue/{alarm}"))
    assert (found["status"], found["severity"]) == ("preliminary", "high")
    day = NOW.date().isoformat()
    query = {"patient": f"Patient/{patient.id}", "identified": f"ge{day}"}
    listed = await nurse.get(f"{ROOT}/DetectedIssue", **query, code="heart_rate_high")
    assert matches(resource(listed)) == [found]
    other = await nurse.get(f"{ROOT}/DetectedIssue", **query, code="heart_rate_low")
    assert matches(resource(other)) == []


async def test_an_alarm_that_is_pending_is_none_yet(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    alarm = await people.alarm(patient, state="pending")
    resource(await nurse.get(f"{ROOT}/DetectedIssue/{alarm}"), 404)
    for query in ({"_id": str(alarm)}, {"patient": str(patient.id)}):
        assert matches(resource(await nurse.get(f"{ROOT}/DetectedIssue", **query))) == []


async def test_providers_and_hospitals(people: People) -> None:
    patient = await people.patient()
    hospital, provider = uuid4(), uuid4()
    await people.db.execute(
        "INSERT INTO hospitals (id, name, city) VALUES (%s, %s, 'Kumasi')",
        (hospital, f"Hospital {hospital}"),
    )
    await people.db.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number,"
        " specialization) VALUES (%s, 'Efua', 'Mensah', %s, %s, 'cardiology')",
        (provider, f"{provider}@clinic.example", str(provider)),
    )
    await people.db.execute(
        "INSERT INTO provider_hospitals (provider_id, hospital_id) VALUES (%s, %s)",
        (provider, hospital),
    )
    assert resource(await patient.get(f"{ROOT}/Organization/{hospital}"))["address"] == [
        {"city": "Kumasi"}
    ]
    found = matches(
        resource(await patient.get(f"{ROOT}/Practitioner", identifier=str(provider), name="men"))
    )
    assert [one["id"] for one in found] == [str(provider)]
    assert len(found[0]["identifier"]) == 1
    await people.db.execute(
        "UPDATE healthcare_providers SET licence_state = 'valid', language = 'fr',"
        " address = '1 Ring Road' WHERE id = %s",
        (provider,),
    )
    await people.db.execute(
        "UPDATE hospitals SET website = 'https://h.example' WHERE id = %s", (hospital,)
    )
    checked = resource(await patient.get(f"{ROOT}/Practitioner/{provider}"))
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": str(provider)}
    assert npi in checked["identifier"]
    assert checked["communication"][0]["coding"][0]["code"] == "fr"
    assert checked["address"] == [{"text": "1 Ring Road"}]
    place = resource(await patient.get(f"{ROOT}/Organization/{hospital}"))
    assert place["telecom"] == [{"system": "url", "value": "https://h.example"}]
    (role,) = matches(
        resource(await patient.get(f"{ROOT}/PractitionerRole", practitioner=str(provider)))
    )
    assert role["organization"]["reference"] == f"Organization/{hospital}"
    assert resource(await patient.get(f"{ROOT}/PractitionerRole/{role['id']}")) == role
    since = (NOW - dt.timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    recent = await patient.get(
        f"{ROOT}/Organization", _lastUpdated=f"ge{since}", name=f"hospital {hospital}"
    )
    assert len(matches(resource(recent))) == 1
    for kind in ("Organization", "Practitioner", "PractitionerRole", "Device", "DetectedIssue"):
        resource(await patient.get(f"{ROOT}/{kind}/{uuid4()}"), 404)


async def test_nobody_is_let_in_without_a_token(client: AsyncClient) -> None:
    answer = await client.get(f"{ROOT}/Patient")
    assert resource(answer, 401)["issue"][0]["code"] == "login"


async def test_any_of_several_tokens_will_do(people: People) -> None:
    nurse = await people.person("clinician")
    patients = [await people.patient(nurse) for _ in range(3)]
    for patient, gender in zip(patients, ("female", "male", "other"), strict=True):
        await people.db.execute(
            "INSERT INTO user_profiles (user_id, gender) VALUES (%s, %s)", (patient.id, gender)
        )
    conditions = ("heart_rate_high", "heart_rate_low", "spo2_low")
    for one in conditions:
        await people.alarm(patients[0], condition=one)

    async def search(kind: str, **query: str) -> set[str]:
        return {one["id"] for one in matches(resource(await nurse.get(f"{ROOT}/{kind}", **query)))}

    ids = [str(patient.id) for patient in patients]
    assert await search("Patient", gender="female,other") == {ids[0], ids[2]}
    system = "http://hl7.org/fhir/administrative-gender"
    assert await search("Patient", gender=f"{system}|male") == {ids[1]}
    # Their usernames are their ids.
    assert await search("Patient", identifier=",".join(ids[1:])) == set(ids[1:])
    both = ",".join(f"urn:jeghealth:alarm-condition|{one}" for one in conditions[:2])
    assert len(await search("DetectedIssue", patient=ids[0], code=both)) == 2
    assert await search("DetectedIssue", patient=ids[0], code="") == set()
