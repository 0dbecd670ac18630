"""Doses that were taken or left out, and side effects that were noticed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import (
    CareRelationship,
    HealthcareProvider,
    MedicationIntake,
    SideEffectReport,
    UserMedication,
)
from storage.queries.announce import News, announce_in
from storage.queries.care import carers, is_open
from storage.queries.prescription_news import letter_to_prescriber

MOST_TOLD: Final = 50
"""Clinicians who are told of one severe side effect."""
Position = tuple[dt.datetime, UUID]
"""Time and id: the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIntake:
    """What is recorded of a dose."""

    mine_id: UUID
    due_at: dt.datetime | None
    status: str
    at: dt.datetime
    note: str
    actor_id: UUID


async def record(session: WriteSession, new: NewIntake) -> tuple[MedicationIntake, bool]:
    """Record a dose, or put right what was recorded of it: (what is there now, whether new)."""
    values = {
        "user_medication_id": new.mine_id,
        "due_at": new.due_at,
        "status": new.status,
        "at": new.at,
        "note": new.note,
        "recorded_by_id": new.actor_id,
    }
    made = insert(MedicationIntake).values(id=uuid4(), **values)
    columns = ("status", "at", "note", "recorded_by_id")
    row = (
        await session.execute(
            made.on_conflict_do_update(
                index_elements=["user_medication_id", "due_at"],
                set_={name: made.excluded[name] for name in columns},
            ).returning(MedicationIntake.id, text("xmax = 0"))
        )
    ).one()
    found = await session.get_one(MedicationIntake, row[0], populate_existing=True)
    return found, bool(row[1])


async def before(
    session: WriteSession, mine_id: UUID, due_at: dt.datetime
) -> MedicationIntake | None:
    """What was recorded of a dose."""
    found: MedicationIntake | None = await session.scalar(
        select(MedicationIntake).where(
            MedicationIntake.user_medication_id == mine_id, MedicationIntake.due_at == due_at
        )
    )
    return found


async def taken_since(
    session: ReadSession | WriteSession, mine_ids: Sequence[UUID], since: dt.datetime
) -> dict[UUID, int]:
    """How many doses of each medicine were taken since then; those of which none was are absent."""
    found = await session.execute(
        select(MedicationIntake.user_medication_id, func.count())
        .where(
            MedicationIntake.user_medication_id.in_(mine_ids),
            MedicationIntake.status == "taken",
            MedicationIntake.at > since,
        )
        .group_by(MedicationIntake.user_medication_id)
    )
    return {row[0]: row[1] for row in found}


async def forget(session: WriteSession, mine_id: UUID, intake_id: UUID) -> MedicationIntake | None:
    """Take back what was recorded; what it was."""
    gone: MedicationIntake | None = await session.scalar(
        delete(MedicationIntake)
        .where(MedicationIntake.id == intake_id, MedicationIntake.user_medication_id == mine_id)
        .returning(MedicationIntake)
    )
    return gone


async def page(
    session: ReadSession, mine_id: UUID, *, after: Position | None, limit: int
) -> list[MedicationIntake]:
    """What was recorded of a medicine, the newest first, at most `limit`."""
    order = (MedicationIntake.at, MedicationIntake.id)
    statement = select(MedicationIntake).where(MedicationIntake.user_medication_id == mine_id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    statement = statement.order_by(*(column.desc() for column in order)).limit(limit)
    return list(await session.scalars(statement))


async def side_effects(
    session: ReadSession, mine_id: UUID, *, after: Position | None, limit: int
) -> list[SideEffectReport]:
    """Side effects of a medicine, those noticed last first, at most `limit`."""
    order = (SideEffectReport.noticed_at, SideEffectReport.id)
    statement = select(SideEffectReport).where(SideEffectReport.user_medication_id == mine_id)
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    statement = statement.order_by(*(column.desc() for column in order)).limit(limit)
    return list(await session.scalars(statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSideEffect:
    """What somebody noticed."""

    description: str
    severity: str
    noticed_at: dt.datetime
    actor_id: UUID


async def report_side_effect(
    session: WriteSession, mine: UserMedication, new: NewSideEffect
) -> SideEffectReport:
    """Keep a side effect; of a severe one tell the prescriber and who cares for the patient."""
    report = SideEffectReport(
        id=uuid4(),
        user_medication_id=mine.id,
        description=new.description,
        severity=new.severity,
        noticed_at=new.noticed_at,
        reported_by_id=new.actor_id,
    )
    session.add(report)
    await session.flush()
    await session.refresh(report)
    if new.severity == "severe":
        await _tell(session, mine, report)
    return report


async def _tell(session: WriteSession, mine: UserMedication, report: SideEffectReport) -> None:
    kind, event_key = "side_effect", f"side_effect:{report.id}"
    about = {
        "title": "A patient reports a severe side effect",
        "noticed_at": report.noticed_at.isoformat(),
    }
    news = [
        News(
            kind=kind,
            event_key=event_key,
            user_id=one,
            subject=f"side_effect:{mine.id}",
            payload=about | {"path": f"/patients/{mine.user_id}"},
        )
        for one in await _clinicians(session, mine, report.reported_by_id)
    ]
    letter = await letter_to_prescriber(session, mine, kind, event_key, about)
    await announce_in(session, [*news, *([] if letter is None else [letter])])


async def _clinicians(
    session: WriteSession, mine: UserMedication, actor_id: UUID | None
) -> list[UUID]:
    """The prescriber and the care team, as far as they may see the patient; never the reporter."""
    prescriber = select(HealthcareProvider.user_id).where(
        HealthcareProvider.id == mine.prescribed_by_id, HealthcareProvider.user_id.is_not(None)
    )
    team = (
        select(CareRelationship.clinician_id)
        .where(CareRelationship.patient_id == mine.user_id, is_open())
        .order_by(CareRelationship.starts_at.desc())
        .limit(MOST_TOLD)
    )
    named = [*await session.scalars(prescriber), *await session.scalars(team)]
    others = {one for one in named if one is not None and one != actor_id}
    return await carers(session, others, mine.user_id)
