"""The waiting list over HTTP, and calendars at secret addresses."""

import asyncio
from typing import Any
from uuid import uuid4

import icalendar
import pytest

from tests.support.http import People, Person
from tests.support.visits import Provider, booked, day, provider, told, wish

LIST = "/api/appointments/"
WAITS = f"{LIST}waiting-list/"


def wanted(who: Provider | None = None, **more: Any) -> dict[str, Any]:
    return {
        **({} if who is None else {"healthcare_provider_id": str(who.id)}),
        "earliest": day(1).isoformat(),
        "latest": day(9).isoformat(),
        **more,
    }


async def join(person: Person, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.post(WAITS, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def offers(person: Person) -> list[dict[str, Any]]:
    """What is kept for somebody now, with the entry's id."""
    page = (await person.get(WAITS)).json()["results"]
    return [one | {"entry": entry["id"]} for entry in page for one in entry["offers"]]


async def answer(person: Person, offer: dict[str, Any], how: str) -> int:
    path = f"{WAITS}{offer['entry']}/offers/{offer['id']}/{how}/"
    return (await person.post(path)).status_code


async def cancel(person: Person, made: dict[str, Any]) -> None:
    done = await person.client.delete(f"{LIST}{made['id']}/", headers=person.headers)
    assert done.status_code == 200, done.text


async def set_zone(people: People, who: Provider, zone: str) -> None:
    """Let the provider's hospital be somewhere."""
    change = "UPDATE hospitals SET time_zone = %s WHERE id = %s"
    await people.db.execute(change, (zone, who.hospital_id))


async def test_a_freed_time_is_offered_in_order_and_kept(people: People) -> None:
    name = f"s{uuid4().int}"
    who, holder = await provider(people, specialization=name), await people.patient()
    first, second, walk_in = [await people.patient() for _ in range(3)]
    await set_zone(people, who, "Africa/Nairobi")
    made = await booked(holder, who, day())
    await join(first, wanted(specialization=name.upper()))
    await join(second, wanted(who, chief_complaint="Check-up"))
    await cancel(holder, made)
    [offer] = await offers(first)
    assert offer["appointment_date"] == made["appointment_date"]
    assert offer["time_zone"] == made["time_zone"] == "Africa/Nairobi"
    assert await offers(second) == []
    assert len(await told(people, first, "offer")) == 1
    # It is kept: whoever comes along does not get it.
    assert (await walk_in.post(LIST, wish(who, day()))).status_code == 409
    assert await answer(second, offer, "accept") == 404
    assert await answer(first, offer, "decline") == 200
    assert await offers(first) == []
    [passed] = await offers(second)
    assert await answer(first, offer, "accept") == 409
    assert await answer(second, passed, "accept") == 201
    assert await answer(second, passed, "accept") == 409
    [own] = (await second.get(LIST)).json()["results"]
    assert (own["appointment_date"], own["chief_complaint"]) == (
        made["appointment_date"],
        "Check-up",
    )
    statuses = [one["status"] for one in (await second.get(WAITS)).json()["results"]]
    assert statuses == ["booked"]


async def test_moving_sets_a_time_free_and_a_provider_who_cancels_does_not(people: People) -> None:
    who, holder, waiting = await provider(people), await people.patient(), await people.patient()
    await join(waiting, wanted(who))
    moved, given_up = await booked(holder, who, day()), await booked(holder, who, day(5))
    await cancel(who.person, given_up)
    assert await offers(waiting) == []
    await holder.patch(f"{LIST}{moved['id']}/", {"appointment_date": day(4).isoformat()})
    assert [one["appointment_date"] for one in await offers(waiting)] == [moved["appointment_date"]]


async def test_offered_are_slots_whatever_length_staff_gave(people: People) -> None:
    who, holder = await provider(people), await people.patient()
    first, second = await people.patient(), await people.patient()
    for_holder = {"patient_id": str(holder.id), "duration_minutes": 40}
    made = await booked(await people.person("admin"), who, day(minute=10), **for_holder)
    for one in (first, second):
        await join(one, wanted(who))
    await cancel(holder, made)
    kept = [*await offers(first), *await offers(second)]
    found = [(one["appointment_date"], one["duration_minutes"]) for one in kept]
    slots = [day().isoformat(), day(minute=30).isoformat()]
    assert found == [(at.replace("+00:00", "Z"), 30) for at in slots]
    assert await answer(second, kept[1], "accept") == 201


async def test_an_offer_is_accepted_once(people: People) -> None:
    who, holder, waiting = await provider(people), await people.patient(), await people.patient()
    made = await booked(holder, who, day())
    await join(waiting, wanted(who))
    await cancel(holder, made)
    [offer] = await offers(waiting)
    answers = await asyncio.gather(*(answer(waiting, offer, "accept") for _ in range(5)))
    assert sorted(answers) == [201, 409, 409, 409, 409]


async def test_an_offer_ends(people: People) -> None:
    who, holder, waiting = await provider(people), await people.patient(), await people.patient()
    made = await booked(holder, who, day())
    await join(waiting, wanted(who))
    await cancel(holder, made)
    [offer] = await offers(waiting)
    await people.db.execute(
        "UPDATE waiting_list_offers SET expires_at = now() WHERE id = %s", (offer["id"],)
    )
    assert await answer(waiting, offer, "accept") == 409
    await booked(holder, who, day())


async def test_who_leaves_lets_the_next_one_have_it(people: People) -> None:
    who, holder = await provider(people), await people.patient()
    first, second = await people.patient(), await people.patient()
    made = await booked(holder, who, day())
    entry = await join(first, wanted(who))
    await join(second, wanted(who))
    await cancel(holder, made)
    left = await first.client.delete(f"{WAITS}{entry['id']}/", headers=first.headers)
    assert (left.status_code, left.json()["status"]) == (200, "left")
    assert len(await offers(second)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"healthcare_provider_id": None},
        {"specialization": "x"},
        {"healthcare_provider_id": None, "specialization": "nobody's"},
        {"latest": day(-2).isoformat()},
        {"earliest": day(9).isoformat(), "latest": day(1).isoformat()},
        {"latest": day(800).isoformat()},
    ],
)
async def test_what_cannot_be_waited_for_is_said(people: People, body: dict[str, Any]) -> None:
    who, patient = await provider(people), await people.patient()
    refused = await patient.post(WAITS, wanted(who) | body)
    assert refused.status_code == 422, refused.text


