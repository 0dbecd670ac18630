"""Faults change what is reported, inside their episode only, and never the truth."""

import numpy as np
import pytest

from simulators.faults import (
    ClockFault,
    Drift,
    Fault,
    Flatline,
    Motion,
    ProbeOff,
    label,
    observe,
)
from simulators.physiology import Patient
from simulators.scenarios import Episode

T0 = 1_790_000_000_000
TIMES = np.arange(T0, T0 + 1_200_000, 2000)
START, END = T0 + 300_000, T0 + 900_000
PATIENT = Patient(11)
FAULTS: list[Fault] = [
    ProbeOff(START, END),
    Motion(START, END),
    Flatline(START, END),
    Drift(START, END, per_hour=6.0),
    ClockFault(START, END),
]
INSIDE = (TIMES >= START) & (TIMES < END)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.kind)
def test_only_the_episode_changes_and_the_truth_stays(fault: Fault) -> None:
    truth = PATIENT.sample(TIMES)
    reported = fault.apply(truth, PATIENT)
    untouched = PATIENT.sample(TIMES)
    changed = reported.times_ms != truth.times_ms
    for code, values in truth.values.items():
        assert (values == untouched.values[code]).all()
        changed |= reported.values[code] != values
    assert not changed[~INSIDE].any()
    assert changed[INSIDE].any()
    assert label(fault) == Episode(START, END, fault.kind)


def test_probe_off_leaves_no_optical_value() -> None:
    samples = observe(PATIENT, [FAULTS[0]], TIMES)
    spo2, quality = samples.values["oxygen_saturation"], samples.quality["pulse_rate"]
    off = INSIDE & (TIMES >= START + 8000)
    assert np.isnan(spo2[off]).all()
    assert (quality[off] == 0).all()
    slipping = INSIDE & ~off
    assert (np.diff(spo2[slipping]) < 0).all()
    assert (np.diff(quality[slipping]) < 0).all()
    assert np.isfinite(samples.values["heart_rate"]).all()


def test_motion_reads_low_with_low_quality() -> None:
    samples = observe(PATIENT, [FAULTS[1]], TIMES)
    spo2 = samples.values["oxygen_saturation"]
    assert spo2[INSIDE].mean() < spo2[~INSIDE].mean() - 2
    assert samples.values["pulse_rate"][INSIDE].std() > 8
    fallen, quality = PATIENT.sample(TIMES).values["oxygen_saturation"] - spo2, samples.quality
    assert np.corrcoef(fallen[INSIDE], quality["oxygen_saturation"][INSIDE])[0, 1] < -0.9


def test_flatline_holds_the_first_value_however_it_is_cut() -> None:
    whole = observe(PATIENT, [FAULTS[2]], TIMES).values["heart_rate"]
    parts = [
        observe(PATIENT, [FAULTS[2]], part).values["heart_rate"] for part in np.split(TIMES, 8)
    ]
    assert (np.concatenate(parts) == whole).all()
    assert len(set(whole[INSIDE])) == 1


def test_drift_grows() -> None:
    samples = observe(PATIENT, [FAULTS[3]], TIMES, ["body_temperature"])
    truth = PATIENT.sample(TIMES, ["body_temperature"])
    bias = (samples.values["body_temperature"] - truth.values["body_temperature"])[INSIDE]
    assert bias[0] == pytest.approx(0, abs=0.06)
    assert bias[-1] == pytest.approx(1.0, abs=0.06)


def test_clock_fault_moves_times_after_the_other_faults() -> None:
    samples = observe(PATIENT, [FAULTS[4], FAULTS[0]], TIMES)
    assert (samples.times_ms[INSIDE] == TIMES[INSIDE] - 7_200_000).all()
    assert np.isnan(samples.values["oxygen_saturation"][INSIDE][10:]).all()
