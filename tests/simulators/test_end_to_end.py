"""Replay and ward against the real API and ingest, on a database and a broker of their own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from simulators.settings import DEMO_EMAIL, DEMO_PASSWORD
from stack.services.mosquitto import Mosquitto

REPOSITORY = Path(__file__).resolve().parents[2]
READY_S = 180.0


@contextmanager
def program(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the project, ended afterwards."""
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ | environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def environment(
    fresh_database_url: str, broker: Mosquitto, unused_tcp_port: int, tmp_path: Path
) -> dict[str, str]:
    """What every program of a small stack is told; the demo clinic is loaded."""
    url = f"http://127.0.0.1:{unused_tcp_port}"
    told = {
        "JEG_DATABASE_URL": fresh_database_url,
        "JEG_BROKER_HOST": broker.host,
        "JEG_BROKER_PORT": str(broker.port),
        "JEG_BROKER_ACCOUNTS_DIR": str(broker.accounts_folder),
        "JEG_API_PORT": str(unused_tcp_port),
        "JEG_API_URL": url,
        "JEG_PUBLIC_URL": url,
        "JEG_SECRET_KEY": "a secret of this test, long enough for it",
        "JEG_DEVICES_FILE": str(tmp_path / "devices.json"),
    }
    subprocess.run(
        [sys.executable, "-m", "stack.demo"], cwd=REPOSITORY, env=os.environ | told, check=True
    )
    return told


@pytest.fixture
def url(environment: dict[str, str], broker: Mosquitto) -> Iterator[str]:
    """URL of a running API, with ingest beside it."""
    with ExitStack() as programs:
        for name in ("ingest", "api"):
            account = f"jeg-{name}"
            own = {
                "JEG_BROKER_USERNAME": account,
                "JEG_BROKER_PASSWORD": broker.credentials[account],
            }
            programs.enter_context(program(environment | own, name))
        address = environment["JEG_API_URL"]
        wait_for(lambda: answers(address))
        yield address


def answers(address: str) -> bool:
    """Whether the API is ready."""
    try:
        return httpx.get(f"{address}/readyz").is_success
    except httpx.TransportError:
        return False


def wait_for(condition: Any, seconds: float = READY_S) -> None:
    """Wait until a condition holds; fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def replay(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "simulators.cli", "replay", *arguments]
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | environment | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def write_recordings(folder: Path) -> None:
    """Two patients of 40 s; the second with gaps and a value that cannot be true."""
    header = "Time [s], HR, PULSE, RESP, SpO2\n"
    rows = [f"{s},{90 + s % 5},{89 + s % 4},{16 + s % 3},{95 + s % 3}\n" for s in range(40)]
    (folder / "bidmc_01_Numerics.csv").write_text(header + "".join(rows))
    rows[3] = "3,NaN,88,17,\n"
    rows[4] = "4,91,88,400,96\n"
    (folder / "bidmc_02_Numerics.csv").write_text(header + "".join(rows))


def test_replay_accounts_for_every_sample_and_can_be_repeated(
    url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    folder, figures_file = tmp_path / "recordings", tmp_path / "figures.json"
    folder.mkdir()
    write_recordings(folder)
    for _ in range(2):
        done = replay(environment, str(folder), "--speed", "40", "--json", str(figures_file))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "published = stored + duplicate + rejected" in done.stdout
        figures = json.loads(figures_file.read_text())
        assert set(figures) == {
            *("published", "stored", "duplicate", "rejected", "seconds"),
            *("unusable", "commit", "time", "cores"),
        }
        assert (figures["published"], figures["stored"], figures["duplicate"]) == (318, 317, 0)
        assert figures["rejected"] == {"out_of_range": 1}
        assert figures["unusable"] == 2
        assert 0.9 < figures["seconds"] < 20
    with psycopg.connect(environment["JEG_DATABASE_URL"]) as connection:
        states = connection.execute(
            "SELECT DISTINCT status FROM iot_devices WHERE model = 'replay'"
        ).fetchall()
        assert states == [("INACTIVE",)], "nobody waits for what ended"
        rows, future, patients = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE v.time > now()), count(DISTINCT s.patient_id)"
            " FROM vitals v JOIN series s ON s.id = v.series_id"
        ).fetchone() or (0, 0, 0)
    assert (rows, future, patients) == (2 * 317, 0, 2)
    login = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
    access = httpx.post(f"{url}/api/auth/login/", json=login).json()["access"]
    board = httpx.get(f"{url}/api/ward/", headers={"Authorization": f"Bearer {access}"}).json()
    icu = [row for row in board["results"] if row["patient"]["ward"] == "ICU"]
    assert len(icu) == 2


def test_replay_tells_a_wrong_login_and_a_broker_that_is_away(
    url: str, environment: dict[str, str], broker: Mosquitto, tmp_path: Path
) -> None:
    write_recordings(tmp_path)
    wrong = replay(environment, str(tmp_path), "--api-url", url, "--password", "wrong")
    assert wrong.returncode == 1
    assert wrong.stderr == f"jeg simulate: wrong e-mail address or password for {DEMO_EMAIL}\n"
    broker.stop()
    away = replay(environment, str(tmp_path), "--patients", "1")
    assert away.returncode == 1
    assert away.stderr.startswith("jeg simulate: the broker cannot be reached by 1 of 1 devices")
    assert away.stderr.count("\n") == 1


def test_ward_history_and_live_values_reach_the_database(
    url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    devices = json.loads((tmp_path / "devices.json").read_text())
    for device in devices:
        device["history_days"] = 1
    (tmp_path / "devices.json").write_text(json.dumps(devices))
    with (
        psycopg.connect(environment["JEG_DATABASE_URL"], autocommit=True) as connection,
        program(environment, "simulators"),
    ):

        def past_and_present() -> tuple[int, int]:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE time < now() - interval '10 minutes'),"
                " count(*) FILTER (WHERE time > now() - interval '4 seconds') FROM vitals"
            ).fetchone()
            return row or (0, 0)

        wait_for(lambda: past_and_present()[0] > 12 * 1500, 60)
        wait_for(lambda: past_and_present()[1] >= 12 * 3)
        refused = connection.execute("SELECT reason FROM dead_letters").fetchall()
    assert refused == []
    login = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}
    access = httpx.post(f"{url}/api/auth/login/", json=login).json()["access"]
    board = httpx.get(f"{url}/api/ward/", headers={"Authorization": f"Bearer {access}"}).json()
    assert all(len(row["vitals"]) >= 8 for row in board["results"])
