"""Which single readings cannot wait."""

import numpy as np
import pytest

from analytics.rules import BUILTIN
from analytics.scores.news2 import INPUTS, news2
from analytics.triage.extremes import ADULTS, Patient, extreme

SCORED = [name for name in ADULTS if name in INPUTS]
TOP = {"oxygen_saturation": 100.0, "body_temperature": 45.0}


@pytest.mark.parametrize("metric", SCORED)
def test_whatever_has_three_points_in_news2_is_urgent(metric: str) -> None:
    step = 0.1 if metric == "body_temperature" else 1.0
    values = np.arange(20.0, TOP.get(metric, 260.0) + step / 2, step)
    points = news2({metric: values}).points_minimum[:, INPUTS.index(metric)]
    for value, found in zip(values, points, strict=True):
        if found == 3:
            assert extreme(metric, float(value), Patient()), (metric, value)


def test_whatever_a_built_in_rule_calls_high_priority_is_urgent() -> None:
    for rule in BUILTIN.values():
        for metric in rule.metrics:
            if metric in ADULTS and rule.severe_limit is not None and rule.detector == "limits":
                assert extreme(metric, rule.severe_limit, Patient()), rule.condition


@pytest.mark.parametrize(
    ("metric", "value", "side"),
    [
        ("oxygen_saturation", 85, "low"),
        ("oxygen_saturation", 92, None),
        ("blood_glucose", 40, "low"),
        ("blood_glucose", 54, None),
        ("blood_glucose", 320, "high"),
        ("blood_pressure_systolic", 210, "high"),
        ("blood_pressure_systolic", 179, None),
        ("blood_pressure_diastolic", 120, "high"),
        ("heart_rate", 35, "low"),
        ("pulse_rate", 160, "high"),
        ("heart_rate", 72, None),
        ("respiratory_rate", 26, "high"),
        ("body_temperature", 40.0, "high"),
        ("body_temperature", 39.4, None),
        ("steps", 0, None),
        ("body_weight", 400, None),
    ],
)
def test_an_adults_reading(metric: str, value: float, side: str | None) -> None:
    assert extreme(metric, value, Patient()) == side
    assert extreme(metric, value, Patient(age_years=16)) == side


def test_a_childs_heart_beats_faster_but_its_sugar_is_the_same() -> None:
    child = Patient(age_years=3)
    assert extreme("heart_rate", 140, child) is None
    assert extreme("respiratory_rate", 28, child) is None
    assert extreme("blood_glucose", 40, child) == "low"
    assert extreme("oxygen_saturation", 85, child) == "low"


def test_who_is_pregnant_is_called_earlier_for_a_high_pressure() -> None:
    assert extreme("blood_pressure_systolic", 165, Patient(pregnant=True)) == "high"
    assert extreme("blood_pressure_systolic", 165, Patient()) is None
