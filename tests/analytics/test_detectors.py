"""What every detector must keep to; all that the package has are found by themselves."""

from itertools import pairwise

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
    st.integers(1, 10**7),
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


def replay(
    detector: Detector, rows: Ints, times: Ints, values: Floats, *cuts: int
) -> tuple[list[float], bytes]:
    """Scores, and the state in the end, with a save and a load after each batch."""
    state = detector.fresh(SERIES)
    scores = np.full(len(values), np.nan)
    # A batch holds what was measured up to an instant, of every series.
    for low, high in pairwise((-1, *sorted(cuts), 10**9)):
        part = (times > low) & (times <= high)
        before = detector.score(state, rows[part], times[part], values[part])
        scores[part] = detector.learn(state, rows[part], times[part], values[part])
        assert np.array_equal(before, scores[part], equal_nan=True)
        state = np.frombuffer(state.tobytes(), detector.dtype).copy()
    return scores.tolist(), state.tobytes()


@given(readings=st.lists(reading, max_size=60), cuts=st.lists(st.integers(1, 10**7), max_size=4))
def test_same_scores_in_any_batches_and_after_a_restart(
    detector: Detector, readings: list[tuple[int, int, float]], cuts: list[int]
) -> None:
    rows, times, values = arrays(readings)
    whole, kept = replay(detector, rows, times, values)
    parts, same = replay(detector, rows, times, values, *cuts)
    assert np.array_equal(whole, parts, equal_nan=True)
    assert kept == same


@given(readings=st.lists(reading, min_size=1, max_size=60), order=st.permutations(range(SERIES)))
def test_the_order_of_series_makes_no_difference(
    detector: Detector, readings: list[tuple[int, int, float]], order: list[int]
) -> None:
    rows, times, values = arrays(readings)
    shuffled = np.array(order)[rows]
    by_row = np.argsort(shuffled, kind="stable")
    scores, _ = replay(detector, rows, times, values)
    others, _ = replay(detector, shuffled[by_row], times[by_row], values[by_row])
    assert np.array_equal(np.array(scores)[by_row], others, equal_nan=True)


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
    together, _ = replay(detector, rows, times, values)
    for row in range(SERIES):
        mine = rows == row
        alone, _ = replay(detector, rows[mine], times[mine], values[mine])
        assert np.array_equal(np.array(together)[mine], alone, equal_nan=True)


def test_has_a_name_and_says_what_it_does(detector: Detector) -> None:
    assert detector.name
    assert type(detector).__doc__
    assert ">>>" in (type(detector).__doc__ or "")
    assert "Source:" in (type(detector).__doc__ or "")
    owners = {one.name: type(one) for one in DETECTORS}
    assert owners[detector.name] is type(detector), "a name belongs to one kind of detector"
