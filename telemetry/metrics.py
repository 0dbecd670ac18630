"""Metric registry: what can be measured, in which unit, within which bounds.

Codes are LOINC (loinc.org), units UCUM (ucum.org). Ids are stored with every series and are
never reused. The plausible range is what a sensor on a person can report, not what is healthy: a
value outside is refused, a value inside is scored. A rate of 0 is a reading, asystole or apnoea,
and the last one to be thrown away.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurable quantity.

    Attributes:
        id: Small integer stored with each series; never reused.
        code: Name on the wire and in the API.
        display: Name for people.
        unit: Canonical UCUM unit, in which values are stored.
        low: Least plausible value, in `unit`.
        high: Greatest plausible value, in `unit`.
        loinc: LOINC codes, the first one preferred; empty for a technical metric.
        technical: About the device, not the patient.
        aliases: Other names accepted on the wire.
        codes: Names of the coded values 0, 1, 2 and so on: a closed vocabulary; empty for a
            measured quantity.

    """

    id: int
    code: str
    display: str
    unit: str
    low: float
    high: float
    loinc: tuple[str, ...] = ()
    technical: bool = False
    aliases: tuple[str, ...] = field(default=())
    codes: tuple[str, ...] = field(default=())


BLOOD_PRESSURE_PANEL = "85354-9"
"""LOINC code of the panel that shows both pressures as one reading."""

ACVPU = ("alert", "confusion", "voice", "pain", "unresponsive")
"""Consciousness as NEWS2 takes it: alert, new confusion, responds to voice, to pain, to nothing."""

_ALL = (
    Metric(1, "heart_rate", "Heart rate", "/min", 0, 350, ("8867-4",)),
    Metric(2, "respiratory_rate", "Respiratory rate", "/min", 0, 120, ("9279-1",)),
    Metric(
        3,
        "oxygen_saturation",
        "Oxygen saturation",
        "%",
        20,
        100,
        ("59408-5", "2708-6"),
        aliases=("spo2", "blood_oxygen"),
    ),
    Metric(4, "blood_pressure_systolic", "Systolic pressure", "mm[Hg]", 30, 320, ("8480-6",)),
    Metric(5, "blood_pressure_diastolic", "Diastolic pressure", "mm[Hg]", 10, 220, ("8462-4",)),
    Metric(
        6,
        "body_temperature",
        "Body temperature",
        "Cel",
        25,
        45,
        ("8310-5",),
        aliases=("temperature",),
    ),
    Metric(7, "body_weight", "Body weight", "kg", 0.3, 650, ("29463-7",), aliases=("weight",)),
    Metric(
        8,
        "blood_glucose",
        "Blood glucose",
        "mg/dL",
        5,
        1500,
        ("2339-0", "15074-8"),
        aliases=("glucose",),
    ),
    Metric(9, "steps", "Steps", "{steps}", 0, 200_000, ("55423-8",)),
    Metric(
        10,
        "battery_level",
        "Battery level",
        "%",
        0,
        100,
        technical=True,
        aliases=("battery",),
    ),
    Metric(11, "pulse_rate", "Pulse rate", "/min", 0, 350, ("8889-8",), aliases=("pulse",)),
    Metric(
        12,
        "consciousness",
        "Consciousness",
        "{ACVPU}",
        0,
        4,
        ("80288-4", "67775-7"),
        aliases=("acvpu",),
        codes=ACVPU,
    ),
    Metric(
        13,
        "supplemental_oxygen",
        "Supplemental oxygen",
        "{code}",
        0,
        1,
        codes=("air", "oxygen"),
    ),
    Metric(14, "oxygen_flow_rate", "Oxygen flow", "L/min", 0, 100, ("3151-8",)),
    Metric(
        15,
        "inspired_oxygen",
        "Inspired oxygen",
        "%",
        15,
        100,
        ("3150-6", "19994-3"),
        aliases=("fio2",),
    ),
)

METRICS = MappingProxyType({metric.code: metric for metric in _ALL})
"""Code -> metric."""

