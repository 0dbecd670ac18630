"""`jeg bench ingest`: how fast and how dear ingest is, beside what bounds it and a baseline."""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import psycopg
from rich.console import Console

from benchmarks.flood import Task
from benchmarks.outage import run_outage
from benchmarks.processes import Cpu, Flood, metric, null_drain, tutorial, worker
from benchmarks.report import spread
from benchmarks.stage import Stage
from benchmarks.work import moving, task
from storage import copy
from storage.queries import intake as sql
from telemetry import clock

DEVICES = 1000
SINGLE = 300_000
BASELINE = 5_000
BATCHED = 8_000
READINGS = 100
COPY_ROWS = 5_000
PACED_RATE = 1_000
PACED_SECONDS = 20
GROUPS = (1, 2, 4, 8, 16)
POLL_SECONDS = 0.1
"""The worker is asked no more often: each answer costs it a millisecond."""

console = Console(stderr=True)


@dataclass(frozen=True)
class Run:
    """One flood and its drain: messages/s, rows stored, CPU microseconds a message."""

    rate: float
    stored: int
    consumer_us: float
    broker_us: float
    flood_us: float


def drain(
    stage: Stage, work: Task, consumer: subprocess.Popen[bytes], done: Callable[[], bool]
) -> Run:
    """Flood and wait until `done`: messages a second from the word go to the last commit."""
    flood = Flood(work)
    mine, broker = Cpu(consumer.pid), Cpu(stage.broker_pid())
    began = time.perf_counter()
    flood.go()
    while not done():
        mine.spent()
        time.sleep(POLL_SECONDS)
    seconds = time.perf_counter() - began
    mine_us, broker_us = (cpu.spent() * 1e6 / work.count for cpu in (mine, broker))
    stored = stage.stored()
    return Run(work.count / seconds, stored, mine_us, broker_us, flood.result()["cpu_us_per_msg"])


def run_worker(stage: Stage, work: Task, **settings: object) -> Run:
    """Flood our worker, everything on; raises `AssertionError` when a reading is missing."""
    stage.reset()
    with worker(stage, **settings) as process:
        run = drain(
            stage, work, process, moving(lambda: metric("jeg_ingest_committed_total"), work.count)
        )
    if run.stored != work.count * work.per:
        message = f"{work.count * work.per} readings were published, {run.stored} are stored"
        raise AssertionError(message)
    console.print(f"  {run.rate:,.0f} msg/s, {run.consumer_us:.1f} us of CPU a message")
    return run


def run_null_drain(stage: Stage) -> Run:
    """Flood the C subscriber, which throws everything away."""
    stage.reset()
    with null_drain(stage, SINGLE) as process:
        run = drain(stage, task(stage, SINGLE), process, lambda: process.poll() is not None)
    console.print(f"  null drain: {run.rate:,.0f} msg/s, broker {run.broker_us:.1f} us a message")
    return run


def run_baseline(stage: Stage) -> Run:
    """Flood the tutorial worker."""
    stage.reset()
    with stage.connect() as db:
        db.execute("DROP TABLE IF EXISTS tutorial_readings")
        db.execute(CREATE_TUTORIAL)
        db.execute(CONVERT_TUTORIAL)
        with tutorial(stage) as process:
            stored = moving(lambda: _count(db, "tutorial_readings"), BASELINE)
            run = drain(stage, task(stage, BASELINE), process, stored)
    console.print(f"  tutorial worker: {run.rate:,.0f} msg/s")
    return run


