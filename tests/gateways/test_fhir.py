"""Whatever rows there are, their FHIR is valid R4, and what is read back is what was said."""

import datetime as dt
import gzip
import json
from dataclasses import fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from gateways.fhir import codes, resources
from gateways.fhir.appointments import STATUSES, appointment, schedule, slot
from gateways.fhir.medications import STATUSES as TAKEN
from gateways.fhir.medications import medication_statement
from storage.models import Medication, UserMedication
from storage.queries.alarms import AlarmRow
from storage.queries.appointments import AppointmentRow
from storage.queries.devices import DeviceRow
from storage.queries.fhir import HospitalRow, PersonRow, PractitionerRow, RoleRow
from storage.queries.fhir_schedules import BookableRow, TimeRow
from storage.queries.health_metrics import DIASTOLIC, SYSTOLIC, ReadingRow
from storage.queries.user_medication_rows import Row
from telemetry.clock import from_ms
from telemetry.metrics import METRICS

SCHEMA = Path(__file__).parents[1] / "api" / "data" / "fhir-r4.schema.json.gz"
# As PostgreSQL keeps it: any text but NUL and surrogates.
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=40)
WORD = st.sampled_from(["Ama", "Müller-Lüdenscheidt", "王", "+233 20 000 0000", "a@b.example"])
ANY = TEXT | WORD
NAMED = ANY.filter(lambda text: bool(text.strip()))
IDS = st.uuids()
TIMES = st.integers(0, 7_258_118_400_000).map(from_ms)
"""Until 2200."""
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
FLAG = st.booleans()


@cache
def schema(kind: str) -> Draft6Validator:
    """That of one kind of resource: to try all of them takes a second each."""
    whole = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": whole["definitions"]})


def rows(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **fields)


