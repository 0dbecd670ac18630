"""Exports, erasures, and how long data is kept."""

from typing import Final

from tests.api.access_table.rows import (
    ACCOUNT,
    ACTOR,
    ADMINS,
    ANYBODY,
    OPEN,
    OWN,
    PATIENT,
    Row,
)

_ERASE: Final = ("patients.erase",)
_FORGED: Final = {"until": "1", "signature": "none"}
_PATIENT: Final = "/api/patients/{patient_id}"
ROWS: Final = (
    Row("POST", "/api/auth/export/", ACCOUNT, OWN, audited=ACTOR),
    Row("GET", "/api/auth/export/", ACCOUNT, OWN),
    Row("POST", f"{_PATIENT}/export/", _ERASE, ADMINS, audited=PATIENT),
    Row("GET", f"{_PATIENT}/export/", _ERASE, ADMINS, audited=PATIENT),
    Row("GET", "/api/exports/{export_id}/download/", OPEN, ANYBODY, query=_FORGED, ok=(404,)),
    Row("POST", "/api/auth/erasure/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row(
        "POST",
        f"{_PATIENT}/erasure/",
        _ERASE,
        ADMINS,
        body={"reason": "representative"},
        audited=PATIENT,
    ),
    Row("GET", "/api/erasures/", _ERASE, ADMINS),
    Row("GET", "/api/erasures/{erasure_id}/", OPEN, ANYBODY, query=_FORGED, ok=(404,)),
    Row("GET", "/api/retention/", ACCOUNT, OWN),
)
