"""A device on a real broker: receipts, resending, boots, wills, refusals."""

import asyncio
import json

import aiomqtt
import pytest

from simulators.buffer import SendBuffer
from simulators.device import Device, Identity, Link, running
from simulators.payloads import Reading, Run
from stack.services.mosquitto import Mosquitto
from tests.simulators.fake_ingest import fake_ingest, identity, link, until

T0 = 1_790_000_000_000


def reading(i: int) -> list[Reading]:
    return [Reading("heart_rate", T0 + 1000 * i, 70 + i)]


async def test_receipts_free_the_buffer(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), boot=3)
    async with fake_ingest(broker) as ingest, running(device):
        for i in range(60):
            await device.send(reading(i))
        await asyncio.wait_for(device.receipted(60), 15)
        assert device.unreceipted == 0
        assert ingest.seqs(device.identity.device_id) == list(range(1, 61))
        assert ingest.keys == {device.identity.api_key}
        first = ingest.telemetry[device.identity.device_id][0]
        assert first["m"] == [{"c": "heart_rate", "t": T0, "v": 70}]
        assert "h" not in first
        assert "key" not in first
    assert device.counts.published == device.counts.receipted == device.counts.readings == 60
    assert device.counts.resent == 0


async def test_key_in_payload_and_history_flag(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker, key_in="payload"), boot=1)
    async with fake_ingest(broker) as ingest, running(device):
        seq = await device.send([Run("steps", T0, 60_000, [1, 2.5, 3])], historical=True)
        await asyncio.wait_for(device.receipted(seq), 15)
        (message,) = ingest.telemetry[device.identity.device_id]
    assert message["key"] == device.identity.api_key
    assert message["h"] is True
    assert message["m"] == [{"c": "steps", "t0": T0, "dt": 60_000, "v": [1, 2.5, 3]}]
    assert device.counts.readings == 3


async def test_window_bounds_what_is_out(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), 1, SendBuffer(window=5))
    async with fake_ingest(broker) as ingest, running(device):
        ingest.answers = False
        for i in range(30):
            await device.send(reading(i))
        name = device.identity.device_id
        await until(lambda: len(ingest.seqs(name)) == 5)
        await asyncio.sleep(0.3)
        assert ingest.seqs(name) == [1, 2, 3, 4, 5]
        await ingest.receipt(name, 1, 3)
        await until(lambda: ingest.seqs(name) == [1, 2, 3, 4, 5, 6, 7, 8])
        assert device.unreceipted == 27


async def test_overdue_message_is_sent_again_under_its_number(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), 1, SendBuffer(timeout_s=0.2))
    async with fake_ingest(broker) as ingest, running(device):
        ingest.answers = False
        await device.send(reading(0))
        name = device.identity.device_id
        await until(lambda: ingest.seqs(name)[:2] == [1, 1])
        await ingest.receipt(name, 1, 1)
        await asyncio.wait_for(device.receipted(1), 15)
        copies = ingest.telemetry[name]
        assert copies[0]["m"] == copies[1]["m"]
    assert device.counts.resent >= 1
    assert device.counts.published == 1


async def test_receipt_of_another_boot_is_ignored(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), boot=8)
    async with fake_ingest(broker) as ingest, running(device):
        ingest.answers = False
        await device.send(reading(0))
        name = device.identity.device_id
        await until(lambda: ingest.seqs(name))
        await ingest.receipt(name, 7, 1)
        await asyncio.sleep(0.3)
        assert device.unreceipted == 1
        await ingest.receipt(name, 8, 1)
        await asyncio.wait_for(device.receipted(1), 15)


async def test_nothing_is_lost_when_the_broker_restarts(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), 1)
    name = device.identity.device_id
    async with running(device):
        async with fake_ingest(broker) as ingest:
            ingest.answers = False
            for i in range(5):
                await device.send(reading(i))
            await until(lambda: len(ingest.seqs(name)) == 5)
        broker.kill()
        await until(lambda: not device.connected)
        for i in range(5, 10):
            await device.send(reading(i))
        broker.start()
        async with fake_ingest(broker) as ingest:
            await asyncio.wait_for(device.receipted(10), 30)
            assert set(ingest.seqs(name)) == set(range(1, 11))
    assert device.counts.connections >= 2
    assert device.counts.resent == 5


async def test_status_is_retained_and_carries_the_boot(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), boot=4)
    name = device.identity.device_id
    async with running(device):
        await asyncio.wait_for(device.online(), 15)
        async with fake_ingest(broker) as ingest:
            await until(lambda: ingest.statuses.get(name) == [{"boot": 4, "state": "online"}])
    async with fake_ingest(broker) as ingest:
        await until(lambda: ingest.statuses.get(name) == [{"boot": 4, "state": "offline"}])


async def test_last_will_speaks_when_the_device_vanishes(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), boot=4)
    name = device.identity.device_id
    async with fake_ingest(broker) as ingest, running(device):
        await until(lambda: ingest.statuses.get(name))
        # Another connection under the same client id: the broker cuts the first one off.
        async with aiomqtt.Client(
            broker.host,
            broker.port,
            username=name,
            password=device.identity.api_key,
            identifier=name,
            protocol=aiomqtt.ProtocolVersion.V5,
        ):
            await until(lambda: {"boot": 4, "state": "offline"} in ingest.statuses[name])


async def test_wrong_key_is_told_from_an_absent_broker(broker: Mosquitto) -> None:
    known = identity(broker)
    wrong = Device(Identity(known.device_id, "jk_wrong", known.topics), link(broker), 1)
    away = Device(known, Link("127.0.0.1", 9, most_s=0.2), 1)
    async with running(wrong, away):
        await until(lambda: wrong.last_error and away.last_error)
        assert wrong.refused
        assert not away.refused
        assert not wrong.connected


async def test_a_full_buffer_holds_its_producer(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), 1, SendBuffer(capacity=2))
    await device.send(reading(0))
    await device.send(reading(1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(device.send(reading(2)), 0.1)
    async with fake_ingest(broker), running(device):
        await asyncio.wait_for(device.send(reading(2)), 15)


async def test_unreadable_receipt_changes_nothing(broker: Mosquitto) -> None:
    device = Device(identity(broker), link(broker), 1)
    async with fake_ingest(broker) as ingest, running(device):
        ingest.answers = False
        await device.send(reading(0))
        await until(lambda: ingest.telemetry)
        topic = device.identity.topics["receipt"]
        for junk in (b"\xff\x00", b"[]", json.dumps({"boot": "x"})):
            await ingest.client.publish(topic, junk, qos=1)
        await ingest.receipt(device.identity.device_id, 1, 1)
        await asyncio.wait_for(device.receipted(1), 15)
        assert device.connected


class SwallowingClient:
    """Its publish completes although it is cancelled, as asyncio.wait_for may before 3.12."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.published = 0

    async def publish(self, *_: object, **__: object) -> None:
        """Wait, and come back in order when cancelled."""
        self.entered.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.published += 1


async def test_a_cancellation_that_the_client_swallows_still_ends_the_sender() -> None:
    topics = {"telemetry": "x", "status": "y", "receipt": "z"}
    device = Device(Identity("d", "jk_x", topics), Link("127.0.0.1", 1), 1)
    for i in range(3):
        await device.send(reading(i))
    client = SwallowingClient()
    sender = asyncio.create_task(device._send_all(client))  # type: ignore[arg-type]
    await client.entered.wait()
    sender.cancel()
    done, _ = await asyncio.wait({sender}, timeout=5)
    assert done
    assert sender.cancelled()
    assert client.published == 1
