"""The engine on whole patients: several series, NEWS2, late data, silence, rollback."""

from uuid import UUID, uuid4

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.book import NEWS2_CHANNEL, Book, Channel
from analytics.engine import Engine
from analytics.memory import RECORD_VERSION, load_record
from analytics.outcome import Change, Finding, Outcome, Readings
from analytics.overrides import EVERYBODY, Override, RuleBook, Scope
from analytics.rules import NEWS2
from analytics.tracking import Kind

START_MS = 1_760_000_040_000
PATIENT, DEVICE = uuid4(), uuid4()
METRICS = (
    "heart_rate",
    "pulse_rate",
    "respiratory_rate",
    "oxygen_saturation",
    "blood_pressure_systolic",
    "body_temperature",
)
NORMAL = dict(zip(METRICS, (70.0, 70.0, 16.0, 97.0, 120.0, 37.0), strict=True))
Sample = tuple[str, float, float]
"""Metric, seconds since the start, value."""


def world(*patients: UUID, device: UUID | None = DEVICE, rules: RuleBook | None = None) -> Engine:
    book = Book(rules or RuleBook())
    number = 1
    for patient in patients or (PATIENT,):
        for metric in METRICS:
            book.add(Channel(patient, number, metric, device))
            number += 1
        book.add(Channel(patient, NEWS2_CHANNEL, NEWS2))
    return Engine(book)


def readings(samples: list[Sample], *, late: bool = False, lag_ms: int = 0) -> Readings:
    time_ms = np.array([START_MS + round(s * 1000) for _, s, _ in samples], np.int64)
    return Readings(
        slots=np.array([METRICS.index(metric) for metric, _, _ in samples], np.int64),
        time_ms=time_ms,
        received_ms=time_ms + lag_ms,
        value=np.array([value for _, _, value in samples], np.float64),
        quality=np.ones(len(samples), np.float32),
        historical=np.full(len(samples), late),
    )


def now(seconds: float) -> int:
    return START_MS + round(seconds * 1000)


def feed(engine: Engine, samples: list[Sample], *, late: bool = False, lag_ms: int = 0) -> Outcome:
    last = max((seconds for _, seconds, _ in samples), default=0)
    outcome = engine.run(readings(samples, late=late, lag_ms=lag_ms), now(last) + lag_ms)
    engine.accept(outcome)
    return outcome


def brief(changes: list[Change]) -> list[tuple[str, Kind, float]]:
    return [(c.condition, c.event.kind, (c.event.at_ms - START_MS) / 1000) for c in changes]


def series(metric: str, value: float, seconds: range) -> list[Sample]:
    return [(metric, second, value) for second in seconds]


def test_a_low_saturation_becomes_a_change_with_its_value() -> None:
    engine = world()
    outcome = feed(engine, series("oxygen_saturation", 86, range(20)))
    assert brief(outcome.changes) == [
        ("oxygen_saturation_low", Kind.BEGAN, 0),
        ("oxygen_saturation_low", Kind.LASTED, 15),
    ]
    assert outcome.changes[1].value == 86
    back = [("oxygen_saturation", 20.0, 90.0), *series("oxygen_saturation", 94, range(21, 40))]
    assert brief(feed(engine, back).changes) == [("oxygen_saturation_low", Kind.ENDED, 31)]


def test_the_clock_raises_what_no_further_reading_does() -> None:
    engine = world()
    feed(engine, [("oxygen_saturation", 0, 80)])
    assert not engine.tick(now(14), now(0)).changes
    outcome = engine.tick(now(16), now(0))
    assert brief(outcome.changes) == [
        ("oxygen_saturation_low", Kind.LASTED, 15),
        ("oxygen_saturation_low", Kind.WORSENED, 15),
    ]
    engine.accept(outcome)
    assert not engine.tick(now(17), now(0)).changes


def test_two_series_of_one_condition_are_one_condition() -> None:
    engine = world()
    both = series("heart_rate", 140, range(30)) + series("pulse_rate", 141, range(5, 30))
    assert [kind for _, kind, _ in brief(feed(engine, both).changes)] == [Kind.BEGAN, Kind.LASTED]
    only_pulse = series("heart_rate", 125, range(30, 60)) + series("pulse_rate", 141, range(30, 60))
    assert feed(engine, only_pulse).changes == []
    ended = feed(engine, series("pulse_rate", 120, range(60, 80)))
    assert brief(ended.changes) == [("heart_rate_high", Kind.ENDED, 70)]


