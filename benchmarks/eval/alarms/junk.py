"""Stays with everything that a hospital's records hold: pressures of 0, temperatures of -18 Cel.

The set of the PhysioNet/CinC Challenge 2012 (Silva 2012), 4,000 intensive care stays of 48 h at
irregular times, as a table of record, minute, parameter and value. What is asked: does every bad
value end where it should, refused by the registry's bounds or doubted, and the engine go on.
"""

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np

from analytics.book import Channel
from benchmarks.eval.alarms.live import play
from benchmarks.eval.alarms.recordings import START_MS
from benchmarks.eval.alarms.traffic import UNDER_WAY_MS, Part, Traffic, collect

FILE: Final = Path("cinc2012") / "vitals_set-a.csv.gz"
STEP_MS: Final = 3_600_000
PARAMETERS: Final = {
    "HR": "heart_rate",
    "RespRate": "respiratory_rate",
    "SaO2": "oxygen_saturation",
    "SysABP": "blood_pressure_systolic",
    "NISysABP": "blood_pressure_systolic",
    "DiasABP": "blood_pressure_diastolic",
    "NIDiasABP": "blood_pressure_diastolic",
    "Temp": "body_temperature",
    "Glucose": "blood_glucose",
}
"""Parameter -> metric; the two ways to take a pressure are two devices."""

Series = dict[tuple[int, str], list[tuple[int, float]]]
"""Record and parameter -> (minute, value), in order."""


def judge(data: Path, most: int | None = None) -> dict[str, Any] | None:
    """What became of the values; None where `data` does not hold the set. At most `most` stays."""
    path = data / FILE
    if not path.is_file():
        return None
    series = read(path, most)
    traffic = traffic_of(series)
    calls = [call for call in play(traffic, STEP_MS) if not call.technical]
    count = sum(len(readings) for readings in series.values())
    return {
        "stays": len(traffic.patients),
        "readings": count,
        "refused": count - len(traffic),
        "alarms_per_patient_day": round(len(calls) / traffic.patient_days, 2),
    }


def read(path: Path, most: int | None = None) -> Series:
    """The readings of the first `most` stays, as they stand in the file."""
    series: Series = defaultdict(list)
    records: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            records.add(row["RecordID"])
            if most is not None and len(records) > most:
                break
            if row["Parameter"] in PARAMETERS:
                key = int(row["RecordID"]), row["Parameter"]
                series[key].append((int(row["Minute"]), float(row["Value"])))
    return series


def traffic_of(series: Series) -> Traffic:
    """All stays as patients of one ward, begun at one instant."""
    channels: list[Channel] = []
    parts: list[Part] = []
    for (record, parameter), readings in series.items():
        minute, value = np.array(readings, np.float64).T
        time_ms = START_MS + (minute * 60_000).astype(np.int64)
        unknown = np.full(len(value), np.nan)
        parts.append((len(channels), time_ms, time_ms + UNDER_WAY_MS, value, unknown))
        device = UUID(int=record * 100 + list(PARAMETERS).index(parameter))
        channels.append(Channel(UUID(int=record), 0, PARAMETERS[parameter], device))
    end_ms = max(int(part[1][-1]) for part in parts) + STEP_MS
    return collect(channels, parts, START_MS, end_ms)
