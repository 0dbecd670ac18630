"""Alarms without a patient: of groups of devices and of the platform. Who may see them."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import String, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased

from storage.engine import ReadSession
from storage.models import Alarm, AlarmShelf, HealthcareProvider, ProviderHospital
from storage.queries.alarm_filter import AlarmFilter
from storage.queries.alarms import AlarmPosition, AlarmRow, page
from storage.queries.care import Condition, Viewer, active_viewers, visible

_Child = aliased(Alarm)


def may_see(viewer: Viewer) -> Condition:
    """Condition that holds for every alarm that `viewer` may see, with a patient or without.

    An alarm of a group is seen by whoever may see a patient of one of its children, and by those
    who work at its hospital. One about the platform itself is the administrators'.
    """
    of_patient = visible(viewer, Alarm.patient_id)
    if viewer.sees_all or not viewer.cares:
        return of_patient
    child = exists().where(_Child.parent_id == Alarm.id, visible(viewer, _Child.patient_id))
    workplace = exists().where(
        HealthcareProvider.user_id == viewer.id,
        ProviderHospital.provider_id == HealthcareProvider.id,
        cast(ProviderHospital.hospital_id, String) == Alarm.evidence["group"]["hospital_id"].astext,
    )
    return or_(of_patient, and_(Alarm.patient_id.is_(None), or_(child, workplace)))


def may_see_shelf(viewer: Viewer) -> Condition:
    """Condition that holds for every shelf that `viewer` may see, with a patient or without.

    One without is seen by whoever may see the open alarm that it holds back, and who put it up.
    """
    of_patient = visible(viewer, AlarmShelf.patient_id)
    if viewer.sees_all or not viewer.cares:
        return of_patient
    held_back = exists().where(
        Alarm.patient_id.is_(None),
        Alarm.condition == AlarmShelf.condition,
        Alarm.state != "closed",
        may_see(viewer),
    )
    theirs = or_(AlarmShelf.by_id == viewer.id, held_back)
    return or_(of_patient, and_(AlarmShelf.patient_id.is_(None), theirs))


async def audience(
    session: ReadSession, viewer_ids: Collection[UUID], alarm_ids: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """For each of these alarms without a patient, those of `viewer_ids` who may see it now."""
    seen: dict[UUID, set[UUID]] = defaultdict(set)
    if not alarm_ids:
        return seen
    for viewer in await active_viewers(session, viewer_ids):
        found = await session.scalars(
            select(Alarm.id).where(Alarm.id.in_(alarm_ids), may_see(viewer))
        )
        for alarm_id in found:
            seen[alarm_id].add(viewer.id)
    return seen


async def children(
    session: ReadSession,
    parent_id: UUID,
    viewer: Viewer,
    *,
    after: AlarmPosition | None,
    limit: int,
) -> list[AlarmRow]:
    """Alarms that another one speaks for, of patients whom the viewer may see, newest first."""
    mine, wanted = visible(viewer, Alarm.patient_id), AlarmFilter(parent_id=parent_id)
    return await page(session, mine, after=after, limit=limit, wanted=wanted)
