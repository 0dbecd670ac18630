"""Pictures of people: made small and plain, kept under a chance name, shown by a signed path."""

import io
import time
import warnings
from typing import Final
from uuid import UUID, uuid4

from anyio import CapacityLimiter, to_thread
from fastapi import UploadFile
from PIL import Image, ImageOps

from api import links
from api.errors import (
    FilesUnavailableError,
    NotFoundError,
    PayloadTooLargeError,
    UnreadableImageError,
)
from api.services import Services
from gateways.files import FilesAwayError
from storage.queries import profiles
from telemetry.logs import logger
from telemetry.vouchers import Vouchers

IMAGE_PATH: Final = "/api/auth/profile/image/"
MAX_BYTES: Final = 5 * 2**20
MAX_FORM_BYTES: Final = MAX_BYTES + 2**16
"""The picture with what a form puts around it."""
MAX_PIXELS: Final = 40_000_000
SIDE_PIXELS: Final = 512
LINK_SECONDS: Final = 3_600
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE: Final = "image/jpeg"

_AT_ONCE: Final = CapacityLimiter(2)


def plain(content: bytes) -> bytes:
    """A JPEG of at most 512 x 512 pixels, upright, with nothing in it but the picture.

    What it is goes by its bytes, not by what its sender calls it. Drawing it anew drops EXIF (where
    it was taken, with what) and whatever else was hidden in the file.

    Raises:
        UnreadableImageError: when it is no picture, or one of far too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UnreadableImageError
                image.draft("RGB", (SIDE_PIXELS, SIDE_PIXELS))
                upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise UnreadableImageError from error
    upright.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85)
    return out.getvalue()


async def upload(parts: Services, user_id: UUID, file: UploadFile) -> None:
    """Take a picture in place of the one before.

    Raises:
        PayloadTooLargeError: above 5 MiB.
        UnreadableImageError: when it is no picture.
        FilesUnavailableError: when the store is away.
    """
    content = await file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PayloadTooLargeError
    drawn = await to_thread.run_sync(plain, content, limiter=_AT_ONCE)
    name = uuid4()
    try:
        await parts.files.put(_key(name), drawn)
    except FilesAwayError as error:
        raise FilesUnavailableError from error
    try:
        before = await _rename(parts, user_id, name.hex)
    except BaseException:
        await _forget(parts, name.hex)
        raise
    await _forget(parts, before)


async def remove(parts: Services, user_id: UUID) -> None:
    """Take the picture away."""
    await _forget(parts, await _rename(parts, user_id, ""))


async def _rename(parts: Services, user_id: UUID, name: str) -> str:
    async with parts.database.write() as session:
        return await profiles.set_image(session, user_id, name)


async def _forget(parts: Services, image: str) -> None:
    """Delete the file that no row names any more, or never did."""
    if not image:
        return
    try:
        await parts.files.delete(_key(UUID(hex=image)))
    except FilesAwayError:
        # No path leads to it.
        logger().warning("old_image_kept", image=image)


async def read(parts: Services, name: UUID, until: int, signature: str) -> bytes:
    """The picture that a signed path leads to.

    Raises:
        NotFoundError: when the path is forged or too old, or the picture gone.
        FilesUnavailableError: when the store is away.
    """
    links.check_until(parts.vouchers, "image", name.bytes, until, signature)
    try:
        content = await parts.files.get(_key(name))
    except FilesAwayError as error:
        raise FilesUnavailableError from error
    if content is None:
        raise NotFoundError
    return content


def signed_path(vouchers: Vouchers, image: str) -> str | None:
    """Path that shows a picture to whoever has it, until the end of the next hour.

    The same for an hour, so that a browser need not fetch the picture again and again.
    """
    if not image:
        return None
    name = UUID(hex=image)
    until = (int(time.time()) // LINK_SECONDS + 2) * LINK_SECONDS
    return f"/api/auth/images/{name}/?{links.signed(vouchers, 'image', name.bytes, until)}"


def _key(name: UUID) -> str:
    return f"images/{name.hex}.jpg"
