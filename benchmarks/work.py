"""What is asked of the generator, and when it has all arrived."""

import time
from collections.abc import Callable
from typing import Any

from benchmarks.flood import Task
from benchmarks.stage import GUEST, Stage

STALL_SECONDS = 20
"""A drain that does not move for so long has ended."""


def task(stage: Stage, count: int, **more: Any) -> Task:  # noqa: ANN401 - fields of Task
    """Let the generator publish `count` messages as all devices."""
    return Task(
        port=stage.broker.port,
        username=GUEST,
        password=stage.broker.credentials[GUEST],
        senders=[(sender.topic, sender.key) for sender in stage.senders],
        count=count,
        **more,
    )


def moving(progress: Callable[[], float], wanted: float) -> Callable[[], bool]:
    """Tell when `progress` has reached `wanted`, or has stood still for long."""
    last, moved = -1.0, time.monotonic()

    def done() -> bool:
        nonlocal last, moved
        now = progress()
        if now != last:
            last, moved = now, time.monotonic()
        return now >= wanted or time.monotonic() - moved > STALL_SECONDS

    return done
