"""What every operation keeps to, or says why not: If-Match on changes, bounds of lists."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.app import ROUTERS
from api.routing import declared

CHANGING = {"PUT", "PATCH", "DELETE"}
WITHOUT_IF_MATCH = {
    "what is taken away is as it was made: nobody changed it meanwhile": {
        "DELETE /api/auth/sessions/{session_id}/",
        "DELETE /api/auth/passkeys/{passkey_id}/",
        "DELETE /api/patients/{patient_id}/care-team/{clinician_id}/",
        "DELETE /api/users/{user_id}/roles/{role}/",
        "DELETE /api/subscribers/{subscriber_id}/",
        "DELETE /api/appointments/{appointment_id:uuid}/files/{file_id:uuid}/",
        "DELETE /api/appointments/calendar-feed/",
        "DELETE /api/appointments/waiting-list/{entry_id:uuid}/",
        "DELETE /api/notifications/push/{subscription_id}/",
        "DELETE /api/notifications/webhooks/{webhook_id}/",
        "DELETE /api/providers/{provider_id}/availability/exceptions/{exception_id}/",
        "DELETE /api/patients/{patient_id}/medications/{user_medication_id}/intakes/{intake_id}/",
    },
    "replaced as a whole, by the only one who may": {
        "PUT /api/auth/profile/image/",
        "DELETE /api/auth/profile/image/",
        "PUT /api/dr-jeg/conversations/{conversation_id}/messages/{message_id}/feedback/",
    },
    "a step: 409 where it was taken already": {"PUT /api/iot/devices/{device_id}/maintenance/"},
}
"""Reason -> operations that change something whatever it is by now."""

WHOLE = {
    "as many as the platform has of them": {
        "/api/consents/texts/",
        "/api/demo/",
        "/api/health-metrics/latest/",
        "/api/retention/",
        "/api/roles/",
        "/api/users/{user_id}/roles/",
        "/healthz",
        "/readyz",
    },
    "as many as one may have, or the newest so many, as its description or a constant says": {
        "/api/appointments/{appointment_id}/files/",
        "/api/appointments/{appointment_id}/history/",
        "/api/auth/passkeys/",
        "/api/escalation-policies/",
        "/api/iot/devices/{device_id}/ledger/",
        "/api/notifications/push/",
        "/api/notifications/webhooks/",
        "/api/patients/{patient_id}/care-team/",
        "/api/patients/{patient_id}/viewers/",
        "/api/providers/{provider_id}/hospitals/",
    },
    "as many as fit into the longest span that can be asked for": {
        "/api/health-metrics/trend/",
        "/api/patients/{patient_id}/medications/adherence/",
        "/api/patients/{patient_id}/medications/doses/",
        "/api/providers/{provider_id}/analytics/",
        "/api/providers/{provider_id}/availability/",
        "/api/providers/{provider_id}/schedule/",
    },
    "parts of one thing, which are few": {
        "/api/alarm-rules/{condition}/",
        "/api/alarm-rules/{condition}/diff/",
        "/api/alarms/{alarm_id}/",
        "/api/alarms/{alarm_id}/why/",
        "/api/appointments/{appointment_id}/payment/",
        "/api/auth/profile/",
        "/api/dr-jeg/conversations/{conversation_id}/messages/{message_id}/sources/",
        "/api/health-metrics/dashboard/",
        "/api/health-metrics/goals/",
        "/api/health-metrics/report/",
        "/api/hospitals/{hospital_id}/",
        "/api/iot/devices/{device_id}/doctor/",
        "/api/iot/devices/{device_id}/health/",
        "/api/medications/{medication_id}/",
        "/api/notifications/preferences/",
        "/api/patients/{patient_id}/",
        "/api/patients/{patient_id}/early-warning/",
        "/api/patients/{patient_id}/medications/warnings/",
        "/api/patients/{patient_id}/medications/{user_medication_id}/",
        "/api/patients/{patient_id}/medications/{user_medication_id}/warnings/",
        "/api/payments/{payment_id}/",
        "/api/providers/{provider_id}/",
    },
}
"""Reason -> paths whose answer holds a list that comes without pages."""
MOST = {"limit": 500, "_count": 200}
"""Parameter of a page -> the longest that can be asked for."""


def test_every_change_takes_if_match() -> None:
    without = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        and "if-match" not in declared(route.dependant, "header_params")
        for method in CHANGING.intersection(route.methods or ())
    }
    assert without == {one for those in WITHOUT_IF_MATCH.values() for one in those}


@pytest.fixture(name="reads", scope="module")
def operations_that_read(built: FastAPI) -> dict[str, dict[str, Any]]:
    """Path -> what GET does there."""
    paths = built.openapi()["paths"].items()
    return {path: methods["get"] for path, methods in paths if "get" in methods}


def test_every_list_comes_in_pages_or_is_bounded(
    built: FastAPI, reads: dict[str, dict[str, Any]]
) -> None:
    shapes = built.openapi()["components"]["schemas"]
    whole = {
        path
        for path, operation in reads.items()
        if list(_lists(operation["responses"].get("200", {}), shapes)) and not _pages(operation)
    }
    assert whole == {path for paths in WHOLE.values() for path in paths}


def test_every_search_of_fhir_comes_in_pages(reads: dict[str, dict[str, Any]]) -> None:
    one = ("}/", "/metadata/")
    searches = [path for path in reads if path.startswith("/fhir/") and not path.endswith(one)]
    assert len(searches) > 8
    assert [path for path in searches if not _pages(reads[path])] == []


def test_every_page_has_a_longest(reads: dict[str, dict[str, Any]]) -> None:
    bounds = [
        (one["name"], one["schema"].get("minimum"), one["schema"].get("maximum"))
        for operation in reads.values()
        for one in operation.get("parameters", [])
        if one["name"] in MOST
    ]
    assert len(bounds) > 40
    assert set(bounds) == {(name, 1, most) for name, most in MOST.items()}


def _pages(operation: dict[str, Any]) -> bool:
    names = {one["name"] for one in operation.get("parameters", [])}
    return names >= {"limit", "cursor"} or names >= {"_count", "_cursor"}


def _lists(response: dict[str, Any], shapes: dict[str, Any]) -> Iterator[str]:
    """Fields of an answer that are lists."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    for choice in schema.get("anyOf", [schema]):
        shape = shapes.get(choice.get("$ref", "").rpartition("/")[2], choice)
        for name, field in shape.get("properties", {}).items():
            if "array" in {one.get("type") for one in (field, *field.get("anyOf", []))}:
                yield name
        if shape.get("type") == "array":
            yield ""
