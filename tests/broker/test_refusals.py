"""What the broker refuses leaves a bounded trace that only ingest can read."""

import asyncio
import contextlib
import json
from typing import Any

import aiomqtt
import pytest

from stack.services.mosquitto import SERVICE_ACCOUNTS, Mosquitto
from telemetry.topics import REFUSED
from tests.support.devices import (
    Device,
    arrives,
    as_device,
    as_program,
    next_payload,
    registered,
)

OF_ONE_DEVICE = 10
"""Refusals of one device that are told at once; then one in five seconds."""


async def attempt(broker: Mosquitto, device: Device, **more: Any) -> None:
    """Try to log in as a device; must be refused."""
    login: dict[str, Any] = {"username": str(device.device_id), "password": device.key}
    login |= more
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(broker.host, broker.port, **login):
            pass


async def told(ingest: aiomqtt.Client, seconds: float = 2) -> dict[str, Any]:
    """Wait for the next refusal."""
    payload = await next_payload(ingest, seconds)
    return json.loads(payload)  # type: ignore[no-any-return]


async def test_each_refused_login_is_told_with_its_reason(broker: Mosquitto) -> None:
    known, stranger = registered(broker), Device()
    async with as_program(broker, "jeg-ingest") as ingest:
        await ingest.subscribe(REFUSED, qos=1)
        for device, password, reason in (
            (known, known.key + "x", "wrong_key"),
            (stranger, stranger.key, "unknown_device"),
            (known, None, "missing_key"),
        ):
            await attempt(broker, device, password=password)
            assert await told(ingest) == {
                "device_id": str(device.device_id),
                "reason": reason,
                "topic": REFUSED,
            }


@pytest.mark.parametrize(
    "topic",
    [
        REFUSED,
        "jeg/v1/alarms/x",
        "jeg/v1/a/7d0e45b9-fa46-4a13-af99-b17c3adcfd98/up/telemetry",
        "jeg/v1/a/{me}/down/receipt",
        "jeg/v1/a/b/{me}/up/telemetry",
        "jeg/v1/a/{me}0/up/telemetry",
        "jeg/v1/a/{me}/upper",
        "jeg/v1/{me}/up",
        "jeg/v2/a/{me}/up/telemetry",
        "/jeg/v1/a/{me}/up/telemetry",
        'quo"te\\back/\u00e9',
    ],
)
async def test_a_foreign_topic_is_told_and_nothing_else_of_the_message(
    broker: Mosquitto, topic: str
) -> None:
    device = registered(broker)
    topic = topic.replace("{me}", str(device.device_id))
    async with as_program(broker, "jeg-ingest") as ingest, as_device(broker, device) as client:
        await ingest.subscribe(REFUSED, qos=1)
        await client.publish(topic, b'{"reason":"too_large"}', qos=1)
        assert await told(ingest) == {
            "device_id": str(device.device_id),
            "reason": "foreign_topic",
            "topic": topic,
        }
        with pytest.raises(TimeoutError):
            await told(ingest, 0.2)


async def test_a_foreign_last_will_is_told_when_it_is_due(broker: Mosquitto) -> None:
    device = registered(broker)
    will = aiomqtt.Will("jeg/v1/alarms/x", b"x", qos=1)
    login: dict[str, Any] = {
        "username": str(device.device_id),
        "password": device.key,
        "identifier": "same",
    }
    async with as_program(broker, "jeg-ingest") as ingest:
        await ingest.subscribe(REFUSED, qos=1)
        with contextlib.suppress(aiomqtt.MqttError):
            async with (
                aiomqtt.Client(broker.host, broker.port, will=will, **login),
                aiomqtt.Client(broker.host, broker.port, **login),
            ):
                assert (await told(ingest))["topic"] == "jeg/v1/alarms/x"


@pytest.mark.parametrize("letter", ["x", "\u00e9", "\u20ac", '"'])
async def test_a_long_topic_is_cut_between_characters(broker: Mosquitto, letter: str) -> None:
    device = registered(broker)
    async with as_program(broker, "jeg-ingest") as ingest, as_device(broker, device) as client:
        await ingest.subscribe(REFUSED, qos=1)
        await client.publish(letter * 2_000, b"72", qos=1)
        size = len(letter.encode())
        assert (await told(ingest))["topic"] == letter * (256 // size)


@pytest.mark.parametrize("name", ["up", "up/telemetry", "up/any/depth"])
async def test_what_the_rules_allow_is_not_refused(broker: Mosquitto, name: str) -> None:
    device = registered(broker)
    async with as_program(broker, "jeg-ingest") as ingest, as_device(broker, device) as client:
        assert await arrives(client, ingest, device.topic(name))


async def test_a_hammering_client_is_counted_and_hides_no_other(broker: Mosquitto) -> None:
    hammer, other = registered(broker), registered(broker)
    times = 300
    messages: list[dict[str, Any]] = []
    async with as_program(broker, "jeg-ingest") as ingest:
        await ingest.subscribe(REFUSED, qos=1)
        async with as_device(broker, hammer) as client:
            tries = (client.publish("x", b"72", qos=1, timeout=20) for _ in range(times))
            await asyncio.gather(*tries)
        await attempt(broker, Device(other.device_id))
        with contextlib.suppress(TimeoutError):
            while sum(one.get("suppressed", 1) for one in messages) < times + 1:
                messages.append(await told(ingest, 8))
    of = [one.get("device_id") for one in messages]
    assert OF_ONE_DEVICE <= of.count(str(hammer.device_id)) <= OF_ONE_DEVICE + 4
    assert of.count(str(other.device_id)) == 1
    assert sum(one.get("suppressed", 1) for one in messages) == times + 1
    assert len(messages) < OF_ONE_DEVICE + 10


@pytest.mark.parametrize("name", [n for n in SERVICE_ACCOUNTS if n != "jeg-ingest"])
async def test_only_ingest_reads_it_and_only_the_plugin_writes_it(
    broker: Mosquitto, name: str
) -> None:
    async with as_program(broker, name) as program, as_program(broker, "jeg-ingest") as ingest:
        assert not await arrives(program, ingest, REFUSED)
        assert not await arrives(ingest, ingest, REFUSED)
        await program.subscribe(REFUSED, qos=1)
        await attempt(broker, Device())
        assert (await told(ingest))["reason"] == "unknown_device"
        with pytest.raises(TimeoutError):
            await next_payload(program, seconds=0.3)
