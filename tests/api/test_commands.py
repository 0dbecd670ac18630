"""Commands and configurations, from the request over a real broker to a device and back."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aiomqtt
import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from api.app import create_app
from api.commands import service
from api.settings import Settings
from simulators.device import Device as Simulated
from simulators.device import Identity, Link, running
from stack.services.mosquitto import Mosquitto
from telemetry.clock import to_ms
from telemetry.keys import digest
from telemetry.topics import Down, Up, device_topics
from tests.support.http import People, Person
from tests.support.worlds import Device, add_device, connected, ingesting, until

Db = psycopg.AsyncConnection[Any]


@asynccontextmanager
async def serving(settings: Settings, broker: Mosquitto) -> AsyncIterator[FastAPI]:
    """An API process that is connected to the broker."""
    app = create_app(
        settings.model_copy(
            update={
                "broker_host": broker.host,
                "broker_port": broker.port,
                "broker_password": SecretStr(broker.credentials["jeg-api"]),
                "broker_accounts_dir": broker.accounts_folder,
            }
        )
    )
    async with app.router.lifespan_context(app):
        await until(lambda: app.state.services.downlink.connected)
        yield app


@pytest.fixture
async def live(settings: Settings, broker: Mosquitto) -> AsyncIterator[FastAPI]:
    """The API with the broker of this test."""
    async with serving(settings, broker) as app:
        yield app


@asynccontextmanager
async def people_of(app: FastAPI, db: Db) -> AsyncIterator[People]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://jeg.test") as client:
        yield People(app.state.services, client, db)


@pytest.fixture
async def crew(live: FastAPI, db: Db) -> AsyncIterator[People]:
    """People of the API with a broker."""
    async with people_of(live, db) as crew:
        yield crew


async def owned(crew: People, db: Db, broker: Mosquitto) -> tuple[Person, Device, str]:
    owner = await crew.patient()
    device = await add_device(db, broker, owner.id)
    return owner, device, f"/api/iot/devices/{device.device_id}/"


def simulated(device: Device, broker: Mosquitto) -> Simulated:
    topics = device_topics(device.partition, device.device_id)
    identity = Identity(str(device.device_id), device.key, topics)
    return Simulated(identity, Link(broker.host, broker.port, least_s=0.05, most_s=0.3), boot=4)


async def heard(client: aiomqtt.Client) -> aiomqtt.Message:
    async with asyncio.timeout(30):
        return await anext(aiter(client.messages))


async def test_a_command_is_answered(
    crew: People, db: Db, broker: Mosquitto, database_url: str
) -> None:
    owner, device, path = await owned(crew, db, broker)
    simulator = simulated(device, broker)
    async with ingesting(broker, database_url), running(simulator):
        await simulator.online()
        answer = await owner.post(f"{path}commands/?wait=true", {"name": "ping"})
        assert answer.status_code == 201
        command = answer.json()
        assert command["status"] == "succeeded"
        assert command["result"] | {"uptime_s": 0} == {"pong": True, "boot": 4, "uptime_s": 0}
        assert command["created_at"] <= command["answered_at"] < command["expires_at"]
        body = {"name": "set_interval", "arguments": {"seconds": 7}}
        answer = await owner.post(f"{path}commands/?wait=true", body)
        assert answer.json()["result"] == {"seconds": 7}
        assert simulator.commands.interval_s == 7
        impossible: list[dict[str, Any]] = [
            {"name": "fly"},
            {"name": "set_interval", "arguments": {"seconds": -1}},
        ]
        for wrong in impossible:
            answer = await owner.post(f"{path}commands/?wait=true", wrong)
            assert answer.json()["status"] == "failed"
            assert answer.json()["error"]
    listed = (await owner.get(f"{path}commands/", limit=2)).json()
    assert [one["name"] for one in listed["results"]] == ["set_interval", "fly"]
    rest = (await owner.get(f"{path}commands/", cursor=listed["next"])).json()
    assert [one["name"] for one in rest["results"]] == ["set_interval", "ping"]
    assert rest["results"][1] == command
    assert (await owner.get(f"{path}commands/{command['id']}/")).json() == command


async def test_a_wait_ends_with_the_answer_to_another_process(
    crew: People,
    db: Db,
    broker: Mosquitto,
    database_url: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It is told; it does not come upon the answer by looking.
    monkeypatch.setattr(service, "LOOK_SECONDS", 60.0)
    owner, device, path = await owned(crew, db, broker)
    async with (
        ingesting(broker, database_url),
        connected(broker, device) as client,
        serving(settings, broker) as second,
        people_of(second, db) as others,
    ):
        await client.subscribe(device.down(Down.CMD), qos=1)
        body = {"name": "ping", "timeout_seconds": 60}
        command = (await owner.post(f"{path}commands/", body)).json()
        assert command["status"] == "sent"
        asked = json.loads((await heard(client)).payload)
        waiting = asyncio.create_task(
            others.client.get(f"{path}commands/{command['id']}/?wait=true", headers=owner.headers)
        )
        await asyncio.sleep(0.3)
        assert not waiting.done()
        reply = {"id": asked["id"], "ok": True, "result": "\0ok", "key": device.key}
        await client.publish(device.up(Up.REPLY), json.dumps(reply), qos=1)
        async with asyncio.timeout(20):
            found = (await waiting).json()
    assert (found["status"], found["result"]) == ("succeeded", "\0ok")


async def test_what_a_device_is_told(crew: People, db: Db, broker: Mosquitto) -> None:
    owner, device, path = await owned(crew, db, broker)
    async with connected(broker, device) as client:
        await client.subscribe(device.down(Down.CMD), qos=1)
        body = {"name": "ping", "arguments": {"a": [1]}, "timeout_seconds": 9}
        command = (await owner.post(f"{path}commands/", body)).json()
        message = await heard(client)
    told = json.loads(message.payload)
    assert (told["id"], told["name"], told["args"]) == (command["id"], "ping", {"a": [1]})
    created, expires = (
        to_ms(dt.datetime.fromisoformat(command[name])) for name in ("created_at", "expires_at")
    )
    assert told["expires"] == expires
    assert abs(expires - created - 9_000) < 5_000
    assert (message.qos, message.retain) == (1, False)
    assert 0 < message.properties.MessageExpiryInterval <= 9  # type: ignore[union-attr]


async def test_only_the_device_itself_answers_with_its_key_and_once(
    crew: People, db: Db, broker: Mosquitto, database_url: str
) -> None:
    owner, device, path = await owned(crew, db, broker)
    other = await add_device(db, broker, owner.id)
    command = (await owner.post(f"{path}commands/", {"name": "ping"})).json()
    right = {"id": command["id"], "ok": True, "result": 1, "key": device.key}
    async with (
        ingesting(broker, database_url),
        connected(broker, device) as client,
        connected(broker, other) as foreign,
    ):
        await foreign.publish(other.up(Up.REPLY), json.dumps(right | {"key": other.key}), qos=1)
        for wrong in ({"key": other.key}, {"key": None}, {"config": 1}, {"error": "x" * 501}):
            await client.publish(device.up(Up.REPLY), json.dumps(right | wrong), qos=1)

        async def refused() -> bool:
            cursor = await db.execute(
                "SELECT array_agg(reason ORDER BY id) FROM dead_letters WHERE device_id = %s",
                (device.device_id,),
            )
            row = await cursor.fetchone()
            return row == (["wrong_key", "missing_key", "invalid_payload", "invalid_payload"],)

        await until(refused)
        found = (await owner.get(f"{path}commands/{command['id']}/")).json()
        assert found["status"] == "sent"
        for result in (1, 2):
            again = json.dumps(right | {"result": result, "ok": result == 1})
            await client.publish(device.up(Up.REPLY), again, qos=1)
        found = (await owner.get(f"{path}commands/{command['id']}/", wait=True)).json()
    assert (found["status"], found["result"]) == ("succeeded", 1)


async def test_nobody_answers(crew: People, db: Db, broker: Mosquitto) -> None:
    owner, _, path = await owned(crew, db, broker)
    began = time.monotonic()
    body = {"name": "ping", "timeout_seconds": 1}
    answer = await owner.post(f"{path}commands/?wait=true", body)
    assert 0.9 < time.monotonic() - began < 20
    assert (answer.status_code, answer.json()["status"]) == (201, "timed_out")


async def test_without_a_broker_a_command_has_failed(people: People) -> None:
    owner = await people.patient()
    path = f"/api/iot/devices/{await people.device(owner)}/"
    answer = await owner.post(f"{path}commands/", {"name": "ping"})
    assert (answer.status_code, answer.json()["type"]) == (
        503,
        "urn:jeghealth:problem:broker-away",
    )
    (command,) = (await owner.get(f"{path}commands/")).json()["results"]
    assert (command["status"], command["error"]) == ("failed", "broker_away")
    answer = await owner.client.put(f"{path}config/", json={"settings": {}}, headers=owner.headers)
    assert answer.status_code == 503
    assert (await owner.get(f"{path}config/")).status_code == 404


async def test_the_downlink_comes_back_with_the_broker(
    crew: People, live: FastAPI, db: Db, broker: Mosquitto
) -> None:
    owner, _, path = await owned(crew, db, broker)
    downlink = live.state.services.downlink
    broker.stop()
    await until(lambda: not downlink.connected)
    assert (await owner.post(f"{path}commands/", {"name": "ping"})).status_code == 503
    broker.start()
    await until(lambda: downlink.connected)
    assert (await owner.post(f"{path}commands/", {"name": "ping"})).status_code == 201


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


@pytest.mark.parametrize(
    "body",
    [
        {"name": "rm -rf"},
        {"name": "ping", "timeout_seconds": 3601},
        {"name": "ping", "arguments": {"x": "y" * 9000}},
        {"name": "ping", "arguments": {"x": "\0"}},
    ],
)
async def test_what_is_no_command(people: People, body: dict[str, Any]) -> None:
    owner = await people.patient()
    path = f"/api/iot/devices/{await people.device(owner)}/commands/"
    assert (await owner.post(path, body)).status_code == 422


async def test_commands_are_for_those_who_see_the_device(people: People) -> None:
    owner, stranger = await people.patient(), await people.patient()
    path = f"/api/iot/devices/{await people.device(owner)}/"
    for one in ("commands/", f"commands/{uuid4()}/", "config/"):
        assert (await stranger.get(path + one)).status_code == 404
    assert (await stranger.post(f"{path}commands/", {"name": "ping"})).status_code == 404
    await owner.post(f"{path}revoke/")
    assert (await owner.post(f"{path}commands/", {"name": "ping"})).status_code == 409


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
