"""Recordings of numerics as CSV, one value a second and signal: the form of the BIDMC dataset.

`NAME_Numerics.csv` has a column `Time [s]` and any of HR, PULSE, RESP, SpO2; `NAME_Fix.txt`
beside it may have lines `Age: 64` and `Gender: F` (Pimentel 2016, doi
10.1109/TBME.2016.2613124).
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulators.replay import ReplayError

SUFFIX = "_Numerics.csv"
COLUMNS = {
    "HR": "heart_rate",
    "PULSE": "pulse_rate",
    "RESP": "respiratory_rate",
    "SpO2": "oxygen_saturation",
}
TIME = "Time [s]"


@dataclass(frozen=True, slots=True)
class Sample:
    """The usable values of one instant, `offset_ms` after the first one: (metric, value)."""

    offset_ms: int
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """One patient's numerics, in order of time; `unusable` values were blank or no number."""

    name: str
    samples: tuple[Sample, ...]
    unusable: int
    age: int | None = None
    sex: str = ""

    @property
    def duration_ms(self) -> int:
        """From the first sample to the last one."""
        return self.samples[-1].offset_ms if self.samples else 0

    @property
    def usable(self) -> int:
        """Values that are to be published."""
        return sum(len(sample.values) for sample in self.samples)


def read_folder(folder: Path, most: int | None = None) -> list[Recording]:
    """Read the recordings of a folder by name, at most `most` of them.

    Raises:
        ReplayError: when there is no such folder, none in it, or one is not in this form.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder"
        raise ReplayError(message)
    paths = sorted(folder.glob(f"*{SUFFIX}"))[:most]
    if not paths:
        message = f"{folder} has no recordings (files named *{SUFFIX})"
        raise ReplayError(message)
    return [read(path) for path in paths]


def read(path: Path) -> Recording:
    """Read one recording.

    Raises:
        ReplayError: when it cannot be read, or has no time or no known signal.
    """
    name = path.name.removesuffix(SUFFIX)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, skipinitialspace=True)
            known = [c for c in rows.fieldnames or () if c.strip() in COLUMNS]
            if TIME not in (rows.fieldnames or ()) or not known:
                message = f"{path} needs a column {TIME!r} and one of {', '.join(COLUMNS)}"
                raise ReplayError(message)
            samples, unusable = _samples(rows, known)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"{path} cannot be read: {error}"
        raise ReplayError(message) from error
    age, sex = _fixed(path.with_name(f"{name}_Fix.txt"))
    return Recording(name.replace("_", "-"), tuple(samples), unusable, age, sex)


def _samples(rows: Iterator[dict[str, str]], columns: list[str]) -> tuple[list[Sample], int]:
    samples: list[Sample] = []
    unusable = 0
    for row in rows:
        seconds = _number(row[TIME])
        values = []
        for column in columns:
            value = _number(row[column])
            if value is None or seconds is None:
                unusable += 1
            else:
                values.append((COLUMNS[column.strip()], value))
        if values and seconds is not None:
            samples.append(Sample(round(seconds * 1000), tuple(values)))
    samples.sort(key=lambda sample: sample.offset_ms)
    # A recording may start before or after its own second 0: the first sample is the start.
    first_ms = samples[0].offset_ms if samples else 0
    return [Sample(s.offset_ms - first_ms, s.values) for s in samples], unusable


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _fixed(path: Path) -> tuple[int | None, str]:
    """Age in years and FHIR gender; what is absent or hidden ("90+", "?") is not guessed."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None, ""
    facts = dict(line.split(": ", 1) for line in lines if ": " in line)
    age = facts.get("Age", "").strip()
    sex = {"F": "female", "M": "male"}.get(facts.get("Gender", "").strip(), "")
    return (int(age) if age.isdigit() else None), sex
