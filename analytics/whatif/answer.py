"""The answer: how many calls under either set of rules, and which episodes tell them apart.

An episode of the current rules is **real** where a person acknowledged its alarm, or where its
worst value was at the severe limit of the current rule or beyond. A real episode that the
proposed rules call at no time of it is **missed**; an episode of the proposed rules that the
current ones call at no time of it is **new**. A real one that both call may be called later.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from analytics.tracking import NEVER
from analytics.whatif.episodes import Episode
from analytics.whatif.question import Question
from analytics.whatif.replay import Answered, Chunk
from telemetry.clock import from_ms

MOST_EPISODES: Final = 100
"""Of each kind, the earliest; how many there are in all is told."""
NOTHING: Final = "nothing was replayed: there is nobody there, or no reading of theirs"
"""The sentence where nothing can be said of the proposed rules, least of all in their favour."""


@dataclass(frozen=True, slots=True)
class Told:
    """One episode as it is told. Times are aware UTC."""

    patient_id: UUID
    condition: str
    started_at: dt.datetime
    called_at: dt.datetime
    ended_at: dt.datetime | None
    worst_value: float | None
    worst_at: dt.datetime | None
    acknowledged: bool
    severe: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """How often somebody would have been called under the current and the proposed rules."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the replay came to.

    Attributes:
        sentence: The same in one sentence.
        days: Length of the time.
        per_day: Calls a day, of all patients together.
        by_condition: For each condition that was asked about.
        by_day: For each UTC day, in order, also those without any call.
        missed_count: Real episodes that would not have been called.
        missed: The first of them.
        new_count: Episodes that only the proposed rules call.
        new: The first of them.
        latest_s: By how many seconds at most a real episode would have been called later.

    """

    sentence: str
    patients: int
    readings: int
    days: float
    calls: Calls
    per_day: Mapping[str, float]
    by_condition: Mapping[str, Calls]
    by_day: Mapping[str, Calls]
    missed_count: int
    missed: list[Told]
    new_count: int
    new: list[Told]
    latest_s: float

    def document(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(slots=True)
class Tally:
    """Adds up chunks of patients, and keeps no more of them than an answer tells."""

    question: Question
    patients: int = 0
    readings: int = 0
    conditions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    days: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    counts: Counter[str] = field(default_factory=Counter)
    missed: list[Told] = field(default_factory=list)
    new: list[Told] = field(default_factory=list)
    latest_ms: int = 0

    def add(self, chunk: Chunk) -> None:
        """Take in one chunk."""
        self.patients += chunk.patients
        self.readings += chunk.readings
        for side, found in enumerate((chunk.before, chunk.after)):
            for episode in found:
                self.conditions[episode.condition][side] += 1
                self.days[_day(episode.called_ms)][side] += 1
        before, after = _by_subject(chunk.before), _by_subject(chunk.after)
        answered = _answered(chunk.answered)
        missed = [
            told
            for subject, episodes in before.items()
            for episode in episodes
            if (told := self._missed(episode, after.get(subject, []), answered)) is not None
        ]
        new = [
            _told(episode, acknowledged=False)
            for subject, episodes in after.items()
            for episode in episodes
            if not _met(episode, before.get(subject, []))
        ]
        self.missed, self.new = self._keep("missed", missed), self._keep("new", new)

    def _missed(
        self, episode: Episode, after: list[Episode], answered: Mapping[Any, list[Answered]]
    ) -> Told | None:
        """The episode, if it is real and the proposed rules do not call it."""
        spans = answered.get(episode.subject, [])
        acknowledged = any(episode.meets(start, end) for _, _, start, end in spans)
        if not (acknowledged or episode.severe):
            return None
        met = _met(episode, after)
        if not met:
            return _told(episode, acknowledged=acknowledged)
        later_ms = min(one.called_ms for one in met) - episode.called_ms
        self.latest_ms = max(self.latest_ms, later_ms)
        return None

    def _keep(self, kind: str, found: list[Told]) -> list[Told]:
        self.counts[kind] += len(found)
        kept: list[Told] = getattr(self, kind) + found
        return sorted(kept, key=_order)[:MOST_EPISODES]

    def answer(self) -> Answer:
        """Tell what it came to."""
        before, after = (sum(one[side] for one in self.conditions.values()) for side in (0, 1))
        days = self.question.days
        known = _sentence(Calls(before, after), days, self.counts)
        return Answer(
            sentence=known if self.readings else NOTHING,
            patients=self.patients,
            readings=self.readings,
            days=days,
            calls=Calls(before, after),
            per_day={"before": before / days, "after": after / days},
            by_condition={
                one: Calls(*self.conditions.get(one, (0, 0)))
                for one in sorted(self.question.conditions)
            },
            by_day={one: Calls(*self.days.get(one, (0, 0))) for one in _days(self.question)},
            missed_count=self.counts["missed"],
            missed=self.missed,
            new_count=self.counts["new"],
            new=self.new,
            latest_s=self.latest_ms / 1000,
        )


def _order(one: Told) -> tuple[dt.datetime, str, str]:
    return (one.called_at, str(one.patient_id), one.condition)


def _sentence(calls: Calls, days: float, counts: Mapping[str, int]) -> str:
    missed, new = counts["missed"], counts["new"]
    parts = [_rates(calls, days)]
    if missed:
        parts.append(
            "this 1 episode would have been missed"
            if missed == 1
            else f"these {missed} episodes would have been missed"
        )
    else:
        parts.append("no real episode would have been missed")
    if new:
        parts.append(f"{new} new")
    return "; ".join(parts)


def _rates(calls: Calls, days: float) -> str:
    """Calls a day, or where one of them would be next to nothing, in the whole time.

    >>> _rates(Calls(10, 5), 2), _rates(Calls(1, 0), 30)
    ('5 to 2.5 alarms a day', '1 to 0 alarms in 30 days')
    """
    if any(0 < count < days for count in (calls.before, calls.after)):
        return f"{calls.before} to {calls.after} alarms in {days:g} days"
    return f"{_number(calls.before / days)} to {_number(calls.after / days)} alarms a day"


def _number(value: float) -> str:
    """A whole number from 10 on, else one decimal where there is one."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")  # noqa: PLR2004


