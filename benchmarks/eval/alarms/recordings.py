"""Recordings of intensive care at 1 Hz, without labels: how many alarms, and what is not missed."""

from collections import Counter
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.book import Channel
from benchmarks.eval.alarms.limits import limits
from benchmarks.eval.alarms.live import Call, play
from benchmarks.eval.alarms.traffic import UNDER_WAY_MS, Part, Traffic, collect
from simulators.replay.recordings import COLUMNS, SUFFIX, Recording, read_folder

STEP_MS: Final = 1000
START_MS: Final = 1_760_000_040_000
DEEP_PERCENT: Final = 85.0
"""A run is below this."""
LONG_MS: Final = 30_000
"""A run that lasts so long must not be missed."""
GAP_MS: Final = 5000
"""Without a reading for longer, a run is over."""
DELAY_MS: Final = 15_000


def find(data: Path) -> Path:
    """The folder of the recordings: `data`, or `bidmc` in it."""
    inner = data / "bidmc"
    return inner if not list(data.glob(f"*{SUFFIX}")) and inner.is_dir() else data


def judge(data: Path) -> dict[str, Any]:
    """Alarms of the engine and of limits on all recordings, played side by side.

    Raises:
        ReplayError: `data` holds no recordings.

    """
    recordings = read_folder(find(data))
    traffic = traffic_of(recordings)
    engine = [call for call in play(traffic, STEP_MS) if not call.technical]
    bare, delayed = limits(traffic), limits(traffic, DELAY_MS)
    runs = spo2_runs(traffic)
    missed = [run for run in runs if not any(_met(call, *run) for call in engine)]
    return {
        "bare_limits": len(bare),
        "limits_15s": len(delayed),
        "engine": len(engine),
        "fewer_than_bare": round(1 - len(engine) / len(bare), 4) if bare else None,
        "missed_spo2_runs": len(missed),
        "spo2_runs": len(runs),
        "recordings": len(recordings),
        "patient_hours": round(24 * traffic.patient_days, 2),
        "by_condition": {
            name: dict(sorted(Counter(call.condition for call in calls).items()))
            for name, calls in (("bare_limits", bare), ("limits_15s", delayed), ("engine", engine))
        },
    }


def traffic_of(recordings: list[Recording]) -> Traffic:
    """All recordings as patients of one ward, begun at one instant."""
    channels: list[Channel] = []
    parts: list[Part] = []
    for index, recording in enumerate(recordings, start=1):
        for metric in COLUMNS.values():
            readings = [
                (sample.offset_ms, value)
                for sample in recording.samples
                for name, value in sample.values
                if name == metric
            ]
            if readings:
                offset, value = np.array(readings, np.float64).T
                time_ms = START_MS + offset.astype(np.int64)
                unknown = np.full(len(value), np.nan)
                parts.append((len(channels), time_ms, time_ms + UNDER_WAY_MS, value, unknown))
                channels.append(Channel(UUID(int=index), 0, metric, UUID(int=index << 32)))
    end_ms = START_MS + max(recording.duration_ms for recording in recordings) + STEP_MS
    return collect(channels, parts, START_MS, end_ms)


def spo2_runs(traffic: Traffic) -> list[tuple[UUID, int, int]]:
    """Patient, start and end of every run of saturation that is deep and long."""
    runs: list[tuple[UUID, int, int]] = []
    for number, channel in enumerate(traffic.channels):
        if channel.metric != "oxygen_saturation":
            continue
        mine = traffic.series == number
        time_ms, deep = traffic.time_ms[mine], traffic.value[mine] < DEEP_PERCENT
        lost = np.diff(time_ms, prepend=time_ms[0]) > GAP_MS
        edges = np.flatnonzero((deep[1:] != deep[:-1]) | lost[1:]) + 1
        for stretch in np.split(np.arange(len(deep)), edges):
            if len(stretch) and deep[stretch[0]]:
                start, end = int(time_ms[stretch[0]]), int(time_ms[stretch[-1]]) + STEP_MS
                if end - start >= LONG_MS:
                    runs.append((channel.patient_id, start, end))
    return runs


def _met(call: Call, patient_id: UUID, start_ms: int, end_ms: int) -> bool:
    """Whether the saturation's own alarm was on during a run."""
    mine = (call.patient_id, call.condition) == (patient_id, "oxygen_saturation_low")
    over_ms = end_ms if call.ended_ms is None else call.ended_ms
    return mine and call.at_ms < end_ms and over_ms > start_ms
