"""`jeg status`: what the supervisor says of each process, for people and for programs."""

import datetime as dt
from typing import Any

from stack import control
from stack.child import State
from stack.envfile import read_env
from stack.folders import Folders

EXIT_RUNNING = 0
EXIT_DEGRADED = 1
EXIT_DOWN = 3

Answer = dict[str, Any]


def ask_status(folders: Folders) -> Answer:
    """Return {"url", "programs", "rates"}; empty values when nothing runs."""
    answer = control.ask(folders.socket, "status")
    return answer or {"url": "", "programs": {}, "rates": {}}


def with_canary(answer: Answer, folders: Folders) -> Answer:
    """Add the canary's last run to the status of a stack that runs."""
    url = read_env(folders.env).get("JEG_DATABASE_URL")
    if not answer["programs"] or not url:
        return answer
    from stack.canary import last_run, line  # noqa: PLC0415 - the database's driver

    run = last_run(url)
    told = None if run is None else run.stored()
    return answer | {"canary": told, "canary_line": line(run, dt.datetime.now(dt.UTC))}


def exit_code(answer: Answer) -> int:
    """Return 0 when all run, 1 when one does not, 3 when the stack is down."""
    states = [entry["state"] for entry in answer["programs"].values()]
    if not states:
        return EXIT_DOWN
    return EXIT_RUNNING if all(state == State.RUNNING for state in states) else EXIT_DEGRADED


def render(answer: Answer) -> str:
    """Return the status as a table."""
    if not answer["programs"]:
        return "JEGHealth is down: jeg up starts it"
    lines = [
        f"JEGHealth at {answer['url']}",
        "",
        f"{'':<12}{'state':<12}{'pid':>8}  up        restarts",
    ]
    for name, entry in answer["programs"].items():
        lines.append(
            f"{name:<12}{entry['state']:<12}{entry['pid'] or '':>8}"
            f"  {duration(entry['uptime_s']):<10}{entry['restarts']}"
        )
    rates = [f"{name} {value:g}/s" for name, value in answer["rates"].items()]
    lines += ["", "ingest: " + (", ".join(rates) or "no figures yet")]
    return "\n".join([*lines, answer["canary_line"]] if "canary_line" in answer else lines)


def duration(seconds: float) -> str:
    """Write seconds as people say them.

    >>> duration(59), duration(3700), duration(90000)
    ('59 s', '1 h 01 m', '1 d 01 h')
    """
    whole = int(seconds)
    if whole < 60:  # noqa: PLR2004
        return f"{whole} s"
    if whole < 3600:  # noqa: PLR2004
        return f"{whole // 60} m {whole % 60:02} s"
    if whole < 86400:  # noqa: PLR2004
        return f"{whole // 3600} h {whole % 3600 // 60:02} m"
    return f"{whole // 86400} d {whole % 86400 // 3600:02} h"
