"""Readings as they reach the engine: after the checks of ingest, in the order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.book import Channel
from analytics.detectors.base import Floats, Ints
from telemetry.clocks import Clock
from telemetry.metrics import METRICS

UNDER_WAY_MS: Final = 150
"""From the measurement to its receipt."""


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """Readings of many series, parallel arrays (n,), ascending by `received_ms`.

    Attributes:
        channels: Series by number, which `series` (int64) is an index into.
        time_ms: int64, measured, by the device's clock.
        received_ms: int64.
        value: float64.
        quality: float32, NaN where the device says nothing.
        start_ms: When somebody began to listen.
        end_ms: When he stopped.

    """

    channels: Sequence[Channel]
    series: Ints
    time_ms: Ints
    received_ms: Ints
    value: Floats
    quality: NDArray[np.float32]
    start_ms: int
    end_ms: int

    def __len__(self) -> int:
        return len(self.series)

    @property
    def patients(self) -> list[UUID]:
        """Everybody, by first series."""
        return list(dict.fromkeys(channel.patient_id for channel in self.channels))

    @property
    def patient_days(self) -> float:
        """Time listened to, over all patients."""
        return len(self.patients) * (self.end_ms - self.start_ms) / 86_400_000


Part = tuple[int, Ints, Ints, Floats, Floats]
"""Some readings of one series: its number, measured times, receipts, values, qualities."""


def collect(
    channels: Sequence[Channel], parts: Sequence[Part], start_ms: int, end_ms: int
) -> Traffic:
    """Put parts together; what ingest refuses (no number, not plausible) is left out."""
    series = np.concatenate([np.full(len(part[1]), part[0], np.int64) for part in parts])
    time_ms = np.concatenate([part[1] for part in parts])
    received_ms = np.concatenate([part[2] for part in parts])
    value = np.concatenate([part[3] for part in parts])
    quality = np.concatenate([part[4] for part in parts]).astype(np.float32)
    known = [METRICS[channel.metric] for channel in channels]
    low, high = (np.array([getattr(m, name) for m in known]) for name in ("low", "high"))
    usable = (value >= low[series]) & (value <= high[series])
    order = np.flatnonzero(usable)[np.argsort(received_ms[usable], kind="stable")]
    return Traffic(
        channels,
        series[order],
        time_ms[order],
        received_ms[order],
        value[order],
        quality[order],
        start_ms,
        end_ms,
    )


def trusted(sent_ms: Ints, received_ms: Ints) -> NDArray[np.bool_]:
    """Which messages of one boot ingest stores: those whose clock it believes; (n,).

    The others are quarantined, and no engine sees them. In the order of arrival.
    """
    clock = Clock(1)
    return np.array(
        [
            clock.hear(sent, seq, received) or clock.judge(sent, seq, received, 0) is None
            for seq, (sent, received) in enumerate(
                zip(sent_ms.tolist(), received_ms.tolist(), strict=True), start=1
            )
        ],
        np.bool_,
    )