async def test_nobody_waits_twice_for_the_same(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    await join(patient, wanted(who))
    assert (await patient.post(WAITS, wanted(who))).status_code == 409
    nobody = wanted() | {"healthcare_provider_id": str(patient.id)}
    assert (await patient.post(WAITS, nobody)).status_code == 400


async def test_a_calendar_is_read_at_its_secret_address_until_it_ends(
    people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    who, patient = await provider(people), await people.patient()
    await set_zone(people, who, "Europe/Paris")
    made = await booked(patient, who, day(), chief_complaint="Palpitations")
    assert (await patient.get(f"{LIST}calendar-feed/")).status_code == 404
    url = (await patient.post(f"{LIST}calendar-feed/")).json()["url"]
    assert (await patient.get(f"{LIST}calendar-feed/")).json()["url"] == url
    path = url.partition("/api/")[1] + url.partition("/api/")[2]
    answer = await people.client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "Palpitations" not in answer.text
    [event] = icalendar.Calendar.from_ical(answer.content).events
    assert (event["UID"], event["SUMMARY"]) == (f"{made['id']}@jeghealth", "Kwame Mensah")
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    token = path.split("/")[-2]
    await people.parts.trail.keep(())
    cursor = await people.db.execute(
        "SELECT resource, resource_id FROM audit_log WHERE actor_id = %s", (patient.id,)
    )
    assert token not in str(await cursor.fetchall())
    wrong = ("B" if token[0] == "A" else "A") + token[1:]
    assert (await people.client.get(path.replace(token, wrong))).status_code == 404
    other = (await patient.post(f"{LIST}calendar-feed/")).json()["url"]
    assert other != url
    assert (await people.client.get(path)).status_code == 404
    ended = await patient.client.delete(f"{LIST}calendar-feed/", headers=patient.headers)
    assert ended.status_code == 204
    assert (await people.client.get(other.partition("jeg.test")[2] or other)).status_code == 404
    assert token not in capsys.readouterr().out


async def test_a_closed_account_has_no_calendar(people: People) -> None:
    patient = await people.patient()
    url = (await patient.post(f"{LIST}calendar-feed/")).json()["url"]
    path = "/api/" + url.partition("/api/")[2]
    assert (await people.client.get(path)).status_code == 200
    await people.db.execute("UPDATE users SET is_active = false WHERE id = %s", (patient.id,))
    assert (await people.client.get(path)).status_code == 404
