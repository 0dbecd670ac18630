"""Years of readings with their rollups, loaded as fast as the database takes them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import psycopg

from storage import copy
from storage.queries.intake import COPY_VITALS
from storage.queries.rollups import (
    IS_CONTINUOUS,
    REFRESH_DAYS,
    REFRESH_HOURS,
    REFRESH_MINUTES,
)
from telemetry.metrics import METRICS

METRIC_CODES: Final = (
    "heart_rate",
    "oxygen_saturation",
    "respiratory_rate",
    "body_temperature",
    "blood_glucose",
)
STEP_MINUTES: Final = 10
YEAR_DAYS: Final = 366
_STEP: Final = dt.timedelta(minutes=STEP_MINUTES)
_SLAB: Final = dt.timedelta(days=30)
_MINUTES_KEPT: Final = dt.timedelta(days=90)
_MIDDLES: Final = (75.0, 96.0, 16.0, 36.8, 110.0)

# The same definitions as the rollups' own (`storage.queries.rollups`), for every series at once.
_ROLLUP: Final = """
    INSERT INTO rollup_{unit}
    SELECT series_id, date_trunc('{unit}', time, 'UTC'), count(*), avg(value), min(value),
           max(value)
    FROM vitals WHERE time >= %s AND time < %s GROUP BY 1, 2
"""
_LATEST: Final = """
    INSERT INTO latest
    SELECT series_id, time, value, quality, time FROM vitals WHERE time = %s
"""
_LIVE_HOUR: Final = """
    INSERT INTO rollup_dirty SELECT id, date_trunc('hour', %s, 'UTC') FROM series
"""
_ROLE: Final = """
    INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles WHERE name = 'patient'
"""


@dataclass(frozen=True, slots=True)
class History:
    """So many patients with a reading of each metric every ten minutes, `days` until `until`."""

    patients: int
    days: int
    until: dt.datetime

    @property
    def rows(self) -> int:
        """Readings in all."""
        return self.patients * len(METRIC_CODES) * self.days * 24 * 60 // STEP_MINUTES

    def ids(self) -> list[UUID]:
        """Ids of the patients."""
        return [UUID(f"{i % 16:x}0000000-0000-4000-8000-{i:012x}") for i in range(self.patients)]

    def slabs(self) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Stretches of time, oldest first, each from whole day to whole day where it can be."""
        start = self.until - dt.timedelta(days=self.days)
        while start < self.until:
            end = (start + _SLAB).replace(hour=0, minute=0)
            yield start, min(end, self.until)
            start = min(end, self.until)


def load(url: str, history: History) -> None:
    """Fill a migrated, empty database: patients, readings in order of time, rollups, newest."""
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as db:
        series = _people(db, history)
        for since, until in history.slabs():
            _readings(db, series, since, until)
            _rollups(db, history, since, until)
        newest = history.until - _STEP
        db.execute(_LATEST, (newest,))
        db.execute(_LIVE_HOUR, (newest,))
        db.execute("VACUUM ANALYZE")


def _people(db: psycopg.Connection, history: History) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    series: list[int] = []
    with db.transaction():
        for number, patient in enumerate(history.ids()):
            db.execute(
                "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', %s)",
                (patient, f"bench-{number}", f"Patient {number}"),
            )
            db.execute(_ROLE, (patient,))
            for metric in METRIC_CODES:
                found = db.execute(
                    "INSERT INTO series (patient_id, metric) VALUES (%s, %s) RETURNING id",
                    (patient, METRICS[metric].id),
                ).fetchone()
                series += found or ()
    return np.array(series, np.int32)


def _readings(
    db: psycopg.Connection,
    series: np.ndarray[tuple[int], np.dtype[np.int32]],
    since: dt.datetime,
    until: dt.datetime,
) -> None:
    """Copy one stretch, every series at each instant."""
    steps = (until - since) // _STEP
    first_ms = int(since.timestamp() * 1000)
    times = first_ms + np.arange(steps, dtype=np.int64) * (_STEP // dt.timedelta(milliseconds=1))
    random = np.random.default_rng(first_ms)
    middles = np.tile(np.array(_MIDDLES), len(series) // len(_MIDDLES))
    values = middles * random.normal(1, 0.05, (steps, len(series)))
    columns: copy.Columns = [
        (">i4", np.tile(series, steps)),
        (">i8", copy.timestamptz(np.repeat(times, len(series)))),
        (">f8", np.round(values, 1).ravel()),
        (">f4", np.ones(values.size, np.float32)),
    ]
    with db.cursor().copy(COPY_VITALS) as stream:
        stream.write(copy.encode(columns))


def _rollups(
    db: psycopg.Connection, history: History, since: dt.datetime, until: dt.datetime
) -> None:
    """Make the rollups of one stretch, minutes only of what is kept of them."""
    kept = max(since, history.until - _MINUTES_KEPT)
    if db.execute(IS_CONTINUOUS).fetchone() == (True,):
        start = since.replace(hour=0, minute=0)
        end = (until + dt.timedelta(days=1)).replace(hour=0, minute=0)
        if kept < until:
            db.execute(REFRESH_MINUTES, (kept, end))
        db.execute(REFRESH_HOURS, (start, end))
        db.execute(REFRESH_DAYS, (start, end))
        return
    for unit in ("hour", "day"):
        db.execute(_ROLLUP.format(unit=unit), (since, until))
    if kept < until:
        db.execute(_ROLLUP.format(unit="minute"), (kept, until))
