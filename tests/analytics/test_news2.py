"""NEWS2: the College's table at every edge, and bounds where inputs are unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.scores.news2 import INPUTS, RISKS, STALE_AFTER_S, news2

NORMAL = {
    "respiratory_rate": 16.0,
    "oxygen_saturation": 97.0,
    "supplemental_oxygen": 0.0,
    "blood_pressure_systolic": 120.0,
    "heart_rate": 70.0,
    "consciousness": 0.0,
    "body_temperature": 37.0,
}
DEVICE_INPUTS = tuple(n for n in INPUTS if n not in {"supplemental_oxygen", "consciousness"})


def points(name: str, value: float, *, scale: int = 1, oxygen: float = 0.0) -> int:
    readings = {k: [v] for k, v in NORMAL.items()}
    readings["supplemental_oxygen"] = [oxygen]
    readings[name] = [value]
    score = news2(readings, scale=scale)
    assert score.minimum[0] == score.maximum[0] == score.points_minimum[0].sum()
    return int(score.points_minimum[0, INPUTS.index(name)])


@pytest.mark.parametrize(
    ("name", "table"),
    [
        (
            "respiratory_rate",
            {1: 3, 8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3, 60: 3},
        ),
        ("oxygen_saturation", {60: 3, 91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0}),
        (
            "blood_pressure_systolic",
            {50: 3, 90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3, 300: 3},
        ),
        (
            "heart_rate",
            {
                20: 3, 40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3,
            },
        ),
        ("consciousness", {0: 0, 1: 3, 4: 3}),
        ("supplemental_oxygen", {0: 0, 1: 2}),
        (
            "body_temperature",
            {
                30.0: 3, 35.0: 3, 35.1: 1, 36.0: 1, 36.1: 0, 38.0: 0, 38.1: 1, 39.0: 1, 39.1: 2,
                42.0: 2,
            },
        ),
    ],
)  # fmt: skip
def test_every_edge_of_the_table(name: str, table: dict[float, int]) -> None:
    assert {value: points(name, value) for value in table} == table


@pytest.mark.parametrize(
    ("oxygen", "table"),
    [
        (0.0, {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}),
        (1.0, {83: 3, 85: 2, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}),
    ],
)
def test_every_edge_of_scale_2(oxygen: float, table: dict[float, int]) -> None:
    found = {v: points("oxygen_saturation", v, scale=2, oxygen=oxygen) for v in table}
    assert found == table


CHART: dict[str, list[tuple[float, float, int]]] = {
    "respiratory_rate": [(0, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 120, 3)],
    "oxygen_saturation": [(20, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)],
    "oxygen_saturation, scale 2, air": [(20, 83, 3), (84, 85, 2), (86, 87, 1), (88, 100, 0)],
    "oxygen_saturation, scale 2, oxygen": [
        (20, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 94, 1), (95, 96, 2), (97, 100, 3),
    ],
    "blood_pressure_systolic": [
        (30, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 320, 3),
    ],
    "heart_rate": [
        (0, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 350, 3),
    ],
    "consciousness": [(0, 0, 0), (1, 4, 3)],
    "supplemental_oxygen": [(0, 0, 0), (1, 1, 2)],
    "body_temperature": [
        (25.0, 35.0, 3), (35.1, 36.0, 1), (36.1, 38.0, 0), (38.1, 39.0, 1), (39.1, 45.0, 2),
    ],
}  # fmt: skip
"""The College's chart: first and last value of each band, and its points."""


@pytest.mark.parametrize("row", CHART)
def test_every_value_of_the_chart(row: str) -> None:
    """Every value that can be shown, and just inside both ends of each before rounding."""
    name, _, kind = row.partition(", ")
    tenth = 0.1 if name == "body_temperature" else 1.0
    scale, oxygen = (2, float(kind.endswith("oxygen"))) if kind else (1, 0.0)
    for low, high, expected in CHART[row]:
        count = round((high - low) / tenth) + 1
        shown = np.round(low + tenth * np.arange(count), 1)
        values = np.concatenate((shown, shown - 0.5 * tenth + 1e-4, shown + 0.5 * tenth - 1e-4))
        readings = {one: np.full(len(values), value) for one, value in NORMAL.items()}
        readings["supplemental_oxygen"] = np.full(len(values), oxygen)
        readings[name] = shown if name == "supplemental_oxygen" else values
        if name == "supplemental_oxygen":
            readings = {one: value[: len(shown)] for one, value in readings.items()}
        points = news2(readings, scale=scale).points_minimum[:, INPUTS.index(name)]
        assert (points == expected).all(), (low, high)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("respiratory_rate", 24.49, 2),
        ("respiratory_rate", 24.5, 3),
        ("oxygen_saturation", 91.5, 2),
        ("oxygen_saturation", 91.49, 3),
        ("body_temperature", 38.04, 0),
        ("body_temperature", 38.05, 1),
        ("body_temperature", 35.049, 3),
        ("heart_rate", 130.5, 3),
    ],
)
def test_values_are_rounded_before_the_table(name: str, value: float, expected: int) -> None:
    assert points(name, value) == expected


