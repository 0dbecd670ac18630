"""Makes an export: a ZIP with everything of a person, streamed into the store of files.

`fhir.json` is a Bundle of every resource that this server has of the person, the CSV files are all
rows of theirs, and `manifest.json`, the last file, counts and hashes the others. What is in memory
is bounded however long somebody was measured.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from gateways.fhir.codes import Json
from gateways.files import FilesAwayError, stored_files
from jobs.rights.archive import Archive, Entry
from jobs.rights.resources import resources
from jobs.work import Failure, Job
from storage.engine import connect
from storage.exporting import Dataset, Snapshot, snapshot
from storage.queries import exports as sql

VERSION: Final = 1
_PIECE_BYTES: Final = 256 * 1024
_FHIR: Final = "fhir.json"
_BUNDLE_ENDS: Final = (b'{"resourceType":"Bundle","type":"collection","entry":[', b"]}")


async def perform_export(job: Job) -> dict[str, Any]:
    """Write everything of the person whom an export is of into the store of files."""
    export_id = UUID(job.parameters["export_id"])
    async with await connect(job.url, application_name="jeg-jobs-export") as connection:
        row = await (await connection.execute(sql.FIND, (export_id,))).fetchone()
        if row is None:
            message = "there is no such person any more"
            raise Failure(message)
        person: UUID = row[0]
        export = _Export(job, person, export_id)
        files = stored_files(job.settings.file_store())
        try:
            await files.put_stream(sql.key_of(export_id), export.pieces())
        except FilesAwayError as error:
            if export.stopped is not None:
                raise export.stopped from error
            message = "the store of files is away; ask for the export again"
            raise Failure(message) from error
        await _finish(connection, job, export)
    return {
        "export_id": str(export_id),
        "bytes": export.size,
        "sha256": export.hash.hexdigest(),
        "files": [entry.told() for entry in export.archive.entries],
    }


async def _finish(connection: psycopg.AsyncConnection[Any], job: Job, export: "_Export") -> None:
    await connection.execute(
        sql.FINISH,
        {
            "id": export.export_id,
            "size": export.size,
            "sha256": export.hash.digest(),
            "days": job.settings.export_days,
        },
    )


@dataclass(slots=True)
class _Export:
    """One export on its way."""

    job: Job
    person: UUID
    export_id: UUID
    archive: Archive = field(default_factory=Archive)
    size: int = 0
    hash: Any = field(default_factory=sha256)
    done: int = 0
    total: int = 0
    stopped: Exception | None = None
    """What ended it early; the store only knows that there came no more."""

    async def pieces(self) -> AsyncIterator[bytes]:
        """The archive, piece by piece, while it is being made."""
        try:
            async for piece in self._pieces():
                self.size += len(piece)
                self.hash.update(piece)
                yield piece
        except Exception as error:
            self.stopped = error
            raise

    async def _pieces(self) -> AsyncIterator[bytes]:
        async with snapshot(self.job.url, self.person) as look:
            datasets = list(look.datasets())
            # Each reading is written twice: as a row and as an Observation.
            self.total = max(1, 2 * look.readings + len(datasets))
            async for piece in self._fhir(look):
                yield piece
            for dataset in datasets:
                async for piece in self._csv(look, dataset):
                    yield piece
        yield await asyncio.to_thread(self._manifest)

    async def _fhir(self, look: Snapshot) -> AsyncIterator[bytes]:
        entry = self.archive.begin(_FHIR)
        self.archive.write(_BUNDLE_ENDS[0])
        async for batch in resources(look.session, self.person):
            piece = await asyncio.to_thread(self._entries, entry, batch)
            await self._tell(len(batch), _FHIR)
            yield piece
        self.archive.write(_BUNDLE_ENDS[1])

    def _entries(self, entry: Entry, batch: Iterable[Json]) -> bytes:
        for resource in batch:
            comma = b"," if entry.rows else b""
            url = f"urn:uuid:{resource['id']}"
            content = msgspec.json.encode({"fullUrl": url, "resource": resource})
            self.archive.write(comma + content)
            entry.rows += 1
        return self.archive.take()

    async def _csv(self, look: Snapshot, dataset: Dataset) -> AsyncIterator[bytes]:
        entry = self.archive.begin(f"{dataset.name}.csv")
        pending, rows = bytearray(), -1  # the line of names is none
        async for row in look.csv(dataset):
            pending += row
            rows += 1
            if len(pending) >= _PIECE_BYTES:
                yield await asyncio.to_thread(self._write, bytes(pending))
                await self._tell(max(0, rows - entry.rows), dataset.name)
                entry.rows, pending = max(0, rows), bytearray()
        yield await asyncio.to_thread(self._write, bytes(pending))
        await self._tell(max(0, rows - entry.rows) + 1, dataset.name)
        entry.rows = max(0, rows)

    def _write(self, content: bytes) -> bytes:
        self.archive.write(content)
        return self.archive.take()

    def _manifest(self) -> bytes:
        told = {
            "version": VERSION,
            "person_id": str(self.person),
            "export_id": str(self.export_id),
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "files": [entry.told() for entry in self.archive.entries],
        }
        self.archive.begin("manifest.json")
        self.archive.write(msgspec.json.format(msgspec.json.encode(told), indent=2))
        self.archive.close()
        return self.archive.take()

    async def _tell(self, steps: int, note: str) -> None:
        self.done = min(self.done + steps, self.total)
        await self.job.tell(self.done, self.total, note)
