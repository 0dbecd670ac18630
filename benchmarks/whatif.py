"""What-if over a ward's month: how long it takes, alone and on Dask, and that both say the same."""

import os
import time
from typing import Any, Final
from uuid import UUID, uuid4

from analytics.overrides import Override
from analytics.whatif.question import DAY_MS, Question
from analytics.whatif.replay import DATABASE_VARIABLE
from analytics.whatif.run import run, run_on_dask
from benchmarks.stage import Stage
from telemetry.clock import from_ms, now_ms
from telemetry.metrics import METRICS

DAYS: Final = 30
PATIENTS: Final = 20
_QUESTIONS: Final = {
    "oxygen_saturation_low": Override("oxygen_saturation_low", 0, limit=86, delay_s=30),
    "heart_rate_high": Override("heart_rate_high", 0, limit=140, delay_s=60),
}
_SIGNS: Final = {"heart_rate": (85, 30), "oxygen_saturation": (94, 4), "respiratory_rate": (16, 5)}
"""Middle and spread of each sign: far enough out now and then for both rules to call."""

# A slow wave, a faster one and noise: episodes of minutes to hours, as patients have them.
_FILL: Final = """
    INSERT INTO vitals
    SELECT %(series)s, %(since)s + i * interval '1 minute',
        least(100 + %(room)s, %(middle)s + %(spread)s * (sin(i / 400.0 + %(series)s)
            + 0.6 * sin(i / 37.0) + 0.5 * (random() - 0.5))), 1
    FROM generate_series(0, %(days)s * 1440 - 1) AS i
"""


def measure(ready: Stage) -> dict[str, Any]:
    """Fill a month of a ward at one reading a minute and sign, and ask about it."""
    until_ms = now_ms() // DAY_MS * DAY_MS
    since_ms = until_ms - DAYS * DAY_MS
    patients = [_patient(ready, since_ms) for _ in range(PATIENTS)]
    with ready.connect() as db:
        db.execute("VACUUM ANALYZE vitals")
    os.environ[DATABASE_VARIABLE] = ready.postgres.url
    figures: dict[str, Any] = {"patients": PATIENTS, "days": DAYS}
    for condition, override in _QUESTIONS.items():
        question = Question((override,), since_ms, until_ms)
        started = time.perf_counter()
        alone = run(question, patients)
        middle = time.perf_counter()
        on_dask = run_on_dask(question, patients)
        figures[condition] = {
            "seconds": round(middle - started, 2),
            "seconds_dask": round(time.perf_counter() - middle, 2),
            "readings": alone.readings,
            "sentence": alone.sentence,
            "same": alone == on_dask,
        }
    return figures


def _patient(ready: Stage, since_ms: int) -> UUID:
    patient = uuid4()
    with ready.connect() as db:
        db.execute(
            "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', '')",
            (patient, str(patient)),
        )
        for metric, (middle, spread) in _SIGNS.items():
            row = db.execute(
                "INSERT INTO series (patient_id, metric) VALUES (%s, %s) RETURNING id",
                (patient, METRICS[metric].id),
            ).fetchone()
            fields = {
                "series": None if row is None else row[0],
                "since": from_ms(since_ms),
                "middle": middle,
                "spread": spread,
                "room": 0 if metric == "oxygen_saturation" else 200,
                "days": DAYS,
            }
            db.execute(_FILL, fields)
    return patient
