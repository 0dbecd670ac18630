"""Sheets of what is told to whom, of jobs, of other systems, and the log."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, any_, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from storage import models as m
from storage.panel.sheets import Sheet


def _of(patients: Sequence[UUID]) -> ColumnElement[bool]:
    """Records of these patients' data, by the sets of patients that they are in.

    The sets are found first and once, so that the records are looked up by them, beside whatever
    else is looked for.
    """
    sets = select(m.AuditPatients.digest).where(
        m.AuditPatients.patient_ids.op("&&", is_comparison=True)(list(patients))
    )
    found = func.array(sets.scalar_subquery(), type_=ARRAY(LargeBinary))
    return m.AuditRecord.patients == any_(found)


SHEETS: Final = (
    Sheet(
        model=m.Notification,
        group="Notifications",
        label="Notifications",
        title=("kind", "user_id", "hospital_id"),
        columns=("created_at", "user_id", "hospital_id", "kind", "urgent", "read_at"),
        newest="created_at",
        hidden=frozenset({"subject", "recipient"}),
        patient=m.Notification.user_id,
    ),
    Sheet(
        model=m.Delivery,
        group="Notifications",
        label="Deliveries",
        columns=("notification_id", "channel", "state", "attempts", "created_at", "last_error"),
    ),
    Sheet(
        model=m.NotificationPreference,
        group="Notifications",
        label="Preferences",
        columns=("user_id", "language", "time_zone", "updated_at"),
    ),
    Sheet(
        model=m.PushSubscription,
        group="Notifications",
        label="Browsers",
        columns=("user_id", "created_at"),
    ),
    Sheet(
        model=m.WebhookEndpoint,
        group="Notifications",
        label="Webhooks",
        title=("url",),
        columns=("url", "user_id", "hospital_id", "created_at"),
        search=("url",),
    ),
    Sheet(
        model=m.Subscriber,
        group="Platform",
        label="Subscribers",
        title=("name",),
        columns=("name", "patient_id", "hospital_id", "ward", "created_at"),
        few=True,
        search=("name",),
        patient=m.Subscriber.patient_id,
    ),
    Sheet(
        model=m.HospitalSystem,
        group="Platform",
        label="Hospitals' systems",
        columns=("hospital_id", "kind", "url", "created_at"),
        search=("url",),
        few=True,
    ),
    Sheet(
        model=m.HospitalSync,
        group="Platform",
        label="Exchanges with hospitals",
        columns=("hospital_id", "provider_id", "event", "state", "attempts", "created_at"),
    ),
    Sheet(
        model=m.BackgroundJob,
        group="Platform",
        label="Jobs",
        title=("kind", "created_at"),
        columns=("created_at", "owner_id", "kind", "state", "done", "total", "finished_at"),
        hidden=frozenset({"parameters", "result"}),
    ),
    Sheet(
        model=m.CanaryRun,
        group="Platform",
        label="Canary runs",
        columns=("started_at", "finished_at"),
        newest="started_at",
    ),
    Sheet(
        model=m.AuditRecord,
        group="Platform",
        label="Audit log",
        columns=("seq", "at", "actor_id", "action", "resource", "resource_id", "outcome"),
        newest="seq",
        values=("action", "resource"),
        starts=("address",),
        hidden=frozenset({"patients", "hash"}),
        people=_of,
        links=(("actor_id", "users"),),
    ),
)
