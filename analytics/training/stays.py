"""Hourly stays with labels, and how an early-warning score is judged on them.

Recordings are of the form of the PhysioNet/CinC Challenge 2019 (Reyna et al., "Early Prediction
of Sepsis from Clinical Data", Critical Care Medicine 48, 2020), as a numpy archive: `X` (rows,
columns), `names` of the columns, `start` (first row of each stay, and the number of rows), `pid`.

A row is one hour of one stay. The label begins 6 h before the onset of sepsis.

- onset: first labelled row + 6 h
- eligible: septic stays whose onset is at least 12 h into the record
- lockout: after an alert, none in the same stay for 8 h
- caught: an eligible stay with an alert in the 12 h up to onset
- burden: alerts per patient-day of the stays without sepsis
- hour-matched AUROC: rows are compared at the same hour of stay only (hours 1 to 72), weighted by
  positives
"""

import hashlib
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

COLUMNS: Final = ("HR", "O2Sat", "Temp", "SBP", "MAP", "DBP", "Resp")
"""The challenge's names of `vital_trends.INPUTS`."""

BURDENS: Final = (0.25, 0.5, 1.0)
"""Alerts per patient-day at which a score is judged."""

LABEL: Final = "SepsisLabel"
_LABEL_LEADS, _LOCKOUT, _WINDOW, _MATCHED_HOURS, _ENOUGH = 6, 8, 12, 72, 5
_NEVER: Final = 10**6


class RecordingError(ValueError):
    """This file does not hold hourly stays."""


def auroc(label: Floats, score: Floats) -> float:
    """Area under the ROC curve, ties counted half (Hanley and McNeil, 1982).

    >>> auroc(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.9]))
    0.875
    """
    values, inverse = np.unique(score, return_inverse=True)
    positive = np.bincount(inverse, label, len(values))
    negative = np.bincount(inverse, 1 - label, len(values))
    below = np.cumsum(negative) - negative
    pairs = positive.sum() * negative.sum()
    return float((positive * (below + negative / 2)).sum() / pairs) if pairs else float("nan")


_FORM: Final = {"X": ("fiu", 2), "start": ("fiu", 1), "names": ("U", 1), "pid": ("fiu", 1)}
"""Part of a recording -> kinds of its type, as numpy calls them, and how many dimensions it has."""


