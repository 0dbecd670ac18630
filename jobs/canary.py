"""The canary: a synthetic patient whose desaturation must come out at every channel in time.

A run publishes, as a device over MQTT like any other, a saturation that falls to 86 % and stays
there for 20 s, and then one that has recovered. Its times are of the minute before, so nothing has
to be waited for: by measured time the alarm is due as soon as the message is scored. Each run has a
key and a password of its own, which are nowhere but in this process and, as digests, in the
database.
"""

import asyncio
import contextlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import aiomqtt
import psycopg
from psycopg.types.json import Jsonb
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from analytics.bulletins import Bulletin, Bulletins
from analytics.rules import Priority
from gateways.account_sync import publish as publish_account
from gateways.broker_accounts import BrokerAccounts
from jobs import meters
from jobs.canary_channels import Channel, channels
from jobs.settings import Settings
from storage.engine import connect
from storage.queries import canary as sql
from storage.queries.device_keys import TELL_KEYS
from storage.queries.technical import FORGET_RUNS, KEEP_RUN
from telemetry.clock import from_ms, now_ms
from telemetry.keys import digest, new_key
from telemetry.logs import logger
from telemetry.topics import Up, partition_of, up

log = logger()

PUBLISH: Final = "publish"
DATABASE: Final = "database"
TITLE: Final = "Alarms do not get through"
_FALL: Final = (97, 96, 95, 94, 93, 92, 91, 90, 89, 88, 87)
_LOW: Final = (86, 87, 86, 86, 87) * 4
_RECOVERY: Final = (88, 90, 92, 93, 94, 95, 96, *(97, 96, 97, 97, 96) * 3)
_TICKS: Final = len(_FALL) + len(_LOW) + len(_RECOVERY)
"""Seconds of measured time of a run: less than the minute between two of them."""
_CONNECT_SECONDS: Final = 5.0


@dataclass(slots=True)
class Run:
    """One run: milliseconds by channel, None where nothing came in time."""

    id: UUID = field(default_factory=uuid4)
    started_ms: int = field(default_factory=now_ms)
    channels: dict[str, float | None] = field(default_factory=dict)

    @property
    def silent(self) -> list[str]:
        """Channels that did not tell of the alarm, as far as that says something.

        Where nothing could be published, or no alarm came of it, the others cannot know.
        """
        failed = [name for name, took_ms in self.channels.items() if took_ms is None]
        for first in (PUBLISH, DATABASE):
            if first in failed:
                return [first]
        return failed


