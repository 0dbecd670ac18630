"""Puts board rows together: one query for vitals, one for alarms, one NEWS2 run for all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from analytics.scores import news2 as score
from api.schemas import Patient
from api.ward.schemas import AlarmSummary, BoardRow, News2Input, News2Now, VitalNow
from storage.engine import ReadSession
from storage.queries import alarms, board
from storage.queries.board import Newest
from storage.queries.patients import PatientRow
from telemetry.metrics import METRICS_BY_ID

Readings = Mapping[str, Newest]
_DAY_SECONDS = 86_400.0
_STALE_AFTER_SECONDS = {
    **score.STALE_AFTER_S,
    "pulse_rate": score.STALE_AFTER_S["heart_rate"],
    "blood_pressure_diastolic": score.STALE_AFTER_S["blood_pressure_systolic"],
    "body_weight": 30 * _DAY_SECONDS,
}
_SCORED = (*score.INPUTS, "pulse_rate")


async def board_rows(session: ReadSession, patients: Sequence[PatientRow]) -> list[BoardRow]:
    """Board rows of these patients, in their order; the number of queries does not grow."""
    if not patients:
        return []
    ids = [patient.id for patient in patients]
    now = dt.datetime.now(dt.UTC)
    readings = by_patient(await board.newest(session, ids))
    summaries = await alarms.summary(session, ids)
    ordered = [readings.get(patient_id, {}) for patient_id in ids]
    return [
        BoardRow(
            patient=patient_shape(patient),
            vitals={code: vital(newest, now) for code, newest in found.items()},
            news2=news2,
            alarms=AlarmSummary.model_validate(summaries[patient.id], from_attributes=True),
        )
        for patient, found, news2 in zip(
            patients, ordered, scores(patients, ordered, now), strict=True
        )
    ]


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


def vital(newest: Newest, now: dt.datetime) -> VitalNow:
    """Newest reading as sent."""
    metric = METRICS_BY_ID[newest.metric]
    age_seconds = (now - newest.time).total_seconds()
    return VitalNow(
        value=newest.value,
        unit=metric.unit,
        time=newest.time,
        received_at=newest.received_at,
        quality=newest.quality,
        stale=age_seconds > _STALE_AFTER_SECONDS.get(metric.code, _DAY_SECONDS),
    )


def run_news2(found: Sequence[Readings], now: dt.datetime) -> score.News2:
    """Score n patients at once from their newest readings."""
    values = {name: np.full(len(found), np.nan) for name in _SCORED}
    ages = {name: np.zeros(len(found)) for name in _SCORED}
    for row, readings in enumerate(found):
        for name in _SCORED:
            if newest := readings.get(name):
                values[name][row] = newest.value
                ages[name][row] = (now - newest.time).total_seconds()
    return score.news2(values, ages)


def scores(
    patients: Sequence[PatientRow], found: Sequence[Readings], now: dt.datetime
) -> list[News2Now | None]:
    """NEWS2 of each patient; None where it does not apply or nothing was measured."""
    result = run_news2(found, now)
    return [
        shape(result, row) if applies(patient, readings, now) else None
        for row, (patient, readings) in enumerate(zip(patients, found, strict=True))
    ]


def applies(patient: PatientRow, readings: Readings, now: dt.datetime) -> bool:
    """Whether NEWS2 is meant for the patient (16 or older, as far as known) and can say a thing."""
    born = patient.birth_date
    if born is not None:
        today = now.date()
        birthday_to_come = (today.month, today.day) < (born.month, born.day)
        if today.year - born.year - birthday_to_come < score.ADULT_FROM_YEARS:
            return False
    return any(name in readings for name in _SCORED)


def shape(result: score.News2, row: int) -> News2Now:
    """NEWS2 of one patient as sent."""
    return News2Now(
        min=int(result.minimum[row]),
        max=int(result.maximum[row]),
        risk=result.risk_name(row),
        risk_max=score.RISKS[int(result.risk_maximum[row])],
        missing=result.names(result.missing, row),
        stale=result.names(result.stale, row),
        assumed=result.names(result.assumed, row),
        measure_next=result.settling_name(row),
        components=[
            News2Input(
                name=name,
                points_min=int(result.points_minimum[row, column]),
                points_max=int(result.points_maximum[row, column]),
                missing=bool(result.missing[row, column]),
                stale=bool(result.stale[row, column]),
                assumed=bool(result.assumed[row, column]),
            )
            for column, name in enumerate(score.INPUTS)
        ],
    )
