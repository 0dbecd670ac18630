"""`jeg eval alarms`: the engine beside limits, on recordings and on simulated wards."""

import json
from pathlib import Path
from typing import Any, Final

from benchmarks.eval.alarms import junk, recordings, score, wards
from benchmarks.eval.alarms.limits import limits
from benchmarks.eval.alarms.live import play
from benchmarks.report import machine

STEP_MS: Final = 60_000
"""What a ward sends in so long goes into the engine at once."""

STAYS: Final = 400
"""Of the set with bad values: a tenth of it has all kinds of them."""

NOTE: Final = (
    "intensive care recordings without labels of alarms, and simulated wards; no recording of a "
    "ward or of wearables with labels was to be had"
)


def run(data: Path, figures: Path | None, seed: int, hours: float) -> str:
    """Judge the engine, write the figures where asked to, and return a table.

    Raises:
        ReplayError: `data` holds no recordings.

    """
    found = {
        "note": NOTE,
        "bidmc": recordings.judge(data),
        "cinc2012": junk.judge(data, STAYS),
        "seed": seed,
        "hours": hours,
        **simulated(seed, hours),
    }
    if figures is not None:
        figures.write_text(json.dumps(found | machine(), indent=2) + "\n", encoding="utf-8")
    return table(found)


def simulated(seed: int, hours: float, beds: dict[str, int] | None = None) -> dict[str, Any]:
    """Figures of one ward: the engine's under `simulated`, the others beside it."""
    drawn = wards.ward(seed, hours, beds)
    traffic = wards.traffic_of(drawn, hours)
    methods = {
        "simulated": play(traffic, STEP_MS),
        "simulated_bare_limits": limits(traffic),
        "simulated_limits_15s": limits(traffic, recordings.DELAY_MS),
    }
    return {name: score.judge(drawn, calls, hours / 24) for name, calls in methods.items()}


def table(found: dict[str, Any]) -> str:
    """Figures for people."""
    bidmc = found["bidmc"]
    lines = [
        found["note"],
        (
            f"bidmc, {bidmc['recordings']} recordings, {bidmc['patient_hours']} h: "
            f"bare limits {bidmc['bare_limits']}, limits with 15 s {bidmc['limits_15s']}, "
            f"engine {bidmc['engine']}; SpO2 runs missed {bidmc['missed_spo2_runs']} "
            f"of {bidmc['spo2_runs']}"
        ),
        (
            f"ward of seed {found['seed']}, {found['hours']:g} h; alarms a patient-day "
            "(bare limits, limits with 15 s, engine); the rest is the engine's"
        ),
        (
            f"{'':20}{'bare':>9}{'15 s':>9}{'engine':>9}{'technical':>11}{'actionable':>12}"
            f"{'found':>8}{'of':>5}{'delay s':>9}{'lead s':>9}"
        ),
    ]
    bad = found["cinc2012"]
    if bad is not None:
        lines.insert(
            2,
            f"cinc2012, {bad['stays']} stays: {bad['refused']} of {bad['readings']} values "
            f"refused, {bad['alarms_per_patient_day']} alarms a patient-day of the engine",
        )
    for kind, one in found["simulated"].items():
        rates = [
            found[name][kind]["alarms_per_patient_day"]
            for name in ("simulated_bare_limits", "simulated_limits_15s", "simulated")
        ]
        shown = "".join(f"{rate:>9.2f}" for rate in rates)
        lines.append(
            f"{kind:20}{shown}{one['technical_alarms_per_patient_day']:>11.2f}"
            f"{one['actionable_share']:>12.2f}{_number(one['sensitivity'], 8, 2)}"
            f"{one['episodes']:>5}{_number(one['delay_s'], 9, 0)}{_number(one['lead_s'], 9, 0)}"
        )
    return "\n".join(lines)


def _number(value: float | None, width: int, decimals: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{decimals}f}"
