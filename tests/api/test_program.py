"""`python -m api` as a process: settings, starting, metrics, stopping with readers connected."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import AsyncClient, Client, HTTPError
from pydantic import ValidationError

from api.__main__ import describe
from api.settings import Settings
from stack.services.place import REPOSITORY
from telemetry.vouchers import DEVELOPMENT_SECRET


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "JEG_DATABASE_URL": database_url,
        "JEG_BROKER_ACCOUNTS_DIR": str(tmp_path / "accounts"),
        "JEG_API_PORT": str(free_port()),
        "JEG_METRICS_PORT": str(free_port()),
        "JEG_LOG_FORMAT": "json",
    }


@pytest.fixture
def program(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "api"],
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until_ready(environment, process)
            yield process
        finally:
            process.kill()


def wait_until_ready(environment: dict[str, str], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    with Client(base_url=f"http://127.0.0.1:{environment['JEG_API_PORT']}") as client:
        while time.monotonic() < deadline:
            assert process.poll() is None
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except HTTPError:
                pass
            time.sleep(0.05)
    pytest.fail("the API did not become ready")


async def test_it_stops_though_streams_are_open(
    program: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    url = f"http://127.0.0.1:{environment['JEG_API_PORT']}"
    async with AsyncClient(base_url=url) as client:
        account = {"password": "seven green lamps", "first_name": "Ama", "last_name": "Owusu"}
        email = f"{os.getpid()}-{time.time_ns()}@clinic.example"
        answer = await client.post("/api/auth/register/", json=account | {"email": email})
        headers = {"Authorization": f"Bearer {answer.json()['access']}"}
        async with client.stream("GET", "/api/events/", headers=headers) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            chunks = stream.aiter_text()
            assert (await anext(chunks)).startswith("event: ready\n")
            metrics_url = f"http://127.0.0.1:{environment['JEG_METRICS_PORT']}/metrics"
            metrics = (await client.get(metrics_url)).text
            assert "jeg_ready 1.0" in metrics
            assert "jeg_event_streams 1.0" in metrics
            assert 'jeg_http_requests_total{method="POST",route="/api/auth/register/"' in metrics
            program.send_signal(signal.SIGTERM)
            assert [chunk async for chunk in chunks] == []
    code = await asyncio.to_thread(program.wait, 20)
    assert code == 0
    _, errors = program.communicate()
    assert email not in errors
    assert "Traceback" not in errors


def test_what_is_wrong_with_the_settings_is_said_without_their_values() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "JEG_ENVIRONMENT": "production",
        "JEG_SECRET_KEY": "short91x4",
        "JEG_API_PORT": "91x4",
    }
    done = subprocess.run(
        [sys.executable, "-m", "api"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == os.EX_CONFIG
    assert "JEG_SECRET_KEY" in done.stderr
    assert "JEG_API_PORT" in done.stderr
    assert "91x4" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"secret_key": DEVELOPMENT_SECRET}, "JEG_SECRET_KEY"),
        (
            {"secret_key": "k" * 40, "demo_logins": [{"email": "a", "password": "b"}]},
            "JEG_DEMO_LOGINS",
        ),
    ],
)
def test_production_refuses_what_is_for_development(changes: dict[str, object], name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({"environment": "production"} | changes)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_description_needs_nothing_that_runs() -> None:
    assert '"openapi": "3.1' in describe("openapi")
