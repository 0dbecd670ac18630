"""Dashboard, reports and goals: right numbers, local days, permissions, forms, bounds."""

import csv
import datetime as dt
import io
import time
import zlib
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient, Response

from tests.support.http import NOW, People, Person
from tests.support.queries import counted

BASE = "/api/health-metrics"
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


async def ok(person: Person, path: str, **query: Any) -> dict[str, Any]:
    answer = await person.get(f"{BASE}/{path}/", **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def rolled_up(people: People, series: int) -> None:
    """Make a series' rollups, as the jobs do."""
    for table, source in (("minute", "vitals"), ("hour", "vitals"), ("day", "vitals")):
        await people.db.execute(
            f"INSERT INTO rollup_{table} (series_id, bucket, n, mean, min, max)"  # noqa: S608
            f" SELECT series_id, date_trunc('{table}', time, 'UTC'), count(*), avg(value),"
            f" min(value), max(value) FROM {source} WHERE series_id = %s GROUP BY 1, 2",
            (series,),
        )
    await people.db.execute("DELETE FROM rollup_dirty WHERE series_id = %s", (series,))


async def lives_in(people: People, patient: Person, zone: str) -> None:
    await people.db.execute("UPDATE users SET time_zone = %s WHERE id = %s", (zone, patient.id))


async def test_an_empty_patient_gets_an_empty_dashboard_and_reports(people: People) -> None:
    patient = await people.patient()
    found = await ok(patient, "dashboard")
    for name in ("recent_metrics", "insights", "recommendations", "milestones", "goals"):
        assert found[name] == []
    assert found["trends"] == {}
    for period, days in (("daily", 1), ("weekly", 7), ("monthly", 30), ("yearly", 365)):
        report = await ok(patient, "report", period=period)
        assert set(report) == {
            "summary",
            "metrics_chart_data",
            "improvements",
            "recommendations",
        }
        assert report["metrics_chart_data"] == report["summary"]["metrics"] == []
        assert report["summary"]["completeness"]["of_days"] == days
    answer = await patient.get(f"{BASE}/report/", format="pdf")
    assert b"%PDF-" in answer.content


async def test_one_reading_is_one_reading(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "blood_glucose", [(NOW - HOUR / 60, 200)])
    [recent] = (await ok(patient, "dashboard"))["recent_metrics"]
    assert recent["value"] == 200
    [one] = (await ok(patient, "report", period="weekly"))["summary"]["metrics"]
    assert (one["n"], one["mean"], one["min"], one["max"]) == (1, 200, 200, 200)
    assert one["completeness"]["text"] == "1 of 7 days"
    assert (one["trend"], one["previous_mean"], one["variation_percent"]) == (None, None, None)
    inside = one["time_in_range"]
    assert (inside["inside_percent"], inside["above_percent"], inside["n"]) == (0, 100, 1)
    assert one["day_pattern"]["cosinor"] is None
    assert sum(one["day_pattern"]["days"]) == 1


async def test_a_month_with_a_trend_and_time_in_range(people: People) -> None:
    patient = await people.patient()
    noon = NOW.replace(hour=0, minute=0, second=0) + HOUR / 60
    days = [(noon - n * DAY, 80.0 + (29 - n)) for n in range(30) if n % 3]
    series = await people.measure(patient, "heart_rate", days)
    await rolled_up(people, series)
    found = (await ok(patient, "dashboard"))["trends"]["heart_rate"]
    assert found["completeness"] == {"days": 20, "of_days": 30, "text": "20 of 30 days"}
    trend = found["trend"]
    assert trend["direction"] == "rising"
    assert trend["per_day"] == pytest.approx(1)
    assert trend["low"] == pytest.approx(1)
    inside = found["time_in_range"]
    expected = sum(value <= 90 for _, value in days) / len(days) * 100
    assert inside["inside_percent"] == pytest.approx(expected)
    assert inside["inside_least_percent"] == inside["inside_most_percent"]
    assert inside["basis"] == "hour"
    insights = (await ok(patient, "dashboard"))["insights"]
    [said] = [one for one in insights if one["code"] == "trend"]
    assert said["numbers"]["per_day"] == pytest.approx(1)


@pytest.mark.parametrize("rollups", [True, False])
@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2025-10-26", 25),
        ("Asia/Kolkata", "2026-03-29", 24),
        ("Asia/Kathmandu", "2026-03-29", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/St_Johns", "2026-03-08", 23),
    ],
)
async def test_a_local_day_has_all_of_its_hours_and_no_others(
    people: People, zone: str, date: str, hours: float, rollups: bool
) -> None:
    """A step every ten minutes for three days: as many as the day is long."""
    patient = await people.patient()
    await lives_in(people, patient, zone)
    day = dt.date.fromisoformat(date)
    middle = dt.datetime.combine(day, dt.time(12), ZoneInfo(zone)).astimezone(dt.UTC)
    times = [middle + n * HOUR / 6 for n in range(-216, 217)]
    series = await people.measure(patient, "steps", [(one, 1.0) for one in times])
    if rollups:
        await rolled_up(people, series)
    report = await ok(patient, "report", period="daily", until=date)
    [steps] = report["summary"]["metrics"]
    assert steps["total"] == hours * 6
    assert (report["summary"]["since"], report["summary"]["until"]) == (date, date)
    [chart] = (await ok(patient, "report", period="monthly", until=date))["metrics_chart_data"]
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    assert chart["t"][-1] == midnight.timestamp() * 1000
    assert chart["total"][-1] == hours * 6


