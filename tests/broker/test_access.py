"""Who may connect to the real broker, and with which topics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aiomqtt
import pytest

from gateways.broker_accounts import FileBrokerAccounts
from stack.services.mosquitto import SERVICE_ACCOUNTS, Mosquitto
from tests.support.devices import (
    Device,
    arrives,
    as_device,
    as_program,
    next_payload,
    registered,
)

REFUSED = "Not authorized"


async def test_a_new_device_connects_and_its_telemetry_reaches_ingest(broker: Mosquitto) -> None:
    async with as_program(broker, "jeg-ingest") as ingest:
        await ingest.subscribe("jeg/v1/+/+/up/#", qos=1)
        device = registered(broker)
        async with as_device(broker, device) as client:
            await client.publish(device.topic("up/telemetry"), b"72", qos=1)
        assert await next_payload(ingest) == b"72"


async def test_a_receipt_reaches_the_device(broker: Mosquitto) -> None:
    device = registered(broker)
    async with as_device(broker, device) as client, as_program(broker, "jeg-ingest") as ingest:
        await client.subscribe(device.topic("down/receipt"), qos=1)
        await ingest.publish(device.topic("down/receipt"), b'{"seq":1}', qos=1)
        assert await next_payload(client) == b'{"seq":1}'


@pytest.mark.parametrize("topic", ["down/cmd", "down/config"])
async def test_a_command_reaches_the_device(broker: Mosquitto, topic: str) -> None:
    device = registered(broker)
    async with as_device(broker, device) as client, as_program(broker, "jeg-api") as api:
        await client.subscribe(device.topic("down/#"), qos=1)
        await api.publish(device.topic(topic), b"{}", qos=1)
        assert await next_payload(client) == b"{}"


async def test_a_wrong_key_is_refused(broker: Mosquitto) -> None:
    device = registered(broker)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_device(broker, Device(device.device_id)):
            pass


async def test_the_digest_itself_is_no_key(broker: Mosquitto) -> None:
    device = registered(broker)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_device(broker, Device(device.device_id, device.digest.hex())):
            pass


async def test_an_unknown_device_is_refused(broker: Mosquitto) -> None:
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_device(broker, Device()):
            pass


@pytest.mark.parametrize(
    "name",
    [
        "revoked.log",
        "../passwords",
        "jeg-ingest",
        "",
        "00",
        "7D0E45B9-FA46-4A13-AF99-B17C3ADCFD98",
        "#",
        "+",
    ],
)
async def test_a_name_that_is_no_device_id_is_left_to_the_passwords(
    broker: Mosquitto, name: str
) -> None:
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with aiomqtt.Client(broker.host, broker.port, username=name, password="jk_any"):
            pass


async def test_nobody_connects_without_a_name(broker: Mosquitto) -> None:
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with aiomqtt.Client(broker.host, broker.port):
            pass


@pytest.mark.parametrize("name", SERVICE_ACCOUNTS)
async def test_a_program_connects_by_password(broker: Mosquitto, name: str) -> None:
    """The plugin is asked first and hands names that are not device ids on."""
    async with as_program(broker, name):
        pass


async def test_a_device_cannot_read_what_another_one_is_sent(broker: Mosquitto) -> None:
    curious, other = registered(broker), registered(broker)
    async with as_device(broker, curious) as client, as_program(broker, "jeg-ingest") as ingest:
        for topic in ("#", "jeg/v1/+/+/down/#", other.topic("down/receipt")):
            await client.subscribe(topic, qos=1)
        await ingest.publish(other.topic("down/receipt"), b"secret", qos=1)
        with pytest.raises(TimeoutError):
            await next_payload(client, seconds=0.3)


@pytest.mark.parametrize("name", ["up/telemetry", "up/status", "up/error", "up/reply"])
async def test_a_device_cannot_write_as_another_one(broker: Mosquitto, name: str) -> None:
    forger, other = registered(broker), registered(broker)
    async with as_device(broker, forger) as client, as_program(broker, "jeg-ingest") as ingest:
        assert not await arrives(client, ingest, other.topic(name))
        assert await arrives(client, ingest, forger.topic(name))


@pytest.mark.parametrize("name", ["receipt", "cmd", "config"])
async def test_a_device_cannot_write_to_devices(broker: Mosquitto, name: str) -> None:
    forger, other = registered(broker), registered(broker)
    async with as_device(broker, forger) as client, as_device(broker, other) as receiver:
        assert not await arrives(client, receiver, other.topic(f"down/{name}"))
        assert not await arrives(client, client, forger.topic(f"down/{name}"))


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("jeg-ingest", {"receipt"}), ("jeg-api", {"cmd", "config"}), ("jeg-analytics", set())],
)
async def test_a_program_sends_devices_only_what_is_its_own(
    broker: Mosquitto, name: str, allowed: set[str]
) -> None:
    device = registered(broker)
    async with as_program(broker, name) as program, as_device(broker, device) as receiver:
        for kind in ("receipt", "cmd", "config"):
            arrived = await arrives(program, receiver, device.topic(f"down/{kind}"))
            assert arrived == (kind in allowed)


@pytest.mark.parametrize("name", SERVICE_ACCOUNTS)
async def test_no_program_can_pass_for_a_device(broker: Mosquitto, name: str) -> None:
    device = registered(broker)
    async with as_program(broker, name) as program, as_program(broker, "jeg-ingest") as ingest:
        assert not await arrives(program, ingest, device.topic("up/telemetry"))


@asynccontextmanager
async def disconnects(broker: Mosquitto, device: Device) -> AsyncIterator[None]:
    """Connect as a device, and demand that what the block does ends it."""
    with pytest.raises(aiomqtt.MqttError, match="Disconnected"):  # noqa: PT012 - opening it is part
        async with as_device(broker, device) as client, asyncio.timeout(20):
            yield
            await anext(aiter(client.messages))


async def test_a_removed_device_is_disconnected_at_once(broker: Mosquitto) -> None:
    device, bystander = registered(broker), registered(broker)
    accounts = FileBrokerAccounts(broker.accounts_folder)
    async with as_device(broker, bystander) as other:
        async with disconnects(broker, device):
            accounts.remove(device.device_id)
        await other.publish(bystander.topic("up/telemetry"), b"72", qos=1)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_device(broker, device):
            pass


async def test_two_keys_live_during_a_rotation_and_then_one(broker: Mosquitto) -> None:
    old = registered(broker)
    new = Device(old.device_id)
    accounts = FileBrokerAccounts(broker.accounts_folder)
    accounts.put(old.device_id, [old.digest, new.digest])
    async with as_device(broker, new):
        pass
    async with disconnects(broker, old):
        accounts.put(old.device_id, [new.digest])
    async with as_device(broker, new):
        pass


async def test_a_revocation_before_the_start_disconnects_nobody(broker: Mosquitto) -> None:
    """A device that was revoked and registered again must not be thrown out by its past."""
    device = registered(broker)
    accounts = FileBrokerAccounts(broker.accounts_folder)
    accounts.remove(device.device_id)
    accounts.put(device.device_id, [device.digest])
    broker.stop()
    broker.start()
    async with as_device(broker, device) as client:
        with pytest.raises(TimeoutError):
            await next_payload(client, seconds=0.5)
        await client.publish(device.topic("up/telemetry"), b"72", qos=1)


async def test_a_half_written_line_of_the_journal_spoils_no_later_one(broker: Mosquitto) -> None:
    device = registered(broker)
    journal = broker.accounts_folder / "revoked.log"
    journal.write_text(f"{uuid4()}"[:20])
    broker.account.own(journal)
    await asyncio.sleep(0.5)  # long enough for the broker to have read half a line
    async with disconnects(broker, device):
        FileBrokerAccounts(broker.accounts_folder).remove(device.device_id)