def run_bare_copy(stage: Stage) -> float:
    """Copy the rows of the batched flood, encoded before, into the same hypertable: rows/s."""
    stage.reset()
    n = BATCHED * READINGS
    index = np.arange(n)
    columns: copy.Columns = [
        (">i4", (index // READINGS) % DEVICES + 1),
        (">i8", _bare_times(index)),
        (">f8", 60.0 + index % 60),
        (">f4", np.ones(n)),
    ]
    parts = [
        copy.encode([(kind, values[i : i + COPY_ROWS]) for kind, values in columns])
        for i in range(0, n, COPY_ROWS)
    ]
    with stage.connect() as db:
        began = time.perf_counter()
        for part in parts:
            with db.cursor().copy(sql.COPY_VITALS) as stream:
                stream.write(part)
        rate = n / (time.perf_counter() - began)
    console.print(f"  bare COPY: {rate:,.0f} rows/s")
    return rate


def _bare_times(index: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    message, place = index // READINGS, index % READINGS
    seconds = message // DEVICES * READINGS + place
    return copy.timestamptz(clock.now_ms() - BATCHED * READINGS + seconds * 1000)


def run_paced(stage: Stage) -> dict[str, float]:
    """Publish at a modest rate; ms from publication to commit, by PostgreSQL's own commit times."""
    stage.reset()
    work = task(stage, PACED_RATE * PACED_SECONDS, rate=PACED_RATE)
    with worker(stage) as process:
        drain(
            stage, work, process, moving(lambda: metric("jeg_ingest_committed_total"), work.count)
        )
    with psycopg.connect(stage.postgres.url_of("jeg", "jeg_admin")) as db:
        cursor = db.execute(DELAYS)
        delays = np.array([row[0] for row in cursor.fetchall()], np.float64)
    p50, p99 = np.percentile(delays, [50, 99])
    console.print(f"  at {PACED_RATE} msg/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return {"p50": round(float(p50), 1), "p99": round(float(p99), 1)}


def _count(db: psycopg.Connection, table: str) -> float:
    row = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return float(row[0]) if row else 0


class Part(StrEnum):
    """What may be measured by itself."""

    RATES = "rates"
    DELAY = "delay"
    OUTAGE = "outage"
    PARTITIONS = "partitions"


def measure(stage: Stage, repeats: int, parts: Sequence[Part]) -> dict[str, Any]:
    """Measure `parts`, rates `repeats` times each."""
    figures: dict[str, Any] = {}
    if Part.RATES in parts:
        figures |= _rates(stage, repeats)
    if Part.DELAY in parts:
        figures["latency_ms"] = run_paced(stage)
    if Part.PARTITIONS in parts:
        figures["partitions"] = {
            str(groups): _partitions(stage, groups, repeats) for groups in GROUPS
        }
    if Part.OUTAGE in parts:
        figures["outage"] = run_outage(stage)
    return figures


def _rates(stage: Stage, repeats: int) -> dict[str, Any]:
    singles: list[Run] = []
    nulls: list[Run] = []
    for i in range(repeats):
        console.print(f"one reading a message, {i + 1} of {repeats}")
        nulls.append(run_null_drain(stage))
        singles.append(run_worker(stage, task(stage, SINGLE)))
    baselines = [run_baseline(stage).rate for _ in range(repeats)]
    console.print(f"{READINGS} readings a message")
    copies, batched, runs = [], [], []
    for _ in range(repeats):
        copies.append(run_bare_copy(stage))
        batched.append(run_worker(stage, task(stage, BATCHED, per=READINGS)).rate * READINGS)
        more = task(stage, BATCHED, per=READINGS, runs=True)
        runs.append(run_worker(stage, more).rate * READINGS)
    return {
        "null_drain_msg_s": spread([run.rate for run in nulls]),
        "baseline_msg_s": spread(baselines),
        "committed_msg_s": spread([run.rate for run in singles]),
        "cpu_us_per_msg": spread([run.consumer_us for run in singles]),
        "broker_us_per_msg": spread([run.broker_us for run in singles]),
        "generator_us_per_msg": spread([run.flood_us for run in singles]),
        "bare_copy_readings_s": spread(copies),
        "batched_readings_s": spread(batched),
        "batched_runs_readings_s": spread(runs),
    }


def _partitions(stage: Stage, groups: int, repeats: int) -> dict[str, float]:
    console.print(f"{groups} partition groups")
    work = task(stage, SINGLE)
    rates = [run_worker(stage, work, partition_groups=groups).rate for _ in range(repeats)]
    return spread(rates)


DELAYS = """
    -- Milliseconds from a reading's time, which is its publication, to its commit.
    SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - time) * 1000 FROM vitals
"""
CREATE_TUTORIAL = """
    CREATE TABLE tutorial_readings (
        device_id text NOT NULL, metric text NOT NULL, time timestamptz NOT NULL,
        value double precision, UNIQUE (device_id, metric, time)
    )
"""
CONVERT_TUTORIAL = """
    SELECT create_hypertable('tutorial_readings', 'time', create_default_indexes => false)
"""
