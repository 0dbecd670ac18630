"""Run the API: `python -m api`.

`python -m api openapi` prints its OpenAPI description, `python -m api reference` the same as
Markdown; both need nothing that runs.
"""

import gc
import json
import os
import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server
from pydantic import ValidationError

from api.app import create_app
from api.metrics import REGISTRY
from api.reference import as_markdown
from api.services import Services
from api.settings import Settings
from telemetry import logs
from telemetry.faults import faults_of

GRACE_SECONDS = 3


class Server(uvicorn.Server):
    """Ends what waits when it is told to stop: event streams, and requests for an answer."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        """Remember whose streams these are."""
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop within `GRACE_SECONDS` and a little."""
        parts: Services = self._app.state.services
        parts.hub.close_streams()
        parts.waiters.close()
        await super().shutdown(sockets)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    logs.configure("api", settings.log_format)
    if settings.metrics_port is not None:
        start_http_server(settings.metrics_port, addr="127.0.0.1", registry=REGISTRY)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.api_trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    for stop in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn sends itself the signal again once it has stopped.
        signal.signal(stop, lambda *_: sys.exit(0))
    # Routes, schemas and libraries stay; looking through them for garbage took a tenth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    logs.logger().info("serving", host=settings.api_host, port=settings.api_port)
    Server(config, app).run()


def describe(form: str) -> str:
    """Describe the API as `openapi` (JSON) or `reference` (Markdown)."""
    described = create_app(Settings.model_construct()).openapi()
    if form == "reference":
        return as_markdown(described)
    return json.dumps(described, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Start as the arguments say."""
    if sys.argv[1:] in (["openapi"], ["reference"]):
        sys.stdout.write(describe(sys.argv[1]))
        return
    if sys.argv[1:]:
        sys.exit("usage: python -m api [openapi | reference]")
    try:
        settings = Settings()
    except ValidationError as error:
        sys.stderr.write(
            "The settings of the API are wrong:\n  " + "\n  ".join(faults_of(error)) + "\n"
        )
        sys.exit(os.EX_CONFIG)
    serve(settings)


if __name__ == "__main__":
    main()
