"""What the admin panel does about hospitals, providers, and when and where they work."""

import datetime as dt
from uuid import UUID, uuid4

from tests.support.http import People
from tests.support.panel import (
    Browser,
    newest_record,
    one,
)


async def _provider(people: People, licence: str) -> UUID:
    made: UUID = await one(
        people,
        "INSERT INTO healthcare_providers (first_name, last_name, email, license_number)"
        " VALUES ('Ama', 'Owusu', %s, %s) RETURNING id",
        f"{uuid4()}@x.example",
        licence,
    )
    return made


async def test_a_licence_is_verified_with_the_register(browser: Browser, people: People) -> None:
    await people.db.execute(
        "UPDATE healthcare_providers SET license_number = gen_random_uuid()::text"
        " WHERE license_number = '1234567893'"
    )
    good = await _provider(people, "1234567893")
    bad = await _provider(people, f"{uuid4()}")
    done = await browser.act("healthcare_providers", good, "verify_licence")
    assert done.status_code == 200, done.text
    refused = await browser.act("healthcare_providers", bad, "verify_licence")
    assert refused.status_code == 400
    assert "National Provider Identifier" in refused.json()["msg"]
    state = "SELECT licence_state FROM healthcare_providers WHERE id = %s"
    assert await one(people, state, good) == "valid"
    assert await one(people, state, bad) == "unchecked"
    told = await newest_record(people, "/admin/_api/{key}/row-action")
    assert told[2] == f"healthcare_providers/{bad}/verify_licence"
    await people.db.execute("DELETE FROM healthcare_providers WHERE id IN (%s, %s)", (good, bad))


async def test_a_hospital_is_entered_and_changed(browser: Browser, people: People) -> None:
    name = f"Ridge {uuid4()}"
    assert (await browser.get("hospitals/create")).status_code == 200
    made = await browser.post("hospitals/create", name=name, city="Accra", country="Ghana")
    assert made.status_code == 303, made.text[-3000:]
    hospital = await one(people, "SELECT id FROM hospitals WHERE name = %s", name)
    again = await browser.post("hospitals/create", name=name)
    assert again.status_code == 422
    form = await browser.get("hospitals/edit", pk=hospital)
    assert form.status_code == 200
    path = f"hospitals/edit?pk={hospital}"
    typed = {"name": name, "city": "Kumasi", "country": "Ghana", "hospital_type": "general"}
    plain = {"time_zone": "Africa/Accra", "is_active": "on", "bed_capacity": "120"}
    done = await browser.post(path, **typed, **plain, appointment_booking_available="on")
    assert done.status_code == 303, done.text[-3000:]
    row = "SELECT city || bed_capacity || is_active FROM hospitals WHERE id = %s"
    assert await one(people, row, hospital) == "Kumasi120true"
    bad = await browser.post(path, **typed, **plain | {"bed_capacity": "many"})
    assert bad.status_code == 422
    assert await one(people, row, hospital) == "Kumasi120true"


async def test_times_of_providers_are_taken_away(browser: Browser, people: People) -> None:
    admin = await people.person("admin")
    provider = await one(
        people,
        "INSERT INTO healthcare_providers"
        " (id, first_name, last_name, email, phone_number, specialization, license_number)"
        " VALUES (gen_random_uuid(), 'Ama', 'Osei', %s, '', 'Cardiology', %s) RETURNING id",
        f"{uuid4()}@x.example",
        f"{uuid4()}",
    )
    path = f"/api/providers/{provider}/availability/"
    time = {"date": "2090-01-02", "start_time": "09:00", "end_time": "12:00"}
    made = await admin.post(path, time)
    assert made.status_code == 201, made.text
    away = await admin.post(f"{path}exceptions/", {"first_date": "2090-01-02"})
    assert away.status_code == 201, away.text
    for table, row in (
        ("availability_exceptions", away.json()["id"]),
        ("provider_availability", made.json()["id"]),
    ):
        done = await browser.act(table, row, "remove")
        assert done.status_code == 200, done.text
        assert (await browser.act(table, row, "remove")).status_code == 400


async def test_a_provider_is_entered_with_a_licence_that_holds(
    browser: Browser, people: People
) -> None:
    await people.db.execute(
        "UPDATE healthcare_providers SET license_number = gen_random_uuid()::text"
        " WHERE license_number = '1234567893'"
    )
    typed = {
        "first_name": "Ama",
        "last_name": "Owusu",
        "email": f"{uuid4()}@x.example",
        "specialization": "cardiology",
        "time_zone": "Africa/Accra",
        "is_active": "on",
    }
    bad = await browser.post("healthcare_providers/create", **typed, license_number="1")
    assert bad.status_code == 422
    made = await browser.post("healthcare_providers/create", **typed, license_number="1234567893")
    assert made.status_code == 303, made.text[-2000:]
    row = "SELECT id FROM healthcare_providers WHERE email = %s AND licence_state = 'valid'"
    provider = await one(people, row, typed["email"])
    assert provider is not None
    await people.db.execute("DELETE FROM healthcare_providers WHERE id = %s", (provider,))


