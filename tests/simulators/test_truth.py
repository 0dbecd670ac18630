"""What is said to have been wrong, and when: true to the state, and no faster than a body is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.baseline import Baseline
from simulators.demo_plan import DEMO_COURSES
from simulators.faults import Fault, Motion, ProbeOff
from simulators.physiology import DAY_MS, METRICS, Patient
from simulators.scenarios import COURSES, Envelope, Scenario, drawn, make
from simulators.truth import truths

T0 = 1_790_000_000_000 // DAY_MS * DAY_MS
NOON = T0 + 12 * 3_600_000
SEEDS = st.integers(0, (1 << 40) - 1)

FASTEST_PER_MINUTE = {
    "oxygen_saturation": 25.0,
    "heart_rate": 160.0,
    "respiratory_rate": 10.0,
    "blood_pressure_systolic": 30.0,
    "body_temperature": 0.15,
    "blood_glucose": 6.0,
}
"""What is seen at the bedside: apnoea, a paroxysm of fibrillation, a rigor, insulin."""


def ill(kind: str, seed: int) -> Patient:
    return Patient(seed, Baseline.drawn(seed), [drawn(kind, seed, NOON)])


@given(st.sampled_from(sorted({*COURSES} - {"sepsis"})), SEEDS)
@settings(max_examples=30, deadline=None)
def test_every_illness_needs_somebody_within_its_episode(kind: str, seed: int) -> None:
    (truth,) = truths(ill(kind, seed))
    assert truth.kind == kind
    assert truth.actionable
    assert truth.onset_ms is not None
    assert truth.relief_ms is not None
    assert truth.start_ms < truth.onset_ms < truth.relief_ms < truth.end_ms
    assert set(truth.signs) <= set(METRICS)


def test_most_sepsis_needs_somebody_but_not_all_of_it() -> None:
    actionable = [truths(ill("sepsis", seed))[0].actionable for seed in range(60)]
    assert 0.8 < np.mean(actionable) < 1


@pytest.mark.parametrize(("kind", "metric", "line"), [
    ("desaturation", "oxygen_saturation", 90),
    ("bradycardia", "heart_rate", 40),
    ("fever", "body_temperature", 38.3),
    ("hypoglycaemia", "blood_glucose", 70),
])  # fmt: skip
def test_the_state_crosses_its_line_at_onset_and_at_relief(
    kind: str, metric: str, line: float
) -> None:
    patient = ill(kind, 8)
    (truth,) = truths(patient)
    assert truth.onset_ms is not None
    assert truth.relief_ms is not None
    edges = np.array([truth.onset_ms - 2000, truth.onset_ms, truth.relief_ms - 1000,
                      truth.relief_ms + 1000])  # fmt: skip
    before, at, last, after = patient.calm(edges, (metric,))[metric] - line
    assert at * before <= 0
    assert last * after <= 0


def test_an_illness_too_light_to_matter_needs_nobody() -> None:
    scenario = COURSES["fever"].build(Envelope(NOON, 3600, 3600, 3600), rise=0.4)
    (truth,) = truths(Patient(1, Baseline(), [scenario]))
    assert not truth.actionable
    assert (truth.onset_ms, truth.relief_ms) == (None, None)


def test_faults_need_nobody_and_come_in_order() -> None:
    patient = ill("desaturation", 3)
    faults: list[Fault] = [Motion(NOON + 1, NOON + 2), ProbeOff(T0, T0 + 60_000)]
    found = truths(patient, faults)
    assert [truth.kind for truth in found] == ["probe_off", "desaturation", "motion"]
    assert [truth.actionable for truth in found] == [False, True, False]


@pytest.mark.parametrize("kind", COURSES)
@pytest.mark.parametrize("where", ["bedside", "demo"])
def test_nothing_comes_or_goes_faster_than_a_body_can(kind: str, where: str) -> None:
    scenario: Scenario = make(kind, NOON)
    if where == "demo":
        scenario = COURSES[kind].build(Envelope(NOON, *DEMO_COURSES[kind]))
    patient = Patient(1, Baseline(), [scenario])
    times = np.arange(NOON - 60_000, scenario.envelope.end_ms + 60_000, 1000)
    for metric, fastest in FASTEST_PER_MINUTE.items():
        slope = np.abs(np.diff(patient.calm(times, (metric,))[metric])) * 60
        assert slope.max() < fastest, metric


def test_heart_and_breathing_vary_together() -> None:
    patient = Patient(3, Baseline(activity=0))
    values = patient.sample(np.arange(T0, T0 + 20 * DAY_MS, 600_000)).values
    assert np.corrcoef(values["heart_rate"], values["respiratory_rate"])[0, 1] > 0.3


@given(SEEDS)
def test_the_same_seed_falls_ill_in_the_same_way(seed: int) -> None:
    assert drawn("sepsis", seed, NOON) == drawn("sepsis", seed, NOON)
    assert drawn("sepsis", seed, NOON) != drawn("sepsis", seed + 1, NOON)
