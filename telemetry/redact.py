"""Taking device keys out of what is kept of a refused message."""

import re

import msgspec

from telemetry.payloads import decode_any, without_keys

MAX_KEPT_BYTES = 16 * 1024
"""Of a refused payload no more than this is kept."""
REMOVED = b"[removed]"

_KEY_LIKE = re.compile(rb"jk_[A-Za-z0-9_-]*")
_KEY_FIELD = re.compile(rb"""(["']?(?:api_)?key["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|[^\s,;&}]+)""")


def redact(payload: bytes | memoryview) -> bytes:
    """Payload without device keys, cut to `MAX_KEPT_BYTES`.

    JSON is taken apart and its key fields left out; in anything else whatever looks like a key
    field, or like a key, is replaced. Keys are also replaced inside the strings of JSON.
    """
    raw = bytes(payload)
    try:
        raw = msgspec.json.encode(without_keys(decode_any(raw)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raw = _KEY_FIELD.sub(rb"\g<1>" + REMOVED, raw)
    return _KEY_LIKE.sub(REMOVED, raw)[:MAX_KEPT_BYTES]
