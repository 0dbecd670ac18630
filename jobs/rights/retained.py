"""Takes back what the broker retains of a person's devices: their status, their configuration."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import aiomqtt

from jobs.settings import Settings
from telemetry.logs import logger
from telemetry.topics import Down, Up, down, partition_of, up

_CONNECT_SECONDS: Final = 10
_PUBLISH_SECONDS: Final = 5


async def clear_retained(settings: Settings, owner_id: UUID, devices: Sequence[UUID]) -> None:
    """Clear them, where this worker has an account at the broker.

    Raises:
        OSError: The broker does not take it; what is retained would outlive the person.

    """
    if settings.broker_host is None or not devices:
        return
    partition = partition_of(owner_id)
    topics = [
        topic
        for device in devices
        for topic in (up(partition, device, Up.STATUS), down(partition, device, Down.CONFIG))
    ]
    try:
        async with aiomqtt.Client(
            settings.broker_host,
            settings.broker_port,
            username=settings.broker_username,
            password=settings.broker_password.get_secret_value(),
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=_CONNECT_SECONDS,
        ) as client:
            for topic in topics:
                await client.publish(topic, b"", 1, retain=True, timeout=_PUBLISH_SECONDS)
    except aiomqtt.MqttError as error:
        logger().warning("retained_not_cleared", devices=len(devices))
        raise OSError from error
