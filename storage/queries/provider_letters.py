"""What providers and their patients are told about providers and their times."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from storage.engine import WriteSession
from storage.models import HealthcareProvider
from storage.queries.announce import News, announce_in

TASK: Final = "new_times"
"""Name of the queue's task that tells patients of new times; see `queue_new_times`."""
BATCH: Final = 500

_QUEUE: Final = text("""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', :task, -5, NULL, NULL,
        jsonb_build_object('provider_id', CAST(:provider_id AS text),
            'change_id', CAST(:change_id AS text)), NULL)::procrastinate_job_to_defer_v1])
""")

PATIENTS: Final = """
    -- Patients of a provider, after a given one: those whom they saw or are to see, within two
    -- years, and those who are in their care. Each once.
    SELECT patient_id FROM (
        SELECT a.patient_id FROM appointments a
        WHERE a.healthcare_provider_id = %(provider_id)s AND a.status <> 'cancelled'
            AND a.appointment_date > now() - interval '2 years'
        UNION
        SELECT c.patient_id FROM care_relationships c
        JOIN healthcare_providers h ON h.user_id = c.clinician_id
        WHERE h.id = %(provider_id)s AND c.kind <> 'break_glass' AND c.starts_at <= now()
            AND (c.ends_at IS NULL OR c.ends_at > now())
    ) AS mine JOIN users u ON u.id = patient_id
    WHERE u.is_active AND NOT u.is_synthetic AND patient_id > %(after)s
    ORDER BY patient_id LIMIT %(batch)s
"""

PROVIDER: Final = """
    -- What patients are told of a provider, while they can be booked.
    SELECT trim(first_name || ' ' || last_name) FROM healthcare_providers
    WHERE id = %s AND is_active
"""


def new_times(
    provider_id: UUID, provider: str, change_id: str, patient_ids: Sequence[UUID]
) -> list[News]:
    """New times of a provider, told to their patients once for each change."""
    return [
        News(
            kind="new_times",
            event_key=f"availability:{change_id}",
            user_id=patient_id,
            subject=f"new_times:{provider_id}",
            payload={
                "title": f"{provider} has new times",
                "provider": provider,
                "provider_id": str(provider_id),
                "path": f"/providers/{provider_id}",
            },
        )
        for patient_id in patient_ids
    ]


async def queue_new_times(session: WriteSession, provider_id: UUID, change_id: UUID) -> None:
    """Have the provider's patients told of new times, once this transaction is committed."""
    values = {"task": TASK, "provider_id": str(provider_id), "change_id": str(change_id)}
    await session.execute(_QUEUE, values)


async def welcome(session: WriteSession, provider: HealthcareProvider) -> None:
    """Welcome a provider by e-mail; in the application, too, where they have an account."""
    payload: dict[str, Any] = {
        "title": "Welcome to JEGHealth",
        "provider_id": str(provider.id),
        "specialization": provider.specialization,
        "has_account": provider.user_id is not None,
        "path": f"/providers/{provider.id}",
    }
    await announce_in(
        session,
        [
            News(
                kind="provider_welcome",
                event_key=f"provider:{provider.id}:welcome",
                provider_id=None if provider.user_id is not None else provider.id,
                user_id=provider.user_id,
                channels=("email",),
                payload=payload,
            )
        ],
    )
