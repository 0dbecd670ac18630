"""Alarms, their rules, and who is called."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    ADMINS,
    ANSWER,
    ANSWERS,
    CLINICIANS_AND_ADMINS,
    LISTS,
    MISSING,
    PATIENT,
    SEES,
    STAFF_LISTS,
    UNTIL,
    VIEW,
    Row,
)

_ALARM = "/api/alarms/{alarm_id}"
_RULE = "/api/alarm-rules/{condition}/"
_MINE = {"patient": "{patient_id}"}
_RULES = {**SEES, "self": 403, "developer": 403}
"""Changing a patient's rules: 404 for whom they do not exist comes first."""
_CHANGE = {"limit": 150, "reason": "quiet nights"}
ROWS: Final = (
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
    Row("GET", f"{_ALARM}/assignees/", ANSWER, ANSWERS, audited=PATIENT),
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
