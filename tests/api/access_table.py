"""Who may do what with whose data: one row for every endpoint under /api/ and /fhir/.

A new endpoint needs a row here, or `test_access.py` fails. A row says

    Row("GET", "/api/patients/{patient_id}/", VIEW, SEES, audited=PATIENT)

- method and path, as the route has them;
- the permissions that the endpoint declares (`Permitted("...")` on it or on its router), or OPEN;
- what each kind of caller gets, see `WHO`: OK, or the status of the refusal. Take one of the
  presets, or change single callers of one: `{**SEES, "developer": 403}`;
- `body`, `query`: what to send. `{patient_id}` and the like in strings, and in the path, become
  the ids of a patient who is new for every caller, see `Case` in `test_access.py`;
- `ok`: statuses that count as OK, when the answer is not 2xx (such as 409, where what is asked for
  cannot be done with the patient of the test, but the caller may ask);
- `shows`: the list holds the patient's id exactly for those whom `shows` says may see them;
- `audited`: PATIENT when the log must have a record that names the patient, ACTOR when one that
  names the caller is enough, None for what no log needs;
- `endless`: an event stream; only refusals are tried here.
"""

from dataclasses import dataclass, field
from typing import Any, Final

OK: Final = 0
PATIENT: Final = "patient"
ACTOR: Final = "actor"
OPEN: Final[tuple[str, ...]] = ()
WHO: Final = (
    "anonymous",
    "self",
    "other",  # another patient
    "cared",  # a clinician with a care relationship
    "consented",  # a clinician with whom the patient shares their data
    "colleague",  # a clinician of a hospital with which the patient does
    "emergency",  # a clinician who broke the glass
    "ended",  # a clinician whose relationship and consent are over
    "unrelated",  # a clinician
    "developer",  # who registered the patient
    "stranger",  # a developer
    "admin",
    "auditor",
    "nobody",  # somebody without a role
)
Answers = dict[str, int]


def answers(**statuses: int) -> Answers:
    """Answers to everybody; `rest` for those who are not named."""
    rest = statuses.pop("rest")
    return {who: statuses.get(who, rest) for who in WHO}


CARERS: Final = {"cared": OK, "consented": OK, "colleague": OK, "emergency": OK}
SEES: Final = answers(
    rest=404, anonymous=401, auditor=403, nobody=403, self=OK, developer=OK, admin=OK, **CARERS
)
"""Data of a patient: 404 for those who may not see them."""
ANSWERS: Final = {**SEES, "self": 403, "other": 403}
"""Acting on a patient's alarm."""
RECORDS: Final = {**ANSWERS, "developer": 403, "stranger": 403, "admin": 403}
"""Writing down what a clinician observed."""
LOOKED_AFTER: Final = {**SEES, "developer": 403, "admin": 403}
"""What the patient, or a clinician, may put right."""
LISTS: Final = answers(rest=OK, anonymous=401, auditor=403, nobody=403)
"""A list that holds what the caller may see, perhaps nothing."""
STAFF_LISTS: Final = {**LISTS, "self": 403, "other": 403}
CLINICIANS_AND_ADMINS: Final = {**STAFF_LISTS, "developer": 403, "stranger": 403}
OWN: Final = answers(rest=OK, anonymous=401, nobody=403)
"""The caller's own account."""
ADMINS: Final = answers(rest=403, anonymous=401, admin=OK)
AUDITORS: Final = answers(rest=403, anonymous=401, auditor=OK)
ONLY_SELF: Final = {**answers(rest=404, anonymous=401, auditor=403, nobody=403), "self": OK}
ANYBODY: Final = answers(rest=OK)

VIEW: Final = ("patients.view",)
ANSWER: Final = ("alarms.answer", "patients.view")
RECORD: Final = ("patients.record", "patients.view")
ACCOUNT: Final = ("account.use",)
DEVICES: Final = ("devices.use",)
WRITE: Final = ("metrics.write",)
UNTIL: Final = "{soon}"
MISSING: Final = (404,)
"""Of the caller's own, and there is none of that id; refusals of a role come before."""


