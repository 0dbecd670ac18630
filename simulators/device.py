"""A device on MQTT 5: publishes telemetry and keeps it until ingest says that it is on disk.

A PUBACK proves only that the broker has a message; the receipt on `down/receipt` proves that
it is committed. What has no receipt is sent again after a reconnection, or when it is
overdue. The same message keeps its sequence number, so that storing it twice adds nothing.
"""

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, Never

import aiomqtt
import msgspec
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from simulators import payloads
from simulators.buffer import Pending, SendBuffer
from simulators.commands import Answer, Commands
from simulators.payloads import Measurement
from simulators.tasks import first_failure, retrieve, stay_cancelled
from telemetry.logs import logger
from telemetry.topics import Down, Up

KEEPALIVE_S = 30
GOODBYE_S = 2.0
STEADY_S = 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device was told at its registration: id, key (never shown), topics by leaf."""

    device_id: str
    api_key: str = field(repr=False)
    topics: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """How a device reaches its broker.

    `key_in`: where ingest finds the key, the MQTT 5 user property `key` or the payload.
    Backoff after the n-th failure in a row: uniform in (0, min(most_s, least_s 2^n)), "full
    jitter", so that a thousand devices do not come back in one instant.
    """

    host: str
    port: int
    key_in: Literal["property", "payload"] = "property"
    least_s: float = 0.5
    most_s: float = 30.0

    def backoff_s(self, failures: int) -> float:
        """Draw the wait after `failures` failures in a row."""
        most = min(self.most_s, self.least_s * 2.0 ** min(failures, 16))
        return random.uniform(0.05, max(most, 0.1))  # noqa: S311 - jitter, no secret


@dataclass(slots=True)
class Counts:
    """What a device did since its start."""

    published: int = 0
    resent: int = 0
    receipted: int = 0
    readings: int = 0
    connections: int = 0


class Device:
    """One simulated device; `run` connects and keeps connecting until it is cancelled.

    `boot` must be greater than at any earlier start: the caller persists it.
    """

    def __init__(
        self, identity: Identity, link: Link, boot: int, buffer: SendBuffer | None = None
    ) -> None:
        """Make a device that is not connected yet; the buffer sets its window and patience."""
        self.identity = identity
        self.boot = boot
        self.counts = Counts()
        self.connected = False
        self.last_error: str | None = None
        self.refused = False
        self.commands = Commands(boot)
        self._link = link
        self._buffer = SendBuffer() if buffer is None else buffer
        self._wake = asyncio.Event()
        self._progress = asyncio.Event()
        self._log = logger(device_id=identity.device_id)

    @property
    def unreceipted(self) -> int:
        """Messages that are not known to be on disk."""
        return len(self._buffer)

    @property
    def receipted_seq(self) -> int:
        """The highest sequence number up to which everything is settled."""
        return self._buffer.receipted_seq

    async def send(self, measurements: Sequence[Measurement], *, historical: bool = False) -> int:
        """Hand over one message; waits while the buffer is full. Returns its number."""
        await self._until(lambda: not self._buffer.full)
        readings = payloads.count(measurements)
        seq = self._buffer.add(measurements, readings, historical=historical)
        self._wake.set()
        return seq

    async def receipted(self, seq: int) -> None:
        """Wait until everything up to `seq` is on disk, or refused for good."""
        await self._until(lambda: self._buffer.receipted_seq >= seq)

    async def online(self) -> None:
        """Wait until the device is connected."""
        await self._until(lambda: self.connected)

    async def run(self) -> Never:
        """Connect, talk, and connect again with backoff and jitter."""
        failures = 0
        while True:
            stay_cancelled()
            started = time.monotonic()
            client = self._client()
            try:
                async with client:
                    await self._talk(client)
            except (aiomqtt.MqttError, OSError) as error:
                self._note(error)
            finally:
                self.connected = False
                self._buffer.connection_lost()
                retrieve(client)
            failures = 1 if time.monotonic() - started > STEADY_S else failures + 1
            await asyncio.sleep(self._link.backoff_s(failures))

    def _note(self, error: Exception) -> None:
        self.last_error = str(error) or type(error).__name__
        code = getattr(error, "rc", None)
        self.refused = getattr(code, "value", None) in REFUSALS
        self._log.debug("device.disconnected", error=self.last_error)

    def _client(self) -> aiomqtt.Client:
        will = aiomqtt.Will(
            self.identity.topics[Up.STATUS],
            self._status("offline"),
            qos=1,
            retain=True,
            properties=self._key_property(PacketTypes.WILLMESSAGE),
        )
        return aiomqtt.Client(
            self._link.host,
            self._link.port,
            username=self.identity.device_id,
            password=self.identity.api_key,
            identifier=self.identity.device_id,
            protocol=aiomqtt.ProtocolVersion.V5,
            keepalive=KEEPALIVE_S,
            will=will,
            clean_start=True,
            # Small packets both ways: without it each waits for the other's delayed ACK (40 ms).
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )

    def _status(self, state: str) -> bytes:
        return payloads.encode(payloads.Status(self.boot, state))

    def _key_property(self, packet: int) -> Properties:
        properties = Properties(packet)  # type: ignore[no-untyped-call]
        properties.UserProperty = ("key", self.identity.api_key)
        return properties

    async def _talk(self, client: aiomqtt.Client) -> None:
        """One connection: subscribe before the first message, so that no receipt is missed."""
        await client.subscribe([(self.identity.topics[leaf], 1) for leaf in Down])
        await self._publish_status(client, "online")
        stay_cancelled()
        self.connected = True
        self.refused, self.last_error = False, None
        self.counts.connections += 1
        self._advance()
        try:
            await first_failure(self._listen(client), self._send_all(client))
        except asyncio.CancelledError:
            # A planned end is no reason for the will: say goodbye, but not for long.
            with suppress(aiomqtt.MqttError, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._publish_status(client, "offline")
            raise

    async def _publish_status(self, client: aiomqtt.Client, state: str) -> None:
        properties = self._key_property(PacketTypes.PUBLISH)
        topic = self.identity.topics[Up.STATUS]
        await client.publish(topic, self._status(state), 1, retain=True, properties=properties)

    async def _listen(self, client: aiomqtt.Client) -> None:
        leaves = {self.identity.topics[leaf]: leaf for leaf in Down}
        async for message in client.messages:
            leaf = leaves.get(str(message.topic))
            if leaf is Down.RECEIPT:
                self._take_receipt(message.payload)
            elif leaf is Down.CMD:
                now_ms = time.time_ns() // 1_000_000
                await self._reply(client, self.commands.command(message.payload, now_ms))
            elif leaf is Down.CONFIG:
                await self._reply(client, self.commands.configure(message.payload))

    def _take_receipt(self, payload: bytes) -> None:
        try:
            receipt = payloads.decode_receipt(payload)
        except msgspec.DecodeError:
            self._log.warning("device.receipt_unreadable")
            return
        # A receipt for an earlier boot says nothing about this one's numbers.
        if receipt.boot == self.boot:
            freed = self._buffer.receipt(receipt.seq)
            self.counts.receipted += len(freed)
            self.counts.readings += sum(p.readings for p in freed)
            self._advance()

    async def _reply(self, client: aiomqtt.Client, answer: Answer | None) -> None:
        if answer is not None:
            properties = self._key_property(PacketTypes.PUBLISH)
            topic = self.identity.topics[Up.REPLY]
            await client.publish(topic, payloads.encode(answer), qos=1, properties=properties)

    async def _send_all(self, client: aiomqtt.Client) -> None:
        while True:
            stay_cancelled()
            pending = self._buffer.due(time.monotonic())
            if pending is None:
                await self._rest(self._buffer.wait_s(time.monotonic()))
                continue
            await self._publish(client, pending)

    async def _rest(self, wait_s: float | None) -> None:
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._wake.wait()

    async def _publish(self, client: aiomqtt.Client, pending: Pending) -> None:
        in_payload = self._link.key_in == "payload"
        message = payloads.Telemetry(
            boot=self.boot,
            seq=pending.seq,
            sent=time.time_ns() // 1_000_000,
            m=pending.measurements,
            h=pending.historical,
            key=self.identity.api_key if in_payload else None,
        )
        properties = None if in_payload else self._key_property(PacketTypes.PUBLISH)
        topic = self.identity.topics[Up.TELEMETRY]
        await client.publish(topic, payloads.encode(message), qos=1, properties=properties)
        self.counts.resent += pending.sends > 0
        self.counts.published += pending.sends == 0
        self._buffer.sent(pending, time.monotonic())

    def _advance(self) -> None:
        """Wake the sender and everybody who waits for this device."""
        self._wake.set()
        self._progress.set()
        self._progress = asyncio.Event()

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._progress.wait()


# MQTT 5 reason codes of a broker that knows the device and will not have it:
# bad user name or password, not authorised, banned.
REFUSALS = frozenset({0x86, 0x87, 0x8A})


@asynccontextmanager
async def running(*devices: Device) -> AsyncIterator[None]:
    """Run devices while the block runs; end them with a goodbye afterwards."""
    tasks = [asyncio.create_task(device.run()) for device in devices]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
