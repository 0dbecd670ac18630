"""A device's connection ends with its key, and what the broker retains of it with its owner."""

import asyncio
import json
import time
from uuid import UUID

import aiomqtt
import pytest

from stack.services.mosquitto import Mosquitto
from telemetry.keys import digest
from telemetry.topics import Up
from tests.support.downlink import Db, heard, owned
from tests.support.http import People
from tests.support.worlds import Device, add_device, connected, ingesting, until


async def cut_off(client: aiomqtt.Client, device: Device) -> None:
    """Publish until the broker ends the connection, which of itself it never does."""
    with pytest.raises(aiomqtt.MqttError):  # noqa: PT012 - it may be any of many
        async with asyncio.timeout(20):
            while True:
                await client.publish(device.up(), device.message(), qos=1)
                await asyncio.sleep(0.02)


async def test_a_revoked_device_is_off_at_once(
    crew: People, broker: Mosquitto, database_url: str
) -> None:
    owner = await crew.patient()
    told = (
        await owner.post("/api/iot/devices/", {"device_type": "SMARTWATCH", "provisioned": True})
    ).json()
    device = Device(owner.id, UUID(told["device_id"]), told["api_key"])
    body = device.message({"c": "heart_rate", "t": int(time.time() * 1000), "v": 71})
    async with ingesting(broker, database_url) as worker, connected(broker, device) as client:
        await client.publish(device.up(), body, qos=1)
        await heard(client)
        known = worker._store.devices
        taken = known.get(device.device_id)
        assert taken is not None
        await owner.post(f"/api/iot/devices/{told['device_id']}/revoke/")
        # Ingest has forgotten what it knew of the device, or knows better.
        await until(lambda: known.get(device.device_id) is not taken)
        await cut_off(client, device)
        with pytest.raises(aiomqtt.MqttError):
            async with connected(broker, device):
                pass


async def test_a_rotation_disconnects_nobody_until_the_old_key_ends(
    crew: People, db: Db, broker: Mosquitto, database_url: str
) -> None:
    owner, device, path = await owned(crew, db, broker)
    sample = {"c": "heart_rate", "t": int(time.time() * 1000), "v": 71}
    async with ingesting(broker, database_url), connected(broker, device) as client:
        new = (await owner.post(f"{path}rotate-key/")).json()["api_key"]
        fresh = Device(owner.id, device.device_id, new, boot=2)
        await client.publish(device.up(), device.message(sample), qos=1)
        assert json.loads((await heard(client)).payload)["stored"] == 1
        async with connected(broker, fresh) as other:
            await other.publish(fresh.up(), fresh.message(sample), qos=1)
            assert json.loads((await heard(other)).payload)["duplicate"] == 1
        last = (await owner.post(f"{path}rotate-key/?immediately=true")).json()["api_key"]
        await cut_off(client, device)
        async with connected(broker, Device(owner.id, device.device_id, last)):
            pass
    account = broker.accounts_folder / str(device.device_id)[:2] / str(device.device_id)
    assert account.read_text().split() == [digest(last).hex()]


async def test_a_transferred_device_leaves_nothing_at_its_old_topics(
    crew: People, db: Db, broker: Mosquitto
) -> None:
    nurse = await crew.person("clinician")
    before, after = await crew.patient(nurse), await crew.patient(nurse)
    device = await add_device(db, broker, before.id)
    topic = device.up(Up.STATUS)
    async with connected(broker, device) as client:
        await client.publish(topic, json.dumps({"boot": 1, "state": "online"}), 1, retain=True)

    async def retained() -> bool:
        password = broker.credentials["jeg-ingest"]
        async with aiomqtt.Client(
            broker.host, broker.port, username="jeg-ingest", password=password
        ) as program:
            await program.subscribe(topic, qos=1)
            try:
                async with asyncio.timeout(0.5):
                    return bool((await anext(aiter(program.messages))).payload)
            except TimeoutError:
                return False

    await until(retained)
    path = f"/api/iot/devices/{device.device_id}/transfer/"
    assert (await nurse.post(path, {"owner_id": str(after.id)})).status_code == 200

    async def gone() -> bool:
        return not await retained()

    await until(gone)
