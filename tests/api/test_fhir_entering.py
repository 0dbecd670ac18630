"""FHIR R4: Observations that are entered are found again, or refused by what is wrong with them."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.api.test_fhir import ROOT, heart_rate, matches, resource
from tests.support.http import NOW, People, Person

METRIC = "urn:jeghealth:metric"
SNOMED = "http://snomed.info/sct"


async def test_an_observation_that_is_entered_is_found_again(people: People) -> None:
    patient = await people.patient()
    created = await patient.post(f"{ROOT}/Observation", heart_rate(patient))
    found = resource(created, 201)
    assert created.headers["location"] == f"http://jeg.test{ROOT}/Observation/{found['id']}"
    assert resource(await patient.get(f"{ROOT}/Observation/{found['id']}")) == found
    again = await patient.post(f"{ROOT}/Observation", found)
    assert resource(again) == found, "what is read can be sent back, and adds nothing"
    other = heart_rate(patient, 99)
    assert resource(await patient.post(f"{ROOT}/Observation", other), 409)["issue"]


def _crossed(panel: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each component beside the other one."""
    return list(zip(panel["component"], reversed(panel["component"]), strict=True))


async def test_a_pressure_is_entered_as_a_panel(people: People) -> None:
    patient = await people.patient()
    panel = heart_rate(patient)
    del panel["valueQuantity"]
    panel["code"] = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    panel["component"] = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", 131), ("8462-4", 82))
    ]
    found = resource(await patient.post(f"{ROOT}/Observation", panel), 201)
    assert [part["valueQuantity"]["value"] for part in found["component"]] == [131, 82]
    assert resource(await patient.post(f"{ROOT}/Observation", found)) == found
    swapped = panel | {"component": [one | {"code": two["code"]} for one, two in _crossed(panel)]}
    for wrong, why in (
        (swapped, "has a systolic pressure that is not above the diastolic one"),
        (panel | {"component": []}, "has neither of the two pressures"),
    ):
        (issue,) = resource(await patient.post(f"{ROOT}/Observation", wrong), 422)["issue"]
        assert issue["expression"] == ["Observation.component"]
        assert issue["details"]["text"] == f"Observation.component {why}"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "preliminary"},
        {"status": "nonsense"},
        {"subject": {"reference": "Group/1"}},
        {"subject": None},
        {"effectiveDateTime": "2024-02"},
        {"code": {"text": "heart rate"}},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]}},
        {"valueQuantity": {"value": 72}},
        {"valueQuantity": {"value": 72, "code": "furlong"}},
        {"valueQuantity": {"value": 7200.5, "code": "/min"}},
        {"valueQuantity": {"value": 72, "comparator": "<", "code": "/min"}},
        {"valueQuantity": None},
        {"valueQuantity": None, "valueCodeableConcept": {"text": "fast"}},
    ],
)
async def test_what_cannot_be_stored_is_told_without_its_value(
    people: People, change: dict[str, Any]
) -> None:
    patient = await people.patient()
    answer = await patient.post(f"{ROOT}/Observation", heart_rate(patient) | change)
    found = resource(answer, 422)
    assert found["resourceType"] == "OperationOutcome"
    assert "7200.5" not in answer.text
    assert "furlong" not in answer.text


async def test_nobody_enters_for_a_stranger(people: People) -> None:
    patient, stranger = await people.patient(), await people.person("clinician")
    answer = await stranger.post(f"{ROOT}/Observation", heart_rate(patient))
    assert resource(answer, 404)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "change",
    [
        {"effectiveDateTime": "2024-02-30"},
        {"unheardOf": 1},
        {"resourceType": "Patient"},
        {"valueQuantity": {"value": "66", "code": "/min"}},
        {"valueQuantity": {"value": True, "code": "/min"}},
        {"component": [{"code": {"text": "x"}, "valueQuantity": {"value": "1"}}]},
    ],
)
async def test_what_is_no_observation_of_r4_is_malformed(
    people: People, change: dict[str, Any]
) -> None:
    patient = await people.patient()
    answer = await patient.post(f"{ROOT}/Observation", heart_rate(patient) | change)
    assert resource(answer, 400)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff", b"null"])
async def test_a_body_that_is_no_json_object_is_malformed(people: People, content: bytes) -> None:
    patient = await people.patient()
    answer = await patient.client.post(
        f"{ROOT}/Observation",
        content=content,
        headers=patient.headers | {"Content-Type": "application/fhir+json"},
    )
    assert resource(answer, 400)["issue"][0]["code"] == "invalid"


async def test_what_nothing_is_stored_of_is_named(people: People) -> None:
    patient = await people.patient()
    colour = {"coding": [{"system": "http://loinc.org", "code": "5778-6"}]}
    body = heart_rate(patient, code=colour, valueQuantity=None, valueCodeableConcept={"text": "x"})
    answer = await patient.post(f"{ROOT}/Observation", body)
    told = resource(answer, 422)["issue"][0]
    assert told["details"]["text"] == (
        "Observation.code is of nothing that is stored here: LOINC 5778-6"
    )
    assert told["expression"] == ["Observation.code"]


