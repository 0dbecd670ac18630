"""Idempotency-Key: what comes twice is carried out once, also when it comes at the same time."""

import asyncio
import hashlib
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response

from api.app import ROUTERS
from api.idempotency import REPLAYED, Route
from api.routing import KEY_HEADER, REPEATING, takes_key
from tests.support.http import People, Person
from tests.support.members import PASSWORD, Member

PUSH = {
    "endpoint": "https://push.example.com/send/1",
    "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAk"
        "j7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
}

WITHOUT = {
    # Nobody is logged in yet whom a key would belong to.
    "an address has one account": {"/api/auth/register/"},
    "each login is one": {
        "/api/auth/login/",
        "/api/auth/login/second-step/",
        "/api/auth/passkeys/login/options/",
        "/api/auth/passkeys/login/",
    },
    "a refresh token is spent once: when it comes twice, somebody has stolen it": {
        "/api/auth/token/refresh/"
    },
    "what has ended has ended": {"/api/auth/logout/"},
    "a link is spent once": {"/api/auth/email/verify/", "/api/auth/password/reset/confirm/"},
    "letters are bounded, and whether one goes is told nobody": {"/api/auth/password/reset/"},
    # Devices, by their own keys.
    "nothing is done": {"/api/iot/devices/verify/"},
    "what was delivered is counted as a duplicate": {"/api/iot/data/", "/api/iot/data/stream/"},
    "a fault is listed as often as it is told, as over MQTT": {"/api/iot/devices/error/"},
    # Others.
    "events have ids of their own": {
        "/api/payments/webhooks/stripe/",
        "/api/payments/webhooks/paypal/",
    },
    "nothing is done but a link made": {
        "/api/appointments/{appointment_id:uuid}/files/{file_id:uuid}/link/"
    },
}
"""Reason -> operations that take no key."""


async def send(who: Person, path: str, body: object, key: str) -> Response:
    return await who.post(path, body, **{KEY_HEADER: key})


async def note(who: Person, alarm: object, text: str, key: str) -> Response:
    return await send(who, f"/api/alarms/{alarm}/notes/", {"text": text}, key)


