"""The canary's last run, for `jeg status` and `jeg doctor`."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg

from storage.queries.technical import LAST_RUN

_CONNECT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class CanaryRun:
    """When the canary ran last, and milliseconds by channel (None: nothing came in time)."""

    started_at: dt.datetime
    channels: dict[str, float | None]

    @property
    def silent(self) -> list[str]:
        """Channels that its alarm did not come out of."""
        return sorted(name for name, took_ms in self.channels.items() if took_ms is None)

    @property
    def slowest_ms(self) -> float:
        """How long it took to be everywhere."""
        return max((took_ms for took_ms in self.channels.values() if took_ms), default=0.0)

    def stored(self) -> dict[str, Any]:
        """The run as `jeg status --json` tells it."""
        return {"started_at": self.started_at.isoformat(), "channels": self.channels}


def last_run(url: str) -> CanaryRun | None:
    """Look up the newest run that is over; None when there is none, or the database is away."""
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
            row = connection.execute(LAST_RUN).fetchone()
    except psycopg.Error:
        return None
    return None if row is None else CanaryRun(row[0], row[2])


def line(run: CanaryRun | None, now: dt.datetime) -> str:
    """Say how the canary is, in one line.

    >>> now = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    >>> line(CanaryRun(now - dt.timedelta(minutes=4), {"mqtt": 81.0, "stream": None}), now)
    'canary: nothing came out of stream, 4 min ago'
    """
    if run is None:
        return "canary: has not run yet"
    ago = f"{(now - run.started_at).total_seconds() / 60:.0f} min ago"
    if run.silent:
        return f"canary: nothing came out of {', '.join(run.silent)}, {ago}"
    return f"canary: alarms come out everywhere ({run.slowest_ms:.0f} ms), {ago}"