def everything(engine: Engine) -> bytes:
    return engine.book.memory.pack(np.arange(len(engine.book))).tobytes()


def test_an_outcome_that_is_not_accepted_leaves_no_trace() -> None:
    engine = world()
    batch = readings(series("oxygen_saturation", 80, range(20)))
    before = everything(engine)
    first = engine.run(batch, now(20))
    assert everything(engine) == before
    second = engine.run(batch, now(20))
    assert brief(first.changes) == brief(second.changes)
    engine.accept(second)
    assert engine.run(batch, now(20)).changes == []


def test_records_survive_a_restart() -> None:
    engine = world()
    feed(engine, series("oxygen_saturation", 80, range(10)))
    slots = np.arange(len(engine.book))
    again = world()
    for slot, record in enumerate(engine.book.memory.pack(slots)):
        again.book.memory.unpack(slot, load_record(RECORD_VERSION, record.tobytes()))
    outcome = feed(again, series("oxygen_saturation", 80, range(10, 20)))
    assert [kind for _, kind, _ in brief(outcome.changes)] == [Kind.LASTED, Kind.WORSENED]


def test_severity_is_that_of_the_series_where_it_is_worst() -> None:
    engine = world()
    both = series("heart_rate", 155, range(20)) + series("pulse_rate", 155, range(20))
    assert (("heart_rate_high", Kind.WORSENED, 15)) in brief(feed(engine, both).changes)
    one = series("heart_rate", 140, range(20, 90)) + series("pulse_rate", 155, range(20, 90))
    assert brief(feed(engine, one).changes) == []
    # The series that was the severe one is over: what is left is not severe.
    over = series("heart_rate", 140, range(90, 110)) + series("pulse_rate", 125, range(90, 110))
    assert brief(feed(engine, over).changes) == [("heart_rate_high", Kind.EASED, 100)]
    ended = series("heart_rate", 110, range(110, 130))
    assert brief(feed(engine, ended).changes) == [("heart_rate_high", Kind.ENDED, 120)]


def test_news2_raises_on_what_is_certain_and_says_what_is_not() -> None:
    engine = world()
    samples = [
        s for m in ("respiratory_rate", "heart_rate") for s in series(m, 26, range(0, 400, 5))
    ]
    samples = [(m, t, 135.0 if m == "heart_rate" else v) for m, t, v in samples]
    changes = [c for c in feed(engine, samples).changes if c.condition == NEWS2]
    assert [(c.event.kind, c.value) for c in changes] == [(Kind.BEGAN, 6), (Kind.LASTED, 6)]
    assert changes[0].note.startswith("at least 6, at most 20; unknown: oxygen saturation")
    assert "measure oxygen saturation first" in changes[0].note


def test_news2_is_not_for_children() -> None:
    engine = world()
    engine.book.minors.add(PATIENT)
    engine.book.use_rules(RuleBook())
    samples = series("respiratory_rate", 26, range(0, 400, 5)) + series(
        "heart_rate", 125, range(0, 400, 5)
    )
    assert feed(engine, samples).changes == []


def test_news2_that_no_longer_applies_ends() -> None:
    engine = world()
    breaths = series("respiratory_rate", 26, range(0, 1800, 10))
    hearts = series("heart_rate", 125, range(0, 1800, 10))
    early = [sample for sample in breaths + hearts if sample[1] < 400]
    assert brief(feed(engine, early).changes)[1] == (NEWS2, Kind.LASTED, 120)
    engine.book.pregnant.add(PATIENT)
    engine.book.use_rules(RuleBook())
    late = [sample for sample in breaths + hearts if sample[1] >= 400]
    changes = feed(engine, late).changes
    assert [kind for name, kind, _ in brief(changes) if name == NEWS2] == [Kind.ENDED]


