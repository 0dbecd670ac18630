"""What a question rests on: who asks, in which language and country, and what was said before."""

import datetime as dt
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.triage.emergency_numbers import ANYWHERE, CRISIS_LINES, emergency_number
from analytics.triage.extremes import Patient
from analytics.triage.language import Language, language_of
from analytics.triage.red_flags import RedFlag, find
from api.dr_jeg.place import country_of
from api.dr_jeg.privacy import Scrub
from api.dr_jeg.standing import HOURS, Standing, Wording, patient, standing
from api.dr_jeg.stated import Judged, judged, stated
from api.services import Services
from gateways.llm.dialogue import Kind, Turn
from gateways.llm.local_intents import about_another
from gateways.llm.local_times import zone_name
from storage.models import Message
from storage.queries import assistant, conversations
from storage.queries.assistant import Background
from storage.queries.conversations import ConversationRow
from telemetry.zones import zone_of

WINDOW: Final = 12
"""Messages that go with a question word for word; older ones are in the summary."""
MOST_REMEMBERED: Final = 1_500
"""Characters of each of them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks, and what has to be known for it.

    Attributes:
        flags: Red flags in the words.
        stated: Red flags of readings that the words tell.
        judged: Readings that the words tell, beside their usual ranges.
        standing: Red flags of the measurements.
        told: Codes of flags that this conversation has told already while they may stand.
        wording: How flags are put into words.
        allowed: Texts that need no source in an answer.
        began: Of `time.perf_counter`, when the message came.

    """

    user_id: UUID
    text: str
    kind: Kind
    language: Language
    now: dt.datetime
    zone: ZoneInfo
    country: str
    person: Background
    history: tuple[Turn, ...]
    summary: str
    flags: tuple[RedFlag, ...]
    stated: tuple[Standing, ...]
    judged: Judged
    standing: tuple[Standing, ...]
    told: frozenset[str]
    wording: Wording
    allowed: tuple[str, ...]
    began: float

    def elapsed_ms(self) -> int:
        """Milliseconds since the message came, rounded up: no answer takes none."""
        return math.ceil((time.perf_counter() - self.began) * 1000)

    @property
    def flagged(self) -> bool:
        """Whether any flag is up."""
        return bool(self.flags or self.stated or self.standing)


async def prepared(
    parts: Services, row: ConversationRow | None, user_id: UUID, text: str, kind: Kind
) -> Asking:
    """Look up what a question rests on; `row` is None for a conversation that begins with it."""
    began, now = time.perf_counter(), dt.datetime.now(dt.UTC)
    async with parts.database.read() as session:
        person = await assistant.background(session, user_id)
        limits = await patient(session, user_id, person, now.date())
        raised = await standing(session, user_id, limits, now)
        said = await conversations.newest(session, row.id, limit=WINDOW) if row else []
    before = said[-1].language if said else "en"
    scrub = Scrub(person)
    history = tuple(
        Turn(
            "assistant" if one.sender == "assistant" else "user",
            scrub.text(one.content)[:MOST_REMEMBERED],
        )
        for one in said
    )
    language = language_of(text, "fr" if before == "fr" else "en")
    zone = zone_of(person.time_zone)
    country = country_of(person.phone_number, parts.settings.country)
    number = emergency_number(country, parts.settings.emergency_number)
    line = CRISIS_LINES.get(country, number)
    another = about_another(text)
    return Asking(
        user_id=user_id,
        text=text,
        kind=kind,
        language=language,
        now=now,
        zone=zone,
        country=country,
        person=person,
        history=history,
        summary=scrub.text(row.summary) if row else "",
        flags=find(text),
        # Of somebody else nothing is known: they count as any adult.
        stated=stated(text, language, Patient() if another else limits, now),
        judged=Judged() if another else judged(text, language, limits, now),
        standing=raised,
        told=_told(said, now - dt.timedelta(hours=HOURS)),
        wording=Wording(language, now, zone, number),
        allowed=tuple(dict.fromkeys((number, line, ANYWHERE, zone_name(now.astimezone(zone))))),
        began=began,
    )


def _told(said: Sequence[Message], since: dt.datetime) -> frozenset[str]:
    """Codes of the flags in messages since then."""
    return frozenset(
        flag["code"]
        for one in said
        if one.timestamp >= since
        for flag in one.extras.get("red_flags", ())
    )
