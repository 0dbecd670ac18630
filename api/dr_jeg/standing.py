"""Flags that somebody's measurements raise, whatever they write: found by rule, before any model.

They stand until a newer measurement ends them, twelve hours at the most.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.rules import MINIMUM_QUALITY
from analytics.triage.advice import Advice, agreeing
from analytics.triage.extremes import ADULTS, Patient, extreme, flag_of
from analytics.triage.language import Language
from analytics.triage.red_flags import RedFlag, of_score
from api.dr_jeg.grounding.facts import Fact, FactKind
from api.dr_jeg.score_now import Measured, alarmed, score_now
from api.dr_jeg.standing_words import AGAIN, PLAIN, SIGNS, WORDS
from api.health_metrics import service
from api.health_metrics.schemas import BLOOD_PRESSURE, Reading
from gateways.llm.local_times import moment
from gateways.llm.local_words import metric_name, number, unit_name
from storage.engine import ReadSession
from storage.queries import early_warnings, health_metrics
from storage.queries.assistant import Background
from telemetry.ages import age_on
from telemetry.metrics import METRICS

HOURS: Final = 12
"""Longest that a measurement is a flag."""
_IDS: Final = tuple(METRICS[code].id for code in ADULTS)
PRESSURES: Final = ("blood_pressure_systolic", "blood_pressure_diastolic")


@dataclass(frozen=True, slots=True)
class Standing:
    """A flag, and the measurement that raised it.

    Attributes:
        flag: The flag.
        at: When it was measured.
        values: Metric and value of it, two for a blood pressure; of a score `news2` alone.
        unit: UCUM.
        reference: Ids that lead there.
        in_words: Whether the user wrote of it; `at` is then when they did.
        measured: What a score is made of; empty for one that an alarm tells.

    """

    flag: RedFlag
    at: dt.datetime
    values: tuple[tuple[str, float], ...]
    unit: str = ""
    reference: tuple[tuple[str, str], ...] = ()
    in_words: bool = False
    measured: tuple[Measured, ...] = ()

    @property
    def is_score(self) -> bool:
        """Whether it is of all measurements together."""
        return self.values[0][0] == "news2"

    def facts(self, language: Language) -> list[Fact]:
        """Where its numbers come from."""
        reference = dict(self.reference)
        kind: FactKind = "profile" if self.in_words else "reading"
        if self.is_score:
            score = Fact("score", "NEWS2", self.values[0][1], "", self.at)
            return [score, *(one.fact(language) for one in self.measured)]
        return [
            Fact(kind, metric_name(code, language), value, self.unit, self.at, reference)
            for code, value in self.values
        ]


async def patient(
    session: ReadSession, user_id: UUID, person: Background, today: dt.date
) -> Patient:
    """Look up what limits depend on, of one person."""
    born = person.date_of_birth
    prescribed = await early_warnings.versions(session, user_id, limit=1)
    newest = prescribed[0] if prescribed else None
    return Patient(
        None if born is None else age_on(born, today),
        bool(newest and newest.pregnant),
        newest.scale if newest else 1,
    )


async def standing(
    session: ReadSession, user_id: UUID, limits: Patient, now: dt.datetime
) -> tuple[Standing, ...]:
    """Flags that stand now, the gravest first."""
    since = now - dt.timedelta(hours=HOURS)
    found: list[Standing] = []
    found += await _of_score(session, user_id, now)
    rows = await health_metrics.latest(session, user_id, _IDS)
    for reading in await service.readings(session, rows):
        if reading.recorded_at >= since and reading.quality >= MINIMUM_QUALITY:
            found += of_reading(reading, limits)
    # Pulse and heart rate are told once.
    return tuple({one.flag.code: one for one in reversed(found)}.values())[::-1]


async def _of_score(session: ReadSession, user_id: UUID, now: dt.datetime) -> list[Standing]:
    """The flag of the score now, else of an alarm about it that still stands."""
    score = await score_now(session, user_id, now)
    if score is not None and (flags := of_score(score.minimum)):
        value = (("news2", float(score.minimum)),)
        return [Standing(flag, score.at, value, measured=score.measured) for flag in flags]
    alarm = await alarmed(session, user_id, score)
    if alarm is None:
        return []
    at, highest = alarm
    return [Standing(flag, at, (("news2", highest),)) for flag in of_score(highest)]


def of_reading(reading: Reading, limits: Patient) -> list[Standing]:
    """The flag of one reading, if it is one; of a blood pressure the upper number's first."""
    for code, value in values_of(reading):
        side = extreme(code, value, limits)
        if side is not None:
            flag = flag_of(code, side)
            reference = (("reading_id", str(reading.id)), ("metric", reading.metric_type))
            shown = tuple(values_of(reading))
            return [Standing(flag, reading.recorded_at, shown, reading.unit, reference)]
    return []


