"""/api/hospitals/: finding, entering and changing hospitals, and their own systems."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from tests.support.clinic import Clinic
from tests.support.http import People, Person


async def names(who: Person, **query: Any) -> list[str]:
    answer = await who.get("/api/hospitals/", **query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["results"]]


async def test_every_field_is_kept_and_shown(people: People) -> None:
    admin = await people.person("admin")
    body = {
        "name": f"Korle {uuid4()}",
        "hospital_type": "teaching",
        "address": "1 Guggisberg Avenue",
        "city": "Accra",
        "region": "Greater Accra",
        "country": "Ghana",
        "phone_number": "+233 30 266 5401",
        "email": "info@korle.example",
        "website": "https://korle.example",
        "description": "A teaching hospital.",
        "specialties": "Cardiology, Surgery; cardiology\nOncology",
        "facilities": "MRI, Laboratory",
        "established_year": 1923,
        "bed_capacity": 2000,
        "emergency_services": True,
        "appointment_booking_available": True,
        "time_zone": "Africa/Accra",
    }
    answer = await admin.post("/api/hospitals/", body)
    assert answer.status_code == 201, answer.text
    shown = (await admin.get(answer.headers["Location"])).json()
    assert shown == answer.json()
    assert {**body, "phone_number": "+233302665401"}.items() <= shown.items()
    assert shown["full_address"] == "1 Guggisberg Avenue, Accra, Greater Accra, Ghana"
    assert shown["specialties_list"] == ["Cardiology", "Surgery", "Oncology"]
    assert shown["facilities_list"] == ["MRI", "Laboratory"]
    assert shown["is_active"] is True
    again = await admin.post("/api/hospitals/", body)
    assert again.status_code == 409


async def test_a_request_that_comes_twice_enters_one(people: People) -> None:
    admin = await people.person("admin")
    body = {"name": f"Ridge {uuid4()}"}
    headers = {**admin.headers, "Idempotency-Key": str(uuid4())}
    answers = [
        await admin.client.post("/api/hospitals/", json=body, headers=headers) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("website", "javascript:alert(1)"),
        ("phone_number", "12"),
        ("email", "nobody"),
        ("bed_capacity", -1),
        ("time_zone", "Mars/Olympus"),
        ("beds", 3),
    ],
)
async def test_what_is_not_valid_is_named(people: People, field: str, value: Any) -> None:
    admin = await people.person("admin")
    answer = await admin.post("/api/hospitals/", {"name": f"x {uuid4()}", field: value})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_search_by_words_place_and_what_they_have(people: People, clinic: Clinic) -> None:
    patient = await people.patient()
    city = f"Tamale{uuid4().hex[:8]}"
    await clinic.hospital(
        f"Northern Regional {city}", city=city, specialties="Cardiology", emergency_services=True
    )
    await clinic.hospital(
        f"Savanna Clinic {city}",
        city=city,
        specialties="Dermatology",
        appointment_booking_available=False,
    )
    north, savanna = f"Northern Regional {city}", f"Savanna Clinic {city}"
    assert await names(patient, city=city.upper()) == [north, savanna]
    assert await names(patient, city=city, emergency="true") == [north]
    assert await names(patient, city=city, booking="false") == [savanna]
    assert await names(patient, city=city, specialty="derm") == [savanna]
    assert await names(patient, city=city, specialty="savanna") == []
    assert await names(patient, city=city, search="savan") == [savanna]
    # Misspelt.
    assert await names(patient, city=city, search="Savana") == [savanna]
    assert await names(patient, city=city, search="Nortern") == [north]
    assert await names(patient, city=city, search="Svaanna") == [savanna]
    assert await names(patient, city=city, search="zzzzzz") == []
    assert await names(patient, city=city, search="' | !") == []


async def test_pages_go_through_all_of_them_once(people: People, clinic: Clinic) -> None:
    patient = await people.patient()
    city = uuid4().hex
    made = {await clinic.hospital(f"General {city} {n}", city=city) for n in range(5)}
    for query in ({"city": city}, {"search": f"general {city}"}):
        seen, cursor = [], None
        while True:
            page = {"limit": 2, **query, **({"cursor": cursor} if cursor else {})}
            answer = (await patient.get("/api/hospitals/", **page)).json()
            seen += [one["id"] for one in answer["results"]]
            cursor = answer["next"]
            if cursor is None:
                break
        assert len(seen) == 5
        assert set(seen) == {str(one) for one in made}


async def test_whoever_changes_it_changes_what_they_saw(people: People, clinic: Clinic) -> None:
    admin = await people.person("admin")
    hospital_id = await clinic.hospital(city="Accra", bed_capacity=10)
    path = f"/api/hospitals/{hospital_id}/"
    seen = (await admin.get(path)).headers["ETag"]
    changed = await admin.client.patch(
        path, json={"bed_capacity": 20}, headers={**admin.headers, "If-Match": seen}
    )
    assert changed.status_code == 200
    assert (changed.json()["bed_capacity"], changed.json()["city"]) == (20, "Accra")
    late = await admin.put(path, {"name": f"Other {uuid4()}"}, **{"If-Match": seen})
    assert late.status_code == 412
    now = changed.headers["ETag"]
    replaced = await admin.put(path, {"name": f"Other {uuid4()}"}, **{"If-Match": now})
    assert replaced.status_code == 200
    assert (replaced.json()["bed_capacity"], replaced.json()["city"]) == (None, "")


async def test_a_closed_hospital_is_found_by_admins_alone(people: People, clinic: Clinic) -> None:
    admin, patient = await people.person("admin"), await people.patient()
    city = uuid4().hex
    hospital_id = await clinic.hospital(f"Closing {city}", city=city)
    path = f"/api/hospitals/{hospital_id}/"
    assert (await admin.delete(path)).status_code == 204
    assert (await patient.get(path)).status_code == 404
    assert await names(patient, city=city, include_inactive="true") == []
    assert await names(admin, city=city) == []
    assert await names(admin, city=city, include_inactive="true") == [f"Closing {city}"]
    opened = await admin.patch(path, {"is_active": True})
    assert opened.json()["is_active"] is True
    assert (await patient.get(path)).status_code == 200


async def test_who_has_an_appointment_at_a_closed_hospital_is_told_once(
    people: People, clinic: Clinic
) -> None:
    admin = await people.person("admin")
    here, there = await clinic.hospital(), await clinic.hospital()
    provider_id = await clinic.provider(here, there)
    booked, calls, elsewhere, gone, over = [await people.patient() for _ in range(5)]
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    half = dt.timedelta(minutes=30)
    for number, (patient, where, more) in enumerate(
        (
            (booked, here, {}),
            (calls, here, {"appointment_type": "video"}),
            (elsewhere, there, {}),
            (gone, here, {"status": "cancelled"}),
        )
    ):
        at = soon + number * half
        await clinic.appointment(provider_id, patient.id, at, hospital_id=where, **more)
    past = soon - dt.timedelta(days=9)
    await clinic.appointment(provider_id, over.id, past, hospital_id=here)
    path = f"/api/hospitals/{here}/"
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.delete(path)).status_code == 204
    cursor = await people.db.execute(
        "SELECT user_id FROM notifications WHERE kind = 'schedule_change' AND user_id = ANY(%s)",
        ([one.id for one in (booked, calls, elsewhere, gone, over)],),
    )
    assert await cursor.fetchall() == [(booked.id,)]


async def test_the_secret_of_a_system_is_never_shown_again(people: People, clinic: Clinic) -> None:
    admin = await people.person("admin")
    path = f"/api/hospitals/{await clinic.hospital()}/system/"
    assert (await admin.get(path)).status_code == 404
    body = {"kind": "webhook", "url": "https://his.example/hooks"}
    made = await admin.put(path, body)
    assert made.status_code == 200, made.text
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    shown = await admin.get(path)
    assert "secret" not in shown.json()
    assert secret not in shown.text
    # The same again keeps it.
    again = await admin.put(path, body)
    assert again.json()["secret"] is None
    row = await (await clinic.db.execute("SELECT secret FROM hospital_systems")).fetchall()
    assert (secret,) in row
    token = {"kind": "fhir", "url": "https://his.example/fhir"}
    assert (await admin.put(path, token)).status_code == 422
    fhir = await admin.put(path, {**token, "secret": "token-of-theirs"})
    assert fhir.json()["secret"] is None
    assert "token-of-theirs" not in (await admin.get(path)).text
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.get(path)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "webhook", "url": "ftp://his.example"},
        {"kind": "webhook", "url": "https://his.example/?key=1"},
        {"kind": "webhook", "url": "https://his.example", "secret": "short"},
        {"kind": "soap", "url": "https://his.example"},
    ],
)
async def test_a_system_that_cannot_be_told_is_refused(
    people: People, clinic: Clinic, body: dict[str, str]
) -> None:
    admin = await people.person("admin")
    answer = await admin.put(f"/api/hospitals/{await clinic.hospital()}/system/", body)
    assert answer.status_code == 422
