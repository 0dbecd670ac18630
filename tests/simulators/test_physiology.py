"""The patient model: the same for a seed, believable at rest, and ill in the right direction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.baseline import Baseline
from simulators.noise import gaussian, physiological, smooth, uniform
from simulators.physiology import DAY_MS, LIMITS, METRICS, Patient
from simulators.scenarios import COURSES, Envelope, Episode, Fever, make, recurring
from telemetry.metrics import METRICS as REGISTRY

T0 = 1_790_000_000_000 // DAY_MS * DAY_MS
SEEDS = st.integers(0, (1 << 40) - 1)
DAY = np.arange(T0, T0 + DAY_MS, 60_000)


BEDSIDE = {"consciousness", "supplemental_oxygen", "oxygen_flow_rate", "inspired_oxygen"}
"""What staff record, not what a patient's body shows."""


def test_every_metric_is_in_the_registry() -> None:
    assert set(METRICS) == set(LIMITS) == set(REGISTRY) - BEDSIDE


@given(SEEDS, st.sampled_from([None, *COURSES]))
@settings(max_examples=25, deadline=None)
def test_values_are_plausible_and_finite(seed: int, kind: str | None) -> None:
    scenarios = [make(kind, T0 + DAY_MS // 2)] if kind else []
    samples = Patient(seed, Baseline.drawn(seed), scenarios).sample(DAY[::7])
    for code, values in samples.values.items():
        metric = REGISTRY[code]
        assert np.isfinite(values).all()
        assert values.min() >= metric.low
        assert values.max() <= metric.high
        assert ((samples.quality[code] > 0.9) & (samples.quality[code] <= 1)).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_time_has_one_value_in_whatever_order_it_is_asked(seed: int) -> None:
    patient = Patient(seed, Baseline.drawn(seed), [make("fever", T0)])
    times = DAY[:200].copy()
    whole = patient.sample(times).values
    np.random.default_rng(seed).shuffle(times)
    again = Patient(seed, Baseline.drawn(seed), [make("fever", T0)])
    for t in times[:5]:
        one = again.sample(np.array([t])).values
        assert all(one[code][0] == whole[code][(t - T0) // 60_000] for code in METRICS)


def test_another_seed_is_another_patient() -> None:
    one, other = (Patient(seed, Baseline.drawn(seed)).sample(DAY).values for seed in (1, 2))
    assert (one["heart_rate"] != other["heart_rate"]).mean() > 0.5


def test_healthy_patients_are_near_their_baseline() -> None:
    for seed in range(12):
        values = Patient(seed, Baseline.drawn(seed)).sample(DAY).values
        assert 50 < values["heart_rate"].mean() < 95
        assert 11 < values["respiratory_rate"].mean() < 20
        assert 94.5 < values["oxygen_saturation"].mean() < 99.5
        assert 36.2 < values["body_temperature"].mean() < 37.4
        assert (values["blood_pressure_systolic"] > values["blood_pressure_diastolic"] + 10).all()


def test_day_and_night_differ() -> None:
    days = np.arange(T0, T0 + 20 * DAY_MS, 300_000)
    values = Patient(5, Baseline()).sample(days).values
    hour = (days % DAY_MS) / 3_600_000
    day, night = (hour > 13) & (hour < 17), (hour > 1) & (hour < 5)
    assert values["heart_rate"][day].mean() > values["heart_rate"][night].mean() + 5
    assert values["body_temperature"][day].mean() > values["body_temperature"][night].mean() + 0.2
    assert values["steps"][night].sum() < 0.01 * values["steps"].sum()


def test_profile_overrides_the_draw_and_ignores_what_it_does_not_know() -> None:
    drawn = Baseline.drawn(3, {"heart_rate": 101, "age": 70, "name": "x"})
    assert drawn.heart_rate == 101
    assert drawn.body_weight == Baseline.drawn(3).body_weight


def during(kind: str, code: str, seed: int = 4) -> tuple[float, float]:
    """Mean before and at the height of a scenario."""
    scenario = make(kind, T0 + 8 * 3_600_000)
    top = scenario.envelope.start_ms + round(1000 * scenario.envelope.rise_s)
    patient = Patient(seed, Baseline(activity=0), [scenario])
    before = patient.sample(np.arange(T0, scenario.envelope.start_ms, 10_000), [code])
    height = patient.sample(np.arange(top, top + 120_000, 2000), [code])
    return float(before.values[code].mean()), float(height.values[code].mean())


@pytest.mark.parametrize(
    ("kind", "code", "least", "most"),
    [
        ("desaturation", "oxygen_saturation", 84, 88),
        ("fever", "body_temperature", 38.9, 40.5),
        ("bradycardia", "heart_rate", 34, 38),
        ("atrial_fibrillation", "heart_rate", 128, 148),
        ("hypoglycaemia", "blood_glucose", 42, 50),
        ("sepsis", "blood_pressure_systolic", 78, 104),
        ("sepsis", "respiratory_rate", 22, 34),
    ],
)
def test_a_scenario_reaches_its_level(kind: str, code: str, least: float, most: float) -> None:
    assert least <= during(kind, code)[1] <= most


@pytest.mark.parametrize(
    ("kind", "code", "least"),
    [
        ("fever", "heart_rate", 15),
        ("fever", "respiratory_rate", 3),
        ("desaturation", "heart_rate", 5),
        ("desaturation", "respiratory_rate", 2),
        ("hypoglycaemia", "heart_rate", 8),
    ],
)
def test_couplings(kind: str, code: str, least: float) -> None:
    before, height = during(kind, code)
    assert height - before > least


def test_atrial_fibrillation_is_irregular() -> None:
    patient = Patient(1, Baseline(), [make("atrial_fibrillation", T0)])
    inside = patient.sample(np.arange(T0 + 10_000, T0 + 600_000, 2000))
    before = patient.sample(np.arange(T0 - 600_000, T0, 2000))
    assert np.diff(inside.values["heart_rate"])[20:].std() > 4
    assert np.diff(before.values["heart_rate"]).std() < 2
    assert (inside.values["pulse_rate"] < inside.values["heart_rate"]).mean() > 0.95


@given(st.sampled_from(list(COURSES)), SEEDS)
@settings(max_examples=30, deadline=None)
def test_nothing_happens_outside_the_labelled_episode(kind: str, seed: int) -> None:
    scenario = make(kind, T0 + 3_600_000)
    ill, well = Patient(seed, Baseline(), [scenario]), Patient(seed, Baseline())
    (episode,) = ill.episodes
    assert episode.kind == kind
    edges = np.array([T0, episode.start_ms - 1, episode.end_ms, episode.end_ms + 1])
    a, b = ill.sample(edges).values, well.sample(edges).values
    assert all((a[code] == b[code]).all() for code in METRICS)


def test_episodes_are_in_order() -> None:
    patient = Patient(1, Baseline(), [make("fever", T0 + 5), make("desaturation", T0)])
    assert [e.kind for e in patient.episodes] == ["desaturation", "fever"]
    assert patient.episodes[0] == Episode(T0, T0 + 405_000, "desaturation")


@given(SEEDS, st.integers(0, 40), st.integers(0, 40))
def test_recurring_windows_agree(seed: int, a: int, b: int) -> None:
    low, high = sorted((a, b))
    whole = recurring("desaturation", seed, T0, T0 + 40 * DAY_MS, 90_000)
    start, end = T0 + low * DAY_MS, T0 + high * DAY_MS
    part = recurring("desaturation", seed, start, end, 90_000)
    assert part == [s for s in whole if start <= s.envelope.start_ms < end]


def test_envelope_rises_holds_and_falls() -> None:
    envelope = Envelope(T0, 10, 20, 5)
    at = envelope.at(T0 + np.array([-1, 0, 5000, 10_000, 30_000, 32_500, 35_000]))
    assert at == pytest.approx([0, 0, 0.5, 1, 1, 0.2453, 0], abs=0.0001)
    assert Fever(envelope).envelope.end_ms == T0 + 35_000


def test_noise_has_unit_variance_and_its_correlation_time() -> None:
    times = np.arange(0, 4_000_000_000, 20_000)
    noise = smooth(9, 1, times, 600.0)
    assert abs(noise.mean()) < 0.05
    assert abs(noise.std() - 1) < 0.05
    assert np.corrcoef(noise[:-5], noise[5:])[0, 1] > 0.8
    assert abs(np.corrcoef(noise[:-70], noise[70:])[0, 1]) < 0.1
    assert abs(physiological(9, 2, np.arange(0, 1 << 42, 20_000_011)).std() - 1) < 0.05


def test_hashed_numbers_are_uniform_and_normal() -> None:
    index = np.arange(-50_000, 50_000)
    assert np.histogram(uniform(1, 2, index), 10, (0, 1))[0] == pytest.approx(10_000, rel=0.05)
    normal = gaussian(1, 2, index)
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02
    assert abs(np.corrcoef(normal, gaussian(1, 3, index))[0, 1]) < 0.02