async def test_minutes_that_are_gone_leave_their_hour(people: People) -> None:
    patient = await people.patient()
    await lives_in(people, patient, "Asia/Kolkata")
    start = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    series = await people.measure(patient, "steps", [(start + n * HOUR, 1.0) for n in range(48)])
    await rolled_up(people, series)
    await people.db.execute("DELETE FROM rollup_minute WHERE series_id = %s", (series,))
    report = await ok(patient, "report", period="weekly", until="2026-03-04")
    assert report["summary"]["metrics"][0]["total"] == 48


async def test_who_moves_loses_and_doubles_nothing(people: People) -> None:
    patient = await people.patient()
    last = (NOW - 3 * DAY).date()
    start = dt.datetime.combine(last, dt.time(), dt.UTC) - 5 * DAY
    series = await people.measure(
        patient, "steps", [(start + n * HOUR / 2, 7.0) for n in range(4 * 48)]
    )
    await rolled_up(people, series)
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"):
        await lives_in(people, patient, zone)
        report = await ok(patient, "report", period="monthly", until=str(last))
        assert report["summary"]["metrics"][0]["total"] == 4 * 48 * 7


async def test_two_devices_do_not_count_steps_twice(people: People) -> None:
    patient = await people.patient()
    noon = NOW.replace(hour=0, minute=10, second=0) - 2 * DAY
    for device, values in ((1, (100, 200)), (2, (90, 300))):
        assert device
        await people.measure(
            patient,
            "steps",
            [(noon, values[0]), (noon + 2 * HOUR, values[1])],
            await people.device(patient),
        )
    [steps] = (await ok(patient, "report", period="weekly"))["summary"]["metrics"]
    assert (steps["total"], steps["mean"]) == (400, 400)


async def test_less_than_a_day_of_steps_is_no_mean(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "steps", [(NOW, 50)])
    [steps] = (await ok(patient, "report", period="weekly"))["summary"]["metrics"]
    assert (steps["total"], steps["mean"]) == (50, None)


