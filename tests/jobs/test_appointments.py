"""Reminders once each, offers to those who wait one after the other, invitations on mails."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import icalendar
import psycopg
import pytest
from psycopg.rows import dict_row

from gateways.mailbox import Mailbox
from gateways.wording import Templates
from jobs.appointments import Tended, tend
from jobs.notifications import Courier, plan
from jobs.outlet_settings import OutletSettings
from jobs.outlets import outlets
from storage.engine import Database, connect
from storage.queries import appointments, free_times
from storage.queries.announce import announce_in
from storage.queries.appointment_notices import notices
from storage.queries.free_times import FreeTime
from telemetry.spoken import LANGUAGES
from telemetry.vouchers import Vouchers

HOUR = dt.timedelta(hours=1)
HOLD = dt.timedelta(minutes=30)
NOTHING = Tended(0, 0, 0)
PROVIDER = "k@x.example"
"""Where the provider is written to, who has no account."""


class Practice:
    """A provider in a database of this test, and their patients."""

    def __init__(self, db: psycopg.AsyncConnection[Any], database: Database) -> None:
        self.db, self.database = db, database
        self.provider, self.hospital = uuid4(), uuid4()
        self.now = dt.datetime.now(dt.UTC)
        self.hour = self.now.replace(minute=0, second=0, microsecond=0)

    async def open(self) -> None:
        """Commit the provider, who receives at any time."""
        await self.db.execute(
            "INSERT INTO hospitals (id, name, city, time_zone)"
            " VALUES (%s, 'Ridge', 'Lyon', 'Europe/Paris')",
            (self.hospital,),
        )
        await self.db.execute(
            "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number,"
            " specialization, time_zone) VALUES (%s, 'Kwame', 'Mensah', %s, 'L1',"
            " 'cardiology', 'Europe/Paris')",
            (self.provider, PROVIDER),
        )
        await self.db.execute(
            "INSERT INTO provider_hospitals (provider_id, hospital_id) VALUES (%s, %s)",
            (self.provider, self.hospital),
        )
        await self.db.execute(
            "INSERT INTO provider_availability (provider_id, hospital_id, date, start_time,"
            " end_time, time_zone, rrule) VALUES (%s, %s, current_date - 9, '00:00', '00:00',"
            " 'UTC', 'FREQ=DAILY')",
            (self.provider, self.hospital),
        )

    async def patient(self, zone: str = "UTC") -> UUID:
        """Commit a patient."""
        made = uuid4()
        await self.db.execute(
            "INSERT INTO users (id, username, email, first_name, last_name, time_zone,"
            " is_email_verified) VALUES (%s, %s, %s, 'Efua', 'Addo', %s, true)",
            (made, str(made), f"{made}@x.example", zone),
        )
        return made

    async def appointment(self, patient: UUID, at: dt.datetime, **columns: Any) -> UUID:
        """Commit an appointment that was arranged long ago."""
        values = {
            "id": uuid4(),
            "patient_id": patient,
            "healthcare_provider_id": self.provider,
            "hospital_id": self.hospital,
            "appointment_date": at,
            "duration_minutes": 30,
            "armed_at": self.now - dt.timedelta(days=9),
            **columns,
        }
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        await self.db.execute(
            f"INSERT INTO appointments ({names}) VALUES ({marks})",  # noqa: S608 - our own
            tuple(values.values()),
        )
        return UUID(str(values["id"]))

    async def waits(self, patient: UUID, hours: int = 200) -> UUID:
        """Commit somebody who waits from now on."""
        made = uuid4()
        await self.db.execute(
            "INSERT INTO waiting_list_entries (id, patient_id, healthcare_provider_id, earliest,"
            " latest) VALUES (%s, %s, %s, now(), now() + %s)",
            (made, patient, self.provider, hours * HOUR),
        )
        return made

    async def told(self, about: str) -> list[UUID]:
        """Who was told what, in the order in which they were."""
        cursor = await self.db.execute(
            "SELECT user_id FROM notifications WHERE payload ->> 'about' = %s"
            " ORDER BY created_at, id",
            (about,),
        )
        return [row[0] for row in await cursor.fetchall()]

    async def tend(self) -> Tended:
        """Do what is due."""
        return await tend(self.database, hold=HOLD, most=100)

    async def one(self, statement: str, *values: Any) -> dict[str, Any]:
        """A row."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            [row] = await cursor.fetchall()
            return row

    async def free(self, at: dt.datetime) -> list[UUID]:
        """Offer a time that came free."""
        async with self.database.write() as session:
            free = FreeTime(self.provider, self.hospital, at, 30)
            return await free_times.pass_on(session, free, HOLD)


