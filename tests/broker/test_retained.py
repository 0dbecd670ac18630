"""What the broker retains of a person's devices goes with the person."""

from uuid import uuid4

from jobs.rights.retained import clear_retained
from jobs.settings import Settings
from stack.services.mosquitto import Mosquitto
from telemetry.topics import Down, Up, down, partition_of, up
from tests.support.devices import as_device, as_program, next_payload, registered


async def retained(broker: Mosquitto, topic: str) -> bytes | None:
    """What a program that comes later finds under a topic; a marker tells that nothing was."""
    device = registered(broker)
    async with as_program(broker, "jeg-ingest") as later, as_device(broker, device) as other:
        await later.subscribe(topic, qos=1)
        await later.subscribe(device.topic("up/telemetry"), qos=1)
        await other.publish(device.topic("up/telemetry"), b"marker", qos=1)
        payload = await next_payload(later)
    return None if payload == b"marker" else payload


async def test_an_erased_persons_devices_leave_nothing_at_the_broker(broker: Mosquitto) -> None:
    person, device, others = uuid4(), registered(broker), registered(broker)
    partition = partition_of(person)
    status = up(partition, device.device_id, Up.STATUS)
    config = down(partition, device.device_id, Down.CONFIG)
    kept = up(partition, others.device_id, Up.STATUS)
    for one, topic in ((device, status), (others, kept)):
        async with as_device(broker, one) as client:
            await client.publish(topic, b"{}", qos=1, retain=True)
    async with as_program(broker, "jeg-api") as api:
        await api.publish(config, b"{}", qos=1, retain=True)
    assert await retained(broker, status) == b"{}"

    settings = Settings.model_validate(
        {
            "database_url": "postgresql://nowhere/none",
            "broker_host": broker.host,
            "broker_port": broker.port,
            "broker_password": broker.credentials["jeg-jobs"],
        }
    )
    await clear_retained(settings, person, [device.device_id])
    assert await retained(broker, status) is None
    async with as_device(broker, device) as again:
        await again.subscribe([(config, 1), (device.topic("down/cmd"), 1)])
        async with as_program(broker, "jeg-api") as api:
            await api.publish(device.topic("down/cmd"), b"marker", qos=1)
        assert await next_payload(again) == b"marker", "no configuration came before it"
    assert await retained(broker, kept) == b"{}", "others' stays"