@dataclass(frozen=True)
class Row:
    """An endpoint and what it answers to whom."""

    method: str
    path: str
    permissions: tuple[str, ...]
    expected: Answers
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 201, 202, 204)
    shows: Answers | None = None
    audited: str | None = None
    endless: bool = False
    needs: tuple[str, ...] = ()
    """What the patient must have, besides what path and body name."""


_ALARM = "/api/alarms/{alarm_id}"
_RULE = "/api/alarm-rules/{condition}/"
_PATIENT = "/api/patients/{patient_id}"
_MINE = {"patient": "{patient_id}"}
_RULES = {**SEES, "self": 403, "developer": 403}
"""Changing a patient's rules: 404 for whom they do not exist comes first."""
_CHANGE = {"limit": 150, "reason": "quiet nights"}

ACCESS = (
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

CARE = (
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
    Row("GET", f"{_PATIENT}/scores/", VIEW, SEES, query={"score": "news2"}, audited=PATIENT),
    Row("GET", "/api/events/", VIEW, LISTS, endless=True),
)

ALARMS = (
    Row(
        "GET",
        "/api/alarms/",
        VIEW,
        LISTS,
        query={"limit": "500"},
        shows=SEES,
        needs=("alarm_id",),
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/alarms/acknowledge/",
        ANSWER,
        STAFF_LISTS,
        body={"alarms": [{"id": "{alarm_id}"}]},
        audited=ACTOR,
    ),
    Row("GET", f"{_ALARM}/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_ALARM}/history/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_ALARM}/why/", VIEW, SEES, ok=(200, 404, 409), audited=PATIENT),
    Row("GET", f"{_ALARM}/children/", VIEW, SEES, audited=PATIENT),
    Row("POST", f"{_ALARM}/acknowledge/", ANSWER, ANSWERS, audited=PATIENT),
    Row(
        "POST",
        f"{_ALARM}/assign/",
        ANSWER,
        ANSWERS,
        body={"assignee_id": "{clinician_id}"},
        audited=PATIENT,
    ),
    Row("POST", f"{_ALARM}/unassign/", ANSWER, ANSWERS, audited=PATIENT),
    Row("POST", f"{_ALARM}/snooze/", ANSWER, ANSWERS, body={"until": UNTIL}, audited=PATIENT),
    Row("POST", f"{_ALARM}/unsnooze/", ANSWER, ANSWERS, audited=PATIENT),
    Row(
        "POST",
        f"{_ALARM}/shelve/",
        ANSWER,
        ANSWERS,
        body={"until": UNTIL, "reason": "moved"},
        audited=PATIENT,
    ),
    Row("POST", f"{_ALARM}/close/", ANSWER, ANSWERS, ok=(409,), audited=PATIENT),
    Row("POST", f"{_ALARM}/reopen/", ANSWER, ANSWERS, ok=(409,), audited=PATIENT),
    Row("POST", f"{_ALARM}/notes/", ANSWER, ANSWERS, body={"text": "seen"}, audited=PATIENT),
    Row("GET", "/api/alarm-shelves/", VIEW, LISTS),
    Row(
        "POST",
        "/api/alarm-shelves/",
        ANSWER,
        ANSWERS,
        body={
            "patient_id": "{patient_id}",
            "condition": "heart_rate_high",
            "until": UNTIL,
            "reason": "moved",
        },
        audited=PATIENT,
    ),
    Row("POST", "/api/alarm-shelves/{shelf_id}/end/", ANSWER, ANSWERS, audited=PATIENT),
    Row("GET", "/api/alarm-rules/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/alarm-rules/versions/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", _RULE, VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("PUT", _RULE, VIEW, _RULES, query=_MINE, body=_CHANGE, audited=PATIENT),
    Row("DELETE", _RULE, VIEW, _RULES, query=_MINE, ok=(409,), audited=PATIENT),
    Row("GET", f"{_RULE}history/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row(
        "GET",
        f"{_RULE}diff/",
        VIEW,
        SEES,
        query={**_MINE, "before": "0", "after": "0"},
        ok=(200, 404),
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/alarm-rules/what-if/",
        ("rules.try",),
        CLINICIANS_AND_ADMINS,
        query=_MINE,
        body={"changes": [{"condition": "heart_rate_high", "limit": 150}]},
    ),
    Row(
        "GET",
        "/api/escalation-policies/",
        ("policies.view",),
        CLINICIANS_AND_ADMINS,
    ),
    Row(
        "PUT",
        "/api/escalation-policies/",
        ("policies.change",),
        ADMINS,
        body={
            "priority": "low",
            "ward": "of this test",
            "steps": [{"after_seconds": 0, "who": "care_team", "channels": ["push"]}],
        },
        audited=ACTOR,
    ),
    Row(
        "DELETE",
        "/api/escalation-policies/",
        ("policies.change",),
        ADMINS,
        query={"priority": "medium", "ward": "nowhere"},
        ok=MISSING,
        audited=ACTOR,
    ),
)

READINGS = (
    Row("GET", "/api/health-metrics/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/latest/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row(
        "GET",
        "/api/health-metrics/trend/",
        VIEW,
        SEES,
        query={**_MINE, "metric": "heart_rate"},
        audited=PATIENT,
    ),
    Row("GET", "/api/health-metrics/dashboard/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/report/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row("GET", "/api/health-metrics/goals/", VIEW, SEES, query=_MINE, audited=PATIENT),
    Row(
        "PUT",
        "/api/health-metrics/goals/",
        VIEW,
        SEES,
        query=_MINE,
        body={"goals": []},
        audited=PATIENT,
    ),
    Row(
        "POST",
        "/api/health-metrics/",
        WRITE,
        SEES,
        query=_MINE,
        body={"metric_type": "heart_rate", "value": 70},
        audited=PATIENT,
    ),
    Row("GET", "/api/health-metrics/{reading_id}/", VIEW, SEES, audited=PATIENT),
    Row(
        "PUT",
        "/api/health-metrics/{reading_id}/",
        WRITE,
        LOOKED_AFTER,
        body={"metric_type": "heart_rate", "value": 71},
        audited=PATIENT,
    ),
    Row("DELETE", "/api/health-metrics/{reading_id}/", WRITE, LOOKED_AFTER, audited=PATIENT),
)
IMPORTS = (
    Row(
        "POST",
        "/api/health-metrics/imports/",
        WRITE,
        SEES,
        query=_MINE,
        ok=(415, 422, 400),
        audited=PATIENT,
    ),
    Row(
        "GET",
        "/api/health-metrics/imports/{import_id}/report/",
        WRITE,
        LISTS,
        ok=MISSING,
    ),
)

_DEVICE = "/api/iot/devices/{device_id}"
_DEVICE_ID = "/api/iot/devices/{device_id:uuid}"
_NEW_DEVICE = {"device_type": "MONITOR", "owner_id": "{patient_id}"}

THINGS = (
    Row("POST", "/api/iot/devices/register/", DEVICES, SEES, body=_NEW_DEVICE, audited=PATIENT),
    Row("POST", "/api/iot/devices/", DEVICES, SEES, body=_NEW_DEVICE, audited=PATIENT),
    Row(
        "POST",
        "/api/iot/devices/verify/",
        OPEN,
        answers(rest=401),
        body={"device_id": "{device_id}", "api_key": "wrong"},
    ),
    Row(
        "GET",
        "/api/iot/devices/",
        DEVICES,
        LISTS,
        query={"limit": "500"},
        shows=SEES,
        needs=("device_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE_ID}/", DEVICES, SEES, audited=PATIENT),
    Row("PATCH", f"{_DEVICE_ID}/", DEVICES, SEES, body={"name": "Bed 4"}, audited=PATIENT),
    Row("POST", f"{_DEVICE}/rotate-key/", DEVICES, SEES, audited=PATIENT),
    Row("POST", f"{_DEVICE}/revoke/", DEVICES, SEES, audited=PATIENT),
    Row(
        "PUT",
        f"{_DEVICE_ID}/",
        DEVICES,
        SEES,
        body={"device_type": "MONITOR", "name": "Bed 5"},
        ok=(200, 422),
        audited=PATIENT,
    ),
    Row("DELETE", f"{_DEVICE_ID}/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/doctor/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/health/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/maintenance/", DEVICES, SEES, audited=PATIENT),
    Row("POST", f"{_DEVICE}/maintenance/", DEVICES, SEES, body={"note": "new"}, audited=PATIENT),
    Row("PUT", f"{_DEVICE}/maintenance/", DEVICES, SEES, body={}, ok=(404, 409), audited=PATIENT),
    Row(
        "POST",
        f"{_DEVICE}/transfer/",
        DEVICES,
        SEES,
        body={"owner_id": "{patient_id}"},
        ok=(200, 409, 422),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/ledger/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/errors/", DEVICES, SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_DEVICE}/commands/",
        DEVICES,
        SEES,
        body={"name": "ping"},
        ok=(201, 202, 503),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/commands/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/commands/{{command_id}}/", DEVICES, SEES, ok=MISSING, audited=PATIENT),
    Row(
        "PUT",
        f"{_DEVICE}/config/",
        DEVICES,
        SEES,
        body={"settings": {}},
        ok=(200, 503),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/config/", DEVICES, SEES, ok=(200, 404), audited=PATIENT),
    Row("POST", "/api/iot/data/", OPEN, ANYBODY, body={"device_id": "{device_id}"}, ok=(422,)),
    Row("POST", "/api/iot/data/stream/", OPEN, ANYBODY, body={"readings": []}, ok=(422,)),
    Row("POST", "/api/iot/devices/error/", OPEN, ANYBODY, body={}, ok=(422,)),
)

_SENT = {"email": "nobody@clinic.example"}
_NEVER = "00000000-0000-4000-8000-000000000000"

OWN_ACCOUNT = (
    Row("POST", "/api/auth/register/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/login/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/login/second-step/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/token/refresh/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/logout/", OPEN, ANYBODY, body={}, ok=(204, 422)),
    Row("POST", "/api/auth/email/verify/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/password/reset/", OPEN, ANYBODY, body=_SENT),
    Row("POST", "/api/auth/password/reset/confirm/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("POST", "/api/auth/passkeys/login/options/", OPEN, ANYBODY, body={}, ok=(200, 422)),
    Row("POST", "/api/auth/passkeys/login/", OPEN, ANYBODY, body={}, ok=(422,)),
    Row("GET", "/api/auth/images/{name}/", OPEN, ANYBODY, ok=(400, 403, 404)),
    Row("POST", "/api/auth/logout/all/", ACCOUNT, OWN, audited=ACTOR),
    Row("GET", "/api/auth/sessions/", ACCOUNT, OWN),
    Row("DELETE", "/api/auth/sessions/{session_id}/", ACCOUNT, OWN, ok=MISSING, audited=ACTOR),
    Row("GET", "/api/auth/profile/", ACCOUNT, OWN),
    Row("PUT", "/api/auth/profile/", ACCOUNT, OWN, body={}, ok=(200, 422)),
    Row("PATCH", "/api/auth/profile/", ACCOUNT, OWN, body={"first_name": "Efua"}, audited=ACTOR),
    Row("PUT", "/api/auth/profile/image/", ACCOUNT, OWN, ok=(400, 415, 422), audited=ACTOR),
    Row("DELETE", "/api/auth/profile/image/", ACCOUNT, OWN, audited=ACTOR),
    Row("POST", "/api/auth/email/verify/send/", ACCOUNT, OWN, ok=(202, 204, 200), audited=ACTOR),
    Row("POST", "/api/auth/email/change/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("POST", "/api/auth/phone/verify/send/", ACCOUNT, OWN, ok=(400,), audited=ACTOR),
    Row("POST", "/api/auth/phone/verify/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("POST", "/api/auth/password/change/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("GET", "/api/auth/second-factors/", ACCOUNT, OWN),
    Row("POST", "/api/auth/totp/", ACCOUNT, OWN, body={}, ok=(200, 201, 400, 422), audited=ACTOR),
    Row("POST", "/api/auth/totp/confirm/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("POST", "/api/auth/totp/disable/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("POST", "/api/auth/recovery-codes/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("GET", "/api/auth/passkeys/", ACCOUNT, OWN),
    Row(
        "POST",
        "/api/auth/passkeys/options/",
        ACCOUNT,
        OWN,
        body={},
        ok=(200, 400, 422),
        audited=ACTOR,
    ),
    Row("POST", "/api/auth/passkeys/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row("DELETE", "/api/auth/passkeys/{passkey_id}/", ACCOUNT, OWN, ok=(404, 422), audited=ACTOR),
    Row("GET", "/api/notifications/", ACCOUNT, OWN),
    Row("POST", "/api/notifications/read/", ACCOUNT, OWN, body={}, audited=ACTOR),
    Row("GET", "/api/notifications/preferences/", ACCOUNT, OWN),
    Row("PUT", "/api/notifications/preferences/", ACCOUNT, OWN, body={}, audited=ACTOR),
    Row("GET", "/api/notifications/push/", ACCOUNT, OWN),
    Row("POST", "/api/notifications/push/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row(
        "DELETE",
        "/api/notifications/push/{subscription_id}/",
        ACCOUNT,
        OWN,
        ok=(204, 404),
        audited=ACTOR,
    ),
    Row("GET", "/api/notifications/webhooks/", ACCOUNT, OWN),
    Row("POST", "/api/notifications/webhooks/", ACCOUNT, OWN, body={}, ok=(422,), audited=ACTOR),
    Row(
        "DELETE",
        "/api/notifications/webhooks/{webhook_id}/",
        ACCOUNT,
        OWN,
        ok=(204, 404),
        audited=ACTOR,
    ),
    Row("GET", "/api/notifications/emergency-contact/", ACCOUNT, OWN),
    Row(
        "PUT",
        "/api/notifications/emergency-contact/",
        ACCOUNT,
        OWN,
        body={"consent": False},
        audited=ACTOR,
    ),
    Row(
        "GET",
        "/api/notifications/deliveries/",
        ("account.use", "notifications.manage"),
        ADMINS,
    ),
    Row("GET", "/api/jobs/", ACCOUNT, OWN),
    Row("GET", "/api/jobs/{job_id}/", ACCOUNT, OWN, ok=MISSING),
    Row("POST", "/api/jobs/{job_id}/cancel/", ACCOUNT, OWN, ok=MISSING, audited=ACTOR),
    Row("GET", "/api/jobs/{job_id}/events/", ACCOUNT, OWN, ok=MISSING),
)

PLATFORM = (
    Row("GET", "/api/dead-jobs/", ("jobs.repair",), ADMINS),
    Row(
        "POST",
        "/api/dead-jobs/{job_id}/retry/",
        ("jobs.repair",),
        ADMINS,
        ok=(404, 422),
        audited=ACTOR,
    ),
    Row("GET", "/api/subscribers/", ("notifications.manage",), ADMINS),
    Row("POST", "/api/subscribers/", ("notifications.manage",), ADMINS, body={}, ok=(422,)),
    Row(
        "DELETE",
        "/api/subscribers/{subscriber_id}/",
        ("notifications.manage",),
        ADMINS,
        ok=MISSING,
        audited=ACTOR,
    ),
    Row("GET", "/api/demo/", OPEN, ANYBODY, ok=(200, 404)),
    Row("GET", "/api/docs/", OPEN, ANYBODY),
    Row("GET", "/api/openapi.json", OPEN, ANYBODY),
)

_FHIR = "/fhir/R4"
_ALL = {"_count": "100"}

FHIR = (
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
    Row("GET", f"{_FHIR}/Organization/{{hospital_id}}/", VIEW, LISTS, ok=MISSING),
    Row("GET", f"{_FHIR}/Practitioner/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Practitioner/{{provider_id}}/", VIEW, LISTS, ok=MISSING),
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

ROWS: Final = (
    *ACCESS,
    *CARE,
    *ALARMS,
    *READINGS,
    *IMPORTS,
    *THINGS,
    *OWN_ACCOUNT,
    *PLATFORM,
    *FHIR,
)
