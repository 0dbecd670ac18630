"""Commands, from the request over a real broker to a device and back."""

import asyncio
import datetime as dt
import json
import time
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.commands import service
from api.idempotency import REPLAYED
from api.routing import KEY_HEADER
from api.settings import Settings
from simulators.device import running
from stack.services.mosquitto import Mosquitto
from telemetry.clock import to_ms
from telemetry.topics import Down, Up
from tests.support.downlink import Db, heard, owned, people_of, serving, simulated
from tests.support.http import People, Person
from tests.support.worlds import add_device, connected, ingesting, until


async def test_a_command_is_answered(
    crew: People, db: Db, broker: Mosquitto, database_url: str
) -> None:
    owner, device, path = await owned(crew, db, broker)
    simulator = simulated(device, broker)
    async with ingesting(broker, database_url), running(simulator):
        await simulator.online()
        answer = await owner.post(f"{path}commands/?wait=true", {"name": "ping"})
        assert answer.status_code == 201
        assert await crew.outcomes(owner) == ["success"]
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


async def test_a_command_with_a_key_is_sent_once(
    crew: People, db: Db, broker: Mosquitto, database_url: str, settings: Settings
) -> None:
    owner, device, path = await owned(crew, db, broker)
    body, key = {"name": "ping", "timeout_seconds": 60}, {KEY_HEADER: "reboot-once"}
    async with (
        ingesting(broker, database_url),
        connected(broker, device) as client,
        serving(settings, broker) as second,
        people_of(second, db) as others,
    ):
        elsewhere = Person(owner.id, others.client, owner.token)
        await client.subscribe(device.down(Down.CMD), qos=1)
        waiting = asyncio.create_task(owner.post(f"{path}commands/?wait=true", body, **key))
        asked = json.loads((await heard(client)).payload)
        # Whoever gave up waiting, and asks another process, gets the command and sends none.
        meanwhile = await elsewhere.post(f"{path}commands/?wait=true", body, **key)
        assert (meanwhile.status_code, meanwhile.headers[REPLAYED]) == (201, "true")
        assert (meanwhile.json()["id"], meanwhile.json()["status"]) == (asked["id"], "pending")
        reply = {"id": asked["id"], "ok": True, "result": "ok", "key": device.key}
        await client.publish(device.up(Up.REPLY), json.dumps(reply), qos=1)
        async with asyncio.timeout(20):
            first = await waiting
        again = await elsewhere.post(f"{path}commands/?wait=true", body, **key)
        assert (first.json()["status"], again.content) == ("succeeded", first.content)
        other = await owner.post(f"{path}commands/?wait=true", body | {"name": "pong"}, **key)
        assert other.status_code == 422
    assert len((await owner.get(f"{path}commands/")).json()["results"]) == 1


async def test_a_command_that_came_to_nothing_is_sent_again_with_its_key(people: People) -> None:
    owner = await people.patient()
    path = f"/api/iot/devices/{await people.device(owner)}/commands/"
    for _ in range(2):
        answer = await owner.post(path, {"name": "ping"}, **{KEY_HEADER: "reboot-once"})
        assert (answer.status_code, REPLAYED in answer.headers) == (503, False)
    assert len((await owner.get(path)).json()["results"]) == 2


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
    assert await people.outcomes(owner) == ["failed"]
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
