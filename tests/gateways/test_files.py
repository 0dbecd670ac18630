"""Files in a folder and in a bucket behave the same."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer

from gateways.files import Files, FilesAwayError, FileStore, stored_files
from tests.support.servers import Answered, serving


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The endpoint of a server that speaks S3, with a bucket `jeg`."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    assert httpx.put(f"{endpoint}/jeg").status_code == 200
    yield endpoint
    server.stop()


def s3(endpoint: str) -> FileStore:
    return FileStore(
        f"s3://jeg/{uuid4()}",
        {
            "endpoint": endpoint,
            "region": "us-east-1",
            "access_key_id": "id",
            "secret_access_key": "key",
        },
    )


@pytest.fixture(params=["folder", "s3"])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Files]:
    if request.param == "folder":
        yield stored_files(FileStore(str(tmp_path / "made" / "later")))
    else:
        yield stored_files(s3(request.getfixturevalue("bucket")))


async def test_a_file_is_kept_replaced_and_forgotten(files: Files) -> None:
    assert await files.get("images/a.jpg") is None
    await files.delete("images/a.jpg")
    await files.put("images/a.jpg", b"\x00one")
    await files.put("images/a.jpg", b"\x00two")
    assert await files.get("images/a.jpg") == b"\x00two"
    await files.delete("images/a.jpg")
    await files.delete("images/a.jpg")
    assert await files.get("images/a.jpg") is None


async def _in_pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_a_large_file_goes_in_and_out_piece_by_piece(files: Files) -> None:
    content = bytes(range(256)) * 24_000  # 6 MB: two parts of S3
    await files.put_stream("documents/a", _in_pieces(content, 100_000))
    whole = await files.stream("documents/a", 0, len(content))
    part = await files.stream("documents/a", 5_300_000, 5_300_007)
    assert whole is not None
    assert part is not None
    assert b"".join([piece async for piece in whole]) == content
    assert b"".join([piece async for piece in part]) == content[5_300_000:5_300_007]
    assert await files.stream("documents/b", 0, 1) is None


async def test_a_file_whose_sender_goes_away_is_not_kept(files: Files) -> None:
    async def torn() -> AsyncIterator[bytes]:
        yield b"x" * 6_000_000
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, FilesAwayError)):
        await files.put_stream("documents/torn", torn())
    assert await files.get("documents/torn") is None


async def test_a_key_does_not_leave_the_store(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    files = stored_files(FileStore(str(tmp_path / "files")))
    await files.put("a", b"1")
    with pytest.raises((ValueError, FilesAwayError)):
        await files.get("../secret")


async def test_a_store_that_is_away_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for store in (s3("http://127.0.0.1:1"), FileStore(str(tmp_path / "file" / "folder"))):
        with pytest.raises(FilesAwayError):
            await stored_files(store).put("a", b"1")


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_bucket_that_is_busy_or_broken_says_so(status: int) -> None:
    async with serving(lambda _: Answered(status)) as server:
        bucket = stored_files(s3(server.url))
        with pytest.raises(FilesAwayError):
            await bucket.put("k", b"x")
        with pytest.raises(FilesAwayError):
            await bucket.get("k")
    # Tried again, but not for ever.
    assert 2 < len(server.asked) < 10


async def test_a_bucket_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateways.files.TIMEOUT", dt.timedelta(seconds=0.3))
    async with serving(lambda _: Answered(200, after_seconds=20)) as server:
        bucket = stored_files(s3(server.url))
        async with asyncio.timeout(15):
            with pytest.raises(FilesAwayError):
                await bucket.get("k")


def test_another_place_is_refused() -> None:
    with pytest.raises(ValueError, match="folder or in s3"):
        stored_files(FileStore("gs://bucket"))


def test_credentials_are_not_shown() -> None:
    assert "key" not in repr(s3("http://127.0.0.1:1"))
