"""What patients take, over HTTP: entering, warnings, changes, doses, adherence, side effects."""

import datetime as dt
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.api.medicine_cases import enter, of, provider
from tests.support.http import People, Person
from tests.support.queries import counted

ACCRA = ZoneInfo("Africa/Accra")


async def says(people: People, patient: Person, **profile: str) -> None:
    columns = ", ".join(profile)
    places = ", ".join(f"%({name})s" for name in profile)
    await people.db.execute(
        f"INSERT INTO user_profiles (user_id, {columns}) VALUES (%(user)s, {places})",  # noqa: S608
        {"user": patient.id, **profile},
    )


async def began(people: People, mine: dict[str, Any], days: int) -> None:
    """Let it have been taken up so many days ago."""
    await people.db.execute(
        "UPDATE medication_plans SET valid_from = valid_from - %s * interval '1 day',"
        " start_date = start_date - %s WHERE user_medication_id = %s",
        (days, days, mine["id"]),
    )


async def test_a_patient_says_what_they_take(people: People) -> None:
    patient = await people.patient()
    medication = await people.medication("Metformin", generic_name="metformin")
    mine = await enter(patient, patient, medication, frequency="twice daily")
    assert mine["schedule"]["times"] == ["08:00", "20:00"]
    assert (mine["prescribed_by"], mine["status"], mine["warnings"]) == (None, "active", [])
    listed = (await patient.get(of(patient))).json()["results"]
    assert [one["id"] for one in listed] == [mine["id"]]
    history = (await patient.get(of(patient, f"{mine['id']}/history/"))).json()["results"]
    assert [(one["kind"], one["actor_id"]) for one in history] == [("entered", str(patient.id))]


async def test_a_provider_prescribes_and_the_patient_cannot_change_it(people: People) -> None:
    doctor = await people.person("clinician")
    key = await provider(people, doctor)
    patient = await people.patient(doctor)
    medication = await people.medication()
    mine = await enter(doctor, patient, medication, frequency="once daily")
    assert mine["prescribed_by"] == {"id": str(key), "name": "Kofi Asante"}
    path = of(patient, f"{mine['id']}/")
    assert (await patient.patch(path, {"dosage": "5 tablets"})).status_code == 403
    more = {"schedule": {"kind": "times", "times": ["07:00", "19:00"]}}
    assert (await patient.patch(path, more)).status_code == 403
    other = {"schedule": {"kind": "times", "times": ["07:00"]}, "reminders": False}
    changed = await patient.patch(path, other)
    assert changed.status_code == 200
    assert changed.json()["schedule"]["times"] == ["07:00"]
    stopped = await patient.post(f"{path}status/", {"status": "stopped", "reason": "A rash"})
    assert stopped.json()["status"] == "stopped"
    assert (await patient.post(f"{path}status/", {"status": "active"})).status_code == 403
    assert (await doctor.post(f"{path}status/", {"status": "active"})).status_code == 200


async def test_who_prescribes_is_a_provider(people: People) -> None:
    nurse = await people.person("clinician")
    patient, medication = await people.patient(nurse), await people.medication()
    await enter(nurse, patient, medication, 409, prescribed=True)
    reported = await enter(nurse, patient, medication)
    assert reported["prescribed_by"] is None
    assert reported["entered_by_id"] == str(nurse.id)
    await enter(patient, patient, medication, 403, prescribed=True)


async def test_a_severe_warning_is_acknowledged_with_a_reason(people: People) -> None:
    patient = await people.patient()
    await says(people, patient, allergies="Penicillin, nuts")
    medication = await people.medication("Amoxicillin 500 mg", generic_name="amoxicillin")
    refused = await enter(patient, patient, medication, 409)
    assert refused["type"] == "urn:jeghealth:problem:warnings-not-acknowledged"
    (warning,) = refused["warnings"]
    assert (warning["kind"], warning["severity"]) == ("allergy", "severe")
    assert warning["source"].startswith("profile.allergies")
    await enter(patient, patient, medication, 422, acknowledge_warnings=True)
    mine = await enter(
        patient,
        patient,
        medication,
        acknowledge_warnings=True,
        acknowledgement_reason="Tolerated in hospital last year",
    )
    assert mine["acknowledged_warnings"] == [warning["code"]]
    assert mine["acknowledgement_reason"] == "Tolerated in hospital last year"
    shown = (await patient.get(of(patient, f"{mine['id']}/warnings/"))).json()
    assert [one["code"] for one in shown["warnings"]] == [warning["code"]]
    assert shown["allergies_recorded"]


