"""Files of people, by key: in a folder of this machine, or in a bucket that speaks S3.

Keys are made by the programs (`images/<id>.jpg`), never taken from outside.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import S3Config

TIMEOUT: Final = timedelta(seconds=10)
"""For one attempt; a bucket that is slow is tried three times."""
_TRIES: Final = 3
_PARTS_AT_ONCE: Final = 2
"""Each has 5 MiB, the fewest that S3 takes for a part."""
_PIECE_BYTES: Final = 256 * 1024


class FilesAwayError(Exception):
    """The store of files is away, or refuses its credentials."""


class Files(Protocol):
    """Keeps files: small ones at once, larger ones piece by piece."""

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file, in place of one of the same key.

        Raises:
            FilesAwayError: It is not kept.

        """

    async def get(self, key: str) -> bytes | None:
        """What a file holds; None where there is none.

        Raises:
            FilesAwayError: Nobody knows.

        """

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        """Keep a file that comes piece by piece: whole, or not at all when `pieces` raises.

        Raises:
            FilesAwayError: It is not kept.

        """

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes] | None:
        """What a file holds from `start`, up to and without `end`; None where there is none.

        Raises:
            FilesAwayError: Nobody knows, now or while it is read.

        """

    async def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already.

        Raises:
            FilesAwayError: It may still be there.

        """


@dataclass(frozen=True, slots=True)
class FileStore:
    """Which store.

    Attributes:
        place: A folder's path, or `s3://bucket/prefix`.
        options: Of S3: `endpoint`, `region`, `access_key_id`, `secret_access_key`.

    """

    place: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


class StoredFiles:
    """Files in a store that obstore knows."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep them in `store`."""
        self._store = store

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file: whole or not at all."""
        try:
            await obstore.put_async(self._store, key, content, use_multipart=False)
        except (BaseError, OSError) as error:
            raise FilesAwayError from error

    async def get(self, key: str) -> bytes | None:
        """Read a file."""
        try:
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise FilesAwayError from error

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        """Keep a file that comes piece by piece."""
        try:
            await obstore.put_async(self._store, key, pieces, max_concurrency=_PARTS_AT_ONCE)
        except (BaseError, OSError) as error:
            raise FilesAwayError from error

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes] | None:
        """Read a part of a file as it comes."""
        try:
            found = await obstore.get_async(self._store, key, options={"range": (start, end)})
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise FilesAwayError from error
        return _pieces(found)

    async def delete(self, key: str) -> None:
        """Forget a file."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesAwayError from error


async def _pieces(found: "GetResult") -> AsyncIterator[bytes]:
    try:
        async for piece in found.stream(min_chunk_size=_PIECE_BYTES):
            yield bytes(piece)
    except (BaseError, OSError) as error:
        raise FilesAwayError from error


class _Folder:
    """A folder that is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _files(self) -> StoredFiles:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return StoredFiles(LocalStore(self._folder))

    async def put(self, key: str, content: bytes) -> None:
        try:
            files = self._files()
        except OSError as error:
            raise FilesAwayError from error
        await files.put(key, content)

    async def get(self, key: str) -> bytes | None:
        return await self._files().get(key) if self._folder.exists() else None

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        try:
            files = self._files()
        except OSError as error:
            raise FilesAwayError from error
        await files.put_stream(key, pieces)

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes] | None:
        return await self._files().stream(key, start, end) if self._folder.exists() else None

    async def delete(self, key: str) -> None:
        if self._folder.exists():
            await self._files().delete(key)


def stored_files(store: FileStore) -> Files:
    """Open a store; nothing is connected.

    Raises:
        ValueError: The place is none.

    """
    if "://" not in store.place:
        return _Folder(Path(store.place))
    if not store.place.startswith("s3://"):
        message = "files lie in a folder or in s3://bucket/prefix"
        raise ValueError(message)
    plain = store.options.get("endpoint", "").startswith("http://")
    bucket = S3Store.from_url(
        store.place,
        config=cast("S3Config", {n: value for n, value in store.options.items() if value}),
        client_options={"timeout": TIMEOUT, "allow_http": plain},
        retry_config={"max_retries": _TRIES - 1, "retry_timeout": TIMEOUT * _TRIES},
    )
    return StoredFiles(bucket)
