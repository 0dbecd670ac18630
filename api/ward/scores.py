"""Early-warning scores of many patients from their newest readings, in one run for all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.scores import news2 as score
from analytics.scores import qsofa as quick
from analytics.scores.recorded import METRICS, inputs
from analytics.scores.shock_index import BANDS, UNKNOWN, band, shock_index
from api.ward.schemas import News2Input, News2Now, QSofaNow, ScoresNow, ShockIndexNow
from storage.queries.board import Newest
from storage.queries.patients import PatientRow
from telemetry.ages import age_on

Readings = Mapping[str, Newest]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores by patient, in their order."""

    news2: list[News2Now | None]
    others: list[ScoresNow]


def scores(patients: Sequence[PatientRow], found: Sequence[Readings], now: dt.datetime) -> Scored:
    """Score n patients at once; none where no score applies or nothing was measured."""
    values = {name: np.full(len(found), np.nan) for name in METRICS}
    ages = {name: np.zeros(len(found)) for name in METRICS}
    for row, readings in enumerate(found):
        for name in METRICS:
            if newest := readings.get(name):
                values[name][row] = newest.value
                ages[name][row] = (now - newest.time).total_seconds()
    chosen, ages_s = inputs(values, ages)
    result = score.news2(
        chosen,
        ages_s,
        scale=[patient.scale for patient in patients],
        stale_after_s=score.stale_after([patient.stale_after for patient in patients]),
    )
    points, index = quick.qsofa(chosen, ages_s), shock_index(chosen, ages_s)
    bands = band(index)
    news2: list[News2Now | None] = []
    others: list[ScoresNow] = []
    for row, (patient, readings) in enumerate(zip(patients, found, strict=True)):
        applies = adult(patient, now) and any(name in readings for name in METRICS)
        news2.append(_news2(result, row, patient.scale) if applies else None)
        others.append(
            ScoresNow(
                qsofa=_qsofa(points, row) if applies else None,
                shock_index=_shock_index(float(index[row]), int(bands[row])) if applies else None,
            )
        )
    return Scored(news2, others)


def adult(patient: PatientRow, now: dt.datetime) -> bool:
    """Whether scores for adults apply: 16 or older as far as known, and not pregnant."""
    born = patient.birth_date
    if born is None:
        return not patient.pregnant
    return age_on(born, now.date()) >= score.ADULT_FROM_YEARS and not patient.pregnant


def _news2(result: score.News2, row: int, scale: int) -> News2Now:
    return News2Now(
        min=int(result.minimum[row]),
        max=int(result.maximum[row]),
        scale=2 if scale == score.SCALE_2 else 1,
        risk=result.risk_name(row),
        risk_max=score.RISKS[int(result.risk_maximum[row])],
        missing=result.names(result.missing, row),
        stale=result.names(result.stale, row),
        measure_next=result.settling_name(row),
        components=[
            News2Input(
                name=name,
                points_min=int(result.points_minimum[row, column]),
                points_max=int(result.points_maximum[row, column]),
                missing=bool(result.missing[row, column]),
                stale=bool(result.stale[row, column]),
            )
            for column, name in enumerate(score.INPUTS)
        ],
    )


def _qsofa(result: quick.QSofa, row: int) -> QSofaNow | None:
    if result.unknown[row].all():
        return None
    least, most = int(result.minimum[row]), int(result.maximum[row])
    certain = (least >= quick.POSITIVE_FROM) == (most >= quick.POSITIVE_FROM)
    return QSofaNow(
        min=least,
        max=most,
        positive=least >= quick.POSITIVE_FROM if certain else None,
        points={
            name: None if result.unknown[row, column] else int(result.points[row, column])
            for column, name in enumerate(quick.INPUTS)
        },
    )


def _shock_index(value: float, number: int) -> ShockIndexNow | None:
    if number == UNKNOWN:
        return None
    return ShockIndexNow.model_validate({"value": round(value, 2), "band": BANDS[number]})
