"""When providers can be booked, and what is free."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from api.errors import InvalidInputError
from api.providers.times_service import to_come
from storage.engine import Database
from storage.queries.availability import covered
from storage.queries.provider_letters import TASK
from tests.support.clinic import Clinic
from tests.support.http import People, Person

DAY = dt.timedelta(days=1)
HALF = dt.timedelta(minutes=30)


def utc(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), dt.UTC)


def path_of(provider_id: UUID, more: str = "availability/") -> str:
    return f"/api/providers/{provider_id}/{more}"


async def free(who: Person, provider_id: UUID, day: dt.date, **query: Any) -> list[str]:
    answer = await who.get(
        path_of(provider_id), **{"from": f"{day}", "to": f"{query.pop('to', day)}"}, **query
    )
    assert answer.status_code == 200, answer.text
    return [one["start"][11:16] for one in answer.json()["slots"]]


async def news(db: psycopg.AsyncConnection, kind: str, *users: Person) -> list[UUID]:
    cursor = await db.execute(
        "SELECT user_id FROM notifications WHERE kind = %s AND user_id = ANY(%s)",
        (kind, [one.id for one in users]),
    )
    return [user_id for (user_id,) in await cursor.fetchall()]


async def queued(db: psycopg.AsyncConnection, provider_id: UUID) -> int:
    cursor = await db.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args ->> 'provider_id'"
        " = %s",
        (TASK, str(provider_id)),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_a_date_as_in_the_drawing_opens_slots(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    hospital = await clinic.hospital("Accra General " + uuid4().hex, time_zone="Europe/Paris")
    provider_id = await clinic.provider(hospital)
    answer = await admin.post(
        path_of(provider_id),
        {
            "date": f"{monday}",
            "start_time": "09:00",
            "end_time": "11:00",
            "hospital_id": str(hospital),
        },
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["time_zone"] == "Europe/Paris"
    assert (await admin.get(answer.headers["Location"])).json() == answer.json()
    shown = (await patient.get(path_of(provider_id), **{"from": f"{monday}"})).json()
    starts = [dt.datetime.fromisoformat(one["local_start"]) for one in shown["slots"]]
    paris = ZoneInfo("Europe/Paris")
    first = dt.datetime.combine(monday, dt.time(9), paris)
    assert starts == [first + n * HALF for n in range(4)]
    assert {one["hospital_id"] for one in shown["slots"]} == {str(hospital)}
    assert [dt.datetime.fromisoformat(one["start"]) for one in shown["slots"]] == starts
    assert await queued(clinic.db, provider_id) == 1


async def test_what_is_booked_or_kept_is_not_free(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    patient, other = await people.patient(), await people.patient()
    provider_id = await clinic.provider()
    await clinic.time(provider_id, monday, "09:00", "12:00")
    for start, status in (("09:30", "scheduled"), ("10:30", "cancelled"), ("11:00", "no_show")):
        await clinic.appointment(provider_id, patient.id, utc(monday, start), status=status)
    entry = await clinic.insert(
        "waiting_list_entries",
        {
            "patient_id": other.id,
            "healthcare_provider_id": provider_id,
            "earliest": utc(monday, "08:00"),
            "latest": utc(monday, "18:00"),
        },
    )
    await clinic.insert(
        "waiting_list_offers",
        {
            "entry_id": entry,
            "healthcare_provider_id": provider_id,
            "appointment_date": utc(monday, "11:30"),
            "duration_minutes": 30,
            "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10),
        },
    )
    assert await free(patient, provider_id, monday) == ["09:00", "10:00", "10:30", "11:00"]


async def test_buffers_lengths_and_how_soon(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    patient = await people.patient()
    provider_id = await clinic.provider(buffer_minutes=15, slot_minutes=45)
    await clinic.time(provider_id, monday, "09:00", "12:00")
    assert await free(patient, provider_id, monday) == ["09:00", "10:00", "11:00"]
    await clinic.appointment(provider_id, patient.id, utc(monday, "10:50"))
    assert await free(patient, provider_id, monday) == ["09:00"]
    late = await clinic.provider(lead_minutes=43_200)
    await clinic.time(late, monday, "09:00", "12:00")
    assert await free(patient, late, monday) == []
    near = await clinic.provider(booking_days=1)
    await clinic.time(near, monday, "09:00", "12:00")
    assert await free(patient, near, monday) == []


async def test_places_that_take_no_bookings_have_no_slots(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    patient = await people.patient()
    here = await clinic.hospital()
    closed = await clinic.hospital(appointment_booking_available=False)
    left = await clinic.hospital()
    provider_id = await clinic.provider(here, closed)
    for hospital, start, end in ((here, "09:00", "10:00"), (closed, "10:00", "11:00")):
        await clinic.time(provider_id, monday, start, end, hospital_id=hospital)
    await clinic.time(provider_id, monday, "11:00", "12:00", hospital_id=left)
    await clinic.time(provider_id, monday, "12:00", "12:30")
    assert await free(patient, provider_id, monday) == ["09:00", "09:30", "12:00"]
    assert await free(patient, provider_id, monday, hospital=str(here)) == ["09:00", "09:30"]


async def test_rules_exceptions_and_other_hours(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    account = await people.person("clinician")
    patient = await people.patient()
    provider_id = await clinic.provider(user_id=account.id)
    rule = await account.post(
        path_of(provider_id),
        {
            "date": f"{monday}",
            "start_time": "09:00",
            "end_time": "10:00",
            "rrule": "rrule:freq=weekly;byday=mo,tu,we",
        },
    )
    assert rule.status_code == 201, rule.text
    assert rule.json()["rrule"] == "FREQ=WEEKLY;BYDAY=MO,TU,WE"
    week = monday + 6 * DAY
    assert await free(patient, provider_id, monday, to=week) == ["09:00", "09:30"] * 3
    exceptions = path_of(provider_id, "availability/exceptions/")
    off = await account.post(
        exceptions, {"first_date": f"{monday}", "last_date": f"{monday + DAY}", "reason": "away"}
    )
    assert off.status_code == 201, off.text
    other = {
        "first_date": f"{monday + 2 * DAY}",
        "availability_id": rule.json()["id"],
        "start_time": "15:00",
        "end_time": "15:30",
    }
    assert (await account.post(exceptions, other)).status_code == 201
    assert await free(patient, provider_id, monday, to=week) == ["15:00"]
    wrong_day = {**other, "first_date": f"{monday + 3 * DAY}"}
    assert (await account.post(exceptions, wrong_day)).status_code == 422
    listed = (await account.get(exceptions)).json()["results"]
    assert [one["reason"] for one in listed] == ["away", ""]
    assert (await patient.get(exceptions)).status_code == 403
    assert (await account.delete(f"{exceptions}{off.json()['id']}/")).status_code == 204
    assert await free(patient, provider_id, monday, to=week) == ["09:00", "09:30"] * 2 + ["15:00"]


async def test_nobody_is_at_two_places(people: People, clinic: Clinic, monday: dt.date) -> None:
    admin = await people.person("admin")
    provider_id = await clinic.provider(time_zone="Africa/Accra")
    weekly = {
        "date": f"{monday}",
        "start_time": "09:00",
        "end_time": "12:00",
        "rrule": "FREQ=WEEKLY",
    }
    made = await admin.post(path_of(provider_id), weekly)
    assert made.status_code == 201
    later = monday + 21 * DAY
    clash = {"date": f"{later}", "start_time": "11:30", "end_time": "13:00"}
    refused = await admin.post(path_of(provider_id), clash)
    assert refused.status_code == 409
    assert f"{later} 11:30 to 12:00" in refused.json()["detail"]
    touching = await admin.post(path_of(provider_id), {**clash, "start_time": "12:00"})
    assert touching.status_code == 201
    wider = await admin.put(made.headers["Location"], {**weekly, "end_time": "12:30"})
    assert wider.status_code == 409
    listed = await admin.get(path_of(provider_id, "availability/rules/"))
    assert [one["end_time"] for one in listed.json()["results"]] == ["12:00:00", "13:00:00"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("", {"end_time": "09:00"}),
        ("start_time", {"start_time": "09:00:30"}),
        ("start_time", {"start_time": "09:00+01:00"}),
        ("rrule", {"rrule": "FREQ=SECONDLY"}),
        ("rrule", {"rrule": "FREQ=DAILY;UNTIL=20200101"}),
        ("time_zone", {"time_zone": "Nowhere"}),
        ("hospital_id", {"hospital_id": str(uuid4())}),
        ("slot_minutes", {"slot_minutes": 1}),
        ("date", {"date": "0001-01-01"}),
        ("date", {"date": "2020-11-23"}),
        ("date", {"date": "2020-11-23", "end_time": "00:00"}),
        ("rrule", {"date": "2020-11-23", "rrule": "FREQ=WEEKLY;COUNT=3"}),
        ("rrule", {"date": "2020-11-23", "rrule": "FREQ=DAILY;UNTIL=20201231"}),
    ],
)
async def test_times_that_are_none(
    people: People, clinic: Clinic, monday: dt.date, field: str, change: dict[str, Any]
) -> None:
    admin = await people.person("admin")
    body = {"date": f"{monday}", "start_time": "09:00", "end_time": "10:00", **change}
    answer = await admin.post(path_of(await clinic.provider()), body)
    assert answer.status_code == 422, answer.text
    [problem] = answer.json()["errors"]
    assert problem["field"] == field
    assert problem["reason"] != "is not valid"


async def test_a_rule_that_goes_on_may_have_begun_long_ago(people: People, clinic: Clinic) -> None:
    admin, path = await people.person("admin"), path_of(await clinic.provider())
    now = dt.datetime.now(dt.UTC)
    body = {"date": "2020-11-23", "start_time": "09:00", "end_time": "10:00", "time_zone": "UTC"}
    made = await admin.post(path, {**body, "rrule": "FREQ=WEEKLY"})
    assert made.status_code == 201, made.text
    # Its end may be brought forward to a day that is past: what was then stays as it was.
    ended = {**body, "rrule": f"FREQ=WEEKLY;UNTIL={now - DAY:%Y%m%d}"}
    answer = await admin.client.put(
        f"{path}{made.json()['id']}/", json=ended, headers=admin.headers
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("end", "zone", "over"),
    [
        ("10:00", "UTC", True),
        ("10:01", "UTC", False),
        ("00:00", "UTC", False),
        ("12:30", "Europe/Paris", False),
        ("10:30", "Asia/Tokyo", True),
    ],
)
def test_a_day_is_over_by_the_clock_of_its_place(end: str, zone: str, over: bool) -> None:
    values = {
        "last_date": dt.date(2026, 3, 2),
        "end_time": dt.time.fromisoformat(end),
        "time_zone": zone,
        "rrule": "",
    }
    now = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
    if over:
        with pytest.raises(InvalidInputError):
            to_come(values, now)
    else:
        to_come(values, now)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-01-10", "to": "2026-01-09"},
        {"from": "2026-01-01", "to": "2026-12-31"},
        {"from": "1999-01-01"},
        {"from": "9999-12-31"},
    ],
)
async def test_spans_are_bounded(people: People, clinic: Clinic, query: dict[str, str]) -> None:
    patient, provider_id = await people.patient(), await clinic.provider()
    for more in ("availability/", "schedule/"):
        assert (await patient.get(path_of(provider_id, more), **query)).status_code == 422


async def test_whoever_booked_a_time_that_is_taken_away_is_told_once(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    admin = await people.person("admin")
    touched, elsewhere, over = [await people.patient() for _ in range(3)]
    provider_id = await clinic.provider()
    rule = await clinic.time(provider_id, monday, "09:00", "12:00")
    await clinic.time(provider_id, monday + DAY, "09:00", "12:00")
    await clinic.appointment(provider_id, touched.id, utc(monday, "11:00"))
    await clinic.appointment(provider_id, elsewhere.id, utc(monday + DAY, "11:00"))
    await clinic.appointment(provider_id, over.id, utc(monday, "11:30"), status="cancelled")
    path = path_of(provider_id, f"availability/{rule}/")
    shorter = {"date": f"{monday}", "start_time": "09:00", "end_time": "11:00"}
    answer = await admin.put(path, shorter)
    assert answer.status_code == 200, answer.text
    everybody = (touched, elsewhere, over)
    assert await news(clinic.db, "schedule_change", *everybody) == [touched.id]
    # Less time is no new time.
    assert await queued(clinic.db, provider_id) == 0
    assert (await admin.delete(path)).status_code == 204
    assert await news(clinic.db, "schedule_change", *everybody) == [touched.id]
    cursor = await clinic.db.execute(
        "SELECT count(*) FROM appointments WHERE healthcare_provider_id = %s", (provider_id,)
    )
    assert await cursor.fetchall() == [(3,)]


async def test_leaving_a_hospital_touches_appointments_there(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    here, there = await clinic.hospital(), await clinic.hospital()
    provider_id = await clinic.provider(here, there)
    await clinic.time(provider_id, monday, "09:00", "12:00", hospital_id=there)
    await clinic.appointment(provider_id, patient.id, utc(monday, "09:00"), hospital_id=there)
    answer = await admin.put(path_of(provider_id, "hospitals/"), {"hospital_ids": [str(here)]})
    assert answer.status_code == 200, answer.text
    assert await news(clinic.db, "schedule_change", patient) == [patient.id]
    assert await free(patient, provider_id, monday) == []


async def test_only_who_is_free_then(people: People, clinic: Clinic, monday: dt.date) -> None:
    patient = await people.patient()
    hospital = await clinic.hospital()
    free_then, booked_up, _never = [
        await clinic.provider(hospital, last_name=name) for name in ("A", "B", "C")
    ]
    for provider_id in (free_then, booked_up):
        await clinic.time(provider_id, monday, "09:00", "10:00", hospital_id=hospital)
    await clinic.appointment(booked_up, patient.id, utc(monday, "09:00"), duration_minutes=60)
    query = {"hospital": str(hospital), "available_from": f"{monday}"}
    answer = await patient.get("/api/providers/", **query)
    assert answer.status_code == 200, answer.text
    [found] = answer.json()["results"]
    assert (found["id"], found["next_available"]) == (str(free_then), f"{monday}T09:00:00Z")
    assert answer.json()["next"] is None
    query["available_to"] = f"{monday + 40 * DAY}"
    assert (await patient.get("/api/providers/", **query)).status_code == 422


async def test_what_covers_a_time(clinic: Clinic, people: People, monday: dt.date) -> None:
    hospital = await clinic.hospital()
    provider_id = await clinic.provider(hospital)
    await clinic.time(provider_id, monday, "09:00", "12:00", hospital_id=hospital)
    database: Database = people.parts.database
    async with database.read() as session:
        for start, end, where, expected in (
            ("09:00", "12:00", None, hospital),
            ("11:45", "12:15", None, None),
            ("09:00", "09:30", uuid4(), None),
            ("10:00", "10:00", None, None),
        ):
            found = await covered(session, provider_id, utc(monday, start), utc(monday, end), where)
            assert (found.rule.hospital_id if found else None) == expected
