"""What our own validators say of a whole request: which field where there is one, and why."""

from typing import Any

import pytest

from tests.support.http import People

POLICY = {"priority": "high", "steps": []}
LATER = {"after_seconds": 60, "who": "care_team", "channels": ["in_app"]}
NOW = LATER | {"after_seconds": 0}
CONTACT = NOW | {"who": "emergency_contact"}
SCOPE = "needs exactly one of patient_id, ward and all"
NOBODY = "6f1f7a52-5f0e-4b6e-9f1a-0c2f3f9d91c4"


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "reason"),
    [
        ("POST", "/api/subscribers/", {"name": "x91x4"}, "", SCOPE),
        (
            "POST",
            "/api/subscribers/",
            {"name": "x91x4", "all": True, "patient_id": NOBODY},
            "",
            SCOPE,
        ),
        (
            "POST",
            "/api/subscribers/",
            {"name": "x", "all": True, "hospital_id": NOBODY},
            "hospital_id",
            "needs a ward",
        ),
        (
            "PUT",
            "/api/escalation-policies/",
            POLICY | {"steps": [LATER, NOW]},
            "steps",
            "steps must be in the order of their times",
        ),
        (
            "PUT",
            "/api/escalation-policies/",
            POLICY | {"steps": [CONTACT]},
            "steps",
            "an emergency contact has a telephone number: the channel is sms",
        ),
    ],
)
async def test_a_validator_of_ours_says_why_without_the_value(
    people: People, method: str, path: str, body: dict[str, Any], field: str, reason: str
) -> None:
    admin = await people.person("admin")
    answer = await admin.client.request(method, path, json=body, headers=admin.headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"] == [{"location": "body", "field": field, "reason": reason}]
    assert "91x4" not in answer.text
    assert NOBODY not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "reason"),
    [
        ("POST", "/api/health-metrics/", {"value": True}, "value", "must be a number"),
        (
            "POST",
            "/api/health-metrics/",
            {"value": 70, "recorded_at": 1_764_000_000},
            "recorded_at",
            "must be a time as in RFC 3339",
        ),
        (
            "POST",
            "/api/health-metrics/",
            {"value": 70, "recorded_at": "1764000000000"},
            "recorded_at",
            "must be a time as in RFC 3339",
        ),
        ("PATCH", "/api/auth/profile/", {"weight": True}, "weight", "must be a number"),
        (
            "PATCH",
            "/api/auth/profile/",
            {"date_of_birth": 0},
            "date_of_birth",
            "must be a date, YYYY-MM-DD",
        ),
        (
            "PUT",
            "/api/health-metrics/goals/",
            {"goals": [{"metric": "steps", "direction": "at_least", "target": True}]},
            "goals.0.target",
            "must be a number",
        ),
    ],
)
async def test_nothing_is_taken_for_what_it_is_not(
    people: People, method: str, path: str, body: dict[str, Any], field: str, reason: str
) -> None:
    someone = await people.person("patient")
    if path == "/api/health-metrics/":
        body = {"metric_type": "body_weight"} | body
    answer = await someone.client.request(method, path, json=body, headers=someone.headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"] == [{"location": "body", "field": field, "reason": reason}]
