"""The programs that are measured, each as a process of its own."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.client import HTTPException
from typing import Any

from benchmarks.flood import Task
from benchmarks.stage import Stage, cpu_seconds

METRICS_PORT = 57432
API_PORT = 57433
ANALYTICS_METRICS_PORT = 57434
API_METRICS_PORT = 57435
READY_SECONDS = 30


class Flood:
    """A generator that has encoded its packets and waits for the word."""

    def __init__(self, task: Task) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.flood"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(json.dumps(asdict(task)))
        self._hear()

    def go(self) -> None:
        """Start publishing."""
        self._say("go")

    def result(self) -> dict[str, Any]:
        """Wait for the end; return what it measured of itself."""
        figures: dict[str, Any] = json.loads(self._hear())
        self._process.wait()
        return figures

    def _say(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def _hear(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            message = "the generator ended early"
            raise RuntimeError(message)
        return line


@contextmanager
def worker(stage: Stage, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run our ingest worker, everything on, until the block ends."""
    environment = {
        "JEG_DATABASE_URL": stage.postgres.url,
        "JEG_BROKER_PORT": str(stage.broker.port),
        "JEG_BROKER_PASSWORD": stage.broker.credentials["jeg-ingest"],
        "JEG_METRICS_PORT": str(METRICS_PORT),
    } | {f"JEG_{name.upper()}": str(value) for name, value in settings.items()}
    with _program([sys.executable, "-m", "ingest"], environment) as process:
        _until(lambda: metric("jeg_ready") == 1, "the worker")
        yield process


@contextmanager
def analytics(stage: Stage, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run the analytics worker, publishing alarms on MQTT, until the block ends."""
    environment = {
        "JEG_DATABASE_URL": stage.postgres.url,
        "JEG_BROKER_HOST": stage.broker.host,
        "JEG_BROKER_PORT": str(stage.broker.port),
        "JEG_BROKER_PASSWORD": stage.broker.credentials["jeg-analytics"],
        "JEG_METRICS_PORT": str(ANALYTICS_METRICS_PORT),
    } | {f"JEG_{name.upper()}": str(value) for name, value in settings.items()}
    with _program([sys.executable, "-m", "analytics"], environment) as process:
        _until(lambda: metric("jeg_ready", ANALYTICS_METRICS_PORT) == 1, "the analytics worker")
        yield process


@contextmanager
def api(stage: Stage, metrics_port: int = METRICS_PORT) -> Iterator[subprocess.Popen[bytes]]:
    """Run the API until the block ends."""
    environment = {
        "JEG_DATABASE_URL": stage.postgres.url,
        "JEG_BROKER_PORT": str(stage.broker.port),
        "JEG_BROKER_PASSWORD": stage.broker.credentials["jeg-api"],
        "JEG_BROKER_ACCOUNTS_DIR": str(stage.broker.accounts_folder),
        "JEG_API_PORT": str(API_PORT),
        "JEG_ACCESS_TOKEN_MINUTES": "120",
        "JEG_API_USER_REQUESTS": "0",
        "JEG_API_ADDRESS_REQUESTS": "0",
        "JEG_METRICS_PORT": str(metrics_port),
    }
    with _program([sys.executable, "-m", "api"], environment) as process:
        _until(lambda: metric("jeg_ready", metrics_port) == 1, "the API")
        yield process


@contextmanager
def tutorial(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """Run the baseline until the block ends."""
    environment = {
        "DATABASE": stage.postgres.url,
        "PORT": str(stage.broker.port),
        "PASSWORD": stage.broker.credentials["jeg-ingest"],
    }
    with _program([sys.executable, "-m", "benchmarks.tutorial"], environment) as process:
        time.sleep(2)
        yield process


@contextmanager
def null_drain(stage: Stage, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run Mosquitto's own C subscriber, which throws everything away, for `count` messages."""
    command = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(stage.broker.port)]
    command += ["-u", "jeg-ingest", "-P", stage.broker.credentials["jeg-ingest"]]
    command += ["-i", "null-drain", "-c", "-q", "1", "-t", "jeg/v1/+/+/up/#", "-C", str(count)]
    with _program(command, {}) as process:
        time.sleep(0.5)
        yield process


@contextmanager
def _program(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("JEG_BENCH_LOG") else subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def metric(name: str, port: int = METRICS_PORT) -> float:
    """One figure of a program's own; -1 while it does not answer."""
    try:
        url = f"http://127.0.0.1:{port}/metrics"
        with urllib.request.urlopen(url, timeout=2) as answer:
            lines = answer.read().decode().splitlines()
    except (OSError, HTTPException):
        # Where nobody listens yet, a connection may even reach itself and hear its own request.
        return -1
    return next((float(line.split()[1]) for line in lines if line.startswith(name + " ")), -1)


def _until(check: Any, what: str) -> None:  # noqa: ANN401 - any callable
    end = time.monotonic() + READY_SECONDS
    while not check():
        if time.monotonic() > end:
            message = f"{what} did not get ready"
            raise RuntimeError(message)
        time.sleep(0.05)


class Cpu:
    """CPU time that a process spends from now on; of one that has ended, what was last seen."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._seen = cpu_seconds(pid)

    def spent(self) -> float:
        """Seconds since."""
        with contextlib.suppress(OSError):
            self._seen = cpu_seconds(self._pid)
        return self._seen - self._before
