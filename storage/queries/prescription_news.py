"""Prescribers are told when a patient stops or pauses what they prescribed."""

import datetime as dt
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from storage.engine import WriteSession
from storage.models import HealthcareProvider, UserMedication
from storage.queries.announce import News, announce_in
from storage.queries.care import active_viewers, may_see

TOLD: Final = {
    "paused": "A patient paused a prescription",
    "stopped": "A patient stopped a prescription",
}
"""Status that a patient gave their prescription -> title, in English."""


async def tell(
    session: WriteSession, mine: UserMedication, status: str, actor_id: UUID | None
) -> None:
    """Tell the prescriber, as long as they may see the patient; which medicine is on the page."""
    if actor_id != mine.user_id or mine.prescribed_by_id is None or status not in TOLD:
        return
    account = await session.scalar(
        select(HealthcareProvider.user_id).where(HealthcareProvider.id == mine.prescribed_by_id)
    )
    viewers = await active_viewers(session, [] if account is None else [account])
    news = [
        News(
            kind="prescription",
            event_key=f"prescription:{mine.id}:{uuid4()}",
            user_id=one.id,
            subject=f"prescription:{mine.id}",
            payload={
                "title": TOLD[status],
                "change": status,
                "changed_at": dt.datetime.now(dt.UTC).isoformat(),
                "path": f"/patients/{mine.user_id}",
            },
        )
        for one in viewers
        if one.cares and await may_see(session, one, mine.user_id)
    ]
    await announce_in(session, news)
