"""What every tool gets and gives."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from analytics.triage.language import Language
from api.dr_jeg.grounding.facts import Fact
from storage.engine import Database

MOST_UNTRUSTED: Final = 200
PARTS_OF_DAY: Final = {
    "any": (0, 24),
    "morning": (5, 12),
    "afternoon": (12, 17),
    "evening": (17, 24),
}
"""Part -> hours in the user's zone, the last one not included."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Looker:
    """Whose data are looked at, and when: never an argument of a tool."""

    database: Database
    user_id: UUID
    now: dt.datetime
    zone: ZoneInfo
    language: Language

    def local(self, time: dt.datetime) -> str:
        """A time as the user reads it."""
        return time.astimezone(self.zone).isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An appointment that could be booked, if the user says yes."""

    provider_id: UUID
    provider: str
    starts_at: dt.datetime
    duration_minutes: int
    appointment_type: str
    chief_complaint: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool gave: data for the assistant, and the facts that are in them.

    `names` of people and places may be said whole: the 37 of "37 Military Hospital" is no number.
    """

    data: Mapping[str, Any]
    facts: Sequence[Fact] = ()
    proposal: Proposal | None = None
    names: Sequence[str] = ()


class Arguments(BaseModel):
    """Arguments of a tool; whatever it does not know is refused."""

    model_config = ConfigDict(extra="forbid", strict=False)


@dataclass(frozen=True, slots=True)
class ToolPart:
    """One tool: its name, what it is for, what it takes, and what it does."""

    name: str
    about: str
    arguments: type[Arguments]
    run: Callable[[Looker, Any], Awaitable[Found]]


def untrusted(text: str) -> dict[str, str] | None:
    """Words that somebody else wrote, short, as data in a field that says so; None: no words."""
    kept = re.sub(r"\s+", " ", _CONTROL.sub(" ", text)).strip()[:MOST_UNTRUSTED]
    return {"untrusted_text": kept} if kept else None
