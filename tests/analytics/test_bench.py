"""The benchmark of the engine counts what it says it does."""

import sys

import pytest

from benchmarks.analytics import READINGS, RiverMissingError, Ward, measure


def test_figures_are_of_what_was_judged() -> None:
    figures = measure(series=70, repeats=1)
    assert figures["readings_s"] > 0
    assert figures["times_gaussian"] == round(
        figures["readings_s"] / figures["river_gaussian_s"], 1
    )
    assert figures["bytes_per_series"] > figures["record_bytes"]
    assert figures["readings_per_batch"] == 70 * READINGS


def test_alarms_are_raised_and_cleared_under_the_load() -> None:
    ward = Ward(1_400)
    engine, slots = ward.engine()
    kinds: set[str] = set()
    for _ in range(12):
        readings = ward.batch(slots)
        outcome = engine.run(readings, int(readings.received_ms.max()))
        engine.accept(outcome)
        assert outcome.scored == len(readings)
        kinds |= {change.event.kind for change in outcome.changes}
    assert {"began", "lasted", "ended"} <= kinds


def test_without_river_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "river", None)
    with pytest.raises(RiverMissingError, match="river"):
        measure(series=70, repeats=1)