@pytest.fixture
async def practice(fresh_database_url: str) -> AsyncIterator[Practice]:
    database = Database(fresh_database_url, pool_size=4)
    async with await connect(fresh_database_url, application_name="tests") as db:
        made = Practice(db, database)
        await made.open()
        yield made
    await database.close()


async def test_both_reminders_come_once_however_many_look(practice: Practice) -> None:
    tomorrow, soon, later = [await practice.patient() for _ in range(3)]
    day = await practice.appointment(tomorrow, practice.now + 20 * HOUR)
    await practice.appointment(soon, practice.now + HOUR / 4)
    await practice.appointment(later, practice.now + 30 * HOUR)
    done = await asyncio.gather(*(practice.tend() for _ in range(3)))
    assert sum(one.reminded for one in done) == 2
    assert await practice.told("reminder_24h") == [tomorrow]
    assert await practice.told("reminder_1h") == [soon]
    row = await practice.one("SELECT * FROM appointments WHERE id = %s", day)
    assert row["reminder_sent"] is True
    assert row["reminder_sent_at"] == row["day_reminded_at"] is not None
    # The day before is over; the hour before is a reminder of its own.
    await practice.db.execute(
        "UPDATE appointments SET appointment_date = now() + interval '50 min' WHERE id = %s", (day,)
    )
    assert (await practice.tend()).reminded == 1
    assert await practice.told("reminder_1h") == [soon, tomorrow]
    assert await practice.tend() == NOTHING


async def test_nobody_is_reminded_of_what_they_have_just_arranged(practice: Practice) -> None:
    patient, second = await practice.patient(), await practice.patient()
    await practice.appointment(patient, practice.now + 20 * HOUR, armed_at=practice.now)
    await practice.appointment(second, practice.now + 10 * HOUR, status="cancelled")
    assert await practice.tend() == NOTHING


async def test_a_reminder_that_cannot_be_written_down_was_not_told(practice: Practice) -> None:
    patient = await practice.patient()
    await practice.appointment(patient, practice.now + 20 * HOUR)
    await practice.db.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'died'; END $$"
    )
    await practice.db.execute(
        "CREATE TRIGGER dies BEFORE UPDATE ON appointments FOR EACH ROW EXECUTE FUNCTION die()"
    )
    assert (await practice.tend()).reminded == 0
    assert await practice.told("reminder_24h") == []
    await practice.db.execute("DROP TRIGGER dies ON appointments")
    assert (await practice.tend()).reminded == 1
    assert await practice.told("reminder_24h") == [patient]


async def test_an_offer_goes_from_one_to_the_next_until_nobody_is_left(practice: Practice) -> None:
    first, second = await practice.patient(), await practice.patient()
    await practice.waits(first)
    await practice.waits(second)
    await practice.waits(await practice.patient(), hours=1)
    at = practice.hour + 48 * HOUR
    assert len(await practice.free(at)) == 1
    assert await practice.free(at) == []
    assert await practice.told("offer") == [first]
    assert (await practice.tend()).expired == 0
    for waiting in ([first, second], [first, second]):
        await practice.db.execute(
            "UPDATE waiting_list_offers SET expires_at = now() WHERE state = 'open'"
        )
        done = await asyncio.gather(practice.tend(), practice.tend())
        assert max(one.expired for one in done) == 1
        assert await practice.told("offer") == waiting
    assert await practice.told("offer_expired") == [first, second]
    assert await practice.tend() == NOTHING


