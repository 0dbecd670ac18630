"""What the description shows of FHIR: resources as they are made, of rows that are made up."""

import datetime as dt
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar, get_type_hints
from uuid import UUID

from api.errors import NotFoundError
from api.fhir.answers import bundle, issues
from api.fhir.asking import ROOT
from api.fhir.capability import statement
from gateways.fhir import resources
from gateways.fhir.appointments import appointment, schedule, slot
from gateways.fhir.codes import Json
from gateways.fhir.medications import medication_statement
from storage.models import Medication, UserMedication
from storage.queries.alarms import AlarmRow
from storage.queries.appointments import AppointmentRow
from storage.queries.devices import DeviceRow
from storage.queries.fhir import HospitalRow, PersonRow, PractitionerRow, RoleRow
from storage.queries.fhir_schedules import BookableRow, TimeRow
from storage.queries.health_metrics import ReadingRow
from storage.queries.user_medication_rows import Row
from telemetry.metrics import METRICS

_SERVER: Final = "https://jeg.example"
_ROOT: Final = _SERVER + ROOT
_ID: Final = UUID("5f0c2f4e-6d0a-4f5e-9f63-2a1f0c6f1b7e")
_AT: Final = dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.UTC)
_HALF_AN_HOUR: Final = dt.timedelta(minutes=30)
_EMPTY: Final[dict[Any, Any]] = {UUID: _ID, dt.datetime: _AT, str: "", int: 1, float: 1.0}
"""Type -> what a field of it holds when nothing else is said; of any other type it is false."""
_MEASURED: Final = (
    {"heart_rate": 72.0},
    {"blood_pressure_systolic": 128.0, "blood_pressure_diastolic": 82.0},
    {"blood_pressure_systolic": 131.0},
    {"oxygen_saturation": 97.0},
    {"respiratory_rate": 14.0},
    {"body_temperature": 36.8},
    {"body_weight": 70.5},
    {"blood_glucose": 98.0},
    {"consciousness": 0.0},
)
T = TypeVar("T")


def _filled(kind: type[T], **said: Any) -> T:  # noqa: ANN401 - whatever the fields hold
    """A row of which only this is said."""
    types = get_type_hints(kind)
    known = {one.name: _EMPTY.get(types[one.name]) for one in fields(kind)}  # type: ignore[arg-type] # a dataclass
    return kind(**known | said)


@cache
def examples() -> dict[str, list[Json]]:
    """Kind of resource -> some of it."""
    named = {"first_name": "Ama", "last_name": "Owusu", "is_active": True}
    provider = {"specialization": "cardiology", "is_active": True}
    return {
        "Patient": [
            resources.patient(
                _filled(
                    PersonRow,
                    username="ama",
                    sex="female",
                    birth_date=dt.date(1958, 3, 14),
                    phone_number="+233201234567",
                    emergency_contact_name="Kofi Owusu",
                    **named,
                )
            )
        ],
        "Practitioner": [
            resources.practitioner(
                _filled(
                    PractitionerRow,
                    license_number="1234567893",
                    licence_state="valid",
                    language="en",
                    **named | provider,
                )
            )
        ],
        "PractitionerRole": [
            resources.practitioner_role(
                _filled(RoleRow, provider_name="Ama Owusu", hospital_name="Ridge", **provider)
            )
        ],
        "Organization": [
            resources.organization(
                _filled(
                    HospitalRow, name="Ridge", hospital_type="general", city="Accra", is_active=True
                )
            )
        ],
        "Device": [
            resources.device(
                _filled(DeviceRow, name="Left wrist", device_type="WEARABLE", status="ACTIVE")
            )
        ],
        "Observation": [_observation(values) for values in _MEASURED],
        "MedicationStatement": [medication_statement(_taken())],
        "Appointment": [appointment(_visit())],
        "Schedule": [
            schedule(_filled(BookableRow, name="Ama Owusu", booking_days=60, **provider), _AT)
        ],
        "Slot": [slot(TimeRow(_ID, _AT, _AT + _HALF_AN_HOUR, free=True))],
        "DetectedIssue": [
            resources.detected_issue(
                _filled(
                    AlarmRow,
                    condition="heart_rate_high",
                    title="Heart rate high",
                    message="Heart rate 141 /min, limit 130 /min.",
                    priority="high",
                )
            )
        ],
    }


def _observation(values: dict[str, float]) -> Json:
    rows = [
        ReadingRow(7, METRICS[name].id, None, "", _AT, value, 1) for name, value in values.items()
    ]
    return resources.observation(_ID, rows, _AT)


def _taken() -> Row:
    mine = UserMedication(
        id=_ID,
        user_id=_ID,
        status="active",
        start_date=_AT.date(),
        dosage="5 mg",
        frequency="twice a day",
        schedule={"kind": "times", "times": ["08:00", "20:00"]},
        created_at=_AT,
        updated_at=_AT,
    )
    return Row(mine, Medication(id=_ID, name="Amlodipine 5 mg", catalogue_key="amlodipine-5"))


def _visit() -> AppointmentRow:
    return _filled(
        AppointmentRow,
        appointment_type="video",
        status="confirmed",
        priority="normal",
        duration_minutes=30,
        patient_name="Ama Owusu",
        provider_name="Efua Mensah",
        specialization="cardiology",
        chief_complaint="Palpitations",
    )


def entered() -> Json:
    """An Observation as somebody sends it."""
    said = examples()["Observation"][0]
    return {name: value for name, value in said.items() if name not in {"id", "meta"}}


def refused() -> Json:
    """What went wrong."""
    return {"resourceType": "OperationOutcome", "issue": issues(NotFoundError())}


def _answers(path: str, method: str) -> list[Json]:
    """What an operation answers where all is well."""
    kind, _, rest = path.removeprefix(ROOT).strip("/").partition("/")
    if kind == "metadata":
        return [statement(_ROOT, _AT)]
    some = examples()[kind]
    everything = rest.endswith("$everything")
    if everything:
        some = [*some, *examples()["Device"], *examples()["Observation"]]
    if everything or (not rest and method == "get"):
        asked = path.rstrip("/").format(patient_id=_ID)
        links = [{"relation": "self", "url": f"{_SERVER}{asked}"}]
        return [bundle(_ROOT, links, some, None if everything else _AT)]
    return some


def show(path: str, method: str, operation: dict[str, Any]) -> None:
    """Give an operation of FHIR examples."""
    for status, response in operation["responses"].items():
        shown = [refused()] if status == "default" else _answers(path, method)
        for content in response["content"].values():
            content["examples"] = {
                f"{one['resourceType']} {place}": {"value": one}
                for place, one in enumerate(shown, 1)
            }
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = entered()
