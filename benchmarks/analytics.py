"""How many readings a second one core judges, all detectors and rules on, beside river's detectors.

Everybody gets the same readings. Time is the process's own CPU time: other work on the machine
makes it little longer.
"""

import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import numpy as np
from rich.progress import track

from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.engine import Engine
from analytics.memory import RECORD
from analytics.outcome import Outcome, Readings
from analytics.rules import BUILTIN, NEWS2
from benchmarks.report import spread
from telemetry.metrics import METRICS

SERIES: Final = 100_000
READINGS: Final = 10
"""Of each series in a batch: ten seconds of one a second."""
_START_MS: Final = 1_767_600_000_000
_MINUTE_OF_BATCHES: Final = 6
_NORMAL: Final = {
    "heart_rate": (76.0, 2.0, 150.0),
    "pulse_rate": (76.0, 2.0, 150.0),
    "respiratory_rate": (16.0, 1.0, 33.0),
    "oxygen_saturation": (97.0, 0.6, 86.0),
    "blood_pressure_systolic": (122.0, 3.0, 85.0),
    "body_temperature": (36.9, 0.1, 38.8),
    "blood_glucose": (110.0, 2.0, 60.0),
}
"""Metric -> usual value, noise, value while ill."""
_ILL: Final = 0.0005
"""Share of series that fall ill every half minute: some 25 alarms a patient and day,
several times what the engine raises on a ward."""
_ARTEFACTS: Final = 0.002
"""Share of readings of a worn probe that are of a movement."""
_ILL_BATCHES: Final = 3
_GAUSSIAN_SERIES: Final = 2_000
_GAUSSIAN_BATCHES: Final = 10
_TREES_READINGS: Final = 10_000


