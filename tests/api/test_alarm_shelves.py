"""Conditions that are shelved: off the board for a time, with a reason and an end."""

import datetime as dt
from uuid import uuid4

from analytics.alarms import HIGH_SHELF_MS
from tests.api.alarm_cases import do, done, reasons, soon, wake
from tests.support.http import People


async def test_a_shelved_condition_is_off_the_board_until_the_shelf_ends(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    alarm = await people.alarm(patient, priority="medium")
    wanted = {"until": soon(120), "reason": "is being washed"}
    held = await done(nurse, alarm, "shelve", wanted)
    assert held["state"] == "suppressed"
    assert (await do(nurse, alarm, "acknowledge")).status_code == 409
    again = await do(nurse, alarm, "shelve", wanted)
    assert again.json()["type"] == "urn:jeghealth:problem:already-shelved"
    board = (await nurse.get("/api/alarms/", state="open", patient=patient.id)).json()
    assert board["results"] == []
    kept = (await nurse.get("/api/alarms/", state="suppressed", patient=patient.id)).json()
    assert [one["id"] for one in kept["results"]] == [str(alarm)]
    (shelf,) = (await nurse.get("/api/alarm-shelves/", patient=patient.id)).json()["results"]
    assert (shelf["reason"], shelf["by"]["id"]) == ("is being washed", str(nurse.id))
    starts = dt.datetime.fromisoformat(shelf["starts_at"])
    high = dt.datetime.fromisoformat(shelf["high_priority_until"])
    assert (high - starts).total_seconds() * 1000 == HIGH_SHELF_MS
    ended = await nurse.post(f"/api/alarm-shelves/{shelf['id']}/end/")
    assert ended.json()["ended_by"]["id"] == str(nurse.id)
    assert (await nurse.post(f"/api/alarm-shelves/{shelf['id']}/end/")).status_code == 409
    assert (await done(nurse, alarm, "acknowledge"))["state"] == "active_acknowledged"
    assert await reasons(nurse, alarm) == ["shelved", "unshelved", "acknowledged"]


async def test_a_shelf_ends_by_itself(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    alarm = await people.alarm(patient)
    await done(nurse, alarm, "shelve", {"until": soon(), "reason": "suction"})
    await people.db.execute(
        "UPDATE alarm_shelves SET starts_at = now() - interval '1 h',"
        " ends_at = now() - interval '1 min' WHERE patient_id = %s",
        (patient.id,),
    )
    await wake(people, alarm)
    assert await reasons(nurse, alarm) == ["shelved", "shelf_ended"]
    lists = [
        (await nurse.get("/api/alarm-shelves/", patient=patient.id, standing=one)).json()
        for one in (True, False)
    ]
    assert [len(one["results"]) for one in lists] == [0, 1]
    assert lists[1]["results"][0]["ended_at"] == lists[1]["results"][0]["ends_at"]
    # The next one may stand.
    await done(nurse, alarm, "shelve", {"until": soon(), "reason": "suction again"})


async def test_shelves_of_conditions_that_do_not_call_yet(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    wanted = {"patient_id": str(patient.id), "condition": "heart_rate_high", "reason": "athlete"}
    made = await nurse.post("/api/alarm-shelves/", {**wanted, "until": soon(60)})
    assert made.status_code == 201
    for change, status in (
        ({"condition": "heart_rate_odd"}, 422),
        ({"reason": " "}, 422),
        ({"condition": "heart_rate_low", "until": soon(25 * 60)}, 422),
        ({"condition": "heart_rate_low", "until": soon(-1)}, 422),
        ({"patient_id": str(uuid4())}, 404),
        ({}, 409),
    ):
        answer = await nurse.post("/api/alarm-shelves/", {**wanted, "until": soon(60), **change})
        assert answer.status_code == status, change
