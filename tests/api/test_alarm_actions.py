"""What people do about alarms through the API: each action, who may, and what stands against it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.api.alarm_cases import do, done, reasons, soon, wake
from tests.support.http import People


async def test_assigning(people: People) -> None:
    nurse, doctor = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse, doctor)
    alarm = await people.alarm(patient)
    mine = await done(nurse, alarm, "assign", {"assignee_id": str(doctor.id)})
    assert mine["assignee"]["id"] == str(doctor.id)
    again = await done(nurse, alarm, "assign", {"assignee_id": str(doctor.id)})
    assert again["version"] == mine["version"]
    assert (await done(doctor, alarm, "unassign"))["assignee"] is None
    assert await reasons(nurse, alarm) == ["assigned", "unassigned"]
    stranger = await people.person("clinician")
    for whom in (stranger.id, patient.id, uuid4()):
        refused = await do(nurse, alarm, "assign", {"assignee_id": str(whom)})
        assert refused.status_code == 422
        assert refused.json()["type"] == "urn:jeghealth:problem:invalid-assignee"


async def test_whom_an_alarm_may_be_given_to(people: People) -> None:
    nurse = await people.person("clinician", first_name="Ama", last_name="Zz-Mensah")
    doctor = await people.person("clinician", first_name="Kofi", last_name="Zz-Boateng")
    await people.person("clinician", first_name="Sam", last_name="Zz-Stranger")
    admin = await people.person("admin", first_name="Ada", last_name="Zz-Admin")
    patient = await people.patient(nurse, doctor)
    alarm = await people.alarm(patient)
    path = f"/api/alarms/{alarm}/assignees/"
    found = (await nurse.get(path, text="zz-")).json()
    assert [one["name"] for one in found["results"]] == [
        "Ada Zz-Admin",
        "Kofi Zz-Boateng",
        "Ama Zz-Mensah",
    ]
    assert {one["id"] for one in found["results"]} == {
        str(one.id) for one in (nurse, doctor, admin)
    }
    first = (await nurse.get(path, text="zz-", limit=2)).json()
    rest = (await nurse.get(path, text="zz-", limit=2, cursor=first["next"])).json()
    assert [*first["results"], *rest["results"]] == found["results"]
    assert rest["next"] is None
    (only,) = (await nurse.get(path, text="BOAT kof")).json()["results"]
    assert only["id"] == str(doctor.id)
    assert (await nurse.get(path, text="zz_")).json()["results"] == []
    # Each of them can be, and whoever is not listed cannot.
    for one in found["results"]:
        version = {"If-Match": f'"{(await nurse.get(f"/api/alarms/{alarm}/")).json()["version"]}"'}
        answer = await nurse.client.post(
            f"/api/alarms/{alarm}/assign/",
            json={"assignee_id": one["id"]},
            headers=nurse.headers | version,
        )
        assert answer.status_code == 200
    await people.end_care(doctor, patient)
    left = (await nurse.get(path, text="zz-")).json()["results"]
    assert str(doctor.id) not in {one["id"] for one in left}


async def test_nobody_undoes_what_they_have_not_seen(people: People) -> None:
    nurse, doctor = await people.person("clinician"), await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse, doctor))
    first = await done(nurse, alarm, "assign", {"assignee_id": str(nurse.id)})
    to_doctor = {"assignee_id": str(doctor.id)}
    for action, body in (("assign", to_doctor), ("unassign", None)):
        refused = await do(doctor, alarm, action, body)
        assert refused.status_code == 428
        assert refused.json()["type"] == "urn:jeghealth:problem:version-required"
    stale = await do(doctor, alarm, "assign", to_doctor, seen=first["version"] - 1)
    assert stale.status_code == 412
    assert (await do(doctor, alarm, "assign", to_doctor, seen="x")).status_code == 412
    taken = await do(doctor, alarm, "assign", to_doctor, seen=first["version"])
    assert taken.json()["assignee"]["id"] == str(doctor.id)
    assert await reasons(nurse, alarm) == ["assigned", "assigned"]


async def test_two_who_act_on_one_version_do_not_both_succeed(people: People) -> None:
    nurses = [await people.person("clinician") for _ in range(4)]
    alarm = await people.alarm(await people.patient(*nurses))
    until = {"until": soon()}
    answers_ = await asyncio.gather(*(do(one, alarm, "snooze", until, seen=1) for one in nurses))
    assert sorted(answer.status_code for answer in answers_) == [200, 412, 412, 412]


async def test_a_snooze_ends_by_itself_and_calls_again(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    await done(nurse, alarm, "acknowledge")
    snoozed = await done(nurse, alarm, "snooze", {"until": soon()})
    assert snoozed["state"] == "active_acknowledged"
    assert snoozed["snoozed_until"] is not None
    await wake(people, alarm)
    now = (await nurse.get(f"/api/alarms/{alarm}/")).json()
    assert (now["state"], now["snoozed_until"]) == ("active_unacknowledged", None)
    assert now["acknowledged_by"] is None
    assert await reasons(nurse, alarm) == ["acknowledged", "snoozed", "snooze_ended"]
    assert (await done(nurse, alarm, "snooze", {"until": soon()}))["snoozed_until"]
    assert (await done(nurse, alarm, "unsnooze"))["snoozed_until"] is None


@pytest.mark.parametrize("until", [-1, 31, "tomorrow", "2026-01-01T00:00:00", None])
async def test_snoozes_have_an_end_that_is_allowed(people: People, until: int | str | None) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    wanted = {"until": soon(until) if isinstance(until, int) else until}
    assert (await do(nurse, alarm, "snooze", wanted)).status_code == 422
    assert await reasons(nurse, alarm) == []


async def test_notes_are_part_of_the_history(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse), state="closed")
    await done(nurse, alarm, "notes", {"text": " probe was off \n"})
    (step,) = (await nurse.get(f"/api/alarms/{alarm}/history/")).json()["results"]
    assert (step["reason"], step["note"]) == ("noted", "probe was off")
    assert step["actor"]["id"] == str(nurse.id)
    for text in ("", "  ", "x" * 2001, "a\x00b", 7):
        assert (await do(nurse, alarm, "notes", {"text": text})).status_code == 422


async def test_history_comes_in_pages(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    for number in range(5):
        await done(nurse, alarm, "notes", {"text": f"note {number}"})
    found: list[str] = []
    query: dict[str, object] = {"limit": 2}
    while True:
        page = (await nurse.get(f"/api/alarms/{alarm}/history/", **query)).json()
        found += [step["note"] for step in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == [f"note {number}" for number in range(5)]


async def test_closing_and_reopening(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    lasting = await people.alarm(patient)
    refused = await do(nurse, lasting, "close")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:jeghealth:problem:alarm-state"
    assert refused.json()["detail"] == "the condition lasts: acknowledge, snooze or shelve it"
    latched = await people.alarm(patient, state="latched", condition="heart_rate_low")
    await people.db.execute("UPDATE alarms SET cleared_at = now() WHERE id = %s", (latched,))
    assert (await done(nurse, latched, "close"))["state"] == "closed"
    assert (await do(nurse, latched, "close")).status_code == 409
    back = await done(nurse, latched, "reopen")
    assert (back["state"], back["reopened"]) == ("latched", 1)
    assert await reasons(nurse, latched) == ["closed_by_hand", "reopened"]


async def test_an_alarm_is_not_reopened_beside_another_one(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    old = await people.alarm(patient, state="closed")
    await people.alarm(patient)
    refused = await do(nurse, old, "reopen")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "the condition has another open alarm"
    assert await reasons(nurse, old) == []


async def test_many_are_acknowledged_at_once(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    open_ = [await people.alarm(patient, condition=f"c{n}") for n in range(3)]
    closed = await people.alarm(patient, state="closed", condition="d")
    strange = await people.alarm(await people.patient())
    wanted = [{"id": str(one)} for one in [*open_, closed, strange]]
    wanted[1]["version"] = 9  # type: ignore[assignment]
    answer = await nurse.post("/api/alarms/acknowledge/", {"alarms": wanted})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(one["id"], one["result"]) for one in results] == [
        (str(open_[0]), "acknowledged"),
        (str(open_[1]), "stale"),
        (str(open_[2]), "acknowledged"),
        (str(closed), "conflict"),
        (str(strange), "not_found"),
    ]
    assert results[0]["alarm"]["state"] == "active_acknowledged"
    for bad in ([], wanted * 30):
        assert (await nurse.post("/api/alarms/acknowledge/", {"alarms": bad})).status_code == 422


def bodies() -> dict[str, Any]:
    """What is sent with each action."""
    return {
        "acknowledge": None,
        "assign": {"assignee_id": str(uuid4())},
        "unassign": None,
        "snooze": {"until": soon()},
        "unsnooze": None,
        "shelve": {"until": soon(), "reason": "care"},
        "close": None,
        "reopen": None,
        "notes": {"text": "seen"},
    }


@pytest.mark.parametrize("action", bodies())
async def test_only_who_cares_for_the_patient_acts(people: People, action: str) -> None:
    stranger, patient = await people.person("clinician"), await people.patient()
    alarm = await people.alarm(patient)
    body = bodies()[action]
    assert (await do(stranger, alarm, action, body)).status_code == 404
    assert (await do(patient, alarm, action, body)).status_code == 403
    anonymous = await people.client.post(f"/api/alarms/{alarm}/{action}/", json=body)
    assert anonymous.status_code == 401
    assert await reasons(patient, alarm) == []
    strange_history = await stranger.get(f"/api/alarms/{alarm}/history/")
    assert strange_history.status_code == 404


async def test_alarms_of_the_platform_are_for_admins(people: People) -> None:
    admin, nurse = await people.person("admin"), await people.person("clinician")
    row = await (
        await people.db.execute(
            "INSERT INTO alarms (condition, category, priority, state, title, message,"
            " rule_version, started_at, activated_at) VALUES (%s, 'technical', 'high',"
            " 'active_unacknowledged', 'Devices away', '12 of 14', 'technical:1', now(), now())"
            " RETURNING id",
            (f"site:{uuid4()}",),
        )
    ).fetchone()
    assert row is not None
    alarm = row[0]
    assert (await nurse.get(f"/api/alarms/{alarm}/")).status_code == 404
    seen = (await admin.get(f"/api/alarms/{alarm}/")).json()
    assert seen["patient"] is None
    closed = await done(admin, alarm, "close")
    assert closed["state"] == "closed"
