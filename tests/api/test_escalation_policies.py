"""Who is told of an alarm that nobody answers, in which order: policies over HTTP."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.support.http import People, Person


async def policy(person: Person, **more: Any) -> Response:
    step = {"after_seconds": 0, "who": "care_team", "channels": ["in_app"]}
    body = {"priority": "high", "steps": [step], **more}
    return await person.put("/api/escalation-policies/", body)


async def test_policies_have_versions_and_fall_back(people: People) -> None:
    admin, nurse = await people.person("admin"), await people.person("clinician")
    ward = f"W{uuid4().hex[:6]}"
    path = "/api/escalation-policies/"

    async def of_ward() -> list[int]:
        found = (await nurse.get(path)).json()["results"]
        return [one["version"] for one in found if one["ward"] == ward]

    builtin = (await nurse.get(path)).json()["results"][:3]
    assert [(one["priority"], one["version"]) for one in builtin] == [
        ("high", 0),
        ("medium", 0),
        ("low", 0),
    ]
    assert (await policy(nurse, ward=ward)).status_code == 403
    assert (await policy(admin, ward=ward)).json()["version"] == 1
    assert (await policy(admin, ward=ward, repeat_seconds=60)).json()["version"] == 2
    assert await of_ward() == [2]
    assert (await admin.delete(path, priority="high", ward=ward)).status_code == 204
    assert (await admin.delete(path, priority="high", ward=ward)).status_code == 404
    assert await of_ward() == []


async def test_two_changes_at_once_are_two_versions_or_a_conflict(people: People) -> None:
    admin, ward = await people.person("admin"), f"W{uuid4().hex[:6]}"
    answers = await asyncio.gather(*(policy(admin, ward=ward) for _ in range(3)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    cursor = await people.db.execute(
        "SELECT count(*) FROM escalation_policies WHERE ward = %s AND superseded_at IS NULL",
        (ward,),
    )
    assert await cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"after_seconds": 0, "who": "ward_role", "channels": ["sms"]}],
        [{"after_seconds": 0, "who": "care_team", "channels": ["sms"], "role": "clinician"}],
        [{"after_seconds": 0, "who": "user", "channels": ["sms"]}],
        [{"after_seconds": 0, "who": "emergency_contact", "channels": ["email"]}],
        [{"after_seconds": -1, "who": "care_team", "channels": ["sms"]}],
        [{"after_seconds": 0, "who": "care_team", "channels": []}],
        [
            {"after_seconds": 60, "who": "care_team", "channels": ["sms"]},
            {"after_seconds": 0, "who": "care_team", "channels": ["sms"]},
        ],
    ],
)
async def test_a_policy_that_cannot_be_followed_is_refused(
    people: People, steps: list[dict[str, Any]]
) -> None:
    admin = await people.person("admin")
    assert (await policy(admin, steps=steps)).status_code == 422


async def test_a_hospital_needs_a_ward_and_must_be_there(people: People) -> None:
    admin = await people.person("admin")
    assert (await policy(admin, hospital_id=str(uuid4()))).status_code == 422
    assert (await policy(admin, hospital_id=str(uuid4()), ward="W")).status_code == 422