async def test_pressure_that_stays_high_is_said_with_its_numbers(people: People) -> None:
    patient = await people.patient()
    times = [NOW - n * 12 * HOUR for n in range(14)]
    await people.measure(patient, "blood_pressure_systolic", [(one, 142) for one in times])
    await people.measure(patient, "blood_pressure_diastolic", [(one, 88) for one in times])
    found = await ok(patient, "dashboard")
    first = found["insights"][0]
    assert (first["code"], first["tone"]) == ("pressure", "attention")
    assert first["numbers"] == {"systolic": 142, "diastolic": 88, "readings": 14}
    assert "ESH" in first["source"]
    [advice] = [one for one in found["recommendations"] if one["code"] == "pressure"]
    assert advice["text"].startswith("Talk to your clinician when")


async def test_improvements_have_both_numbers(people: People) -> None:
    patient = await people.patient()
    noon = NOW.replace(hour=0, minute=10, second=0)
    values = [(noon - n * DAY, 9000.0 if n <= 7 else 4000.0) for n in range(1, 14)]
    await people.measure(patient, "steps", values)
    [found] = (await ok(patient, "report", period="weekly"))["improvements"]
    assert (found["code"], found["after"]) == ("more_steps", 9000)
    assert found["before"] == pytest.approx((4000 * 6 + 9000) / 7)


@pytest.mark.parametrize("path", ["dashboard", "report", "goals"])
async def test_only_of_visible_patients(people: People, client: AsyncClient, path: str) -> None:
    nurse, stranger = await people.person("clinician"), await people.patient()
    patient = await people.patient(nurse)
    url = f"{BASE}/{path}/"
    assert (await nurse.get(url, patient=patient.id)).status_code == 200
    assert (await nurse.get(url, patient=stranger.id)).status_code == 404
    assert (await nurse.get(url, patient=uuid4())).status_code == 404
    assert (await patient.get(url, patient=stranger.id)).status_code == 404
    assert (await client.get(url)).status_code == 401
    await people.end_care(nurse, patient)
    assert (await nurse.get(url, patient=patient.id)).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"period": "fortnightly"}, 422),
        ({"until": "yesterday"}, 422),
        ({"until": "1066-10-14"}, 422),
        ({"until": "2190-01-01"}, 400),
        ({"format": "xml"}, 422),
        ({"patient": "91c4"}, 422),
    ],
)
async def test_bad_queries_are_refused(people: People, query: dict[str, str], status: int) -> None:
    patient = await people.patient()
    answer = await patient.get(f"{BASE}/report/", **query)
    assert answer.status_code == status


async def accepted(people: People, patient: Person, accept: str) -> Response:
    return await people.client.get(f"{BASE}/report/", headers=patient.headers | {"Accept": accept})


