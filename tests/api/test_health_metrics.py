"""Readings and trends: right order, both pressures together, late data, bounds."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from api.errors import EmptySpanError, LongSpanError
from api.health_metrics import service
from telemetry import reading_ids
from tests.support.http import NOW, People, Person
from tests.support.queries import counted

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


async def readings(person: Person, **query: object) -> list[dict[str, object]]:
    answer = await person.get("/api/health-metrics/", **query)
    assert answer.status_code == 200
    return list(answer.json()["results"])


async def test_newest_first_over_metrics_and_devices(people: People) -> None:
    patient = await people.patient()
    device = await people.device(patient)
    await people.measure(patient, "heart_rate", [(NOW - 2 * MINUTE, 70), (NOW, 72)], device)
    await people.measure(patient, "body_weight", [(NOW - MINUTE, 70.5)])
    found = await readings(patient)
    assert [(one["metric_type"], one["value"]) for one in found] == [
        ("heart_rate", 72),
        ("body_weight", 70.5),
        ("heart_rate", 70),
    ]
    assert found[0] | {"id": ""} == {
        "id": "",
        "metric_type": "heart_rate",
        "value": 72,
        "unit": "/min",
        "systolic_value": None,
        "diastolic_value": None,
        "recorded_at": NOW.isoformat().replace("+00:00", "Z"),
        "quality": 1,
        "device_id": str(device),
        "is_manual_entry": False,
        "source": "device",
        "source_name": "",
        "notes": "",
        "recorded_by_id": None,
        "created_at": None,
        "updated_at": None,
    }
    assert (found[1]["device_id"], found[1]["is_manual_entry"]) == (None, True)


def fresh() -> dt.datetime:
    """The second that it is, for what is asked of the past hour: `NOW` may be that old."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


async def pressures(people: People, patient: Person) -> None:
    """Two whole readings, and one of which a half is missing; another device at the same time."""
    now = fresh()
    device, other = await people.device(patient), await people.device(patient)
    times = [now - 3 * MINUTE, now - 2 * MINUTE, now - MINUTE]
    await people.measure(
        patient, "blood_pressure_diastolic", [(times[0], 80), (times[1], 81)], device
    )
    await people.measure(
        patient, "blood_pressure_systolic", [(times[0], 120), (times[2], 122)], device
    )
    await people.measure(patient, "blood_pressure_systolic", [(times[0], 140)], other)
    await people.measure(patient, "blood_pressure_diastolic", [(times[0], 90)], other)


