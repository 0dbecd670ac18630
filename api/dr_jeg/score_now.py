"""The early-warning score of one person now, as the ward board has it, with what it is made of."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from analytics.rules import NEWS2
from analytics.triage.language import Language
from analytics.triage.red_flags import NEWS2_EMERGENCY
from api.dr_jeg.grounding.facts import Fact
from api.ward import service as ward
from api.ward.schemas import News2Now
from api.ward.scores import Readings
from gateways.llm.local_words import metric_name
from storage.access import saw
from storage.engine import ReadSession
from storage.queries import alarms, patients
from telemetry.metrics import METRICS

_RECORDED = frozenset({"consciousness", "supplemental_oxygen"})
"""Inputs that are told by a code, which says nothing as a number."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement that counts in a score."""

    metric: str
    value: float
    at: dt.datetime
    points: int

    def fact(self, language: Language) -> Fact:
        """Where its number comes from."""
        unit, reference = METRICS[self.metric].unit, {"metric": self.metric}
        return Fact(
            "reading", metric_name(self.metric, language), self.value, unit, self.at, reference
        )


@dataclass(frozen=True, slots=True)
class Score:
    """NEWS2 between what is certain and the worst that what is not known could add.

    Attributes:
        minimum: What is certain.
        maximum: The worst.
        measured: What counts in it, in the order of the chart.
        unknown: Inputs that were never measured, or too long ago.
        ebbed: Whether anything that was measured is too old to count.

    """

    minimum: int
    maximum: int
    measured: tuple[Measured, ...]
    unknown: tuple[str, ...]
    ebbed: bool

    @property
    def at(self) -> dt.datetime:
        """When the newest of it was measured."""
        return max(one.at for one in self.measured)


async def score_now(session: ReadSession, user_id: UUID, now: dt.datetime) -> Score | None:
    """The score; None where it does not apply, or nothing is new enough to count."""
    found = await patients.by_ids(session, [user_id])
    if not found:
        return None
    readings, scored = await ward.scored_now(session, found[0], now)
    fresh = {
        code: newest
        for code, newest in readings.items()
        if not ward.vital(newest, now, found[0]).stale
    }
    return None if scored.news2[0] is None else _score(scored.news2[0], fresh)


def _score(score: News2Now, readings: Readings) -> Score | None:
    counted = [
        _measured(one.name, one.points_min, readings)
        for one in score.components
        if not one.missing and not one.stale and one.name not in _RECORDED
    ]
    measured = tuple(one for one in counted if one is not None)
    if not measured:
        return None
    unknown = tuple(dict.fromkeys((*score.missing, *score.stale)))
    return Score(score.min, score.max, measured, unknown, bool(score.stale))


def _measured(name: str, points: int, readings: Readings) -> Measured | None:
    """The reading that an input was taken from: a pulse rate stands in for a heart rate."""
    names = (name, "pulse_rate") if name == "heart_rate" else (name,)
    code = next((one for one in names if one in readings), None)
    if code is None:
        return None
    return Measured(code, readings[code].value, readings[code].time, points)


async def alarmed(
    session: ReadSession, user_id: UUID, score: Score | None
) -> tuple[dt.datetime, float] | None:
    """Since when and with which score an alarm stands that the newest readings do not end.

    An alarm is over for us as soon as newer readings make a lower score. A score that fell only
    because a reading is too old to count does not end it.
    """
    saw(user_id)
    alarm = await alarms.standing_of(session, user_id, NEWS2)
    if alarm is None or alarm.value is None or alarm.value < NEWS2_EMERGENCY:
        return None
    if score is not None and not score.ebbed and score.at > alarm.started_at:
        return None
    return alarm.started_at, alarm.value
