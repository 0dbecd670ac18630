"""Patients and the ward."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    LISTS,
    PATIENT,
    RECORD,
    RECORDS,
    SEES,
    STAFF_LISTS,
    VIEW,
    Row,
)

_PATIENT = "/api/patients/{patient_id}"
ROWS: Final = (
    Row("GET", "/api/ward/", VIEW, LISTS, query={"limit": "500"}, shows=SEES, audited=PATIENT),
    Row(
        "POST",
        "/api/patients/",
        ("patients.register",),
        STAFF_LISTS,
        body={"first_name": "Kofi", "last_name": "Asante"},
        audited=ACTOR,
    ),
    Row("GET", f"{_PATIENT}/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_PATIENT}/observations/", VIEW, SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_PATIENT}/observations/",
        RECORD,
        RECORDS,
        body={"heart_rate": 70},
        audited=PATIENT,
    ),
    Row("GET", f"{_PATIENT}/early-warning/", RECORD, RECORDS, audited=PATIENT),
    Row("PUT", f"{_PATIENT}/early-warning/", RECORD, RECORDS, body={"scale": 1}, audited=PATIENT),
    Row("GET", f"{_PATIENT}/scores/", VIEW, SEES, query={"kind": "news2"}, audited=PATIENT),
    Row("GET", "/api/events/", VIEW, LISTS, endless=True),
)
