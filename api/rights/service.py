"""Exports and erasures as they are sent, with links that need no login."""

import time
from typing import Final
from uuid import UUID

from api import links
from api.downloads import Download
from api.errors import NotFoundError
from api.rights.schemas import Erasure, Export
from storage.queries.erasures import ErasureRow
from storage.queries.exports import ExportRow, key_of
from telemetry.vouchers import Vouchers

LINK_SECONDS: Final = 3_600
MEDIA_TYPE: Final = "application/zip"


def shape(vouchers: Vouchers, row: ExportRow) -> Export:
    """Export as sent, with a path to its file while it is there."""
    is_there = row.sha256 is not None and row.expires_at.timestamp() > time.time()
    return Export(
        id=row.id,
        person_id=row.person_id,
        job_id=row.job_id,
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        size_bytes=row.size_bytes,
        sha256=row.sha256.hex() if row.sha256 else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        download=_download(vouchers, row.id) if is_there else None,
    )


def shown(vouchers: Vouchers, row: ErasureRow) -> Erasure:
    """Erasure as sent."""
    signature = links.signature(vouchers, "erasure", row.id.bytes)
    return Erasure(
        id=row.id,
        person_id=row.person_id,
        reason=row.reason,
        requested_by="the person" if row.by_person else "an administrator",
        state=row.state,
        done=row.done,
        total=row.total,
        error=row.error,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        status=f"/api/erasures/{row.id}/?signature={signature}",
        sha256=row.sha256.hex() if row.sha256 else None,
        proof=row.document,
    )


def _download(vouchers: Vouchers, export_id: UUID) -> str:
    until = int(time.time()) + LINK_SECONDS
    query = links.signed(vouchers, "export", export_id.bytes, until)
    return f"/api/exports/{export_id}/download/?{query}"


def download_of(row: ExportRow) -> Download:
    """The file of an export.

    Raises:
        NotFoundError: when it is gone, or not made yet.
    """
    if row.sha256 is None or row.size_bytes is None or row.expires_at.timestamp() < time.time():
        raise NotFoundError
    name = f"jeghealth-{row.id}.zip"
    return Download(key_of(row.id), row.size_bytes, row.sha256.hex(), name, MEDIA_TYPE)
