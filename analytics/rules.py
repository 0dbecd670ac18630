"""Built-in alarm rules: every limit, delay and hysteresis in one place.

Vocabulary of IEC 60601-1-8: an alarm condition has a priority (high: immediate response, medium:
prompt response, low: awareness) and is physiological (the patient) or technical (the equipment).

The limits are for adults at rest, wider than where a normal range ends: they mark what somebody
must act on. Where NEWS2 gives three points, a limit is at or beyond that edge. Glucose follows
the levels of the international consensus on hypoglycaemia (70 and 54 mg/dL) and on time in range
(250 mg/dL) (Battelino 2019, doi 10.2337/dci19-0028). Delays follow Welch 2011 (Anesth Analg) and
Goerges 2009: 15 s remove half or more of the SpO2 alarms and none that needed anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from telemetry.metrics import METRICS


class Priority(StrEnum):
    """IEC 60601-1-8, clause 6.1.2."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Category(StrEnum):
    """Whether an alarm is about the patient or about the equipment."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


LOW_SIDE: Final = 0
HIGH_SIDE: Final = 1
SIGN: Final = (-1.0, 1.0)
"""By side: a score is `SIGN[side] * (value - limit)`, so that higher is worse on both."""

LANES: Final = (
    "limits_low",
    "limits_high",
    "signal_quality",
    "flatline",
    "gap",
    "rate_of_change",
    "baseline",
    "drift",
)
"""Detectors in their order: each is followed apart on every series, in a lane of its own. The
first two are the sides of a limit."""
TECHNICAL_LANES: Final = tuple(LANES.index(name) for name in ("signal_quality", "flatline", "gap"))
"""Lanes that look at every reading, also at those that nothing physiological is told from."""
LIMITS: Final = "limits"

NEWS2: Final = "news2"
DETERIORATION: Final = "deterioration"
NO_DATA: Final = "no_data"
BUILTIN_VERSION: Final = "builtin:1"

MINIMUM_QUALITY: Final = 0.3
"""Readings whose device rates them lower take no part in alarms; they are stored all the same."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When one condition becomes an alarm, and when it is over.

    Attributes:
        condition: Name of what is wrong; it never changes once it is stored.
        title: The same for people.
        metrics: Metrics whose series can show the condition; empty for a score.
        side: `LOW_SIDE` (at the limit or below) or `HIGH_SIDE` (at the limit or above).
        limit: In the metric's canonical unit; for another detector than `limits`, in its score.
        severe_limit: From here on the priority is high; None where there is no such step.
        priority: Below the severe limit.
        delay_s: Seconds that it must last before anybody is called.
        clear_delay_s: Seconds that it must be over before it is taken as over.
        hysteresis: How far back inside the limit a value must come to count as over.
        hold_s: Seconds without a reading after which a series no longer has a say.
        category: About the patient or about the equipment.
        enabled: Off for this patient where False.
        own_severe_delay_s: Seconds beyond the severe limit before the priority is high; None
            where they are `delay_s`. A shorter one calls before `delay_s` is over.
        severe_clear_delay_s: Seconds back inside the severe limit, by the hysteresis, before the
            priority falls again. Long, since a priority that flickers is not believed.
        detector: Whose scores it looks at: `limits`, or another of `LANES`.
        repeat_s: Seconds after which an alarm that nobody has acknowledged is told again; None
            where the policy or the priority says.
        version: Which version of the rule this is: `builtin:1`, `default:<n>`, `ward:<n>`,
            `patient:<n>`.

    """

    condition: str
    title: str
    metrics: tuple[str, ...]
    side: int
    limit: float
    severe_limit: float | None
    priority: Priority
    delay_s: float
    clear_delay_s: float
    hysteresis: float
    hold_s: float = 3_600
    category: Category = Category.PHYSIOLOGICAL
    enabled: bool = True
    version: str = BUILTIN_VERSION
    own_severe_delay_s: float | None = None
    severe_clear_delay_s: float = 60
    detector: str = LIMITS
    repeat_s: float | None = None

    @property
    def lane(self) -> int:
        """Index into `LANES` of what it looks at."""
        return self.side if self.detector == LIMITS else LANES.index(self.detector)

    @property
    def severe_delay_s(self) -> float:
        """Seconds beyond the severe limit before the priority is high."""
        return self.delay_s if self.own_severe_delay_s is None else self.own_severe_delay_s

    @property
    def unit(self) -> str:
        """UCUM unit of the limit."""
        of_metric = self.metrics and self.detector == LIMITS
        return METRICS[self.metrics[0]].unit if of_metric else "{score}"

    @property
    def severe_score(self) -> float:
        """Score from which the priority is high; infinite where there is no severe limit."""
        if self.severe_limit is None:
            return float("inf")
        return SIGN[self.side] * (self.severe_limit - self.limit)

    def worse(self, one: float | None, other: float | None) -> float | None:
        """The worse of two values; None where neither is known."""
        known = [value for value in (one, other) if value is not None]
        return max(known, key=lambda value: SIGN[self.side] * value, default=None)

    def score_to_value(self, score: float) -> float:
        """The value that has this score."""
        return self.limit + SIGN[self.side] * score


_MINUTE, _HOUR = 60, 3_600
_HEART = ("heart_rate", "pulse_rate")
_TECHNICAL = Category.TECHNICAL
_PROBES = (*_HEART, "respiratory_rate", "oxygen_saturation", "body_temperature")
_VITALS = (*_PROBES, "blood_pressure_systolic", "blood_glucose")
_UNUSUAL: Final = (
    # Off until somebody wants them for a patient: true more often than useful on a whole ward.
    ("rate_of_change", "Changing fast", 1, 120, 300, 0.3),
    ("baseline", "Unusual for this person", 5, 600, 600, 1),
    ("drift", "Drifting slowly", 1, 0, 600, 0.3),
)

# A rule reads: limit, severe limit, priority, delay to raise, delay to clear, hysteresis, hold.
# fmt: off
_ALL: Final = (
    Rule("heart_rate_low", "Heart rate low", _HEART, LOW_SIDE,
         45, 38, Priority.MEDIUM, 15, 10, 3),
    Rule("heart_rate_high", "Heart rate high", _HEART, HIGH_SIDE,
         131, 150, Priority.MEDIUM, 15, 10, 5),
    Rule("respiratory_rate_low", "Respiratory rate low", ("respiratory_rate",), LOW_SIDE,
         8, 6, Priority.MEDIUM, 30, _MINUTE, 2),
    Rule("respiratory_rate_high", "Respiratory rate high", ("respiratory_rate",), HIGH_SIDE,
         30, 36, Priority.MEDIUM, 30, _MINUTE, 2),
    Rule("oxygen_saturation_low", "Oxygen saturation low", ("oxygen_saturation",), LOW_SIDE,
         89, 84, Priority.MEDIUM, 15, 10, 2),
    Rule("blood_pressure_systolic_low", "Systolic pressure low", ("blood_pressure_systolic",),
         LOW_SIDE, 90, 80, Priority.MEDIUM, 15, 0, 5, 6 * _HOUR),
    Rule("blood_pressure_systolic_high", "Systolic pressure high", ("blood_pressure_systolic",),
         HIGH_SIDE, 180, 220, Priority.MEDIUM, 15, 0, 5, 6 * _HOUR),
    Rule("blood_pressure_diastolic_high", "Diastolic pressure high",
         ("blood_pressure_diastolic",), HIGH_SIDE,
         120, None, Priority.MEDIUM, 15, 0, 5, 6 * _HOUR),
    Rule("body_temperature_low", "Temperature low", ("body_temperature",), LOW_SIDE,
         35, 33, Priority.MEDIUM, _MINUTE, 30, 0.3, 6 * _HOUR),
    Rule("body_temperature_high", "Temperature high", ("body_temperature",), HIGH_SIDE,
         38.5, 40, Priority.MEDIUM, _MINUTE, 30, 0.3, 6 * _HOUR),
    Rule("blood_glucose_low", "Glucose low", ("blood_glucose",), LOW_SIDE,
         69, 53, Priority.MEDIUM, 0, 0, 5, 6 * _HOUR),
    Rule("blood_glucose_high", "Glucose high", ("blood_glucose",), HIGH_SIDE,
         250, 400, Priority.MEDIUM, 0, 0, 15, 6 * _HOUR),
    # A score at the edge of a band goes to and fro; somebody who came looks again within the hour.
    Rule(NEWS2, "NEWS2 raised", (), HIGH_SIDE,
         5, 7, Priority.MEDIUM, 2 * _MINUTE, 15 * _MINUTE, 1),
    # The limit is where the card's figures were met: half an alert per patient and day. Scored
    # every hour, so a score counts for three.
    Rule(DETERIORATION, "Deterioration score raised", (), HIGH_SIDE,
         -1.3092, None, Priority.LOW, 0, 2 * _HOUR, 0.2, 3 * _HOUR),
    Rule("battery_level_low", "Battery low", ("battery_level",), LOW_SIDE,
         15, None, Priority.LOW, _MINUTE, _MINUTE, 5, 24 * _HOUR, _TECHNICAL),
    # The probe is off, or the patient moves, for so long that nobody watches over this sign.
    Rule("signal_quality_low", "Signal poor or probe off", _PROBES, HIGH_SIDE,
         0.5, None, Priority.LOW, _MINUTE, 30, 0.2, 600, _TECHNICAL, detector="signal_quality"),
    Rule("signal_flat", "Signal does not change", (*_HEART, "respiratory_rate", "blood_glucose"),
         HIGH_SIDE, 1, None, Priority.LOW, 0, 0, 0.5, _HOUR, _TECHNICAL, detector="flatline"),
    Rule("signal_gaps", "Samples missing", _PROBES, HIGH_SIDE,
         0.5, None, Priority.LOW, 300, 300, 0.2, _HOUR, _TECHNICAL, enabled=False, detector="gap"),
    *(
        Rule(detector, title, _VITALS, HIGH_SIDE, limit, None, Priority.LOW, delay, clear, back,
             enabled=False, detector=detector)
        for detector, title, limit, delay, clear, back in _UNUSUAL
    ),
)
# fmt: on

BUILTIN: Final[Mapping[str, Rule]] = MappingProxyType({rule.condition: rule for rule in _ALL})
"""Condition -> rule."""

_BY_METRIC: Final = {
    (metric, rule.lane): rule.condition
    for rule in _ALL
    # A score is a metric of its own, named like its condition.
    for metric in rule.metrics or (rule.condition,)
}


def condition_of(metric: str, lane: int) -> str | None:
    """Name of the condition that a metric shows in one of `LANES`, or None."""
    return _BY_METRIC.get((metric, lane))
