"""Where something is wrong in an Observation that was sent, as FHIRPath, and what in words.

What is entered goes through the same judge as readings of the API do, which name their own fields.
"""

import re
from typing import Final

from telemetry.errors import Reason
from telemetry.metrics import METRICS

_ROOT: Final = "Observation"
_ELEMENTS: Final = {
    "value": "value",
    "unit": "value.code",
    "recorded_at": "effective",
    "measured_at": "effective",
    "metric_type": "code",
    "notes": "note",
    "systolic_value": "component.where(code.coding.code = '8480-6').value",
    "diastolic_value": "component.where(code.coding.code = '8462-4').value",
    "resource_type": "resourceType",
    **dict.fromkeys(METRICS, "value"),
}
"""Names of our own -> the element that they are read from."""
_CHOICE: Final = re.compile(
    r"\b(value|effective)(Quantity|CodeableConcept|String|Boolean|Integer|Range|Ratio|SampledData"
    r"|Time|DateTime|Period|Timing|Instant)\b"
)
_PLACE: Final = re.compile(r"\.(\d+)\b")
_WORDS: Final[dict[str, str]] = {
    Reason.OUT_OF_RANGE: "is outside of what can be measured",
    Reason.UNKNOWN_UNIT: "is no unit that this is measured in",
    Reason.UNKNOWN_METRIC: "is of nothing that is stored here",
    Reason.NOT_A_NUMBER: "is not a number",
    Reason.TIME_IN_FUTURE: "is in the future",
    Reason.TIME_IMPLAUSIBLE: "is too long ago",
}


def element(field: str) -> str:
    """FHIRPath of what a field stands for: choices by their element, places in brackets.

    >>> element("component.0.valueQuantity.value")
    'Observation.component[0].value.value'
    """
    path = _ELEMENTS.get(field) or _PLACE.sub(r"[\1]", _CHOICE.sub(r"\1", field))
    return f"{_ROOT}.{path}"


def words(reason: str) -> str:
    """A reason in words; most are some already."""
    return _WORDS.get(reason) or reason.replace("_", " ")
