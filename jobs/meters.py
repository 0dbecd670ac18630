"""What the worker counts, as Prometheus reads it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

READY = Gauge("jeg_ready", "1 while the worker takes jobs from the queue.", registry=REGISTRY)
RUNS = Counter("jeg_jobs_total", "Jobs that ran.", ["task", "outcome"], registry=REGISTRY)
SECONDS = Histogram(
    "jeg_job_seconds",
    "Duration of a job.",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
    registry=REGISTRY,
)
CANARY_OK = Gauge(
    "jeg_canary_ok",
    "1 where the canary's last alarm came out in time.",
    ["channel"],
    registry=REGISTRY,
)
CANARY_SECONDS = Gauge(
    "jeg_canary_seconds",
    "From the publication of the canary's last desaturation to its alarm.",
    ["channel"],
    registry=REGISTRY,
)
CANARY_RUN = Gauge(
    "jeg_canary_last_run_timestamp_seconds", "When the canary ran last.", registry=REGISTRY
)
ROLLED_UP = Counter(
    "jeg_rollup_hours_total",
    "Hours of series computed anew from their readings.",
    registry=REGISTRY,
)
DELETED = Counter(
    "jeg_retention_deleted_total", "Rows that were old enough to go.", ["what"], registry=REGISTRY
)
ATTENDED = Counter(
    "jeg_attention_total",
    "Steps that the clock took with alarms.",
    ["reason"],
    registry=REGISTRY,
)
UNATTENDED = Counter(
    "jeg_attention_failures_total",
    "Alarms that the clock could not deal with and looks at again.",
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "jeg_deliveries_total",
    "Attempts to deliver a notification.",
    ["channel", "outcome"],
    registry=REGISTRY,
)


@contextmanager
def timed(task: str) -> Iterator[None]:
    """Count and time one run of a task."""
    started = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        SECONDS.labels(task).observe(time.perf_counter() - started)
        RUNS.labels(task, outcome).inc()
