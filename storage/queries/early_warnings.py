"""How a patient is to be scored: versions, the newest of which is in force."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from storage.engine import ReadSession, WriteSession
from storage.models import EarlyWarning, User


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a version says."""

    scale: int
    target_low: int
    target_high: int
    pregnant: bool
    reason: str
    stale_after: dict[str, float] | None = None
    """Input of NEWS2 -> seconds that it counts; the usual ones where it is None."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version, with who made it and when."""

    version: int
    scale: int
    target_low: int
    target_high: int
    pregnant: bool
    reason: str
    created_at: dt.datetime
    created_by_id: UUID | None
    created_by: str
    stale_after: dict[str, float] | None

    @property
    def prescription(self) -> Prescription:
        """What it says."""
        return Prescription(
            self.scale,
            self.target_low,
            self.target_high,
            self.pregnant,
            self.reason,
            self.stale_after,
        )


async def versions(
    session: ReadSession | WriteSession, patient_id: UUID, *, limit: int
) -> list[Version]:
    """Versions of a patient, newest first, at most `limit`."""
    statement = (
        select(
            EarlyWarning.version,
            EarlyWarning.scale,
            EarlyWarning.target_low,
            EarlyWarning.target_high,
            EarlyWarning.pregnant,
            EarlyWarning.reason,
            EarlyWarning.created_at,
            EarlyWarning.created_by_id,
            func.coalesce(func.concat_ws(" ", User.first_name, User.last_name), ""),
            EarlyWarning.stale_after,
        )
        .outerjoin(User, User.id == EarlyWarning.created_by_id)
        .where(EarlyWarning.patient_id == patient_id)
        .order_by(EarlyWarning.version.desc())
        .limit(limit)
    )
    return [Version(*row) for row in await session.execute(statement)]


async def prescribe(
    session: WriteSession, patient_id: UUID, wanted: Prescription, author_id: UUID
) -> None:
    """Make a new version, unless the one in force says the same."""
    # Two authors at once wait for each other, so that versions have no gap and no double.
    await session.execute(
        select(User.id).where(User.id == patient_id).with_for_update(key_share=True)
    )
    newest = await versions(session, patient_id, limit=1)
    if newest and newest[0].prescription == wanted:
        return
    await session.execute(
        update(EarlyWarning)
        .where(EarlyWarning.patient_id == patient_id, EarlyWarning.superseded_at.is_(None))
        .values(superseded_at=func.now())
    )
    session.add(
        EarlyWarning(
            patient_id=patient_id,
            version=newest[0].version + 1 if newest else 1,
            scale=wanted.scale,
            target_low=wanted.target_low,
            target_high=wanted.target_high,
            pregnant=wanted.pregnant,
            reason=wanted.reason,
            stale_after=wanted.stale_after,
            created_by_id=author_id,
        )
    )
    await session.flush()
