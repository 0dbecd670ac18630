"""Dashboard and reports: right numbers, for those who may see them, at a bounded cost."""

from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.api.health_cases import BASE, DAY, HOUR, now, ok, rolled_up
from tests.support.http import People
from tests.support.queries import counted


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
    at = now()
    await people.measure(patient, "blood_glucose", [(at - HOUR / 60, 200)])
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
    at = now()
    noon = at.replace(hour=0, minute=0, second=0) + HOUR / 60
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


async def test_two_devices_do_not_count_steps_twice(people: People) -> None:
    patient = await people.patient()
    at = now()
    noon = at.replace(hour=0, minute=10, second=0) - 2 * DAY
    for values in ((100, 200), (90, 300)):
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
    at = now()
    await people.measure(patient, "steps", [(at, 50)])
    [steps] = (await ok(patient, "report", period="weekly"))["summary"]["metrics"]
    assert (steps["total"], steps["mean"]) == (50, None)


async def test_pressure_that_stays_high_is_said_with_its_numbers(people: People) -> None:
    patient = await people.patient()
    at = now()
    times = [at - n * 12 * HOUR for n in range(14)]
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
    at = now()
    noon = at.replace(hour=0, minute=10, second=0)
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
        ({"patient": "91x4"}, 422),
    ],
)
async def test_bad_queries_are_refused(people: People, query: dict[str, str], status: int) -> None:
    patient = await people.patient()
    answer = await patient.get(f"{BASE}/report/", **query)
    assert answer.status_code == status


async def test_years_of_data_take_a_bounded_number_of_queries(people: People) -> None:
    """Hours of two years and minutes of a week, as rollups: no reading itself is looked at.

    Of an hour to come as well, so that there are some of today even if that has just begun.
    """
    patient = await people.patient()
    device = await people.device(patient)
    for code in ("heart_rate", "respiratory_rate", "oxygen_saturation", "body_temperature"):
        series = await people.series(patient, code, device)
        await people.db.execute(
            "INSERT INTO rollup_hour SELECT %s, t, 3600, 70 + 5 * random(), 60, 90 FROM"
            " generate_series(date_trunc('hour', now()) - interval '730 days',"
            " now() + interval '1 hour', '1 hour') AS t",
            (series,),
        )
        await people.db.execute(
            "INSERT INTO rollup_minute SELECT %s, t, 60, 70 + 5 * random(), 60, 90 FROM"
            " generate_series(date_trunc('hour', now()) - interval '8 days',"
            " now() + interval '1 hour', '1 minute') AS t",
            (series,),
        )
    counts = {}
    for period in ("daily", "weekly", "monthly", "yearly"):
        with counted(people.parts.database) as statements:
            report = await ok(patient, "report", period=period)
        counts[period] = len(statements)
        assert len(report["metrics_chart_data"]) == 4
        assert len(report["metrics_chart_data"][0]["t"]) <= 366
        assert not any("NOT NULL vitals" in one for one in statements)
    assert counts["monthly"] == counts["daily"] + 2
    assert counts["daily"] == counts["weekly"] == counts["yearly"] <= 12
