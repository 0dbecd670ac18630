"""Who is in whose care, consents, roles, and the log."""

from typing import Final

from tests.api.access_table.rows import (
    ACCOUNT,
    ACTOR,
    ADMINS,
    AUDITORS,
    OK,
    ONLY_SELF,
    OWN,
    PATIENT,
    RECORDS,
    SEES,
    VIEW,
    Row,
    answers,
)

_PATIENT = "/api/patients/{patient_id}"
_MINE = {"patient": "{patient_id}"}
_SOMEBODY = {"text": "{patient_id}"}
ROWS: Final = (
    Row("GET", f"{_PATIENT}/care-team/", VIEW, SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_PATIENT}/care-team/",
        ("care_team.change",),
        {**RECORDS, "admin": OK},
        body={"clinician_id": "{clinician_id}"},
        audited=PATIENT,
    ),
    Row(
        "DELETE",
        f"{_PATIENT}/care-team/{{clinician_id}}/",
        ("care_team.change",),
        {**RECORDS, "admin": OK},
        audited=PATIENT,
    ),
    Row("GET", f"{_PATIENT}/viewers/", VIEW, SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_PATIENT}/break-glass/",
        ("patients.break_glass",),
        {
            **answers(rest=OK, anonymous=401),
            **dict.fromkeys(
                ("self", "other", "developer", "stranger", "admin", "auditor", "nobody"), 403
            ),
        },
        body={"reason": "unconscious in the corridor"},
        audited=PATIENT,
    ),
    Row("GET", f"{_PATIENT}/access-log/", VIEW, ONLY_SELF, audited=PATIENT),
    Row("GET", "/api/auth/access-log/", ACCOUNT, OWN, audited=ACTOR),
    Row("GET", "/api/consents/texts/", ACCOUNT, OWN),
    Row("GET", "/api/consents/", ACCOUNT, OWN, audited=ACTOR),
    Row(
        "POST",
        "/api/consents/",
        ACCOUNT,
        OWN,
        body={"scope": "research", "version": 1},
        audited=ACTOR,
    ),
    Row(
        "POST",
        "/api/consents/{consent_id}/revoke/",
        ACCOUNT,
        {**answers(rest=404, anonymous=401, nobody=403), "self": OK},
        audited=ACTOR,
    ),
    Row("GET", "/api/roles/", ("roles.assign",), ADMINS),
    Row("GET", "/api/users/", ("roles.assign",), ADMINS, query=_SOMEBODY, audited=PATIENT),
    Row("GET", "/api/users/{user_id}/roles/", ("roles.assign",), ADMINS),
    Row(
        "POST",
        "/api/users/{user_id}/roles/",
        ("roles.assign",),
        ADMINS,
        body={"role": "developer"},
        audited=ACTOR,
    ),
    Row(
        "DELETE",
        "/api/users/{user_id}/roles/{role}/",
        ("roles.assign",),
        ADMINS,
        audited=ACTOR,
    ),
    Row("GET", "/api/audit/", ("audit.read",), AUDITORS, query=_MINE, audited=PATIENT),
)
