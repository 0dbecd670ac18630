"""Every list of the panel: its pages, what is looked for and sorted out there, and its rows."""

import html
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from api.admin.fields import looked_at
from storage.panel.tables import SHEETS
from storage.queries import panel_search
from storage.queries.panel import MOST_RULES
from tests.support.http import People
from tests.support.panel import Browser, at_the_panel, one, rows

GROUPS = sorted({one.group for one in SHEETS.values()})
TYPED = ("heart mensa", "O'Neil \"%_\\ x\0y", "7" * 5000)
VALUES = {"id": str(uuid4()), "time": "2026-01-02T03:04", "date": "2026-01-02"}


def _offered(page: str) -> list[dict[str, Any]]:
    """Columns of the builder of filters, each with its questions."""
    found = re.search(r"initFilterBuilder\(\{\s*fields: (\[.*\]),\n", page)
    offered: list[dict[str, Any]] = json.loads(html.unescape(found[1])) if found else []
    return offered


def _asked(table: str, column: str, told: dict[str, Any]) -> str:
    """A question as the builder asks it."""
    kind = next(one.kind for one in SHEETS[table].shown if one.name == column)
    value = VALUES.get(kind, "7")
    both = f"{value}..{value}" if told["has_value2"] else value
    bare = f"{column}__{told['name']}"
    return bare if told["data_type"] == "none" else f"{bare}={both}"


@pytest.mark.parametrize("group", GROUPS)
async def test_each_list_is_leafed_searched_filtered_and_sorted_and_its_rows_are_shown(
    browser: Browser, people: People, group: str
) -> None:
    await people.alarm(await people.patient())
    for sheet in SHEETS.values():
        if sheet.group == group:
            await _go_through(browser, sheet.key)


async def test_dead_jobs_are_leafed(browser: Browser) -> None:
    await _go_through(browser, "dead_jobs")
    for number in ("7" * 5000, "\u00b2", "0"):
        assert (await browser.get("dead_jobs/detail", pk=number)).status_code == 404


async def _go_through(browser: Browser, table: str) -> None:
    path = f"{table}/list"
    page = await browser.get(path)
    assert page.status_code == 200, page.text[:2000]
    for row in rows(page)[:1]:
        assert (await browser.get(f"{table}/detail", pk=row)).status_code == 200
    sorts = re.findall(r"sort=(\w+__\w+)", page.text)
    filters = [
        _asked(table, one["name"], told) for one in _offered(page.text) for told in one["filters"]
    ]
    assert filters or table == "dead_jobs"
    queries: list[dict[str, Any]] = [
        {"page": 2},
        *({"q": typed} for typed in TYPED),
        {"sort": sorts},
        *({"filter": " AND ".join(part)} for part in batched(filters)),
    ]
    for query in queries:
        answer = await browser.get(path, **query)
        assert answer.status_code == 200, (query, re.findall(r"<p[^>]*>([^<]*)", answer.text))


def batched(filters: list[str]) -> list[list[str]]:
    """As many at once as may be asked."""
    return [filters[at : at + MOST_RULES] for at in range(0, len(filters), MOST_RULES)]


def test_what_a_list_looks_at_is_said_where_it_is_typed() -> None:
    said = {key: looked_at(sheet) for key, sheet in SHEETS.items()}
    assert said["users"] == "Last name, first name, username, email, id"
    assert said["iot_devices"] == "Name, manufacturer, model, name of owner, registered by, id"
    assert "name of patient" in said["alarms"]
    assert said["audit_log"] == "Action, resource, address, name of actor, patient, id, number"
    for key, sheet in SHEETS.items():
        if any(one.links_to == "users" and one.indexed for one in sheet.shown):
            assert "name of " in said[key].lower(), key


