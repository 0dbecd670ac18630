"""Medicines: the catalogue, and what patients take."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    ADMINS,
    CLINICIANS_AND_ADMINS,
    LISTS,
    MISSING,
    OK,
    PATIENT,
    SEES,
    VIEW,
    Row,
)

_USE: Final = ("medications.use",)
_MANAGE: Final = ("medications.manage",)
_BOTH: Final = ("medications.use", "patients.view")
_READERS: Final = {**CLINICIANS_AND_ADMINS, "self": OK, "other": OK}
"""The catalogue: patients, clinicians and admins."""
_SEES: Final = {**SEES, "developer": 403, "stranger": 403}
_WRITES: Final = {**_SEES, "admin": 403}
"""The patient, and clinicians in whose care they are."""
_CATALOGUE = "/api/medications"
_ONE = f"{_CATALOGUE}/{{medication_id}}/"
_CATEGORY = f"{_CATALOGUE}/categories/{{category_id}}/"
_MINE = "/api/patients/{patient_id}/medications"
_OF = f"{_MINE}/{{user_medication_id}}"
_NEW = {"name": "Nothing 1 mg"}
_TAKE = {"medication_id": "{medication_id}", "dosage": "1 tablet", "prescribed": False}
_FHIR = "/fhir/R4/MedicationStatement"

ROWS: Final = (
    Row("GET", f"{_CATALOGUE}/", _USE, _READERS),
    Row("POST", f"{_CATALOGUE}/", _MANAGE, ADMINS, body=_NEW, audited=ACTOR),
    Row("GET", _ONE, _USE, _READERS),
    Row("PUT", _ONE, _MANAGE, ADMINS, body=_NEW, audited=ACTOR),
    Row("PATCH", _ONE, _MANAGE, ADMINS, body={"form": "tablet"}, audited=ACTOR),
    Row("GET", f"{_CATALOGUE}/categories/", _USE, _READERS),
    Row(
        "POST",
        f"{_CATALOGUE}/categories/",
        _MANAGE,
        ADMINS,
        body={"name": "For {patient_id}"},
        audited=ACTOR,
    ),
    Row("GET", _CATEGORY, _USE, _READERS, ok=MISSING),
    Row("PUT", _CATEGORY, _MANAGE, ADMINS, body={"name": "x"}, ok=MISSING, audited=ACTOR),
    Row("DELETE", _CATEGORY, _MANAGE, ADMINS, ok=MISSING, audited=ACTOR),
    Row("POST", f"{_CATALOGUE}/imports/", _MANAGE, ADMINS, ok=(415, 422), audited=ACTOR),
    Row("GET", f"{_CATALOGUE}/imports/template/", _MANAGE, ADMINS),
    Row("GET", f"{_CATALOGUE}/imports/{{import_id}}/report/", _MANAGE, ADMINS, ok=MISSING),
    Row("GET", f"{_MINE}/", _BOTH, _SEES, audited=PATIENT),
    Row("POST", f"{_MINE}/", _BOTH, _WRITES, body=_TAKE, audited=PATIENT),
    Row("GET", f"{_MINE}/warnings/", _BOTH, _SEES, audited=PATIENT),
    Row("GET", f"{_MINE}/doses/", _BOTH, _SEES, audited=PATIENT),
    Row("GET", f"{_MINE}/adherence/", _BOTH, _SEES, audited=PATIENT),
    Row("GET", f"{_OF}/", _BOTH, _SEES, audited=PATIENT),
    Row("PATCH", f"{_OF}/", _BOTH, _WRITES, body={"reminders": False}, audited=PATIENT),
    Row("POST", f"{_OF}/status/", _BOTH, _WRITES, body={"status": "paused"}, audited=PATIENT),
    Row("GET", f"{_OF}/warnings/", _BOTH, _SEES, audited=PATIENT),
    Row("GET", f"{_OF}/history/", _BOTH, _SEES, audited=PATIENT),
    Row("GET", f"{_OF}/intakes/", _BOTH, _SEES, audited=PATIENT),
    Row("POST", f"{_OF}/intakes/", _BOTH, _WRITES, body={"status": "taken"}, audited=PATIENT),
    Row("DELETE", f"{_OF}/intakes/{{intake_id}}/", _BOTH, _WRITES, ok=MISSING, audited=PATIENT),
    Row("GET", f"{_OF}/side-effects/", _BOTH, _SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_OF}/side-effects/",
        _BOTH,
        _WRITES,
        body={"description": "A rash", "severity": "mild"},
        audited=PATIENT,
    ),
    Row(
        "GET",
        f"{_FHIR}/",
        VIEW,
        LISTS,
        query={"_count": "100"},
        shows=SEES,
        needs=("user_medication_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_FHIR}/{{user_medication_id}}/", VIEW, SEES, audited=PATIENT),
)
