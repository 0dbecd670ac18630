"""Every list of the API in pages: bounded, in one order, by cursors that only the API makes."""

import datetime as dt
from typing import Any

import pytest
from fastapi import FastAPI
from msgspec.json import Decoder

from api.errors import InvalidCursorError
from api.pagination import PageRequest, encode
from tests.support.http import NOW, People, Person

PAGES = 4
GROWS = ("/api/auth/access-log/", "/api/audit/")
"""Reading these adds to them."""


async def test_every_list_is_walked_by_its_cursor(people: People, app: FastAPI) -> None:
    admin = await people.person("admin", "clinician")
    patients = [await people.patient(admin) for _ in range(3)]
    devices = [await people.device(patients[0]) for _ in range(3)]
    times = [NOW - dt.timedelta(minutes=number) for number in range(5)]
    await people.measure(patients[0], "heart_rate", [(time, 71) for time in times], devices[0])
    conditions = ("heart_rate_high", "heart_rate_low", "spo2_low")
    alarms = [await people.alarm(patients[0], condition=one) for one in conditions]
    known = {"patient_id": patients[0].id, "device_id": devices[0], "alarm_id": alarms[0]}
    walked = 0
    for path, methods in app.openapi()["paths"].items():
        names = {one["name"]: one for one in methods.get("get", {}).get("parameters", [])}
        if not {"limit", "cursor"} <= names.keys():
            continue
        places = {name for name, one in names.items() if one["in"] == "path"}
        if places <= known.keys():
            query = {"patient": str(patients[0].id)} if "patient" in names else {}
            walked += await _walk(admin, path.format(**known), query)
    assert walked > 8


def test_a_cursor_with_a_time_of_no_zone_is_none() -> None:
    """No row has such a time, and none can be compared with it."""
    decoder = Decoder(tuple[dt.datetime, int])
    forged = encode((NOW.replace(tzinfo=None), 7))
    assert PageRequest(limit=1, cursor=encode((NOW, 7))).after(decoder) == (NOW, 7)
    with pytest.raises(InvalidCursorError):
        PageRequest(limit=1, cursor=forged).after(decoder)


async def _walk(who: Person, path: str, query: dict[str, Any]) -> bool:
    """Hold pages of one against one long page; False where that list is closed to the caller."""
    whole = await who.get(path, limit=500, **query)
    if whole.status_code in {403, 404}:
        return False
    assert whole.status_code == 200, (path, whole.text)
    rows = [] if path.startswith(GROWS) else whole.json()["results"]
    expected = [_key(one) for one in rows[:PAGES]]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while len(found) < len(expected):
        page = (await who.get(path, limit=1, **query, **cursor)).json()
        assert len(page["results"]) == 1, path
        found += [_key(one) for one in page["results"]]
        cursor = {"cursor": page["next"]} if page["next"] else {}
        assert cursor or len(found) == len(rows), path
    assert found == expected, path
    for limit in (0, 501):
        assert (await who.get(path, limit=limit, **query)).status_code == 422, path
    for forged in ("e30", "!"):
        assert (await who.get(path, cursor=forged, **query)).status_code == 400, (path, forged)
    return True


def _key(one: dict[str, Any]) -> str:
    """What tells a row from the others."""
    for name in ("id", "device_id", "code", "condition"):
        if name in one:
            return str(one[name])
    return str(one["patient"]["id"]) if isinstance(one.get("patient"), dict) else str(one)
