"""Appointments, what belongs to them, the waiting list and calendars."""

from typing import Final

from tests.api.access_table.rows import (
    ACTOR,
    ANYBODY,
    LISTS,
    MISSING,
    OK,
    OPEN,
    PATIENT,
    SEES,
    VIEW,
    Row,
    answers,
)

BOOK: Final = ("appointments.book",)
CONDUCT: Final = ("appointments.conduct",)
_MINE: Final = answers(
    rest=404, anonymous=401, auditor=403, nobody=403, developer=403, stranger=403, self=OK, admin=OK
)
"""The patient's and the provider's own, who is somebody else here; and admins'."""
_SIDES: Final = {**_MINE, "admin": 404}
_STAFF: Final = {**_MINE, "self": 403}
_PATIENTS: Final = {**_MINE, "admin": 403}
_ANY: Final = answers(rest=OK, anonymous=401, auditor=403, nobody=403, developer=403, stranger=403)
_PROVIDER: Final = {**_MINE, "self": 403, "other": 403, "admin": 403}
"""Nobody here: the provider is somebody else."""
_ONE: Final = "/api/appointments/{appointment_id:uuid}"
_NOBODY: Final = "00000000-0000-4000-8000-000000000000"
_FHIR: Final = "/fhir/R4"
_WAITS: Final = "/api/appointments/waiting-list"
ROWS: Final = (
    Row(
        "GET",
        "/api/appointments/",
        BOOK,
        _ANY,
        shows=_MINE,
        audited=PATIENT,
        needs=("appointment_id",),
    ),
    Row(
        "POST",
        "/api/appointments/",
        BOOK,
        _ANY,
        # Nobody can be booked who is not there; the caller may ask.
        body={"healthcare_provider_id": "{nobody}", "appointment_date": "{soon}"},
        ok=(400,),
        audited=ACTOR,
    ),
    Row("GET", f"{_ONE}/", BOOK, _MINE, audited=PATIENT),
    Row("PUT", f"{_ONE}/", BOOK, _MINE, body={"notes": "n"}, audited=PATIENT),
    Row("PATCH", f"{_ONE}/", BOOK, _MINE, body={"notes": "n"}, audited=PATIENT),
    Row("DELETE", f"{_ONE}/", BOOK, _MINE, audited=PATIENT),
    Row("GET", f"{_ONE}/history/", BOOK, _MINE, audited=PATIENT),
    Row("POST", f"{_ONE}/confirm/", BOOK, _STAFF, audited=PATIENT),
    Row("POST", f"{_ONE}/check-in/", BOOK, _MINE, ok=(400,), audited=PATIENT),
    Row("POST", f"{_ONE}/no-show/", BOOK, _STAFF, ok=(400,), audited=PATIENT),
    Row(
        "POST",
        f"{_ONE}/complete/",
        CONDUCT,
        _PROVIDER,
        body={"diagnosis": "d"},
        audited=PATIENT,
    ),
    Row("POST", f"{_ONE}/rating/", BOOK, _PATIENTS, body={"rating": 5}, ok=(400,), audited=PATIENT),
    Row("GET", f"{_ONE}/rating/", BOOK, _MINE, ok=MISSING),
    Row("GET", f"{_ONE}/files/", BOOK, _SIDES, audited=PATIENT),
    # No form was sent: the caller may ask.
    Row("POST", f"{_ONE}/files/", BOOK, _SIDES, ok=(422,), audited=PATIENT),
    Row("GET", f"{_ONE}/files/{{file_id:uuid}}/", BOOK, _SIDES, ok=MISSING),
    Row("DELETE", f"{_ONE}/files/{{file_id:uuid}}/", BOOK, _SIDES, ok=MISSING),
    Row("POST", f"{_ONE}/files/{{file_id:uuid}}/link/", BOOK, _SIDES, ok=MISSING, audited=PATIENT),
    Row(
        "GET",
        f"{_ONE}/files/{{file_id:uuid}}/content/",
        OPEN,
        ANYBODY,
        query={"user": _NOBODY, "session": _NOBODY, "until": "1", "signature": "none"},
        ok=MISSING,
    ),
    Row("GET", "/api/appointments/ratings/{provider_id:uuid}/", BOOK, _ANY),
    Row("POST", "/api/appointments/calendar-feed/", BOOK, _ANY, audited=ACTOR),
    Row("GET", "/api/appointments/calendar-feed/", BOOK, _ANY, ok=MISSING),
    Row("DELETE", "/api/appointments/calendar-feed/", BOOK, _ANY, ok=MISSING),
    Row("GET", "/api/appointments/calendar/{token}/calendar.ics", OPEN, ANYBODY, ok=MISSING),
    Row(
        "POST",
        f"{_WAITS}/",
        BOOK,
        _ANY,
        body={
            "healthcare_provider_id": "{provider_id}",
            "earliest": "{soon}",
            "latest": "{later}",
        },
        audited=ACTOR,
    ),
    Row("GET", f"{_WAITS}/", BOOK, _ANY, audited=ACTOR),
    Row("DELETE", f"{_WAITS}/{{entry_id:uuid}}/", BOOK, _ANY, ok=MISSING),
    Row(
        "POST",
        f"{_WAITS}/{{entry_id:uuid}}/offers/{{offer_id:uuid}}/accept/",
        BOOK,
        _ANY,
        ok=MISSING,
    ),
    Row(
        "POST",
        f"{_WAITS}/{{entry_id:uuid}}/offers/{{offer_id:uuid}}/decline/",
        BOOK,
        _ANY,
        ok=MISSING,
    ),
    Row(
        "GET",
        f"{_FHIR}/Appointment/",
        VIEW,
        LISTS,
        query={"_count": "100"},
        shows=SEES,
        needs=("appointment_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_FHIR}/Appointment/{{appointment_id}}/", VIEW, SEES, audited=PATIENT),
    Row("GET", f"{_FHIR}/Schedule/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Schedule/{{provider_id}}/", VIEW, LISTS),
    Row("GET", f"{_FHIR}/Slot/", VIEW, LISTS, query={"schedule": "{patient_id}"}),
    Row("GET", f"{_FHIR}/Slot/{{slot_id}}/", VIEW, LISTS, ok=MISSING),
)
