"""What a question rests on: who asks, in which language and country, and what was said before."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from analytics.trends.days import zone_of
from analytics.triage.language import Language, language_of
from analytics.triage.red_flags import RedFlag, find, of_score
from api.dr_jeg.place import country_of
from api.dr_jeg.privacy import Scrub
from api.services import Services
from gateways.llm.dialogue import Kind, Turn
from storage.queries import assistant, conversations
from storage.queries.assistant import Background
from storage.queries.conversations import ConversationRow

WINDOW: Final = 12
"""Messages that go with a question word for word; older ones are in the summary."""
MOST_REMEMBERED: Final = 1_500
"""Characters of each of them."""
SCORE_HOURS: Final = 12
"""A NEWS2 of 7 or more counts as a red flag for so long."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks, and what has to be known for it."""

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


async def prepared(
    parts: Services, row: ConversationRow | None, user_id: UUID, text: str, kind: Kind
) -> Asking:
    """Look up what a question rests on; `row` is None for a conversation that begins with it."""
    now = dt.datetime.now(dt.UTC)
    async with parts.database.read() as session:
        person = await assistant.background(session, user_id)
        since = now - dt.timedelta(hours=SCORE_HOURS)
        score = await assistant.newest_score(session, user_id, since)
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
    flags = {one.code: one for one in (*find(text), *of_score(score.minimum if score else None))}
    return Asking(
        user_id=user_id,
        text=text,
        kind=kind,
        language=language_of(text, "fr" if before == "fr" else "en"),
        now=now,
        zone=zone_of(person.time_zone),
        country=country_of(person.phone_number, parts.settings.country),
        person=person,
        history=history,
        summary=scrub.text(row.summary) if row else "",
        flags=tuple(flags.values()),
    )
