"""What FHIR takes and refuses is what its CapabilityStatement says."""

import pytest
from httpx import AsyncClient

from api.app import ROUTERS
from api.fhir.capability import statement
from api.routing import Route
from tests.api.test_fhir import ROOT, follow, matches, resource
from tests.gateways.test_fhir import SAID
from tests.support.http import NOW, People

PAGING = {"_count", "_cursor", "_sort", "_format"}
KINDS = {one["type"]: one for one in statement("https://jeg.example")["rest"][0]["resource"]}


def routes(method: str) -> dict[str, Route]:
    """Path below the root -> route of a method."""
    return {
        one.path.removeprefix(ROOT).strip("/"): one
        for router in ROUTERS
        for one in router.routes
        if isinstance(one, Route) and one.path.startswith(ROOT) and method in (one.methods or ())
    }


def test_every_parameter_that_is_listed_is_taken_and_no_other() -> None:
    searches = routes("GET")
    assert {path.partition("/")[0] for path in searches} == {*KINDS, "metadata"}
    for kind, told in KINDS.items():
        taken = searches[kind].parameters - PAGING
        assert taken == {one["name"] for one in told["searchParam"]}, kind
        codes = {one["code"] for one in told["interaction"]}
        assert ("create" in codes) == (kind in routes("POST"))
    assert [one for one in KINDS if "_lastUpdated" not in searches[one].parameters] == ["Slot"]


def test_every_kind_is_held_against_the_schema_and_goes_round() -> None:
    assert SAID.keys() == KINDS.keys()


@pytest.mark.parametrize(
    "accept", ["application/fhir+xml", "text/html", "application/fhir+json;q=0", "text/turtle"]
)
@pytest.mark.parametrize("path", ["metadata", "Patient", "Patient/x", "Observation"])
async def test_who_takes_no_json_is_refused(client: AsyncClient, accept: str, path: str) -> None:
    answer = await client.get(f"{ROOT}/{path}", headers={"Accept": accept})
    refused = resource(answer, 406)
    assert refused["issue"][0]["code"] == "not-supported"


@pytest.mark.parametrize("form", ["xml", "application/fhir+xml", "ttl", "html", ""])
async def test_another_form_by_name_is_refused(client: AsyncClient, form: str) -> None:
    headers = {"Accept": "application/fhir+json"}
    answer = await client.get(f"{ROOT}/metadata", params={"_format": form}, headers=headers)
    assert resource(answer, 406)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("", "application/fhir+json"),
        ("", "application/json; charset=utf-8"),
        ("", "application/xml, application/fhir+json;q=0.5"),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ("?_format=json", "application/fhir+xml"),
        ("?_format=application/json", "*/*"),
        ("?_format=application/fhir+json", "*/*"),
        ("?_format=application%2Ffhir%2Bjson%3B+fhirVersion%3D4.0&_pretty=true", "*/*"),
    ],
)
async def test_json_by_any_of_its_names(client: AsyncClient, query: str, accept: str) -> None:
    answer = await client.get(f"{ROOT}/metadata{query}", headers={"Accept": accept})
    assert resource(answer)["resourceType"] == "CapabilityStatement"


@pytest.mark.parametrize("asked", ["_summary=true", "_elements=name", "_include=Patient:link"])
@pytest.mark.parametrize("prefer", ["", "handling=strict", "return=minimal"])
async def test_what_is_not_supported_is_refused(people: People, asked: str, prefer: str) -> None:
    patient = await people.patient()
    headers = patient.headers | {"Prefer": prefer}
    for path in ("Patient", f"Patient/{patient.id}"):
        answer = await patient.client.get(f"{ROOT}/{path}?{asked}", headers=headers)
        assert asked.partition("=")[0] in resource(answer, 400)["issue"][0]["details"]["text"]


@pytest.mark.parametrize(
    "prefer",
    ["handling=lenient", 'respond-async, handling="lenient"', "return=minimal; x,Handling=Lenient"],
)
async def test_who_is_lenient_sees_what_was_ignored(people: People, prefer: str) -> None:
    patient = await people.patient()
    url = f"{ROOT}/Patient?_summary=true&_sort=name&_id={patient.id}"
    answer = await patient.client.get(url, headers=patient.headers | {"Prefer": prefer})
    bundle = resource(answer)
    assert [one["id"] for one in matches(bundle)] == [str(patient.id)]
    assert bundle["link"][0]["url"].endswith(f"{ROOT}/Patient?_id={patient.id}")


async def test_the_order_that_there_is_may_be_asked_for(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW, 70)])
    for kind, told in KINDS.items():
        order = told["documentation"].removeprefix("Sorted by `").removesuffix("`.")
        needed = {"Observation": f"patient={patient.id}&", "Slot": f"schedule={patient.id}&"}
        url = f"{ROOT}/{kind}?{needed.get(kind, '')}"
        bundle = resource(await follow(patient, f"{url}_sort={order}"))
        assert f"_sort={order}" in bundle["link"][0]["url"]
        refused = resource(await follow(patient, f"{url}_sort=status"), 400)
        assert order in refused["issue"][0]["details"]["text"]
    resource(await follow(patient, f"{ROOT}/Patient/{patient.id}/$everything?_sort=-date"), 400)
