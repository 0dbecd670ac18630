"""Alarm rules over HTTP: whose they are, every version, and what a change must satisfy."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from analytics.rules import BUILTIN
from storage.queries.alarm_rules import RULES_CHANNEL
from tests.support.http import People, Person

URL = "/api/alarm-rules/heart_rate_high/"


async def put(
    person: Person, body: dict[str, Any], *, match: str | None = None, **scope: Any
) -> Response:
    headers = person.headers | ({} if match is None else {"If-Match": match})
    return await person.client.put(
        URL, json={"reason": "seen at the bedside"} | body, params=scope, headers=headers
    )


async def delete(person: Person, **scope: Any) -> Response:
    return await person.client.request(
        "DELETE", URL, json={"reason": "no longer"}, params=scope, headers=person.headers
    )


async def admit(people: People, patient: Person, ward: str) -> None:
    await people.db.execute(
        "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, %s, now())",
        (patient.id, ward),
    )


async def test_every_value_tells_where_it_comes_from(people: People) -> None:
    admin, nurse = await people.person("admin"), await people.person("clinician")
    patient, ward = await people.patient(nurse), f"ward {uuid4()}"
    await admit(people, patient, ward)
    assert (await put(admin, {"delay_s": 25, "limit": 125}, ward=ward)).status_code == 200
    answer = await put(nurse, {"limit": 140}, patient=patient.id)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    rule = answer.json()
    assert rule["values"]["limit"] == {"value": 140, "source": "patient:1"}
    assert rule["values"]["delay_s"] == {"value": 25, "source": "ward:1"}
    assert rule["values"]["hysteresis"]["source"] == "builtin:1"
    assert (rule["rule_version"], rule["scope_version"]) == ("patient:1", 1)
    assert (await nurse.get(URL, patient=patient.id)).json() == rule
    listed = (await nurse.get("/api/alarm-rules/", patient=patient.id)).json()
    assert [one["condition"] for one in listed["results"]] == sorted(BUILTIN)
    assert rule in listed["results"]


async def test_the_list_comes_in_pages(people: People) -> None:
    nurse = await people.person("clinician")
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await nurse.get("/api/alarm-rules/", limit=5, **cursor)).json()
        names += [one["condition"] for one in page["results"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert names == sorted(BUILTIN)


async def test_versions_are_kept_with_who_and_why_and_can_be_compared(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    await put(nurse, {"limit": 140}, patient=patient.id)
    await put(nurse, {"limit": 145, "delay_s": 30}, patient=patient.id)
    back = await delete(nurse, patient=patient.id)
    assert back.json()["values"]["limit"] == {"value": 131, "source": "builtin:1"}
    assert (back.json()["rule_version"], back.json()["scope_version"]) == ("builtin:1", 3)
    history = (await nurse.get(f"{URL}history/", patient=patient.id)).json()["results"]
    assert [(one["version"], one["withdrawn"], one["values"]) for one in history] == [
        (3, True, {}),
        (2, False, {"limit": 145, "delay_s": 30}),
        (1, False, {"limit": 140}),
    ]
    assert history[1]["created_by"] == {"id": str(nurse.id), "name": "Ama Owusu"}
    assert history[1]["reason"] == "seen at the bedside"
    assert [one["superseded_at"] is None for one in history] == [True, False, False]
    assert (await nurse.get("/api/alarm-rules/versions/", patient=patient.id)).json()[
        "results"
    ] == history
    found = await nurse.get(f"{URL}diff/", patient=patient.id, before=1, after=2)
    assert found.json()["differences"] == [
        {"field": "limit", "before": 140, "after": 145},
        {"field": "delay_s", "before": None, "after": 30},
    ]
    missing = await nurse.get(f"{URL}diff/", patient=patient.id, before=1, after=9)
    assert missing.status_code == 404
    again = await delete(nurse, patient=patient.id)
    assert (again.status_code, again.json()["type"]) == (409, "urn:jeghealth:problem:rule-not-set")


async def test_nobody_overwrites_what_they_have_not_seen(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    assert (await put(nurse, {"limit": 140}, match='"0"', patient=patient.id)).status_code == 200
    late = await put(nurse, {"limit": 150}, match='"0"', patient=patient.id)
    assert (late.status_code, late.headers["ETag"]) == (412, '"1"')
    assert (await put(nurse, {"limit": 150}, match='"1"', patient=patient.id)).status_code == 200
    bad = await put(nurse, {"limit": 150}, match="yes", patient=patient.id)
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"limit": 400}, "limit"),
        ({"severe_limit": 120}, "severe_limit"),
        ({"limit": 140, "severe_limit": 140}, "severe_limit"),
        ({"delay_s": -1}, "delay_s"),
        ({"delay_s": 3601}, "delay_s"),
        ({"hysteresis": 0}, "hysteresis"),
        ({"repeat_s": 1}, "repeat_s"),
        ({"priority": "urgent"}, "priority"),
        ({"limits": 3}, "limits"),
        ({}, ""),
        ({"limit": 140, "reason": ""}, "reason"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    people: People, values: dict[str, Any], field: str
) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    refused = await put(nurse, values, patient=patient.id)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [field]
    history = await nurse.get(f"{URL}history/", patient=patient.id)
    assert history.json()["results"] == []


async def test_only_those_who_care_change_a_patients_rule(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    developer = await people.person("developer")
    patient = await people.patient(nurse, developer)
    assert (await put(stranger, {"limit": 140}, patient=patient.id)).status_code == 404
    assert (await put(developer, {"limit": 140}, patient=patient.id)).status_code == 403
    assert (await put(patient, {"limit": 140}, patient=patient.id)).status_code == 403
    assert (await patient.get(URL, patient=patient.id)).status_code == 200
    assert (await patient.get(URL)).status_code == 403
    await people.end_care(nurse, patient)
    assert (await put(nurse, {"limit": 140}, patient=patient.id)).status_code == 404


async def test_a_ward_is_changed_by_admins_and_by_its_clinicians_who_are_permitted(
    people: People,
) -> None:
    nurse, ward = await people.person("clinician"), f"ward {uuid4()}"
    patient = await people.patient(nurse)
    await admit(people, patient, ward)
    assert (await put(nurse, {"limit": 140}, ward=ward)).status_code == 403
    role = uuid4()
    await people.db.execute(
        "INSERT INTO roles (id, name, permissions) VALUES (%s, %s, '[\"alarm_rules.ward\"]')",
        (role, str(role)),
    )
    await people.db.execute(
        "INSERT INTO user_roles (user_id, role_id) VALUES (%s, %s)", (nurse.id, role)
    )
    assert (await put(nurse, {"limit": 140}, ward=ward)).status_code == 200
    assert (await put(nurse, {"limit": 140}, ward="another")).status_code == 403
    assert (await put(nurse, {"limit": 140})).status_code == 403


async def test_a_scope_is_one_thing(people: People) -> None:
    admin = await people.person("admin")
    both = await admin.get(URL, patient=uuid4(), ward="A")
    assert (both.status_code, both.json()["errors"][0]["field"]) == (422, "patient")
    half = await admin.get(URL, hospital=uuid4())
    assert (half.status_code, half.json()["errors"][0]["field"]) == (422, "hospital")
    assert (await admin.get("/api/alarm-rules/nothing/")).status_code == 404
    assert (await admin.get(URL, patient=uuid4())).status_code == 404


async def test_the_engine_is_told_when_the_version_is_there(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    await people.db.execute(f"LISTEN {RULES_CHANNEL}")
    await put(nurse, {"limit": 140}, patient=patient.id)
    heard = [one async for one in people.db.notifies(timeout=30, stop_after=1)]
    assert [one.channel for one in heard] == [RULES_CHANNEL]
