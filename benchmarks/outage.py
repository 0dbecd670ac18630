"""The database away for ten minutes under load: what is lost, what it costs, how it recovers."""

import time

from rich.console import Console

from benchmarks.processes import Flood, metric, worker
from benchmarks.stage import Stage, memory_mb
from benchmarks.work import moving, task

RATE = 1_000
BEFORE_SECONDS = 20
OUTAGE_SECONDS = 600
AFTER_SECONDS = 10
SAMPLE_SECONDS = 1.0

console = Console(stderr=True)


def run_outage(stage: Stage, outage_seconds: int = OUTAGE_SECONDS) -> dict[str, float]:
    """Publish at a steady rate, stop PostgreSQL, start it again, and wait for the last commit.

    Returns `lost` readings, `rss_growth_mb` of the worker from before the outage to its peak, and
    `drain_s` from the restart until the worker has caught up with the generator.
    """
    stage.reset()
    seconds = BEFORE_SECONDS + outage_seconds + AFTER_SECONDS
    work = task(stage, RATE * seconds, rate=RATE, timeout=300)
    with worker(stage) as process:
        flood = Flood(work)
        flood.go()
        began = time.monotonic()
        time.sleep(BEFORE_SECONDS)
        before = peak = memory_mb(process.pid)
        stage.postgres.stop()
        while time.monotonic() - began < BEFORE_SECONDS + outage_seconds:
            time.sleep(SAMPLE_SECONDS)
            peak = max(peak, memory_mb(process.pid))
        stage.postgres.start()
        restarted = time.monotonic()
        done = moving(lambda: metric("jeg_ingest_committed_total"), work.count)
        drained: float | None = None
        while not done():
            time.sleep(SAMPLE_SECONDS)
            now = time.monotonic()
            peak = max(peak, memory_mb(process.pid))
            behind = min(work.count, (now - began) * RATE) - metric("jeg_ingest_committed_total")
            if drained is None and behind < RATE:
                drained = now - restarted
        flood.result()
    figures = {
        "lost": work.count - stage.stored(),
        "rss_growth_mb": round(peak - before, 1),
        "drain_s": round(drained or time.monotonic() - restarted, 1),
    }
    console.print(f"  outage of {outage_seconds} s: {figures}")
    return figures