async def test_the_same_request_is_carried_out_once(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    key = str(uuid4())
    first = await note(nurse, alarm, "called the ward", key)
    again = await note(nurse, alarm, "called the ward", key)
    assert first.status_code in {200, 201}, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert await notes_of(people, alarm) == 1
    # Another key is another request.
    await note(nurse, alarm, "called the ward", str(uuid4()))
    assert await notes_of(people, alarm) == 2


async def notes_of(people: People, alarm: object) -> int:
    cursor = await people.db.execute(
        "SELECT count(*) FROM alarm_notes WHERE alarm_id = %s", (alarm,)
    )
    [(count,)] = await cursor.fetchall()
    return int(count)


async def test_a_key_belongs_to_one_request_of_one_person(people: People) -> None:
    nurse, doctor = [await people.person("clinician") for _ in range(2)]
    patient = await people.patient(nurse, doctor)
    alarm = await people.alarm(patient)
    other = await people.alarm(patient, condition="spo2_low")
    key = str(uuid4())
    await note(nurse, alarm, "seen", key)
    for refused in (await note(nurse, alarm, "91x4", key), await note(nurse, other, "seen", key)):
        assert refused.status_code == 422
        assert refused.json()["type"] == "urn:jeghealth:problem:idempotency-key-reused"
        assert "91x4" not in refused.text
    theirs = await note(doctor, alarm, "seen", key)
    assert theirs.is_success
    assert REPLAYED not in theirs.headers


async def test_of_many_at_the_same_time_one_is_carried_out(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    key = str(uuid4())
    answers = await asyncio.gather(*(note(nurse, alarm, "seen", key) for _ in range(6)))
    assert await notes_of(people, alarm) == 1
    for answer in answers:
        assert answer.is_success or answer.status_code == 409
        if answer.status_code == 409:
            assert answer.json()["type"] == "urn:jeghealth:problem:idempotency-in-progress"
            assert answer.headers["Retry-After"] == "1"
    assert sum(a.is_success and REPLAYED not in a.headers for a in answers) == 1


async def test_what_changed_nothing_can_be_sent_again(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient()
    alarm = await people.alarm(patient)
    key = str(uuid4())
    assert (await note(nurse, alarm, "seen", key)).status_code == 404
    await people.care(nurse, patient)
    done = await note(nurse, alarm, "seen", key)
    assert done.is_success
    assert REPLAYED not in done.headers


async def test_effect_and_answer_are_committed_together_or_not_at_all(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    key = str(uuid4())

    async def die(*_: object) -> None:
        await asyncio.sleep(0)
        raise psycopg.OperationalError

    with monkeypatch.context() as crash:
        crash.setattr("storage.queries.idempotency.keep", die)
        assert (await note(nurse, alarm, "seen", key)).status_code == 503
    assert await notes_of(people, alarm) == 0
    assert (await note(nurse, alarm, "seen", key)).is_success
    assert await notes_of(people, alarm) == 1


async def test_a_kept_answer_cannot_be_read_in_the_database(people: People) -> None:
    nurse = await people.person("clinician")
    made = await send(nurse, "/api/notifications/push/", PUSH, "sealed-key-1")
    assert made.status_code == 201, made.text
    cursor = await people.db.execute(
        "SELECT key_digest, headers, body FROM kept_answers WHERE user_id = %s", (nurse.id,)
    )
    [(digest, headers, body)] = await cursor.fetchall()
    assert made.json()["id"].encode() not in body
    assert len(digest) == 32
    assert set(headers) == {"content-type"}


async def test_what_was_sent_cannot_be_guessed_in_the_database(member: Member) -> None:
    path, key = "/api/auth/passkeys/options/", "guessed-key-1"
    who = Person(member.id, member.client, member.headers["Authorization"].split()[1])
    sent = await send(who, path, {"current_password": PASSWORD}, key)
    assert sent.status_code == 200
    [row] = await member.rows("SELECT * FROM kept_answers WHERE user_id = %(user)s")
    guess = f"POST\0{path}\0\0".encode() + sent.request.content
    assert row["request_digest"] != hashlib.sha256(guess).digest()
    assert row["key_digest"] == hashlib.sha256(key.encode()).digest()
    assert (await send(who, path, {"current_password": PASSWORD}, key)).headers[REPLAYED] == "true"


async def test_after_a_day_a_key_is_new(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    key = str(uuid4())
    await note(nurse, alarm, "seen", key)
    await people.db.execute(
        "UPDATE kept_answers SET created_at = now() - interval '25 hours' WHERE user_id = %s",
        (nurse.id,),
    )
    assert REPLAYED not in (await note(nurse, alarm, "seen", key)).headers
    assert REPLAYED in (await note(nurse, alarm, "seen", key)).headers
    assert await notes_of(people, alarm) == 2


@pytest.mark.parametrize("key", ["short", "x" * 256, "spaces in it", "tab\tin it"])
async def test_what_is_no_key_is_refused(people: People, key: str) -> None:
    nurse = await people.person("clinician")
    answer = await send(nurse, "/api/notifications/push/", PUSH, key)
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert (problem["location"], problem["field"]) == ("header", KEY_HEADER)
    assert key not in answer.text


def test_every_operation_that_does_more_when_it_comes_twice_takes_a_key() -> None:
    without = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        and not REPEATING.isdisjoint(route.methods or ())
        and not takes_key(route.dependant)
    }
    assert without == {path for paths in WITHOUT.values() for path in paths}


async def test_bedside_observations_with_a_key_are_recorded_once(people: People) -> None:
    nurse = await people.person("clinician")
    path = f"/api/patients/{(await people.patient(nurse)).id}/observations/"
    first = await send(nurse, path, {"heart_rate": 88}, "observed-1")
    again = await send(nurse, path, {"heart_rate": 88}, "observed-1")
    assert (first.status_code, again.headers[REPLAYED]) == (201, "true")
    assert again.content == first.content
    assert len((await nurse.get(path)).json()["results"]) == 1


async def test_a_password_that_was_changed_is_not_asked_for_again(member: Member) -> None:
    body = {"current_password": PASSWORD, "new_password": "correct horse staple battery"}
    who = Person(member.id, member.client, member.headers["Authorization"].split()[1])
    path = "/api/auth/password/change/"
    wrong = await send(who, path, body | {"current_password": "wrong"}, "changed-1")
    assert wrong.status_code == 400
    first = await send(who, path, body, "changed-1")
    again = await send(who, path, body, "changed-1")
    assert [one.status_code for one in (first, again)] == [204, 204]
    assert (REPLAYED in first.headers, REPLAYED in again.headers) == (False, True)
    assert (await send(who, path, body, "changed-2")).status_code == 400


async def test_what_if_with_a_key_is_one_job(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.alarm_rules.what_if.DIRECT_READINGS", -1)
    nurse = await people.person("clinician")
    await people.patient(nurse)
    body = {"changes": [{"condition": "heart_rate_high", "limit": 150}]}
    answers = [await send(nurse, "/api/alarm-rules/what-if/", body, "asked-once") for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len((await nurse.get("/api/jobs/")).json()["results"]) == 1


def test_every_operation_that_names_the_header_keeps_its_answers(app: FastAPI) -> None:
    keeping = {
        operation["operationId"]
        for methods in app.openapi()["paths"].values()
        for operation in methods.values()
        if any(one["name"] == KEY_HEADER for one in operation.get("parameters", []))
    }
    assert len(keeping) > 20
    routes = [route for router in ROUTERS for route in router.routes]
    kept = {route.name for route in routes if isinstance(route, Route)}
    # A stream's answer is kept with its conversation: tests/api/dr_jeg/test_conversations.py.
    assert keeping - kept == {"stream_chat"}, "use api.idempotency.Router"
