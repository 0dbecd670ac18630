"""Rows as FHIR R4 resources; each, or one of its shape, is checked by `fhir.resources`.

The library's R4B models are those of R4 for every type that is used here; the tests hold what comes
out against the JSON schema of R4 itself.
"""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

from gateways.fhir import codes
from gateways.fhir.codes import Json
from gateways.hospital_systems import NPI_SYSTEM
from storage.queries.alarms import AlarmRow
from storage.queries.devices import DeviceRow
from storage.queries.fhir import HospitalRow, PersonRow, PractitionerRow, RoleRow
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC, ReadingRow
from telemetry.metrics import METRICS_BY_ID
from telemetry.reading_ids import reading_id

_FULL_QUALITY: Final = 1.0
_SOME_TIME: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_OTHER_SPACE: Final = re.compile(r"[^\S \r\n\t]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_LANGUAGES: Final = "urn:ietf:bcp:47"


def checked(resource: Json) -> Json:
    """The resource in canonical form; what people wrote is put as FHIR's strings may be.

    Raises:
        ValueError: when it is not valid FHIR.
    """
    model = get_fhir_model_class(resource["resourceType"])
    found: dict[str, Any] = model.model_validate(_sayable(resource)).model_dump(mode="json")
    if changed := resource.get("meta", {}).get("lastUpdated"):
        # Where no milliseconds are said, a search for what is later leaves out the whole second.
        found["meta"]["lastUpdated"] = changed
    return found


def _sayable(value: Any) -> Any:  # noqa: ANN401 - any FHIR value
    r"""Without what is empty, and with texts of the only white space that FHIR knows.

    One space that does not break, in an address that was pasted, would else end a whole search.
    Source: hl7.org/fhir/R4/datatypes.html#string, `[ \r\n\t\S]+`, nothing else below 32; a code has
    single white space within: `[^\s]+(\s[^\s]+)*`.

    >>> _sayable({"text": "1\xa0Ring Road\x01", "line": ["", " "], "rank": 0})
    {'text': '1 Ring Road', 'rank': 0}
    >>> _sayable({"code": "KE \r\n 12"})
    {'code': 'KE 12'}
    """
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        said = {name: _sayable(one) for name, one in value.items()}
        if isinstance(said.get("code"), str):
            said["code"] = " ".join(said["code"].split())
        return {name: one for name, one in said.items() if one not in _EMPTY}
    if isinstance(value, list):
        return [one for one in map(_sayable, value) if one not in _EMPTY]
    return value


def _plain(text: str) -> str:
    return _CONTROL.sub("", _OTHER_SPACE.sub(" ", text)).strip()


def patient(row: PersonRow) -> Json:
    """A person as Patient."""
    return checked(
        {
            "resourceType": "Patient",
            "id": str(row.id),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "identifier": [{"system": "urn:jeghealth:username", "value": row.username}],
            "active": row.is_active,
            "name": [_name(row.first_name, row.last_name)],
            **_given(telecom=_telecom(row.phone_number, row.email)),
            **_given(gender=row.sex),
            **_given(birthDate=row.birth_date.isoformat() if row.birth_date else None),
            **_given(contact=_contact(row)),
        }
    )


def practitioner(row: PractitionerRow) -> Json:
    """A provider as Practitioner."""
    return checked(
        {
            "resourceType": "Practitioner",
            "id": str(row.id),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "identifier": _licence(row),
            "active": row.is_active,
            "name": [_name(row.first_name, row.last_name)],
            **_given(telecom=_telecom(row.phone_number, row.email)),
            **_given(address=[{"text": row.address}] if row.address else []),
            "communication": [{"coding": [{"system": _LANGUAGES, "code": row.language}]}],
            **_given(
                qualification=[{"code": {"text": row.specialization}}] if row.specialization else []
            ),
        }
    )


def organization(row: HospitalRow) -> Json:
    """A hospital as Organization."""
    address = {
        **_given(line=[row.address] if row.address else []),
        **_given(city=row.city, state=row.region, country=row.country),
    }
    return checked(
        {
            "resourceType": "Organization",
            "id": str(row.id),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "active": row.is_active,
            "name": row.name,
            "type": [{"text": row.hospital_type}],
            **_given(telecom=_telecom(row.phone_number, row.email, row.website)),
            **_given(address=[address] if address else []),
        }
    )


def practitioner_role(row: RoleRow) -> Json:
    """A provider's work at a hospital as PractitionerRole."""
    return checked(
        {
            "resourceType": "PractitionerRole",
            "id": role_id(row),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "active": row.is_active,
            "practitioner": reference("Practitioner", row.provider_id, row.provider_name),
            "organization": reference("Organization", row.hospital_id, row.hospital_name),
            **_given(specialty=[{"text": row.specialization}] if row.specialization else []),
        }
    )


def role_id(row: RoleRow) -> str:
    """Id of a role: both ids without hyphens, 64 characters, as many as FHIR allows."""
    return row.provider_id.hex + row.hospital_id.hex


def device(row: DeviceRow) -> Json:
    """A device as Device."""
    named = [{"name": row.name, "type": "user-friendly-name"}] if _plain(row.name) else []
    return checked(
        {
            "resourceType": "Device",
            "id": str(row.device_id),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "status": codes.DEVICE_STATUS[row.status],
            "type": {"text": row.device_type},
            "patient": reference("Patient", row.owner_id),
            **_given(manufacturer=row.manufacturer, modelNumber=row.model),
            **_given(deviceName=named),
            **_given(version=[{"value": row.firmware_version}] if row.firmware_version else []),
        }
    )


def observation(
    patient_id: object, rows: Sequence[ReadingRow], changed_at: dt.datetime | None = None
) -> Json:
    """A reading as Observation; both pressures are one panel, what is missing says so.

    `changed_at` is None where it is not known yet. Checking takes milliseconds, and a patient has
    millions of readings: one of each shape is checked, the others are put into its form.
    """
    first = rows[0]
    word = first.value if METRICS_BY_ID[first.metric].codes else None
    shape = _shape(
        tuple(sorted(row.metric for row in rows)),
        word,
        device=first.device_id is not None,
        clear=all(row.quality >= _FULL_QUALITY for row in rows),
        changed=changed_at is not None,
    )
    formed: Json = _formed(shape, _observation(patient_id, rows, changed_at))
    return formed


@lru_cache(maxsize=1024)
def _shape(
    metrics: tuple[int, ...], word: float | None, *, device: bool, clear: bool, changed: bool
) -> Json:
    """A checked Observation that differs from all of its kind in values, times and ids alone."""
    some, quality = UUID(int=0), _FULL_QUALITY if clear else 0.0
    value = 1.0 if word is None else word
    rows = [
        ReadingRow(1, metric, some if device else None, "", _SOME_TIME, value, quality)
        for metric in metrics
    ]
    return checked(_observation(some, rows, _SOME_TIME if changed else None))


def _formed(shape: Any, said: Any) -> Any:  # noqa: ANN401 - any FHIR value
    """What is said, in the order of the shape.

    >>> _formed({"id": "1", "value": {"code": "%", "value": 1.0}}, {"value": {"value": 2.0,
    ...     "code": "%"}, "id": "2"})
    {'id': '2', 'value': {'code': '%', 'value': 2.0}}
    """
    if isinstance(shape, dict):
        return {name: _formed(one, said[name]) for name, one in shape.items()}
    if isinstance(shape, list):
        return [_formed(one, other) for one, other in zip(shape, said, strict=True)]
    return said


def _observation(
    patient_id: object, rows: Sequence[ReadingRow], changed_at: dt.datetime | None
) -> Json:
    first = rows[0]
    metric = METRICS_BY_ID[first.metric]
    values = {row.metric: row.value for row in rows}
    quality = min(row.quality for row in rows)
    panel = first.metric in {SYSTOLIC, DIASTOLIC}
    note = [] if quality >= _FULL_QUALITY else [{"text": f"Signal quality {quality:.2f} of 1"}]
    return {
        "resourceType": "Observation",
        "id": str(reading_id(first.group, first.time)),
        **_given(
            meta=_given(
                lastUpdated=changed_at and instant(changed_at),
                profile=codes.profiles(metric),
            )
        ),
        "status": "final",
        "category": [codes.category(metric)],
        "code": codes.pressure() if panel else codes.concept(metric),
        "subject": reference("Patient", patient_id),
        "effectiveDateTime": _moment(first.time),
        **_given(device=reference("Device", first.device_id) if first.device_id else None),
        **_given(note=note),
        **(_components(values) if panel else codes.value(metric, first.value)),
    }


def _components(values: dict[int, float]) -> Json:
    return {
        "component": [
            {"code": codes.concept(METRICS_BY_ID[number])}
            | (
                codes.value(METRICS_BY_ID[number], values[number])
                if number in values
                else codes.absent()
            )
            for number in (SYSTOLIC, DIASTOLIC)
        ]
    }


def detected_issue(row: AlarmRow) -> Json:
    """An alarm as DetectedIssue: preliminary until somebody has seen it."""
    seen = row.acknowledged_at or row.closed_at
    mitigation = []
    if row.acknowledged_at:
        action = {"text": "acknowledged"}
        mitigation = [{"action": action, "date": instant(row.acknowledged_at)}]
    return checked(
        {
            "resourceType": "DetectedIssue",
            "id": str(row.id),
            "meta": {"lastUpdated": instant(row.updated_at)},
            "status": "final" if seen else "preliminary",
            "code": {
                "coding": [codes.coding(codes.CONDITION, row.condition)],
                "text": row.title,
            },
            "severity": codes.SEVERITY[row.priority],
            "identifiedDateTime": instant(row.activated_at or row.started_at),
            "detail": row.message,
            **_given(
                patient=reference("Patient", row.patient_id) if row.patient_id else None,
                implicated=[reference("Device", row.device_id)] if row.device_id else [],
                mitigation=mitigation,
            ),
        }
    )


def reference(kind: str, key: object, display: str | None = None) -> Json:
    """A reference to a resource of this server."""
    return {"reference": f"{kind}/{key}"} | ({"display": display} if display else {})


def instant(time: dt.datetime) -> str:
    """An instant of FHIR: UTC, milliseconds, what is beyond them left out."""
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(time: dt.datetime) -> str:
    """A dateTime as `fhir.resources` writes it: to the millisecond, no fraction where it is 0."""
    exact = time.astimezone(dt.UTC)
    rounded = exact.replace(microsecond=exact.microsecond // 1000 * 1000)
    return rounded.isoformat().replace("+00:00", "Z")


def _name(first: str, last: str) -> Json:
    return {
        "text": f"{first} {last}".strip() or "unknown",
        **_given(family=last, given=[first] if first else []),
    }


def _licence(row: PractitionerRow) -> list[Json]:
    """The licence as it was entered; under the register's own system where it was checked."""
    known = [{"system": NPI_SYSTEM, "value": row.license_number}]
    return [
        {"system": "urn:jeghealth:licence", "value": row.license_number},
        *(known if row.licence_state == "valid" else []),
    ]


def _telecom(phone: str, email: str | None, website: str = "") -> list[Json]:
    listed = (("phone", phone), ("email", email), ("url", website))
    return [{"system": system, "value": value} for system, value in listed if _plain(value or "")]


def _contact(row: PersonRow) -> list[Json]:
    if not (row.emergency_contact_name or row.emergency_contact_phone):
        return []
    relationship = {
        "coding": [
            codes.coding("http://terminology.hl7.org/CodeSystem/v2-0131", "C", "Emergency Contact")
        ]
    }
    name = row.emergency_contact_name
    return [
        {
            "relationship": [relationship],
            **_given(name={"text": name} if name else None),
            **_given(telecom=_telecom(row.emergency_contact_phone, None)),
        }
    ]


def _given(**fields: Any) -> Json:  # noqa: ANN401 - any FHIR value
    """Fields that have a value: FHIR knows no empty ones."""
    return {name: found for name, found in fields.items() if found}
