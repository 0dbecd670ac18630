"""Run the background worker: `python -m jobs`."""

import asyncio
import os
import signal
import sys

import uvloop
from prometheus_client import start_http_server
from pydantic import ValidationError

from jobs.meters import REGISTRY
from jobs.queue_logs import tell_in_lines
from jobs.settings import Settings
from jobs.worker import Worker
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
        sys.stderr.write(f"jobs: missing or wrong setting: {'; '.join(faults_of(error))}\n")
        sys.exit(os.EX_CONFIG)
    logs.configure("jobs", settings.log_format)
    tell_in_lines()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr="127.0.0.1", registry=REGISTRY)
    uvloop.run(_run(settings))


if __name__ == "__main__":
    main()
