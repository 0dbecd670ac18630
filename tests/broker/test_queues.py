"""The broker keeps what it has accepted: sessions, queues, limits."""

import asyncio
import sys
from pathlib import Path

import aiomqtt
import pytest

from stack.services.mosquitto import Mosquitto, prepare_mosquitto
from tests.support.devices import as_device, as_program, next_payload, registered

# Far past Mosquitto's own limits: 100 queued messages of a session, 20 unacknowledged ones.
MESSAGES = 3000


def a_session(broker: Mosquitto) -> aiomqtt.Client:
    """Make a client of ingest whose session outlives its connection."""
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username="jeg-ingest",
        password=broker.credentials["jeg-ingest"],
        identifier="jeg-ingest-test",
        clean_session=False,
    )


async def test_messages_for_a_worker_that_is_away_survive_a_restart(broker: Mosquitto) -> None:
    device = registered(broker)
    async with a_session(broker) as ingest:
        await ingest.subscribe("jeg/v1/+/+/up/#", qos=1)
    async with as_device(broker, device) as client:
        await asyncio.gather(
            *(
                client.publish(device.topic("up/telemetry"), str(n).encode(), qos=1, timeout=30)
                for n in range(MESSAGES)
            )
        )
    broker.stop()
    broker.start()
    received = []
    async with a_session(broker) as ingest, asyncio.timeout(20):
        async for message in ingest.messages:
            received.append(int(bytes(message.payload)))
            if len(received) == MESSAGES:
                break
    assert received == list(range(MESSAGES))


async def test_a_packet_past_the_limit_ends_the_connection_and_goes_nowhere(
    broker: Mosquitto,
) -> None:
    device = registered(broker)
    async with as_program(broker, "jeg-ingest") as ingest:
        await ingest.subscribe("jeg/v1/+/+/up/#", qos=1)
        with pytest.raises(aiomqtt.MqttError):
            async with as_device(broker, device) as client:
                await client.publish(device.topic("up/telemetry"), b"x" * 262_144, qos=1, timeout=2)
        async with as_device(broker, device) as client:
            await client.publish(device.topic("up/telemetry"), b"x" * 262_000, qos=1)
        assert len(await next_payload(ingest)) == 262_000


async def test_a_second_start_changes_nothing(broker: Mosquitto) -> None:
    again = prepare_mosquitto(broker.folder)
    again.start()
    assert again == broker


def test_a_stopped_broker_keeps_its_port_and_passwords(broker: Mosquitto) -> None:
    broker.stop()
    assert not broker.is_running()
    again = prepare_mosquitto(broker.folder)
    again.start()
    assert (again.port, again.credentials) == (broker.port, broker.credentials)


def test_a_taken_port_is_passed_over(broker: Mosquitto, services_folder: Path) -> None:
    other = prepare_mosquitto(services_folder / f"{broker.folder.name}-2", port=broker.port)
    assert other.port > broker.port


def test_half_written_credentials_are_made_anew(broker: Mosquitto) -> None:
    broker.kill()
    (broker.folder / "credentials.json").write_text('{"jeg-ingest": "ab')
    again = prepare_mosquitto(broker.folder)
    again.start()
    assert set(again.credentials) == set(broker.credentials)
    assert again.is_running()


def test_no_password_is_stored_in_the_broker_s_own_files(broker: Mosquitto) -> None:
    text = (broker.folder / "passwords").read_text()
    assert all(name in text for name in broker.credentials)
    assert not any(password in text for password in broker.credentials.values())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_password_is_in_the_process_list(broker: Mosquitto) -> None:
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    secrets = [password.encode() for password in broker.credentials.values()]
    assert not any(secret in line for line in lines for secret in secrets)
