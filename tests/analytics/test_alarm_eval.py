"""`jeg eval alarms`: what counts as an alarm, a miss and a reason; a small ward of each kind."""

import json
import os
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.book import Channel
from benchmarks.eval.alarms import junk, recordings, score, wards
from benchmarks.eval.alarms.limits import limits
from benchmarks.eval.alarms.live import Call, play
from benchmarks.eval.alarms.traffic import Traffic, collect, trusted
from benchmarks.eval.cli import app
from simulators.truth import Truth

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("JEG_DATA", REPOSITORY.parent / "shared" / "data"))
needs_recordings = pytest.mark.skipif(
    not DATA.is_dir(), reason="the recordings lie outside the repository"
)
T0 = recordings.START_MS
PATIENT = UUID(int=1)
SATURATION = ("oxygen_saturation",)


def traffic(**values: list[float]) -> Traffic:
    """Series of one patient at 1 Hz, NaN where nothing comes."""
    channels = [Channel(PATIENT, 0, metric, UUID(int=9)) for metric in values]
    parts = []
    for number, series in enumerate(values.values()):
        time_ms = T0 + 1000 * np.arange(len(series), dtype=np.int64)
        known = np.full(len(series), np.nan)
        parts.append((number, time_ms, time_ms + 150, np.array(series), known))
    return collect(channels, parts, T0, T0 + 1000 * max(map(len, values.values())))


def seconds(calls: list[Call]) -> list[tuple[str, float, float | None]]:
    def since(at_ms: int | None) -> float | None:
        return None if at_ms is None else (at_ms - T0) / 1000

    return [(call.condition, (call.at_ms - T0) / 1000, since(call.ended_ms)) for call in calls]


def test_bare_limits_call_at_each_crossing_and_delayed_ones_when_it_lasts() -> None:
    spo2 = [97.0] * 5 + [89.0] + [90.0] * 4 + [80.0] * 16 + [95.0] + [88.0] * 20
    played = traffic(oxygen_saturation=spo2)
    low = "oxygen_saturation_low"
    assert seconds(limits(played)) == [(low, 5, 6), (low, 10, 26), (low, 27, None)]
    assert seconds(limits(played, 15_000)) == [(low, 25, 26), (low, 42, None)]


def test_heart_rate_and_pulse_are_one_alarm_of_limits() -> None:
    played = traffic(
        heart_rate=[70.0] * 5 + [140.0] * 5 + [70.0] * 10,
        pulse_rate=[70.0] * 7 + [140.0] * 8 + [70.0] * 5,
    )
    assert seconds(limits(played)) == [("heart_rate_high", 5, 15)]


def test_limits_and_engine_see_only_what_ingest_stores() -> None:
    played = traffic(body_temperature=[37.0, 12.0, np.nan, 37.0], heart_rate=[0.0, 999.0, 70, 70])
    assert len(played) == 5
    assert seconds(limits(played)) == [("heart_rate_low", 0, 2)]


def test_the_engine_is_played_as_it_runs() -> None:
    played = traffic(oxygen_saturation=[97.0] * 60 + [86.0] * 60 + [97.0] * 60)
    by_second, by_minute = play(played, 1000), play(played, 60_000)
    assert by_second == by_minute
    (call,) = by_second
    assert call.condition == "oxygen_saturation_low"
    assert call.ended_ms is not None
    assert T0 + 60_000 < call.at_ms < T0 + 120_000 < call.ended_ms
    assert not call.technical


def test_deep_long_runs_of_saturation_are_those() -> None:
    short, long, shallow = [84.0] * 29, [84.0] * 30, [85.0] * 60
    spo2 = [97.0, *short, 97.0, *long, 97.0, *shallow, *long[:20], *[np.nan] * 8, *long[:20]]
    runs = recordings.spo2_runs(traffic(oxygen_saturation=spo2))
    assert runs == [(PATIENT, T0 + 31_000, T0 + 61_000)]


ILL = Truth("desaturation", 100_000, 400_000, 150_000, 300_000, SATURATION)


@pytest.mark.parametrize(
    ("call", "found", "useful"),
    [
        (Call(PATIENT, "oxygen_saturation_low", SATURATION, 170_000, 200_000), True, True),
        (Call(PATIENT, "news2", (), 120_000), True, True),
        (Call(PATIENT, "news2", (), 120_000, 149_000), False, True),
        (Call(PATIENT, "oxygen_saturation_low", SATURATION, 90_000), False, False),
        (Call(PATIENT, "oxygen_saturation_low", SATURATION, 350_000), False, True),
        (Call(PATIENT, "oxygen_saturation_low", SATURATION, 361_000), False, False),
        (Call(PATIENT, "blood_glucose_low", ("blood_glucose",), 170_000), False, False),
    ],
)  # fmt: skip
def test_what_is_found_and_what_needs_somebody(call: Call, found: bool, useful: bool) -> None:
    assert (score.found_ms(ILL, [call]) == call.at_ms) is found
    assert score.actionable(call, ILL) is useful


