"""What `jeg` says: commands that can be typed, logs in order of time, ports that changed."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stack import called
from stack.backing import Backing, _mosquitto_spec
from stack.logs import merged
from stack.ports import told_ports
from stack.record import Addresses
from stack.services.mosquitto import Mosquitto
from stack.services.place import Account


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    called.command.cache_clear()
    yield
    called.command.cache_clear()


def test_hints_are_as_jeg_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ".venv" / "bin" / "jeg"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.setenv("PATH", os.defpath)
    said = called.as_called("stop it: jeg down; see jeg logs. /x/jeg up and jeg health stay")
    assert said == (
        "stop it: .venv/bin/jeg down; see .venv/bin/jeg logs. /x/jeg up and jeg health stay"
    )
    called.command.cache_clear()
    monkeypatch.setenv("PATH", str(program.parent))
    assert called.as_called("jeg up") == "jeg up"


def test_logs_are_merged_by_time_and_each_stays_in_order() -> None:
    logs = {
        "api": ["2026-01-02T03:04:06.5Z b", "  its second line", "2026-01-02T03:04:09Z e"],
        "database": ["2026-01-02 03:04:05.1 UTC a", "2026-01-02 03:04:08 UTC d"],
    }
    assert [line for _, line in merged(logs)] == [
        logs["database"][0],
        *logs["api"][:2],
        logs["database"][1],
        logs["api"][2],
    ]


def test_a_port_that_changed_or_is_not_the_usual_one_is_told(tmp_path: Path) -> None:
    account = Account("nobody")
    spec = _mosquitto_spec(Mosquitto(tmp_path, account, 1, {}))
    backing = Backing("", "127.0.0.1", 1, "", {}, "", account, (spec,))
    usual = Addresses("http://127.0.0.1:8000", "", 51883, "", 55432)
    moved = replace(usual, broker_port=51884)
    assert list(told_ports(Addresses(), usual, backing)) == []
    assert list(told_ports(usual, moved, backing)) == [
        "broker: now on port 51884, which is kept; it was 51883"
    ]
    assert "not the usual 51883" in next(told_ports(moved, moved, backing))
    assert list(told_ports(usual, moved, replace(backing, specs=()))) == []
