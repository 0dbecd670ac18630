"""The event stream: what arrives, for whom, and what happens when something breaks."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api import hub as hubs
from api.auth import Caller
from api.credentials import Claims
from api.events import endpoints
from api.events.subscribers import (
    MAX_PENDING,
    PING,
    READY_EVENT,
    RESYNC_EVENT,
    Subscriber,
)
from api.hub import Hub
from api.ward.service import board_rows
from storage.queries.accounts import Account
from tests.support.http import NOW, People, Person
from tests.support.queries import counted
from tests.support.worlds import until


class Stream:
    """The events of one reader, as the endpoint makes them."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()

    async def pump(self, chunks: AsyncIterator[bytes]) -> None:
        """Take the stream apart; pings are left out."""
        async for chunk in chunks:
            for block in chunk.decode().split("\n\n"):
                fields = dict(line.split(": ", 1) for line in block.splitlines())
                if "event" in fields:
                    self._events.put_nowait((fields["event"], json.loads(fields["data"])))
        self._events.put_nowait(None)

    async def next(self, seconds: float = 30) -> tuple[str, Any]:
        """The next event, name and data."""
        async with asyncio.timeout(seconds):
            event = await self._events.get()
        if event is None:
            raise EOFError
        return event

    @property
    def waiting(self) -> int:
        """How many events have come that were not taken."""
        return self._events.qsize()

    async def nothing(self, seconds: float = 1.2) -> None:
        """Nothing comes for a while."""
        with pytest.raises(TimeoutError):
            await self.next(seconds)


@asynccontextmanager
async def reading(people: People, person: Person) -> AsyncIterator[Stream]:
    """Read events as this person; the stream is open when the block begins."""
    claims: Claims = people.parts.tokens.read("access", person.token)
    caller = Caller(Account(person.id, "", "", "", ()), claims.expires_at, claims.session_id)
    stream = Stream()
    pump = asyncio.create_task(stream.pump(endpoints._stream(people.parts, caller)))
    assert (await stream.next())[0] == "ready"
    try:
        yield stream
    finally:
        pump.cancel()
        await asyncio.wait([pump])


@pytest.fixture
async def hub(app: FastAPI) -> Hub:
    """The hub, once it listens."""
    hub: Hub = app.state.services.hub
    await until(lambda: hub.connected)
    return hub


async def announce(people: People, channel: str, payload: object) -> None:
    await people.db.execute("SELECT pg_notify(%s, %s)", (channel, str(payload)))


async def test_a_committed_reading_reaches_the_board(people: People, hub: Hub) -> None:
    assert hub.connected
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    async with reading(people, nurse) as stream:
        await people.measure(patient, "heart_rate", [(NOW, 88)])
        await announce(people, "jeg_vitals", patient.id)
        event, row = await stream.next()
        assert event == "board"
        assert row == (await nurse.get("/api/ward/")).json()["results"][0]


async def test_an_alarm_comes_with_the_board_that_it_changes(people: People, hub: Hub) -> None:
    assert hub.connected
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    async with reading(people, nurse) as stream:
        pending = await people.alarm(patient, state="pending", condition="news2")
        await announce(people, "jeg_alarms", pending)
        alarm = await people.alarm(patient)
        await announce(people, "jeg_alarms", alarm)
        found = dict([await stream.next(), await stream.next()])
        assert found["alarm"]["id"] == str(alarm)
        assert found["board"]["alarms"] == {
            "open": 1,
            "unacknowledged": 1,
            "highest_priority": "high",
            "highest_title": "Heart rate high",
        }
        await stream.nothing()


@pytest.mark.parametrize(
    ("action", "body", "state"),
    [
        ("acknowledge", None, "active_acknowledged"),
        ("notes", {"text": "seen"}, "active_unacknowledged"),
        ("shelve", {"until": "soon", "reason": "care"}, "suppressed"),
    ],
)
async def test_what_people_do_about_an_alarm_comes(
    people: People, hub: Hub, action: str, body: dict[str, str] | None, state: str
) -> None:
    assert hub.connected
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    if body is not None and "until" in body:
        body = body | {"until": (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).isoformat()}
    async with reading(people, nurse) as stream:
        answer = await nurse.post(f"/api/alarms/{alarm}/{action}/", body)
        assert answer.status_code in {200, 201}
        found = dict([await stream.next(), await stream.next()])
        assert (found["alarm"]["state"], found["alarm"]["version"]) == (state, 2)


async def test_nobody_hears_of_strangers(people: People, hub: Hub) -> None:
    assert hub.connected
    nurse, admin = await people.person("clinician"), await people.person("admin")
    patient, stranger = await people.patient(nurse), await people.patient()
    async with (
        reading(people, nurse) as hers,
        reading(people, admin) as admins,
        reading(people, stranger) as own,
    ):
        await announce(people, "jeg_vitals", f"{stranger.id},{uuid4()}")
        assert (await own.next())[1]["patient"]["id"] == str(stranger.id)
        assert (await admins.next())[1]["patient"]["id"] == str(stranger.id)
        await hers.nothing()
        await people.end_care(nurse, patient)
        await announce(people, "jeg_vitals", patient.id)
        await admins.next()
        await hers.nothing()


