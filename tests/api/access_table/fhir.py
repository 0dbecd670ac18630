"""FHIR."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    ANYBODY,
    LISTS,
    OPEN,
    PATIENT,
    SEES,
    VIEW,
    WRITE,
    Row,
)

_MINE = {"patient": "{patient_id}"}
_FHIR = "/fhir/R4"
_ALL = {"_count": "100"}

ROWS: Final = (
    Row("GET", f"{_FHIR}/metadata/", OPEN, ANYBODY),
    Row("GET", f"{_FHIR}/Patient/", VIEW, LISTS, query=_ALL, shows=SEES, audited=PATIENT),
    Row("GET", f"{_FHIR}/Patient/{{patient_id}}/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_FHIR}/Patient/{{patient_id}}/$everything/", VIEW, SEES, audited=PATIENT),
    Row(
        "GET",
        f"{_FHIR}/Device/",
        VIEW,
        LISTS,
        query=_ALL,
        shows=SEES,
        needs=("device_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_FHIR}/Device/{{device_id}}/", VIEW, SEES, audited=PATIENT),
    Row(
        "GET",
        f"{_FHIR}/DetectedIssue/",
        VIEW,
        LISTS,
        query=_ALL,
        shows=SEES,
        needs=("alarm_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_FHIR}/DetectedIssue/{{alarm_id}}/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_FHIR}/Organization/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Organization/{{hospital_id}}/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Practitioner/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Practitioner/{{provider_id}}/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/PractitionerRole/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/PractitionerRole/{{role_id}}/", VIEW, LISTS, ok=(400, 404)),
    Row(
        "GET",
        f"{_FHIR}/Observation/",
        VIEW,
        LISTS,
        query=_MINE,
        needs=("reading_id",),
        ok=(200, 404),
    ),
    Row("POST", f"{_FHIR}/Observation/", WRITE, LISTS, body={}, ok=(400, 422), audited=ACTOR),
    Row("GET", f"{_FHIR}/Observation/{{observation_id}}/", VIEW, SEES, audited=PATIENT),
)
