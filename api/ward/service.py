"""Puts board rows together: one query for vitals, one for alarms, one run of scores for all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from analytics.rules import MINIMUM_QUALITY
from analytics.scores import news2 as score
from analytics.scores.recorded import METRICS as INPUTS
from analytics.scores.recorded import OXYGEN_FROM
from api.schemas import Patient
from api.ward.schemas import AlarmSummary, BoardRow, VitalNow
from api.ward.scores import Readings, Scored, scores
from storage.engine import ReadSession
from storage.queries import alarms, board
from storage.queries.board import Newest
from storage.queries.patients import PatientRow
from telemetry.metrics import METRICS, METRICS_BY_ID

_DAY_SECONDS = 86_400.0
_INPUT_OF = {
    **dict.fromkeys(OXYGEN_FROM, "supplemental_oxygen"),
    "pulse_rate": "heart_rate",
    "blood_pressure_diastolic": "blood_pressure_systolic",
}
"""Metric -> the input of NEWS2 that it stands for, or is measured with."""
_STALE_AFTER_SECONDS = {
    **score.STALE_AFTER_S,
    **{metric: score.STALE_AFTER_S[name] for metric, name in _INPUT_OF.items()},
    "body_weight": 30 * _DAY_SECONDS,
}


async def board_rows(session: ReadSession, patients: Sequence[PatientRow]) -> list[BoardRow]:
    """Board rows of these patients, in their order; the number of queries does not grow."""
    if not patients:
        return []
    ids = [patient.id for patient in patients]
    now = dt.datetime.now(dt.UTC)
    readings = by_patient(await board.newest(session, ids))
    believed = await _believed(session, readings, now)
    summaries = await alarms.summary(session, ids)
    ordered = [readings.get(patient_id, {}) for patient_id in ids]
    scored = scores(patients, [believed.get(patient_id, {}) for patient_id in ids], now)
    return [
        BoardRow(
            patient=patient_shape(patient),
            vitals={code: vital(newest, now, patient) for code, newest in found.items()},
            news2=scored.news2[row],
            scores=scored.others[row],
            alarms=AlarmSummary.model_validate(summaries[patient.id], from_attributes=True),
        )
        for row, (patient, found) in enumerate(zip(patients, ordered, strict=True))
    ]


async def scored_now(
    session: ReadSession, patient: PatientRow, now: dt.datetime
) -> tuple[Readings, Scored]:
    """Newest readings of one patient by metric code, and the scores that they make now."""
    found = by_patient(await board.newest(session, [patient.id]))
    believed = await _believed(session, found, now)
    return found.get(patient.id, {}), scores([patient], [believed.get(patient.id, {})], now)


async def _believed(
    session: ReadSession, newest: Mapping[UUID, Readings], now: dt.datetime
) -> Mapping[UUID, Readings]:
    """What scores are made of, as the engine takes it: no reading that its device doubts."""
    doubted = [
        patient_id
        for patient_id, found in newest.items()
        if any(found[name].quality < MINIMUM_QUALITY for name in INPUTS if name in found)
    ]
    if not doubted:
        return newest
    rows = await board.believed(
        session,
        doubted,
        [METRICS[name].id for name in INPUTS],
        quality=MINIMUM_QUALITY,
        since=now - dt.timedelta(seconds=score.MOST_STALE_S),
    )
    believed = by_patient(rows)
    return {**newest, **{patient_id: believed.get(patient_id, {}) for patient_id in doubted}}


def by_patient(found: Sequence[Newest]) -> dict[UUID, dict[str, Newest]]:
    """Newest readings by patient and metric code."""
    readings: dict[UUID, dict[str, Newest]] = defaultdict(dict)
    for newest in found:
        readings[newest.patient_id][METRICS_BY_ID[newest.metric].code] = newest
    return readings


def patient_shape(row: PatientRow) -> Patient:
    """Patient as sent."""
    return Patient(
        id=row.id,
        name=f"{row.first_name} {row.last_name}".strip(),
        birth_date=row.birth_date,
        sex=row.sex,
        ward=row.ward,
        bed=row.bed,
    )


def vital(newest: Newest, now: dt.datetime, patient: PatientRow) -> VitalNow:
    """Newest reading as sent."""
    metric = METRICS_BY_ID[newest.metric]
    own = (patient.stale_after or {}).get(_INPUT_OF.get(metric.code, metric.code))
    age_seconds = (now - newest.time).total_seconds()
    return VitalNow(
        value=newest.value,
        unit=metric.unit,
        time=newest.time,
        received_at=newest.received_at,
        quality=newest.quality,
        stale=age_seconds > (own or _STALE_AFTER_SECONDS.get(metric.code, _DAY_SECONDS)),
    )