async def test_the_form_is_what_accept_likes_best(people: People) -> None:
    patient = await people.patient()
    for accept, expected in (
        ("text/html, */*;q=0.1", "application/json"),
        ("application/pdf", "application/pdf"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
    ):
        answer = await accepted(people, patient, accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, expected)
    assert (await accepted(people, patient, "image/png")).status_code == 406


async def test_csv_holds_every_value_and_no_formula(people: People) -> None:
    patient = await people.patient(last_name="Owusu")
    await people.db.execute(
        "UPDATE users SET first_name = %s, last_name = %s WHERE id = %s",
        ('=HYPERLINK("http://evil.example","x")', "@SUM(1)", patient.id),
    )
    await lives_in(people, patient, "Asia/Kolkata")
    await people.measure(patient, "body_temperature", [(NOW - n * HOUR, 37.0) for n in range(5)])
    answer = await patient.get(f"{BASE}/report/", format="csv", period="daily")
    assert answer.headers["content-disposition"].startswith('attachment; filename="health-report-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    chart = (await ok(patient, "report", period="daily"))["metrics_chart_data"][0]
    assert [float(row["mean"]) for row in rows] == chart["mean"]
    assert all(row["patient"].startswith("'=HYPERLINK") for row in rows)
    assert all(row["start_local"].endswith("+05:30") for row in rows)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)


async def test_a_pdf_has_words_and_plots(people: People) -> None:
    patient = await people.patient(last_name="Ow$usu $x^2$ \N{CJK UNIFIED IDEOGRAPH-6F22}")
    values = [(NOW - n * 6 * HOUR, 70.0 + n % 5) for n in range(60)]
    await people.measure(patient, "heart_rate", values)
    await people.measure(patient, "steps", [(time, 400) for time, _ in values])
    answer = await patient.get(f"{BASE}/report/", format="pdf", period="monthly")
    document = answer.content
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    assert document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") >= 2
    drawn = b"".join(streams(document))
    assert drawn.count(b" l\n") > 60, "lines of plots"
    assert drawn.count(b"Tj") + drawn.count(b"TJ") > 30, "words"


def streams(document: bytes) -> list[bytes]:
    """What the pages' streams hold, inflated."""
    found = []
    for piece in document.split(b"stream\n")[1:]:
        body = piece.split(b"\nendstream", 1)[0]
        try:
            found.append(zlib.decompress(body))
        except zlib.error:
            continue
    return found


async def test_goals_are_set_replaced_and_given_up(people: People) -> None:
    patient = await people.patient()
    await people.measure(patient, "body_weight", [(NOW - HOUR, 92.5)])

    async def put(*goals: dict[str, Any]) -> Response:
        return await people.client.put(
            f"{BASE}/goals/", json={"goals": list(goals)}, headers=patient.headers
        )

    weight = {"metric": "weight", "target": 80, "direction": "at_most", "by": "2099-01-01"}
    steps = {"metric": "steps", "target": 8000, "direction": "at_least", "from": "2026-01-05"}
    answer = await put(weight, steps)
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["goals"]
    assert (first["metric"], first["start_value"], first["by"]) == (
        "body_weight",
        92.5,
        "2099-01-01",
    )
    assert first["from"] == str(dt.datetime.now(dt.UTC).date())
    assert (second["from"], second["by"], second["start_value"]) == ("2026-01-05", None, None)
    await people.measure(patient, "body_weight", [(NOW, 90.0)])
    kept = (await put(weight | {"by": "2099-02-01"})).json()["goals"]
    assert [(one["metric"], one["start_value"], one["by"]) for one in kept] == [
        ("body_weight", 92.5, "2099-02-01")
    ]
    moved = (await put(weight | {"target": 78})).json()["goals"]
    assert moved[0]["start_value"] == 90.0
    assert (await put()).json()["goals"] == []
    assert (await ok(patient, "goals"))["goals"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"metric": "heart_rate"}, 422),
        ({"metric": "91c4"}, 422),
        ({"target": 0}, 422),
        ({"target": 1e9}, 422),
        ({"direction": "up"}, 422),
        ({"metric": "steps", "target": 100}, 422),
        ({"from": "2026-05-01", "by": "2026-05-01"}, 400),
        ({"unknown": 1}, 422),
    ],
)
async def test_a_goal_must_make_sense(people: People, change: dict[str, Any], status: int) -> None:
    patient = await people.patient()
    goal = {"metric": "body_weight", "target": 80, "direction": "at_most"} | change
    answer = await people.client.put(
        f"{BASE}/goals/", json={"goals": [goal]}, headers=patient.headers
    )
    assert answer.status_code == status


