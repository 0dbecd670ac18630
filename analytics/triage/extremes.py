"""Single readings that cannot wait, whatever else is known: plain limits, no model, no I/O.

A reading alone can be an error of the device, so it is urgent and no emergency: measure again at
once, and call when it stays or with signs of illness. Three points of NEWS2 for one input are
urgent by its own rule (Royal College of Physicians, 2017); the others are named at `ADULTS`. NEWS2
is not made for under 16 years: of them only what does not depend on age counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from analytics.triage.red_flags import RedFlag

Side = Literal["low", "high"]

WHAT_TO_DO: Final = "extreme_reading"
ADULT_FROM_YEARS: Final = 16


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a metric becomes urgent, in its canonical unit.

    Attributes:
        low: Greatest value that is too low; None where none is.
        high: Least value that is too high; None where none is.
        places: Decimals that a value is rounded to first, as the source does.

    """

    low: float | None = None
    high: float | None = None
    places: int = 0

    def side(self, value: float) -> Side | None:
        """On which side a value is extreme.

        >>> Edges(91).side(91.4), Edges(91).side(91.6), Edges(high=40, places=1).side(39.96)
        ('low', None, 'high')
        """
        # Half a step upward, and no 38.05 that is 38.0499 as a float.
        scale = 10**self.places
        seen = int(round(value * scale, 6) + 0.5) / scale
        if self.low is not None and seen <= self.low:
            return "low"
        return "high" if self.high is not None and seen >= self.high else None


_HEART: Final = Edges(40, 131)
ADULTS: Final[Mapping[str, Edges]] = MappingProxyType(
    {
        # Three points in NEWS2.
        "heart_rate": _HEART,
        "pulse_rate": _HEART,
        "respiratory_rate": Edges(8, 25),
        "oxygen_saturation": Edges(91),
        # Low: three points in NEWS2. High: 180/120, at which signs of harm make an emergency
        # (Mancia et al. 2023, J. Hypertens. 41, 1874, section 11.5); NEWS2's 220 lies beyond it.
        "blood_pressure_systolic": Edges(90, 180),
        "blood_pressure_diastolic": Edges(None, 120),
        # Low: three points in NEWS2. High: the built-in alarm rule's severe limit.
        "body_temperature": Edges(35.0, 40.0, places=1),
        # Low: under 54 mg/dL, level 2 (Battelino et al. 2019, Diabetes Care 42, 1593). High: from
        # 300 mg/dL that stays people are to be seen at once (CDC, Diabetic Ketoacidosis).
        "blood_glucose": Edges(53, 300),
    }
)
"""Metric -> edges, for adults who are not pregnant."""
PREGNANT: Final = {
    **ADULTS,
    # Severe hypertension in pregnancy: 160/110 (NICE NG133, 2019).
    "blood_pressure_systolic": Edges(90, 160),
    "blood_pressure_diastolic": Edges(None, 110),
}
MINORS: Final = {
    name: ADULTS[name] for name in ("oxygen_saturation", "body_temperature", "blood_glucose")
}
SCALE_2: Final = Edges(83)
"""Oxygen saturation where scale 2 of NEWS2 is prescribed, whose target is 88 to 92 %."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What the edges depend on.

    Attributes:
        age_years: None where it is not known: then as an adult.
        pregnant: As the prescription of the early-warning score says.
        scale: Of NEWS2 for oxygen saturation, 1 or 2.

    """

    age_years: int | None = None
    pregnant: bool = False
    scale: int = 1

    def edges(self) -> Mapping[str, Edges]:
        """Edges that hold for them."""
        if self.age_years is not None and self.age_years < ADULT_FROM_YEARS:
            found: Mapping[str, Edges] = MINORS
        else:
            found = PREGNANT if self.pregnant else ADULTS
        second = self.scale == 2  # noqa: PLR2004 - the name of a scale
        return {**found, "oxygen_saturation": SCALE_2} if second else found


def extreme(metric: str, value: float, patient: Patient) -> Side | None:
    """On which side a reading cannot wait; None where it can.

    >>> extreme("oxygen_saturation", 85, Patient()), extreme("oxygen_saturation", 88, Patient())
    ('low', 'low')
    >>> extreme("oxygen_saturation", 88, Patient(scale=2))
    >>> extreme("heart_rate", 140, Patient(age_years=2))
    """
    edges = patient.edges().get(metric)
    return edges.side(value) if edges else None


def flag_of(metric: str, side: Side) -> RedFlag:
    """The flag of an extreme reading; pulse and heart rate are one.

    >>> flag_of("pulse_rate", "low").code
    'heart_rate_low'
    """
    named = "heart_rate" if metric == "pulse_rate" else metric
    return RedFlag(f"{named}_{side}", "urgent", WHAT_TO_DO)