async def test_interactions_duplicates_and_contraindications(people: People) -> None:
    patient = await people.patient()
    await says(people, patient, medical_conditions="Stomach ulcer; asthma")
    warfarin = await people.medication("Warfarin", generic_name="warfarin")
    ibuprofen = await people.medication(
        "Ibuprofen 400 mg",
        generic_name="ibuprofen",
        interactions="moderate: warfarin - bleeding is more likely",
        contraindications="moderate: peptic ulcer - it may bleed",
    )
    brand = await people.medication("Brufen", generic_name="Ibuprofen 200 mg")
    taken = await enter(patient, patient, warfarin)
    before = await patient.get(of(patient, "warnings/"), medication=str(ibuprofen))
    assert before.json()["medicines_checked"] == 1
    mine = await enter(patient, patient, ibuprofen)
    found = {one["kind"]: one for one in mine["warnings"]}
    assert before.json()["warnings"] == mine["warnings"]
    assert found["interaction"]["about_id"] == str(warfarin)
    assert found["interaction"]["quote"] == "moderate: warfarin - bleeding is more likely"
    assert found["contraindication"]["about"] == "Stomach ulcer"
    again = await enter(patient, patient, brand)
    assert [(one["kind"], one["about_id"]) for one in again["warnings"]] == [
        ("duplicate", str(ibuprofen))
    ]
    # The other way round it is found as well, as long as both are taken.
    all_of = (await patient.get(of(patient, "warnings/"))).json()["results"]
    by_id = {one["user_medication_id"]: one["warnings"] for one in all_of}
    assert [one["about_id"] for one in by_id[taken["id"]]] == [str(ibuprofen)]
    await patient.post(of(patient, f"{mine['id']}/status/"), {"status": "stopped"})
    later = (await patient.get(of(patient, f"{taken['id']}/warnings/"))).json()
    assert later["warnings"] == []


async def test_queries_do_not_grow_with_what_is_taken(people: People) -> None:
    patient = await people.patient()
    counts = []
    for _ in range(2):
        for _ in range(2):
            await enter(patient, patient, await people.medication())
        with counted(people.parts.database) as statements:
            results = (await patient.get(of(patient, "warnings/"))).json()["results"]
        counts.append(len(statements))
        assert {one["medicines_checked"] for one in results} == {len(results) - 1}
    assert len(results) == 4
    assert counts[0] == counts[1]


async def test_what_is_taken_up_again_is_checked_again(people: People) -> None:
    patient = await people.patient()
    first = await people.medication("Warfarin", generic_name="warfarin")
    second = await people.medication(
        "Miconazole", generic_name="miconazole", interactions="severe: warfarin - bleeding"
    )
    old = await enter(patient, patient, first)
    path = of(patient, f"{old['id']}/status/")
    assert (await patient.post(path, {"status": "stopped"})).status_code == 200
    await enter(patient, patient, second)
    refused = await patient.post(path, {"status": "active"})
    assert (refused.status_code, refused.json()["warnings"][0]["severity"]) == (409, "severe")
    told = {"acknowledge_warnings": True, "acknowledgement_reason": "Agreed with the doctor"}
    assert (await patient.post(path, {"status": "active", **told})).status_code == 200


