"""Who only reads: which topics the real broker lets them have, and for how long."""

import asyncio
import stat
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from gateways.broker_accounts import FileBrokerAccounts
from gateways.broker_files import JOURNAL
from gateways.broker_subscribers import FOLDER, FileBrokerSubscribers, Grant
from stack.services.mosquitto import Mosquitto
from tests.support.devices import arrives, as_device, as_program, next_payload, registered

PATIENT, OTHER = UUID(int=1), UUID(int=2)
MINE = f"jeg/v1/alarms/{PATIENT}"
WARD = f"jeg/v1/wards/{UUID(int=3)}/alarms"
PASSWORD = "a password of 256 bits"
DIGEST = sha256(PASSWORD.encode()).digest()
REFUSED = "Not authorized"


def added(broker: Mosquitto, *topics: str) -> UUID:
    subscriber_id = uuid4()
    accounts = FileBrokerSubscribers(broker.accounts_folder)
    accounts.put(subscriber_id, Grant(DIGEST, topics))
    return subscriber_id


@asynccontextmanager
async def as_subscriber(
    broker: Mosquitto, subscriber_id: UUID | str, password: str = PASSWORD
) -> AsyncIterator[aiomqtt.Client]:
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        username=f"sub-{subscriber_id}",
        password=password,
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        yield client


async def hears(broker: Mosquitto, subscriber_id: UUID, wanted: str, topic: str) -> bool:
    """Whether a subscriber to `wanted` gets what the engine publishes on `topic`."""
    async with (
        as_subscriber(broker, subscriber_id) as client,
        as_program(broker, "jeg-analytics") as engine,
    ):
        await client.subscribe(wanted, qos=1)
        await engine.publish(topic, b"alarm", qos=1)
        try:
            return await next_payload(client, seconds=0.4) == b"alarm"
        except TimeoutError:
            return False


@pytest.mark.parametrize("topic", [MINE, WARD])
async def test_a_subscriber_hears_what_it_may_without_a_restart(
    broker: Mosquitto, topic: str
) -> None:
    assert await hears(broker, added(broker, topic), topic, topic)


@pytest.mark.parametrize(
    "wanted",
    [
        f"jeg/v1/alarms/{OTHER}",
        "jeg/v1/alarms/+",
        "jeg/v1/alarms/#",
        "jeg/v1/#",
        "#",
        "+/+/+/+",
        f"{MINE}/#",
        f"{MINE}/+",
        f"$share/group/jeg/v1/alarms/{OTHER}",
    ],
)
async def test_nothing_else_is_heard(broker: Mosquitto, wanted: str) -> None:
    other = f"jeg/v1/alarms/{OTHER}"
    subscriber = added(broker, MINE)
    assert not await hears(broker, subscriber, wanted, other)


async def test_who_may_hear_all_may_use_a_wildcard(broker: Mosquitto) -> None:
    subscriber = added(broker, "jeg/v1/alarms/+", "jeg/v1/wards/+/alarms")
    assert await hears(broker, subscriber, "jeg/v1/alarms/+", MINE)
    assert await hears(broker, subscriber, MINE, MINE)
    assert await hears(broker, subscriber, "jeg/v1/wards/+/alarms", WARD)
    assert not await hears(broker, subscriber, "jeg/v1/#", MINE)
    assert not await hears(broker, subscriber, "$SYS/#", MINE)


async def test_readings_of_devices_are_not_heard(broker: Mosquitto) -> None:
    device = registered(broker)
    subscriber = added(broker, "jeg/v1/alarms/+", "jeg/v1/wards/+/alarms")
    async with as_subscriber(broker, subscriber) as client, as_device(broker, device) as sender:
        assert not await arrives(sender, client, device.topic("up/telemetry"))


async def test_a_subscriber_writes_nothing(broker: Mosquitto) -> None:
    subscriber = added(broker, MINE)
    async with as_subscriber(broker, subscriber) as client:
        assert not await arrives(client, client, MINE)


async def test_the_will_of_a_subscriber_reaches_nobody(broker: Mosquitto) -> None:
    subscriber, listener = added(broker, MINE), added(broker, MINE)
    async with as_subscriber(broker, listener) as other:
        await other.subscribe(MINE, qos=1)
        forger = paho.Client(CallbackAPIVersion.VERSION2)
        forger.username_pw_set(f"sub-{subscriber}", PASSWORD)
        forger.will_set(MINE, b"forged", qos=1)
        forger.connect(broker.host, broker.port)
        forger.loop(1)
        assert forger.is_connected()
        connection = forger.socket()
        assert connection is not None
        connection.close()
        with pytest.raises(TimeoutError):
            await next_payload(other, seconds=0.5)


async def test_a_removed_subscriber_is_disconnected_at_once(broker: Mosquitto) -> None:
    subscriber, bystander = added(broker, MINE), added(broker, MINE)
    async with as_subscriber(broker, bystander) as other:
        await other.subscribe(MINE, qos=1)
        with pytest.raises(aiomqtt.MqttError, match="Disconnected"):  # noqa: PT012 - opening it is part
            async with as_subscriber(broker, subscriber) as client, asyncio.timeout(20):
                FileBrokerSubscribers(broker.accounts_folder).remove(subscriber)
                await anext(aiter(client.messages))
        async with as_program(broker, "jeg-analytics") as engine:
            await engine.publish(MINE, b"still", qos=1)
        assert await next_payload(other) == b"still"
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, subscriber):
            pass


