"""The historian's way to the database: hours to compute, their readings, scores and states."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from analytics.hours import DETERIORATION_CHANNEL, STATE_VERSION, Known, Plan, state_of
from analytics.rules import MINIMUM_QUALITY
from analytics.scores.hourly import HOUR_MS, LOOK_BACK_HOURS, METRICS, Hours, Row
from analytics.scores.news2 import ADULT_FROM_YEARS
from storage.queries import engine
from storage.queries import scores as sql
from telemetry.clock import from_ms, to_ms
from telemetry.metrics import METRICS as REGISTRY
from telemetry.metrics import METRICS_BY_ID

Cells = Sequence[tuple[UUID, int]]
"""Patients and hours since 1970."""
Marked = Mapping[UUID, Mapping[int, dt.datetime]]
"""Patient -> hour -> when it was marked."""

_METRIC_IDS: Final = [REGISTRY[name].id for name in METRICS]
_LOOK_BACK: Final = dt.timedelta(hours=LOOK_BACK_HOURS)


def _instant(hour: int) -> dt.datetime:
    return from_ms(hour * HOUR_MS)


def _hour(instant: dt.datetime) -> int:
    return to_ms(instant) // HOUR_MS


@dataclass(frozen=True, slots=True, eq=False)
class Prescribed:
    """Of n hours: whose patient is `there`, the `scale`, and whether scores for adults apply.

    `stale_after` is for how long inputs of NEWS2 count, None where it is as usual.
    """

    there: NDArray[np.bool_]
    scale: NDArray[np.int64]
    applies: NDArray[np.bool_]
    stale_after: list[Mapping[str, float] | None]


class HourStore:
    """One connection, in autocommit mode; the caller opens the transactions."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Read and write through `connection`."""
        self.connection = connection

    async def due(self, settled_ms: int, patients: int) -> dict[UUID, dict[int, dt.datetime]]:
        """Marked hours that are over, of at most so many patients; one historian at a time."""
        await self.connection.execute(sql.LOCK, (sql.HISTORIAN_LOCK,))
        cursor = await self.connection.execute(
            sql.DUE, {"settled": from_ms(settled_ms), "patients": patients}
        )
        marked: dict[UUID, dict[int, dt.datetime]] = defaultdict(dict)
        for patient_id, hour, marked_at in await cursor.fetchall():
            marked[patient_id][_hour(hour)] = marked_at
        return marked

    async def known(self, marked: Marked) -> dict[UUID, Known]:
        """What is kept of each patient from before the first marked hour."""
        firsts = [_instant(min(hours)) for hours in marked.values()]
        cursor = await self.connection.execute(sql.STATES, (list(marked), firsts))
        found = {}
        for patient_id, hour, version, payload, newest in await cursor.fetchall():
            state = state_of(version, payload)
            found[patient_id] = Known(
                None if state is None else _hour(hour),
                state,
                None if newest is None else _hour(newest),
            )
        return found

    async def prescribed(self, cells: Cells) -> Prescribed:
        """How the patient of each hour was to be scored then."""
        there = np.zeros(len(cells), np.bool_)
        scale, applies = np.ones(len(cells), np.int64), there.copy()
        cursor = await self.connection.execute(sql.PRESCRIBED, (ADULT_FROM_YEARS, *_columns(cells)))
        stale_after: list[Mapping[str, float] | None] = [None] * len(cells)
        for n, number, adult, own in await cursor.fetchall():
            there[n - 1], scale[n - 1], applies[n - 1] = True, number, adult
            stale_after[n - 1] = own
        return Prescribed(there, scale, applies, stale_after)

    async def readings(self, cells: Cells, scale: NDArray[np.int64]) -> Hours:
        """Readings of every hour, and those from before that may still count."""
        patients, starts = _columns(cells)
        hours = Hours.empty(np.array([to_ms(one) for one in starts], np.int64), scale)
        parameters = {
            "patients": patients,
            "hours": starts,
            "metrics": _METRIC_IDS,
            "since": min(starts),
            "until": max(starts) + dt.timedelta(hours=1),
            "quality": MINIMUM_QUALITY,
            "look_back": _LOOK_BACK,
        }
        async with self.connection.cursor(binary=True) as cursor:
            await cursor.execute(sql.READINGS, parameters)
            by_cell: dict[tuple[int, int], list[tuple[list[int], list[float]]]] = defaultdict(list)
            for n, metric, times, values in await cursor.fetchall():
                by_cell[n - 1, metric].append((times, values))
        for (index, metric), found in by_cell.items():
            times = np.concatenate([np.array(one, np.int64) for one, _ in found])
            values = np.concatenate([np.array(one, np.float64) for _, one in found])
            hours.put(index, METRICS_BY_ID[metric].code, times, values)
        return hours

    async def keep(
        self,
        plans: Sequence[Plan],
        cells: Cells,
        rows: Sequence[Row],
        states: Mapping[int, bytes],
    ) -> None:
        """Put scores and states in the place of those that were there."""
        anew = [(one.patient_id, hour) for one in plans for hour in one.hours if hour >= one.since]
        await self.connection.execute(sql.FORGET_HOURS, _columns(anew))
        columns: list[list[Any]] = [[] for _ in range(8)]
        for row in rows:
            patient_id, hour = cells[row.index]
            bounds = row.minimum, row.maximum, row.worst
            values = patient_id, row.kind, _instant(hour), *bounds, Jsonb(row.parts), row.version
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        if rows:
            await self.connection.execute(sql.KEEP_HOURS, columns)
        await self._keep_states(plans, cells, states)

    async def _keep_states(
        self, plans: Sequence[Plan], cells: Cells, states: Mapping[int, bytes]
    ) -> None:
        spans = [(one.patient_id, _instant(one.since), _instant(one.last)) for one in plans]
        await self.connection.execute(
            sql.FORGET_STATES, [list(column) for column in zip(*spans, strict=True)]
        )
        # By day the last one stays: cells ascend in time.
        last = {(cells[i][0], cells[i][1] // 24): (cells[i], states[i]) for i in sorted(states)}
        if last:
            patients, hours = _columns([cell for cell, _ in last.values()])
            payloads = [payload for _, payload in last.values()]
            await self.connection.execute(
                sql.KEEP_STATES, (STATE_VERSION, patients, hours, payloads)
            )

    async def unmark(self, marked: Marked, plans: Sequence[Plan], settled_ms: int) -> None:
        """Take off the marks that are done; leave one where a stretch goes on."""
        done = [
            (one.patient_id, _instant(hour), at)
            for one in plans
            for hour, at in marked[one.patient_id].items()
            if hour <= one.last
        ]
        await self.connection.execute(
            sql.UNMARK, [list(column) for column in zip(*done, strict=True)]
        )
        on = [(one.patient_id, one.last + 1) for one in plans if one.more]
        if on:
            await self.connection.execute(sql.CONTINUE, (from_ms(settled_ms), *_columns(on)))

    async def put_off(self, settled_ms: int) -> UUID | None:
        """Try the marked hours of the patient who would be next again later, ever more seldom."""
        async with self.connection.transaction():
            marked = await self.due(settled_ms, 1)
            for patient_id, hours in marked.items():
                cells = [(patient_id, hour) for hour in hours]
                await self.connection.execute(sql.PUT_OFF, _columns(cells))
        return next(iter(marked), None)

    async def tracks(self) -> list[tuple[UUID, int, bytes]]:
        """Remembered tracks of the deterioration score."""
        cursor = await self.connection.execute(sql.TRACKS, (DETERIORATION_CHANNEL,))
        return await cursor.fetchall()

    async def keep_tracks(self, tracks: Mapping[UUID, Any]) -> None:
        """Remember tracks; None where there is nothing to remember."""
        over = [patient_id for patient_id, record in tracks.items() if record is None]
        if over:
            await self.connection.execute(sql.FORGET_TRACKS, (DETERIORATION_CHANNEL, over))
        kept = {k: v.tobytes() for k, v in tracks.items() if v is not None}
        if kept:
            channels = [DETERIORATION_CHANNEL] * len(kept)
            await self.connection.execute(
                engine.REMEMBER, (STATE_VERSION, list(kept), channels, list(kept.values()))
            )


def _columns(cells: Cells) -> tuple[list[UUID], list[dt.datetime]]:
    return [patient_id for patient_id, _ in cells], [_instant(hour) for _, hour in cells]
