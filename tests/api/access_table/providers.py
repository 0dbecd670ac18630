"""Hospitals, their systems, providers and their times."""

from typing import Final

from tests.api.access_table.rows import ACCOUNT, ACTOR, ADMINS, MISSING, OWN, Row

_MANAGE: Final = ("providers.manage",)
_HOSPITAL: Final = "/api/hospitals/{hospital_id}"
_SYSTEM: Final = f"{_HOSPITAL}/system"
_PROVIDER: Final = "/api/providers/{provider_id}"
_TIMES: Final = f"{_PROVIDER}/availability"
_HOSPITAL_BODY: Final = {"name": "Hospital {unique}"}
_PROVIDER_BODY: Final = {
    "first_name": "Efua",
    "last_name": "Sarpong",
    "email": "{unique}@clinic.example",
    "specialization": "cardiology",
    "license_number": "{npi}",
}
_TIME_BODY: Final = {"date": "2030-01-07", "start_time": "09:00", "end_time": "10:00"}
_OWNERS: Final = {**ADMINS, "nobody": 403}
"""The provider and administrators; nobody here is the provider."""
ROWS: Final = (
    Row("GET", "/api/hospitals/", ACCOUNT, OWN),
    Row("GET", f"{_HOSPITAL}/", ACCOUNT, OWN),
    Row("POST", "/api/hospitals/", _MANAGE, ADMINS, body=_HOSPITAL_BODY, audited=ACTOR),
    Row("PUT", f"{_HOSPITAL}/", _MANAGE, ADMINS, body=_HOSPITAL_BODY, audited=ACTOR),
    Row("PATCH", f"{_HOSPITAL}/", _MANAGE, ADMINS, body={"city": "Accra"}, audited=ACTOR),
    Row("DELETE", f"{_HOSPITAL}/", _MANAGE, ADMINS, audited=ACTOR),
    Row("GET", f"{_SYSTEM}/", _MANAGE, ADMINS, ok=MISSING),
    Row(
        "PUT",
        f"{_SYSTEM}/",
        _MANAGE,
        ADMINS,
        body={"kind": "webhook", "url": "https://his.example/hooks"},
        audited=ACTOR,
    ),
    Row("DELETE", f"{_SYSTEM}/", _MANAGE, ADMINS, ok=MISSING, audited=ACTOR),
    Row("GET", f"{_SYSTEM}/syncs/", _MANAGE, ADMINS),
    Row(
        "POST",
        f"{_SYSTEM}/syncs/{{sync_id}}/replay/",
        _MANAGE,
        ADMINS,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row("GET", "/api/providers/", ACCOUNT, OWN),
    Row("GET", f"{_PROVIDER}/", ACCOUNT, OWN),
    Row("POST", "/api/providers/", _MANAGE, ADMINS, body=_PROVIDER_BODY, audited=ACTOR),
    Row("PUT", f"{_PROVIDER}/", _MANAGE, ADMINS, body=_PROVIDER_BODY, audited=ACTOR),
    Row("PATCH", f"{_PROVIDER}/", _MANAGE, ADMINS, body={"bio": "Listens."}, audited=ACTOR),
    Row("DELETE", f"{_PROVIDER}/", _MANAGE, ADMINS, audited=ACTOR),
    Row("GET", f"{_PROVIDER}/hospitals/", ACCOUNT, OWN),
    Row(
        "PUT",
        f"{_PROVIDER}/hospitals/",
        _MANAGE,
        ADMINS,
        body={"hospital_ids": ["{hospital_id}"]},
        audited=ACTOR,
    ),
    Row("GET", f"{_TIMES}/", ACCOUNT, OWN),
    Row("POST", f"{_TIMES}/", ACCOUNT, _OWNERS, body=_TIME_BODY, audited=ACTOR),
    Row("GET", f"{_TIMES}/rules/", ACCOUNT, _OWNERS),
    Row("GET", f"{_TIMES}/exceptions/", ACCOUNT, _OWNERS),
    Row(
        "POST",
        f"{_TIMES}/exceptions/",
        ACCOUNT,
        _OWNERS,
        body={"first_date": "2030-01-07"},
        audited=ACTOR,
    ),
    Row(
        "DELETE",
        f"{_TIMES}/exceptions/{{exception_id}}/",
        ACCOUNT,
        _OWNERS,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row("GET", f"{_TIMES}/{{availability_id}}/", ACCOUNT, _OWNERS, ok=MISSING),
    Row(
        "PUT",
        f"{_TIMES}/{{availability_id}}/",
        ACCOUNT,
        _OWNERS,
        body=_TIME_BODY,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row(
        "DELETE",
        f"{_TIMES}/{{availability_id}}/",
        ACCOUNT,
        _OWNERS,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row("GET", f"{_PROVIDER}/schedule/", ACCOUNT, OWN),
    Row("GET", f"{_PROVIDER}/analytics/", ACCOUNT, _OWNERS),
)
