"""A ZIP that is written as it goes out: nothing of it but the piece at hand is in memory."""

import io
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Any

_LEVEL = 6


@dataclass(slots=True)
class Entry:
    """One file of an archive, as the manifest tells it."""

    name: str
    rows: int = 0
    size: int = 0
    _hash: Any = field(default_factory=sha256, repr=False)

    def add(self, content: bytes) -> None:
        """Count a piece in."""
        self.size += len(content)
        self._hash.update(content)

    def told(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "name": self.name,
            "rows": self.rows,
            "bytes": self.size,
            "sha256": self._hash.hexdigest(),
        }


class _Sink(io.RawIOBase):
    """Takes what the archive writes until somebody fetches it; it cannot be sought in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:  # noqa: ANN401 - a buffer
        self._pieces.append(bytes(content))
        return len(content)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


class Archive:
    """Files one after the other; `take` what has been written and send it."""

    def __init__(self) -> None:
        """Begin an empty archive."""
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(
            self._sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_LEVEL
        )
        self._open: IO[bytes] | None = None
        self.entries: list[Entry] = []

    def begin(self, name: str) -> Entry:
        """Begin a file; the one before is ended."""
        self._end()
        # Nobody knows yet how long it becomes: 4 GiB are no bound.
        self._open = self._zip.open(name, "w", force_zip64=True)
        entry = Entry(name)
        self.entries.append(entry)
        return entry

    def write(self, content: bytes) -> None:
        """Go on with the file that was begun last."""
        if self._open is None:
            raise ValueError
        self.entries[-1].add(content)
        self._open.write(content)

    def close(self) -> None:
        """End the archive."""
        self._end()
        self._zip.close()

    def take(self) -> bytes:
        """What was written since the last time."""
        return self._sink.take()

    def _end(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
