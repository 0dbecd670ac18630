"""A patient with devices in a committed database, and the ingest worker beside it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiomqtt
import psycopg

from gateways.broker_accounts import FileBrokerAccounts
from ingest.settings import Settings
from ingest.worker import Worker
from stack.services.mosquitto import Mosquitto
from telemetry.clock import now_ms
from telemetry.keys import digest, new_key
from telemetry.topics import Down, Up, down, partition_of, up


@dataclass
class Device:
    """A registered device and how many messages it has sent."""

    owner_id: UUID
    device_id: UUID = field(default_factory=uuid4)
    key: str = field(default_factory=new_key)
    boot: int = 1
    seq: int = 0

    @property
    def partition(self) -> str:
        """Partition of its owner."""
        return partition_of(self.owner_id)

    def up(self, leaf: Up = Up.TELEMETRY) -> str:
        """One of its topics to publish to."""
        return up(self.partition, self.device_id, leaf)

    def down(self, leaf: Down = Down.RECEIPT) -> str:
        """One of its topics to listen on."""
        return down(self.partition, self.device_id, leaf)

    def message(self, *samples: dict[str, Any], **more: Any) -> bytes:
        """The next numbered message in the native form."""
        self.seq += 1
        body = {"boot": self.boot, "seq": self.seq, "sent": now_ms(), "key": self.key}
        return json.dumps(body | {"m": samples} | more).encode()


def beat(value: float = 72, t: object = None) -> dict[str, Any]:
    """A heart rate of now, or of `t`."""
    return {"c": "heart_rate", "t": now_ms() if t is None else t, "v": value}


async def add_patient(db: psycopg.AsyncConnection[Any]) -> UUID:
    """Commit a patient."""
    patient = uuid4()
    await db.execute(
        "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, 'Ama', 'Owusu')",
        (patient, str(patient)),
    )
    return patient


async def add_device(
    db: psycopg.AsyncConnection[Any],
    broker: Mosquitto | None = None,
    owner_id: UUID | None = None,
    *,
    status: str = "ACTIVE",
    verified: bool = True,
) -> Device:
    """Commit a device, of a new patient unless one is given, and let the broker know it."""
    device = Device(owner_id or await add_patient(db))
    await db.execute(
        "INSERT INTO iot_devices (device_id, device_type, owner_id, status, is_verified)"
        " VALUES (%s, 'MONITOR', %s, %s, %s)",
        (device.device_id, device.owner_id, status, verified),
    )
    await db.execute(
        "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)",
        (device.device_id, digest(device.key)),
    )
    if broker is not None:
        FileBrokerAccounts(broker.accounts_folder).put(device.device_id, [digest(device.key)])
    return device


@asynccontextmanager
async def connected(
    broker: Mosquitto,
    device: Device,
    protocol: aiomqtt.ProtocolVersion = aiomqtt.ProtocolVersion.V5,
) -> AsyncIterator[aiomqtt.Client]:
    """Connect as a device, subscribed to its receipts."""
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=str(device.device_id),
        password=device.key,
        protocol=protocol,
    ) as client:
        await client.subscribe(device.down(), qos=1)
        yield client


@asynccontextmanager
async def ingesting(broker: Mosquitto, database_url: str, **more: Any) -> AsyncIterator[Worker]:
    """Run an ingest worker in this process; it is stopped cleanly at the end."""
    settings = Settings(
        database_url=database_url,
        broker_host=broker.host,
        broker_port=broker.port,
        broker_password=broker.credentials["jeg-ingest"],
        **more,
    )
    worker, stop = Worker(settings), asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        await until(lambda: worker.connected, task)
        yield worker
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def until(check: Any, task: asyncio.Task[Any] | None = None, seconds: float = 30) -> None:
    """Wait until `check` holds; a task that fails meanwhile fails the test."""
    async with asyncio.timeout(seconds):
        while True:
            found = check()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            if task is not None and task.done():
                task.result()
            await asyncio.sleep(0.02)


async def count(db: psycopg.AsyncConnection[Any], table: str, device: Device) -> int:
    """Rows of a device in `vitals` or `dead_letters`."""
    queries = {
        "vitals": "SELECT count(*) FROM vitals JOIN series ON series.id = vitals.series_id"
        " WHERE device_id = %s",
        "dead_letters": "SELECT count(*) FROM dead_letters WHERE device_id = %s",
    }
    row = await (await db.execute(queries[table], (device.device_id,))).fetchone()
    assert row is not None
    return int(row[0])


async def receipt(client: aiomqtt.Client) -> dict[str, Any]:
    """Wait for the next receipt."""
    async with asyncio.timeout(30):
        message = await anext(aiter(client.messages))
    return json.loads(message.payload)  # type: ignore[no-any-return]


async def letters(db: psycopg.AsyncConnection[Any], device: Device) -> list[tuple[str, bytes]]:
    """Dead letters of a device, oldest first: (reason, payload)."""
    cursor = await db.execute(
        "SELECT reason, payload FROM dead_letters WHERE device_id = %s ORDER BY id",
        (device.device_id,),
    )
    return [(reason, bytes(payload)) for reason, payload in await cursor.fetchall()]
