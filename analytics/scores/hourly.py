"""Scores of whole hours: the interval at the end of each, and the worst minute in it.

An hour holds the readings from its start up to, and without, its end. The scores are taken at the
end of each of its 60 minutes, from the newest reading of every metric before that; a reading from
before the hour counts for as long as it would live. What is kept of a score is its interval at the
end of the hour and the greatest lower bound of any minute: what was certain at its worst.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.scores import qsofa as quick
from analytics.scores import recorded, vital_trends
from analytics.scores.news2 import INPUTS, RISKS, News2, news2, stale_after
from analytics.scores.shock_index import BANDS, UNKNOWN, band, shock_index

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
MINUTES: Final = 60
LOOK_BACK_HOURS: Final = 12
"""From before the hour nothing older can count: the longest of `STALE_AFTER_S`."""
METRICS: Final = (*recorded.METRICS, "blood_pressure_diastolic")
"""Metrics whose readings the scores of an hour are made of."""
NEWS2_VERSION: Final = "news2:2017"
QSOFA_VERSION: Final = "qsofa:2016"
SHOCK_INDEX_VERSION: Final = "shock_index:1967"


@dataclass(frozen=True, slots=True)
class Row:
    """One score of one hour.

    Attributes:
        index: Which of the hours.
        kind: news2, qsofa, shock_index or deterioration.
        minimum: At the end of the hour; `maximum` likewise.
        worst: Greatest minimum of any minute.
        parts: What it is made of, as JSON.
        version: Which formula or weights.

    """

    index: int
    kind: str
    minimum: float
    maximum: float
    worst: float
    parts: dict[str, Any]
    version: str


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """Readings of n hours of patients, by minute.

    Attributes:
        start_ms: (n,), when each begins.
        scale: (n,), SpO2 scale of NEWS2.
        time_ms: Metric -> (n, 61): measured time of the newest reading of each minute, and in
            column 0 of the newest from before.
        value: Metric -> (n, 61), NaN where there is none.

    """

    start_ms: Ints
    scale: Ints
    time_ms: Mapping[str, Ints]
    value: Mapping[str, Floats]

    @classmethod
    def empty(cls, start_ms: Ints, scale: Ints) -> "Hours":
        """Hours without readings."""
        shape = len(start_ms), MINUTES + 1
        return cls(
            start_ms,
            scale,
            {name: np.zeros(shape, np.int64) for name in METRICS},
            {name: np.full(shape, np.nan) for name in METRICS},
        )

    def put(self, index: int, metric: str, time_ms: Ints, value: Floats) -> None:
        """Enter readings (k,) of one metric in one hour or before it, in any order."""
        order = np.argsort(time_ms, kind="stable")
        times = time_ms[order]
        column = np.clip((times - self.start_ms[index]) // MINUTE_MS + 1, 0, MINUTES)
        # Of several in one minute the last is the newest, and the one that stays.
        self.time_ms[metric][index, column] = times
        self.value[metric][index, column] = value[order]

    def measured(self) -> NDArray[np.bool_]:
        """Whether anything was measured within each hour, (n,)."""
        within = [np.isfinite(value[:, 1:]).any(axis=1) for value in self.value.values()]
        measured: NDArray[np.bool_] = np.any(within, axis=0)
        return measured

    def newest(self) -> Floats:
        """Newest value within each hour of `vital_trends.INPUTS`, (n, 7); NaN where none."""
        columns = []
        for name in vital_trends.INPUTS:
            found = self._newest(name)
            if name == "heart_rate":
                found = np.where(np.isnan(found), self._newest("pulse_rate"), found)
            columns.append(found)
        return np.stack(columns, axis=1)

    def _newest(self, metric: str) -> Floats:
        if metric not in self.value:
            return np.full(len(self.start_ms), np.nan)
        within = self.value[metric][:, 1:]
        last = MINUTES - 1 - np.isfinite(within[:, ::-1]).argmax(axis=1)
        newest: Floats = within[np.arange(len(within)), last]
        return newest

    def by_minute(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Inputs at the end of every minute, hour after hour: (values, ages), (n * 60,) each."""
        ends = self.start_ms[:, None] + MINUTE_MS * np.arange(1, MINUTES + 1)
        values, ages = {}, {}
        for name in recorded.METRICS:
            known = np.isfinite(self.value[name])
            newest = np.maximum.accumulate(np.where(known, np.arange(MINUTES + 1), 0), axis=1)[
                :, 1:
            ]
            values[name] = np.take_along_axis(self.value[name], newest, axis=1).ravel()
            times = np.take_along_axis(self.time_ms[name], newest, axis=1)
            ages[name] = ((ends - times) / 1000).ravel()
        return recorded.inputs(values, ages)