@pytest.mark.parametrize(
    "metric", [None, "blood_pressure", "blood_pressure_systolic", "blood_pressure_diastolic"]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_both_pressures_are_one_reading_on_every_page(
    people: People, metric: str | None, limit: int
) -> None:
    patient = await people.patient()
    await pressures(people, patient)
    query: dict[str, object] = {"limit": limit} | ({"metric": metric} if metric else {})
    found: list[dict[str, object]] = []
    while True:
        page = (await patient.get("/api/health-metrics/", **query)).json()
        assert len(page["results"]) <= limit
        found += page["results"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    values = [(one["systolic_value"], one["diastolic_value"]) for one in found]
    assert values[:2] == [(122, None), (None, 81)]
    assert sorted(values[2:]) == [(120, 80), (140, 90)]
    assert {one["metric_type"] for one in found} == {"blood_pressure"}
    assert {one["value"] for one in found} == {None}
    assert len({one["id"] for one in found}) == 4


async def test_bounds_are_included_and_aliases_known(people: People) -> None:
    patient = await people.patient()
    times = [NOW - n * MINUTE for n in range(5)]
    await people.measure(patient, "oxygen_saturation", [(time, 97) for time in times])
    found = await readings(
        patient, metric="spo2", since=times[3].isoformat(), until=times[1].isoformat()
    )
    assert len(found) == 3
    assert await readings(patient, metric="8867-4") == []


async def test_pages_do_not_shift_when_readings_come(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "heart_rate", [(NOW - n * MINUTE, 60 + n) for n in range(10)])
    first = (await patient.get("/api/health-metrics/", limit=4)).json()
    await people.measure(patient, "heart_rate", [(NOW + MINUTE, 99)])
    second = (await patient.get("/api/health-metrics/", limit=4, cursor=first["next"])).json()
    values = [one["value"] for one in first["results"] + second["results"]]
    assert values == list(range(60, 68))


async def test_latest_is_by_measured_time_with_pressures_together(people: People) -> None:
    patient = await people.patient()
    await pressures(people, patient)
    for value in (37.0, 38.5):
        device = await people.device(patient)
        await people.measure(patient, "body_temperature", [(NOW - value * MINUTE, value)], device)
    answer = await patient.get("/api/health-metrics/latest/")
    found = {one["metric_type"]: one for one in answer.json()["results"]}
    assert found["body_temperature"]["value"] == 37.0
    pressure = found["blood_pressure"]
    assert (pressure["systolic_value"], pressure["diastolic_value"]) == (122, None)


@pytest.mark.parametrize("path", ["", "latest/", "trend/"])
async def test_only_of_visible_patients(people: People, client: AsyncClient, path: str) -> None:
    nurse, stranger = await people.person("clinician"), await people.patient()
    patient = await people.patient(nurse)
    url = f"/api/health-metrics/{path}"
    query = {"metric": "heart_rate"} if path == "trend/" else {}
    assert (await nurse.get(url, patient=patient.id, **query)).status_code == 200
    assert (await nurse.get(url, patient=stranger.id, **query)).status_code == 404
    assert (await nurse.get(url, patient=uuid4(), **query)).status_code == 404
    assert (await client.get(url, params=query)).status_code == 401


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("", {"metric": "91x4"}, "metric"),
        ("", {"patient": "91x4"}, "patient"),
        ("", {"since": "2026-01-01T00:00:00"}, "since"),
        ("", {"until": "91x4"}, "until"),
        ("", {"since": "0001-01-01T00:00:00+05:00"}, "since"),
        ("trend/", {"metric": "heart_rate", "until": "9999-12-31T23:59:59-05:00"}, "until"),
        ("trend/", {}, "metric"),
        ("trend/", {"metric": "heart_rate", "span": "91x4"}, "span"),
    ],
)
async def test_bad_queries_are_named_and_not_repeated(
    people: People, path: str, query: dict[str, str], field: str
) -> None:
    patient = await people.patient()
    answer = await patient.get(f"/api/health-metrics/{path}", **query)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert "91x4" not in answer.text


async def test_pages_reach_back_over_years_without_readings(people: People) -> None:
    patient = await people.patient()
    days = [0, 1, 2, 9, 10, 73, 600, 601, 5_000]
    times = [NOW - dt.timedelta(days=day) for day in days]
    # What a device held back may be newer than what counts as the newest.
    await people.measure(patient, "body_weight", [(time, 70) for time in times[1:]])
    newest = await people.measure(patient, "heart_rate", [(times[0], 70)])
    await people.db.execute("DELETE FROM latest WHERE series_id = %s", (newest,))
    wanted = [time.isoformat().replace("+00:00", "Z") for time in times]
    assert [one["recorded_at"] for one in await readings(patient)] == wanted
    for limit in (1, 2, 4):
        found, cursor = [], None
        while True:
            page = (
                await patient.get(
                    "/api/health-metrics/", limit=limit, **({"cursor": cursor} if cursor else {})
                )
            ).json()
            found += [one["recorded_at"] for one in page["results"]]
            if (cursor := page["next"]) is None:
                break
        assert found == wanted
    some = await readings(patient, since=times[6].isoformat(), until=times[3].isoformat())
    assert [one["recorded_at"] for one in some] == wanted[3:7]


async def test_queries_do_not_grow_with_readings_and_devices(people: People) -> None:
    patient = await people.patient()
    counts = []
    for _ in range(2):
        for _ in range(3):
            await people.measure(patient, "heart_rate", [(NOW, 70)], await people.device(patient))
        with counted(people.parts.database) as statements:
            assert await readings(patient)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


async def trend(person: Person, **query: object) -> dict[str, Any]:
    answer = await person.get("/api/health-metrics/trend/", **query)
    assert answer.status_code == 200
    return dict(answer.json())


