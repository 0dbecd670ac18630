"""From booked to done: every step, who takes it, when, and what it leaves; ratings; the order."""

import asyncio
import datetime as dt
from typing import Any
from uuid import uuid4

from httpx import Response

from tests.support.http import People, Person
from tests.support.visits import HOUR, Provider, booked, day, inserted, provider, told

LIST = "/api/appointments/"


def what(answer: Response) -> tuple[int, str]:
    """Status, and the status of the appointment or the problem."""
    body = answer.json()
    return answer.status_code, body.get("type", body.get("status", "")).rpartition(":")[2]


async def step(person: Person, key: object, name: str, body: Any = None) -> tuple[int, str]:
    return what(await person.post(f"{LIST}{key}/{name}/", body))


async def near(people: People, who: Provider, patient: Person, **columns: Any) -> str:
    """An appointment that begins in half an hour."""
    at = dt.datetime.now(dt.UTC) + HOUR / 2
    return str(await inserted(people, patient, who, at, **columns))


async def test_the_way_of_an_appointment(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    key = await near(people, who, patient)
    outcome = {
        "diagnosis": "Hypertension",
        "treatment_plan": "Less salt",
        "follow_up_instructions": "Measure daily",
        "next_appointment_recommended": True,
    }
    assert await step(who.person, key, "complete", outcome) == (409, "wrong-status")
    assert (await step(who.person, key, "complete", outcome | {"diagnosis": " "}))[0] == 422
    assert await step(patient, key, "confirm") == (403, "not-theirs")
    assert await step(who.person, key, "confirm") == (200, "confirmed")
    assert await step(who.person, key, "confirm") == (409, "wrong-status")
    assert await step(who.person, key, "no-show") == (400, "too-early")
    assert await step(patient, key, "check-in") == (200, "checked_in")
    answer = await patient.patch(f"{LIST}{key}/", {"notes": "x"})
    assert what(answer) == (400, "cannot-modify")
    assert await step(patient, key, "complete", outcome) == (403, "permission-denied")
    answer = await who.person.post(f"{LIST}{key}/complete/", outcome)
    assert what(answer) == (200, "completed")
    found = (await patient.get(f"{LIST}{key}/")).json()
    assert {name: found[name] for name in outcome} == outcome
    assert found["is_upcoming"] is False
    steps = (await patient.get(f"{LIST}{key}/history/")).json()["results"]
    assert [one["to_status"] for one in steps] == ["confirmed", "checked_in", "completed"]
    assert [one["by_id"] for one in steps] == [
        str(one.id) for one in (who.person, patient, who.person)
    ]
    assert len(await told(people, patient, "confirmed")) == 1
    assert await told(people, who.person, "confirmed") == []


async def test_a_step_is_taken_from_what_was_seen(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    key = await near(people, who, patient)
    path = f"{LIST}{key}/"
    seen = (await who.person.get(path)).headers["etag"]
    for name, body in (
        ("confirm", None),
        ("check-in", None),
        ("no-show", None),
        ("complete", {"diagnosis": "Hypertension"}),
    ):
        stale = who.person.headers | {"If-Match": '"stale"'}
        answer = await who.person.client.post(f"{path}{name}/", json=body, headers=stale)
        assert what(answer) == (412, "precondition-failed"), name
    headers = who.person.headers | {"If-Match": seen}
    assert what(await who.person.client.post(f"{path}confirm/", headers=headers))[0] == 200
    assert what(await who.person.client.post(f"{path}check-in/", headers=headers))[0] == 412


async def test_a_prescription_becomes_the_patients(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    key = await near(people, who, patient, status="checked_in")
    medication = uuid4()
    await people.db.execute(
        "INSERT INTO medications (id, catalogue_key, name, strength)"
        " VALUES (%s, %s, 'Amlo', '5 mg')",
        (medication, str(medication)),
    )
    item = {
        "medication_id": str(uuid4()),
        "dosage": "1 tablet",
        "frequency": "once daily",
        "start_date": day().date().isoformat(),
    }
    body = {"diagnosis": "Hypertension", "prescriptions": [item]}
    assert (await step(who.person, key, "complete", body))[0] == 422
    assert (await patient.get(f"{LIST}{key}/")).json()["status"] == "checked_in"
    body["prescriptions"] = [item | {"medication_id": str(medication)}]
    answer = await who.person.post(f"{LIST}{key}/complete/", body)
    assert what(answer) == (200, "completed")
    assert answer.json()["prescribed_medications"] == "Amlo 5 mg, 1 tablet, once daily"
    cursor = await people.db.execute(
        "SELECT medication_id, prescribed_by_id, dosage FROM user_medications WHERE user_id = %s",
        (patient.id,),
    )
    assert await cursor.fetchall() == [(medication, who.id, "1 tablet")]


async def test_who_checks_in_and_when(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    admin = await people.person("admin")
    early = await booked(patient, who, day())
    assert await step(patient, early["id"], "check-in") == (400, "too-early")
    assert await step(admin, await near(people, who, patient), "check-in") == (200, "checked_in")


async def test_who_did_not_come(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    past = await inserted(people, patient, who, dt.datetime.now(dt.UTC) - HOUR)
    assert await step(patient, past, "no-show") == (403, "not-theirs")
    assert await step(who.person, past, "no-show") == (200, "no_show")
    assert await step(who.person, past, "check-in") == (409, "wrong-status")


async def test_who_did_not_come_has_paid_or_need_not_any_more(people: People) -> None:
    who, patient = await provider(people, consultation_fee=20), await people.patient()
    fee = {"consultation_fee": 20, "payment_status": "pending"}
    for hours, confirms, after in (
        (1, False, "cancelled"),
        (2, True, "paid"),
        (3, None, "cancelled"),
    ):
        at = dt.datetime.now(dt.UTC) - hours * HOUR
        path = f"{LIST}{await inserted(people, patient, who, at, **fee)}/"
        if confirms is not None:
            assert (await patient.post(f"{path}payment/")).status_code == 201
        if confirms:
            assert (await patient.post(f"{path}payment/confirm/", {})).json()["state"] == "paid"
        answer = await who.person.post(f"{path}no-show/")
        assert (answer.status_code, answer.json()["payment_status"]) == (200, after)
        late = await patient.post(f"{path}payment/confirm/", {})
        state = (await patient.get(path)).json()["payment_status"]
        assert (late.status_code, state) == ({False: 409, True: 200, None: 404}[confirms], after)


async def test_what_is_to_be_paid_first_is_not_confirmed_before(people: People) -> None:
    who = await provider(people, requires_prepayment=True, consultation_fee=20)
    patient = await people.patient()
    key = (await booked(patient, who, day()))["id"]
    assert await step(who.person, key, "confirm") == (409, "unpaid")
    await people.db.execute("UPDATE appointments SET payment_status = 'paid' WHERE id = %s", (key,))
    assert await step(who.person, key, "confirm") == (200, "confirmed")


async def test_of_two_who_step_at_once_one_does(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    key = await near(people, who, patient)
    answers = await asyncio.gather(*(step(who.person, key, "confirm") for _ in range(6)))
    assert sorted(answers) == [(200, "confirmed")] + [(409, "wrong-status")] * 5


async def test_a_rating_is_given_once_after_completion_by_the_patient(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    admin, second = await people.person("admin"), await people.patient()
    at = dt.datetime.now(dt.UTC) - 5 * HOUR
    key = await inserted(people, patient, who, at)
    path = f"{LIST}{key}/rating/"
    body = {
        "rating": 4,
        "feedback": "Kind",
        "would_recommend": True,
        "punctuality_rating": 3,
        "communication_rating": 5,
    }
    assert what(await patient.post(path, body)) == (400, "not-rateable")
    await people.db.execute("UPDATE appointments SET status = 'completed' WHERE id = %s", (key,))
    assert (await patient.get(path)).status_code == 404
    assert (await patient.get(f"{LIST}{key}/")).json()["is_rated"] is False
    assert (await patient.post(path, body | {"rating": 6})).status_code == 422
    assert what(await who.person.post(path, body)) == (403, "not-the-patient")
    assert what(await admin.post(path, body)) == (403, "not-the-patient")
    assert (await second.post(path, body)).status_code == 404
    answers = await asyncio.gather(*(patient.post(path, body) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    found = (await who.person.get(path)).json()
    assert {name: found[name] for name in body} == body
    assert (await patient.get(f"{LIST}{key}/")).json()["is_rated"] is True
    put = await patient.client.put(path, json=body, headers=patient.headers)
    assert put.status_code == 405
    other = await inserted(people, second, who, at - HOUR, status="completed")
    await second.post(f"{LIST}{other}/rating/", {"rating": 1})
    average = (await patient.get(f"{LIST}ratings/{who.id}/")).json()
    assert (average["ratings"], average["average_rating"], average["would_recommend"]) == (
        2,
        2.5,
        1.0,
    )
    cursor = await people.db.execute(
        "SELECT rating_sum, rating_count FROM healthcare_providers WHERE id = %s", (who.id,)
    )
    assert await cursor.fetchall() == [(5, 2)]
    await people.db.execute("DELETE FROM users WHERE id = %s", (second.id,))
    cursor = await people.db.execute(
        "SELECT rating_sum, rating_count FROM healthcare_providers WHERE id = %s", (who.id,)
    )
    assert await cursor.fetchall() == [(4, 1)]
