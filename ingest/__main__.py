"""Run the ingest worker: `python -m ingest`."""

import asyncio
import gc
import os
import signal
import sys

import uvloop
from prometheus_client import start_http_server
from pydantic import ValidationError

from ingest.settings import Settings
from ingest.worker import Worker
from telemetry import logs
from telemetry.faults import faults_of


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    await Worker(settings).run(stop)


def main() -> None:
    """Read the settings, then work until told to stop."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.stderr.write(f"ingest: missing or wrong setting: {'; '.join(faults_of(error))}\n")
        sys.exit(os.EX_CONFIG)
    logs.configure("ingest", settings.log_format)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr="127.0.0.1")
    # Messages are many small objects without cycles: looking for cycles less often is a tenth of
    # the time spent on them.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(_run(settings))


if __name__ == "__main__":
    main()
