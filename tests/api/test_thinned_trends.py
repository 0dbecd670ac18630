"""Trends in fewer points: what is left out is nothing that one would miss."""

from tests.api.health_cases import HOUR, now, ok
from tests.support.http import People


async def test_a_trend_in_fewer_points_keeps_extremes_and_gaps(people: People) -> None:
    patient = await people.patient()
    at = now()
    values = [(at - n * 2 * HOUR / 60, 70.0 + n % 7) for n in range(700) if not 300 < n < 340]
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
    at = now()
    times = [at - n * 2 * HOUR / 60 for n in range(600)]
    await people.measure(patient, "blood_pressure_systolic", [(one, 120) for one in times[:-5]])
    await people.measure(patient, "blood_pressure_diastolic", [(one, 80) for one in times[5:]])
    found = await ok(patient, "trend", metric="blood_pressure", span="24h", points=50)
    assert len(found["diastolic"]["mean"]) == len(found["mean"]) == len(found["t"]) < 120
