"""The engine as the worker runs it: batches as they come, and the clock between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import numpy as np

from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.engine import Engine
from analytics.outcome import Change, Readings
from analytics.rules import NEWS2, Category
from analytics.tracking import Kind
from benchmarks.eval.alarms.traffic import Traffic

AFTERWARDS_MS: Final = 100_000
"""The clock runs on for so long after the last reading: delays end, nobody is silent yet."""


@dataclass(frozen=True, slots=True)
class Call:
    """One time that somebody was called.

    Attributes:
        patient_id: To whom.
        condition: Why.
        metrics: What the condition shows on; none for a score over many, or for equipment.
        at_ms: When, in measured time.
        ended_ms: When it was over; None where it still lasted at the end.
        technical: About the equipment.

    """

    patient_id: UUID
    condition: str
    metrics: tuple[str, ...]
    at_ms: int
    ended_ms: int | None = None
    technical: bool = False


def play(traffic: Traffic, step_ms: int) -> list[Call]:
    """Every call of the engine, by time, while `traffic` comes in batches of `step_ms`.

    Measured time decides, so the calls do not depend on the step; the silence of a device is
    noticed at its end.
    """
    engine, slots = _engine(traffic)
    calls = _Calls()
    for part, now_ms in _steps(traffic, step_ms):
        if part.stop > part.start:
            outcome = engine.run(_readings(traffic, part, slots), now_ms)
            engine.accept(outcome)
            calls.note(outcome.changes)
        outcome = engine.tick(now_ms, traffic.start_ms)
        engine.accept(outcome)
        calls.note(outcome.changes)
    return calls.all()


def _engine(traffic: Traffic) -> tuple[Engine, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    book = Book()
    slots = [
        book.add(replace(channel, number=number))
        for number, channel in enumerate(traffic.channels, start=1)
    ]
    for patient_id in traffic.patients:
        book.add(Channel(patient_id, NEWS2_CHANNEL, NEWS2))
    return Engine(book), np.array(slots, np.int64)


def _steps(traffic: Traffic, step_ms: int) -> Iterator[tuple[slice, int]]:
    """Each batch, and the time by then; also where nothing came."""
    ends = np.arange(traffic.start_ms + step_ms, traffic.end_ms + AFTERWARDS_MS + 1, step_ms)
    stops = np.searchsorted(traffic.received_ms, ends)
    start = 0
    for stop, now_ms in zip(stops.tolist(), ends.tolist(), strict=True):
        yield slice(start, stop), now_ms
        start = stop


def _readings(
    traffic: Traffic, part: slice, slots: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Readings:
    return Readings(
        slots=slots[traffic.series[part]],
        time_ms=traffic.time_ms[part],
        received_ms=traffic.received_ms[part],
        value=traffic.value[part],
        quality=traffic.quality[part],
        historical=np.zeros(part.stop - part.start, np.bool_),
    )


class _Calls:
    """Calls, told from changes: a condition that has lasted opens one, and its end closes it."""

    def __init__(self) -> None:
        self._open: dict[tuple[UUID, str], Call] = {}
        self._over: list[Call] = []

    def note(self, changes: list[Change]) -> None:
        """Take in what happened, by time."""
        for change in changes:
            key, at_ms = (change.patient_id, change.condition), change.event.at_ms
            kind = change.event.kind
            if kind is Kind.LASTED and key not in self._open:
                rule = change.rule
                technical = rule is None or rule.category is Category.TECHNICAL
                metrics = () if rule is None else rule.metrics
                self._open[key] = Call(*key, metrics, at_ms, technical=technical)
            elif kind in {Kind.ENDED, Kind.EXPIRED} and key in self._open:
                self._over.append(replace(self._open.pop(key), ended_ms=at_ms))

    def all(self) -> list[Call]:
        """Everything, by time."""
        return sorted((*self._over, *self._open.values()), key=lambda call: call.at_ms)
