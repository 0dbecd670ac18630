"""Alarms: the list, one with its steps, and answering, also when several do so at once."""

import asyncio
import datetime as dt
from typing import get_args
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from analytics.alarms import State
from analytics.rules import Category, Priority
from analytics.scores.news2 import RISKS
from api.alarms import schemas
from api.ward import schemas as ward
from telemetry.clock import now_ms
from tests.support.beds import add_bed, analysing
from tests.support.http import NOW, People, Person
from tests.support.queries import counted
from tests.support.worlds import until

MINUTE = dt.timedelta(minutes=1)


async def alarms(person: Person, **query: object) -> list[dict[str, object]]:
    answer = await person.get("/api/alarms/", **query)
    assert answer.status_code == 200
    return list(answer.json()["results"])


def url(alarm: UUID) -> str:
    return f"/api/alarms/{alarm}/acknowledge/"


async def test_an_alarm_as_it_is_sent(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    alarm = await people.alarm(patient)
    started = NOW.isoformat().replace("+00:00", "Z")
    assert await alarms(nurse) == [
        {
            "id": str(alarm),
            "patient": {"id": str(patient.id), "name": "Ama Owusu", "ward": "", "bed": ""},
            "device_id": None,
            "condition": "heart_rate_high",
            "title": "Heart rate high",
            "metric": "heart_rate",
            "priority": "high",
            "category": "physiological",
            "state": "active_unacknowledged",
            "retrospective": False,
            "started_at": started,
            "activated_at": started,
            "acknowledged_at": None,
            "acknowledged_by": None,
            "cleared_at": None,
            "closed_at": None,
            "value": 141,
            "unit": "/min",
            "limit": 130,
            "severe_limit": None,
            "worst_value": None,
            "worst_at": None,
            "message": "Above the limit",
            "rule_version": "builtin:1",
            "assignee": None,
            "snoozed_until": None,
            "escalation_step": 0,
            "parent_id": None,
            "reopened": 0,
            "version": 1,
        }
    ]


async def test_filters(people: People) -> None:
    nurse = await people.person("clinician")
    first, second = await people.patient(nurse), await people.patient(nurse)
    active = await people.alarm(first)
    low = await people.alarm(second, priority="low", started_at=NOW - MINUTE)
    pending = await people.alarm(first, state="pending", condition="news2")
    closed = await people.alarm(
        first, state="closed", condition="temperature_high", started_at=NOW - 2 * MINUTE
    )

    async def ids(**query: object) -> list[object]:
        return [one["id"] for one in await alarms(nurse, **query)]

    assert await ids() == [str(active), str(low), str(closed)]
    assert await ids(state="open") == [str(active), str(low)]
    assert await ids(state="pending") == [str(pending)]
    assert await ids(state="closed") == [str(closed)]
    assert await ids(patient=second.id) == [str(low)]
    assert await ids(priority="low") == [str(low)]
    for query in ({"state": "91x4"}, {"priority": "91x4"}, {"patient": "91x4"}):
        answer = await nurse.get("/api/alarms/", **query)
        assert answer.status_code == 422
        assert "91x4" not in answer.text


async def test_pages_are_stable_while_alarms_come(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    made = [
        str(await people.alarm(patient, condition=f"c{n}", started_at=NOW - n // 2 * MINUTE))
        for n in range(6)
    ]
    found: list[str] = []
    query: dict[str, object] = {"limit": 2}
    while True:
        page = (await nurse.get("/api/alarms/", **query)).json()
        found += [one["id"] for one in page["results"]]
        await people.alarm(patient, condition=f"late{len(found)}", started_at=NOW + MINUTE)
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert sorted(found) == sorted(made)
    assert len(set(found)) == 6


async def test_only_of_visible_patients(people: People, client: AsyncClient) -> None:
    nurse, stranger = await people.person("clinician"), await people.patient()
    alarm = await people.alarm(stranger)
    assert await alarms(nurse) == []
    assert (await nurse.get(f"/api/alarms/{alarm}/")).status_code == 404
    assert (await nurse.post(url(alarm))).status_code == 404
    assert (await nurse.post(url(uuid4()))).status_code == 404
    assert (await stranger.get(f"/api/alarms/{alarm}/")).status_code == 200
    for answer in (
        await client.get("/api/alarms/"),
        await client.get(f"/api/alarms/{alarm}/"),
        await client.post(url(alarm)),
    ):
        assert answer.status_code == 401


async def test_acknowledging_is_kept_with_who_did_it(people: People) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse))
    first = await nurse.post(url(alarm))
    assert first.status_code == 200
    assert first.json()["state"] == "active_acknowledged"
    assert first.json()["acknowledged_by"] == {"id": str(nurse.id), "name": "Ama Owusu"}
    again = await nurse.post(url(alarm))
    assert (again.status_code, again.json()) == (200, first.json())
    detail = (await nurse.get(f"/api/alarms/{alarm}/")).json()
    (step,) = detail["transitions"]
    assert (step["from_state"], step["to_state"], step["reason"]) == (
        "active_unacknowledged",
        "active_acknowledged",
        "acknowledged",
    )
    assert step["actor"]["id"] == str(nurse.id)


async def test_several_who_answer_at_once_leave_one_step(people: People) -> None:
    nurses = [await people.person("clinician") for _ in range(4)]
    patient = await people.patient(*nurses)
    alarm = await people.alarm(patient)
    answers = await asyncio.gather(*(nurse.post(url(alarm)) for nurse in nurses))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["acknowledged_by"]["id"] for answer in answers}) == 1
    detail = (await nurses[0].get(f"/api/alarms/{alarm}/")).json()
    assert len(detail["transitions"]) == 1


