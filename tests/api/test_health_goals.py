"""Goals: set, replaced, given up, and what none can be."""

import datetime as dt
from typing import Any

import pytest
from httpx import Response

from tests.api.health_cases import BASE, HOUR, now, ok
from tests.support.http import People


async def test_goals_are_set_replaced_and_given_up(people: People) -> None:
    patient = await people.patient()
    at = now()
    await people.measure(patient, "body_weight", [(at - HOUR, 92.5)])

    async def put(*goals: dict[str, Any]) -> Response:
        return await people.client.put(
            f"{BASE}/goals/", json={"goals": list(goals)}, headers=patient.headers
        )

    weight = {"metric": "weight", "target": 80, "direction": "at_most", "by": "2099-01-01"}
    steps = {"metric": "steps", "target": 8000, "direction": "at_least", "from": "2026-01-05"}
    answer = await put(weight, steps)
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["goals"]
    assert (first["metric"], first["start_value"], first["by"]) == (
        "body_weight",
        92.5,
        "2099-01-01",
    )
    assert first["from"] == str(dt.datetime.now(dt.UTC).date())
    assert (second["from"], second["by"], second["start_value"]) == ("2026-01-05", None, None)
    await people.measure(patient, "body_weight", [(at, 90.0)])
    kept = (await put(weight | {"by": "2099-02-01"})).json()["goals"]
    assert [(one["metric"], one["start_value"], one["by"]) for one in kept] == [
        ("body_weight", 92.5, "2099-02-01")
    ]
    moved = (await put(weight | {"target": 78})).json()["goals"]
    assert moved[0]["start_value"] == 90.0
    assert (await put()).json()["goals"] == []
    assert (await ok(patient, "goals"))["goals"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"metric": "heart_rate"}, 422),
        ({"metric": "91x4"}, 422),
        ({"target": 0}, 422),
        ({"target": 1e9}, 422),
        ({"direction": "up"}, 422),
        ({"metric": "steps", "target": 100}, 422),
        ({"from": "2026-05-01", "by": "2026-05-01"}, 400),
        ({"unknown": 1}, 422),
    ],
)
async def test_a_goal_must_make_sense(people: People, change: dict[str, Any], status: int) -> None:
    patient = await people.patient()
    goal = {"metric": "body_weight", "target": 80, "direction": "at_most"} | change
    answer = await people.client.put(
        f"{BASE}/goals/", json={"goals": [goal]}, headers=patient.headers
    )
    assert answer.status_code == status


async def test_one_goal_per_metric_and_only_for_whom_one_cares(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    goal = {"metric": "body_weight", "target": 80, "direction": "at_most"}
    url = f"{BASE}/goals/"
    twice = {"goals": [goal, goal]}
    assert (await people.client.put(url, json=twice, headers=patient.headers)).status_code == 422
    refused = await people.client.put(
        url, json={"goals": [goal]}, params={"patient": str(patient.id)}, headers=nurse.headers
    )
    assert refused.status_code == 404
    await people.care(nurse, patient)
    answer = await people.client.put(
        url, json={"goals": [goal]}, params={"patient": str(patient.id)}, headers=nurse.headers
    )
    assert answer.status_code == 200
    assert len((await ok(patient, "goals"))["goals"]) == 1
