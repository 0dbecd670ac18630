"""Devices as the way in knows them: loaded in bulk, kept until somebody says they changed."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from storage.queries import intake as sql
from telemetry.clocks import DEFAULT_LIMITS, Clock, Limits, Model, State
from telemetry.devices import Device
from telemetry.topics import partition_of


class Devices:
    """Cache of devices by name, and of the newest instant of each of their series.

    An unknown device is remembered as None, so that a stranger costs one query and not one per
    message; `forget` is called when a device changes (notification `jeg_keys`). `version` rises
    with every change, so that whoever keeps a device knows when to ask again.
    """

    MOST_STRANGERS = 10_000

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self.newest_ms: NDArray[np.int64] = np.zeros(1024, np.int64)
        self.version = 0
        self._known: dict[UUID, Device] = {}
        self._strangers: set[UUID] = set()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, device_id: UUID) -> Device | None:
        """Return the device if it is loaded and registered."""
        return self._known.get(device_id)

    def missing(self, device_ids: Collection[UUID]) -> list[UUID]:
        """Those of `device_ids` that must be loaded before they can be judged."""
        known, strangers = self._known, self._strangers
        return [one for one in device_ids if one not in known and one not in strangers]

    def forget(self, device_id: UUID) -> None:
        """Load the device anew when it is heard of next."""
        self.version += 1
        self._known.pop(device_id, None)
        self._strangers.discard(device_id)

    def clear(self) -> None:
        """Forget all, since changes may have been missed."""
        self.version += 1
        self._known.clear()
        self._strangers.clear()

    async def load(self, connection: psycopg.AsyncConnection[Any], device_ids: list[UUID]) -> None:
        """Load devices by their names. Raises `psycopg.Error` when the database fails."""
        cursor = await connection.execute(sql.LOAD_DEVICES, (device_ids,))
        for row in await cursor.fetchall():
            device_id, owner_id, status, is_verified, keys, ends_ms, metrics, ids, newest = row[:9]
            self._known[device_id] = Device(
                device_id,
                owner_id,
                partition_of(owner_id),
                status,
                is_verified,
                tuple(zip(keys, ends_ms, strict=True)),
                dict(zip(metrics, ids, strict=True)),
                online_boot=row[16],
                clock=self._clock(row[9:16]),
            )
            self.raise_newest(
                np.array(ids, np.int32), np.array([time or 0 for time in newest], np.int64)
            )
        strangers = [one for one in device_ids if one not in self._known]
        if len(self._strangers) + len(strangers) > self.MOST_STRANGERS:
            self._strangers.clear()
        self._strangers.update(strangers)

    def _clock(self, row: tuple[Any, ...]) -> Clock | None:
        """The device's clock as it was last written down."""
        if row[0] is None:
            return None
        boot, seq, valid_from_ms, offset_ms, drift_ppm, uncertainty_ms, state = row
        model = Model(boot, seq, valid_from_ms, offset_ms, drift_ppm, uncertainty_ms, State(state))
        return Clock(boot, self._limits, model)

    def raise_newest(self, series: NDArray[np.int32], time_ms: NDArray[np.int64]) -> None:
        """Note the newest instants (k,) of series (k,)."""
        if not len(series):
            return
        top = int(series.max())
        if top >= len(self.newest_ms):
            grown = np.zeros(2 * (top + 1), np.int64)
            grown[: len(self.newest_ms)] = self.newest_ms
            self.newest_ms = grown
        np.maximum.at(self.newest_ms, series, time_ms)