async def test_one_goal_per_metric_and_only_for_whom_one_cares(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    goal = {"metric": "body_weight", "target": 80, "direction": "at_most"}
    url = f"{BASE}/goals/"
    twice = {"goals": [goal, goal]}
    assert (await people.client.put(url, json=twice, headers=patient.headers)).status_code == 422
    refused = await people.client.put(
        url, json={"goals": [goal]}, params={"patient": str(patient.id)}, headers=nurse.headers
    )
    assert refused.status_code == 404
    await people.care(nurse, patient)
    answer = await people.client.put(
        url, json={"goals": [goal]}, params={"patient": str(patient.id)}, headers=nurse.headers
    )
    assert answer.status_code == 200
    assert len((await ok(patient, "goals"))["goals"]) == 1


async def test_a_year_of_data_takes_bounded_time_and_queries(people: People) -> None:
    """Nine metrics every minute for a year, as rollups: the reading itself is never looked at."""
    patient = await people.patient()
    device = await people.device(patient)
    for code in ("heart_rate", "respiratory_rate", "oxygen_saturation", "body_temperature"):
        series = await people.series(patient, code, device)
        await people.db.execute(
            "INSERT INTO rollup_hour SELECT %s, t, 3600, 70 + 5 * random(), 60, 90 FROM"
            " generate_series(date_trunc('hour', now()) - interval '730 days', now(), '1 hour')"
            " AS t",
            (series,),
        )
        await people.db.execute(
            "INSERT INTO rollup_minute SELECT %s, t, 60, 70 + 5 * random(), 60, 90 FROM"
            " generate_series(date_trunc('hour', now()) - interval '60 days', now(), '1 minute')"
            " AS t",
            (series,),
        )
    counts = {}
    for period in ("daily", "weekly", "monthly", "yearly"):
        with counted(people.parts.database) as statements:
            started = time.perf_counter()
            report = await ok(patient, "report", period=period)
            seconds = time.perf_counter() - started
        counts[period] = len(statements)
        assert len(report["metrics_chart_data"]) == 4
        assert len(report["metrics_chart_data"][0]["t"]) <= 366
        assert not any("NOT NULL vitals" in one for one in statements)
        assert seconds < 10, period
    assert counts["monthly"] == counts["daily"] + 2
    assert counts["daily"] == counts["weekly"] == counts["yearly"] <= 12


async def test_a_trend_in_fewer_points_keeps_extremes_and_gaps(people: People) -> None:
    patient = await people.patient()
    values = [(NOW - n * 2 * HOUR / 60, 70.0 + n % 7) for n in range(700) if not 300 < n < 340]
    values[123] = (values[123][0], 141.0)
    values[456] = (values[456][0], 33.0)
    await people.measure(patient, "heart_rate", values)
    full = await ok(patient, "trend", metric="heart_rate", span="24h")
    thin = await ok(patient, "trend", metric="heart_rate", span="24h", points=60)
    assert len(full["t"]) > 600
    assert 30 <= len(thin["t"]) <= 80
    assert thin["t"] == sorted(thin["t"])
    assert (thin["t"][0], thin["t"][-1]) == (full["t"][0], full["t"][-1])
    measured = [n > 0 for n in thin["n"]]
    assert measured.count(False) == 1
    low = [value for value in thin["min"] if value is not None]
    high = [value for value in thin["max"] if value is not None]
    assert (min(low), max(high)) == (33, 141)
    gap = measured.index(False)
    assert (thin["mean"][gap], thin["min"][gap], thin["max"][gap]) == (None, None, None)
    assert thin["t"][gap + 1] - thin["t"][gap - 1] >= 39 * 120_000
    by_time = dict(zip(full["t"], full["mean"], strict=True))
    assert all(
        by_time[t] == mean
        for t, mean in zip(thin["t"], thin["mean"], strict=True)
        if mean is not None
    )


async def test_both_pressures_are_thinned_at_the_same_times(people: People) -> None:
    patient = await people.patient()
    times = [NOW - n * 2 * HOUR / 60 for n in range(600)]
    await people.measure(patient, "blood_pressure_systolic", [(one, 120) for one in times[:-5]])
    await people.measure(patient, "blood_pressure_diastolic", [(one, 80) for one in times[5:]])
    found = await ok(patient, "trend", metric="blood_pressure", span="24h", points=50)
    assert len(found["diastolic"]["mean"]) == len(found["mean"]) == len(found["t"]) < 120
