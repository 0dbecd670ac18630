"""Where the canary's alarm must come out: database, NOTIFY, event stream, MQTT, notification."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import aiomqtt
import httpx
import psycopg

from jobs.settings import Settings
from storage.engine import connect
from storage.queries import canary as sql
from storage.queries.alarms import ALARMS_CHANNEL
from storage.queries.notifications import listen
from telemetry.clock import from_ms, now_ms
from telemetry.logs import logger
from telemetry.topics import ALARMS

log = logger()

_OPEN_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.05
_LOW: Final = "oxygen_saturation_low"
_CALLING: Final = "active_unacknowledged"


@dataclass(slots=True, eq=False)
class Channel:
    """One channel: whether it listens, and when the alarm came out of it (monotonic seconds)."""

    listens: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0

    def hear(self) -> None:
        """Note the first arrival."""
        if not self.arrived.is_set():
            self.at = time.monotonic()
            self.arrived.set()


Listen = Callable[[Channel], Awaitable[None]]


@asynccontextmanager
async def channels(
    settings: Settings, password: str, since_ms: int, *, sending: bool
) -> AsyncIterator[dict[str, Channel]]:
    """Listen at every channel that is set up, until the block ends.

    A channel that cannot be opened stays in the answer: nothing will come out of it. Alarms that
    began before `since_ms` are of another run. `sending` says that notifications are sent.
    """
    url = settings.database_url.get_secret_value()
    wanted: dict[str, Listen] = {
        "database": lambda channel: _database(url, since_ms, channel),
        "notify": lambda channel: _notify(url, since_ms, channel),
        "mqtt": lambda channel: _mqtt(settings, channel),
    }
    if sending:
        began_ms = now_ms()
        wanted["notification"] = lambda channel: _notification(url, began_ms, channel)
    if settings.api_url:
        api_url = settings.api_url
        wanted["stream"] = lambda channel: _stream(api_url, password, channel)
    opened = {name: Channel() for name in wanted}
    tasks = [
        asyncio.create_task(_guarded(name, listener, opened[name]))
        for name, listener in wanted.items()
    ]
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_OPEN_SECONDS):
                await asyncio.gather(*(channel.listens.wait() for channel in opened.values()))
        yield opened
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _guarded(name: str, listener: Listen, channel: Channel) -> None:
    try:
        await listener(channel)
    except (psycopg.Error, aiomqtt.MqttError, httpx.HTTPError, OSError, ValueError) as error:
        log.warning("canary_channel_broken", channel=name, error=type(error).__name__)


async def _alarm(connection: psycopg.AsyncConnection, since_ms: int) -> UUID | None:
    cursor = await connection.execute(sql.ALARM, (sql.PATIENT, from_ms(since_ms)))
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def _database(url: str, since_ms: int, channel: Channel) -> None:
    async with await connect(url, application_name="jeg-jobs-canary-db") as connection:
        channel.listens.set()
        while await _alarm(connection, since_ms) is None:  # noqa: ASYNC110 - polls a table
            await asyncio.sleep(_POLL_SECONDS)
        channel.hear()


async def _notification(url: str, since_ms: int, channel: Channel) -> None:
    async with await connect(url, application_name="jeg-jobs-canary-told") as connection:
        channel.listens.set()
        asked = (sql.PATIENT, from_ms(since_ms))
        while await (await connection.execute(sql.TOLD, asked)).fetchone() is None:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)
        channel.hear()


async def _notify(url: str, since_ms: int, channel: Channel) -> None:
    async with await connect(url, application_name="jeg-jobs-canary-alarm") as connection:
        async for told in listen(
            url,
            [ALARMS_CHANNEL],
            application_name="jeg-jobs-canary-notify",
            connected=channel.listens.set,
        ):
            if told.payload == str(await _alarm(connection, since_ms)):
                channel.hear()
                return


async def _mqtt(settings: Settings, channel: Channel) -> None:
    async with aiomqtt.Client(
        settings.broker_host or "",
        settings.broker_port,
        username=settings.broker_username,
        password=settings.broker_password.get_secret_value(),
        protocol=aiomqtt.ProtocolVersion.V5,
        timeout=_OPEN_SECONDS,
    ) as client:
        await client.subscribe(f"{ALARMS}/{sql.PATIENT}", qos=1)
        channel.listens.set()
        async for message in client.messages:
            if _calls(bytes(message.payload)):
                channel.hear()
                return


async def _stream(api_url: str, password: str, channel: Channel) -> None:
    async with httpx.AsyncClient(base_url=api_url, timeout=_OPEN_SECONDS) as client:
        account = {"email": sql.EMAIL, "password": password}
        answer = await client.post("/api/auth/login/", json=account)
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        # The stream says something every 15 seconds; a run is over before.
        async with client.stream("GET", "/api/events/", timeout=None) as stream:
            stream.raise_for_status()
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                    if event == "ready":
                        channel.listens.set()
                elif event == "alarm" and line.startswith("data: ") and _calls(line[6:].encode()):
                    channel.hear()
                    return


def _calls(told: bytes) -> bool:
    """Whether what was told is the run's own alarm, calling."""
    alarm = json.loads(told)
    return (alarm["condition"], alarm["state"]) == (_LOW, _CALLING)
