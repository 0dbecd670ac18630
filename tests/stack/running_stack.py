"""A whole stack for a test, started by the command that `make up` runs, and a client for it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from stack.folders import REPOSITORY, Folders
from tests.support.services import first_port

PATIENCE_S = 180.0
"""Of a test on a machine that others use, too; nothing is measured by it."""
Json = dict[str, Any]
T = TypeVar("T")


def until(condition: Callable[[], T], every_s: float = 0.1) -> T:
    """Wait until `condition` gives something true, and return it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it took longer than {PATIENCE_S} s"
        time.sleep(every_s)
    return found


class RunningStack:
    """The `jeg` command with a folder and ports of its own."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.folders = Folders(root)
        port = first_port() + 3000
        self.environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JEG_")},
            "JEG_HOME": str(root),
            "JEG_API_PORT": str(port),
            "JEG_PRIVATE_DATABASE_PORT": str(port + 20),
            "JEG_PRIVATE_BROKER_PORT": str(port + 40),
            "JEG_SIMULATE_HISTORY": "false",
            **settings,
        }
        self.output = root / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Run `jeg up` and wait until it says that it is up."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stack.cli", "up", *options],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until(self._is_up)

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()[-3000:]
        return "JEGHealth is up" in self.said()

    def said(self) -> str:
        """Return what `jeg up` printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def jeg(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `jeg` command against this stack."""
        return subprocess.run(
            [sys.executable, "-m", "stack.cli", *words],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def status(self) -> Json:
        """Return what `jeg status --json` says."""
        answer: Json = json.loads(self.jeg("status", "--json").stdout)
        return answer

    def pid(self, program: str) -> int | None:
        """Return the process id of one program."""
        pid: int | None = self.status()["programs"][program]["pid"]
        return pid

    def kill(self, program: str, number: signal.Signals) -> None:
        """Signal one program."""
        pid = self.pid(program)
        assert pid is not None
        os.kill(pid, number)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """End the supervisor as Ctrl-C does, or otherwise; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def left_running(self) -> list[str]:
        """Return the command lines of processes that belong to this stack."""
        marks = (str(self.folders.root).encode(),)
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                told = (folder / "environ").read_bytes()
            except OSError:
                continue
            if int(folder.name) != os.getpid() and any(m in command or m in told for m in marks):
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
        return found


class Clinician:
    """Someone logged in at the API."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10)
        found = self.post("/api/auth/login/", {"email": email, "password": password}, 200)
        self.http.headers["Authorization"] = f"Bearer {found['access']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **query: str) -> Json:
        """GET a JSON document."""
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        document: Json = response.json()
        return document

    def post(self, path: str, body: Json, status: int) -> Json:
        """POST a JSON document and expect `status`."""
        response = self.http.post(path, json=body)
        assert response.status_code == status, response.text
        document: Json = response.json()
        return document


class ShellDevice:
    """A device that is nothing but `mosquitto_pub`, as in the README."""

    def __init__(self, registered: Json) -> None:
        self.id: str = registered["device_id"]
        self.key: str = registered["api_key"]
        self.topic: str = registered["topics"]["telemetry"]
        self.broker: Json = registered["broker"]

    def publish(self, message: Json | str, topic: str = "") -> bool:
        """Publish with QoS 1; tells whether the broker took it."""
        text = message if isinstance(message, str) else json.dumps(message)
        words = ["-h", self.broker["host"], "-p", str(self.broker["port"]), "-V", "mqttv5"]
        words += ["-u", self.id, "-P", self.key, "-q", "1", "-t", topic or self.topic, "-m", text]
        done = subprocess.run(
            ["mosquitto_pub", *words], capture_output=True, check=False, timeout=20
        )
        return done.returncode == 0

    def reading(self, value: float, time_ms: int, **changes: Any) -> Json:
        """Return a heart rate in the first of the seed's payload forms."""
        return {
            "device_id": self.id,
            "api_key": self.key,
            "metric_type": "heart_rate",
            "value": value,
            "unit": "/min",
            "timestamp": time_ms,
        } | changes


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
