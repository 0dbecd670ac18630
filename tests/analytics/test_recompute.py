"""Alarms come out again from the stored readings, and a reading that was changed is noticed."""

import random
from typing import Any

import pytest

from analytics import proof as proofs
from analytics.recompute import recompute
from analytics.recomputed import Recomputed
from telemetry.clock import now_ms
from tests.support.beds import Bed, analysing
from tests.support.worlds import until

METRICS = {
    "heart_rate": (30.0, 170.0),
    "oxygen_saturation": (78.0, 100.0),
    "respiratory_rate": (4.0, 40.0),
    "blood_glucose": (40.0, 300.0),
}


async def drained(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def send_at_random(bed: Bed, rng: random.Random, seconds: int, *, historical: bool) -> None:
    """Walks that dwell beyond limits, in batches of any size and order of metrics."""
    begin = now_ms() - (seconds + (3600 if historical else 0)) * 1000
    queues: dict[str, list[tuple[int, float]]] = {}
    for metric, (low, high) in METRICS.items():
        level, samples = rng.uniform(low, high), []
        for second in range(seconds):
            if rng.random() < 0.02:
                level = rng.uniform(low, high)
            samples.append((begin + 1000 * second, round(level + rng.uniform(-1, 1), 1)))
        queues[metric] = samples
    while any(queues.values()):
        metric = rng.choice([name for name, left in queues.items() if left])
        size = rng.randint(1, 60)
        await bed.send(metric, queues[metric][:size], historical=historical)
        del queues[metric][:size]


async def again(bed: Bed, alarm: dict[str, Any]) -> Recomputed:
    return await recompute(bed.db, alarm["patient_id"], alarm["condition"], alarm["evidence"])


async def raised(
    bed: Bed, url: str, seed: int, *, historical: bool = False
) -> list[dict[str, Any]]:
    async with analysing(url) as task:
        await send_at_random(bed, random.Random(seed), 240, historical=historical)
        await until(lambda: drained(bed), task)
    return [one for one in await bed.alarms() if "rule" in one["evidence"]]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("historical", [False, True])
async def test_every_alarm_comes_out_again(
    bed: Bed, fresh_database_url: str, seed: int, *, historical: bool
) -> None:
    alarms = await raised(bed, fresh_database_url, seed, historical=historical)
    assert alarms
    for alarm in alarms:
        found = await again(bed, alarm)
        assert found.differences == (), alarm["condition"]
        assert found.agrees


async def test_a_reading_that_was_changed_or_removed_is_noticed(
    bed: Bed, fresh_database_url: str
) -> None:
    begin = now_ms() - 30_000
    low = [(begin + 1000 * i, 86.0) for i in range(20)]
    async with analysing(fresh_database_url) as task:
        await bed.send("oxygen_saturation", low[:8])
        await until(lambda: drained(bed), task)
        await bed.send("oxygen_saturation", low[8:])
        await until(lambda: drained(bed), task)
    (alarm,) = await bed.alarms()
    assert (await again(bed, alarm)).agrees
    series = bed.series["oxygen_saturation"]
    await bed.db.execute("UPDATE vitals SET value = 97 WHERE series_id = %s", (series,))
    found = await again(bed, alarm)
    assert not found.agrees
    # Also those of the batch before the one that called.
    changed = [line for line in found.differences if "86 then, now 97" in line]
    assert len(changed) == 20
    assert "as lasted any more" in found.differences[-1]
    await bed.db.execute("DELETE FROM vitals WHERE series_id = %s", (series,))
    assert "86 then, gone" in (await again(bed, alarm)).differences[0]


async def test_another_rule_than_the_stored_one_does_not_agree(
    bed: Bed, fresh_database_url: str
) -> None:
    await raised(bed, fresh_database_url, 1)
    alarm = next(one for one in await bed.alarms() if "proof" in one["evidence"])
    side = 1 if alarm["evidence"]["rule"]["side"] else -1
    alarm["evidence"]["rule"]["limit"] += side * 1000
    alarm["evidence"]["rule"]["severe_limit"] = None
    assert not (await again(bed, alarm)).agrees


async def test_what_cannot_be_computed_says_so(bed: Bed, fresh_database_url: str) -> None:
    alarms = await raised(bed, fresh_database_url, 2)
    evidence = alarms[0]["evidence"]
    evidence["proof"]["version"] = -1
    found = await again(bed, alarms[0])
    assert (found.agrees, found.reason) == (None, "it was made by another version of the engine")
    evidence["proof"] = {"left_out": "too many readings in one run"}
    assert (await again(bed, alarms[0])).agrees is None
    assert (await recompute(bed.db, None, "storm", {})).agrees is None


async def test_a_proof_is_bounded(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "MOST_BYTES", 10)
    alarms = await raised(bed, fresh_database_url, 3)
    assert all("left_out" in one["evidence"]["proof"] for one in alarms)