async def test_a_list_says_what_it_looks_at_and_that_it_looked_at_too_much(
    browser: Browser, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = html.escape(looked_at(SHEETS["iot_devices"]))
    assert f'placeholder="{told}"' in (await browser.get("iot_devices/list")).text
    mark = f"Tetteh{uuid4().hex[:8]}"
    patients = [await people.patient(last_name=mark) for _ in range(3)]
    devices = [str(await people.device(one)) for one in patients]
    shown = await browser.get("iot_devices/list", q=mark)
    assert sorted(rows(shown)) == sorted(devices)
    assert "are called so" not in shown.text
    monkeypatch.setattr(panel_search, "MOST_RELATED", 2)
    assert "are called so" in (await browser.get("iot_devices/list", q=mark)).text


async def test_the_log_is_searched_for_who_what_and_from_where(
    app: FastAPI, people: People
) -> None:
    address = "10.9.8.7"
    browser, admin = await at_the_panel(app, people, address=address)
    mark = f"Owusu{uuid4().hex[:8]}"
    await people.db.execute("UPDATE users SET last_name = %s WHERE id = %s", (mark, admin.id))
    patient = await people.patient()
    async with browser:
        assert (await browser.get("users/detail", pk=patient.id)).status_code == 200
        await people.parts.trail._append()
        found = rows(await browser.get("audit_log/list", q=mark.lower()))
        assert found
        meant = (address, "10.9.8", "{key}/detail", "get /admin/{key}/detail", found[0])
        for words in (*meant, str(patient.id)):
            assert found[0] in rows(await browser.get("audit_log/list", q=words)), words
        assert rows(await browser.get("audit_log/list", q=f"x{mark}")) == []


async def test_what_a_form_names_is_picked_by_its_name(browser: Browser, people: People) -> None:
    mark = f"Anim <i>{uuid4().hex[:8]}"
    patient = await people.patient(last_name=mark)
    form = await browser.get("alarm_rules/create")
    assert 'name="patient_id" class="form-control field-has-one' in form.text
    found = re.search(r'name="patient_id".*?data-url="([^"]+)"', form.text, re.DOTALL)
    assert found
    called = await browser.client.get(found[1], params={"q": mark.upper(), "limit": 20})
    items = called.json()["items"]
    assert [one["pk"] for one in items] == [str(patient.id)]
    assert items[0]["_meta"]["repr"].endswith(mark)
    shown = items[0]["_meta"]["select2"]["result"]
    assert html.escape(mark) in shown
    assert mark not in shown
    nobody = await browser.client.get(found[1], params={"limit": 20})
    assert nobody.json()["items"] == [], "nobody's data is handed out for opening a field"
    few = await browser.client.get("/admin/_api/hospitals/relation-lookup", params={"limit": 20})
    assert few.status_code == 200


async def test_what_was_picked_is_in_the_form_and_is_kept_changed_and_cleared(
    browser: Browser, people: People
) -> None:
    heart, lungs = f"Heart {uuid4()}", f"Lungs {uuid4()}"
    for name in (heart, lungs):
        assert (await browser.post("medication_categories/create", name=name)).status_code == 303
    find = "SELECT id FROM medication_categories WHERE name = %s"
    ids = [str(await one(people, find, name)) for name in (heart, lungs)]
    typed = {"name": f"Pill {uuid4()}", "category_id": ids[0], "is_active": "on"}
    assert (await browser.post("medications/create", **typed)).status_code == 303
    row = await one(people, "SELECT id FROM medications WHERE name = %s", typed["name"])
    assert heart in (await browser.get("medications/list", q=typed["name"])).text
    path, held = (
        f"medications/edit?pk={row}",
        "SELECT category_id::text FROM medications WHERE id = %s",
    )
    form = await browser.get("medications/edit", pk=row)
    assert f'<option value="{ids[0]}" selected>&lt;span&gt;{heart}&lt;/span&gt;' in form.text
    for picked in (ids[0], ids[1], ""):
        done = await browser.post(path, **typed | {"category_id": picked})
        assert done.status_code == 303, done.text[-2000:]
        assert (await one(people, held, row) or "") == picked
    bad = await browser.post(path, **typed | {"category_id": str(uuid4())})
    assert bad.status_code == 422
    assert "data-initial" in bad.text, "what was picked is still there"
