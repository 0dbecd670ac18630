"""Which readings are believed, and what the detectors beside the limits make the engine say."""

from itertools import pairwise
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.engine import Engine
from analytics.memory import RECORD_VERSION, load_record
from analytics.outcome import Change, Readings
from analytics.overrides import Override, RuleBook, Scope
from analytics.rules import BUILTIN, LIMITS, NEWS2
from analytics.tracking import Kind

START_MS = 1_760_000_040_000
PATIENT, DEVICE = uuid4(), uuid4()
METRICS = ("heart_rate", "pulse_rate", "oxygen_saturation", "respiratory_rate")
Sample = tuple[str, float, float]
"""Metric, seconds since the start, value."""


def world(rules: RuleBook | None = None, patients: int = 1) -> Engine:
    book = Book(rules or RuleBook())
    for number in range(patients):
        patient = PATIENT if number == 0 else UUID(int=number)
        for index, metric in enumerate(METRICS):
            book.add(Channel(patient, number * len(METRICS) + index + 1, metric, DEVICE))
        book.add(Channel(patient, NEWS2_CHANNEL, NEWS2))
    return Engine(book)


def readings(samples: list[Sample], quality: float = 1.0) -> Readings:
    time_ms = np.array([START_MS + round(s * 1000) for _, s, _ in samples], np.int64)
    return Readings(
        slots=np.array([METRICS.index(metric) for metric, _, _ in samples], np.int64),
        time_ms=time_ms,
        received_ms=time_ms,
        value=np.array([value for _, _, value in samples], np.float64),
        quality=np.full(len(samples), quality, np.float32),
        historical=np.zeros(len(samples), np.bool_),
    )


def feed(engine: Engine, samples: list[Sample], quality: float = 1.0) -> list[Change]:
    batch = readings(samples, quality)
    outcome = engine.run(batch, int(batch.time_ms.max()))
    assert not outcome.failures
    engine.accept(outcome)
    return outcome.changes


def brief(changes: list[Change]) -> list[tuple[str, Kind, float]]:
    return [(c.condition, c.event.kind, (c.event.at_ms - START_MS) / 1000) for c in changes]


def series(metric: str, value: float, seconds: range) -> list[Sample]:
    return [(metric, second, value) for second in seconds]


def on(*conditions: str) -> RuleBook:
    scope = Scope(PATIENT)
    return RuleBook({(scope, one): Override(one, 1, scope, enabled=True) for one in conditions})


def test_a_jump_that_no_body_makes_raises_nothing() -> None:
    engine = world()
    feed(engine, series("heart_rate", 70, range(10)))
    changes = feed(engine, [("heart_rate", 10, 190.0), ("heart_rate", 11, 72.0)])
    assert changes == []
    assert engine.book.memory.columns["last_value"][0] == 72


def test_what_stays_after_a_jump_is_believed_within_seconds() -> None:
    engine = world()
    feed(engine, series("heart_rate", 70, range(10)))
    changes = feed(engine, series("heart_rate", 0, range(10, 60)))
    began = next(at for condition, kind, at in brief(changes) if kind is Kind.BEGAN)
    assert 10 < began <= 15, "an arrest must not be taken for a fault for long"
    assert ("heart_rate_low", Kind.WORSENED, began + 15) in brief(changes)


def test_a_poor_signal_that_lasts_is_a_technical_condition_of_low_priority() -> None:
    engine = world()
    feed(engine, series("oxygen_saturation", 97, range(60)))
    changes = feed(engine, series("oxygen_saturation", 70, range(60, 180)), quality=0.1)
    assert {c.condition for c in changes} == {"signal_quality_low"}
    assert [c.event.kind for c in changes] == [Kind.BEGAN, Kind.LASTED]
    rule = changes[0].rule
    assert rule is not None
    assert (rule.category, rule.priority) == ("technical", "low")
    over = feed(engine, series("oxygen_saturation", 97, range(180, 260)))
    assert [(c.condition, c.event.kind) for c in over] == [("signal_quality_low", Kind.ENDED)]


def test_a_pulse_that_disagrees_with_the_heart_rate_raises_nothing() -> None:
    both = [s for t in range(40) for s in (("heart_rate", t, 75.0), ("pulse_rate", t + 0.5, 140.0))]
    conditions = {c.condition for c in feed(world(), both)}
    assert "heart_rate_high" not in conditions
    alone = feed(world(), series("pulse_rate", 140, range(40)))
    assert "heart_rate_high" in {c.condition for c in alone}


def test_a_heart_rate_is_never_doubted_for_its_pulse() -> None:
    both = [s for t in range(40) for s in (("heart_rate", t, 160.0), ("pulse_rate", t + 0.5, 80.0))]
    changes = brief(feed(world(), both))
    assert ("heart_rate_high", Kind.LASTED, 15) in changes


def test_a_signal_that_does_not_change_is_told_of_and_taken_back() -> None:
    engine = world()
    stuck = brief(feed(engine, series("respiratory_rate", 16, range(0, 1000, 5))))
    assert stuck == [("signal_flat", Kind.BEGAN, 900), ("signal_flat", Kind.LASTED, 900)]
    back = brief(feed(engine, [("respiratory_rate", 1000, 18.0)]))
    assert back == [("signal_flat", Kind.ENDED, 1000)]


