"""Messages of devices over HTTP, through the same judge and the same writer as over MQTT.

One request is one message and one transaction: the answer comes after the commit. The device is
read from the database in the request, so that a key that ended a moment ago is refused. Over HTTP
nothing but its key says who a device is; what comes with a wrong one is not kept.
"""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
import psycopg

from api.errors import (
    InvalidKeyError,
    NothingUsableError,
    PayloadTooLargeError,
    TooManyMessagesError,
)
from api.intake.answers import answer
from api.intake.schemas import FaultInput, FaultLogged, Taken
from api.limits import Buckets
from api.metrics import READINGS
from api.settings import Settings
from storage.devices import Devices
from storage.engine import UNAVAILABLE, Database
from storage.queries import intake as sql
from storage.writer import Committed, commit
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, from_ms, now_ms
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.logs import logger
from telemetry.payloads import decode
from telemetry.topics import Up, parse_up, up

ATTEMPTS: Final = 5
TOUCH_SECONDS: Final = 5.0
_NOT_KNOWN: Final = {
    Reason.UNKNOWN_DEVICE,
    Reason.SPOOFED_DEVICE,
    Reason.MISSING_KEY,
    Reason.WRONG_KEY,
    Reason.DEVICE_REVOKED,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Who a request says that it is from."""

    device_id: str | None
    key: str | None


class _Sender(msgspec.Struct):
    device_id: str | None = None
    api_key: str | None = None
    key: str | None = None


_decode_sender = msgspec.json.Decoder(_Sender).decode


class Intake:
    """Takes messages over HTTP; one per process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Know the database and the limits, which are those of ingest."""
        self._database = database
        self._settings = settings
        self._judge = Judge(settings.payload_bytes, settings.clock_limits())
        self._buckets = Buckets(settings.rate_per_second, settings.rate_burst)
        self._seen_ms: dict[UUID, int] = {}
        self._touching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to note when devices were last heard of."""
        self._touching = asyncio.create_task(self._touch())

    async def stop(self) -> None:
        """Note it a last time."""
        if self._touching:
            self._touching.cancel()
            await asyncio.gather(self._touching, return_exceptions=True)
            self._touching = None
        await self._flush()

    async def take(self, payload: bytes, named: Named) -> Taken:
        """Store a telemetry message; `named` is what its headers say, the payload comes first.

        Raises:
            InvalidKeyError: unknown device, or not a live key of it.
            NothingUsableError: all of it was refused.
            PayloadTooLargeError: it is larger than over MQTT.
            TooManyMessagesError: the device sends more than it may.
        """
        if len(payload) > self._settings.payload_bytes:
            raise PayloadTooLargeError
        sender = _sender(payload, named)
        window = Window(now_ms(), self._settings.skew_ms)
        batch, committed, device_id = await self._commit(sender, Up.TELEMETRY, payload, window)
        _count(batch, committed)
        return answer(device_id, batch, committed, window)

    async def fault(self, fault: FaultInput) -> FaultLogged:
        """Keep a fault that a device reports of itself; one whose time cannot be is without it.

        Raises:
            InvalidKeyError: unknown device, or not a live key of it.
            NothingUsableError: it holds what cannot be kept, such as a NUL.
        """
        key = fault.api_key.get_secret_value()
        body = {"code": fault.error_code, "message": fault.message, "t": fault.timestamp}
        if fault.boot is not None:
            body["boot"] = fault.boot
        window = Window(now_ms(), self._settings.skew_ms)
        sender = Named(str(fault.device_id), key)
        batch, _, _ = await self._commit(sender, Up.ERROR, msgspec.json.encode(body), window)
        if batch.letters:
            raise NothingUsableError(batch.letters[0].reason.value)
        logged = FaultLogged(
            device_id=fault.device_id,
            error_code=fault.error_code,
            received_at=from_ms(window.received_ms),
        )
        occurred = window.classify(fault.timestamp)
        if not isinstance(occurred, Reason):
            logged.occurred_at = from_ms(occurred)
        elif fault.timestamp is not None:
            logged.time_refused = occurred
        return logged

    async def _commit(
        self, sender: Named, leaf: Up, payload: bytes, window: Window
    ) -> tuple[Batch, Committed, UUID]:
        """Judge and commit one message of a device that shows a live key of its own."""
        device_id, key = _identity(sender)
        batch, devices = Batch(), Devices(self._settings.clock_limits())
        async with self._database.plain() as connection:
            await devices.load(connection, [device_id])
            device = devices.get(device_id)
            if device is None or not device.holds(key, window.received_ms):
                raise InvalidKeyError
            wait_seconds = self._buckets.take(device_id)
            if wait_seconds:
                raise TooManyMessagesError(int(wait_seconds) + 1)
            topic = up(device.partition, device_id, leaf)
            arrival = Arrival(topic, parse_up(topic), payload, key, window)
            if self._judge.take(arrival, device, batch) in _NOT_KNOWN:
                raise InvalidKeyError
            committed = await _insist(connection, batch, devices)
        self._seen_ms[device_id] = window.received_ms
        return batch, committed, device_id

    async def _touch(self) -> None:
        while True:
            await asyncio.sleep(TOUCH_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        seen, self._seen_ms = self._seen_ms, {}
        if not seen:
            return
        try:
            async with self._database.plain() as connection:
                await connection.execute(sql.TOUCH_DEVICES, (list(seen), list(seen.values())))
        except UNAVAILABLE as error:
            self._seen_ms = seen | self._seen_ms
            logger().warning("last_seen_delayed", error=type(error).__name__)


async def _insist(connection: psycopg.AsyncConnection, batch: Batch, devices: Devices) -> Committed:
    """Commit; begin again where PostgreSQL ended the transaction in favour of another one."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await commit(connection, batch, devices.newest_ms)
        except psycopg.errors.DeadlockDetected:
            await asyncio.sleep(0)
    return await commit(connection, batch, devices.newest_ms)


def _sender(payload: bytes, named: Named) -> Named:
    """Who sends a payload, as it says itself or else as the headers do.

    Raises:
        NothingUsableError: when neither names a device and a key.
    """
    try:
        inside = _decode_sender(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        inside = _Sender()
    sender = Named(inside.device_id or named.device_id, inside.key or inside.api_key or named.key)
    if sender.device_id is None or sender.key is None:
        found = decode(payload)
        reason = found if isinstance(found, Reason) else Reason.MISSING_KEY
        raise NothingUsableError(reason.value)
    return sender


def _identity(sender: Named) -> tuple[UUID, str]:
    try:
        return UUID(sender.device_id or ""), sender.key or ""
    except ValueError:
        raise InvalidKeyError from None


def _count(batch: Batch, committed: Committed) -> None:
    READINGS.labels("stored").inc(committed.stored)
    READINGS.labels("duplicate").inc(committed.duplicate)
    for letter in [*batch.letters, *committed.conflicts]:
        READINGS.labels(letter.reason).inc(letter.readings)
