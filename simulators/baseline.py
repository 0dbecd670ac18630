"""A patient at rest, given or drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from simulators.noise import gaussian


@dataclass(frozen=True, slots=True)
class Baseline:
    """A patient at rest: heart rate and breaths in /min, pressures in mm[Hg], and so on.

    `activity` is 0 for a patient in bed and 1 for one who walks about. `utc_offset_hours`
    places the patient's day.
    """

    heart_rate: float = 74.0
    respiratory_rate: float = 15.0
    oxygen_saturation: float = 97.2
    blood_pressure_systolic: float = 124.0
    blood_pressure_diastolic: float = 76.0
    body_temperature: float = 36.75
    blood_glucose: float = 104.0
    body_weight: float = 74.0
    activity: float = 0.3
    utc_offset_hours: float = 0.0

    @classmethod
    def drawn(cls, seed: int, profile: Mapping[str, object] | None = None) -> "Baseline":
        """Draw a patient from `seed`; numbers in `profile` under a field's name win."""
        spread = {
            "heart_rate": 5.0,
            "respiratory_rate": 1.2,
            "oxygen_saturation": 0.7,
            "blood_pressure_systolic": 9.0,
            "blood_pressure_diastolic": 6.0,
            "body_temperature": 0.12,
            "blood_glucose": 9.0,
            "body_weight": 12.0,
        }
        z = np.clip(gaussian(seed, 700, np.arange(len(spread))), -1.8, 1.8)
        drawn = {
            name: getattr(cls(), name) + sd * float(zi)
            for (name, sd), zi in zip(spread.items(), z, strict=True)
        }
        known = {f.name for f in fields(cls)}
        given = {
            name: float(value)
            for name, value in (profile or {}).items()
            if name in known and isinstance(value, int | float)
        }
        return replace(cls(), **(drawn | given))
