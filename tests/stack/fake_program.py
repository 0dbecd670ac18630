"""A program of a few lines that behaves like one of the stack's: ready page, signals, faults."""

import argparse
import http.server
import os
import signal
import sys
import threading
import time


class Page(http.server.BaseHTTPRequestHandler):
    """Serves the Prometheus page of a program that is ready."""

    body = b"jeg_ready 1.0\n"

    def do_GET(self) -> None:
        """Answer every path with the page."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def main() -> None:
    """Play the part that the options describe."""
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int)
    options.add_argument("--die-after", type=float)
    options.add_argument("--deaf", action="store_true", help="ignore SIGTERM")
    options.add_argument("--grandchild", action="store_true", help="leave a process behind")
    options.add_argument("--say", default="hello")
    chosen = options.parse_args()
    if chosen.deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"{chosen.say} pid={os.getpid()}\n")
    sys.stdout.flush()
    if chosen.grandchild and os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.stdout.write(f"grandchild={os.getpid()}\n")
        sys.stdout.flush()
        time.sleep(60)
        os._exit(0)
    if chosen.port:
        server = http.server.HTTPServer(("127.0.0.1", chosen.port), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    time.sleep(chosen.die_after or 120)
    sys.exit(3)


if __name__ == "__main__":
    main()