@pytest.mark.parametrize(
    ("change", "place", "text"),
    [
        (
            {"valueQuantity": {"value": 9999, "code": "/min"}},
            "Observation.value",
            "is outside of what can be measured",
        ),
        ({"effectiveDateTime": "2199-01-01T00:00:00Z"}, "Observation.effective", "in the future"),
        ({"valueQuantity": {"value": 72, "code": "furlong"}}, "Observation.value.code", "no unit"),
        ({"resourceType": "Patient"}, "Observation.resourceType", "is not valid"),
    ],
)
async def test_what_is_wrong_is_an_element_of_fhir_in_words(
    people: People, change: dict[str, Any], place: str, text: str
) -> None:
    patient = await people.patient()
    answer = await patient.post(f"{ROOT}/Observation", heart_rate(patient) | change)
    (told,) = answer.json()["issue"]
    assert told["expression"] == [place]
    assert text in told["details"]["text"]


async def test_a_parameter_and_a_body_are_no_elements(people: People) -> None:
    patient = await people.patient()
    answer = await patient.get(f"{ROOT}/Observation", patient=patient.id, date="zz2026")
    (told,) = answer.json()["issue"]
    assert (told["location"], "expression" in told) == (["http.date"], False)
    answer = await patient.client.post(
        f"{ROOT}/Observation",
        content=b"{",
        headers=patient.headers | {"Content-Type": "application/fhir+json"},
    )
    assert not any({"expression", "location"} & one.keys() for one in answer.json()["issue"])


# Coded values: as at the bedside


def coded(
    patient: Person, metric: str, *values: tuple[str, str], loinc: str = ""
) -> dict[str, Any]:
    """An Observation that says a word."""
    body = heart_rate(patient)
    del body["valueQuantity"]
    system, code = ("http://loinc.org", loinc) if loinc else (METRIC, metric)
    body["code"] = {"coding": [{"system": system, "code": code}]}
    coding = [{"system": system, "code": code} for system, code in values]
    return body | {"valueCodeableConcept": {"coding": coding}}


def confusion(patient: Person, *values: tuple[str, str]) -> dict[str, Any]:
    return coded(patient, "", *(values or ((SNOMED, "130987000"),)), loinc="80288-4")


def word(answer: Response, status: int) -> str:
    found: str = resource(answer, status)["valueCodeableConcept"]["text"]
    return found


async def test_a_coded_observation_is_entered_as_at_the_bedside(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    created = await nurse.post(f"{ROOT}/Observation", confusion(patient))
    assert word(created, 201) == "confusion"
    found = resource(await nurse.get(f"{ROOT}/Observation/{created.json()['id']}"))
    assert found == created.json()
    assert word(await nurse.post(f"{ROOT}/Observation", found), 200) == "confusion"
    searched = await nurse.get(f"{ROOT}/Observation", patient=str(patient.id), code="80288-4")
    assert matches(resource(searched)) == [found]
    alert = confusion(patient, (METRIC, "consciousness:alert"))
    assert resource(await nurse.post(f"{ROOT}/Observation", alert), 409)["issue"]
    oxygen = coded(patient, "supplemental_oxygen", (METRIC, "supplemental_oxygen:oxygen"))
    assert word(await nurse.post(f"{ROOT}/Observation", oxygen), 201) == "oxygen"
    sets = (await nurse.get(f"/api/patients/{patient.id}/observations/")).json()["results"]
    assert {one["recorded_by_id"] for one in sets} == {str(nurse.id)}


@pytest.mark.parametrize(
    "values",
    [
        [(SNOMED, "1")],
        [(METRIC, "consciousness:asleep")],
        [(METRIC, "supplemental_oxygen:air")],
        [(SNOMED, "248234008"), (METRIC, "consciousness:pain")],
    ],
)
async def test_a_code_that_is_no_word_of_it_is_refused_with_those_that_are(
    people: People, values: list[tuple[str, str]]
) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    answer = await nurse.post(f"{ROOT}/Observation", confusion(patient, *values))
    assert "consciousness:alert" in resource(answer, 422)["issue"][0]["details"]["text"]


async def test_coded_values_are_written_down_by_who_cares_for_the_patient(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse)
    body = confusion(patient)
    for person, status in ((patient, 403), (stranger, 404)):
        assert resource(await person.post(f"{ROOT}/Observation", body), status)["issue"]
    assert (await nurse.post(f"{ROOT}/Observation", body)).status_code == 201
    nobody = body | {"subject": {"reference": f"Patient/{uuid4()}"}}
    assert (await nurse.post(f"{ROOT}/Observation", nobody)).status_code == 404
    early = body | {"effectiveDateTime": (NOW + dt.timedelta(days=3)).isoformat()}
    assert resource(await nurse.post(f"{ROOT}/Observation", early), 422)["issue"]
