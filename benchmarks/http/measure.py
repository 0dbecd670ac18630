"""Requests a second and p95 of the API's busiest routes, beside bare routes in the same run.

Both servers run all the time and are loaded in turn, so that whatever else the machine does falls
on both. Overhead is the share of the bare route's throughput that is lost; CPU is the server
process's own, and says the same when the machine is busy.
"""

import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import UUID

import httpx
import psycopg
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from benchmarks.history import METRIC_CODES, STEP_MINUTES, History, load
from benchmarks.http.load import TIME, Task, encoded
from benchmarks.stage import cpu_seconds, database_stage
from storage.migrate import migrate

CONNECTIONS: Final = 50
PATIENTS: Final = 50
DAYS: Final = 3
API_PORT: Final = 57436
BARE_PORT: Final = 57437
WARM_UP_SECONDS: Final = 1.0
READY_SECONDS: Final = 60
CLINICIAN: Final = UUID("c0000000-0000-4000-8000-000000000000")
PASSWORD: Final = "a password of the benchmark"  # noqa: S105 - of an account that ends with the run
EMAIL: Final = "bench@clinic.example"
_EXPECTED: Final = {"200", "201"}
_QUOTAS: Final = ("LOGIN_ATTEMPTS", "ADDRESS_REQUESTS", "USER_REQUESTS", "COSTLY_REQUESTS")
_DAYS_BACK: Final = count(1)
_CLINICIAN_SQL: Final = (
    """
    INSERT INTO users (id, username, email, password_hash, first_name, last_name)
    VALUES (%(id)s, %(email)s, %(email)s, %(hash)s, 'Ama', 'Owusu')
    """,
    """
    INSERT INTO user_roles (user_id, role_id)
    SELECT %(id)s, id FROM roles WHERE name = 'clinician'
    """,
    """
    INSERT INTO care_relationships (clinician_id, patient_id, starts_at)
    SELECT %(id)s, id, now() - interval '1 day' FROM users WHERE id <> %(id)s
    """,
)


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked for."""

    name: str
    calls: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two."""

    port: int
    pid: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What one route of one server did for some seconds."""

    route: str
    own: bool
    figures: dict[str, float]


def measure(rounds: int = 3, seconds: float = 5.0) -> dict[str, Any]:
    """Figures by route, medians over the rounds."""
    step = dt.timedelta(minutes=STEP_MINUTES)
    now = dt.datetime.now(dt.UTC)
    until = now - dt.timedelta(seconds=now.timestamp() % step.total_seconds())
    history = History(PATIENTS, DAYS, until.replace(microsecond=0))
    with ExitStack() as stack:
        url = stack.enter_context(database_stage()).url
        migrate(url)
        load(url, history)
        _clinician(url)
        own = stack.enter_context(_serving("api", API_PORT, url))
        bare = stack.enter_context(_serving("benchmarks.http.bare", BARE_PORT, url))
        own = Server(own.port, own.pid, {"Authorization": f"Bearer {_token(own.port)}"})
        runs = [
            Run(route.name, server is own, _run(server, route, seconds))
            for _ in range(rounds)
            for route in _routes(history.ids())
            for server in (own, bare)
        ]
    return {
        "connections": CONNECTIONS,
        "seconds": seconds,
        "rounds": rounds,
        "routes": {name: _figures(name, runs) for name in dict.fromkeys(one.route for one in runs)},
    }


@contextmanager
def _serving(module: str, port: int, url: str) -> Iterator[Server]:
    """Run one of the two, with everything on and quotas that nobody reaches."""
    plenty = {f"JEG_API_{name}": "1000000000" for name in _QUOTAS}
    with tempfile.TemporaryDirectory(prefix="jeg-bench-") as folder:
        told = {
            "JEG_DATABASE_URL": url,
            "JEG_API_PORT": str(port),
            "JEG_BROKER_ACCOUNTS_DIR": folder,
            "JEG_ACCESS_TOKEN_MINUTES": "120",
            "BENCH_CLINICIAN": str(CLINICIAN),
        }
        quiet = None if os.environ.get("JEG_BENCH_LOG") else subprocess.DEVNULL
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=os.environ | told | plenty,
            stdout=quiet,
            stderr=quiet,
        )
        try:
            _until_ready(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(15)


def _until_ready(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _clinician(url: str) -> None:
    """Make the account that is measured with, and put every patient in its care."""
    hashed = PasswordHash((Argon2Hasher(),)).hash(PASSWORD)
    with psycopg.connect(url, autocommit=True) as db:
        for statement in _CLINICIAN_SQL:
            db.execute(statement, {"id": CLINICIAN, "email": EMAIL, "hash": hashed})


def _token(port: int) -> str:
    credentials = {"email": EMAIL, "password": PASSWORD}
    url = f"http://127.0.0.1:{port}/api/auth/login/"
    answer = httpx.post(url, json=credentials, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["access"])


def _routes(patients: list[UUID]) -> list[Route]:
    trend = "/api/health-metrics/trend/?span=24h&metric={}&patient={}"
    entry = f'{{"metric_type":"body_weight","value":72.4,"unit":"kg","recorded_at":"{TIME}"}}'
    credentials = f'{{"email":"{EMAIL}","password":"{PASSWORD}"}}'
    return [
        Route("login", [{"method": "POST", "path": "/api/auth/login/", "body": credentials}]),
        Route("board", [{"method": "GET", "path": "/api/ward/"}]),
        Route(
            "trend",
            [
                {"method": "GET", "path": trend.format(METRIC_CODES[i % 3], patient)}
                for i, patient in enumerate(patients)
            ],
        ),
        Route(
            "post_metric",
            [
                {"method": "POST", "path": f"/api/health-metrics/?patient={one}", "body": entry}
                for one in patients
            ],
        ),
    ]


def _run(server: Server, route: Route, seconds: float) -> dict[str, float]:
    """Load one route of one server."""
    task = Task(
        port=server.port,
        calls=route.calls,
        headers=server.headers if route.name != "login" else {},
        connections=CONNECTIONS,
        seconds=seconds,
        warm_up_seconds=WARM_UP_SECONDS,
        # No second of a patient is entered twice, also not by another run.
        newest=time.time() - 86_400 * next(_DAYS_BACK),
    )
    before = cpu_seconds(server.pid)
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.http.load"],
        input=encoded(task),
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    found = json.loads(process.stdout)
    if not found["statuses"] or not found["statuses"].keys() <= _EXPECTED:
        message = f"{route.name} at port {server.port} was answered with {found['statuses']}"
        raise RuntimeError(message)
    spent = cpu_seconds(server.pid) - before
    share = found["answers"] * (seconds + WARM_UP_SECONDS) / seconds
    return {
        "rps": found["rps"],
        "p95_ms": found["p95_ms"],
        "cpu_ms": 1000 * spent / share,
        "load_cpu_ms": 1000 * found["cpu_seconds"] / share,
    }


def _figures(name: str, runs: list[Run]) -> dict[str, float]:
    def middle(figure: str, *, own: bool) -> float:
        return statistics.median(
            one.figures[figure] for one in runs if (one.route, one.own) == (name, own)
        )

    rps, bare = middle("rps", own=True), middle("rps", own=False)
    cpu, bare_cpu = middle("cpu_ms", own=True), middle("cpu_ms", own=False)
    return {
        "rps": round(rps, 1),
        "p95_ms": round(middle("p95_ms", own=True), 1),
        "bare_rps": round(bare, 1),
        "bare_p95_ms": round(middle("p95_ms", own=False), 1),
        "overhead": round(1 - rps / bare, 3),
        "cpu_ms": round(cpu, 2),
        "bare_cpu_ms": round(bare_cpu, 2),
        "load_cpu_ms": round(middle("load_cpu_ms", own=True), 2),
    }