def _parts(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a recording.

    Raises:
        RecordingError: It cannot be read, or is of another form.

    """
    try:
        with path.open("rb") as file, np.load(file) as archive:
            parts = {name: archive[name] for name in _FORM if name in archive}
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or 'it is no numpy archive'}"
        raise RecordingError(message) from error
    except (ValueError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        message = f"{path} is no whole numpy archive (.npz)"
        raise RecordingError(message) from error
    for name, (kinds, dimensions) in _FORM.items():
        part = parts.get(name)
        if part is None and name == "pid":
            continue
        if part is None or part.dtype.kind not in kinds or part.ndim != dimensions:
            message = f"{path} has no {name} of the form that is asked for"
            raise RecordingError(message)
    return parts


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays of one hospital.

    Attributes:
        values: (rows, 7) vital signs by `COLUMNS`, NaN where not measured.
        label: (rows,) 0 or 1.
        start: (stays + 1,) first row of each stay, and the number of rows.
        number: (stays,) of each patient.

    """

    values: Floats
    label: Floats
    start: Ints
    number: Ints

    @classmethod
    def load(cls, path: Path) -> "Stays":
        """Read a recording; no other column than vital signs and label is looked at.

        Raises:
            RecordingError: It is not of that form.

        """
        parts = _parts(path)
        table, start = parts["X"], parts["start"].astype(np.int64)
        names = [str(name) for name in parts["names"].tolist()]
        number = parts.get("pid", np.arange(len(start) - 1))
        missing = [name for name in (*COLUMNS, LABEL) if name not in names]
        if missing:
            message = f"{path} has no column {', '.join(missing)}"
            raise RecordingError(message)
        columns = [names.index(name) for name in (*COLUMNS, LABEL)]
        if table.shape[1] != len(names):
            message = f"{path}: X does not have a column for each of names"
            raise RecordingError(message)
        if not len(start) or start[0] != 0 or start[-1] != len(table):
            message = f"{path}: the stays do not cover the rows"
            raise RecordingError(message)
        if (np.diff(start) <= 0).any() or number.shape != (len(start) - 1,):
            message = f"{path}: a stay without rows, or without a number"
            raise RecordingError(message)
        values = table[:, columns[:-1]].astype(np.float64)
        label = np.nan_to_num(table[:, columns[-1]]).astype(np.float64)
        return cls(values, label, start, number.astype(np.int64))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of vital signs, label and stays."""
        digest = hashlib.sha256()
        for part in (self.values.astype("<f4"), self.label.astype("<i1"), self.start):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()

    def folds(self, count: int) -> Ints:
        """Part (stays,) that each patient belongs to, by number: the same wherever it is met."""
        mixed = self.number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        parts: Ints = ((mixed >> np.uint64(32)) % np.uint64(count)).astype(np.int64)
        return parts

    def taking(self, stays: Bools) -> "Stays":
        """The stays that are set."""
        lengths = np.diff(self.start)[stays]
        rows = stays[self.stay]
        start = np.concatenate(([0], np.cumsum(lengths)))
        return Stays(self.values[rows], self.label[rows], start, self.number[stays])

    @cached_property
    def stay(self) -> Ints:
        """Stay of each row."""
        lengths = np.diff(self.start)
        return np.repeat(np.arange(len(lengths)), lengths)

    @cached_property
    def hour(self) -> Ints:
        """Hour of each row within its stay, for judging and balancing only."""
        hour: Ints = np.arange(len(self.label)) - self.start[self.stay]
        return hour

    @cached_property
    def septic(self) -> Bools:
        """Whether each stay is labelled at all."""
        septic: Bools = np.maximum.reduceat(self.label, self.start[:-1]) > 0
        return septic

    @cached_property
    def onset(self) -> Ints:
        """Hour of onset of each stay; never, where it is not septic."""
        labelled = np.where(self.label > 0, self.hour, _NEVER)
        onset: Ints = np.minimum.reduceat(labelled, self.start[:-1]) + _LABEL_LEADS
        return onset

    @cached_property
    def before(self) -> Ints:
        """Hours from onset to each row, negative before it."""
        before: Ints = self.hour - self.onset[self.stay]
        return before

    @cached_property
    def in_window(self) -> Bools:
        """Rows in the 12 h up to the onset of their stay."""
        inside: Bools = self.septic[self.stay] & (self.before >= -_WINDOW) & (self.before <= 0)
        return inside

    def allowed(self, wanted: Bools) -> Bools:
        """Alerts (rows,) that no earlier one of the same stay locks out."""
        kept = np.zeros(len(wanted), np.bool_)
        last_stay, last_row = -1, -_NEVER
        rows = np.flatnonzero(wanted)
        for row, stay in zip(rows.tolist(), self.stay[rows].tolist(), strict=True):
            if stay != last_stay or row - last_row >= _LOCKOUT:
                kept[row] = True
                last_stay, last_row = stay, row
        return kept

    def report(self, wanted: Bools) -> dict[str, Any]:
        """Figures of alerts (rows,)."""
        alerts = self.allowed(wanted)
        hits = alerts & self.in_window
        caught = np.zeros(len(self.septic), np.bool_)
        caught[self.stay[hits]] = True
        lead = np.full(len(self.septic), np.nan)
        rows = np.flatnonzero(hits)[::-1]
        lead[self.stay[rows]] = -self.before[rows]
        eligible = self.septic & (self.onset >= _WINDOW)
        flags = caught[eligible]
        clean = ~self.septic[self.stay]
        if not flags.size or not clean.any():
            message = "there is nobody to catch, or nobody to disturb"
            raise RecordingError(message)
        drawn = np.random.default_rng(0).choice(flags, (500, len(flags))).mean(axis=1)
        return {
            "sensitivity": round(float(flags.mean()), 4),
            "sensitivity_95": [round(float(q), 4) for q in np.quantile(drawn, (0.025, 0.975))],
            "burden_per_day": round(float((alerts & clean).sum() / (clean.sum() / 24)), 4),
            "ppv": round(float(hits.sum() / max(alerts.sum(), 1)), 4),
            "median_lead_h": float(np.nanmedian(lead[eligible])) if flags.any() else None,
        }

    def at_burden(self, score: Floats, burden: float) -> dict[str, Any]:
        """The report at the lowest threshold whose burden stays within the one given."""
        levels = np.unique(np.quantile(score, np.linspace(0, 1, 4001)))
        low, high = 0, len(levels) - 1
        while low < high:
            middle = (low + high) // 2
            if self.report(score >= levels[middle])["burden_per_day"] <= burden:
                high = middle
            else:
                low = middle + 1
        return {"threshold": float(levels[low]), **self.report(score >= levels[low])}

    def hour_matched_auroc(self, score: Floats) -> float:
        """AUROC within each hour of stay, weighted by positives."""
        total = weight = 0.0
        for hour in range(_MATCHED_HOURS):
            rows = self.hour == hour
            positives = float(self.label[rows].sum())
            if positives >= _ENOUGH:
                total += auroc(self.label[rows], score[rows]) * positives
                weight += positives
        return total / weight if weight else float("nan")

    def judge(self, score: Floats) -> dict[str, Any]:
        """All figures of a score (rows,), higher being worse; a NaN counts as the lowest."""
        filled = np.nan_to_num(score, nan=float(np.nanmin(score)))
        scale = max(float(np.ptp(filled)), 1e-9)
        # Ties would alert together; a nudge far below any difference lets a burden be met.
        nudged = filled + np.random.default_rng(0).uniform(0, 1e-9, len(filled)) * scale
        return {
            "auroc": round(auroc(self.label, filled), 4),
            "hour_matched_auroc": round(self.hour_matched_auroc(filled), 4),
            "at_burden": {str(burden): self.at_burden(nudged, burden) for burden in BURDENS},
        }
