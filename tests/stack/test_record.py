"""What survives a killed supervisor and a power cut: the record, the lock, the secrets."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.envfile import SECRET_KEY, read_env, secret_key, write_env
from stack.folders import Folders
from stack.processes import Identity, boot_id, end_leftovers
from stack.record import Addresses, Lock, Process, Record, load

ADDRESSES = Addresses(
    url="http://127.0.0.1:8000",
    broker_port=51883,
    database_port=55432,
    database_name="jeg",
    metrics_ports={"api": 29104},
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.make()
    return made


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    yield process
    process.kill()
    process.wait()


def test_a_record_comes_back_as_it_was_written(folders: Folders) -> None:
    processes = {"api": Process(Identity(123, 456), signal.SIGTERM)}
    record = Record(ADDRESSES, 99, processes, boot_id())
    record.save(folders.record)
    assert load(folders.record) == record


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"url": 1}', "\x00\x00"])
def test_a_damaged_record_counts_as_none(folders: Folders, damage: str) -> None:
    folders.record.write_text(damage, encoding="utf-8")
    assert load(folders.record) is None


async def test_leftovers_are_ended_by_their_own_signal(
    sleeper: subprocess.Popen[bytes],
) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None
    record = Record(ADDRESSES, None, {"api": Process(identity, signal.SIGTERM)}, boot_id())
    assert await end_leftovers(record.leftovers()) == 1
    assert await asyncio.to_thread(sleeper.wait, 5) == -signal.SIGTERM


async def test_a_pid_that_was_given_out_again_is_left_alone(
    sleeper: subprocess.Popen[bytes],
) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None
    other = Identity(identity.pid, identity.start_ticks + 1)
    record = Record(ADDRESSES, None, {"api": Process(other, signal.SIGKILL)}, boot_id())
    assert await end_leftovers(record.leftovers()) == 0
    assert sleeper.poll() is None


def test_processes_of_another_boot_are_nobody(sleeper: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None
    record = Record(ADDRESSES, None, {"api": Process(identity, signal.SIGKILL)}, "another boot")
    assert record.leftovers() == []


def test_one_lock_at_a_time_and_its_holder_is_known(folders: Folders) -> None:
    first, second = Lock(folders), Lock(folders)
    assert second.holder() is None
    assert first.take()
    assert not second.take()
    assert second.holder() is not None
    first.release()
    assert second.holder() is None
    assert second.take()
    second.release()


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(folders: Folders) -> None:
    made = secret_key(folders.env)
    assert len(made) >= 32
    assert secret_key(folders.env) == made
    assert folders.env.stat().st_mode & 0o777 == 0o600


def test_other_lines_of_the_env_file_stay_when_the_key_is_made(folders: Folders) -> None:
    write_env(folders.env, {"JEG_OTHER": "a=b"})
    made = secret_key(folders.env)
    assert read_env(folders.env) == {"JEG_OTHER": "a=b", SECRET_KEY: made}


def test_comments_and_rubbish_in_an_env_file_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("# A=1\n\nrubbish\nB = 2 \n", encoding="utf-8")
    assert read_env(file) == {"B": "2"}