def rows(
    hours: Hours, own_stale_after: Sequence[Mapping[str, float] | None] | None = None
) -> list[Row]:
    """NEWS2, qSOFA and shock index of every hour in which anything was measured.

    `own_stale_after` is for how long inputs of NEWS2 count in each hour, where not as usual.
    """
    values, ages = hours.by_minute()
    shape = len(hours.start_ms), MINUTES
    limits = {
        name: np.repeat(np.broadcast_to(limit, shape[0]), MINUTES)
        for name, limit in stale_after(own_stale_after or [None] * shape[0]).items()
    }
    score = news2(values, ages, scale=np.repeat(hours.scale, MINUTES), stale_after_s=limits)
    points = quick.qsofa(values, ages)
    index = shock_index(values, ages).reshape(shape)
    measured = np.flatnonzero(hours.measured())
    found = list(_news2_rows(hours, score, measured))
    found += _qsofa_rows(points, measured)
    found += _shock_index_rows(index, measured)
    return found


def _news2_rows(hours: Hours, score: News2, measured: NDArray[np.intp]) -> Iterator[Row]:
    minimum = score.minimum.reshape(-1, MINUTES)
    for i in measured.tolist():
        last = (i + 1) * MINUTES - 1
        minute = int(minimum[i].argmax())
        low, high = score.points_minimum[last], score.points_maximum[last]
        yield Row(
            i,
            "news2",
            float(score.minimum[last]),
            float(score.maximum[last]),
            float(minimum[i, minute]),
            {
                "scale": int(hours.scale[i]),
                "risk": score.risk_name(last),
                "risk_max": RISKS[int(score.risk_maximum[last])],
                "worst_ms": int(hours.start_ms[i]) + (minute + 1) * MINUTE_MS,
                "points": {name: [int(low[k]), int(high[k])] for k, name in enumerate(INPUTS)},
                "missing": score.names(score.missing, last),
                "stale": score.names(score.stale, last),
                "measure_next": score.settling_name(last),
            },
            NEWS2_VERSION,
        )


def _qsofa_rows(points: quick.QSofa, measured: NDArray[np.intp]) -> Iterator[Row]:
    minimum = points.minimum.reshape(-1, MINUTES)
    unknown = points.unknown.reshape(-1, MINUTES, len(quick.INPUTS))
    for i in measured.tolist():
        if unknown[i].all():
            continue
        last = (i + 1) * MINUTES - 1
        found = {
            name: None if points.unknown[last, k] else int(points.points[last, k])
            for k, name in enumerate(quick.INPUTS)
        }
        yield Row(
            i,
            "qsofa",
            float(points.minimum[last]),
            float(points.maximum[last]),
            float(minimum[i].max()),
            {"points": found},
            QSOFA_VERSION,
        )


def _shock_index_rows(index: Floats, measured: NDArray[np.intp]) -> Iterator[Row]:
    last = index[:, -1]
    bands = band(last)
    for i in measured.tolist():
        if bands[i] == UNKNOWN:
            continue
        value = round(float(last[i]), 3)
        worst = max(value, round(float(np.nanmax(index[i])), 3))
        parts = {"band": BANDS[int(bands[i])]}
        yield Row(i, "shock_index", value, value, worst, parts, SHOCK_INDEX_VERSION)