PEOPLE = rows(
    PersonRow,
    id=IDS,
    updated_at=TIMES,
    username=NAMED,
    first_name=ANY,
    last_name=ANY,
    email=st.none() | NAMED,
    phone_number=ANY,
    birth_date=st.none() | DAYS,
    sex=st.sampled_from(["", "male", "female", "other", "unknown"]),
    is_active=FLAG,
    emergency_contact_name=ANY,
    emergency_contact_phone=ANY,
)
PRACTITIONERS = rows(
    PractitionerRow,
    id=IDS,
    updated_at=TIMES,
    first_name=ANY,
    last_name=ANY,
    email=NAMED,
    phone_number=ANY,
    specialization=ANY,
    license_number=NAMED,
    licence_state=st.sampled_from(["unchecked", "valid", "invalid"]),
    address=ANY,
    language=st.sampled_from(["en", "fr"]),
    is_active=FLAG,
)
HOSPITALS = rows(
    HospitalRow,
    id=IDS,
    updated_at=TIMES,
    name=NAMED,
    hospital_type=ANY,
    address=ANY,
    city=ANY,
    region=ANY,
    country=ANY,
    phone_number=ANY,
    email=ANY,
    website=ANY,
    is_active=FLAG,
)
ROLES = rows(
    RoleRow,
    provider_id=IDS,
    hospital_id=IDS,
    provider_name=ANY,
    hospital_name=ANY,
    specialization=ANY,
    is_active=FLAG,
    updated_at=TIMES,
)
DEVICES = rows(
    DeviceRow,
    device_id=IDS,
    name=ANY,
    device_type=NAMED,
    manufacturer=ANY,
    model=ANY,
    firmware_version=ANY,
    owner_id=IDS,
    status=st.sampled_from(sorted(codes.DEVICE_STATUS)),
    is_verified=FLAG,
    is_online=FLAG,
    last_seen=st.none() | TIMES,
    battery_level=st.none() | st.floats(0, 100),
    last_maintenance=st.none() | TIMES,
    created_at=TIMES,
    owned_since=TIMES,
    updated_at=TIMES,
)
APPOINTMENTS = rows(
    AppointmentRow,
    id=IDS,
    patient_id=IDS,
    healthcare_provider_id=IDS,
    hospital_id=st.none() | IDS,
    appointment_date=TIMES,
    duration_minutes=st.integers(5, 480),
    appointment_type=st.sampled_from(["in_person", "video"]),
    status=st.sampled_from(sorted(STATUSES)),
    priority=st.sampled_from(["low", "normal", "high", "urgent"]),
    **dict.fromkeys(
        (
            *("chief_complaint", "symptoms", "notes", "diagnosis", "treatment_plan"),
            *("prescribed_medications", "follow_up_instructions", "patient_name", "provider_name"),
            *("specialization", "hospital_name", "hospital_address"),
        ),
        ANY,
    ),
    next_appointment_recommended=FLAG,
    consultation_fee=st.just(Decimal("12.50")),
    payment_status=st.just("paid"),
    reminder_sent=FLAG,
    reminder_sent_at=st.none(),
    sequence=st.integers(0, 9),
    created_by_id=st.none() | IDS,
    created_at=TIMES,
    updated_at=TIMES,
    patient_zone=st.just("Africa/Accra"),
    place_zone=st.just("Africa/Accra"),
    provider_user_id=st.none() | IDS,
    cancellation_hours=st.integers(0, 72),
    requires_prepayment=FLAG,
)
SCHEDULES = rows(
    BookableRow,
    provider_id=IDS,
    name=ANY,
    specialization=ANY,
    is_active=FLAG,
    booking_days=st.integers(1, 365),
    updated_at=TIMES,
)
SLOTS = st.builds(
    lambda provider, start, minutes, free: TimeRow(
        provider, start, start + dt.timedelta(minutes=minutes), free
    ),
    IDS,
    TIMES,
    st.integers(5, 480),
    FLAG,
)
DOSES = st.sampled_from(
    [
        None,
        {"kind": "times", "times": ["08:00", "20:00"]},
        {"kind": "rrule", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "times": ["08:00"]},
        {"kind": "rrule", "rrule": "FREQ=MONTHLY;BYMONTHDAY=1,-1", "times": ["07:30"]},
        {"kind": "rrule", "rrule": "FREQ=DAILY;INTERVAL=2", "times": ["21:00"]},
        {"kind": "as_needed", "most_per_day": 4},
        {"kind": "as_needed"},
    ]
)
STATEMENTS = st.builds(
    Row,
    st.builds(
        UserMedication,
        id=IDS,
        user_id=IDS,
        prescribed_by_id=st.none() | IDS,
        status=st.sampled_from(sorted(TAKEN)),
        start_date=DAYS,
        end_date=st.none() | DAYS,
        dosage=ANY,
        frequency=ANY,
        instructions=ANY,
        side_effects_experienced=ANY,
        schedule=DOSES,
        created_at=TIMES,
        updated_at=TIMES,
    ),
    st.builds(Medication, id=IDS, name=NAMED, catalogue_key=NAMED),
    ANY,
)
ALARMS = rows(
    AlarmRow,
    id=IDS,
    patient_id=st.none() | IDS,
    device_id=st.none() | IDS,
    **dict.fromkeys(("patient_name", "ward", "bed", "rule_version", "message"), ANY),
    condition=st.sampled_from(["heart_rate_high", "device_silent"]),
    title=NAMED,
    metric=st.none(),
    priority=st.sampled_from(sorted(codes.SEVERITY)),
    category=st.just("physiological"),
    state=st.just("closed"),
    retrospective=FLAG,
    started_at=TIMES,
    **dict.fromkeys(
        ("activated_at", "acknowledged_at", "cleared_at", "closed_at", "worst_at", "snoozed_until"),
        st.none() | TIMES,
    ),
    **dict.fromkeys(
        (
            *("acknowledged_by_id", "acknowledged_by_name", "value", "unit", "limit"),
            *("severe_limit", "worst_value", "assignee_id", "assignee_name", "parent_id"),
        ),
        st.none(),
    ),
    **dict.fromkeys(("escalation_step", "reopened", "version"), st.integers(0, 9)),
    updated_at=TIMES,
)


@st.composite
def observations(draw: st.DrawFn) -> dict[str, Any]:
    """A reading of any metric; of a blood pressure one value, the other, or both."""
    metric = draw(st.sampled_from(list(METRICS.values())))
    time, quality = draw(TIMES), draw(st.floats(0, 1))
    measured = {metric.id: metric}
    if metric.id in {SYSTOLIC, DIASTOLIC} and draw(FLAG):
        measured = {one.id: one for one in METRICS.values() if one.id in {SYSTOLIC, DIASTOLIC}}
    group, device, source = draw(st.integers(1, 2**31 - 1)), draw(st.none() | IDS), draw(ANY)
    readings = [
        ReadingRow(group, number, device, source, time, draw(value_of(one)), quality)
        for number, one in sorted(measured.items())
    ]
    return resources.observation(draw(IDS), readings, draw(st.none() | TIMES))


