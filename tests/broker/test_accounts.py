"""Device accounts as files: what is written, when somebody is disconnected, what it costs."""

import stat
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.broker_accounts import MAX_KEYS, FileBrokerAccounts
from gateways.broker_files import JOURNAL
from stack.services.mosquitto import Mosquitto
from tests.support.devices import Device, as_device

DIGESTS = st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_KEYS, unique=True)
ACCOUNTS = st.dictionaries(st.uuids(), DIGESTS, max_size=8)


def held(folder: Path) -> dict[UUID, set[bytes]]:
    """Read all accounts back, as the plugin would."""
    return {
        UUID(path.name): {bytes.fromhex(line) for line in path.read_text().split()}
        for path in folder.glob("??/*")
    }


def reconcile(accounts: FileBrokerAccounts, wanted: dict[UUID, list[bytes]]) -> None:
    """Put right what differs."""
    for device_id in accounts.differing(wanted.items(), accounts.known()):
        accounts.put(device_id, wanted.get(device_id, []))


def disconnected(folder: Path) -> list[str]:
    journal = folder / JOURNAL
    return journal.read_text().splitlines() if journal.exists() else []


def test_an_account_is_one_line_per_key(tmp_path: Path) -> None:
    device = Device()
    FileBrokerAccounts(tmp_path).put(device.device_id, [device.digest])
    path = tmp_path / str(device.device_id)[:2] / str(device.device_id)
    assert path.read_bytes() == device.digest.hex().encode() + b"\n"
    assert device.key not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_account_again_changes_and_disconnects_nothing(tmp_path: Path) -> None:
    device, accounts = Device(), FileBrokerAccounts(tmp_path)
    accounts.put(device.device_id, [device.digest])
    path = next(tmp_path.glob("??/*"))
    before = path.stat()
    accounts.put(device.device_id, [device.digest])
    assert path.stat().st_ino == before.st_ino
    assert disconnected(tmp_path) == []


def test_a_key_more_disconnects_nobody_and_a_key_less_does(tmp_path: Path) -> None:
    old, accounts = Device(), FileBrokerAccounts(tmp_path)
    new = Device(old.device_id)
    accounts.put(old.device_id, [old.digest])
    accounts.put(old.device_id, [old.digest, new.digest])
    assert disconnected(tmp_path) == []
    accounts.put(old.device_id, [new.digest])
    assert disconnected(tmp_path) == [str(old.device_id)]


def test_no_key_at_all_removes_the_account(tmp_path: Path) -> None:
    device, accounts = Device(), FileBrokerAccounts(tmp_path)
    accounts.put(device.device_id, [device.digest])
    accounts.put(device.device_id, [])
    assert held(tmp_path) == {}
    assert disconnected(tmp_path) == [str(device.device_id)]


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    FileBrokerAccounts(tmp_path).remove(uuid4())
    assert held(tmp_path) == {}


@pytest.mark.parametrize("digests", [[b"short"], [b"x" * 32] * (MAX_KEYS + 1)])
def test_what_the_plugin_could_not_read_is_refused(
    tmp_path: Path, digests: Sequence[bytes]
) -> None:
    with pytest.raises(ValueError, match="at most 8 digests of 32 bytes"):
        FileBrokerAccounts(tmp_path).put(uuid4(), digests)
    assert held(tmp_path) == {}


@settings(max_examples=30)
@given(before=ACCOUNTS, after=ACCOUNTS)
def test_reconciling_leaves_exactly_the_given_accounts(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[UUID, list[bytes]],
    after: dict[UUID, list[bytes]],
) -> None:
    folder = tmp_path_factory.mktemp("accounts")
    accounts = FileBrokerAccounts(folder)
    reconcile(accounts, before)
    already_told = len(disconnected(folder))
    reconcile(accounts, after)
    assert held(folder) == {device: set(keys) for device, keys in after.items() if keys}
    lost_a_key = {
        str(device) for device in before if set(before[device]) - set(after.get(device, []))
    }
    assert set(disconnected(folder)[already_told:]) == lost_a_key


def test_reconciling_mends_a_file_that_a_crash_emptied(tmp_path: Path) -> None:
    device, accounts = Device(), FileBrokerAccounts(tmp_path)
    accounts.put(device.device_id, [device.digest])
    next(tmp_path.glob("??/*")).write_bytes(b"")
    reconcile(accounts, {device.device_id: [device.digest]})
    assert held(tmp_path) == {device.device_id: {device.digest}}


async def seconds_for_a_new_device(broker: Mosquitto, accounts: FileBrokerAccounts) -> float:
    """Register a device and connect as it, several times.

    Returns:
        The fastest time in seconds: the others had to wait for something else on this machine.
    """
    seconds = []
    for _ in range(15):
        device = Device()
        started = time.perf_counter()
        accounts.put(device.device_id, [device.digest])
        async with as_device(broker, device):
            seconds.append(time.perf_counter() - started)
    return min(seconds)


async def test_ten_thousand_accounts_cost_a_device_no_more_than_ten(broker: Mosquitto) -> None:
    accounts = FileBrokerAccounts(broker.accounts_folder)
    for _ in range(10):
        accounts.put(uuid4(), [bytes(32)])
    among_ten = await seconds_for_a_new_device(broker, accounts)
    for _ in range(10_000):
        accounts.put(uuid4(), [bytes(32)])
    among_ten_thousand = await seconds_for_a_new_device(broker, accounts)
    # A list read in full for each device would cost some hundred times as much.
    assert among_ten_thousand < 3 * among_ten
