"""What the worker counts, as Prometheus reads it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

READY = Gauge("jeg_ready", "1 while the worker is connected to broker and database.")
RECEIVED = Counter("jeg_ingest_received_total", "Messages taken from the broker.")
COMMITTED = Counter("jeg_ingest_committed_total", "Messages committed, whatever became of them.")
STORED = Counter("jeg_ingest_stored_total", "Readings stored.")
DUPLICATE = Counter("jeg_ingest_duplicate_total", "Readings that were stored already.")
REJECTED = Counter("jeg_ingest_rejected_total", "Readings refused, by reason.", ["reason"])
IN_FLIGHT = Gauge("jeg_ingest_in_flight", "Messages taken and not yet acknowledged.")
DEVICES = Gauge("jeg_ingest_devices", "Devices held in memory.")
BATCH = Histogram(
    "jeg_ingest_batch_messages",
    "Messages in one transaction.",
    buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000),
)
COMMIT_SECONDS = Histogram(
    "jeg_ingest_commit_seconds",
    "Duration of a transaction.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
DELAY_SECONDS = Histogram(
    "jeg_ingest_delay_seconds",
    "From receipt of a batch's first message to its commit.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
RETRIES = Counter("jeg_ingest_commit_retries_total", "Transactions begun again after a failure.")
RATE_LIMITED = Counter(
    "jeg_ingest_rate_limited_total", "Messages left out because a device sent too many."
)
LAG_SECONDS = Gauge(
    "jeg_ingest_lag_seconds", "Newest receipt less newest measurement, in the last live batch."
)
SUPPRESSED = Counter(
    "jeg_broker_refusals_suppressed_total",
    "Logins and topics that the broker refused without a dead letter, because of their number.",
)
BROKER_DROPPED = Gauge(
    "jeg_broker_dropped_messages", "Messages that the broker says it dropped since it started."
)


class Delays(Collector):
    """A histogram that takes a whole batch at once."""

    BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0)
    NAME = "jeg_ingest_end_to_end_seconds"

    def __init__(self) -> None:
        self._counts = np.zeros(len(self.BOUNDS) + 1, np.int64)
        self._sum = 0.0

    def observe(self, seconds: NDArray[np.float64]) -> None:
        """Count delays (n,)."""
        places = np.searchsorted(self.BOUNDS, seconds)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum += float(seconds.sum())

    def collect(self) -> Iterator[Metric]:
        """Tell the counts as Prometheus wants them, each with all below it."""
        names = [*map(str, self.BOUNDS), "+Inf"]
        buckets = list(zip(names, np.cumsum(self._counts).tolist(), strict=True))
        yield HistogramMetricFamily(
            self.NAME,
            "From measurement, by the device's clock, to the commit; live readings.",
            buckets=buckets,
            sum_value=self._sum,
        )


END_TO_END = Delays()
REGISTRY.register(END_TO_END)


def note_delays(
    received_ms: Sequence[int], measured_ms: NDArray[np.int64], committed_ms: int
) -> None:
    """Count how old the live readings (n,) of a batch were when they were committed."""
    if len(measured_ms):
        END_TO_END.observe(np.maximum(committed_ms - measured_ms, 0) / 1000)
        LAG_SECONDS.set(max(0, max(received_ms) - int(measured_ms.max())) / 1000)


def note_dropped(payload: bytes) -> None:
    """Keep the broker's own count of what it dropped."""
    if payload.isdigit():
        BROKER_DROPPED.set(int(payload))
