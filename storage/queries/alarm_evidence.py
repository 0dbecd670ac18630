"""What an alarm was computed from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from storage.access import saw
from storage.engine import ReadSession
from storage.models import Alarm


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """An alarm with what it keeps."""

    id: UUID
    patient_id: UUID | None
    condition: str
    title: str
    message: str
    rule_version: str
    started_at: dt.datetime
    activated_at: dt.datetime | None
    evidence: dict[str, Any]


async def get(
    session: ReadSession, alarm_id: UUID, visible: ColumnElement[bool]
) -> EvidenceRow | None:
    """One alarm's evidence; None where there is no such alarm that the asker may see."""
    found = await session.execute(
        select(
            Alarm.id,
            Alarm.patient_id,
            Alarm.condition,
            Alarm.title,
            Alarm.message,
            Alarm.rule_version,
            Alarm.started_at,
            Alarm.activated_at,
            Alarm.evidence,
        ).where(Alarm.id == alarm_id, visible)
    )
    row = found.one_or_none()
    if row is None:
        return None
    evidence = EvidenceRow(*row)
    saw(evidence.patient_id)
    return evidence