def test_nothing_about_a_fault_needs_somebody() -> None:
    fault = Truth("motion", 100_000, 400_000)
    call = Call(PATIENT, "oxygen_saturation_low", SATURATION, 170_000)
    assert not score.actionable(call, fault)
    assert score.found_ms(fault, [call]) is None


@pytest.mark.parametrize("hours", [-2, -1, 1, 12])
def test_what_a_wrong_clock_sends_is_quarantined_until_it_is_right_again(hours: int) -> None:
    true_ms = T0 + 2000 * np.arange(900, dtype=np.int64)
    wrong = (np.arange(900) >= 300) & (np.arange(900) < 600)
    stored = trusted(true_ms + wrong * hours * 3_600_000, true_ms + 150)
    assert (stored == ~wrong).all()


def test_a_ward_is_drawn_from_its_seed_and_holds_its_truth() -> None:
    one, same, other = wards.ward(1, 2), wards.ward(1, 2), wards.ward(2, 2)
    assert [bed.truths for bed in one] == [bed.truths for bed in same]
    assert [bed.truths for bed in one] != [bed.truths for bed in other]
    assert len(one) == 40
    for bed in one:
        kinds = {truth.kind for truth in bed.truths}
        assert bed.kind in {"stable", *kinds}
        assert any(truth.actionable for truth in bed.truths) == (bed.kind in wards.ILLNESSES_A_DAY)


def test_every_illness_is_found_and_no_fault_is_taken_for_one() -> None:
    hours = 12.0
    drawn = wards.ward(41, hours, dict.fromkeys(wards.BEDS, 1))
    played = wards.traffic_of(drawn, hours)
    found = score.judge(drawn, play(played, 60_000), hours / 24)
    bare = score.judge(drawn, limits(played), hours / 24)
    for kind in wards.ILLNESSES_A_DAY:
        assert found[kind]["sensitivity"] == 1, kind
        assert found[kind]["delay_s"] <= LATEST_S[kind], kind
    for kind in wards.FAULTS_A_DAY:
        assert found[kind]["sensitivity"] is None
        assert found[kind]["actionable_share"] == 0
        rate = found[kind]["alarms_per_patient_day"]
        assert rate <= MOST_OF_BARE[kind] * bare[kind]["alarms_per_patient_day"], kind
    assert found["clock_fault"]["technical_alarms_per_patient_day"] > 0


LATEST_S = {
    "desaturation": 45, "bradycardia": 30, "atrial_fibrillation": 90, "hypoglycaemia": 600,
    "fever": 1200, "sepsis": 600,
}  # fmt: skip
"""From the onset to the call, in seconds; glucose comes every five minutes."""

MOST_OF_BARE = {"probe_off": 0, "motion": 0.2, "flatline": 0, "drift": 0, "clock_fault": 0}
"""Alarms about the patient that a fault may cause, as a share of those of bare limits."""


@needs_recordings
def test_recordings_need_a_third_of_the_alarms_and_miss_nothing() -> None:
    figures = recordings.judge(DATA)
    assert recordings.find(DATA) == recordings.find(DATA / "bidmc") == DATA / "bidmc"
    assert figures["recordings"] == 53
    assert figures["engine"] <= 0.33 * figures["bare_limits"]
    assert figures["engine"] <= figures["limits_15s"]
    assert figures["spo2_runs"] > 0
    assert figures["missed_spo2_runs"] == 0


@needs_recordings
def test_bad_values_of_real_records_are_refused_and_the_rest_is_scored() -> None:
    figures = junk.judge(DATA, 200)
    assert figures is not None
    assert figures["stays"] == 200
    assert 0 < figures["refused"] < 0.01 * figures["readings"]
    values = [v for part in junk.read(DATA / junk.FILE, 200).values() for _, v in part]
    assert min(values) <= 0


def test_a_folder_without_recordings_is_one_clear_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["alarms", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == f"jeg: {tmp_path} has no recordings (files named *_Numerics.csv)\n"
    assert junk.judge(tmp_path) is None


@needs_recordings
def test_command_writes_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    arguments = ["alarms", "--data", str(DATA), "--json", str(path), "--hours", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(path.read_text())
    assert {"bare_limits", "limits_15s", "engine", "missed_spo2_runs"} <= set(found["bidmc"])
    named = {"sensitivity", "delay_s", "alarms_per_patient_day", "actionable_share"}
    for method in ("simulated", "simulated_bare_limits", "simulated_limits_15s"):
        assert set(found[method]) == {*wards.BEDS, "ward"}
        assert all(named <= set(one) for one in found[method].values())
    assert "recordings without labels" in result.output
