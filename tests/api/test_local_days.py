"""Days of a report are those of the patient's own clock: whole, once, wherever they live."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.api.health_cases import DAY, HOUR, lives_in, now, ok, rolled_up
from tests.support.http import People


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
    at = now()
    last = (at - 3 * DAY).date()
    start = dt.datetime.combine(last, dt.time(), dt.UTC) - 5 * DAY
    series = await people.measure(
        patient, "steps", [(start + n * HOUR / 2, 7.0) for n in range(4 * 48)]
    )
    await rolled_up(people, series)
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"):
        await lives_in(people, patient, zone)
        report = await ok(patient, "report", period="monthly", until=str(last))
        assert report["summary"]["metrics"][0]["total"] == 4 * 48 * 7