def test_a_patients_own_limit_goes_before_the_default() -> None:
    rules = RuleBook(
        {
            (EVERYBODY, "heart_rate_high"): Override("heart_rate_high", 3, limit=100),
            (Scope(PATIENT), "heart_rate_high"): Override(
                "heart_rate_high", 2, Scope(PATIENT), limit=160
            ),
        }
    )
    other = uuid4()
    engine = world(PATIENT, other, rules=rules)
    assert feed(engine, series("heart_rate", 140, range(20))).changes == []
    batch = readings(series("heart_rate", 140, range(20)))
    theirs = Readings(
        batch.slots + len(METRICS) + 1, *(getattr(batch, f) for f in Readings.__slots__[1:])
    )
    changes = engine.run(theirs, now(20)).changes
    assert changes[-1].rule is not None
    assert (changes[-1].rule.version, changes[-1].rule.limit) == ("default:3", 100)


def test_a_limit_that_is_changed_meanwhile_changes_no_value_that_was_measured() -> None:
    engine = world()
    feed(engine, series("heart_rate", 152, range(20)))
    higher = Override("heart_rate_high", 1, Scope(PATIENT), limit=145, severe_limit=160)
    engine.book.use_rules(RuleBook({(Scope(PATIENT), "heart_rate_high"): higher}))
    (saved,) = engine.book.memory.pack(np.array([0]))
    again = world(rules=engine.book.rules)
    again.book.memory.unpack(0, saved)
    for one in (engine, again):
        outcome = feed(one, series("heart_rate", 120, range(20, 40)))
        (ended,) = [change for change in outcome.changes if change.event.kind is Kind.ENDED]
        assert (ended.value, ended.event.worst_ms) == (152, now(0))


def test_switching_a_rule_off_ends_its_condition() -> None:
    engine = world()
    feed(engine, series("heart_rate", 140, range(20)))
    off = Override("heart_rate_high", 1, Scope(PATIENT), enabled=False)
    engine.book.use_rules(RuleBook({(Scope(PATIENT), "heart_rate_high"): off}))
    changes = feed(engine, series("heart_rate", 140, range(20, 40))).changes
    assert brief(changes) == [("heart_rate_high", Kind.ENDED, 30)]


def test_useless_readings_take_no_part() -> None:
    engine = world()
    batch = readings(series("oxygen_saturation", 60, range(30)))
    batch.quality[:] = 0.1
    outcome = engine.run(batch, now(30))
    assert {change.condition for change in outcome.changes} == {"signal_quality_low"}
    batch.quality[:] = np.nan
    batch.value[5:10] = np.nan
    assert engine.run(batch, now(30)).scored == 25


def found(findings: list[Finding]) -> list[tuple[str, float | None, float | None]]:
    def seconds(ms: int | None) -> float | None:
        return None if ms is None else (ms - START_MS) / 1000

    return [(f.rule.condition, seconds(f.activated_ms), seconds(f.ended_ms)) for f in findings]


def test_late_readings_make_findings_and_never_alarms() -> None:
    samples = (
        series("oxygen_saturation", 80, range(60))
        + series("oxygen_saturation", 97, range(60, 90))
        + series("heart_rate", 140, range(3))
        + series("heart_rate", 80, range(3, 30))
    )
    for late, lag_ms in ((True, 0), (False, 16 * 60_000)):
        outcome = feed(world(), samples, late=late, lag_ms=lag_ms)
        assert outcome.changes == []
        assert found(outcome.findings) == [
            ("oxygen_saturation_low", 15, None),
            ("oxygen_saturation_low", None, None),
            ("oxygen_saturation_low", None, 70),
        ]


def test_a_single_late_reading_is_settled_by_the_clock() -> None:
    engine = world()
    assert feed(engine, [("blood_pressure_systolic", 0, 250)], late=True).findings == []
    assert engine.tick(now(59), now(0)).findings == []
    outcome = engine.tick(now(61), now(0))
    assert found(outcome.findings)[0] == ("blood_pressure_systolic_high", 15, None)
    assert outcome.findings[0].priority == "high"
    engine.accept(outcome)
    assert engine.tick(now(62), now(0)).findings == []


def test_a_late_reading_does_not_move_the_live_alarm() -> None:
    engine = world()
    feed(engine, series("oxygen_saturation", 86, range(20)))
    outcome = feed(engine, [("oxygen_saturation", 10.5, 99)])
    assert outcome.changes == []
    assert brief(feed(engine, series("oxygen_saturation", 97, range(20, 40))).changes)