def value_of(metric: Any) -> st.SearchStrategy[float]:
    if metric.codes:
        return st.integers(0, len(metric.codes) - 1).map(float)
    return st.floats(metric.low, metric.high)


SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Patient": PEOPLE.map(resources.patient),
    "Practitioner": PRACTITIONERS.map(resources.practitioner),
    "Organization": HOSPITALS.map(resources.organization),
    "PractitionerRole": ROLES.map(resources.practitioner_role),
    "Device": DEVICES.map(resources.device),
    "Observation": observations(),
    "Appointment": APPOINTMENTS.map(appointment),
    "Schedule": st.builds(schedule, SCHEDULES, TIMES),
    "Slot": SLOTS.map(slot),
    "MedicationStatement": STATEMENTS.map(medication_statement),
    "DetectedIssue": ALARMS.map(resources.detected_issue),
}


@pytest.mark.parametrize("kind", SAID)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_said_is_valid_and_read_back_as_it_was(kind: str, data: st.DataObject) -> None:
    said = data.draw(SAID[kind])
    sent = msgspec.json.decode(msgspec.json.encode(said))
    assert [error.message for error in schema(kind).iter_errors(sent)] == []
    model: Any = get_fhir_model_class(kind)
    read = model.model_validate(sent)
    assert sent == said
    assert model.model_validate(read.model_dump(mode="json")) == read
    if changed := said.get("meta", {}).get("lastUpdated"):
        assert changed == resources.instant(read.meta.lastUpdated)


@settings(max_examples=200, deadline=None)
@given(said=observations())
def test_an_observation_is_as_if_it_had_been_checked_itself(said: dict[str, Any]) -> None:
    checked = resources.checked(said)
    assert msgspec.json.encode(said) == msgspec.json.encode(checked), "the order too"


def test_readings_of_one_shape_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check takes milliseconds, in which nothing else of the program goes on."""
    checked: list[dict[str, Any]] = []
    real = resources.checked

    def counted(resource: dict[str, Any]) -> dict[str, Any]:
        checked.append(resource)
        return real(resource)

    monkeypatch.setattr(resources, "checked", counted)
    rate = METRICS["heart_rate"].id
    for number in range(1, 50):
        row = ReadingRow(number, rate, UUID(int=number), "", from_ms(number), 60 + number, 1)
        said = resources.observation(UUID(int=number), [row], from_ms(number))
        assert said["valueQuantity"]["value"] == 60 + number
    assert len(checked) <= 1


@pytest.mark.parametrize(
    "address", ["1\u00a0Ring Road", "1\u2028Ring\x07 Road", " \x0b1 Ring Road"]
)
def test_texts_that_fhir_has_no_place_for_end_no_search(address: str) -> None:
    texts = {one.name: "Ridge" for one in fields(HospitalRow) if one.type is str}
    texts |= {"address": address, "city": "\u00a0"}
    said = resources.organization(HospitalRow(UUID(int=1), from_ms(0), is_active=True, **texts))
    assert said["address"] == [{"line": ["1 Ring Road"], "state": "Ridge", "country": "Ridge"}]


def test_a_key_of_a_catalogue_that_fhir_has_no_place_for_ends_no_search() -> None:
    coding = codes.coding("urn:jeghealth:medication-catalogue", " KE\r\n \x01 12 ")
    said = resources.checked({"resourceType": "Basic", "code": {"coding": [coding]}})
    assert said["code"]["coding"][0]["code"] == "KE 12"


def test_a_change_is_told_to_the_millisecond() -> None:
    """As a whole second, it would stand for all of that second in a search for what is later."""
    row = ReadingRow(1, METRICS["heart_rate"].id, None, "", from_ms(0), 72, 1)
    said = resources.observation(UUID(int=1), [row], from_ms(1_000))
    assert said["meta"]["lastUpdated"] == "1970-01-01T00:00:01.000Z"