def values_of(reading: Reading) -> list[tuple[str, float]]:
    """Metric and value of a reading, two for a blood pressure."""
    if reading.metric_type != BLOOD_PRESSURE:
        return [] if reading.value is None else [(reading.metric_type, reading.value)]
    both = zip(PRESSURES, (reading.systolic_value, reading.diastolic_value), strict=True)
    return [(code, value) for code, value in both if value is not None]


@dataclass(frozen=True, slots=True)
class Wording:
    """In which language, for when and where, and with which number to call."""

    language: Language
    now: dt.datetime
    zone: ZoneInfo
    emergency_number: str

    def advice(
        self,
        flags: Sequence[Standing],
        told: Collection[str] = (),
        *,
        before: Sequence[str] = (),
        ill: bool = False,
    ) -> Advice:
        """What is said of standing flags: whole, but short of those that were told before.

        `ill` says that symptoms are told too: then a single reading is not waited for. `before` are
        steps that were said already, which no later one may contradict.
        """
        leads: list[str] = []
        steps: list[str] = []
        for one in flags:
            if one.flag.code in told:
                leads.append(
                    self._filled(f"{self._lead(one)}_short" if one.is_score else "short", one)
                )
            else:
                leads.append(self._filled(self._lead(one), one))
                own = self._agreeing(one, (*before, *steps))
                leads += own
                steps += own
        if ill and any(not one.is_score for one in flags):
            now = WORDS[self.language]["ill"].format(number=self.emergency_number)
            leads.append(now)
            steps.append(now)
        text = " ".join(leads)
        return Advice(text, tuple(steps), self.emergency_number, self.language)

    def _lead(self, one: Standing) -> str:
        if one.is_score:
            return "score" if one.measured else "score_alarm"
        side = one.flag.code.rsplit("_", 1)[-1]
        return f"said_{side}" if one.in_words else side

    def _steps(self, one: Standing) -> list[str]:
        if one.is_score:
            return [self._filled(key, one) for key in ("score_call", "score_wait")]
        return [AGAIN[_kind(one)][self.language], self._filled("call", one)]

    def _agreeing(self, one: Standing, told: Sequence[str]) -> tuple[str, ...]:
        """Steps that contradict none of those told; whatever is dropped, it is measured again."""
        steps = self._steps(one)
        own = agreeing([steps], told)
        again = () if one.is_score or steps[0] in own else (PLAIN[self.language],)
        return (*(one for one in again if one not in told), *own)

    def _filled(self, key: str, one: Standing) -> str:
        local = self.now.astimezone(self.zone)
        name = BLOOD_PRESSURE if len(one.values) > 1 else one.values[0][0]
        values = "/".join(number(value, self.language) for _, value in one.values)
        return WORDS[self.language][key].format(
            name=metric_name(name, self.language),
            value=values,
            unit=unit_name(one.unit, self.language),
            when=moment(one.at.isoformat(), self.language, local, placed=True),
            number=self.emergency_number,
            measured=self._measured(one),
            signs="" if one.is_score else SIGNS[_kind(one)][self.language],
        )

    def _measured(self, one: Standing) -> str:
        """What a score is made of, what was measured together under one time."""
        local = self.now.astimezone(self.zone)
        at: dict[str, list[str]] = {}
        for each in one.measured:
            when = moment(each.at.isoformat(), self.language, local, placed=True)
            name = metric_name(each.metric, self.language).lower()
            unit = unit_name(METRICS[each.metric].unit, self.language)
            at.setdefault(when, []).append(f"{name} {number(each.value, self.language)} {unit}")
        joined = WORDS[self.language]["measured"]
        return "; ".join(
            joined.format(values=", ".join(values), when=when) for when, values in at.items()
        )


def _kind(one: Standing) -> str:
    code = one.flag.code
    return code.replace("_systolic", "").replace("_diastolic", "")
