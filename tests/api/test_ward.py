"""The ward board: who is on it, what it shows, and what it costs."""

import datetime as dt
from uuid import UUID

from httpx import AsyncClient

from api.pagination import encode
from tests.support.http import NOW, People, Person
from tests.support.queries import counted

HOUR = dt.timedelta(hours=1)


async def board(person: Person, **query: object) -> list[dict[str, object]]:
    answer = await person.get("/api/ward/", **query)
    assert answer.status_code == 200
    return list(answer.json()["results"])


def names(rows: list[dict[str, object]]) -> list[object]:
    return [row["patient"]["name"] for row in rows]  # type: ignore[index]


async def test_needs_a_login(client: AsyncClient) -> None:
    answer = await client.get("/api/ward/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_shows_vitals_score_and_alarms(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    device = await people.device(patient)
    await people.measure(patient, "heart_rate", [(NOW - HOUR / 2, 70), (NOW, 135)], device)
    await people.measure(patient, "respiratory_rate", [(NOW - 3 * HOUR, 14)], device)
    await people.alarm(patient)
    await people.alarm(patient, state="pending", condition="news2")
    (row,) = await board(nurse)
    vitals = row["vitals"]
    assert isinstance(vitals, dict)
    assert vitals["heart_rate"]["value"] == 135
    assert vitals["heart_rate"]["unit"] == "/min"
    assert vitals["heart_rate"]["time"] == NOW.isoformat().replace("+00:00", "Z")
    assert vitals["heart_rate"]["stale"] is False
    assert vitals["respiratory_rate"]["stale"] is True
    news2 = row["news2"]
    assert isinstance(news2, dict)
    points = {one["name"]: (one["points_min"], one["points_max"]) for one in news2["components"]}
    assert points["heart_rate"] == (3, 3)
    assert points["respiratory_rate"] == (0, 3)
    assert news2 | {"components": []} == {
        "components": [],
        "min": 3,
        "max": 20,
        "scale": 1,
        "risk": "urgent_single",
        "risk_max": "emergency",
        "missing": [
            "oxygen_saturation",
            "supplemental_oxygen",
            "blood_pressure_systolic",
            "consciousness",
            "body_temperature",
        ],
        "stale": ["respiratory_rate"],
        "measure_next": "respiratory_rate",
    }
    assert row["scores"] == {
        "qsofa": None,
        "shock_index": None,
    }
    assert row["alarms"] == {
        "open": 1,
        "unacknowledged": 1,
        "highest_priority": "high",
        "highest_title": "Heart rate high",
    }


async def test_newest_of_two_devices_is_by_measured_time(people: People) -> None:
    patient = await people.patient()
    for age, value in ((HOUR, 60), (HOUR / 2, 80)):
        device = await people.device(patient)
        await people.measure(patient, "heart_rate", [(NOW - age, value)], device)
    await people.measure(patient, "heart_rate", [(NOW - 2 * HOUR, 99)])
    (row,) = await board(patient)
    assert row["vitals"]["heart_rate"]["value"] == 80  # type: ignore[index]


async def test_a_reading_that_its_device_doubts_is_shown_and_not_scored(people: People) -> None:
    nurse = await people.person("clinician")
    patient, other = await people.patient(nurse), await people.patient(nurse)
    minute = dt.timedelta(minutes=1)
    for owner in (patient, other):
        series = await people.series(owner, "heart_rate", await people.device(owner))
        values = [(NOW - minute, 80.0, 1.0), (NOW, 190.0, 0.1)]
        for time, value, quality in values if owner is patient else values[1:]:
            await people.db.execute(
                "INSERT INTO vitals VALUES (%s, %s, %s, %s)", (series, time, value, quality)
            )
        await people.db.execute(
            "INSERT INTO latest VALUES (%s, %s, 190, 0.1, now())", (series, NOW)
        )
    await people.measure(other, "respiratory_rate", [(NOW, 25)])
    points = {}
    for row in await board(nurse):
        assert row["vitals"]["heart_rate"]["value"] == 190  # type: ignore[index]
        parts = row["news2"]["components"]  # type: ignore[index]
        (heart,) = [one for one in parts if one["name"] == "heart_rate"]
        points[row["patient"]["id"]] = heart["points_min"], heart["points_max"]  # type: ignore[index]
    # Where nothing better was measured the heart rate is unknown.
    assert points == {str(patient.id): (0, 0), str(other.id): (0, 3)}


async def test_qsofa_and_shock_index_stand_beside_news2(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW, 110)])
    await people.measure(patient, "blood_pressure_systolic", [(NOW, 100)])
    await people.measure(patient, "consciousness", [(NOW, 1)])
    await people.measure(patient, "inspired_oxygen", [(NOW, 28)])
    await people.measure(patient, "oxygen_flow_rate", [(NOW - HOUR, 0)])
    (row,) = await board(patient)
    assert row["scores"] == {
        "qsofa": {
            "min": 2,
            "max": 3,
            "positive": True,
            "points": {
                "respiratory_rate": None,
                "blood_pressure_systolic": 1,
                "consciousness": 1,
            },
        },
        "shock_index": {"value": 1.1, "band": "high"},
    }
    news2 = row["news2"]
    assert isinstance(news2, dict)
    points = {one["name"]: (one["points_min"], one["points_max"]) for one in news2["components"]}
    assert points["supplemental_oxygen"] == (2, 2)
    assert points["consciousness"] == (3, 3)