class RiverMissingError(RuntimeError):
    """The baselines need river, a development dependency: pip install -e ".[dev]"."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Ward:
    """Patients with seven series each, of whom some fall ill and recover, and some move."""

    def __init__(self, series: int, seed: int = 7) -> None:
        """Make as many patients as have `series` series."""
        self._random = np.random.default_rng(seed)
        self.patients = series // len(_NORMAL)
        self.metrics = list(_NORMAL) * self.patients
        usual, noise, ill = (np.array(column) for column in zip(*_NORMAL.values(), strict=True))
        self._usual = np.tile(usual, self.patients) * self._random.normal(1, 0.01, self.series)
        self._noise, self._ill = np.tile(noise, self.patients), np.tile(ill, self.patients)
        self._severity = np.zeros(self.series)
        self._worn = ~np.isin(self.metrics, ("blood_pressure_systolic", "blood_glucose"))
        self._batch = 0

    @property
    def series(self) -> int:
        """Number of series."""
        return len(self.metrics)

    def engine(self) -> tuple[Engine, np.ndarray[Any, np.dtype[np.int64]]]:
        """An engine that knows every series, and the slot of each."""
        book, slots = Book(), []
        number = itertools.count(1)
        for index in range(self.patients):
            patient_id, device_id = UUID(int=index + 1), UUID(int=(index + 1) << 64)
            book.add(Channel(patient_id, NEWS2_CHANNEL, NEWS2))
            slots += [
                book.add(Channel(patient_id, next(number), metric, device_id)) for metric in _NORMAL
            ]
        return Engine(book), np.array(slots, np.int64)

    def batch(self, slots: np.ndarray[Any, np.dtype[np.int64]]) -> Readings:
        """Ten seconds of every series."""
        shape = (self.series, READINGS)
        # Illness comes within a batch and goes within one, at the pace of a body.
        before = self._severity.copy()
        if self._batch % _ILL_BATCHES == 0:
            ill = self._random.random(self.series) < _ILL
            self._severity = np.where(ill & (before == 0), 1.0, 0.0)
        share = np.linspace(0.1, 1.0, READINGS)
        severity = before[:, None] + (self._severity - before)[:, None] * share
        value = self._usual[:, None] + (self._ill - self._usual)[:, None] * severity
        value += self._random.normal(0, 1, shape) * self._noise[:, None]
        moved = (self._random.random(shape) < _ARTEFACTS) & self._worn[:, None]
        value[moved] *= 0.5
        start = _START_MS + self._batch * READINGS * 1000
        # Devices do not keep step: each begins its minute at another second.
        offset = np.repeat(np.arange(self.patients) * 7919 % 60_000, len(_NORMAL))
        time_ms = (start + offset[:, None] + np.arange(READINGS) * 1000).ravel()
        self._batch += 1
        return Readings(
            slots=np.repeat(slots, READINGS),
            time_ms=time_ms,
            received_ms=time_ms + 200,
            value=np.round(value.ravel(), 1),
            quality=np.ones(value.size, np.float32),
            historical=np.zeros(value.size, np.bool_),
        )


def measure(series: int = SERIES, repeats: int = 5) -> dict[str, Any]:
    """Rates of the engine and of river's detectors, and what a series costs in memory.

    Raises:
        RiverMissingError: river is not installed.

    """
    anomaly = _river()
    ward = Ward(series)
    engine, slots = ward.engine()
    runs: dict[str, list[float]] = {"readings_s": [], "river_gaussian_s": [], "river_hst_s": []}
    counts = {"changes": 0, "raised": 0}
    _minute(engine, ward, slots, counts)
    values = ward.batch(slots)
    for _ in track(range(repeats), description="measuring"):
        counts = {"changes": 0, "raised": 0}
        runs["readings_s"].append(_minute(engine, ward, slots, counts))
        runs["river_gaussian_s"].append(_gaussian(anomaly, values))
        runs["river_hst_s"].append(_trees(anomaly, values))
    rates = {name: round(statistics.median(found)) for name, found in runs.items()}
    return rates | {
        "bytes_per_series": _bytes_per_series(engine.book),
        "times_gaussian": _times(runs, "river_gaussian_s"),
        "times_hst": _times(runs, "river_hst_s"),
        "series": ward.series,
        "patients": ward.patients,
        "readings_per_batch": ward.series * READINGS,
        "rules": len(BUILTIN),
        "changes_a_minute": counts["changes"],
        "raised_a_minute": counts["raised"],
        "record_bytes": RECORD.itemsize,
        "runs": {name: spread(found) for name, found in runs.items()},
    }


def _times(runs: dict[str, list[float]], baseline: str) -> float:
    """How many times as fast as a baseline the engine is, by the median of the rounds.

    What a round measures side by side was measured on the same machine; a shared one is faster in
    one minute than in the next.
    """
    pairs = zip(runs["readings_s"], runs[baseline], strict=True)
    return round(statistics.median(ours / theirs for ours, theirs in pairs), 1)


def _minute(
    engine: Engine, ward: Ward, slots: np.ndarray[Any, np.dtype[np.int64]], counts: dict[str, int]
) -> float:
    """Readings a second of CPU over a minute of measured time: everything comes due once."""
    spent, judged = 0.0, 0
    for _ in range(_MINUTE_OF_BATCHES):
        readings = ward.batch(slots)
        now_ms = int(readings.received_ms.max())
        begun = time.process_time()
        outcomes = [engine.run(readings, now_ms)]
        engine.accept(outcomes[0])
        outcomes.append(engine.tick(now_ms, _START_MS))
        engine.accept(outcomes[1])
        spent += time.process_time() - begun
        judged += outcomes[0].scored
        _count(outcomes, counts)
    return judged / spent


def _count(outcomes: list[Outcome], counts: dict[str, int]) -> None:
    for outcome in outcomes:
        if outcome.failures:
            message = f"a detector failed: {outcome.failures}"
            raise RuntimeError(message)
        counts["changes"] += len(outcome.changes)
        counts["raised"] += sum(change.event.kind == "lasted" for change in outcome.changes)


def _bytes_per_series(book: Book) -> float:
    """What the engine keeps of a series between batches, in its arrays."""
    names = ("patient", "device", "score", "metric", "zone", "profile")
    used = sum(getattr(book, name)[:1].nbytes for name in names)
    return float(used + book.memory.bytes_per_channel)


def _river() -> Any:  # noqa: ANN401 (a module without types)
    try:
        from river import anomaly  # noqa: PLC0415 - a dependency of development only
    except ModuleNotFoundError as error:
        raise RiverMissingError from error
    return anomaly


def _gaussian(anomaly: Any, readings: Readings) -> float:  # noqa: ANN401
    """Readings a second of `GaussianScorer`, one model a series, score and learn.

    Readings come as the engine gets them, ten of one series after the other. The models are past
    their grace period, in which they score nothing.
    """
    values = readings.value[: _GAUSSIAN_SERIES * READINGS].tolist()
    models = [anomaly.GaussianScorer() for _ in range(_GAUSSIAN_SERIES)]
    mine = [models[index // READINGS] for index in range(len(values))]

    def work(times: int) -> None:
        for _ in range(times):
            for model, value in zip(mine, values, strict=True):
                model.score_one(None, value)
                model.learn_one(None, value)

    work(1 + models[0].grace_period // READINGS)
    return len(values) * _GAUSSIAN_BATCHES / _seconds(lambda: work(_GAUSSIAN_BATCHES))


def _trees(anomaly: Any, readings: Readings) -> float:  # noqa: ANN401
    """Readings a second of `HalfSpaceTrees` with its own settings, one model a metric."""
    values = readings.value[:_TREES_READINGS].tolist()
    models = {
        name: anomaly.HalfSpaceTrees(limits={name: (METRICS[name].low, METRICS[name].high)})
        for name in _NORMAL
    }
    names = list(_NORMAL)
    mine = [names[index // READINGS % len(names)] for index in range(len(values))]

    def work() -> None:
        for name, value in zip(mine, values, strict=True):
            models[name].score_one({name: value})
            models[name].learn_one({name: value})

    return len(values) / _seconds(work)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