async def test_statuses_lead_where_they_lead(people: People) -> None:
    patient = await people.patient()
    mine = await enter(patient, patient, await people.medication(), frequency="daily")
    path = of(patient, f"{mine['id']}/status/")
    for status, expected in (
        ("active", 409),
        ("paused", 200),
        ("paused", 409),
        ("active", 200),
        ("completed", 200),
        ("paused", 409),
    ):
        answer = await patient.post(path, {"status": status, "reason": "so"})
        assert answer.status_code == expected, status
    events = (await patient.get(of(patient, f"{mine['id']}/history/"))).json()["results"]
    assert [(one["from_status"], one["to_status"]) for one in reversed(events)] == [
        ("", "active"),
        ("active", "paused"),
        ("paused", "active"),
        ("active", "completed"),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"schedule": {"kind": "times", "times": []}}, "schedule"),
        ({"schedule": {"kind": "times", "times": ["25:00"]}}, "schedule.times.0"),
        ({"schedule": {"kind": "rrule", "rrule": "FREQ=HOURLY", "times": ["08:00"]}}, "schedule"),
        ({"start_date": "2026-03-05", "end_date": "2026-03-04"}, "end_date"),
        ({"end_date": "2020-03-04"}, "end_date"),
        ({"dosage": ""}, "dosage"),
        ({"colour": "blue"}, "colour"),
    ],
)
async def test_what_is_not_valid_is_refused(
    people: People, fields: dict[str, Any], field: str
) -> None:
    patient = await people.patient()
    problem = await enter(patient, patient, await people.medication(), 422, **fields)
    assert [one["field"] for one in problem["errors"]] == [field]


async def test_a_medicine_that_is_not_given_any_more(people: People) -> None:
    patient = await people.patient()
    await enter(patient, patient, await people.medication(is_active=False), 409)
    await enter(patient, patient, uuid4(), 422)


async def test_changes_are_kept_and_unseen_ones_refused(people: People) -> None:
    patient = await people.patient()
    mine = await enter(patient, patient, await people.medication(), frequency="twice daily")
    path = of(patient, f"{mine['id']}/")
    tag = (await patient.get(path)).headers["ETag"]
    seen = patient.headers | {"If-Match": tag}
    change = {"frequency": "every 8 hours"}
    changed = await patient.client.patch(path, json=change, headers=seen)
    assert changed.json()["schedule"]["times"] == ["06:00", "14:00", "22:00"]
    assert (await patient.client.patch(path, json=change, headers=seen)).status_code == 412
    event = (await patient.get(f"{path}history/")).json()["results"][0]
    assert event["changes"]["frequency"] == ["twice daily", "every 8 hours"]


async def test_the_list_is_filtered_and_paged(people: People) -> None:
    patient = await people.patient()
    made = [await enter(patient, patient, await people.medication(f"M{n}")) for n in range(3)]
    await patient.post(of(patient, f"{made[0]['id']}/status/"), {"status": "stopped"})
    answer = await patient.get(of(patient), status="active", limit=1)
    assert [one["id"] for one in answer.json()["results"]] == [made[2]["id"]]
    more = await patient.get(of(patient), status="active", limit=1, cursor=answer.json()["next"])
    assert [one["id"] for one in more.json()["results"]] == [made[1]["id"]]
    assert more.json()["next"] is None
    assert not (await patient.get(of(patient), prescribed=True)).json()["results"]


async def doses(patient: Person, **query: Any) -> dict[str, Any]:
    answer = await patient.get(of(patient, "doses/"), **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_doses_are_taken_put_right_and_taken_back(people: People) -> None:
    patient = await people.patient()
    mine = await enter(patient, patient, await people.medication("Metformin"), frequency="daily")
    await began(people, mine, 3)
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).date()
    (dose,) = (await doses(patient, day=yesterday.isoformat()))["doses"]
    assert (dose["state"], dose["due_at"]) == ("missed", f"{yesterday}T08:00:00Z")
    path = of(patient, f"{mine['id']}/intakes/")
    body = {"status": "taken", "due_at": dose["due_at"], "at": dose["due_at"]}
    first = await patient.post(path, body)
    assert first.status_code == 201
    assert (await doses(patient, day=yesterday.isoformat()))["doses"][0]["state"] == "taken"
    late = await patient.post(path, body | {"at": f"{yesterday}T10:30:00Z"})
    assert (late.status_code, late.json()["id"]) == (200, first.json()["id"])
    assert (await doses(patient, day=yesterday.isoformat()))["doses"][0]["state"] == "late"
    gone = await patient.client.delete(f"{path}{first.json()['id']}/", headers=patient.headers)
    assert gone.status_code == 204
    assert (await doses(patient, day=yesterday.isoformat()))["doses"][0]["state"] == "missed"
    kinds = (await patient.get(of(patient, f"{mine['id']}/history/"))).json()["results"]
    assert [one["kind"] for one in kinds] == ["intake", "intake", "entered"]


