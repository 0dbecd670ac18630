"""Devices."""

from typing import Final

from tests.api.access_table.rows import (
    ANYBODY,
    DEVICES,
    LISTS,
    MISSING,
    OPEN,
    PATIENT,
    SEES,
    Row,
    answers,
)

_DEVICE = "/api/iot/devices/{device_id}"
_DEVICE_ID = "/api/iot/devices/{device_id:uuid}"
_NEW_DEVICE = {"device_type": "MONITOR", "owner_id": "{patient_id}"}

ROWS: Final = (
    Row("POST", "/api/iot/devices/register/", DEVICES, SEES, body=_NEW_DEVICE, audited=PATIENT),
    Row("POST", "/api/iot/devices/", DEVICES, SEES, body=_NEW_DEVICE, audited=PATIENT),
    Row(
        "POST",
        "/api/iot/devices/verify/",
        OPEN,
        answers(rest=401),
        body={"device_id": "{device_id}", "api_key": "wrong"},
    ),
    Row(
        "GET",
        "/api/iot/devices/",
        DEVICES,
        LISTS,
        query={"limit": "500"},
        shows=SEES,
        needs=("device_id",),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE_ID}/", DEVICES, SEES, audited=PATIENT),
    Row("PATCH", f"{_DEVICE_ID}/", DEVICES, SEES, body={"name": "Bed 4"}, audited=PATIENT),
    Row("POST", f"{_DEVICE}/rotate-key/", DEVICES, SEES, audited=PATIENT),
    Row("POST", f"{_DEVICE}/revoke/", DEVICES, SEES, audited=PATIENT),
    Row(
        "PUT",
        f"{_DEVICE_ID}/",
        DEVICES,
        SEES,
        body={"device_type": "MONITOR", "name": "Bed 5"},
        ok=(200, 422),
        audited=PATIENT,
    ),
    Row("DELETE", f"{_DEVICE_ID}/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/doctor/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/health/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/maintenance/", DEVICES, SEES, audited=PATIENT),
    Row("POST", f"{_DEVICE}/maintenance/", DEVICES, SEES, body={"note": "new"}, audited=PATIENT),
    Row("PUT", f"{_DEVICE}/maintenance/", DEVICES, SEES, body={}, ok=(404, 409), audited=PATIENT),
    Row(
        "POST",
        f"{_DEVICE}/transfer/",
        DEVICES,
        SEES,
        body={"owner_id": "{patient_id}"},
        ok=(200, 409, 422),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/ledger/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/errors/", DEVICES, SEES, audited=PATIENT),
    Row(
        "POST",
        f"{_DEVICE}/commands/",
        DEVICES,
        SEES,
        body={"name": "ping"},
        ok=(201, 202, 503),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/commands/", DEVICES, SEES, audited=PATIENT),
    Row("GET", f"{_DEVICE}/commands/{{command_id}}/", DEVICES, SEES, ok=MISSING, audited=PATIENT),
    Row(
        "PUT",
        f"{_DEVICE}/config/",
        DEVICES,
        SEES,
        body={"settings": {}},
        ok=(200, 503),
        audited=PATIENT,
    ),
    Row("GET", f"{_DEVICE}/config/", DEVICES, SEES, ok=(200, 404), audited=PATIENT),
    Row("POST", "/api/iot/data/", OPEN, ANYBODY, body={"device_id": "{device_id}"}, ok=(422,)),
    Row("POST", "/api/iot/data/stream/", OPEN, ANYBODY, body={"readings": []}, ok=(422,)),
    Row("POST", "/api/iot/devices/error/", OPEN, ANYBODY, body={}, ok=(422,)),
)