async def test_who_is_elsewhere_then_is_passed_over(practice: Practice) -> None:
    busy, free = await practice.patient(), await practice.patient()
    await practice.waits(busy)
    entry = await practice.waits(free)
    at = (practice.now + 48 * HOUR).replace(minute=0, second=0, microsecond=0)
    other = uuid4()
    await practice.db.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number)"
        " VALUES (%s, 'A', 'B', 'b@x.example', 'L2')",
        (other,),
    )
    await practice.appointment(busy, at, healthcare_provider_id=other)
    assert await practice.free(at) == [entry]


async def test_waiting_ends_with_its_window(practice: Practice) -> None:
    entry = await practice.waits(await practice.patient())
    await practice.db.execute(
        "UPDATE waiting_list_entries SET earliest = now() - interval '2 h', latest = now()"
    )
    assert (await practice.tend()).closed == 1
    row = await practice.one("SELECT status FROM waiting_list_entries WHERE id = %s", entry)
    assert row["status"] == "expired"


async def deliver_all(practice: Practice, folder: Path) -> list[Any]:
    """Send every mail; what is in the mailbox then."""
    settings = OutletSettings(mailbox_dir=folder)
    templates = Templates("https://jeg.example")
    courier = Courier(outlets(settings), templates, Vouchers("a key"), "Jeg <jeg@clinic.example>")
    for row in await (await practice.db.execute("SELECT id FROM notifications")).fetchall():
        await plan(practice.db, row[0])
    cursor = await practice.db.execute(
        "SELECT id FROM deliveries WHERE channel = 'email' AND state = 'queued'"
    )
    for row in await cursor.fetchall():
        await courier.deliver(practice.db, row[0])
    return Mailbox(folder).newest(10)


async def announce(practice: Practice, appointment: UUID, about: Any) -> None:
    async with practice.database.write() as session:
        row = await appointments.get(session, appointment)
        await announce_in(session, notices(row, about))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_mail_brings_an_invitation(
    practice: Practice, tmp_path: Path, language: str
) -> None:
    patient = await practice.patient("America/New_York")
    await practice.db.execute(
        "INSERT INTO notification_preferences (user_id, language) VALUES (%s, %s)",
        (patient, language),
    )
    at = dt.datetime(2031, 7, 1, 12, tzinfo=dt.UTC)
    made = await practice.appointment(patient, at, sequence=3, status="cancelled")
    await announce(practice, made, "cancelled")
    mails = await deliver_all(practice, tmp_path)
    [mail] = [one for one in mails if one.content["to"] != PROVIDER]
    # The reader's clock in words, the clock of the place in the calendar.
    assert "08:00 (EDT)" in mail.content["text"]
    assert ("Rendez-vous" in mail.content["text"] or "rendez-vous" in mail.content["text"]) is (
        language == "fr"
    )
    [file] = mail.content["attachments"]
    assert file["media_type"] == "text/calendar; method=CANCEL; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(file["content"])
    [event] = calendar.events
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert event["UID"] == f"{made}@jeghealth"
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["DTSTART"].to_ical() == b"20310701T140000"
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert event["ORGANIZER"] == "MAILTO:jeg@clinic.example"
    assert event["ATTENDEE"] == f"MAILTO:{patient}@x.example"


