"""What the description shows of FHIR is valid, by the schema of R4 and by vital signs profiles."""

from typing import Any, Final

import pytest
from fastapi import FastAPI
from hypothesis import given

from api.fhir.capability import statement
from api.fhir.entering import read
from gateways.fhir import codes
from telemetry.metrics import METRICS
from tests.api.test_fhir import ROOT
from tests.gateways.test_fhir import observations, schema

PROFILE: Final = "http://hl7.org/fhir/StructureDefinition/"
LOINC: Final = "http://loinc.org"
FIXED: Final = {
    "heartrate": ("8867-4", {"/min"}),
    "resprate": ("9279-1", {"/min"}),
    "oxygensat": ("2708-6", {"%"}),
    "bodytemp": ("8310-5", {"Cel", "[degF]"}),
    "bodyweight": ("29463-7", {"g", "kg", "[lb_av]"}),
    "bp": ("85354-9", set[str]()),
}
"""Profile -> code that it demands, and units that it allows (hl7.org/fhir/R4/vitalsigns.html)."""


@pytest.fixture(scope="module")
def shown(built: FastAPI) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Path, method and status, or body, -> examples."""
    found = {}
    for path, methods in built.openapi()["paths"].items():
        if not path.startswith(ROOT):
            continue
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                named = response["content"]["application/fhir+json"]["examples"]
                found[path, method, status] = [one["value"] for one in named.values()]
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]["application/fhir+json"]
                found[path, method, "body"] = [content["example"]]
    return found


def test_every_example_is_valid(shown: dict[tuple[str, str, str], list[dict[str, Any]]]) -> None:
    for place, examples in shown.items():
        assert examples, place
        for one in examples:
            found = schema(one["resourceType"]).iter_errors(one)
            assert [error.message for error in found] == [], place


def test_every_kind_is_shown_where_it_is_read_and_found(
    shown: dict[tuple[str, str, str], list[dict[str, Any]]],
) -> None:
    kinds = {one["type"] for one in statement("https://jeg.example")["rest"][0]["resource"]}
    read_ones = {
        one["resourceType"]
        for (path, method, status), examples in shown.items()
        if status == "200" and method == "get" and path.endswith("}/")
        for one in examples
    }
    searched = {
        entry["resource"]["resourceType"]
        for (path, _, status), examples in shown.items()
        if status == "200" and path.count("/") == 4
        for one in examples
        for entry in one.get("entry", [])
    }
    assert read_ones == searched == kinds
    assert {one["resourceType"] for one in shown[f"{ROOT}/metadata/", "get", "200"]} == {
        "CapabilityStatement"
    }
    assert all(
        one["resourceType"] == "OperationOutcome"
        for (_, _, status), examples in shown.items()
        if status == "default"
        for one in examples
    )


def test_the_body_that_is_shown_can_be_entered(
    shown: dict[tuple[str, str, str], list[dict[str, Any]]],
) -> None:
    (body,) = shown[f"{ROOT}/Observation/", "post", "body"]
    _, entered = read(body)
    assert (entered.model_dump()["metric_type"], entered.model_dump()["value"]) == (
        "heart_rate",
        72,
    )


def test_the_vital_signs_that_are_shown_keep_to_their_profiles(
    shown: dict[tuple[str, str, str], list[dict[str, Any]]],
) -> None:
    examples = shown[f"{ROOT}/Observation/{{observation_id}}/", "get", "200"]
    for one in examples:
        keeps_to_its_profiles(one)
    claimed = {url for one in examples for url in one["meta"].get("profile", [])}
    assert claimed == {PROFILE + name for name in (*FIXED, "vitalsigns")}


@given(observations())
def test_every_vital_sign_keeps_to_its_profiles(said: dict[str, Any]) -> None:
    keeps_to_its_profiles(said)


def test_who_demands_a_code_has_it_of_a_metric_that_says_so() -> None:
    """A vital sign that has a profile of its own says so; one with its code cannot leave it out."""
    by_code = {code: name for name, (code, _) in FIXED.items()}
    for metric in METRICS.values():
        own = {by_code[code] for code in metric.loinc if code in by_code}
        assert own <= {url.removeprefix(PROFILE) for url in codes.profiles(metric)}, metric.code


def keeps_to_its_profiles(said: dict[str, Any]) -> None:
    """The slices and elements that the profiles an observation claims require."""
    claimed = [one.removeprefix(PROFILE) for one in said.get("meta", {}).get("profile", [])]
    if not claimed:
        return
    assert claimed[0] == "vitalsigns"
    category = {(one["system"], one["code"]) for one in said["category"][0]["coding"]}
    assert (codes.CATEGORY, "vital-signs") in category
    assert said["subject"]["reference"].startswith("Patient/")
    assert said["effectiveDateTime"]
    assert said["status"] == "final"
    for name in claimed[1:]:
        code, units = FIXED[name]
        assert coded(said, code)
        if name == "bp":
            for place, part in enumerate(("8480-6", "8462-4")):
                component = said["component"][place]
                assert coded(component, part)
                has_value(component, {"mm[Hg]"})
        else:
            has_value(said, units)


def coded(said: dict[str, Any], code: str) -> bool:
    found = [(one["system"], one["code"]) for one in said["code"]["coding"]]
    return found.count((LOINC, code)) == 1


def has_value(said: dict[str, Any], units: set[str]) -> None:
    """A quantity of UCUM, or why there is none: one of both."""
    assert ("valueQuantity" in said) != ("dataAbsentReason" in said)
    if "valueQuantity" in said:
        quantity = said["valueQuantity"]
        assert isinstance(quantity["value"], int | float)
        assert quantity["unit"]
        assert (quantity["system"], quantity["code"] in units) == (
            "http://unitsofmeasure.org",
            True,
        )
