"""Which alarms a list asks for."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, or_

from storage.models import Alarm, Encounter
from storage.queries.changes import Span, within

StateFilter = Literal[
    "open", "pending", "suppressed", "active", "acknowledged", "latched", "closed"
]

CALLED = and_(or_(Alarm.activated_at.is_not(None), Alarm.retrospective), Alarm.state != "pending")
OPEN = Alarm.state.in_(("active_unacknowledged", "active_acknowledged", "latched"))
STANDING = Alarm.state != "closed"
"""The condition of the partial indexes."""
IDENTIFIED = func.coalesce(Alarm.activated_at, Alarm.started_at)
_STATES: Final[dict[str, ColumnElement[bool]]] = {
    "open": and_(STANDING, OPEN),
    "pending": and_(STANDING, Alarm.state == "pending"),
    "suppressed": and_(STANDING, Alarm.state == "suppressed"),
    "active": and_(STANDING, Alarm.state == "active_unacknowledged"),
    "acknowledged": and_(STANDING, Alarm.state == "active_acknowledged"),
    "latched": and_(STANDING, Alarm.state == "latched"),
    "closed": and_(Alarm.state == "closed", CALLED),
}
_WORDS: Final[ColumnElement[Any]] = literal_column(
    "to_tsvector('simple'::regconfig, (alarms.title || ' '::text) || alarms.message)"
)
"""The expression of the index `ix_alarms_words`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms are asked for; None asks for all.

    Attributes:
        state: `open` is active or latched. Without a state: every alarm that was ever called,
            closed ones and retrospective findings among them.
        priority: high, medium or low.
        category: physiological or technical.
        patient_id: Whose.
        ward: Of patients who are there now.
        assignee_id: Who has taken it on.
        unassigned: Nobody has taken it on.
        condition: Its stable name.
        called: Any of these stable names.
        device_id: The device that a technical alarm is about.
        parent_id: The alarm that speaks for them. Without one of this, patient, device and key,
            alarms that another one speaks for are left out, unless `spoken_for` asks for them.
        since: Begun then or later.
        until: Begun before then.
        retrospective: Whether found in late data.
        text: Words, or beginnings of words, of title and message.
        key: The one with this id.
        identified: Called from the first instant, up to and without the second; what never called
            is found by its beginning.
        changed: Last changed from the first instant, up to and without the second.

    """

    state: StateFilter | None = None
    priority: str | None = None
    category: str | None = None
    patient_id: UUID | None = None
    ward: str | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    condition: str | None = None
    called: Sequence[str] | None = None
    device_id: UUID | None = None
    parent_id: UUID | None = None
    spoken_for: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    retrospective: bool | None = None
    text: str | None = None
    key: UUID | None = None
    identified: Span | None = None
    changed: Span | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a row must fulfil."""
        pairs: list[tuple[object, Callable[[Any], ColumnElement[bool]]]] = [
            (self.priority, Alarm.priority.__eq__),
            (self.category, Alarm.category.__eq__),
            (self.patient_id, Alarm.patient_id.__eq__),
            (self.ward, Encounter.ward.__eq__),
            (self.assignee_id, Alarm.assignee_id.__eq__),
            (self.unassigned or None, lambda _: Alarm.assignee_id.is_(None)),
            (self.condition, Alarm.condition.__eq__),
            (self.called, Alarm.condition.in_),
            (self.device_id, Alarm.device_id.__eq__),
            (self.parent_id, Alarm.parent_id.__eq__),
            (self._for_themselves or None, lambda _: Alarm.parent_id.is_(None)),
            (self.since, Alarm.started_at.__ge__),
            (self.until, Alarm.started_at.__lt__),
            (self.retrospective, Alarm.retrospective.is_),
            (self.text, lambda words: _WORDS.op("@@")(func.to_tsquery("simple", _query(words)))),
            (self.key, Alarm.id.__eq__),
            (self.identified, lambda span: within(IDENTIFIED, span)),
            (self.changed, lambda span: within(Alarm.updated_at, span)),
        ]
        chosen = CALLED if self.state is None else _STATES[self.state]
        return [chosen, *(made(given) for given, made in pairs if given is not None)]

    @property
    def _for_themselves(self) -> bool:
        others = (self.parent_id, self.patient_id, self.device_id, self.key)
        return not self.spoken_for and all(one is None for one in others)


def _query(words: str) -> str:
    """A tsquery: all of these words, each perhaps only begun."""
    return " & ".join(f"{word}:*" for word in re.findall(r"\w+", words))
