"""Imported files: kept in parts until they are read, and the reports on their rows."""

from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import func, select, text

from storage.engine import ReadSession, WriteSession
from storage.models import BackgroundJob, Import, ImportPart

KIND: Final = "import"
"""Kind of the background job."""
MEDICATIONS: Final = "medication-import"
"""Kind of the one that brings a catalogue of medicines."""
PART_BYTES: Final = 1024 * 1024

ADD_PART: Final = """
    -- A part of a file or report.
    INSERT INTO import_parts (import_id, kind, number, content) VALUES (%s, %s, %s, %b)
"""

PART: Final = """
    -- A part of a file.
    SELECT content FROM import_parts WHERE import_id = %s AND kind = 'file' AND number = %s
"""

OF: Final = """
    -- Whose readings an import brings, and how long its file is; none when the patient is gone.
    SELECT patient_id, size_bytes FROM imports WHERE id = %s
"""

DROP: Final = """
    -- Parts that nobody needs any more.
    DELETE FROM import_parts WHERE import_id = %s AND kind = %s
"""

OPEN_SERIES: Final = """
    -- Series of an import's sources, made where they do not exist: (source, metric) -> id.
    WITH asked AS (
        SELECT * FROM unnest(%(sources)s::text[], %(metrics)s::smallint[]) AS a(source, metric)
    ), made AS (
        INSERT INTO series (patient_id, source, metric)
        SELECT %(patient)s, source, metric FROM asked ORDER BY metric, source
        ON CONFLICT DO NOTHING
        RETURNING id, source, metric
    )
    SELECT id, source, metric FROM made
    UNION ALL
    SELECT s.id, s.source, s.metric FROM series s JOIN asked a USING (source, metric)
    WHERE s.patient_id = %(patient)s AND s.device_id IS NULL
"""

_SEQUENCE = text("""
    -- Parts of a report in their order.
    SELECT content FROM import_parts
    WHERE import_id = :id AND kind = 'report' AND number = :number
""")


async def add(
    session: WriteSession, job_id: UUID, patient_id: UUID | None, file: BinaryIO, size_bytes: int
) -> None:
    """Keep a file, from its beginning, in the transaction that asks for its job."""
    session.add(Import(id=job_id, patient_id=patient_id, size_bytes=size_bytes))
    await session.flush()
    connection = await session.plain()
    file.seek(0)
    number = 0
    while part := file.read(PART_BYTES):
        await connection.execute(ADD_PART, (job_id, "file", number, part))
        number += 1


async def patient_of(session: ReadSession, owner_id: UUID, import_id: UUID) -> UUID | None:
    """Whose readings an import of somebody brought."""
    found: UUID | None = await session.scalar(
        select(Import.patient_id)
        .join(BackgroundJob, BackgroundJob.id == Import.id)
        .where(Import.id == import_id, BackgroundJob.owner_id == owner_id)
    )
    return found


async def is_of(session: ReadSession, owner_id: UUID, import_id: UUID, kind: str) -> bool:
    """Whether somebody asked for this import."""
    statement = select(BackgroundJob.id).where(
        BackgroundJob.id == import_id,
        BackgroundJob.owner_id == owner_id,
        BackgroundJob.kind == kind,
    )
    return await session.scalar(statement) is not None


async def waiting(session: ReadSession | WriteSession, owner_id: UUID, kind: str = KIND) -> int:
    """Imports of somebody that are not over."""
    found = await session.scalar(
        select(func.count())
        .select_from(BackgroundJob)
        .where(
            BackgroundJob.owner_id == owner_id,
            BackgroundJob.kind == kind,
            BackgroundJob.finished_at.is_(None),
        )
    )
    return int(found or 0)


async def has_report(session: ReadSession, import_id: UUID) -> bool:
    """Whether the report on its rows is there yet."""
    statement = select(ImportPart.number).where(
        ImportPart.import_id == import_id, ImportPart.kind == "report", ImportPart.number == 0
    )
    return await session.scalar(statement) is not None


async def report_part(session: ReadSession, import_id: UUID, number: int) -> bytes | None:
    """A part of a report, compressed by gzip as a whole; None after the last one."""
    found: bytes | None = await session.scalar(_SEQUENCE, {"id": import_id, "number": number})
    return found
