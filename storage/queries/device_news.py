"""Telling people that a device of theirs needs somebody to look after it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from storage.queries.announce import News, announce
from telemetry.batch import Fault
from telemetry.device_facts import of_error

TITLE: Final = "Device maintenance required"

_OWNERS = """
    -- Whose devices these are, and what people call them. Nobody is the canary's owner.
    SELECT d.device_id, d.owner_id,
           coalesce(nullif(d.name, ''), nullif(trim(d.manufacturer || ' ' || d.model), ''),
                    d.device_type) AS name
    FROM iot_devices d JOIN users u ON u.id = d.owner_id
    WHERE d.device_id = ANY(%s) AND NOT u.is_synthetic
"""


async def announce_faults(
    connection: psycopg.AsyncConnection[Any], faults: Sequence[Fault]
) -> None:
    """Tell owners of faults that their devices report: of each device once an hour at most.

    What a device says of its probes is not told here: that is an alarm, and soon over.
    """
    told = {fault.device_id: fault for fault in faults if of_error(fault.code) is None}
    if not told:
        return
    hour = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H}"
    cursor = await connection.execute(_OWNERS, (list(told),))
    news = [
        News(
            "device",
            f"device:{device_id}:error:{hour}",
            {
                "title": TITLE,
                "text": f"{name}: {told[device_id].code}",
                "device": name,
                "code": told[device_id].code,
                "path": f"/devices/{device_id}",
            },
            user_id=owner_id,
            subject=f"device:{device_id}",
        )
        for device_id, owner_id, name in await cursor.fetchall()
    ]
    await announce(connection, news)
