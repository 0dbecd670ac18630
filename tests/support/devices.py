"""Devices and programs as MQTT clients, for tests against a real broker."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import aiomqtt

from gateways.broker_accounts import FileBrokerAccounts
from stack.services.mosquitto import Mosquitto


@dataclass(frozen=True)
class Device:
    """A device with one key."""

    device_id: UUID = field(default_factory=uuid4)
    key: str = field(default_factory=lambda: f"jk_{uuid4().hex}")

    @property
    def digest(self) -> bytes:
        """SHA-256 digest of its key."""
        return hashlib.sha256(self.key.encode()).digest()

    def topic(self, name: str) -> str:
        """Give one of its topics, such as "up/telemetry"."""
        return f"jeg/v1/a/{self.device_id}/{name}"


def registered(broker: Mosquitto) -> Device:
    """Make a device that the broker knows."""
    device = Device()
    FileBrokerAccounts(broker.accounts_folder).put(device.device_id, [device.digest])
    return device


@asynccontextmanager
async def as_device(broker: Mosquitto, device: Device) -> AsyncIterator[aiomqtt.Client]:
    """Connect as a device, with MQTT 5."""
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=str(device.device_id),
        password=device.key,
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        yield client


@asynccontextmanager
async def as_program(broker: Mosquitto, name: str) -> AsyncIterator[aiomqtt.Client]:
    """Connect as one of the service accounts, with MQTT 5."""
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=name,
        password=broker.credentials[name],
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        yield client


async def next_payload(client: aiomqtt.Client, seconds: float = 2) -> bytes:
    """Wait for one message.

    Raises:
        TimeoutError: when none comes.
    """
    async with asyncio.timeout(seconds):
        message = await anext(aiter(client.messages))
    assert isinstance(message.payload, bytes)
    return message.payload


async def arrives(sender: aiomqtt.Client, receiver: aiomqtt.Client, topic: str) -> bool:
    """Publish on a topic and tell whether the receiver, which may read it, gets the message."""
    await receiver.subscribe(topic, qos=1)
    await sender.publish(topic, b"72", qos=1)
    try:
        return await next_payload(receiver, seconds=0.3) == b"72"
    except TimeoutError:
        return False
