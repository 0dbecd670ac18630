"""Configurations are kept for their devices at the broker, the newest alone, until acknowledged."""

import asyncio
import json
from typing import Any

from httpx import Response

from simulators.device import running
from stack.services.mosquitto import Mosquitto
from telemetry.topics import Down
from tests.support.downlink import Db, heard, owned, simulated
from tests.support.http import People
from tests.support.worlds import connected, ingesting, until


async def test_a_configuration_waits_for_its_device_and_is_acknowledged(
    crew: People, db: Db, broker: Mosquitto, database_url: str
) -> None:
    owner, device, path = await owned(crew, db, broker)

    async def put(settings: dict[str, Any]) -> dict[str, Any]:
        answer = await owner.client.put(
            f"{path}config/", json={"settings": settings}, headers=owner.headers
        )
        assert answer.status_code == 200
        return dict(answer.json())

    first = await put({"interval_seconds": 9})
    second = await put({"interval_seconds": 5})
    assert second["version"] > first["version"]
    assert second["acknowledged_version"] is None
    simulator = simulated(device, broker)

    async def acknowledged() -> bool:
        found = (await owner.get(f"{path}config/")).json()
        return bool(found["acknowledged_version"] == found["version"])

    async with ingesting(broker, database_url), running(simulator):
        await until(acknowledged)
        assert simulator.commands.interval_s == 5
        third = await put({"interval_seconds": "soon"})
        await until(acknowledged)
        assert simulator.commands.interval_s == 5
    found = (await owner.get(f"{path}config/")).json()
    assert (found["version"], found["settings"]) == (third["version"], third["settings"])
    assert found["error"]


async def test_a_configuration_that_changed_meanwhile_is_not_overwritten(
    crew: People, db: Db, broker: Mosquitto
) -> None:
    owner, _, path = await owned(crew, db, broker)

    async def put(n: int, seen: str | None) -> Response:
        headers = owner.headers | ({"If-Match": seen} if seen else {})
        return await owner.client.put(
            f"{path}config/", json={"settings": {"n": n}}, headers=headers
        )

    assert (await put(1, '"1"')).status_code == 412
    first = (await put(1, None)).headers["ETag"]
    assert (await owner.get(f"{path}config/")).headers["ETag"] == first
    second = (await put(2, first)).headers["ETag"]
    late = await put(3, first)
    assert (late.status_code, late.headers["ETag"]) == (412, second)
    assert (await owner.get(f"{path}config/")).json()["settings"] == {"n": 2}


async def test_configurations_at_once_leave_the_one_that_is_kept(
    crew: People, db: Db, broker: Mosquitto
) -> None:
    owner, device, path = await owned(crew, db, broker)
    await asyncio.gather(
        *(
            owner.client.put(f"{path}config/", json={"settings": {"n": n}}, headers=owner.headers)
            for n in range(8)
        )
    )
    found = (await owner.get(f"{path}config/")).json()
    async with connected(broker, device) as client:
        await client.subscribe(device.down(Down.CONFIG), qos=1)
        retained = json.loads((await heard(client)).payload)
    assert retained == {"version": found["version"], "settings": found["settings"]}