class Canary:
    """Runs the canary once, and says what came of it."""

    def __init__(
        self, settings: Settings, accounts: BrokerAccounts, *, sending: bool = False
    ) -> None:
        """Know where everything is; nothing is connected yet.

        `sending` says that this program sends notifications, so that one of these must come, too.
        """
        self._sending = sending
        self._settings = settings
        self._accounts = accounts
        self._url = settings.database_url.get_secret_value()
        self._password = ""

    async def run(self, *, ago_ms: int = 0) -> Run:
        """Publish a desaturation, wait for it everywhere, and raise or end the alarms about it.

        `ago_ms` is how long ago its last reading is said to have been measured.
        """
        run = Run(started_ms=now_ms() - ago_ms)
        async with await connect(self._url, application_name="jeg-jobs-canary") as db:
            await self._prepare(db)
            key = await self._new_key(db)
            await self._try(run, key)
            await self._conclude(db, run)
        for name, took_ms in run.channels.items():
            meters.CANARY_OK.labels(name).set(took_ms is not None)
            if took_ms is not None:
                meters.CANARY_SECONDS.labels(name).set(took_ms / 1000)
        meters.CANARY_RUN.set(time.time())
        return run

    async def _prepare(self, db: psycopg.AsyncConnection[Any]) -> None:
        self._password = secrets.token_urlsafe(24)
        hasher = PasswordHash((Argon2Hasher(),))
        named = {
            "patient": sql.PATIENT,
            "device": sql.DEVICE,
            "email": sql.EMAIL,
            "password_hash": await asyncio.to_thread(hasher.hash, self._password),
        }
        async with db.transaction():
            await db.execute(sql.ADD_PATIENT, named)
            await db.execute(sql.ADD_ROLE)
            await db.execute(sql.GIVE_ROLE, named)
            await db.execute(sql.ADD_DEVICE, named)
            await db.execute(sql.FORGET_SESSIONS, (sql.PATIENT,))

    async def _new_key(self, db: psycopg.AsyncConnection[Any]) -> str:
        key = new_key()
        async with db.transaction():
            await db.execute(sql.DROP_KEYS, (sql.DEVICE,))
            await db.execute(sql.ADD_KEY, (sql.DEVICE, digest(key)))
            await db.execute(TELL_KEYS, (str(sql.DEVICE),))
        await publish_account(db, self._accounts, sql.DEVICE)
        return key

    async def _try(self, run: Run, key: str) -> None:
        since_ms = run.started_ms - 1000 * _TICKS
        over_since_ms = since_ms + 1000 * len(_FALL + _LOW)
        async with channels(
            self._settings, self._password, since_ms, sending=self._sending
        ) as opened:
            fall = _run(since_ms, (*_FALL, *_LOW))
            over = _run(over_since_ms, _RECOVERY)
            began = time.monotonic()
            published = await self._publish(key, run, 1, fall)
            run.channels[PUBLISH] = _ms(began) if published else None
            try:
                if published:
                    await self._wait(run, opened, began)
            finally:
                await self._publish(key, run, 2, over)

    async def _wait(self, run: Run, opened: dict[str, Channel], began: float) -> None:
        async def one(name: str, channel: Channel) -> None:
            run.channels[name] = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.canary_seconds):
                    await channel.arrived.wait()
                    run.channels[name] = round(1000 * (channel.at - began), 1)

        await asyncio.gather(*(one(name, channel) for name, channel in opened.items()))

    async def _publish(self, key: str, run: Run, seq: int, sample: dict[str, Any]) -> bool:
        """Publish one message as the device; whether the broker took it."""
        body = {"boot": run.started_ms, "seq": seq, "sent": now_ms(), "key": key, "m": [sample]}
        topic = up(partition_of(sql.PATIENT), sql.DEVICE, Up.TELEMETRY)
        try:
            async with aiomqtt.Client(
                self._settings.broker_host or "",
                self._settings.broker_port,
                username=str(sql.DEVICE),
                password=key,
                protocol=aiomqtt.ProtocolVersion.V5,
                timeout=_CONNECT_SECONDS,
            ) as client:
                await client.publish(topic, json.dumps(body).encode(), qos=1)
        except (aiomqtt.MqttError, OSError) as error:
            log.warning("canary_not_published", error=type(error).__name__)
            return False
        return True

    async def _conclude(self, db: psycopg.AsyncConnection[Any], run: Run) -> None:
        """Keep the run; raise what is silent, end what has come through again."""
        silent = run.silent
        async with db.transaction():
            bulletins = Bulletins(db)
            for name, took_ms in run.channels.items():
                condition = f"platform_canary:{name}"
                if name in silent:
                    await bulletins.post(_bulletin(name, condition, run, self._settings), now_ms())
                elif took_ms is not None:
                    await bulletins.close(None, condition, now_ms())
            await db.execute(
                KEEP_RUN,
                {
                    "id": run.id,
                    "started_at": from_ms(run.started_ms),
                    "finished_at": from_ms(now_ms()),
                    "channels": Jsonb(run.channels),
                },
            )
            await db.execute(FORGET_RUNS, (sql.PATIENT,))
        log.info("canary", silent=silent, **{n: v for n, v in run.channels.items() if v})


def _run(first_ms: int, values: tuple[int, ...]) -> dict[str, Any]:
    return {"c": "oxygen_saturation", "t0": first_ms, "dt": 1000, "v": list(values), "u": "%"}


def _ms(began: float) -> float:
    return round(1000 * (time.monotonic() - began), 1)


def _bulletin(name: str, condition: str, run: Run, settings: Settings) -> Bulletin:
    return Bulletin(
        patient_id=None,
        condition=condition,
        priority=Priority.HIGH,
        title=TITLE,
        message=(
            f"The canary's alarm did not come through ({name}) within "
            f"{settings.canary_seconds:g} s: alarms of patients may not come through either"
        ),
        started_ms=run.started_ms,
        evidence={"canary": run.channels},
    )
