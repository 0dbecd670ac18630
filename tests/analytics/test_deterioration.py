"""Deterioration score: past only, no clock, the same live and in replay, and explained."""

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analytics.scores.deterioration import ALL_MEMBERS, Model, WeightsError
from analytics.scores.vital_trends import FEATURES, INPUTS, SIGNALS, STATE, fresh, step
from analytics.weights import deterioration

Floats = NDArray[np.float64]

WELL = np.array([72.0, 98.0, 36.9, 124.0, 88.0, 70.0, 15.0])
ILL = np.array([122.0, 93.0, 38.9, 92.0, 61.0, 45.0, 29.0])
RANGES = ((30, 180), (70, 100), (34, 41), (60, 200), (40, 140), (30, 110), (5, 45))


@pytest.fixture(scope="module")
def model() -> Model:
    return deterioration()


def shipped() -> dict[str, Any]:
    text = resources.files("analytics.scores").joinpath("deterioration.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@st.composite
def stay(draw: st.DrawFn, most: int = 12) -> Floats:
    """Hours of one patient, with gaps and now and then nonsense."""
    hours = draw(st.integers(1, most))
    unit = draw(arrays(np.float64, (hours, len(INPUTS)), elements=st.floats(0, 1)))
    low, high = np.array(RANGES, np.float64).T
    values: Floats = low + unit * (high - low)
    odd = st.sampled_from([np.nan, np.nan, np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300])
    where = draw(arrays(np.bool_, values.shape))
    values[where] = draw(arrays(np.float64, values.shape, elements=odd))[where]
    return values


def alone(model: Model, values: Floats) -> Floats:
    """Scores of one patient, an hour at a time, as a bed would send them."""
    state = model.fresh(1)
    hours = [model.score(model.step(state, values[[hour]]))[0] for hour in range(len(values))]
    return np.array(hours)


@given(stays=st.lists(stay(), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_live_and_replay_give_the_same_scores(stays: list[Floats]) -> None:
    model = deterioration()
    start = np.concatenate(([0], np.cumsum([len(one) for one in stays])))
    replayed = model.replay(np.concatenate(stays), start)
    live = np.concatenate([alone(model, one) for one in stays])
    assert replayed.tolist() == live.tolist()
    assert np.isfinite(replayed).all()


@given(values=stay(most=16), future=stay(most=16), data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_future_never_changes_the_past(
    values: Floats, future: Floats, data: st.DataObject
) -> None:
    model = deterioration()
    cut = data.draw(st.integers(0, len(values)))
    other = np.concatenate((values[:cut], future))
    one = model.replay(values, np.array([0, len(values)]))
    two = model.replay(other, np.array([0, len(other)]))
    assert one[:cut].tolist() == two[:cut].tolist()


@given(
    values=st.tuples(*[st.floats(low, high) for low, high in RANGES]),
    seen=arrays(np.bool_, (60, len(INPUTS))),
)
@settings(max_examples=25, deadline=None)
def test_constant_vital_signs_give_a_constant_score(
    values: tuple[float, ...], seen: NDArray[np.bool_]
) -> None:
    """Neither the hour of stay nor how often something is measured moves the score by itself."""
    model = deterioration()
    every = np.tile(np.array(values), (60, 1))
    # Three pressures that agree, so that any two of them give the third.
    every[:, 5] = np.minimum(every[:, 5], every[:, 3] - 20)
    every[:, 4] = (every[:, 3] + 2 * every[:, 5]) / 3
    start = np.array([0, 60])
    # Unrest fades from its usual value to the patient's own, so compare with it held.
    state = model.fresh(1)
    features = np.concatenate([model.step(state, row[None]) for row in every])
    fixed = [i for i, name in enumerate(FEATURES) if not name.startswith("unrest")]
    np.testing.assert_allclose(features[:, fixed], np.tile(features[0, fixed], (60, 1)), atol=1e-6)
    sparse = np.where(seen, every, np.nan)
    sparse[0] = every[0]
    state = model.fresh(1)
    rare = np.concatenate([model.step(state, row[None]) for row in sparse])
    np.testing.assert_allclose(rare[:, fixed], features[:, fixed], atol=1e-6)
    scores = model.replay(every, start)
    assert (np.diff(scores[24:]) < 0.05).all()


def test_the_length_of_the_record_is_no_input(model: Model) -> None:
    scores = model.replay(np.tile(WELL, (300, 1)), np.array([0, 300]))
    assert np.ptp(scores[48:]) < 0.05


def test_worse_is_higher(model: Model) -> None:
    rows = np.concatenate((np.tile(WELL, (24, 1)), np.tile(ILL, (6, 1)), np.tile(WELL, (24, 1))))
    scores = model.replay(rows, np.array([0, len(rows)]))
    assert scores[29] > scores[23] + 1
    assert scores[29] > model.thresholds["0.5"] > scores[23]
    assert scores[-1] < scores[29]


def test_nothing_measured_is_typical_and_stays_so(model: Model) -> None:
    scores = model.replay(np.full((30, len(INPUTS)), np.nan), np.array([0, 30]))
    assert np.ptp(scores) == 0
    assert scores[0] < model.thresholds["0.5"]


def test_a_gap_falls_back_to_the_patients_own_average() -> None:
    state = fresh(1)
    rates = [80.0] * 24 + [140.0] + [np.nan] * 8
    found = [step(state, np.array([[rate, *WELL[1:]]])) for rate in rates]
    now = FEATURES.index("now:heart_rate")
    assert [float(found[hour][0, now]) for hour in (24, 25, 30)] == [140.0] * 3
    assert 80 < found[31][0, now] < 100


def test_hours_that_passed_count_however_many_steps_they_took() -> None:
    gap, filled = fresh(1), fresh(1)
    nothing = np.full((1, len(INPUTS)), np.nan)
    first, last = WELL[None], ILL[None]
    step(gap, first)
    step(filled, first)
    step(gap, nothing, 30.0)
    for _ in range(30):
        step(filled, nothing)
    one, two = step(gap, last), step(filled, last)
    unrest = [i for i, name in enumerate(FEATURES) if name.startswith("unrest")]
    np.testing.assert_allclose(one[:, unrest], two[:, unrest])


def test_unrest_is_the_patients_and_not_the_measuring() -> None:
    """A random walk is as restless when it is looked at every fourth hour."""
    walks = np.tile(WELL, (60, 300, 1))
    walks[:, :, 2] += np.cumsum(np.random.default_rng(2).normal(0, 0.3, (60, 300)), axis=0)
    rare = walks.copy()
    rare[np.arange(60) % 4 != 0, :, 2] = np.nan
    column = FEATURES.index("unrest:body_temperature")
    for record in (walks, rare):
        state = fresh(300)
        for values in record:
            features = step(state, values)
        expected = 0.3 * np.sqrt(2 / np.pi)
        assert features[:, column].mean() == pytest.approx(expected, rel=0.1)


def test_state_survives_a_save_and_load(model: Model) -> None:
    state = model.fresh(2)
    model.step(state, np.stack((WELL, ILL)))
    again = np.frombuffer(state.tobytes(), STATE).copy()
    expected = model.step(state, np.stack((ILL, ILL)))
    assert model.step(again, np.stack((ILL, ILL))).tolist() == expected.tolist()


def test_values_are_not_changed_and_must_fit(model: Model) -> None:
    values = np.stack((WELL, ILL))
    kept = values.copy()
    model.step(model.fresh(2), values)
    assert values.tolist() == kept.tolist()
    with pytest.raises(ValueError, match=r"expected values of shape \(3, 7\)"):
        model.step(model.fresh(3), values)


def test_the_shares_add_up_and_name_the_signs(model: Model) -> None:
    state = model.fresh(1)
    for row in (WELL, WELL, ILL):
        features = model.step(state, row[None])
    score = float(model.score(features)[0])
    assert model.base + model.shares(features).sum() == pytest.approx(score)
    reasons = model.explain(features[0])
    assert model.base + sum(reason.share for reason in reasons) == pytest.approx(score)
    assert [abs(r.share) for r in reasons] == sorted((abs(r.share) for r in reasons), reverse=True)
    signs = model.by_signal(features[0])
    assert set(signs) == set(SIGNALS)
    assert max(signs.values()) > 0
    assert model.base + sum(signs.values()) == pytest.approx(score)


def test_members_can_be_asked_one_by_one(model: Model) -> None:
    rows, start = np.stack((WELL, ILL, WELL, ILL)), np.array([0, 2, 4])
    each = [model.replay(rows, start, [number] * 2) for number in range(len(model.members))]
    np.testing.assert_allclose(np.mean(each, axis=0), model.replay(rows, start))
    mixed = model.replay(rows, start, [0, 1])
    assert mixed.tolist() == [*each[0][:2], *each[1][2:]]
    assert model.replay(rows, start, [ALL_MEMBERS] * 2).tolist() == (
        model.replay(rows, start).tolist()
    )


def test_shipped_weights_only_ask_about_vital_signs() -> None:
    document = shipped()
    assert {name.split(":")[1] for name in document["features"]} == set(SIGNALS)
    assert "CC BY 4.0" in document["data"]
    for member in document["members"]:
        cover = np.array(member["cover"])
        np.testing.assert_allclose(cover.sum(axis=1), 1, atol=1e-3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "another format"),
        ({"features": ["now:age"]}, "other features"),
        ({"members": []}, "without a member"),
        ({"members": [{"bias": 0.0}]}, "incomplete"),
        ({"thresholds": None}, "incomplete"),
    ],
)
def test_weights_that_do_not_fit_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(WeightsError, match=words):
        Model.parse(shipped() | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"features": [[len(FEATURES)]]}, "feature that there is not"),
        ({"features": [0]}, "table of levels"),
        ({"thresholds": [["warm"]]}, "no number"),
        ({"leaves": [[0.0, float("nan")]]}, "no number"),
        ({"leaves": [[0.0, 1.0, 2.0]]}, "do not fit together"),
        ({"bias": float("inf")}, "no number"),
    ],
)
def test_trees_that_do_not_fit_are_refused(change: dict[str, Any], words: str) -> None:
    stump = {"bias": 0.0, "features": [[0]], "thresholds": [[1.0]]}
    member = stump | {"leaves": [[0.0, 1.0]], "cover": [[0.5, 0.5]]} | change
    with pytest.raises(WeightsError, match=words):
        Model.parse(shipped() | {"members": [member]})
