"""The ward on a real broker: history once, gaps filled, live values, a greater boot each time."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators import bedside, payloads, state
from simulators.baseline import Baseline
from simulators.demo_plan import DEMO_COURSES, STABLE, Plan
from simulators.device import Link
from simulators.physiology import DAY_MS, Patient
from simulators.scenarios import COURSES, episode
from simulators.settings import Settings, demo_ward_plays
from simulators.ward import Bed, Entry, Ward, WardError, play
from stack.services.mosquitto import Mosquitto
from tests.simulators.fake_ingest import FakeIngest, fake_ingest, identity, until

T0 = 1_790_000_000_000 // DAY_MS * DAY_MS
REPOSITORY = Path(__file__).resolve().parents[2]


def write_ward(broker: Mosquitto, folder: Path, beds: int = 2, days: float = 2.5) -> Settings:
    """A devices file in `folder`, for devices that the broker knows."""
    entries = []
    for index in range(beds):
        known = identity(broker)
        entries.append(
            {
                "device_id": known.device_id,
                "api_key": known.api_key,
                "partition": "a",
                "patient_id": str(uuid4()),
                "scenario": [STABLE, *COURSES][index % 7],
                "profile": {"heart_rate": 70, "name": "Test"},
                "history_days": days,
            }
        )
    path = folder / "devices.json"
    path.write_text(json.dumps(entries))
    return Settings(devices_file=path, broker_host=broker.host, broker_port=broker.port)


def remembered(settings: Settings) -> state.WardState:
    return state.load(settings.devices_file.with_name("simulator-state.json"))


async def play_until_history_is_sent(settings: Settings) -> Ward:
    ward = Ward(settings)
    task = asyncio.create_task(ward.run())
    await until(lambda: all(bed.history_sent for bed in ward.beds), 60)
    await until(lambda: all(bed.device.unreceipted == 0 for bed in ward.beds), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return ward


def readings(
    ingest: FakeIngest, device_id: str, boot: int
) -> Iterator[tuple[str, int, float, bool]]:
    """(code, time, value, historical) of everything that a device sent in one boot."""
    for message in ingest.telemetry[device_id]:
        if message["boot"] != boot:
            continue
        for m in message["m"]:
            many: Any = m["v"] if "t0" in m else [m["v"]]
            for i, v in enumerate(many):
                yield m["c"], m.get("t", m.get("t0", 0)) + i * m.get("dt", 0), v, "h" in message


async def test_history_goes_once_and_the_next_start_fills_the_gap(
    broker: Mosquitto, tmp_path: Path
) -> None:
    settings = write_ward(broker, tmp_path)
    async with fake_ingest(broker) as ingest:
        first = await play_until_history_is_sent(settings)
        bed = first.beds[0]
        name = bed.device.identity.device_id
        sent = list(readings(ingest, name, 1))
        hr = [t for code, t, _, h in sent if h and code == "heart_rate"]
        assert hr == list(
            np.arange(-(-bed.history_from_ms // 300_000) * 300_000, bed.live_from_ms, 300_000)
        )
        live_codes = {code for code, _, _, h in sent if not h}
        assert live_codes == {code for cadence in bedside.CADENCES for code in cadence.metrics}
        assert max(len(m["m"]) for m in ingest.telemetry[name] if "h" in m) == 9

        covered = remembered(settings).of(name).covered
        assert covered[0][0] == bed.history_from_ms
        gap_ms = 3 * 3_600_000
        shifted = remembered(settings)
        for device in shifted.devices.values():  # as if it had been off for three hours
            device.covered = [(a, b - gap_ms) for a, b in device.covered]
        state.save(settings.devices_file.with_name("simulator-state.json"), shifted)

        await play_until_history_is_sent(settings)
        filled = [t for code, t, _, h in readings(ingest, name, 2) if h and code == "heart_rate"]
        assert 35 <= len(filled) <= 37
        values = {(c, t): v for c, t, v, _ in sent}
        again = [(c, t, v) for c, t, v, h in readings(ingest, name, 2) if h and (c, t) in values]
        assert all(values[c, t] == v for c, t, v in again if c != "steps")
    assert remembered(settings).of(name).boot == 2


async def test_history_without_receipts_is_not_taken_for_sent(
    broker: Mosquitto, tmp_path: Path
) -> None:
    settings = write_ward(broker, tmp_path, beds=1)
    async with fake_ingest(broker) as ingest:
        ingest.answers = False
        ward = Ward(settings)
        task = asyncio.create_task(ward.run())
        await until(lambda: any("h" in m for ms in ingest.telemetry.values() for m in ms))
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        (messages,) = ingest.telemetry.values()
        assert sum("h" in m for m in messages) <= 2
    covered = remembered(settings).of(ward.beds[0].device.identity.device_id).covered
    # At most the minutes before the first reading, when nothing was due.
    assert sum(end - start for start, end in covered) < 600_000


async def test_program_is_ready_and_stops_within_five_seconds(
    broker: Mosquitto, tmp_path: Path, unused_tcp_port: int
) -> None:
    settings = write_ward(broker, tmp_path, beds=3, days=0)
    told = {
        "JEG_DEVICES_FILE": str(settings.devices_file),
        "JEG_BROKER_PORT": str(broker.port),
        "JEG_METRICS_PORT": str(unused_tcp_port),
    }
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators", env=os.environ | told, cwd=REPOSITORY
    )
    page = ""

    def ready() -> bool:
        nonlocal page
        try:
            with urlopen(f"http://127.0.0.1:{unused_tcp_port}/metrics", timeout=2) as answer:
                page = answer.read().decode()
        except OSError:
            return False
        return "jeg_ready 1.0" in page and "jeg_simulator_connected 3.0" in page

    async with fake_ingest(broker) as ingest:
        await until(ready)
        await until(lambda: len(ingest.telemetry) == 3)
        broker.stop()
        await until(lambda: not ready() and "jeg_ready 0.0" in page)
        broker.start()
        await until(ready, 40)
    program.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(program.wait(), 20) == 0
    assert "api_key" not in page


def test_a_missing_or_wrong_devices_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    with pytest.raises(WardError, match="does not exist"):
        play(Settings(devices_file=path, broker_port=9))
    path.write_text('[{"device_id": 3}]')
    with pytest.raises(WardError, match="not a list of devices"):
        play(Settings(devices_file=path, broker_port=9))
    entry = {
        "device_id": str(uuid4()),
        "api_key": "jk_x",
        "partition": "0",
        "patient_id": str(uuid4()),
        "scenario": "hiccups",
    }
    path.write_text(json.dumps([entry]))
    with pytest.raises(WardError, match="'hiccups' is none of stable, desaturation"):
        play(Settings(devices_file=path, broker_port=9))


def test_a_damaged_state_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "simulator-state.json"
    path.write_text("{")
    with pytest.raises(state.StateError, match=r"simulator-state\.json is damaged"):
        state.load(path)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


@given(SPANS)
def test_covered_and_gaps_partition_time(spans: list[tuple[int, int]]) -> None:
    device = state.DeviceState()
    expected: set[int] = set()
    for a, b in spans:
        device.cover(min(a, b), max(a, b))
        expected |= set(range(min(a, b), max(a, b)))
    covered = {t for a, b in device.covered for t in range(a, b)}
    gaps = {t for a, b in device.gaps(10, 50) for t in range(a, b)}
    assert covered == expected
    assert gaps == set(range(10, 50)) - expected


@given(st.integers(0, DAY_MS), st.integers(0, 3 * DAY_MS))
def test_history_messages_are_small_aligned_and_complete(offset: int, length: int) -> None:
    patient = Patient(3, Baseline())
    start = T0 + offset
    chunks = list(bedside.history(patient, start, start + length))
    hr: list[int] = []
    for _, runs in chunks:
        size = len(payloads.encode(payloads.Telemetry(1, 1, 1, runs, h=True)))
        assert size < 16_000
        for run in runs:
            assert isinstance(run, payloads.Run)
            assert run.t0 % run.dt == 0
            if run.c == "heart_rate":
                hr += [run.t0 + i * run.dt for i in range(len(run.v))]
    assert hr == [t for t in range(T0, start + length, 300_000) if t >= start]


@given(st.integers(0, 600_000))
def test_live_blocks_join_without_gap_or_overlap(cut: int) -> None:
    patient, end = Patient(3), T0 + 600_000
    whole = bedside.live(patient, T0, end)
    parts = bedside.live(patient, T0, T0 + cut) + bedside.live(patient, T0 + cut, end)
    assert parts == whole
    times = [t for t, rs in whole if any(r.c == "heart_rate" for r in rs)]
    assert times == list(range(T0, end, 2000))


@pytest.mark.parametrize("kind", DEMO_COURSES)
def test_demo_illness_is_under_way_in_the_first_minute_and_comes_again(kind: str) -> None:
    plan = Plan(kind, seed=5, live_from_ms=T0)
    hours = plan.live(T0, T0 + 12 * 3_600_000)
    height_ms = hours[0].envelope.start_ms + 1000 * hours[0].envelope.rise_s
    assert hours[0].envelope.start_ms < T0 + 60_000 < height_ms + 30_000
    assert height_ms < T0 + 30 * 60_000
    assert len(hours) >= 3
    by_minute = [s for m in range(720) for s in plan.live(T0 + m * 60_000, T0 + (m + 1) * 60_000)]
    assert sorted({episode(s).start_ms for s in by_minute}) == [episode(s).start_ms for s in hours]
    assert Plan(STABLE, 5, T0).live(T0, T0 + DAY_MS) == []


@pytest.mark.parametrize("kind", DEMO_COURSES)
def test_history_joins_the_live_signal_without_a_step(kind: str) -> None:
    entry = Entry(uuid4(), "jk_x", "a", UUID(int=77), kind, {}, 1.0)
    bed = Bed(entry, Link("127.0.0.1", 9), state.DeviceState())
    edge = np.array([bed.live_from_ms], np.int64)
    live = bed.ill(bed.live_from_ms, bed.live_from_ms + 60_000).sample(edge)
    before = bed.before().sample(edge)
    assert all((live.values[code] == before.values[code]).all() for code in live.values)


def test_the_broker_is_the_running_stacks_unless_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JEG_BROKER_HOST", "JEG_BROKER_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    assert Settings().where_broker() is None
    record = tmp_path / ".jeg" / "run" / "stack.json"
    record.parent.mkdir(parents=True)
    known = {"pid": os.getpid(), "broker": {"host": "127.0.0.1", "port": 51884}}
    record.write_text(json.dumps(known | {"programs": {"simulator": {}}}))
    assert Settings().where_broker() == ("127.0.0.1", 51884)
    assert Settings(broker_port=1884).where_broker() == ("127.0.0.1", 1884)
    assert Settings().where_devices() == tmp_path / ".jeg" / "demo" / "devices.json"
    assert demo_ward_plays(Settings().where_devices())
    assert not demo_ward_plays(tmp_path / "others.json")
    record.write_text(json.dumps(known | {"pid": None}))
    assert Settings().where_broker() is None, "the stack is down"


def test_a_ward_without_any_broker_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JEG_BROKER_HOST", "JEG_BROKER_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    path = tmp_path / "devices.json"
    path.write_text("[]")
    with pytest.raises(WardError, match="no broker is known"):
        play(Settings(devices_file=path))
