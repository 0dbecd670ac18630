"""A proposed appointment: only the user's own yes books it."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.support.assistant import BASE, Asking, begin, count, say
from tests.support.clinic import Clinic
from tests.support.gemini import (
    Script,
    Step,
    answer,
    by_phase,
    calls,
)
from tests.support.http import People, Person


async def test_names_of_places_hold_no_numbers(people: People, patient: Person) -> None:
    clinic = Clinic(people.db)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    for name in ("37 Military Hospital", "Clinique du Midi"):
        hospital = await clinic.hospital(name)
        provider = await clinic.provider(hospital, last_name="Jean XXIII")
        await clinic.appointment(provider, patient.id, soon, hospital_id=hospital)
        soon += dt.timedelta(days=1)
    shown = await say(patient, await begin(patient), "When is my next appointment?")
    assert shown["outcome"] == "answered"
    assert "37 Military Hospital" in shown["response"]
    assert "Clinique du Midi" in shown["response"]


async def _bookable(people: People) -> tuple[UUID, dt.datetime]:
    clinic = Clinic(people.db)
    provider = await clinic.provider(await clinic.hospital())
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    row = await people.db.execute(
        "SELECT hospital_id FROM provider_hospitals WHERE provider_id = %s", (provider,)
    )
    [(hospital,)] = await row.fetchall()
    await clinic.time(provider, tomorrow, "09:00", "12:00", hospital_id=hospital)
    return provider, dt.datetime.combine(tomorrow, dt.time(9), dt.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Book me with Kofi Danso tomorrow", "Kofi Danso on"),
        ("je voudrais voir Kofi Danso demain", "Kofi Danso le"),
        ("Book me with Akua Nobody tomorrow", "nobody of that name"),
        ("Book a video call tomorrow with kofi danso", "by video call"),
    ],
)
async def test_a_booking_is_with_whom_and_how_it_was_asked_for(
    people: People, patient: Person, text: str, expected: str
) -> None:
    clinic = Clinic(people.db)
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    for names in (("Yaw", "Boateng"), ("Kofi", "Danso")):
        hospital = await clinic.hospital()
        provider = await clinic.provider(hospital, first_name=names[0], last_name=names[1])
        await clinic.time(provider, tomorrow, "09:00", "12:00", hospital_id=hospital)
    shown = await say(patient, await begin(patient), text)
    assert expected in shown["response"]
    proposal = shown["booking_proposal"]
    assert (proposal is None) == ("Nobody" in text)
    if proposal:
        assert proposal["appointment_type"] == ("video" if "video" in text else "in_person")
    assert "Boateng" not in shown["response"]


def _proposing(provider: UUID, start: dt.datetime) -> Script:
    wanted = {"provider_id": str(provider), "starts_at": start.isoformat(), "reason": "cough"}
    return by_phase(
        Step((answer("I put a time before you."),)), Step((calls(("propose_booking", wanted)),))
    )


async def _proposed(
    people: People, measured: Person, asking: Asking
) -> tuple[UUID, dt.datetime, str]:
    """With whom and when a visit was proposed, and in which conversation."""
    provider, start = await _bookable(people)
    conversation = await begin(measured)
    async with asking(_proposing(provider, start)):
        await say(measured, conversation, "Book me a visit")
    return provider, start, conversation


async def test_only_the_users_own_yes_books(
    people: People, measured: Person, asking: Asking
) -> None:
    provider, start = await _bookable(people)
    conversation = await begin(measured)
    async with asking(_proposing(provider, start)):
        shown = await say(measured, conversation, "Book me a visit please")
        proposal = shown["booking_proposal"]
        assert dt.datetime.fromisoformat(proposal["starts_at"]) == start
        assert "Answer yes or no" in shown["response"]
        assert await count(people, "appointments", "patient_id", measured.id) == 0
        decided = await say(measured, conversation, "Yes, please.")
    assert decided["outcome"] == "booking"
    cursor = await people.db.execute(
        "SELECT appointment_date, chief_complaint, created_by_id FROM appointments"
        " WHERE patient_id = %s",
        (measured.id,),
    )
    assert await cursor.fetchall() == [(start, "cough", measured.id)]
    again = await measured.post(f"{BASE}{conversation}/proposals/{proposal['id']}/accept/")
    assert again.status_code == 409


async def test_a_proposal_is_accepted_or_declined_by_its_id(
    people: People, measured: Person, asking: Asking
) -> None:
    provider, start = await _bookable(people)
    other = await people.patient()
    await people.agrees(other)
    conversation = await begin(measured)
    own = f"{BASE}{conversation}/proposals/"
    async with asking(_proposing(provider, start)):
        first = (await say(measured, conversation, "Book me a visit"))["booking_proposal"]["id"]
    assert (await other.post(f"{own}{first}/accept/")).status_code == 404
    declined = await measured.post(f"{own}{first}/decline/")
    assert (declined.status_code, declined.json()["accepted"]) == (200, False)
    async with asking(_proposing(provider, start)):
        second = (await say(measured, conversation, "Book me a visit"))["booking_proposal"]["id"]
    assert (await measured.post(f"{own}{first}/accept/")).status_code == 409
    accepted = (await measured.post(f"{own}{second}/accept/")).json()
    assert accepted["accepted"]
    assert await count(people, "appointments", "id", accepted["appointment_id"]) == 1


async def test_a_yes_to_something_else_books_nothing(
    people: People, measured: Person, asking: Asking
) -> None:
    _, _, conversation = await _proposed(people, measured, asking)
    async with asking(by_phase(Step((answer("Do you like tea?"),)))):
        await say(measured, conversation, "yes but later, and what about tea?")
        await say(measured, conversation, "yes")
    assert await count(people, "appointments", "patient_id", measured.id) == 0


async def test_a_proposal_that_is_too_old_or_taken_books_nothing(
    people: People, measured: Person, asking: Asking
) -> None:
    provider, start, conversation = await _proposed(people, measured, asking)
    other = await people.patient()
    await Clinic(people.db).appointment(provider, other.id, start)
    shown = await say(measured, conversation, "yes")
    assert "no longer free" in shown["response"]
    async with asking(_proposing(provider, start + dt.timedelta(minutes=30))):
        await say(measured, conversation, "Book me another visit")
    await people.db.execute(
        "UPDATE booking_proposals SET expires_at = now() - interval '1 minute'"
        " WHERE conversation_id = %s AND state = 'proposed'",
        (conversation,),
    )
    shown = await say(measured, conversation, "yes")
    assert "too old" in shown["response"]
    assert await count(people, "appointments", "patient_id", measured.id) == 0


async def test_a_proposal_that_is_no_slot_any_more_books_nothing(
    people: People, measured: Person, asking: Asking
) -> None:
    provider, start = await _bookable(people)
    conversation = await begin(measured)
    async with asking(_proposing(provider, start + dt.timedelta(minutes=30))):
        await say(measured, conversation, "Book me a visit")
    await people.db.execute(
        "UPDATE healthcare_providers SET slot_minutes = 45 WHERE id = %s", (provider,)
    )
    shown = await say(measured, conversation, "yes")
    assert "no longer free" in shown["response"]
    assert await count(people, "appointments", "patient_id", measured.id) == 0


async def test_free_times_are_those_of_the_day_and_hours_that_were_named(
    people: People, measured: Person
) -> None:
    """Nine to twelve in UTC is evening in Auckland, of the same day."""
    provider, _ = await _bookable(people)
    clinic = Clinic(people.db)
    await people.db.execute(
        "UPDATE healthcare_providers SET last_name = 'Zuberi' WHERE id = %s", (provider,)
    )
    later = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=80)
    await clinic.time(provider, later, "20:00", "21:00")
    await people.db.execute(
        "UPDATE users SET time_zone = 'Pacific/Auckland' WHERE id = %s", (measured.id,)
    )
    zone = ZoneInfo("Pacific/Auckland")
    start = dt.datetime.combine(later, dt.time(20), dt.UTC)
    wanted = start.astimezone(zone)
    conversation = await begin(measured)
    text = f"Book me a visit with Zuberi on {wanted.date().isoformat()} in the morning"
    shown = await say(measured, conversation, text)
    assert dt.datetime.fromisoformat(shown["booking_proposal"]["starts_at"]) == start
    assert f"at {wanted:%H:%M} (Auckland) for you" in shown["response"]
    text = f"Book me a visit with Zuberi on {wanted.date().isoformat()} in the afternoon"
    shown = await say(measured, conversation, text)
    assert shown["booking_proposal"] is None
    assert "no free time then" in shown["response"]


async def test_a_time_that_is_over_is_not_looked_for(measured: Person) -> None:
    shown = await say(measured, await begin(measured), "Book me a visit on 3 March 2020")
    assert shown["booking_proposal"] is None
    assert "That day is over" in shown["response"]