async def test_what_is_no_dose_is_refused(people: People) -> None:
    patient = await people.patient()
    mine = await enter(patient, patient, await people.medication(), frequency="daily")
    await began(people, mine, 3)
    day = (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).date()
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    path = of(patient, f"{mine['id']}/intakes/")
    for body, field in (
        ({"status": "taken", "due_at": f"{day}T08:01:00Z"}, "due_at"),
        ({"status": "taken", "due_at": "2199-01-01T08:00:00Z"}, "due_at"),
        ({"status": "skipped"}, "due_at"),
        ({"status": "taken", "at": soon}, "at"),
    ):
        answer = await patient.post(path, body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field


async def test_what_is_taken_as_needed_has_a_limit(people: People) -> None:
    patient = await people.patient()
    mine = await enter(
        patient,
        patient,
        await people.medication(),
        schedule={"kind": "as_needed", "most_per_day": 2},
    )
    path = of(patient, f"{mine['id']}/intakes/")
    answers = [(await patient.post(path, {"status": "taken"})).json() for _ in range(3)]
    assert [one["over_daily_limit"] for one in answers] == [False, False, True]
    (shown,) = (await doses(patient))["as_needed"]
    assert (shown["taken_in_24_h"], shown["most_per_day"]) == (3, 2)
    assert len((await patient.get(path, limit=2)).json()["results"]) == 2


async def test_adherence_counts_what_nobody_recorded_as_not_taken(people: People) -> None:
    patient = await people.patient()
    mine = await enter(patient, patient, await people.medication(), frequency="daily")
    await began(people, mine, 5)
    today = dt.datetime.now(dt.UTC).date()
    path = of(patient, f"{mine['id']}/intakes/")
    for back in (1, 2, 4):
        due = f"{today - dt.timedelta(days=back)}T08:00:00Z"
        status = "skipped" if back == 4 else "taken"
        await patient.post(path, {"status": status, "due_at": due, "at": due})
    since, until = today - dt.timedelta(days=4), today - dt.timedelta(days=1)
    answer = await patient.get(
        of(patient, "adherence/"), since=since.isoformat(), until=until.isoformat()
    )
    found = answer.json()["overall"]
    assert (found["expected"], found["taken"], found["skipped"], found["missed"]) == (4, 2, 1, 1)
    assert (found["taken_share"], found["covered_share"], found["streak"]) == (0.5, 0.5, 2)
    assert answer.json()["medications"][0]["user_medication_id"] == mine["id"]
    backwards = await patient.get(of(patient, "adherence/"), since=until, until=since)
    assert backwards.status_code == 400
    long = await patient.get(of(patient, "adherence/"), since="2020-01-01")
    assert long.status_code == 400


async def test_a_pause_has_no_doses(people: People) -> None:
    patient = await people.patient()
    times = {"kind": "times", "times": [f"{hour:02}:59" for hour in range(0, 24, 2)]}
    mine = await enter(patient, patient, await people.medication(), schedule=times)
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date().isoformat()
    assert len((await doses(patient, day=tomorrow))["doses"]) == 12
    await patient.post(of(patient, f"{mine['id']}/status/"), {"status": "paused"})
    assert (await doses(patient, day=tomorrow))["doses"] == []