async def test_many_changes_of_a_patient_are_few_events(people: People, hub: Hub) -> None:
    assert hub.connected
    patient = await people.patient()
    async with reading(people, patient) as stream:
        began = time.monotonic()
        for _ in range(40):
            await announce(people, "jeg_vitals", patient.id)
            await asyncio.sleep(0.02)
        windows = (time.monotonic() - began) / hubs.FLUSH_SECONDS
        await asyncio.sleep(1.2)
        assert 1 <= stream.waiting <= windows + 2


async def test_a_star_means_everybody_who_is_watched(people: People, hub: Hub) -> None:
    assert hub.connected
    nurse = await people.person("clinician")
    expected = {str((await people.patient(nurse)).id) for _ in range(3)}
    async with reading(people, nurse) as stream:
        await announce(people, "jeg_vitals", "*")
        found = {(await stream.next())[1]["patient"]["id"] for _ in expected}
        assert found == expected


async def test_nonsense_is_ignored(people: People, hub: Hub) -> None:
    assert hub.connected
    patient = await people.patient()
    async with reading(people, patient) as stream:
        await announce(people, "jeg_vitals", "nonsense")
        await announce(people, "jeg_alarms", uuid4())
        await announce(people, "jeg_vitals", patient.id)
        assert (await stream.next())[0] == "board"


async def test_a_lost_connection_comes_back_with_a_resync(
    people: People, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.connected
    monkeypatch.setattr(hubs, "BACKOFF_SECONDS", (0.05,))
    patient = await people.patient()
    async with reading(people, patient) as stream:
        await people.db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'jeg-api-events' AND datname = current_database()"
        )
        assert (await stream.next())[0] == "resync"
        await announce(people, "jeg_vitals", patient.id)
        assert (await stream.next())[0] == "board"


async def test_a_failed_flush_is_tried_again(
    people: People, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = await people.patient()
    real, failures = board_rows, 2

    async def failing(*arguments: object) -> object:
        nonlocal failures
        if failures:
            failures -= 1
            raise psycopg.OperationalError
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hubs, "board_rows", failing)
    async with reading(people, patient) as stream:
        hub.note("jeg_vitals", str(patient.id))
        assert (await stream.next())[0] == "board"
        assert failures == 0


async def test_queries_depend_on_neither_patients_nor_streams(people: People, hub: Hub) -> None:
    nurses = [await people.person("clinician") for _ in range(3)]
    patients = [await people.patient(*nurses) for _ in range(5)]
    async with reading(people, nurses[0]), reading(people, nurses[1]), reading(people, nurses[2]):
        with counted(people.parts.database) as statements:
            hub.note("jeg_vitals", ",".join(str(patient.id) for patient in patients))
            await hub.flush()
        assert len(statements) == 5


async def test_a_slow_reader_is_told_to_load_anew() -> None:
    subscriber = Subscriber(uuid4())
    for _ in range(3 * MAX_PENDING):
        subscriber.offer("board", uuid4(), b"x" * 100)
    assert len(subscriber._pending) <= MAX_PENDING
    assert await subscriber.next(1) == RESYNC_EVENT
    subscriber.offer("board", uuid4(), b"newest")
    assert await subscriber.next(1) == b"newest"


async def test_a_newer_state_replaces_the_one_that_waits() -> None:
    subscriber, patient, alarm = Subscriber(uuid4()), uuid4(), uuid4()
    for state in (b"a1", b"a2"):
        subscriber.offer("board", patient, state)
    subscriber.offer("alarm", alarm, b"b1")
    assert await subscriber.next(1) == b"a2b1"
    assert await subscriber.next(0.01) == PING


async def test_a_stream_ends_with_its_token_and_with_the_process(people: People, hub: Hub) -> None:
    patient = await people.patient()
    account = Account(patient.id, "", "", "", ())
    ended = Caller(account, NOW, uuid4())
    assert [chunk async for chunk in endpoints._stream(people.parts, ended)] == [READY_EVENT]
    async with reading(people, patient) as stream:
        hub.close_streams()
        with pytest.raises(EOFError):
            await stream.next()
    assert not hub._subscribers


async def test_needs_a_login_and_a_place(
    people: People, client: AsyncClient, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/api/events/")).status_code == 401
    monkeypatch.setattr(hubs, "MAX_STREAMS", 0)
    assert hub.connected
    answer = await (await people.patient()).get("/api/events/")
    assert answer.status_code == 503


async def test_nothing_is_noted_while_nobody_listens(hub: Hub) -> None:
    hub.note("jeg_vitals", str(uuid4()))
    assert not hub._patients
