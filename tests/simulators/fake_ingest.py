"""An ingest that keeps what it gets in lists and gives receipts when it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiomqtt

from gateways.broker_accounts import FileBrokerAccounts
from simulators.device import Identity, Link
from stack.services.mosquitto import Mosquitto
from telemetry import keys
from telemetry.topics import Down, Up, device_topics, down, parse_up

LONG_S = 60.0


@dataclass
class FakeIngest:
    """Messages by device in order of arrival, copies included; statuses likewise."""

    client: aiomqtt.Client
    answers: bool = True
    telemetry: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def seqs(self, device_id: str) -> list[int]:
        """Sequence numbers of a device's messages as they came."""
        return [m["seq"] for m in self.telemetry.get(device_id, [])]

    async def receipt(self, device_id: str, boot: int, seq: int) -> None:
        """Tell a device that everything up to `seq` is on disk."""
        topic = down("a", device_id, Down.RECEIPT)
        await self.client.publish(topic, json.dumps({"boot": boot, "seq": seq}), qos=1)

    async def run(self) -> None:
        """Take messages; answer with the highest seq without a gap before it."""
        async for message in self.client.messages:
            topic = parse_up(str(message.topic))
            assert topic is not None
            device_id = str(topic.device_id)
            body = json.loads(message.payload)
            user = getattr(message.properties, "UserProperty", [])
            self.keys |= {value for name, value in user if name == "key"}
            self.keys |= {body["key"]} if "key" in body else set()
            if topic.leaf is Up.STATUS:
                self.statuses.setdefault(device_id, []).append(body)
                continue
            self.telemetry.setdefault(device_id, []).append(body)
            if self.answers:
                await self.receipt(device_id, body["boot"], self.settled(device_id, body["boot"]))

    def settled(self, device_id: str, boot: int) -> int:
        """The highest seq of `boot` up to which every message is here."""
        seen = {m["seq"] for m in self.telemetry[device_id] if m["boot"] == boot}
        seq = 0
        while seq + 1 in seen:
            seq += 1
        return seq


@asynccontextmanager
async def fake_ingest(broker: Mosquitto) -> AsyncIterator[FakeIngest]:
    """A connected fake ingest with its own session."""
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username="jeg-ingest",
        password=broker.credentials["jeg-ingest"],
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        await client.subscribe("jeg/v1/+/+/up/#", qos=1)
        ingest = FakeIngest(client)
        task = asyncio.create_task(ingest.run())
        try:
            yield ingest
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def identity(broker: Mosquitto, device_id: UUID | None = None) -> Identity:
    """A device that the broker knows."""
    device_id = device_id or uuid4()
    key = keys.new_key()
    FileBrokerAccounts(broker.accounts_folder).put(device_id, [keys.digest(key)])
    return Identity(str(device_id), key, device_topics("a", device_id))


def link(broker: Mosquitto, **more: Any) -> Link:
    """The way to the broker, impatient."""
    return Link(broker.host, broker.port, most_s=0.3, least_s=0.05, **more)


async def until(condition: Callable[[], object], timeout_s: float = LONG_S) -> None:
    """Wait for a condition; a timeout fails the test."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - watched from outside, no event to wait for
            await asyncio.sleep(0.02)
