"""What a simulated device answers to what it is told."""

import json

import pytest

from simulators.commands import Commands


def told(**body: object) -> bytes:
    return json.dumps({"id": "c1", "expires": 1_000, **body}).encode()


def test_ping_and_interval() -> None:
    commands = Commands(boot=3)
    answer = commands.command(told(name="ping"), 999)
    assert answer is not None
    assert (answer["id"], answer["ok"]) == ("c1", True)
    assert (answer["result"]["pong"], answer["result"]["boot"]) == (True, 3)
    for _ in range(2):  # delivered twice, as QoS 1 may
        answer = commands.command(told(name="set_interval", args={"seconds": 2.5}), 0)
        assert answer == {"id": "c1", "ok": True, "result": {"seconds": 2.5}}
        assert commands.interval_s == 2.5


@pytest.mark.parametrize("seconds", [None, "5", True, -1, 3601, [5]])
def test_an_interval_that_is_none(seconds: object) -> None:
    commands = Commands(boot=1)
    answer = commands.command(told(name="set_interval", args={"seconds": seconds}), 0)
    assert answer is not None
    assert answer["ok"] is False
    assert "seconds" in answer["error"]
    assert commands.interval_s == 0


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"{}", told(name=3), told(name="ping")])
def test_what_is_unreadable_or_expired_has_no_answer(payload: bytes) -> None:
    assert Commands(boot=1).command(payload, 1_000) is None


def test_an_unknown_command_is_refused() -> None:
    answer = Commands(boot=1).command(told(name="fly"), 0)
    assert answer is not None
    assert (answer["ok"], "ping" in answer["error"]) == (False, True)


def test_the_newest_configuration_counts() -> None:
    commands = Commands(boot=1)

    def configure(version: int, **settings: object) -> object:
        return commands.configure(json.dumps({"version": version, "settings": settings}).encode())

    assert configure(5, interval_seconds=9) == {"config": 5, "ok": True}
    assert configure(4, interval_seconds=1) is None
    assert (commands.version, commands.interval_s) == (5, 9)
    assert configure(6, colour="red") == {"config": 6, "ok": True}
    refused = configure(7, interval_seconds="x")
    assert isinstance(refused, dict)
    assert refused["ok"] is False
    assert commands.configure(b"nonsense") is None