async def test_children_have_no_score(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW, 120)])
    await people.db.execute(
        "UPDATE users SET date_of_birth = current_date - interval '15 years' WHERE id = %s",
        (patient.id,),
    )
    (row,) = await board(patient)
    assert row["news2"] is None


async def test_everyone_sees_whom_they_may(people: People) -> None:
    nurse, other = await people.person("clinician"), await people.person("clinician")
    cared_for, stranger = await people.patient(nurse), await people.patient(other)
    assert [row["patient"]["id"] for row in await board(nurse)] == [str(cared_for.id)]  # type: ignore[index]
    assert [row["patient"]["id"] for row in await board(stranger)] == [str(stranger.id)]  # type: ignore[index]
    await people.end_care(nurse, cared_for)
    assert await board(nurse) == []


async def test_care_counts_only_with_the_role(people: People) -> None:
    former = await people.person("patient")
    await people.patient(former)
    assert [row["patient"]["id"] for row in await board(former)] == [str(former.id)]  # type: ignore[index]


async def test_an_admin_sees_all_patients_and_only_patients(people: People) -> None:
    admin, nurse = await people.person("admin"), await people.person("clinician")
    patient = await people.patient()
    found: set[object] = set()
    cursor = None
    while True:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        page = (await admin.get("/api/ward/", **query)).json()
        found |= {row["patient"]["id"] for row in page["results"]}
        if (cursor := page["next"]) is None:
            break
    assert str(patient.id) in found
    assert found.isdisjoint({str(admin.id), str(nurse.id)})


async def test_pages_are_stable_while_patients_come(people: People) -> None:
    nurse = await people.person("clinician")
    for name in ("Boateng", "Addo", "Owusu", "Mensah", "Owusu"):
        await people.patient(nurse, last_name=name)
    first = (await nurse.get("/api/ward", limit=2)).json()
    assert names(first["results"]) == ["Ama Addo", "Ama Boateng"]
    await people.patient(nurse, last_name="Aaa")
    second = (await nurse.get("/api/ward", limit=2, cursor=first["next"])).json()
    assert names(second["results"]) == ["Ama Mensah", "Ama Owusu"]
    third = (await nurse.get("/api/ward", limit=2, cursor=second["next"])).json()
    assert names(third["results"]) == ["Ama Owusu"]
    assert third["next"] is None
    assert third["results"] != second["results"][1:]


async def test_limits_and_cursors_are_checked(people: People) -> None:
    nurse = await people.person("clinician")
    for query in ({"limit": 0}, {"limit": 501}, {"limit": "91x4"}):
        answer = await nurse.get("/api/ward/", **query)
        assert answer.status_code == 422
        assert "91x4" not in answer.text
    for cursor in ("91x4", "é", "W10", "WzEsMl0", "bnVsbA"):
        answer = await nurse.get("/api/ward/", cursor=cursor)
        assert answer.status_code == 400
        assert answer.json()["type"] == "urn:jeghealth:problem:invalid-cursor"


async def test_forged_cursors_fail_cleanly(people: People) -> None:
    nurse = await people.person("clinician")
    forged = encode(("nul\0", "", UUID(int=1)))
    assert (await nurse.get("/api/ward/", cursor=forged)).status_code == 400
    await people.measure(nurse, "heart_rate", [(NOW, 70)])
    forged = encode((NOW, 2**80))
    assert (await nurse.get("/api/health-metrics/", cursor=forged)).status_code == 400


async def test_queries_do_not_grow_with_patients(people: People) -> None:
    nurse = await people.person("clinician")
    counts = []
    for _ in range(2):
        for _ in range(4):
            patient = await people.patient(nurse)
            await people.measure(patient, "heart_rate", [(NOW, 70)])
            await people.alarm(patient)
        with counted(people.parts.database) as statements:
            assert await board(nurse)
        counts.append(len(statements))
    # Patients, newest readings, alarms.
    assert counts == [3, 3]


async def test_the_board_names_the_worst_open_alarm(people: People) -> None:
    patient = await people.patient()
    for title, priority, state in (
        ("Answered", "high", "active_acknowledged"),
        ("Waiting", "high", "latched"),
        ("Over", "high", "closed"),
        ("Lesser", "medium", "active_unacknowledged"),
    ):
        alarm = await people.alarm(patient, priority=priority, state=state, condition=title.lower())
        await people.db.execute("UPDATE alarms SET title = %s WHERE id = %s", (title, alarm))
    await people.db.commit()
    (row,) = await board(patient)
    assert row["alarms"] == {
        "open": 3,
        "unacknowledged": 2,
        "highest_priority": "high",
        "highest_title": "Waiting",
    }