def test_a_regular_device_that_falls_silent_is_said_to_be_and_taken_back() -> None:
    engine = world()
    for second in range(10):
        feed(engine, [("heart_rate", second, 70)])
    assert not engine.tick(now(120), now(0)).changes
    assert not engine.tick(now(200), now(190)).changes, "nobody listened until 190"
    outcome = engine.tick(now(200), now(0))
    (change,) = outcome.changes
    assert (change.condition, change.event.kind) == (f"no_data:{DEVICE}", Kind.LASTED)
    engine.accept(outcome)
    assert not engine.tick(now(300), now(0)).changes
    back = feed(engine, [("heart_rate", 301, 70)])
    assert [(c.condition, c.event.kind) for c in back.changes] == [
        (f"no_data:{DEVICE}", Kind.ENDED)
    ]
    assert not engine.tick(now(310), now(0)).changes


def test_a_device_that_is_used_now_and_then_may_be_silent() -> None:
    engine = world()
    for hour in range(10):
        feed(engine, [("heart_rate", hour * 3600, 70)])
    assert not engine.tick(now(100 * 3600), now(0)).changes


class Broken:
    """A detector that always fails."""

    name = "broken"
    dtype = np.dtype([("limit", "<f8")])

    def fresh(self, series: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        """Nothing to remember."""
        return np.zeros(series, self.dtype)

    def score(self, *_: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Fail."""
        message = "no score"
        raise RuntimeError(message)

    def learn(self, *_: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Fail."""
        return self.score()


def test_a_detector_that_fails_does_not_take_the_others_along() -> None:
    engine = world()
    engine.book.detectors = (engine.book.detectors[0], Broken(), *engine.book.detectors[2:])
    outcome = feed(
        engine, series("oxygen_saturation", 80, range(20)) + series("heart_rate", 200, range(20))
    )
    assert outcome.failures
    assert {c.condition for c in outcome.changes} == {"oxygen_saturation_low"}


sample = st.tuples(
    st.sampled_from(METRICS), st.integers(0, 900), st.sampled_from((60, 88, 97, 30, 140, 155))
)


@settings(deadline=None)
@given(st.lists(sample, min_size=1, max_size=60), st.data())
def test_the_same_changes_however_a_stream_is_cut(
    samples: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    # One reading per instant: what a tie decides is not time's order but arrival's.
    stream = sorted({s[:2]: s for s in samples}.values(), key=lambda s: s[1])
    stream = [s for i, s in enumerate(stream) if i == 0 or s[1] > stream[i - 1][1]]
    ordered: list[Sample] = [(m, float(t), float(v)) for m, t, v in stream]
    whole = feed(world(), ordered).changes
    engine, parts = world(), []
    cuts = data.draw(st.lists(st.integers(0, len(ordered)), max_size=6).map(sorted))
    for a, b in zip([0, *cuts], [*cuts, len(ordered)], strict=True):
        if a < b:
            parts += feed(engine, ordered[a:b]).changes
    assert sorted(brief(parts)) == sorted(brief(whole))


def test_other_rules_are_laid_out_only_where_they_are_other_ones() -> None:
    other = uuid4()
    engine = world(PATIENT, other)
    book, heart = engine.book, METRICS.index("heart_rate")
    theirs = [slot for slot in range(len(book)) if book.channels[slot].patient_id == other]
    before, profiles = book.profile[theirs].tolist(), book.profiles
    for version, limit in ((1, 160.0), (2, 170.0)):
        mine = Override("heart_rate_high", version, Scope(PATIENT), limit=limit)
        book.use_rules(RuleBook({(Scope(PATIENT), "heart_rate_high"): mine}))
        watch = book.watch(heart, 1)
        assert watch is not None
        assert watch.rule.limit == limit
    assert book.profiles is profiles
    assert book.profile[theirs].tolist() == before
    for limit in range(200, 400):
        mine = Override("heart_rate_high", limit, Scope(PATIENT), limit=float(limit))
        book.use_rules(RuleBook({(Scope(PATIENT), "heart_rate_high"): mine}))
    assert len(book.profiles.watches) < 150, "what nobody uses any more is forgotten"
    book.use_rules(RuleBook())
    assert {int(book.profile[slot]) for slot in theirs} == set(book.profile[: len(METRICS) + 1])
