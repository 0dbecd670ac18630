"""What every detector must keep to; all that the package has are found by themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.detectors import Detector, discover
from analytics.detectors.base import Floats, Ints

DETECTORS = discover()
SERIES = 4

pytestmark = pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.name)

reading = st.tuples(
    st.integers(0, SERIES - 1),
    st.integers(0, 10**7),
    st.one_of(st.floats(-50, 400), st.just(float("nan"))),
)


def arrays(readings: list[tuple[int, int, float]]) -> tuple[Ints, Ints, Floats]:
    ordered = sorted(readings, key=lambda one: one[:2])
    rows, times, values = ([one[i] for one in ordered] for i in range(3))
    return (
        np.array(rows, np.int64),
        np.array(times, np.int64),
        np.array(values, np.float64),
    )


def replay(detector: Detector, rows: Ints, times: Ints, values: Floats, *, cut: int) -> Floats:
    """Scores of readings that arrive in two batches, with a save and a load in between."""
    state = detector.fresh(SERIES)
    scores = []
    for part in (slice(None, cut), slice(cut, None)):
        scores.append(detector.score(state, rows[part], times[part], values[part]))
        detector.learn(state, rows[part], times[part], values[part])
        state = np.frombuffer(state.tobytes(), detector.dtype).copy()
    return np.concatenate(scores)


@given(readings=st.lists(reading, max_size=60), data=st.data())
def test_same_scores_in_any_batches_and_after_a_restart(
    detector: Detector, readings: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    rows, times, values = arrays(readings)
    cut = data.draw(st.integers(0, len(readings)))
    whole = replay(detector, rows, times, values, cut=len(readings))
    assert np.array_equal(whole, replay(detector, rows, times, values, cut=cut), equal_nan=True)


@given(readings=st.lists(reading, min_size=1, max_size=60))
def test_readings_and_state_are_not_changed_by_scoring(
    detector: Detector, readings: list[tuple[int, int, float]]
) -> None:
    rows, times, values = arrays(readings)
    originals = [array.copy() for array in (rows, times, values)]
    state = detector.fresh(SERIES)
    before = state.tobytes()
    scores = detector.score(state, rows, times, values)
    assert state.tobytes() == before
    detector.learn(state, rows, times, values)
    for original, array in zip(originals, (rows, times, values), strict=True):
        assert np.array_equal(original, array, equal_nan=True)
    assert scores.shape == values.shape
    assert np.isnan(scores[np.isnan(values)]).all()


@given(readings=st.lists(reading, max_size=60))
def test_a_series_is_not_disturbed_by_its_neighbours(
    detector: Detector, readings: list[tuple[int, int, float]]
) -> None:
    rows, times, values = arrays(readings)
    together = replay(detector, rows, times, values, cut=0)
    for row in range(SERIES):
        mine = rows == row
        alone = replay(detector, rows[mine], times[mine], values[mine], cut=0)
        assert np.array_equal(together[mine], alone, equal_nan=True)


def test_has_a_name_and_says_what_it_does(detector: Detector) -> None:
    assert detector.name
    assert type(detector).__doc__
    assert ">>>" in (type(detector).__doc__ or "")
    assert "Source:" in (type(detector).__doc__ or "")
    assert len({one.name for one in DETECTORS}) == len(DETECTORS)