def test_missing_inputs_widen_the_interval() -> None:
    score = news2({"heart_rate": [70.0, 135.0]})
    assert score.minimum.tolist() == [0, 3]
    assert score.maximum.tolist() == [17, 20]
    assert score.names(score.missing, 0) == [n for n in INPUTS if n != "heart_rate"]
    assert score.settling_name(0) == "respiratory_rate"
    assert score.risk_name(1) == "urgent_single"


def test_unrecorded_consciousness_and_oxygen_leave_an_interval_and_are_named() -> None:
    score = news2({name: [NORMAL[name]] for name in DEVICE_INPUTS})
    assert (score.minimum[0], score.maximum[0]) == (0, 5)
    assert score.names(score.missing, 0) == ["supplemental_oxygen", "consciousness"]
    assert score.settling_name(0) == "consciousness"


@pytest.mark.parametrize(("name", "most"), [("consciousness", 3), ("supplemental_oxygen", 2)])
@pytest.mark.parametrize("recorded", [0.0, 1.0])
def test_an_old_record_is_neither_normal_nor_points(name: str, most: int, recorded: float) -> None:
    readings = {one: [value] for one, value in NORMAL.items()} | {name: [recorded]}
    old = news2(readings, {name: [STALE_AFTER_S[name] + 1]})
    assert (old.minimum[0], old.maximum[0]) == (0, most)
    assert old.names(old.stale, 0) == [name]


def test_unknown_oxygen_on_scale_2_may_add_points_to_a_high_saturation() -> None:
    readings = {name: [value] for name, value in NORMAL.items()} | {"supplemental_oxygen": [1.0]}
    old = {"supplemental_oxygen": [1e6]}
    score = news2(readings, old, scale=2)
    assert (score.minimum[0], score.maximum[0]) == (0, 5)


@pytest.mark.parametrize("name", INPUTS)
def test_each_input_goes_stale_at_its_own_age(name: str) -> None:
    readings = {k: [v, v] for k, v in NORMAL.items()}
    limit = STALE_AFTER_S[name]
    score = news2(readings, {name: [limit, limit + 0.001]})
    assert score.stale[:, INPUTS.index(name)].tolist() == [False, True]
    assert score.maximum.tolist() == [0, 2 if name == "supplemental_oxygen" else 3]


def test_pulse_stands_in_for_a_stale_or_missing_heart_rate() -> None:
    readings = {"heart_rate": [70.0, np.nan, 70.0], "pulse_rate": [140.0, 140.0, 140.0]}
    score = news2(readings, {"heart_rate": [0.0, 0.0, 1e5]})
    assert score.minimum.tolist() == [0, 3, 3]


def test_lengths_and_scales_are_checked() -> None:
    with pytest.raises(ValueError, match="length"):
        news2({"heart_rate": [1.0], "respiratory_rate": [1.0, 2.0]})
    with pytest.raises(ValueError, match="scale"):
        news2({"heart_rate": [1.0]}, scale=3)
    assert len(news2({}).minimum) == 0


values = st.one_of(st.just(float("nan")), st.floats(0, 320), st.just(float("inf")))
patients = st.lists(st.tuples(*[values] * len(INPUTS)), min_size=1, max_size=20)


@given(patients, st.sampled_from((1, 2)))
def test_bounds_hold_for_any_value_of_what_is_unknown(
    rows: list[tuple[float, ...]], scale: int
) -> None:
    table = np.array(rows)
    readings = {name: table[:, i] for i, name in enumerate(INPUTS)}
    before = table.copy()
    bounds = news2(readings, scale=scale)
    assert np.array_equal(before, table, equal_nan=True)
    assert (bounds.minimum <= bounds.maximum).all()
    assert (bounds.risk <= bounds.risk_maximum).all()
    assert (bounds.maximum <= 20).all()
    assert ((bounds.settling < 0) == (bounds.risk == bounds.risk_maximum)).all()
    assert bounds.risk.max() < len(RISKS)
    filled = {
        name: np.where(np.isfinite(column), column, NORMAL[name])
        for name, column in readings.items()
    }
    exact = news2(filled, scale=scale)
    assert (exact.minimum >= bounds.minimum).all()
    assert (exact.minimum <= bounds.maximum).all()


@given(patients)
def test_a_batch_scores_like_its_patients_one_by_one(rows: list[tuple[float, ...]]) -> None:
    together = news2({name: [row[i] for row in rows] for i, name in enumerate(INPUTS)})
    for k, row in enumerate(rows):
        alone = news2({name: [row[i]] for i, name in enumerate(INPUTS)})
        assert alone.points_minimum[0].tolist() == together.points_minimum[k].tolist()
        assert alone.settling[0] == together.settling[k]
