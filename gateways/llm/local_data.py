"""What the tools found, as sentences."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from gateways.llm.dialogue import Language
from gateways.llm.local_past import AskedDays
from gateways.llm.local_times import day_name, moment
from gateways.llm.local_words import WORDS, metric_name, number, said, unit_name

Data = Mapping[str, Any]
_OUTSIDE = frozenset({"above", "below", "scores"})
"""Of a usual range; what gives points in NEWS2 is not called usual either."""


class Sentences:
    """Makes sentences of one language.

    Attributes:
        timed: Whether a time of day was said.

    """

    def __init__(self, language: Language, now: dt.datetime) -> None:
        """Speak this language, and tell times in the zone of `now`."""
        self._language = language
        self._now = now
        self.timed = False
        self._words = WORDS[language]

    def reading(self, one: Data) -> str:
        """The newest reading of one vital sign."""
        return self._words["reading"].format(
            **self._valued(one), when=self._moment(one["measured_at"])
        )

    def told(self, one: Data) -> list[str]:
        """A reading that the message tells, and as what it was taken."""
        name = metric_name(str(one["metric"]), self._language)
        if one.get("unreadable"):
            return [self._words["told_unreadable"].format(name=name)]
        valued = self._valued(one)
        guessed = [self._words["told_unit"].format(**valued)] if one.get("unit_guessed") else []
        return [self._words["told"].format(**valued), *guessed]

    def _valued(self, one: Data) -> dict[str, str]:
        """Name, value, unit and judgement of a reading."""
        if "systolic" in one:
            values = [one["systolic"], one.get("diastolic")]
            value = "/".join(self._number(v) for v in values if v is not None)
            judged = self._judged_pressure(one)
        else:
            value, judged = self._number(one["value"]), self._judged(one, "")
        return {
            "name": metric_name(str(one["metric"]), self._language),
            "value": value,
            "unit": unit_name(str(one["unit"]), self._language),
            "judged": judged,
        }

    def outside(self, readings: Sequence[Data]) -> list[str]:
        """Sentences about readings that are not in their usual range."""
        keys = [f"{part}compared_to_usual_range" for part in ("", "systolic_", "diastolic_")]
        return [
            self.reading(one) if "measured_at" in one else self.told(one)[0]
            for one in readings
            if any(one.get(key) in _OUTSIDE for key in keys)
        ]

    def course(self, one: Data, days: int) -> str:
        """Course of one vital sign up to now."""
        direction = self._words[str(one["direction"])]
        return self._words["course"].format(**self._figures(one), days=days, direction=direction)

    def course_then(self, one: Data, span: str) -> str:
        """Course of one vital sign on some days, as `span` names them."""
        return self._words["course_then"].format(
            **self._figures(one), span=span, count=one["readings"]
        )

    def _figures(self, one: Data) -> dict[str, str]:
        return {
            "name": metric_name(str(one["metric"]), self._language),
            "mean": self._number(one["mean"]),
            "unit": unit_name(str(one["unit"]), self._language),
            "lowest": self._number(one["lowest"]),
            "highest": self._number(one["highest"]),
        }

    def span(self, days: AskedDays) -> str:
        """The days that were asked about, with their dates."""
        first, last = (day_name(one, self._language, self._now) for one in (days.first, days.last))
        key = "span_day" if first == last else "span_days"
        return self._words[key].format(first=first, last=last) + self._words[f"part_{days.part}"]

    def alarms(self, found: Data) -> list[str]:
        """Alarms of the last days."""
        listed = found.get("alarms", [])
        if not listed:
            return [self._words["no_alarms"].format(days=found.get("days", 7))]
        lead = self._counted("alarms", found)
        return [lead, *(self._alarm(one) for one in listed[:5])]

    def medications(self, found: Data) -> list[str]:
        """Medications that are taken."""
        listed = found.get("medications", [])
        if not listed:
            return [self._words["no_medications"]]
        lines = []
        for one in listed:
            often = said(one["frequency"])
            lines.append(
                self._words["medication"].format(
                    name=said(one["name"]),
                    dosage=said(one["dosage"]),
                    frequency=f", {often}" if often else "",
                )
            )
        return [self._counted("medications", found), *lines]

    def appointments(self, found: Data) -> list[str]:
        """Appointments to come."""
        listed = found.get("appointments", [])
        if not listed:
            return [self._words["no_appointments"]]
        lines = []
        for one in listed[:5]:
            place = said(one["hospital"])
            lines.append(
                self._words["appointment"].format(
                    provider=said(one["with"]),
                    when=self._moment(one["starts_at"], named=True),
                    place=f", {place}" if place else "",
                )
            )
        return [self._words["appointments"], *lines]

    def slots(self, found: Data) -> list[str]:
        """Free times."""
        listed = found.get("free", [])
        if not listed:
            return [self._words["no_slots"]]
        return [self._words["slots"], *self.times(listed)]

    def times(self, free: Sequence[Data]) -> list[str]:
        """Free times alone, some of them."""
        return [self._when("slot", one) for one in free[:5]]

    def score(self, found: Data) -> str:
        """The early-warning score."""
        score = found.get("news2")
        if not score:
            return self._words["no_score"]
        certain, most = self._number(score["certain"]), self._number(score["at_most"])
        made_of = ", ".join(self._input(one) for one in score["made_of"])
        key = "score" if certain == most else "score_between"
        return self._words[key].format(certain=certain, most=most, made_of=made_of)

    def _input(self, one: Data) -> str:
        """A measurement that counts in a score, with its time."""
        return self._words["score_input"].format(
            name=metric_name(str(one["metric"]), self._language),
            value=self._number(one["value"]),
            unit=unit_name(str(one["unit"]), self._language),
            when=self._moment(one["measured_at"]),
        )

    def _counted(self, key: str, found: Data) -> str:
        one = found["count"] == 1
        return self._words[f"{key}_one" if one else key].format(**found)

    def _when(self, key: str, one: Data) -> str:
        when = self._moment(one["starts_at"], named=True)
        return self._words[key].format(provider=said(one["with"]), when=when)

    def _alarm(self, one: Data) -> str:
        value = one.get("value")
        shown = ""
        if value is not None:
            shown = f", {self._number(value)} {unit_name(str(one['unit'] or ''), self._language)}"
        condition = str(one["condition"])
        named = condition.replace("_", " ").capitalize()
        title = self._words.get(f"alarm_{condition}", named)
        when = self._moment(one["started_at"])
        return self._words["alarm"].format(title=title, when=when, value=shown.rstrip())

    def _judged(self, one: Data, part: str) -> str:
        state, span = one.get(f"{part}compared_to_usual_range"), one.get(f"{part}usual_range")
        if not state or not span:
            return ""
        low, high = self._number(span["low"]), self._number(span["high"])
        return self._words[str(state)].format(low=low, high=high)

    def _judged_pressure(self, one: Data) -> str:
        """Of both pressures whichever is outside, else the usual ranges of both."""
        parts = (("upper", "systolic_"), ("lower", "diastolic_"))
        spoken = [(name, part, self._judged(one, part)) for name, part in parts]
        judged = [(name, part, said_it) for name, part, said_it in spoken if said_it]
        outside = [
            (name, said_it)
            for name, part, said_it in judged
            if one[f"{part}compared_to_usual_range"] in _OUTSIDE
        ]
        chosen = outside or [(name, said_it) for name, _, said_it in judged]
        return "".join(self._words[name] + said_it.removeprefix(",") for name, said_it in chosen)

    def _number(self, value: float) -> str:
        return number(float(value), self._language)

    def _moment(self, iso: Any, *, named: bool = False) -> str:  # noqa: ANN401 - of a tool's data
        self.timed = True
        return moment(str(iso), self._language, self._now, named=named)