def _by_subject(episodes: Iterable[Episode]) -> dict[Any, list[Episode]]:
    found: dict[Any, list[Episode]] = defaultdict(list)
    for episode in episodes:
        found[episode.subject].append(episode)
    return found


def _answered(answered: Iterable[Answered]) -> dict[Any, list[Answered]]:
    found: dict[Any, list[Answered]] = defaultdict(list)
    for one in answered:
        found[one[0], one[1]].append(one)
    return found


def _met(episode: Episode, others: Iterable[Episode]) -> list[Episode]:
    return [other for other in others if episode.meets(other.started_ms, other.ended_ms)]


def _told(episode: Episode, *, acknowledged: bool) -> Told:
    return Told(
        patient_id=episode.patient_id,
        condition=episode.condition,
        started_at=from_ms(episode.started_ms),
        called_at=from_ms(episode.called_ms),
        ended_at=None if episode.ended_ms is None else from_ms(episode.ended_ms),
        worst_value=episode.worst,
        worst_at=None if episode.worst_ms == NEVER else from_ms(episode.worst_ms),
        acknowledged=acknowledged,
        severe=episode.severe,
    )


def _day(instant_ms: int) -> str:
    return from_ms(instant_ms).date().isoformat()


def _days(question: Question) -> list[str]:
    first, last = from_ms(question.since_ms).date(), from_ms(question.until_ms - 1).date()
    return [
        (first + dt.timedelta(days=number)).isoformat() for number in range((last - first).days + 1)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, UUID) else value
