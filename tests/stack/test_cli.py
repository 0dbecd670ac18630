"""The `jeg` command from outside: quick, documented, and friendly about what is wrong."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack import program_settings, reference
from stack.doctor import findings
from stack.doctor.finding import Finding, Level
from stack.folders import REPOSITORY, Folders
from stack.places import choose_ports
from stack.processes import Identity, boot_id
from stack.programs import PROGRAMS
from stack.record import Lock, Process, Record, load
from tests.stack.test_record import ADDRESSES


def jeg(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JEG_")}
    return subprocess.run(
        [sys.executable, "-m", "stack.cli", *words],
        cwd=REPOSITORY,
        env=clean | {"JEG_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("path", reference.pages(), ids=lambda path: path.name)
def test_the_reference_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == reference.pages()[path], (
        "run: python -m stack.reference"
    )


def test_every_settings_class_is_in_the_reference() -> None:
    sources = [
        path
        for path in REPOSITORY.glob("[a-z]*/**/*.py")
        if path.parts[len(REPOSITORY.parts)] not in {"tests", "web"}
        and re.search(
            r"^class \w+\((?:\w+, )*BaseSettings\)", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    modules = {".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in sources}
    assert modules == set(program_settings.SETTINGS.values())


def test_every_setting_and_every_option_is_described() -> None:
    for path, page in reference.pages().items():
        rows = [line for line in page.splitlines() if line.startswith("| `")]
        assert rows
        for row in rows:
            assert row.strip("|").split("|")[-1].strip(), f"{path.name}: {row} says nothing"


def test_it_starts_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    assert jeg(tmp_path, "status").returncode == 3
    assert time.monotonic() - began < 10, "about 0.4 s on an idle machine"


def test_asking_for_a_status_loads_nothing_heavy() -> None:
    code = "import sys, stack.cli, stack.status; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "pandas", "sqlalchemy", "psycopg", "fastapi", "paho", "pydantic"}


@pytest.mark.parametrize(
    ("words", "environment", "error"),
    [
        (["dead-letters"], {}, "no database is known: run jeg up first"),
        (["dead-letters", "--reason", "x"], {}, "unknown reason 'x'; there are: "),
        (["dead-letters", "--device", "x"], {}, "'x' is not a device id (a UUID)"),
        (
            ["dead-letters"],
            {"JEG_DATABASE_URL": "postgresql://jeg:geheim@127.0.0.1:1/jeg"},
            "the database does not answer",
        ),
        (["logs", "ipa"], {}, "no log of 'ipa'; there is none: jeg up writes them"),
        (["up"], {"JEG_API_PORT": "many"}, "JEG_API_PORT: Input should be a valid integer"),
        (
            ["up"],
            {"JEG_LINGER_MS": "-4"},
            "JEG_LINGER_MS: Input should be greater than or equal to",
        ),
        (["up"], {"JEG_HOME": "/proc"}, "/proc/.jeg cannot be written ("),
        (["up"], {"JEG_ENVIRONMENT": "production"}, "the demo clinic is refused"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    tmp_path: Path, words: list[str], environment: dict[str, str], error: str
) -> None:
    done = jeg(tmp_path, *words, **environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"jeg: {error}")
    assert done.stderr.count("\n") == 1
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environment", "error"),
    [
        ({}, "jeg up: JEG_DATABASE_URL is not set"),
        (
            {"JEG_DATABASE_URL": "postgresql://a@127.0.0.1:1/b"},
            "jeg up: JEG_BROKER_HOST is not set",
        ),
    ],
)
def test_external_services_must_be_named(
    tmp_path: Path, environment: dict[str, str], error: str
) -> None:
    done = jeg(tmp_path, "up", "--services", "external", **environment)
    assert done.returncode == 1
    assert error in done.stdout


def test_external_services_are_each_checked_with_one_line(tmp_path: Path) -> None:
    done = jeg(
        tmp_path,
        *("up", "--services", "external"),
        JEG_DATABASE_URL="postgresql://a:geheim@127.0.0.1:1/b",
        JEG_BROKER_HOST="127.0.0.1",
        JEG_BROKER_PORT="2",
        JEG_BROKER_USERNAME="jeg",
    )
    assert done.returncode == 1
    assert "database: cannot connect: " in done.stdout
    assert "broker: cannot connect to 127.0.0.1:2" in done.stdout
    assert "geheim" not in done.stdout


def test_reset_asks_and_an_empty_answer_deletes_nothing(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.make()
    folders.env.write_text("JEG_SECRET_KEY=x\n", encoding="utf-8")
    assert jeg(tmp_path, "reset").returncode == 1
    assert folders.env.exists()
    assert jeg(tmp_path, "reset", "--yes").returncode == 0
    assert not folders.env.exists()
    assert not folders.logs.exists()


def test_reset_is_refused_while_the_stack_runs(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.make()
    lock = Lock(folders)
    assert lock.take()
    try:
        done = jeg(tmp_path, "reset", "--yes")
    finally:
        lock.release()
    assert done.returncode == 1
    assert done.stderr == "jeg: the stack is running; stop it first: jeg down\n"


def test_down_ends_what_a_killed_supervisor_left(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    folders.make()
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    ) as orphan:
        identity = Identity.of(orphan.pid)
        assert identity is not None
        processes = {"api": Process(identity, signal.SIGTERM)}
        Record(ADDRESSES, None, processes, boot_id()).save(folders.record)
        assert jeg(tmp_path, "down").stdout == "ended 1 process left behind\n"
        assert orphan.wait(5) < 0
    assert load(folders.record) is not None


def test_a_taken_port_is_passed_over_and_none_is_given_twice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = choose_ports({"api": port, "ingest": port, "jobs": port})
    assert port not in chosen.values()
    assert len(set(chosen.values())) == 3


def test_no_outgoing_connection_can_take_the_port_of_a_metrics_page() -> None:
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
    first, last = int(lent[0]), int(lent[1])
    assert not [program.name for program in PROGRAMS if first <= program.metrics_port <= last]


def test_a_check_that_fails_itself_is_a_finding_and_not_the_end() -> None:
    def broken() -> Finding:
        message = "no such thing"
        raise RuntimeError(message)

    found = list(
        findings([("disk", broken), ("clock", lambda: Finding("clock", Level.OK, "fine"))])
    )
    assert [(one.part, one.level) for one in found] == [
        ("disk", Level.WRONG),
        ("clock", Level.OK),
    ]
    assert "no such thing" in found[0].text


def test_the_description_of_the_api_needs_nothing_that_runs(tmp_path: Path) -> None:
    answer = jeg(tmp_path, "openapi")
    assert answer.returncode == 0, answer.stderr
    described = json.loads(answer.stdout)
    assert described["openapi"].startswith("3.1")
    assert "/api/iot/devices/register/" in described["paths"]
