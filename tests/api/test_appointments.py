"""Appointments: what can be booked, changed and cancelled, by whom, until when, and who is told."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.support.http import People, Person
from tests.support.visits import HOUR, booked, day, inserted, provider, told, wish

LIST = "/api/appointments/"


async def problem(person: Person, body: dict[str, Any]) -> tuple[int, str]:
    answer = await person.post(LIST, body)
    return answer.status_code, answer.json().get("type", "").rpartition(":")[2]


async def test_a_booking_has_every_field_and_tells_both_sides(people: People) -> None:
    who, patient = await provider(people, consultation_fee=40), await people.patient()
    start = day()
    made = await booked(patient, who, start, chief_complaint="Short of breath", priority="high")
    assert made["appointment_date"] == start.isoformat().replace("+00:00", "Z")
    assert made["end_time"] == (start + HOUR / 2).isoformat().replace("+00:00", "Z")
    assert (made["status"], made["payment_status"], made["consultation_fee"]) == (
        "scheduled",
        "pending",
        "40.00",
    )
    assert (made["patient_id"], made["created_by_id"]) == (str(patient.id), str(patient.id))
    assert (made["hospital_id"], made["provider_name"]) == (str(who.hospital_id), "Kwame Mensah")
    now = ("is_past", "is_today", "is_upcoming", "can_be_cancelled", "can_be_rescheduled")
    assert [made[name] for name in now] == [False, False, True, True, True]
    assert made["video_url"] is None
    [to_patient] = await told(people, patient, "booked")
    [to_provider] = await told(people, who.person, "booked")
    assert (to_patient["other"], to_provider["other"]) == ("Kwame Mensah", "Ama Owusu")
    assert "breath" not in str(to_patient) + str(to_provider)


async def test_a_free_provider_is_not_to_be_paid(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    assert (await booked(patient, who, day()))["payment_status"] == "not_required"


async def test_what_cannot_be_booked_is_said(people: People) -> None:
    who, patient = await provider(people, lead_minutes=120, booking_days=30), await people.patient()
    now = dt.datetime.now(dt.UTC)
    assert await problem(patient, wish(who, now - HOUR)) == (400, "past-time")
    assert await problem(patient, wish(who, now + HOUR)) == (400, "too-short-notice")
    assert await problem(patient, wish(who, day(40))) == (400, "too-far-ahead")
    late = wish(who, day(3, 23, 45))
    await people.db.execute(
        "UPDATE provider_availability SET end_time = '22:00' WHERE provider_id = %s", (who.id,)
    )
    assert await problem(patient, late) == (400, "outside-availability")
    nobody = {"healthcare_provider_id": str(uuid4()), "appointment_date": day().isoformat()}
    assert await problem(patient, nobody) == (400, "not-bookable")
    elsewhere = wish(who, day(), hospital_id=str(uuid4()))
    assert await problem(patient, elsewhere) == (400, "not-bookable")
    without_zone = wish(who, day()) | {"appointment_date": "2030-01-01T09:00:00"}
    assert (await problem(patient, without_zone))[0] == 422
    await people.db.execute(
        "UPDATE hospitals SET appointment_booking_available = false WHERE id = %s",
        (who.hospital_id,),
    )
    there = wish(who, day(), hospital_id=str(who.hospital_id))
    assert await problem(patient, there) == (400, "not-bookable")
    await people.db.execute(
        "UPDATE healthcare_providers SET is_active = false WHERE id = %s", (who.id,)
    )
    assert await problem(patient, wish(who, day())) == (400, "not-bookable")
    assert await problem(who.person, wish(who, day())) == (400, "not-bookable")


async def test_nobody_is_booked_twice(people: People) -> None:
    who, other = await provider(people), await provider(people)
    patient, second = await people.patient(), await people.patient()
    await booked(patient, who, day())
    assert await problem(second, wish(who, day())) == (409, "time-gone")
    assert await problem(patient, wish(other, day())) == (409, "patient-busy")
    for_second = wish(who, day(minute=15), patient_id=str(second.id))
    assert await problem(await people.person("admin"), for_second) == (409, "time-gone")
    await booked(second, who, day(minute=30))


async def test_time_is_kept_free_between_appointments(people: People) -> None:
    who = await provider(people, buffer_minutes=15)
    patient, second = await people.patient(), await people.patient()
    await booked(patient, who, day())
    for_second = wish(who, day(minute=30), patient_id=str(second.id))
    assert await problem(await people.person("admin"), for_second) == (409, "time-gone")
    await booked(second, who, day(minute=45))


async def refusals(answer: Response) -> list[str]:
    """Fields that an answer of 422 names."""
    assert answer.status_code == 422, answer.text
    assert all("slot" in one["reason"] for one in answer.json()["errors"])
    return [one["field"] for one in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("minute", "length", "field"),
    [
        (0, 480, "duration_minutes"),
        (0, 5, "duration_minutes"),
        (0, 60, "duration_minutes"),
        (7, None, "appointment_date"),
        (10, 30, "appointment_date"),
    ],
)
async def test_a_patient_takes_an_offered_slot_as_it_is(
    people: People, minute: int, length: int | None, field: str
) -> None:
    who, patient = await provider(people), await people.patient()
    longer = {} if length is None else {"duration_minutes": length}
    odd = wish(who, day(minute=minute), **longer)
    assert await refusals(await patient.post(LIST, odd)) == [field]
    made = await booked(patient, who, day(hour=14), duration_minutes=30)
    path = f"{LIST}{made['id']}/"
    move = {"appointment_date": day(minute=minute).isoformat(), **longer}
    assert await refusals(await patient.patch(path, move)) == [field]
    # Staff may choose.
    await people.care(who.person, patient)
    second = await people.patient()
    for_second = odd | {"patient_id": str(second.id), "appointment_date": day(4).isoformat()}
    assert (await (await people.person("admin")).post(LIST, for_second)).status_code == 201
    assert (await who.person.patch(path, move)).status_code == 200


async def test_what_a_patient_moves_becomes_as_long_as_the_slot(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    made = await inserted(people, patient, who, day(minute=10), duration_minutes=90)
    path = f"{LIST}{made}/"
    kept = {"appointment_date": day(hour=14).isoformat(), "duration_minutes": 90}
    assert await refusals(await patient.patch(path, kept)) == ["duration_minutes"]
    assert (await patient.patch(path, {"notes": "By bus"})).json()["duration_minutes"] == 90
    moved = await patient.patch(path, {"appointment_date": day(hour=14).isoformat()})
    assert (moved.status_code, moved.json()["duration_minutes"]) == (200, 30)


async def test_seconds_and_what_is_left_of_a_window_are_no_slot(people: People) -> None:
    who, patient = await provider(people, buffer_minutes=10), await people.patient()
    for at in (day(hour=8) + dt.timedelta(seconds=37), day(hour=23, minute=40)):
        assert await refusals(await patient.post(LIST, wish(who, at))) == ["appointment_date"]


async def test_who_books_for_whom(people: People) -> None:
    who, stranger = await provider(people), await people.person("clinician")
    admin, patient = await people.person("admin"), await people.patient()
    for_them = {"patient_id": str(patient.id)}
    assert (await problem(who.person, wish(who, day(), **for_them)))[0] == 404
    await people.care(who.person, patient)
    await people.care(stranger, patient)
    assert (await problem(stranger, wish(who, day(), **for_them)))[0] == 404
    made = await booked(who.person, who, day(), **for_them)
    assert (made["patient_id"], made["created_by_id"]) == (str(patient.id), str(who.person.id))
    await booked(admin, who, day(hour=11), **for_them)
    clinician = {"patient_id": str(stranger.id)}
    assert (await problem(admin, wish(who, day(hour=12), **clinician)))[0] == 404
    assert await problem(who.person, wish(who, day(hour=12))) == (400, "own-provider")


async def test_each_sees_their_own_and_admins_all(people: People) -> None:
    who, other = await provider(people), await provider(people)
    patient, second = await people.patient(), await people.patient()
    admin = await people.person("admin")
    mine = await booked(patient, who, day())
    theirs = await booked(second, who, day(hour=11))

    async def ids(person: Person, **query: Any) -> list[str]:
        answer = await person.get(LIST, **query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["results"]]

    assert await ids(patient) == [mine["id"]]
    assert await ids(who.person) == [theirs["id"], mine["id"]]
    assert await ids(who.person, upcoming=True) == [mine["id"], theirs["id"]]
    assert await ids(other.person) == []
    assert await ids(admin, provider=str(who.id)) == [theirs["id"], mine["id"]]
    assert await ids(admin, provider=str(who.id), patient=str(second.id)) == [theirs["id"]]
    later = day(hour=10).isoformat()
    assert await ids(who.person, **{"from": later}) == [theirs["id"]]
    assert await ids(who.person, to=later) == [mine["id"]]
    assert await ids(who.person, status="cancelled") == []
    first = (await who.person.get(LIST, limit=1)).json()
    assert await ids(who.person, limit=1, cursor=first["next"]) == [mine["id"]]
    for person, status in ((patient, 200), (who.person, 200), (admin, 200), (second, 404)):
        assert (await person.get(f"{LIST}{mine['id']}/")).status_code == status


async def test_what_is_and_is_not_today_goes_by_the_patients_clock(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    now = dt.datetime.now(dt.UTC)
    # Where a day begins at 10 or 11 UTC, and that is not near.
    zone, begins = ("Pacific/Kiritimati", 10) if now.hour >= 10 else ("Pacific/Pago_Pago", 11)
    await people.db.execute("UPDATE users SET time_zone = %s WHERE id = %s", (zone, patient.id))
    midnight = now.replace(hour=begins, minute=0, second=0, microsecond=0)
    if midnight > now:
        midnight -= dt.timedelta(days=1)
    for hours, is_today in ((-1, False), (0, True), (23, True), (24, False)):
        made = await inserted(people, patient, who, midnight + hours * HOUR)
        assert (await patient.get(f"{LIST}{made}/")).json()["is_today"] is is_today, hours
    before = await inserted(people, patient, who, now - 25 * HOUR)
    found = (await patient.get(f"{LIST}{before}/")).json()
    assert (found["is_today"], found["is_past"], found["is_upcoming"]) == (False, True, False)


async def test_moving_frees_the_old_time_and_begins_reminders_anew(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    second = await people.patient()
    made = await booked(patient, who, day())
    await people.db.execute(
        "UPDATE appointments SET reminder_sent = true, reminder_sent_at = now(),"
        " day_reminded_at = now() WHERE id = %s",
        (made["id"],),
    )
    path = f"{LIST}{made['id']}/"
    taken = await booked(second, who, day(hour=14))
    answer = await patient.patch(path, {"appointment_date": taken["appointment_date"]})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:jeghealth:problem:time-gone")
    answer = await patient.patch(path, {"appointment_date": day(hour=16).isoformat()})
    assert answer.status_code == 200, answer.text
    moved = answer.json()
    assert moved["appointment_date"].startswith(day(hour=16).strftime("%Y-%m-%dT16"))
    assert (moved["reminder_sent"], moved["reminder_sent_at"]) == (False, None)
    assert (await told(people, patient, "changed"))[0]["calendar"]["sequence"] == 1
    assert len(await told(people, who.person, "changed")) == 1
    await booked(second, who, day())


async def test_an_edit_of_words_tells_nobody_and_needs_no_turn(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    made = await booked(patient, who, day(), symptoms="cough")
    answer = await patient.client.put(
        f"{LIST}{made['id']}/", json={"symptoms": "cough, fever"}, headers=patient.headers
    )
    assert (answer.status_code, answer.json()["symptoms"]) == (200, "cough, fever")
    assert await told(people, patient, "changed") == []


async def test_what_was_seen_is_what_is_changed(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    made = await booked(patient, who, day())
    path = f"{LIST}{made['id']}/"
    tag = (await patient.get(path)).headers["etag"]
    headers = patient.headers | {"If-Match": tag}
    first = await patient.client.patch(path, json={"notes": "a"}, headers=headers)
    again = await patient.client.patch(path, json={"notes": "b"}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 412)
    gone = await patient.client.delete(path, headers=headers)
    assert gone.status_code == 412


async def test_a_patient_gives_notice_and_a_provider_need_not(people: People) -> None:
    who, patient = await provider(people, cancellation_hours=24), await people.patient()
    near = (dt.datetime.now(dt.UTC) + 5 * HOUR).replace(microsecond=0)
    made = await inserted(people, patient, who, near)
    path = f"{LIST}{made}/"
    found = (await patient.get(path)).json()
    assert (found["can_be_cancelled"], found["can_be_rescheduled"]) == (False, False)
    assert (await who.person.get(path)).json()["can_be_cancelled"] is True
    refused = await patient.client.delete(path, headers=patient.headers)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        400,
        "cannot-cancel",
    )
    refused = await patient.patch(path, {"notes": "later, please"})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        400,
        "cannot-modify",
    )
    done = await who.person.client.request(
        "DELETE", path, json={"reason": "ill"}, headers=who.person.headers
    )
    assert (done.status_code, done.json()["status"]) == (200, "cancelled")
    steps = (await patient.get(f"{path}history/")).json()["results"]
    assert [(one["from_status"], one["to_status"], one["reason"]) for one in steps] == [
        ("scheduled", "cancelled", "ill")
    ]
    assert steps[0]["by_id"] == str(who.person.id)
    assert (await told(people, patient, "cancelled"))[0]["calendar"]["cancelled"] is True
    assert (await who.person.client.delete(path, headers=who.person.headers)).status_code == 400


async def test_what_was_not_paid_is_not_owed_once_it_is_cancelled(people: People) -> None:
    who, patient = await provider(people, consultation_fee=25), await people.patient()
    for begins in (True, False):
        path = f"{LIST}{(await booked(patient, who, day()))['id']}/"
        if begins:
            assert (await patient.post(f"{path}payment/")).status_code == 201
        answer = await patient.client.delete(path, headers=patient.headers)
        assert (answer.status_code, answer.json()["payment_status"]) == (200, "cancelled")


async def test_where_it_is_is_told_as_the_hospital_tells_it(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    await people.db.execute(
        "UPDATE hospitals SET address = %s, city = 'Tamale', region = 'Northern', country = 'Ghana'"
        " WHERE id = %s",
        ("1 Ring Road\n near the  market", who.hospital_id),
    )
    hospital = (await patient.get(f"/api/hospitals/{who.hospital_id}/")).json()
    made = await booked(patient, who, day())
    assert made["hospital_address"] == hospital["full_address"]
    assert made["hospital_address"].count(",") == 3


async def test_cancelling_gives_back_what_was_paid(people: People) -> None:
    # Whoever waits for any provider would be offered the time first.
    await people.db.execute("DELETE FROM waiting_list_entries")
    await people.db.commit()
    who, patient = await provider(people, consultation_fee=25), await people.patient()
    path = f"{LIST}{(await booked(patient, who, day()))['id']}/"
    assert (await patient.post(f"{path}payment/")).status_code == 201
    await patient.post(f"{path}payment/confirm/", {})
    assert (await patient.get(path)).json()["payment_status"] == "paid"
    answer = await patient.client.delete(path, headers=patient.headers)
    assert (answer.status_code, answer.json()["payment_status"]) == (200, "refund_pending")
    await booked(patient, who, day())


async def test_the_provider_sees_the_patient_by_an_appointment(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    page = f"/api/patients/{patient.id}/"
    assert (await who.person.get(page)).status_code == 404
    first, second = await booked(patient, who, day()), await booked(patient, who, day(4))
    assert (await who.person.get(page)).status_code == 200
    cursor = await people.db.execute(
        "SELECT kind, ends_at FROM care_relationships WHERE patient_id = %s", (patient.id,)
    )
    [(kind, ends_at)] = await cursor.fetchall()
    assert (kind, ends_at) == ("appointment", day(4) + HOUR / 2 + dt.timedelta(days=30))
    for made, status in ((first, 200), (second, 404)):
        await patient.client.delete(f"{LIST}{made['id']}/", headers=patient.headers)
        assert (await who.person.get(page)).status_code == status


async def test_a_video_call_has_a_room_around_its_time_for_both_sides(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    admin, now = await people.person("admin"), dt.datetime.now(dt.UTC)
    soon = await inserted(
        people, patient, who, now + dt.timedelta(minutes=10), appointment_type="video"
    )
    later = await inserted(people, patient, who, now + 3 * HOUR, appointment_type="video")

    async def room(person: Person, key: object) -> str | None:
        found: str | None = (await person.get(f"{LIST}{key}/")).json()["video_url"]
        return found

    mine = await room(patient, soon)
    assert mine is not None
    assert mine.startswith("https://meet.jit.si/jeghealth-")
    assert len(mine.removeprefix("https://meet.jit.si/jeghealth-")) >= 32
    assert await room(who.person, soon) == mine
    assert await room(admin, soon) is None
    assert await room(patient, later) is None


async def test_the_same_request_twice_books_once(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    headers = patient.headers | {"Idempotency-Key": str(uuid4())}
    answers = [
        await patient.client.post(LIST, json=wish(who, day()), headers=headers) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