async def test_what_changed_puts_out_whoever_is_connected(broker: Mosquitto) -> None:
    subscriber = added(broker, MINE)
    with pytest.raises(aiomqtt.MqttError, match="Disconnected"):  # noqa: PT012 - opening it is part
        async with as_subscriber(broker, subscriber) as client, asyncio.timeout(20):
            accounts = FileBrokerSubscribers(broker.accounts_folder)
            accounts.put(subscriber, Grant(DIGEST, (WARD,)))
            await anext(aiter(client.messages))
    assert not await hears(broker, subscriber, MINE, MINE)
    assert await hears(broker, subscriber, WARD, WARD)


@pytest.mark.parametrize("password", ["wrong", "", DIGEST.hex(), PASSWORD + "\n"])
async def test_a_wrong_password_is_refused(broker: Mosquitto, password: str) -> None:
    subscriber = added(broker, MINE)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, subscriber, password):
            pass


@pytest.mark.parametrize(
    "name",
    [
        JOURNAL,
        "../../passwords",
        f"../{FOLDER}/x",
        "",
        str(PATIENT).upper(),
        f"{PATIENT}x",
        f"{PATIENT}/",
        "/etc/passwd",
        "%s%n",
    ],
)
async def test_a_name_that_is_no_id_names_no_file(broker: Mosquitto, name: str) -> None:
    added(broker, MINE)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, name):
            pass


async def test_devices_and_subscribers_are_never_taken_for_each_other(broker: Mosquitto) -> None:
    device, subscriber = registered(broker), added(broker, MINE)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, device.device_id, device.key):
            pass
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with aiomqtt.Client(
            broker.host, broker.port, username=str(subscriber), password=PASSWORD
        ):
            pass
    devices = FileBrokerAccounts(broker.accounts_folder)
    assert devices.known() == {device.device_id}


HEAD = DIGEST.hex().encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "connects"),
    [
        (b"", False),
        (b"\n", False),
        (HEAD[:-1], False),
        (HEAD[:40], False),
        (b"x" + HEAD + MINE.encode() + b"\n", False),
        (HEAD + MINE.encode() + b"\n\0\n", False),
        (HEAD.strip() + b"\0\n" + MINE.encode() + b"\n", False),
        # Lets in, and to nothing.
        (HEAD, True),
        (HEAD + b"\n\n\n", True),
        (HEAD + b"#\n", True),
        (HEAD + b"jeg/v1/alarms/#\n", True),
        (HEAD + b"jeg/v1/alarms/\n", True),
        (HEAD + MINE.encode(), True),
        (HEAD + MINE.encode()[:-1] + b"\n", True),
        (HEAD + MINE.encode() + b"\r\n", True),
        (HEAD + b"/" * 20_000, True),
        (HEAD + (b"x" * 100 + b"\n") * 200 + MINE.encode() + b"\n", True),
    ],
)
async def test_a_malformed_file_allows_nothing(
    broker: Mosquitto, content: bytes, *, connects: bool
) -> None:
    subscriber = added(broker, MINE)
    (broker.accounts_folder / FOLDER / str(subscriber)).write_bytes(content)
    if connects:
        assert not await hears(broker, subscriber, MINE, MINE)
        return
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, subscriber):
            pass


async def test_a_link_is_not_followed(broker: Mosquitto, tmp_path: Path) -> None:
    subscriber = added(broker, MINE)
    path = broker.accounts_folder / FOLDER / str(subscriber)
    elsewhere = tmp_path / "account"
    elsewhere.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(elsewhere)
    with pytest.raises(aiomqtt.MqttError, match=REFUSED):
        async with as_subscriber(broker, subscriber):
            pass


@pytest.mark.parametrize(
    ("digest", "topics"),
    [
        (b"short", [MINE]),
        (DIGEST, []),
        (DIGEST, [MINE] * 33),
        (DIGEST, ["#"]),
        (DIGEST, ["jeg/v1/#"]),
        (DIGEST, [f"{MINE}\njeg/v1/alarms/+"]),
        (DIGEST, ["jeg/v1/alarms/"]),
        (DIGEST, ["$SYS/broker"]),
    ],
)
def test_what_the_plugin_would_misread_is_refused(digest: bytes, topics: Sequence[str]) -> None:
    with pytest.raises(ValueError, match=r"digest|topics"):
        Grant(digest, tuple(topics))


def test_files_hold_no_password_and_follow_what_is_wanted(tmp_path: Path) -> None:
    accounts = FileBrokerSubscribers(tmp_path)
    kept, gone, new = uuid4(), uuid4(), uuid4()
    grant = Grant(DIGEST, (MINE,))
    for one in (kept, gone):
        accounts.put(one, grant)
    path = tmp_path / FOLDER / str(kept)
    assert path.read_text() == f"{DIGEST.hex()}\n{MINE}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(accounts.differing([(kept, grant), (new, grant)])) == {gone, new}
    accounts.put(kept, grant)
    assert not (tmp_path / FOLDER / JOURNAL).exists()
    accounts.remove(gone)
    assert (tmp_path / FOLDER / JOURNAL).read_text() == f"{gone}\n"
    assert accounts.differing([(kept, grant)]) == []
