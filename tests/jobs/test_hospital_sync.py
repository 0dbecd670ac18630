"""Hospitals' systems are told who works there until they confirm; patients of new times, once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from gateways.hospital_systems import RealHospitalSystems
from gateways.mailbox import Mailbox
from gateways.webhooks import new_secret
from gateways.wording import Templates
from jobs import hospital_sync
from jobs.hospital_sync import tell, tell_patients
from jobs.notifications import AgainError, Courier, DeadError, plan
from jobs.outlet_settings import OutletSettings
from jobs.outlets import outlets
from storage.engine import Database
from storage.models import HealthcareProvider
from storage.queries.hospital_systems import Change, queue
from storage.queries.provider_letters import welcome
from telemetry.spoken import LANGUAGES
from telemetry.vouchers import Vouchers
from tests.support.clinic import Clinic
from tests.support.servers import Answered, Server, serving
from tests.support.worlds import until

PAYLOAD = {
    "provider": {
        "full_name": "Efua Sarpong",
        "email": "efua@clinic.example",
        "phone_number": "",
        "specialization": "cardiology",
        "license_number": "1234567893",
        "is_active": True,
    },
    "hospital": {"name": "Korle", "city": "Accra"},
    "is_primary": True,
}
SYSTEMS = RealHospitalSystems(allow_private=True)


class World:
    """A hospital with a system, and a provider."""

    def __init__(self, clinic: Clinic, database: Database) -> None:
        self.clinic, self.database = clinic, database

    async def begin(self, url: str) -> None:
        """Commit them."""
        self.hospital = await self.clinic.hospital()
        self.provider = await self.clinic.provider(self.hospital)
        await self.clinic.db.execute(
            "INSERT INTO hospital_systems (hospital_id, kind, url, secret)"
            " VALUES (%s, 'webhook', %s, %s)",
            (self.hospital, url, new_secret()),
        )

    async def change(self, event: str = "linked") -> UUID:
        """Commit a change; its id."""
        async with self.database.write() as session:
            await queue(session, [Change(self.hospital, self.provider, event, PAYLOAD)])
        return UUID(str((await self.rows())[-1]["id"]))

    async def rows(self) -> list[dict[str, Any]]:
        """All changes of the provider."""
        async with self.clinic.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "SELECT * FROM hospital_syncs WHERE provider_id = %s ORDER BY created_at",
                (self.provider,),
            )
            return await cursor.fetchall()

    async def states(self) -> list[str]:
        """Their states."""
        return [one["state"] for one in await self.rows()]


@pytest.fixture
async def world(db: psycopg.AsyncConnection, database_url: str) -> AsyncIterator[World]:
    database = Database(database_url, pool_size=2)
    yield World(Clinic(db), database)
    await database.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    said = json.dumps({"id": "prov-1", "version": "7"}).encode()
    async with serving(lambda _asked: Answered(200, said)) as one:
        yield one


async def test_a_confirmation_is_kept(world: World, server: Server) -> None:
    await world.begin(server.url)
    sync = await world.change()
    await tell(world.clinic.db, SYSTEMS, sync)
    [row] = await world.rows()
    assert (row["state"], row["remote_id"], row["remote_version"]) == ("confirmed", "prov-1", "7")
    assert row["confirmed_at"] is not None
    # The job comes again: there is nothing left to do.
    await tell(world.clinic.db, SYSTEMS, sync)
    assert len(server.asked) == 1
    assert server.asked[0].headers["webhook-id"] == str(sync)


async def test_a_hospital_without_a_system_has_no_change(world: World, server: Server) -> None:
    await world.begin(server.url)
    other = await world.clinic.hospital()
    async with world.database.write() as session:
        await queue(session, [Change(other, world.provider, "linked", PAYLOAD)])
    assert await world.rows() == []


async def test_what_is_undone_with_the_transaction_is_not_told(
    world: World, server: Server
) -> None:
    await world.begin(server.url)

    async def fail() -> None:
        async with world.database.write() as session:
            await queue(session, [Change(world.hospital, world.provider, "linked", PAYLOAD)])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await world.rows() == []


async def test_it_is_tried_again_until_given_up_and_then_on_demand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hospital_sync, "MOST_ATTEMPTS", 3)
    ill = True

    def behave(_asked: object) -> Answered:
        return Answered(503, headers={"Retry-After": "40"}) if ill else Answered(204)

    async with serving(behave) as server:
        await world.begin(server.url)
        sync = await world.change()
        for _ in range(2):
            with pytest.raises(AgainError):
                await tell(world.clinic.db, SYSTEMS, sync)
            assert await world.states() == ["failed"]
        with pytest.raises(DeadError):
            await tell(world.clinic.db, SYSTEMS, sync)
        [row] = await world.rows()
        assert (row["state"], row["attempts"]) == ("dead", 3)
        assert row["last_error"] == "webhook: HTTP 503"
        ill = False
        await tell(world.clinic.db, SYSTEMS, sync)
    assert await world.states() == ["confirmed"]
    # One and the same event, however often.
    assert {one.headers["webhook-id"] for one in server.asked} == {str(sync)}


async def test_the_newest_change_stands(world: World, server: Server) -> None:
    await world.begin(server.url)
    old = await world.change("linked")
    new = await world.change("unlinked")
    assert await world.states() == ["superseded", "pending"]
    for one in (old, new):
        await tell(world.clinic.db, SYSTEMS, one)
    assert await world.states() == ["superseded", "confirmed"]
    [asked] = server.asked
    assert json.loads(asked.body)["type"] == "provider.unlinked"


async def test_two_workers_tell_it_once_and_a_newer_one_waits(
    world: World, database_url: str
) -> None:
    answers = asyncio.Event()
    said = Answered(200, held=answers)
    async with (
        serving(lambda _asked: said) as server,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as second,
    ):
        await world.begin(server.url)
        first = await world.change()
        telling = asyncio.create_task(tell(world.clinic.db, SYSTEMS, first))
        await until(lambda: server.asked, telling)
        with pytest.raises(AgainError):
            await tell(second, SYSTEMS, first)
        async with world.database.write() as session:
            await queue(session, [Change(world.hospital, world.provider, "unlinked", PAYLOAD)])
        newer = await (
            await second.execute(
                "SELECT id FROM hospital_syncs WHERE provider_id = %s AND event = 'unlinked'",
                (world.provider,),
            )
        ).fetchone()
        assert newer is not None
        with pytest.raises(AgainError):
            await tell(second, SYSTEMS, newer[0])
        answers.set()
        await telling
        await tell(second, SYSTEMS, newer[0])
    assert await world.states() == ["confirmed", "confirmed"]
    assert [json.loads(one.body)["type"] for one in server.asked] == [
        "provider.linked",
        "provider.unlinked",
    ]


async def test_a_system_that_is_gone_is_not_told(world: World, server: Server) -> None:
    await world.begin(server.url)
    sync = await world.change()
    await world.clinic.db.execute(
        "DELETE FROM hospital_systems WHERE hospital_id = %s", (world.hospital,)
    )
    await tell(world.clinic.db, SYSTEMS, sync)
    assert (await world.states(), server.asked) == (["superseded"], [])


async def patient(db: psycopg.AsyncConnection, **preferences: Any) -> UUID:
    """Commit somebody with an e-mail address."""
    user = uuid4()
    await db.execute(
        "INSERT INTO users (id, username, email, first_name, last_name)"
        " VALUES (%s, %s, %s, 'Efua', 'Addo')",
        (user, str(user), f"{user}@clinic.example"),
    )
    if preferences:
        await db.execute(
            "INSERT INTO notification_preferences (user_id, channels) VALUES (%s, %s)",
            (user, json.dumps(preferences)),
        )
    return user


async def test_patients_are_told_of_new_times_once_and_as_they_wish(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.queries.provider_letters.BATCH", 1)
    db, clinic = world.clinic.db, world.clinic
    doctor = await patient(db)
    provider = await clinic.provider(user_id=doctor, last_name="Mensah")
    seen, cared_for, silent, cancelled, _other = [
        await patient(db, **({"new_times": []} if n == 2 else {})) for n in range(5)
    ]
    for person, status, hours_ago in (
        (seen, "completed", 1000),
        (silent, "scheduled", 50),
        (cancelled, "cancelled", 60),
    ):
        await db.execute(
            "INSERT INTO appointments (healthcare_provider_id, patient_id, appointment_date,"
            " duration_minutes, status) VALUES (%s, %s, now() - %s * interval '1 hour', 30, %s)",
            (provider, person, hours_ago, status),
        )
    await db.execute(
        "INSERT INTO care_relationships (clinician_id, patient_id, starts_at)"
        " VALUES (%s, %s, now() - interval '1 hour')",
        (doctor, cared_for),
    )
    change = uuid4()
    assert await tell_patients(db, provider, change) == 3
    assert await tell_patients(db, provider, change) == 0
    assert await tell_patients(db, provider, uuid4()) == 3
    cursor = await db.execute(
        "SELECT id, user_id, payload FROM notifications WHERE event_key = %s",
        (f"availability:{change}",),
    )
    rows = {user: (key, payload) for key, user, payload in await cursor.fetchall()}
    assert rows.keys() == {seen, cared_for, silent}
    for user, expected in ((seen, {"in_app", "email"}), (silent, {"in_app"})):
        await plan(db, rows[user][0])
        sent = await db.execute(
            "SELECT channel FROM deliveries WHERE notification_id = %s", (rows[user][0],)
        )
        assert {channel for (channel,) in await sent.fetchall()} == expected
    payload = rows[seen][1]
    assert payload["provider"] == "Ama Mensah"


async def test_a_provider_without_an_account_is_welcomed_in_their_language(
    world: World, tmp_path: Path
) -> None:
    db = world.clinic.db
    provider = await world.clinic.provider(language="fr", specialization="cardiologie")
    async with world.database.write() as session:
        row = await session.get(HealthcareProvider, provider)
        assert row is not None
        await welcome(session, row)
        await welcome(session, row)
    cursor = await db.execute(
        "SELECT id FROM notifications WHERE recipient = %s", (f"provider:{provider}",)
    )
    [(notification,)] = await cursor.fetchall()
    assert await plan(db, notification) == 1
    cursor = await db.execute(
        "SELECT id FROM deliveries WHERE notification_id = %s", (notification,)
    )
    [(delivery,)] = await cursor.fetchall()
    mailbox = outlets(OutletSettings(mailbox_dir=tmp_path))
    courier = Courier(
        mailbox, Templates("https://jeg.example"), Vouchers("s" * 32), "JEG <jeg@clinic.example>"
    )
    await courier.deliver(db, delivery)
    [letter] = Mailbox(tmp_path).newest(10)
    assert letter.content["to"] == row.email
    assert letter.content["subject"] == "Bienvenue sur JEGHealth"
    assert "cardiologie" in letter.content["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_in_every_language(language: str) -> None:
    templates = Templates("https://jeg.example")
    values = {
        "title": "Times",
        "provider": "Ama Mensah",
        "starts_at": "2026-11-23T09:00:00+00:00",
        "specialization": "cardiology",
        "has_account": False,
        "name": "Efua",
        "path": "/providers/1",
    }
    for kind in ("provider_welcome", "new_times", "schedule_change"):
        words = templates.render(kind, language, "Africa/Accra", values)
        assert words.subject
        assert words.short
        assert "https://jeg.example/providers/1" in words.text
    told = templates.render("schedule_change", language, "Europe/Paris", values)
    assert "10:00 (CET)" in told.short
