"""Prescribers are told when a patient stops or pauses what they prescribed."""

import datetime as dt
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from storage.engine import WriteSession
from storage.models import HealthcareProvider, UserMedication
from storage.queries.announce import News, announce_in
from storage.queries.care import carers

KIND: Final = "prescription"
TOLD: Final = {
    "paused": "A patient paused a prescription",
    "stopped": "A patient stopped a prescription",
}
"""Status that a patient gave their prescription -> title, in English."""


async def tell(
    session: WriteSession, mine: UserMedication, status: str, actor_id: UUID | None
) -> None:
    """Tell the prescriber, as long as they may see the patient; which medicine is on the page.

    One without an account gets a letter that says that much and no more.
    """
    if actor_id != mine.user_id or mine.prescribed_by_id is None or status not in TOLD:
        return
    about = {
        "title": TOLD[status],
        "change": status,
        "changed_at": dt.datetime.now(dt.UTC).isoformat(),
    }
    event_key = f"prescription:{mine.id}:{uuid4()}"
    news = await _to_account(session, mine, about, event_key)
    letter = await letter_to_prescriber(session, mine, KIND, event_key, about)
    await announce_in(session, [*news, *([] if letter is None else [letter])])


async def _to_account(
    session: WriteSession, mine: UserMedication, about: dict[str, str], event_key: str
) -> list[News]:
    account = await session.scalar(
        select(HealthcareProvider.user_id).where(HealthcareProvider.id == mine.prescribed_by_id)
    )
    told = await carers(session, [] if account is None else [account], mine.user_id)
    return [
        News(
            kind=KIND,
            event_key=event_key,
            user_id=one,
            subject=f"prescription:{mine.id}",
            payload=about | {"path": f"/patients/{mine.user_id}"},
        )
        for one in told
    ]


async def letter_to_prescriber(
    session: WriteSession, mine: UserMedication, kind: str, event_key: str, about: dict[str, str]
) -> News | None:
    """A letter to a prescriber who has no account; None where there is none to write to.

    It names neither patient nor medicine, since it lies in a mailbox: whoever administers the
    platform finds both by the number in it.
    """
    provider_id = await session.scalar(
        select(HealthcareProvider.id).where(
            HealthcareProvider.id == mine.prescribed_by_id,
            HealthcareProvider.user_id.is_(None),
            HealthcareProvider.is_active,
        )
    )
    if provider_id is None:
        return None
    named = {
        "provider_id": str(provider_id),
        "reference": str(mine.id),
        "path": f"/providers/{provider_id}",
    }
    return News(kind=kind, event_key=event_key, provider_id=provider_id, payload=about | named)