async def roll_up(people: People, series: int, *, hours: int | None = None) -> None:
    """Make the rollups of a series' dirty hours, as the jobs do."""
    for table, length in (("minute", MINUTE), ("hour", HOUR)):
        await people.db.execute(
            f"INSERT INTO rollup_{table} (series_id, bucket, n, mean, min, max)"  # noqa: S608
            " SELECT series_id, time_bucket(%s, time), count(*), avg(value), min(value),"
            " max(value) FROM vitals WHERE series_id = %s GROUP BY 1, 2",
            (length, series),
        )
    await people.db.execute(
        "DELETE FROM rollup_dirty WHERE series_id = %s AND (%s::int IS NULL OR bucket <"
        " date_trunc('hour', now()) - make_interval(hours => %s::int))",
        (series, hours, hours),
    )


async def test_an_hour_is_made_from_the_readings(people: People) -> None:
    patient = await people.patient()
    now = fresh()
    await people.measure(
        patient, "heart_rate", [(now - n * dt.timedelta(seconds=1), 60 + n % 5) for n in range(600)]
    )
    found = await trend(patient, metric="heart_rate", span="1h")
    assert found["resolution_seconds"] == 5
    assert sum(found["n"]) == 600
    assert found["t"] == sorted(found["t"])
    assert all(t % 5000 == 0 for t in found["t"])
    assert (min(found["min"]), max(found["max"])) == (60, 64)


@pytest.mark.parametrize(
    ("span", "step"), [("1h", 5), ("6h", 30), ("24h", 120), ("7d", 600), ("30d", 3600)]
)
async def test_the_span_decides_the_resolution(people: People, span: str, step: int) -> None:
    patient = await people.patient()
    found = await trend(patient, metric="heart_rate", span=span)
    assert found["resolution_seconds"] == step
    assert found["t"] == found["mean"] == []


@pytest.mark.parametrize("span", ["24h", "7d", "30d"])
@pytest.mark.parametrize("rolled_up", ["nothing", "all", "older than two hours"])
async def test_rollups_and_readings_give_the_same_trend(
    people: People, span: str, rolled_up: str
) -> None:
    patient = await people.patient()
    values = [(NOW - n * 7 * MINUTE, float(60 + n * 7 % 40)) for n in range(150)]
    series = await people.measure(patient, "heart_rate", values)
    if rolled_up != "nothing":
        await roll_up(people, series, hours=None if rolled_up == "all" else 2)
    found = await trend(patient, metric="heart_rate", span=span)
    begin = found["t"][0] / 1000
    expected = [value for time, value in values if time.timestamp() >= begin]
    assert sum(found["n"]) == len(expected)
    total = sum(mean * n for mean, n in zip(found["mean"], found["n"], strict=True))
    assert total == pytest.approx(sum(expected))
    assert (min(found["min"]), max(found["max"])) == (min(expected), max(expected))


async def test_a_late_reading_is_in_the_trend_at_once(people: People) -> None:
    patient = await people.patient()
    series = await people.measure(
        patient, "heart_rate", [(NOW - 5 * HOUR - n * MINUTE, 70) for n in range(0, 120, 2)]
    )
    await roll_up(people, series)
    before = await trend(patient, metric="heart_rate", span="24h")
    await people.measure(patient, "heart_rate", [(NOW - 5 * HOUR - 31 * MINUTE, 170)])
    after = await trend(patient, metric="heart_rate", span="24h")
    assert (sum(before["n"]), max(before["max"])) == (60, 70)
    assert (sum(after["n"]), max(after["max"])) == (61, 170)


async def test_devices_are_merged_by_their_weight(people: People) -> None:
    patient = await people.patient()
    start = NOW.replace(minute=0, second=0) - 5 * HOUR
    await people.measure(
        patient, "heart_rate", [(start, 60), (start + MINUTE / 4, 60)], await people.device(patient)
    )
    await people.measure(
        patient, "heart_rate", [(start + MINUTE / 2, 90)], await people.device(patient)
    )
    found = await trend(patient, metric="heart_rate", span="24h")
    assert (found["mean"], found["min"], found["max"], found["n"]) == ([70], [60], [90], [3])


async def test_pressures_share_their_times(people: People) -> None:
    patient = await people.patient()
    await pressures(people, patient)
    found = await trend(patient, metric="blood_pressure", span="1h")
    assert found["max"] == [140, None, 122]
    assert found["n"] == [2, 0, 1]
    diastolic = found["diastolic"]
    assert diastolic["max"] == [90, 81, None]
    single = await trend(patient, metric="blood_pressure_diastolic", span="1h")
    assert (single["max"], single["diastolic"]) == ([90, 81], None)


