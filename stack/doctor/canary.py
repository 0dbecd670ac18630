"""Check of the canary: whether alarms come out everywhere."""

import datetime as dt

from stack.canary import last_run, line
from stack.doctor.finding import Finding, Level

_STALE_AFTER = dt.timedelta(hours=1)


def canary(url: str) -> Finding:
    """Judge the canary's last run."""
    now = dt.datetime.now(dt.UTC)
    run = last_run(url)
    text = line(run, now).removeprefix("canary: ")
    if run is None:
        return Finding("canary", Level.NOTE, text, "it runs every JEG_CANARY_MINUTES minutes")
    if run.silent:
        return Finding("canary", Level.WRONG, text, "look at: jeg logs analytics api broker jobs")
    if now - run.started_at > _STALE_AFTER:
        return Finding("canary", Level.NOTE, text, "it does not run: jeg logs jobs")
    return Finding("canary", Level.OK, text)
