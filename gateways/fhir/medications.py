"""What patients take as FHIR R4 MedicationStatement (hl7.org/fhir/R4/medicationstatement.html)."""

from typing import Any, Final

from gateways.fhir import codes
from gateways.fhir.codes import Json
from gateways.fhir.resources import checked, instant, reference
from storage.queries.user_medication_rows import Row
from telemetry.medicines.schedule import Schedule, read

MEDICATION: Final = "urn:jeghealth:medication"
CATALOGUE: Final = "urn:jeghealth:medication-catalogue"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/medication-statement-category"
STATUSES: Final = {
    "active": "active",
    "paused": "on-hold",
    "completed": "completed",
    "stopped": "stopped",
}
"""Status here -> status of a statement."""
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS: Final = {"DAILY": "d", "WEEKLY": "wk", "MONTHLY": "mo"}


def medication_statement(row: Row) -> Json:
    """A medicine that a patient takes or took."""
    mine, medication = row.mine, row.medication
    coding = [
        codes.coding(MEDICATION, str(medication.id), medication.name),
        codes.coding(CATALOGUE, medication.catalogue_key),
    ]
    reported = mine.prescribed_by_id is None
    source = (
        reference("Patient", mine.user_id)
        if reported
        else reference("Practitioner", mine.prescribed_by_id, row.prescriber or None)
    )
    period = {"start": mine.start_date.isoformat()}
    if mine.end_date is not None:
        period["end"] = mine.end_date.isoformat()
    kind = "patientspecified" if reported else "community"
    statement: Json = {
        "resourceType": "MedicationStatement",
        "id": str(mine.id),
        "meta": {"lastUpdated": instant(mine.updated_at)},
        "status": STATUSES[mine.status],
        "category": {"coding": [codes.coding(CATEGORY, kind)]},
        "medicationCodeableConcept": {"coding": coding, "text": medication.name},
        "subject": reference("Patient", mine.user_id),
        "effectivePeriod": period,
        "dateAsserted": instant(mine.created_at),
        "informationSource": source,
        "dosage": [_dosage(row)],
    }
    if mine.side_effects_experienced:
        statement["note"] = [{"text": f"Side effects: {mine.side_effects_experienced}"}]
    return checked(statement)


def _dosage(row: Row) -> Json:
    mine = row.mine
    dosage: Json = {"text": " ".join(one for one in (mine.dosage, mine.frequency) if one)}
    if mine.instructions:
        dosage["patientInstruction"] = mine.instructions
    if mine.schedule is None:
        return dosage
    schedule = read(mine.schedule)
    if schedule.as_needed:
        dosage["asNeededBoolean"] = True
        if schedule.most_per_day is not None:
            dosage["maxDosePerPeriod"] = {
                "numerator": {"value": schedule.most_per_day, "unit": "{dose}"},
                "denominator": {"value": 1, "unit": "d", "system": codes.UCUM, "code": "d"},
            }
        return dosage
    dosage["timing"] = {"repeat": _repeat(schedule)}
    return dosage


def _repeat(schedule: Schedule) -> dict[str, Any]:
    """How often: so many times in a period, at these times, on these days of the week."""
    rule = schedule.rule
    times = [f"{one:%H:%M}:00" for one in schedule.times]
    if rule is None:
        return {"frequency": len(times), "period": 1, "periodUnit": "d", "timeOfDay": times}
    days = 1 if rule.position else len(rule.weekdays) or len(rule.month_days) or 1
    repeat: dict[str, Any] = {
        "frequency": len(times) * days,
        "period": rule.interval,
        "periodUnit": _UNITS[rule.frequency],
        "timeOfDay": times,
    }
    if rule.weekdays and rule.frequency != "MONTHLY":
        repeat["dayOfWeek"] = [_DAYS[day] for _, day in sorted(rule.weekdays)]
    return repeat
