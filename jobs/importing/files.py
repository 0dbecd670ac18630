"""The file of an import: brought here from the database, opened as whatever it is.

What it is, its first bytes say, never its name. What is unpacked is bounded, so that a small file
cannot become an endless one.
"""

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, Final, cast

from jobs.importing import apple_health, csv_rows
from jobs.importing.csv_rows import Options
from jobs.importing.rows import Row
from jobs.work import Failure

MOST_UNPACKED: Final = 32 * 1024**3
"""Bytes; years of a watch are a few GiB."""
MOST_RATIO: Final = 200
"""Unpacked over packed; an export is at about 20, a bomb at 1,000 and beyond."""
_FREE: Final = 16 * 1024**2
"""Unpacked bytes for which the ratio does not count."""
_MOST_MEMBERS: Final = 100_000
_BEGINNING: Final = 512
_UTF8_MARK: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Reader:
    """A file that is read from its beginning, no further than a bound.

    Attributes:
        size: Its length as far as is known.
        at: Bytes read.

    """

    file: IO[bytes]
    size: int
    most: int
    at: int = 0

    def read(self, size: int = -1) -> bytes:
        """Read some bytes.

        Raises:
            Failure: The bound is reached, or what is packed is damaged.
        """
        return self._count(lambda: self.file.read(size))

    def readline(self, limit: int = -1) -> bytes:
        """Read a line, or its beginning; raises as `read`."""
        return self._count(lambda: self.file.readline(limit))

    def _count(self, take: Any) -> bytes:  # noqa: ANN401 - either of two
        try:
            found = cast("bytes", take())
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            message = "the zip file is damaged"
            raise Failure(message) from error
        self.at += len(found)
        if self.at > self.most:
            message = "the file unpacks to more than is read"
            raise Failure(message)
        return found


@dataclass(slots=True)
class Opened:
    """A file as rows."""

    form: str
    reader: Reader
    rows: Iterator[Row]
    left_out: Counter[str] = field(default_factory=Counter)


def opened(file: BinaryIO, size: int, options: Options) -> Opened:
    """Open a file.

    Raises:
        Failure: when nothing in it can be read.
    """
    if file.read(4) == b"PK\x03\x04":
        file.seek(0)
        return _unzipped(file, size, options)
    file.seek(0)
    return _plain(Reader(file, size, max(size, 1)), file, options)


def _plain(reader: Reader, peeked: BinaryIO | IO[bytes], options: Options) -> Opened:
    beginning = peeked.read(_BEGINNING).removeprefix(_UTF8_MARK).lstrip()
    peeked.seek(0)
    if b"\0" in beginning:
        message = "the file is neither CSV, nor XML, nor zip"
        raise Failure(message)
    stream = cast("BinaryIO", reader)
    if beginning.startswith(b"<"):
        left_out: Counter[str] = Counter()
        return Opened("apple_health", reader, apple_health.read(stream, left_out), left_out)
    return Opened("csv", reader, csv_rows.read(stream, options))


def _unzipped(file: BinaryIO, size: int, options: Options) -> Opened:
    try:
        archive = zipfile.ZipFile(file)
        member = _member(archive.infolist()[:_MOST_MEMBERS])
        stream = archive.open(member)
    # zipfile raises the third for a compression or an encryption that it does not know.
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        message = "the zip file is damaged or encrypted"
        raise Failure(message) from error
    most = min(MOST_UNPACKED, max(_FREE, size * MOST_RATIO))
    return _plain(Reader(stream, member.file_size, most), stream, options)


def _member(listed: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The file to read: Apple's export, which has CSV of electrocardiograms beside it, or a CSV.

    Raises:
        Failure: when there is none, or more than one.
    """
    found = [one for one in listed if _holds_readings(one.filename)]
    exports = [one for one in found if one.filename.lower().endswith(".xml")]
    if exports:
        return max(exports, key=lambda one: one.file_size)
    if len(found) == 1:
        return found[0]
    message = "the zip file has no export.xml and no CSV file"
    if found:
        message = "the zip file has several CSV files: send each by itself"
    raise Failure(message)


def _holds_readings(name: str) -> bool:
    """Whether a member may be the export: not what Apple adds for hospitals, nor a route."""
    name = name.lower()
    last = name.rsplit("/", 1)[-1]
    if name.startswith("__macosx/") or last.endswith("_cda.xml"):
        return False
    return last.endswith((".xml", ".csv"))
