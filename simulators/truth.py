"""The truth about a simulated patient: when what befalls him needs somebody.

An illness begins long before anybody should be called. The onset is when the patient's state,
without the noise of measuring and without activity, first crosses the line that the field draws:

| kind | line |
|---|---|
| desaturation | SpO2 below 90 % (hypoxaemia; O'Driscoll 2017, doi 10.1136/thoraxjnl-2016-209729) |
| bradycardia | 40 /min or less (three points of NEWS2) |
| atrial_fibrillation | mean rate above 110 /min (ESC 2020, doi 10.1093/eurheartj/ehaa612) |
| hypoglycaemia | glucose below 70 mg/dL (level 1; Battelino 2019, doi 10.2337/dci19-0028) |
| fever | 38.3 Cel or more (O'Grady 2008, doi 10.1097/CCM.0b013e318169eda9) |
| sepsis | 22 breaths/min or more, and systolic pressure at most 100 or 40 below the usual |

The last after qSOFA (Singer 2016, doi 10.1001/jama.2016.0287) and the consensus of 2001 (Levy 2003,
doi 10.1097/01.CCM.0000050454.01978.3B).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.faults import Fault
from simulators.noise import Floats, Times
from simulators.physiology import Patient
from simulators.scenarios import Scenario, episode

STEP_MS: Final = 1000
"""Resolution of onset and relief."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that befell a patient or his device.

    Attributes:
        kind: A scenario's or a fault's.
        start_ms: From here on (included) anything is different at all.
        end_ms: From here on nothing is.
        onset_ms: First instant at which it needs somebody; None where it never does.
        relief_ms: First instant at which it does no longer.
        signs: Metrics on which an illness shows beyond doubt; none for a fault.

    """

    kind: str
    start_ms: int
    end_ms: int
    onset_ms: int | None = None
    relief_ms: int | None = None
    signs: tuple[str, ...] = ()

    @property
    def actionable(self) -> bool:
        """Whether somebody must come."""
        return self.onset_ms is not None


HYPOXAEMIA_PERCENT: Final = 90
BRADYCARDIA_BPM: Final = 40
FAST_FIBRILLATION_BPM: Final = 110
HYPOGLYCAEMIA_MG_DL: Final = 70
FEVER_CEL: Final = 38.3
FAST_BREATHING_BPM: Final = 22
LOW_SYSTOLIC_MMHG: Final = 100
FALLEN_SYSTOLIC_MMHG: Final = 40


def _line(kind: str, patient: Patient, times_ms: Times) -> NDArray[np.bool_]:
    """Where the patient's state is beyond the line of `kind`; (n,)."""

    def tends(metric: str) -> Floats:
        return patient.calm(times_ms, (metric,))[metric]

    match kind:
        case "desaturation":
            return tends("oxygen_saturation") < HYPOXAEMIA_PERCENT
        case "bradycardia":
            return tends("heart_rate") <= BRADYCARDIA_BPM
        case "atrial_fibrillation":
            return tends("heart_rate") > FAST_FIBRILLATION_BPM
        case "hypoglycaemia":
            return tends("blood_glucose") < HYPOGLYCAEMIA_MG_DL
        case "fever":
            return tends("body_temperature") >= FEVER_CEL
        case "sepsis":
            usual = patient.baseline.blood_pressure_systolic - FALLEN_SYSTOLIC_MMHG
            low = tends("blood_pressure_systolic") <= max(LOW_SYSTOLIC_MMHG, usual)
            return low & (tends("respiratory_rate") >= FAST_BREATHING_BPM)
    message = f"no line is drawn for {kind!r}"
    raise ValueError(message)


def truths(patient: Patient, faults: Sequence[Fault] = ()) -> list[Truth]:
    """Everything that befell a patient and his device, by start."""
    found = [_illness(patient, scenario) for scenario in patient.scenarios]
    found += [Truth(fault.kind, fault.start_ms, fault.end_ms) for fault in faults]
    return sorted(found, key=lambda one: (one.start_ms, one.end_ms))


def _illness(patient: Patient, scenario: Scenario) -> Truth:
    whole = episode(scenario)
    times = np.arange(whole.start_ms, whole.end_ms, STEP_MS, dtype=np.int64)
    beyond = times[_line(scenario.kind, patient, times)]
    onset, relief = (int(beyond[0]), int(beyond[-1]) + STEP_MS) if len(beyond) else (None, None)
    return Truth(scenario.kind, whole.start_ms, whole.end_ms, onset, relief, scenario.signs)