async def test_times_of_providers_are_entered_and_changed(browser: Browser, people: People) -> None:
    provider = await _provider(people, f"{uuid4()}")
    day, week_later = [
        (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)).isoformat() for days in (9, 16)
    ]
    typed = {"provider_id": f"{provider}", "date": day, "start_time": "09:00"}
    for wrong in (
        {},
        {"end_time": "08:00"},
        {"end_time": "noon"},
        {"end_time": "12:00", "rrule": "FREQ=SOMETIMES"},
        {"end_time": "12:00", "provider_id": f"{uuid4()}"},
        {"end_time": "12:00", "provider_id": "nobody"},
    ):
        bad = await browser.post("provider_availability/create", **typed | wrong)
        assert bad.status_code == 422, wrong
    assert "times_order" not in bad.text
    made = await browser.post("provider_availability/create", **typed, end_time="12:00")
    assert made.status_code == 303, made.text[-2000:]
    overlap = await browser.post("provider_availability/create", **typed, end_time="10:00")
    assert overlap.status_code == 422
    row = await one(people, "SELECT id FROM provider_availability WHERE provider_id = %s", provider)
    form = await browser.get("provider_availability/edit", pk=row)
    assert f'value="{day}"' in form.text
    assert 'type="date"' in form.text
    path = f"provider_availability/edit?pk={row}"
    when = {"date": day, "start_time": "08:30:00", "end_time": "12:00:00"}
    changed = await browser.post(path, **when, rrule="FREQ=WEEKLY;COUNT=3", slot_minutes="20")
    assert changed.status_code == 303, changed.text[-2000:]
    said = (
        "SELECT concat_ws(' ', start_time, rrule, slot_minutes)"
        " FROM provider_availability WHERE id = %s AND provider_id = %s"
    )
    assert await one(people, said, row, provider) == "08:30:00 FREQ=WEEKLY;COUNT=3 20"
    assert (await browser.post(path, **when, slot_minutes="1")).status_code == 422

    away = {"provider_id": f"{provider}", "first_date": week_later, "reason": "Away"}
    bad = await browser.post("availability_exceptions/create", **away, start_time="10:00")
    assert bad.status_code == 422
    made = await browser.post("availability_exceptions/create", **away)
    assert made.status_code == 303, made.text[-2000:]
    said = "SELECT last_date::text FROM availability_exceptions WHERE provider_id = %s"
    assert await one(people, said, provider) == week_later


async def test_a_provider_gets_hospitals_and_loses_them(browser: Browser, people: People) -> None:
    provider = await _provider(people, f"{uuid4()}")
    make = "INSERT INTO hospitals (name) VALUES (%s) RETURNING id"
    ridge, korle = [await one(people, make, f"{uuid4()}") for _ in range(2)]
    for hospital in (ridge, korle):
        typed = {"provider_id": f"{provider}", "hospital_id": f"{hospital}"}
        made = await browser.post("provider_hospitals/create", **typed)
        assert made.status_code == 303, made.text[-2000:]
        assert (await browser.post("provider_hospitals/create", **typed)).status_code == 422
    nowhere = {"provider_id": f"{provider}", "hospital_id": f"{uuid4()}"}
    assert (await browser.post("provider_hospitals/create", **nowhere)).status_code == 422
    primary = "SELECT hospital_id FROM provider_hospitals WHERE provider_id = %s AND is_primary"
    assert await one(people, primary, provider) == ridge
    done = await browser.act("provider_hospitals", f"{provider},{korle}", "make_primary")
    assert done.status_code == 200, done.text
    assert await one(people, primary, provider) == korle
    done = await browser.act("provider_hospitals", f"{provider},{korle}", "remove")
    assert done.status_code == 200, done.text
    assert await one(people, primary, provider) == ridge
    gone = await browser.act("provider_hospitals", f"{provider},{korle}", "remove")
    assert gone.status_code == 400


async def test_a_hospital_s_own_system_is_forgotten(browser: Browser, people: People) -> None:
    make = "INSERT INTO hospitals (name) VALUES (%s) RETURNING id"
    hospital = await one(people, make, f"{uuid4()}")
    admin = await people.person("admin")
    path = f"/api/hospitals/{hospital}/system/"
    told = {"kind": "webhook", "url": "https://hospital.example/hook"}
    put = await people.client.put(path, json=told, headers=admin.headers)
    assert put.status_code == 200, put.text
    done = await browser.act("hospital_systems", hospital, "remove")
    assert done.status_code == 200, done.text
    assert (await admin.get(path)).status_code == 404
    assert (await browser.act("hospital_systems", hospital, "remove")).status_code == 400
    assert (await browser.act("hospital_syncs", uuid4(), "replay")).status_code == 400
