"""Code systems, and how metrics, severities and sexes are said in them.

Sources: FHIR R4 vital signs profile (hl7.org/fhir/R4/observation-vitalsigns.html), LOINC, UCUM;
SNOMED CT codes of ACVPU as NEWS2 is commonly recorded with them.
"""

from typing import Any, Final

from telemetry.metrics import BLOOD_PRESSURE_PANEL, METRICS, Metric

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
SNOMED: Final = "http://snomed.info/sct"
METRIC: Final = "urn:jeghealth:metric"
CONDITION: Final = "urn:jeghealth:alarm-condition"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
PROFILE: Final = "http://hl7.org/fhir/StructureDefinition/"

Json = dict[str, Any]

_PROFILES: Final = {
    "heart_rate": "heartrate",
    "respiratory_rate": "resprate",
    "oxygen_saturation": "oxygensat",
    "body_temperature": "bodytemp",
    "body_weight": "bodyweight",
    "blood_pressure_systolic": "bp",
    "blood_pressure_diastolic": "bp",
}
_CATEGORIES: Final = {"blood_glucose": "laboratory", "steps": "activity", "battery_level": "exam"}
_CODES: Final = {
    "consciousness": {
        "alert": "248234008",
        "confusion": "130987000",
        "voice": "300202002",
        "pain": "450847001",
        "unresponsive": "422768004",
    },
}
SEVERITY: Final = {"high": "high", "medium": "moderate", "low": "low"}
"""Priority of an alarm -> severity of a DetectedIssue."""
DEVICE_STATUS: Final = {
    "ACTIVE": "active",
    "MAINTENANCE": "active",
    "INACTIVE": "inactive",
    "REVOKED": "inactive",
}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """One code of a system."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(metric: Metric) -> Json:
    """What was measured: every LOINC code of the metric, else its name here."""
    known = [coding(LOINC, code) for code in metric.loinc]
    return {"coding": known or [coding(METRIC, metric.code)], "text": metric.display}


def pressure() -> Json:
    """The panel of both pressures."""
    return {"coding": [coding(LOINC, BLOOD_PRESSURE_PANEL)], "text": "Blood pressure"}


def category(metric: Metric) -> Json:
    """Category of an observation; a vital sign where it is nothing else."""
    return {"coding": [coding(CATEGORY, _CATEGORIES.get(metric.code, "vital-signs"))]}


def profiles(metric: Metric) -> list[str]:
    """Profiles that an observation of this metric keeps to."""
    own = _PROFILES.get(metric.code)
    return [] if own is None else [PROFILE + "vitalsigns", PROFILE + own]


def value(metric: Metric, number: float) -> Json:
    """Value of an observation or component: a quantity, or the meaning of a code."""
    if metric.codes:
        name = metric.codes[round(number)]
        known = [coding(*pair) for pair, meant in meanings(metric).items() if meant == name]
        return {"valueCodeableConcept": {"coding": known, "text": name}}
    return {
        "valueQuantity": {
            "value": number,
            "unit": metric.unit,
            "system": UCUM,
            "code": metric.unit,
        }
    }


def meanings(metric: Metric) -> dict[tuple[str, str], str]:
    """System and code -> the word of a coded metric's vocabulary; what others know goes first."""
    snomed = {(SNOMED, code): name for name, code in _CODES.get(metric.code, {}).items()}
    return snomed | {(METRIC, f"{metric.code}:{name}"): name for name in metric.codes}


def absent() -> Json:
    """Nobody knows why a value is not there."""
    return {"dataAbsentReason": {"coding": [coding(ABSENT, "unknown")]}}


def by_code() -> dict[tuple[str | None, str], list[str]]:
    """System, None for any, and code -> codes of the metrics that a search for it means."""
    meant: dict[tuple[str | None, str], list[str]] = {}
    for metric in METRICS.values():
        known = [(LOINC, code) for code in metric.loinc] + [(METRIC, metric.code)]
        for system, code in known:
            meant.setdefault((system, code), []).append(metric.code)
            meant.setdefault((None, code), []).append(metric.code)
    both = ["blood_pressure_systolic", "blood_pressure_diastolic"]
    return meant | {(LOINC, BLOOD_PRESSURE_PANEL): both, (None, BLOOD_PRESSURE_PANEL): both}