async def test_a_trend_has_a_beginning_and_a_bound(people: People) -> None:
    patient = await people.patient()
    since = (NOW - dt.timedelta(days=900)).isoformat()
    for query in ({"since": NOW.isoformat(), "until": NOW.isoformat()}, {"since": since}):
        answer = await patient.get("/api/health-metrics/trend/", metric="heart_rate", **query)
        assert answer.status_code == 400


@given(st.datetimes(min_value=dt.datetime(2000, 1, 1)), st.timedeltas(max_value=dt.timedelta(900)))  # noqa: DTZ001 - hypothesis asks for naive bounds
def test_no_span_gives_too_many_points(start: dt.datetime, span: dt.timedelta) -> None:
    since = start.replace(tzinfo=dt.UTC)
    try:
        step = service.resolution(since, since + span)
    except EmptySpanError:
        assert span <= dt.timedelta(0)
    except LongSpanError:
        assert span > service.LONGEST_TREND
    except OverflowError:
        pass
    else:
        assert span.total_seconds() / step <= service.MAX_POINTS
        assert step in service.STEPS_SECONDS


@given(
    st.integers(1, 2**31 - 1),
    st.datetimes(min_value=dt.datetime(1970, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001
)
def test_reading_ids_are_uuids_that_tell_readings_apart(group: int, time: dt.datetime) -> None:
    found = reading_ids.reading_id(group, time)
    assert (found.version, found.variant) == (8, "specified in RFC 4122")
    bits = ((found.int >> 80) << 74) | (((found.int >> 64) & 0xFFF) << 62)
    bits |= found.int & ((1 << 62) - 1)
    assert (bits >> 64) == group
    microseconds = bits & ((1 << 64) - 1)
    assert service.EPOCH + dt.timedelta(microseconds=microseconds) == time


async def test_wrong_turns_of_the_list_are_told(people: People) -> None:
    patient, device = await people.patient(), uuid4()
    day = {"since": NOW.isoformat(), "until": (NOW - HOUR).isoformat()}
    answer = await patient.get("/api/health-metrics/", **day)
    assert (answer.status_code, answer.json()["title"]) == (
        400,
        "The time `since` must be before `until`.",
    )
    moment = {"since": NOW.isoformat(), "until": NOW.isoformat()}
    assert (await patient.get("/api/health-metrics/", **moment)).status_code == 200
    for field, value in {
        "metric": "humours",
        "source": "dream",
        "device": "strap",
        "since": "yesterday",
        "until": "2026-01-01T10:00:00",
        "limit": "0",
        "metrics": "heart_rate",
    }.items():
        answer = await patient.get("/api/health-metrics/", **{field: value})
        assert answer.status_code == 422, field
        (told,) = answer.json()["errors"]
        assert (told["location"], told["field"]) == ("query", field)
    assert (await patient.get("/api/health-metrics/", device=str(device))).json()["results"] == []


async def test_a_cursor_goes_on_with_its_own_list_alone(people: People) -> None:
    nurse = await people.person("clinician")
    patient, other = await people.patient(nurse), await people.patient(nurse)
    for one in (patient, other):
        times = [(NOW - n * MINUTE, 70 + n) for n in range(3)]
        await people.measure(one, "heart_rate", times)
    mine: dict[str, object] = {"patient": str(patient.id), "metric": "heart_rate", "limit": 2}
    cursor = (await nurse.get("/api/health-metrics/", **mine)).json()["next"]
    for changed in (
        {"patient": str(other.id)},
        {"metric": "body_weight"},
        {"source": "manual"},
        {"device": str(uuid4())},
        {"since": (NOW - HOUR).isoformat()},
        {"until": NOW.isoformat()},
    ):
        answer = await nurse.get("/api/health-metrics/", **mine | changed, cursor=cursor)
        assert answer.status_code == 400, changed
        assert answer.json()["type"] == "urn:jeghealth:problem:invalid-cursor"
    # How many of a page, and another name of the same metric, are no other list.
    same = mine | {"limit": 1, "metric": "8867-4"}
    rest = (await nurse.get("/api/health-metrics/", **same, cursor=cursor)).json()
    assert [one["value"] for one in rest["results"]] == [72]
