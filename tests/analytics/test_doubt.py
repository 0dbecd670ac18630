"""Readings that are not believed: they prove nothing, and hide nothing for long."""

from uuid import uuid4

import numpy as np

from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.engine import Engine
from analytics.outcome import Readings
from analytics.rules import NEWS2
from analytics.tracking import IDLE, PRESENT, WAITING, Kind, Timing, Track

START_MS = 1_760_000_040_000
TIMING = Timing(15_000, 10_000, 600_000, 2.0)
METRICS = ("heart_rate", "pulse_rate", "oxygen_saturation")
LOW = "oxygen_saturation_low"


def world() -> Engine:
    book, patient, device = Book(), uuid4(), uuid4()
    for number, metric in enumerate(METRICS, start=1):
        book.add(Channel(patient, number, metric, device))
    book.add(Channel(patient, NEWS2_CHANNEL, NEWS2))
    return Engine(book)


def play(
    values: list[tuple[float, float, float]], cut: int, quality: float = 1.0
) -> list[tuple[str, Kind, float]]:
    """What happens with heart rate, pulse and saturation at 1 Hz, `cut` seconds to a batch."""
    engine, happened = world(), []
    for first in range(0, len(values), cut):
        part = np.array(values[first : first + cut])
        slots = np.tile(np.arange(3), len(part))
        time_ms = START_MS + 1000 * (first + np.repeat(np.arange(len(part)), 3)).astype(np.int64)
        told = np.where(slots == 2, quality, 1.0).astype(np.float32)
        batch = Readings(
            slots, time_ms, time_ms, part.ravel(), told, np.zeros(len(slots), np.bool_)
        )
        outcome = engine.run(batch, int(time_ms[-1]))
        engine.accept(outcome)
        happened += outcome.changes
    return [
        (change.condition, change.event.kind, (change.event.at_ms - START_MS) / 1000)
        for change in happened
        if change.condition == LOW
    ]


WELL, STILL, MOVING = (70.0, 70.0, 97.0), (70.0, 71.0, 86.0), (70.0, 130.0, 86.0)
FALLING = [(70.0, 70.0, float(level)) for level in range(97, 86, -1) for _ in range(2)]


def test_a_saturation_whose_probe_counts_the_beats_is_called() -> None:
    values = [WELL] * 10 + FALLING + [STILL] * 30
    assert play(values, 1) == [(LOW, Kind.BEGAN, 26), (LOW, Kind.LASTED, 41)]


def test_a_probe_that_counts_movements_calls_nobody_and_is_believed_when_it_rests() -> None:
    values = [WELL] * 10 + FALLING[:16] + [MOVING] * 40 + [WELL] * 30
    for cut in (1, 7, 96):
        assert not [one for one in play(values, cut) if one[1] is Kind.LASTED], cut


def test_a_pulse_that_stays_wrong_hides_a_low_saturation_for_a_minute_only() -> None:
    values = [WELL] * 10 + [(70.0, 130.0, level) for _, _, level in FALLING] + [MOVING] * 100
    kinds = {kind: at for _, kind, at in play(values, 1)}
    assert kinds[Kind.LASTED] <= 10 + 60 + 15 + 5
    assert play(values, 1) == play(values, 13) == play(values, len(values))


def test_a_device_that_doubts_its_own_reading_calls_nobody() -> None:
    values = [WELL] * 10 + FALLING + [STILL] * 30
    assert play(values, 1, quality=0.1) == []


def interrupted(phase: int, at_s: int) -> Track:
    track = Track()
    track.follow(-1, [0, 1000], [1.0, 1.0], TIMING)
    if phase == PRESENT:
        track.pass_time(15_000, TIMING)
    track.interrupt(1000, 1000 * at_s, TIMING)
    return track


def test_a_doubted_reading_ends_what_has_not_lasted_and_nothing_else() -> None:
    assert interrupted(WAITING, 14).phase == IDLE
    assert interrupted(WAITING, 16).phase == PRESENT, "it had lasted before"
    assert interrupted(PRESENT, 60).phase == PRESENT
    ended = interrupted(PRESENT, 700)
    assert (ended.phase, ended.events[-1].kind) == (IDLE, Kind.EXPIRED)
