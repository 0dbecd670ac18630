"""What a device answers on `up/reply`: to a command by its id, to a configuration by its version.

{"id":"5b0c…","ok":true,"result":{"pong":true},"key":"jk_…"}
{"id":"5b0c…","ok":false,"error":"no such command"}
{"config":7,"ok":true}
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec

from telemetry.errors import Reason
from telemetry.samples import Counter

MAX_RESULT_BYTES = 16 * 1024


class ReplyWire(msgspec.Struct):
    """A reply as it comes."""

    ok: bool
    id: UUID | None = None
    config: Counter | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\0]*$")] | None = None
    key: str | None = None
    api_key: str | None = None


@dataclass(slots=True)
class Reply:
    """An answer of a device: of `command_id` or `config` exactly one is set.

    Attributes:
        result: JSON as it came; None when there was none.
        error: What went wrong, in the device's words.

    """

    device_id: UUID
    command_id: UUID | None
    config: int | None
    ok: bool
    result: bytes | None
    error: str | None


def reply_of(wire: ReplyWire, device_id: UUID) -> Reply | Reason:
    """Make a reply of a device out of what came."""
    if (wire.id is None) == (wire.config is None):
        return Reason.INVALID_PAYLOAD
    result = bytes(wire.result) or None
    if result is not None and len(result) > MAX_RESULT_BYTES:
        return Reason.TOO_LARGE
    return Reply(device_id, wire.id, wire.config, wire.ok, result, wire.error)