METRICS_BY_ID = MappingProxyType({metric.id: metric for metric in _ALL})
"""Id -> metric."""

METRICS_BY_NAME = MappingProxyType(
    METRICS
    | {alias: metric for metric in _ALL for alias in metric.aliases}
    | {code: metric for metric in _ALL for code in metric.loinc}
)
"""Code, alias or LOINC code -> metric, as accepted on the wire."""

MG_DL_PER_MMOL_L = 18.01559
"""Glucose, molar mass 180.1559 g/mol."""
KG_PER_LB = 0.45359237
"""International avoirdupois pound."""
MMHG_PER_KPA = 7.500_615_05
"""Conventional millimetre of mercury, 133.322 Pa."""

Conversion = Callable[[float], float]
_DECIMALS = 6
"""Of what was converted: finer than anything that measures, coarser than the noise of floats."""


def same(value: float) -> float:
    """Convert what is in the canonical unit already."""
    return value


def _scale(factor: float) -> Conversion:
    return lambda value: round(value * factor, _DECIMALS)


def _code(value: float) -> float:
    """Take a code as it is; a number between two codes stands for none, outside every range."""
    return value if float(value).is_integer() else math.inf


def _fahrenheit(value: float) -> float:
    return round((value - 32) / 1.8, _DECIMALS)


_BEATS = ("/min", "bpm", "{beats}/min", "1/min", "beat/min")
_BREATHS = ("/min", "brpm", "{breaths}/min", "1/min")
_PRESSURE: dict[str, Conversion] = {
    "mm[Hg]": same,
    "mmHg": same,
    "kPa": _scale(MMHG_PER_KPA),
    "Pa": _scale(MMHG_PER_KPA / 1000),
}

_ACCEPTED: dict[str, dict[str, Conversion]] = {
    "heart_rate": dict.fromkeys(_BEATS, same),
    "pulse_rate": dict.fromkeys(_BEATS, same),
    "respiratory_rate": dict.fromkeys(_BREATHS, same),
    "oxygen_saturation": {"%": same, "percent": same, "/": _scale(100)},
    "blood_pressure_systolic": _PRESSURE,
    "blood_pressure_diastolic": _PRESSURE,
    "body_temperature": {
        "Cel": same,
        "C": same,
        "degC": same,
        "°C": same,
        "[degF]": _fahrenheit,
        "degF": _fahrenheit,
        "F": _fahrenheit,
        "°F": _fahrenheit,
        "K": lambda value: round(value - 273.15, _DECIMALS),
    },
    "body_weight": {
        "kg": same,
        "g": _scale(0.001),
        "[lb_av]": _scale(KG_PER_LB),
        "lb": _scale(KG_PER_LB),
        "lbs": _scale(KG_PER_LB),
    },
    "blood_glucose": {
        "mg/dL": same,
        "mg/dl": same,
        "mmol/L": _scale(MG_DL_PER_MMOL_L),
        "mmol/l": _scale(MG_DL_PER_MMOL_L),
    },
    "steps": {"{steps}": same, "steps": same, "count": same, "1": same},
    "battery_level": {"%": same, "percent": same, "%EL": same, "/": _scale(100)},
    "consciousness": {"{ACVPU}": _code},
    "supplemental_oxygen": {"{code}": _code},
    "oxygen_flow_rate": {"L/min": same, "l/min": same},
    "inspired_oxygen": {"%": same, "percent": same, "/": _scale(100)},
}

CONVERSIONS: MappingProxyType[tuple[str, str | None], tuple[Metric, Conversion]] = MappingProxyType(
    {
        (name, unit): (metric, convert)
        for name, metric in METRICS_BY_NAME.items()
        for unit, convert in (
            {None: _ACCEPTED[metric.code][metric.unit]} | _ACCEPTED[metric.code]
        ).items()
    }
)
"""(name, unit) on the wire -> (metric, conversion to its canonical unit); no unit: canonical."""


def units(code: str) -> tuple[str, ...]:
    """Units that readings of the metric `code` may come in, the canonical one first."""
    return tuple(_ACCEPTED[code])
