"""A small stack with the demo clinic, and a browser in front of it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from paho.mqtt import publish
from paho.mqtt.enums import MQTTProtocolVersion
from playwright.sync_api import Page, Playwright, Request, expect, sync_playwright

from gateways.broker_accounts import FileBrokerAccounts
from stack.demo_clinic import PASSWORD, PATIENTS, Patient
from stack.services.mosquitto import Mosquitto
from stack.services.place import free_port
from telemetry.clock import now_ms
from telemetry.keys import digest
from telemetry.topics import Up, partition_of, up
from tests.support import pages
from tests.support.programs import REPOSITORY, Program, running
from tests.support.services import StackServices, first_port

CLINICIAN = "dr.mensah@demo.example"
READY_SECONDS = 180.0
PATIENCE_MS = 45_000
"""Of a browser on a machine that others use, too; nothing is measured by it."""
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE_MS)


def wait_for(condition: Any, seconds: float = READY_SECONDS) -> None:
    """Wait until a condition holds; fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@dataclass
class Clinic:
    """The demo clinic, served: what devices send arrives, and the API can be stopped."""

    url: str
    database_url: str
    broker: Mosquitto
    environment: dict[str, str]
    keys: dict[UUID, str]
    seq: dict[UUID, int] = field(default_factory=dict)

    def patient(self, bed: int) -> Patient:
        """Who lies in this bed."""
        return next(one for one in PATIENTS if one.bed == bed)

    def send(self, bed: int, *samples: dict[str, Any], history: bool = False) -> None:
        """Publish one message as the device at this bed does."""
        patient = self.patient(bed)
        device, key = patient.device_id, self.keys[patient.device_id]
        self.seq[device] = self.seq.get(device, 0) + 1
        body = {"boot": 1, "seq": self.seq[device], "sent": now_ms(), "key": key, "m": samples}
        publish.single(
            up(partition_of(patient.id), device, Up.TELEMETRY),
            json.dumps(body | ({"h": True} if history else {})),
            qos=1,
            hostname=self.broker.host,
            port=self.broker.port,
            auth={"username": str(device), "password": key},
            protocol=MQTTProtocolVersion.MQTTv5,
        )

    def execute(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Commit one statement."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def program(self, name: Program) -> Iterator[None]:
        """One program of the stack, ended afterwards."""
        account = f"jeg-{name}"
        own = {
            "JEG_BROKER_USERNAME": account,
            "JEG_BROKER_PASSWORD": self.broker.credentials[account],
        }
        with running(name, self.environment | own) as process:
            if name == "api":
                wait_for(lambda: not process.is_alive() or self._answers())
                assert process.is_alive()
            yield

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz").is_success
        except httpx.TransportError:
            return False


@dataclass(frozen=True)
class Demo:
    """The demo clinic as it is loaded once, for every test to have its copy."""

    database_url: str
    keys: dict[UUID, str]


@pytest.fixture(scope="session")
def demo(
    stack_services: StackServices, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Load the demo clinic, as `jeg up` does."""
    folder = tmp_path_factory.mktemp("demo")
    url = stack_services.new_database(f"jeg_{worker_id}_demo")
    environment = {
        "JEG_DATABASE_URL": url,
        "JEG_BROKER_ACCOUNTS_DIR": str(folder),
        "JEG_DEVICES_FILE": str(folder / "devices.json"),
    }
    subprocess.run(
        [sys.executable, "-m", "stack.demo"],
        cwd=REPOSITORY,
        env=os.environ | environment,
        check=True,
    )
    stack_services.freeze(url)
    entries = json.loads((folder / "devices.json").read_text(encoding="utf-8"))
    yield Demo(url, {UUID(entry["device_id"]): entry["api_key"] for entry in entries})
    stack_services.drop_database(url)


@pytest.fixture
def clinic(
    stack_services: StackServices,
    demo: Demo,
    broker: Mosquitto,
    worker_id: str,
) -> Iterator[Clinic]:
    """The demo clinic with ingest running; the API is left to the test or to `page`."""
    # Below the ports that outgoing connections take.
    port = free_port(first_port())
    url = f"http://127.0.0.1:{port}"
    database_url = stack_services.new_database(f"jeg_{worker_id}_clinic", demo.database_url)
    environment = {
        "JEG_DATABASE_URL": database_url,
        "JEG_BROKER_HOST": broker.host,
        "JEG_BROKER_PORT": str(broker.port),
        "JEG_BROKER_ACCOUNTS_DIR": str(broker.accounts_folder),
        "JEG_API_PORT": str(port),
        "JEG_PUBLIC_URL": url,
        "JEG_SECRET_KEY": "a secret of this test, long enough for it",
    }
    accounts = FileBrokerAccounts(broker.accounts_folder)
    for device, key in demo.keys.items():
        accounts.put(device, [digest(key)])
    clinic = Clinic(url, database_url, broker, environment, demo.keys)
    with clinic.program("ingest"):
        yield clinic
    stack_services.drop_database(database_url)


@pytest.fixture
def api(clinic: Clinic) -> Iterator[ExitStack]:
    """The running API; closing it stops the API before the test ends."""
    with ExitStack() as running:
        running.enter_context(clinic.program("api"))
        yield running


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """Playwright, started."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def requests() -> list[Request]:
    """What the page has asked for so far."""
    return []


@pytest.fixture
def page(
    playwright: Playwright, clinic: Clinic, api: ExitStack, requests: list[Request]
) -> Iterator[Page]:
    """The log-in page in Debian's Chromium; an error in a script fails the test."""
    assert (REPOSITORY / "api/static/index.html").is_file(), "run `npm run build` in web/ first"
    assert api is not None
    failures: list[str] = []
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=CHROMIUM_ARGUMENTS
    )
    page = browser.new_page(viewport=pages.DESK)
    page.set_default_timeout(PATIENCE_MS)
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - wants a function
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(clinic.url)
    yield page
    browser.close()
    assert not failures


@pytest.fixture
def ward(page: Page) -> Page:
    """The ward board, logged in as a clinician."""
    log_in(page, PASSWORD)
    page.locator(".board .row").first.wait_for()
    page.locator(".connection--live").wait_for()
    return page


def log_in(page: Page, password: str) -> None:
    """Log in as the clinician, or try to."""
    pages.log_in(page, CLINICIAN, password)