@pytest.mark.parametrize("condition", [r.condition for r in BUILTIN.values() if not r.enabled])
def test_what_is_off_learns_and_speaks_once_it_is_on(condition: str) -> None:
    assert BUILTIN[condition].detector != LIMITS
    rng = np.random.default_rng(5)
    hours = [
        [("heart_rate", 3600.0 * hour + 60 * t, 70 + rng.normal()) for t in range(60)]
        for hour in range(72)
    ]
    # Then everything at once: up to 130, to stay, with nine samples in ten missing.
    rise = [[("heart_rate", 72 * 3600.0 + 600 * t, 130.0)] for t in range(1, 60)]
    if condition == "rate_of_change":
        rise = [[("heart_rate", 72 * 3600.0 + 60 * t, 70 + 4.5 * min(t, 12))] for t in range(40)]
    for rules, spoken in ((None, []), (on(condition), [Kind.BEGAN, Kind.LASTED])):
        engine = world(rules)
        assert condition not in {c.condition for part in hours for c in feed(engine, part)}
        changes = [change for part in rise for change in feed(engine, part)]
        assert [c.event.kind for c in changes if c.condition == condition][:2] == spoken


def test_switching_a_detector_off_ends_its_condition() -> None:
    engine = world()
    feed(engine, series("respiratory_rate", 16, range(0, 1000, 5)))
    scope = Scope(PATIENT)
    off = Override("signal_flat", 1, scope, enabled=False)
    engine.book.use_rules(RuleBook({(scope, "signal_flat"): off}))
    changes = brief(feed(engine, series("respiratory_rate", 16, range(1000, 1020, 5))))
    assert [(c, kind) for c, kind, _ in changes] == [("signal_flat", Kind.ENDED)]


def test_the_hour_of_the_baseline_is_the_patients_own() -> None:
    books = []
    for zone in ("UTC", "Asia/Tokyo"):
        book = Book()
        book.add(Channel(PATIENT, 1, "heart_rate", DEVICE), zone=zone)
        engine = Engine(book)
        feed(engine, [("heart_rate", 60.0 * t, 70.0) for t in range(5)])
        books.append(np.flatnonzero(book.memory.states["baseline"]["count"][0]).tolist())
    (utc,), (tokyo,) = books
    assert tokyo == (utc + 9) % 24


sample = st.tuples(
    st.sampled_from(METRICS), st.integers(0, 1500), st.sampled_from((60, 88, 97, 30, 140, 155))
)


def saved(engine: Engine) -> list[bytes]:
    return [record.tobytes() for record in engine.book.memory.pack(np.arange(len(engine.book)))]


@settings(deadline=None, max_examples=50)
@given(st.lists(sample, min_size=1, max_size=50), st.lists(st.integers(0, 1500), max_size=5))
def test_cuts_and_restarts_change_neither_what_is_said_nor_what_is_remembered(
    samples: list[tuple[str, int, int]], cuts: list[int]
) -> None:
    every = on(*(r.condition for r in BUILTIN.values() if not r.enabled))
    stream = sorted({s[1]: s for s in samples}.values(), key=lambda s: s[1])
    ordered: list[Sample] = [(m, float(t), float(v)) for m, t, v in stream]
    whole = world(every)
    changes = feed(whole, ordered)
    engine, parts = world(every), []
    for low, high in pairwise((-1, *sorted(cuts), 10_000)):
        part = [s for s in ordered if low < s[1] <= high]
        if part:
            parts += feed(engine, part)
        again = world(every)
        for slot, payload in enumerate(saved(engine)):
            again.book.memory.unpack(slot, load_record(RECORD_VERSION, payload))
        engine = again
    assert sorted(brief(parts)) == sorted(brief(changes))
    for name in ("artefact", "signal_quality", "flatline", "gap", "baseline", "drift"):
        before, after = (e.book.memory.states[name][: len(e.book)] for e in (whole, engine))
        assert before.tobytes() == after.tobytes(), name


def test_many_patients_at_once_say_what_each_says_alone() -> None:
    """So many that records are exchanged instead of copied; an outcome may still be dropped."""
    patients = 1_200
    engine, alone = world(patients=patients), world()
    for first in (0, 20, 40):
        batch = readings(series("oxygen_saturation", 86, range(first, first + 20)))
        slots = np.arange(patients) * (len(METRICS) + 1) + METRICS.index("oxygen_saturation")
        many = Readings(
            np.repeat(slots, len(batch)),
            *(np.tile(getattr(batch, name), patients) for name in Readings.__slots__[1:]),
        )
        now_ms = int(batch.time_ms.max())
        engine.run(many, now_ms)
        outcome = engine.run(many, now_ms)
        engine.accept(outcome)
        one = alone.run(batch, now_ms)
        alone.accept(one)
        assert len(outcome.changes) == patients * len(one.changes)
        assert {brief([c])[0] for c in outcome.changes} == set(brief(one.changes))
    assert (
        engine.book.memory.columns["last_ms"][slots] == alone.book.memory.columns["last_ms"][2]
    ).all()
