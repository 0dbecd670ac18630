"""What a device must be told to connect: topics, broker, key, and all of it as a QR code."""

import json
from uuid import UUID

import segno

from api.devices.schemas import Broker, QrCode, Registration, Topics
from api.settings import Settings
from storage.queries.devices import DeviceRow
from telemetry.topics import device_topics, partition_of

SCALE = 4
"""Pixels a module of the picture."""


def registration(settings: Settings, device: DeviceRow, key: str) -> Registration:
    """Everything that a device is told, with its key, which is nowhere else."""
    return Registration(
        device_id=device.device_id,
        api_key=key,
        topics=Topics(**device_topics(partition_of(device.owner_id), device.device_id)),
        broker=_broker(settings),
        owner_id=device.owner_id,
        is_verified=device.is_verified,
        qr_code=qr_code(settings, device.device_id, device.owner_id, key),
    )


def qr_code(settings: Settings, device_id: UUID, owner_id: UUID, key: str) -> QrCode:
    """Draw what a device is told.

    The topics are those that begin with `topics` and end as the device protocol says; whole they
    would make a picture that no small camera reads.
    """
    broker = _broker(settings)
    telemetry = device_topics(partition_of(owner_id), device_id)["telemetry"]
    told = {
        "device_id": str(device_id),
        "api_key": key,
        "host": broker.host,
        "port": broker.port,
        "topics": telemetry.removesuffix("/up/telemetry"),
    }
    text = json.dumps(told, separators=(",", ":"))
    code = segno.make_qr(text, error="m")
    return QrCode(text=text, svg=code.svg_data_uri(scale=SCALE), png=code.png_data_uri(scale=SCALE))


def _broker(settings: Settings) -> Broker:
    return Broker(
        host=settings.device_broker_host or settings.broker_host,
        port=settings.device_broker_port or settings.broker_port,
    )