@pytest.mark.parametrize("about", ["booked", "confirmed", "changed", "cancelled"])
async def test_a_provider_without_an_account_is_written_to(
    practice: Practice, tmp_path: Path, about: str
) -> None:
    await practice.db.execute("UPDATE healthcare_providers SET language = 'fr'")
    at = dt.datetime(2031, 7, 1, 12, tzinfo=dt.UTC)
    made = await practice.appointment(await practice.patient(), at, chief_complaint="Toux")
    for _ in range(2):
        await announce(practice, made, about)
    sent = await deliver_all(practice, tmp_path)
    [mail] = [one for one in sent if one.content["to"] == PROVIDER]
    assert "Efua Addo" in mail.content["text"]
    assert "14:00 (CEST)" in mail.content["text"]
    assert "Toux" not in mail.content["text"]
    [file] = mail.content["attachments"]
    [event] = icalendar.Calendar.from_ical(file["content"]).events
    assert event["ATTENDEE"] == f"MAILTO:{PROVIDER}"


async def test_a_reminder_of_what_was_cancelled_meanwhile_is_not_sent(
    practice: Practice, tmp_path: Path
) -> None:
    patient = await practice.patient()
    made = await practice.appointment(patient, practice.now + 20 * HOUR)
    await practice.tend()
    await practice.db.execute("UPDATE appointments SET status = 'cancelled' WHERE id = %s", (made,))
    assert await deliver_all(practice, tmp_path) == []


@pytest.mark.parametrize("about", ["booked", "confirmed", "changed", "reminder_24h"])
async def test_every_notice_can_be_written_in_every_language(
    practice: Practice, tmp_path: Path, about: str
) -> None:
    for language in LANGUAGES:
        patient = await practice.patient()
        await practice.db.execute(
            "INSERT INTO notification_preferences (user_id, language) VALUES (%s, %s)",
            (patient, language),
        )
        days = 1 if language == "en" else 2
        at = practice.now + days * 24 * HOUR
        kind = {"appointment_type": "video"} if language == "fr" else {}
        await announce(practice, await practice.appointment(patient, at, **kind), about)
    sent = await deliver_all(practice, tmp_path)
    mails = [one for one in sent if one.content["to"] != PROVIDER]
    assert len(mails) == 2
    assert all("Kwame Mensah" in mail.content["text"] for mail in mails)


async def test_an_offer_can_be_written_in_every_language(
    practice: Practice, tmp_path: Path
) -> None:
    patient = await practice.patient()
    await practice.db.execute(
        "INSERT INTO notification_preferences (user_id, language) VALUES (%s, 'fr')", (patient,)
    )
    await practice.waits(patient)
    await practice.free(practice.hour + 48 * HOUR)
    await practice.db.execute("UPDATE waiting_list_offers SET expires_at = now()")
    await practice.tend()
    mails = await deliver_all(practice, tmp_path)
    assert sorted(mail.content["subject"] for mail in mails) == [
        "La place proposée n'est plus gardée pour vous",
        "Une place avec Kwame Mensah s'est libérée",
    ]


async def test_one_that_fails_keeps_no_other_waiting(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of reminders nor of offers, whichever of them comes first."""
    broken, fine = [
        await practice.appointment(await practice.patient(), practice.now + minutes * HOUR / 60)
        for minutes in (20, 50)
    ]
    for hours in (30, 40):
        await practice.waits(await practice.patient())
        await practice.free(practice.hour + hours * HOUR)
    await practice.db.execute("UPDATE waiting_list_offers SET expires_at = now()")
    get, settle, seen = appointments.get, free_times.settle, list[UUID]()

    async def fails_for_one(session: Any, appointment_id: UUID) -> Any:
        if appointment_id == broken:
            raise KeyError
        return await get(session, appointment_id)

    async def fails_at_first(session: Any, offer_id: UUID, state: str) -> Any:
        seen.append(offer_id)
        if len(seen) == 1:
            raise KeyError
        return await settle(session, offer_id, state)

    monkeypatch.setattr("storage.queries.appointment_reminders.get", fails_for_one)
    monkeypatch.setattr(free_times, "settle", fails_at_first)
    done = await practice.tend()
    assert (done.reminded, done.expired) == (1, 1)
    reminded = "SELECT id FROM appointments WHERE reminder_sent"
    assert (await practice.one(reminded))["id"] == fine