async def test_a_latched_alarm_is_closed_by_the_answer(people: People) -> None:
    nurse, other = await people.person("clinician"), await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse, other), state="latched")
    assert (await nurse.post(url(alarm))).json()["state"] == "closed"
    assert (await nurse.post(url(alarm))).status_code == 200
    refused = await other.post(url(alarm))
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:jeghealth:problem:alarm-not-open"


@pytest.mark.parametrize("state", ["pending", "closed"])
async def test_there_is_nothing_to_answer(people: People, state: str) -> None:
    nurse = await people.person("clinician")
    alarm = await people.alarm(await people.patient(nurse), state=state)
    assert (await nurse.post(url(alarm))).status_code == 409


async def test_patients_see_their_alarms_but_do_not_answer_them(people: People) -> None:
    patient = await people.patient()
    alarm = await people.alarm(patient)
    assert (await patient.post(url(alarm))).status_code == 403


async def test_queries_do_not_grow_with_alarms(people: People) -> None:
    nurse = await people.person("clinician")
    counts = []
    for _ in range(2):
        for _ in range(4):
            await people.alarm(await people.patient(nurse))
        with counted(people.parts.database) as statements:
            assert await alarms(nurse)
        counts.append(len(statements))
    assert counts == [1, 1]


async def test_alarms_that_ended_by_themselves_can_be_read(
    people: People, database_url: str
) -> None:
    nurse, bed = await people.person("clinician"), await add_bed(people.db)
    await people.care(nurse, Person(bed.patient, people.client, ""))
    # Within one minute, at whose end all is well: a score of the low values would be a third alarm.
    begun = now_ms() // 60_000 * 60_000 - 50_000
    low = [(begun + 1000 * second, 86.0) for second in range(20)]
    well = [(begun + 1000 * second, 97.0) for second in range(20, 40)]
    brief = [(begun, 132.0), (begun + 1000, 128.0)]

    async def over() -> bool:
        return [one["state"] for one in await bed.alarms()] == ["closed", "closed"]

    async with analysing(database_url) as task:
        await bed.send("heart_rate", brief)
        await bed.send("oxygen_saturation", low + well)
        await until(over, task)
    steps = {}
    for alarm in await bed.alarms():
        answer = await nurse.get(f"/api/alarms/{alarm['id']}/")
        assert answer.status_code == 200
        steps[alarm["condition"]] = [one["to_state"] for one in answer.json()["transitions"]]
    assert steps == {
        "heart_rate_high": ["pending", "closed"],
        "oxygen_saturation_low": ["pending", "active_unacknowledged", "cleared", "closed"],
    }
    (row,) = [one for one in await alarms(nurse) if one["metric"] == "oxygen_saturation"]
    assert (row["value"], row["worst_value"], row["severe_limit"]) == (86, 86, 84)
    assert row["worst_at"] == row["started_at"]


def test_the_api_knows_every_word_of_the_engine() -> None:
    assert set(get_args(schemas.State)) == set(State)
    assert set(get_args(schemas.Category)) == set(Category)
    assert set(get_args(ward.Priority)) == set(Priority)
    assert get_args(ward.Risk) == RISKS
