"""What this server can do, as a CapabilityStatement."""

import datetime as dt
from functools import cache
from typing import Final

from api.fhir.asking import MEDIA_TYPE, NEWEST, ORDERS
from api.reference import VERSION
from gateways.fhir.codes import Json
from gateways.fhir.resources import checked

MOST_OTHERS: Final = 200
"""Devices, medicines, appointments and alarms, each, that come with everything of a patient."""

STARTED: Final = dt.datetime.now(dt.UTC)
_SEARCHES: Final[dict[str, dict[str, str]]] = {
    "Patient": {
        "_id": "token",
        "identifier": "token",
        "name": "string",
        "family": "string",
        "given": "string",
        "gender": "token",
        "birthdate": "date",
        "_lastUpdated": "date",
    },
    "Practitioner": {
        "_id": "token",
        "identifier": "token",
        "name": "string",
        "family": "string",
        "given": "string",
        "_lastUpdated": "date",
    },
    "PractitionerRole": {
        "practitioner": "reference",
        "organization": "reference",
        "specialty": "string",
        "active": "token",
        "_lastUpdated": "date",
    },
    "Organization": {
        "_id": "token",
        "name": "string",
        "address-city": "string",
        "_lastUpdated": "date",
    },
    "Device": {"_id": "token", "patient": "reference", "_lastUpdated": "date"},
    "Observation": {
        "patient": "reference",
        "subject": "reference",
        "code": "token",
        "category": "token",
        "date": "date",
        "device": "reference",
        "_lastUpdated": "date",
    },
    "MedicationStatement": {
        "_id": "token",
        "patient": "reference",
        "subject": "reference",
        "status": "token",
        "effective": "date",
        "_lastUpdated": "date",
    },
    "Appointment": {
        "_id": "token",
        "patient": "reference",
        "practitioner": "reference",
        "status": "token",
        "date": "date",
        "_lastUpdated": "date",
    },
    "Schedule": {
        "_id": "token",
        "actor": "reference",
        "specialty": "token",
        "active": "token",
        "_lastUpdated": "date",
    },
    "Slot": {"schedule": "reference", "status": "token", "start": "date"},
    "DetectedIssue": {
        "_id": "token",
        "patient": "reference",
        "identified": "date",
        "code": "token",
        "_lastUpdated": "date",
    },
}
_SEARCHING: Final = (
    "Parameters, modifiers and orders that are not listed, `_summary`, `_elements` and `_include`"
    " among them, are refused with 400; with `Prefer: handling=lenient` they are ignored, and not"
    " in the link `self`. A page has `_count` results, 50 when it is left out and 200 at most;"
    " follow the link `next`. Where `_lastUpdated` is listed, ask the next time for `ge` the"
    " `timestamp` of the first page of the last time, and nothing that was changed is missed. Names"
    " that stand beside a reference are those of today and count as no change."
)
"""What is to be known of all searches."""
_NOTES: Final = {
    ("Observation", "_lastUpdated"): (
        "Counts for all observations of an hour of measured time together, and is never before the"
        " change: `ge` finds all that was stored or corrected since then, however late it was"
        " measured, and may find others of the same hours."
    ),
    ("Slot", "start"): "At most 31 days of one schedule.",
}
"""What is to be known of a search parameter."""


@cache
def statement(root: str, started: dt.datetime = STARTED) -> Json:
    """The CapabilityStatement of a server that is reached at `root`, as of when it was started."""
    return checked(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "kind": "instance",
            "software": {"name": "JEGHealth", "version": VERSION},
            "implementation": {"description": "JEGHealth", "url": root},
            "fhirVersion": "4.0.1",
            "format": [MEDIA_TYPE, "json"],
            "rest": [
                {
                    "mode": "server",
                    "documentation": _SEARCHING,
                    "security": {
                        "description": "Access token of /api/auth/login/ as a bearer token."
                    },
                    "resource": [_resource(name) for name in _SEARCHES],
                }
            ],
        }
    )


def _resource(name: str) -> Json:
    interactions = ["read", "search-type"] + (["create"] if name == "Observation" else [])
    everything = {
        "name": "everything",
        "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        "documentation": (
            f"Observations by page. With the first one come the newest {MOST_OTHERS} of devices,"
            " medicines, appointments and alarms, each; search for those before them."
        ),
    }
    order = ORDERS.get(name, NEWEST)
    return {
        "type": name,
        "documentation": f"Sorted by `{order}`.",
        "versioning": "no-version",
        "interaction": [{"code": code} for code in interactions],
        "searchParam": [
            {"name": parameter, "type": kind}
            | ({"documentation": note} if (note := _NOTES.get((name, parameter))) else {})
            for parameter, kind in _SEARCHES[name].items()
        ],
    } | ({"operation": [everything]} if name == "Patient" else {})
