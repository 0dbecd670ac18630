"""The replay's parts: recordings, clock, API client, account."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from simulators.cli import app
from simulators.device import Device, Identity, Link
from simulators.replay import ReplayError, command
from simulators.replay.account import CHECKED, settle
from simulators.replay.client import Client, logged_in
from simulators.replay.recordings import COLUMNS, Recording, Sample, read, read_folder
from simulators.replay.runner import Clock, Playback, play
from simulators.settings import Settings

BIDMC = Path(__file__).resolve().parents[3] / "shared" / "data" / "bidmc"
DEVICE = "6d4a8f8e-3c1b-4d51-9d3f-0d9a51c7f2aa"


def write_recording(folder: Path, text: str, name: str = "test_01") -> Path:
    path = folder / f"{name}_Numerics.csv"
    path.write_text(text)
    return path


def test_blank_and_nan_values_are_unusable_and_not_played(tmp_path: Path) -> None:
    path = write_recording(
        tmp_path,
        "Time [s], HR, PULSE, RESP, SpO2\n"
        "0,94,93,25,97\n1,94,NaN,,97\n2,x,inf,NaN,\n3,90.5,90,20\n",
    )
    (tmp_path / "test_01_Fix.txt").write_text("test_01\nAge: 64\nGender: F\n")
    recording = read(path)
    assert recording.name == "test-01"
    assert (recording.age, recording.sex) == (64, "female")
    first, second, last = recording.samples
    assert (first.offset_ms, second.offset_ms, last.offset_ms) == (0, 1000, 3000)
    assert dict(second.values) == {"heart_rate": 94, "oxygen_saturation": 97}
    assert recording.usable == 4 + 2 + 3
    assert recording.unusable == 2 + 4 + 1
    assert recording.duration_ms == 3000


def test_a_recording_that_starts_before_zero_is_played_from_its_first_sample(
    tmp_path: Path,
) -> None:
    recording = read(write_recording(tmp_path, "Time [s], HR\n1,92\n-1,90\n0,91\n"))
    assert [(s.offset_ms, s.values[0][1]) for s in recording.samples] == [
        (0, 90),
        (1000, 91),
        (2000, 92),
    ]


@pytest.mark.parametrize(("age", "sex"), [("90+", "?"), ("NaN", ""), ("", "X")])
def test_hidden_age_and_sex_are_not_guessed(tmp_path: Path, age: str, sex: str) -> None:
    path = write_recording(tmp_path, "Time [s], HR\n0,94\n")
    (tmp_path / "test_01_Fix.txt").write_text(f"Age: {age}\nGender: {sex}\n")
    assert (read(path).age, read(path).sex) == (None, "")


def test_folders_without_recordings_are_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="is not a folder"):
        read_folder(tmp_path / "absent")
    with pytest.raises(ReplayError, match="has no recordings"):
        read_folder(tmp_path)
    write_recording(tmp_path, "seconds,HR\n0,94\n")
    with pytest.raises(ReplayError, match=r"needs a column 'Time \[s\]'"):
        read_folder(tmp_path)
    write_recording(tmp_path, "Time [s],EEG\n0,94\n")
    with pytest.raises(ReplayError, match="one of HR, PULSE, RESP, SpO2"):
        read_folder(tmp_path)
    write_recording(tmp_path, "").write_bytes(b"Time [s], HR\n\xff\xfe,3\n")
    with pytest.raises(ReplayError, match="cannot be read"):
        read_folder(tmp_path)


@pytest.mark.skipif(not BIDMC.is_dir(), reason="the recordings lie outside the repository")
def test_bidmc_has_the_known_number_of_values() -> None:
    recordings = read_folder(BIDMC)
    assert len(recordings) == 53
    assert sum(r.usable for r in recordings) == 101_559
    assert sum(r.unusable for r in recordings) == 413
    assert len(read_folder(BIDMC, 3)) == 3


@given(
    st.floats(0.01, 10_000),
    st.integers(0, 10_000_000),
    st.lists(st.floats(0, 1), min_size=1),
)
def test_no_sample_is_in_the_future_at_any_speed(
    speed: float, duration_ms: int, shares: list[float]
) -> None:
    clock = Clock(1_790_000_000_000, duration_ms, speed)
    for share in shares:
        offset_ms = round(share * duration_ms)
        assert clock.carried_ms(offset_ms) <= clock.sent_ms(offset_ms) + 1
    if speed >= 1:
        assert clock.carried_ms(duration_ms) == pytest.approx(clock.sent_ms(duration_ms), abs=1)


Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> Client:
    http = httpx.AsyncClient(base_url="http://api.test", transport=httpx.MockTransport(answer))
    return Client(http, "who@example.org", "secret-password")


async def test_wrong_login_is_told_without_the_password() -> None:
    wrong = client(lambda _: httpx.Response(401, json={"title": "Wrong"}))
    with pytest.raises(ReplayError, match="wrong e-mail address or password for who@") as caught:
        await wrong.log_in()
    assert "secret-password" not in str(caught.value)


async def test_no_api_and_something_else_at_its_place(unused_tcp_port: int) -> None:
    with pytest.raises(ReplayError, match="no API at http"):
        async with logged_in(f"http://127.0.0.1:{unused_tcp_port}", "a", "b"):
            pass
    with pytest.raises(ReplayError, match="is this the JEGHealth API"):
        await client(lambda _: httpx.Response(200, text="<html>")).log_in()


async def test_a_refusal_gives_its_reason() -> None:
    refusing = client(lambda _: httpx.Response(403, json={"title": "No", "detail": "not yours"}))
    with pytest.raises(ReplayError, match="/api/patients/ answered 403: not yours"):
        await refusing.register_patient(Recording("x", (), 0), 1)


async def test_an_expired_token_and_a_busy_api_are_no_failure() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/api/auth/login/":
            return httpx.Response(200, json={"access": "fresh"})
        if request.headers.get("Authorization") != "Bearer fresh":
            return httpx.Response(401, json={})
        if len(asked) < 5:
            return httpx.Response(503, json={})
        return httpx.Response(200, json={"id": "p1"})

    assert await client(answer).register_patient(Recording("x", (), 0, 40, "male"), 1) == "p1"
    assert asked.count("/api/auth/login/") == 1


RECORDING = Recording(
    "test-01",
    tuple(Sample(1000 * i, tuple((code, 80.0 + i) for code in CHECKED)) for i in range(10)),
    unusable=3,
)
CLOCK = Clock(1_790_000_000_000, RECORDING.duration_ms, 1.0)


def told(rows: dict[int, float], **ledger: Any) -> Answer:
    """An API that has these rows, in pages of four, and this ledger."""
    newest = sorted(rows.items(), reverse=True)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/ledger/"):
            return httpx.Response(200, json=LEDGER | ledger)
        start = int(request.url.params.get("cursor", 0))
        page = [
            {"recorded_at": iso(t), "value": v, "device_id": DEVICE}
            for t, v in newest[start : start + 4]
        ]
        other = {"recorded_at": iso(0), "value": 1.0, "device_id": "another"}
        following = str(start + 4) if start + 4 < len(newest) else None
        return httpx.Response(200, json={"results": [*page, other], "next": following})

    return answer


def iso(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).isoformat()


def ledger_of(stored: int, duplicate: int, rejected: dict[str, int], missing: int = 0) -> Any:
    return {
        "boots": [{"boot": 1, "messages": {"published": 10, "missing": missing}}],
        "readings": {"stored": stored, "duplicate": duplicate, "rejected": rejected},
    }


LEDGER = ledger_of(40, 0, {})
ROWS = {CLOCK.carried_ms(s.offset_ms): s.values[0][1] for s in RECORDING.samples}


async def account_of(answer: Answer) -> Any:
    device = Device(Identity(DEVICE, "jk_x", {}), Link("127.0.0.1", 1), 1)
    played = Playback(RECORDING, "p1", device, messages=10, readings=40)
    return await settle(client(answer), [played], CLOCK)


async def test_an_account_that_adds_up() -> None:
    account = await account_of(told(ROWS))
    assert account.faults == []
    figures = account.figures()
    assert (figures["published"], figures["stored"], figures["duplicate"]) == (40, 40, 0)
    assert figures["rejected"] == {}
    assert figures["unusable"] == 3
    assert account.rows_checked == 10


async def test_copies_of_a_message_are_not_counted_as_samples() -> None:
    account = await account_of(told(ROWS, **ledger_of(36, 12, {"out_of_range": 4})))
    assert account.faults == []
    assert (account.stored, account.duplicate, account.rejected.total()) == (36, 0, 4)


@pytest.mark.parametrize(
    ("ledger", "fault"),
    [
        (ledger_of(39, 0, {}), "40 published, 39 accounted for"),
        (ledger_of(41, 0, {}), "40 published, 41 accounted for"),
        (ledger_of(36, 8, {}, missing=1), "10 messages sent, ledger has 10, 1 missing"),
    ],
)
async def test_an_account_that_does_not(ledger: dict[str, Any], fault: str) -> None:
    account = await account_of(told(ROWS, **ledger))
    assert any(fault in one for one in account.faults)


async def test_rows_are_compared_by_value() -> None:
    wrong = ROWS | {CLOCK.carried_ms(2000): 1.0}
    assert "1 of them absent or different" in (await account_of(told(wrong))).faults[0]
    fewer = dict(list(ROWS.items())[1:])
    assert "has 9 rows for 10 samples, 1 of" in (await account_of(told(fewer))).faults[0]


async def test_a_broker_that_is_away_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.replay.runner.CONNECT_S", 0.5)
    device = Device(Identity(DEVICE, "jk_x", TOPICS), Link("127.0.0.1", 9, most_s=0.1), 1)
    with pytest.raises(ReplayError, match="cannot be reached by 1 of 1 devices"):
        await play([Playback(RECORDING, "p1", device)], 10, lambda *_: None)


TOPICS = {leaf: f"jeg/v1/a/{DEVICE}/up/{leaf}" for leaf in ("status", "telemetry", "receipt")}


def test_command_line_errors_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The runner's standard error is closed afterwards; logs of later tests must not go there.
    monkeypatch.setattr("simulators.cli.configure", lambda *_: None)
    result = CliRunner().invoke(app, ["replay", str(tmp_path)])
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"jeg simulate: {tmp_path} has no recordings (files named *_Numerics.csv)\n"
    )
    write_recording(tmp_path, "Time [s], HR\n0,94\n")
    result = CliRunner().invoke(app, ["replay", str(tmp_path), "--api-url", "http://127.0.0.1:9"])
    assert result.exit_code == 1
    assert result.stderr.startswith("jeg simulate: no API at http://127.0.0.1:9")
    result = CliRunner().invoke(app, ["ward", "--devices", str(tmp_path / "no.json")])
    assert result.exit_code == 1
    assert "does not exist" in result.stderr


@pytest.mark.parametrize("name", ["absent/figures.json", "."])
def test_figures_that_cannot_be_written_are_told_before_the_first_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("simulators.cli.configure", lambda *_: None)
    write_recording(tmp_path, "Time [s], HR\n0,94\n")
    where = ["--api-url", "http://127.0.0.1:9", "--json", str(tmp_path / name)]
    result = CliRunner().invoke(app, ["replay", str(tmp_path), *where])
    assert result.exit_code == 1
    assert "cannot be written: " in result.stderr
    assert result.stderr.count("\n") == 1


async def test_devices_of_a_replay_are_retired_even_if_one_fails() -> None:
    asked: list[tuple[str, str, bytes]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path, request.content))
        return httpx.Response(404 if len(asked) == 1 else 200, json={"detail": "gone"})

    devices = [Device(Identity(f"d{i}", "jk_x", {}), Link("127.0.0.1", 1), 1) for i in range(3)]
    playbacks = [Playback(RECORDING, "p1", device) for device in devices]
    with pytest.raises(ReplayError, match=r"1 devices of the replay stay in use: .* gone"):
        await command._retire(client(answer), playbacks)
    assert [(method, path) for method, path, _ in asked] == [
        ("PATCH", f"/api/iot/devices/d{i}/") for i in range(3)
    ]
    assert {json.loads(body)["status"] for *_, body in asked} == {"INACTIVE"}


def test_demo_password_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEG_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="JEG_SIMULATE_PASSWORD"):
        Settings()
    monkeypatch.setenv("JEG_SIMULATE_PASSWORD", "something else")
    assert Settings().environment == "production"


def test_api_of_the_running_stack_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    assert Settings().where_api() == "http://127.0.0.1:8000"
    record = tmp_path / ".jeg" / "run" / "stack.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"url": "http://127.0.0.1:8123"}))
    assert Settings().where_api() == "http://127.0.0.1:8123"
    assert Settings(api_url="http://elsewhere").where_api() == "http://elsewhere"


def test_columns_are_metrics_of_the_registry() -> None:
    assert set(COLUMNS.values()) == set(CHECKED)
