"""MQTT 5 packets, as far as the worker needs them (OASIS MQTT 5.0, chapters 2 and 3).

The way in is made for bursts: every PUBLISH in one large receive is taken apart in one loop, and
the acknowledgements of a whole batch leave in one write.
"""

import struct
from functools import partial
from typing import NamedTuple, TypeGuard

CONNACK, PUBLISH, SUBACK, UNSUBACK, PINGRESP = 0x20, 0x30, 0x90, 0xB0, 0xD0
PINGREQ = b"\xc0\x00"
FAILURE = 0x80
"""Reason codes from here on are errors."""

_USER_PROPERTY = 0x26
_SESSION_EXPIRY = 0x11
_RECEIVE_MAXIMUM = 0x21
_NEVER = 0xFFFFFFFF
_FIXED_WIDTH = {0x01: 1, 0x02: 4, 0x0B: 0, 0x23: 2}
_STRINGS = frozenset({0x03, 0x08, 0x09})
_MORE = 0x80
_COUNTER_DIGITS = 15
"""Every number of so many digits fits where boot and seq are kept."""


class MalformedPacketError(ValueError):
    """The broker sent bytes that are no MQTT packet."""


class Inbound(NamedTuple):
    """A PUBLISH that came in; `mid` is None at QoS 0, `properties` are undecoded.

    `retained` is 1 for what was published as retained, else 0.
    """

    topic: bytes
    payload: bytes
    mid: bytes | None
    properties: bytes
    retained: int


_inbound = partial(tuple.__new__, Inbound)
"""Makes one from a tuple, in a third of the time that its own constructor takes."""


def varint(value: int) -> bytes:
    """Encode a variable byte integer."""
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        if not value:
            out.append(digit)
            return bytes(out)
        out.append(digit | _MORE)


def read_varint(data: bytes, at: int) -> tuple[int, int] | None:
    """Decode one at `at`: (value, position behind it), None when more bytes are needed."""
    value = shift = 0
    for i in range(at, min(at + 4, len(data))):
        byte = data[i]
        value |= (byte & 0x7F) << shift
        if byte < _MORE:
            return value, i + 1
        shift += 7
    if len(data) - at >= 4:  # noqa: PLR2004 - the longest form, section 1.5.5
        raise MalformedPacketError
    return None


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def _packet(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + varint(len(body)) + body


def connect(
    client_id: str, username: str, password: str, *, keepalive: int, receive_maximum: int
) -> bytes:
    """CONNECT into a kept session that never expires."""
    properties = struct.pack(">BIBH", _SESSION_EXPIRY, _NEVER, _RECEIVE_MAXIMUM, receive_maximum)
    body = b"\x00\x04MQTT\x05\xc0" + struct.pack(">H", keepalive)
    body += varint(len(properties)) + properties
    return _packet(0x10, body + _text(client_id) + _text(username) + _text(password))


def subscribe(mid: int, filters: list[str], qos: int) -> bytes:
    """SUBSCRIBE; retained messages come only for subscriptions that are new.

    Every message keeps the retain flag that it was published with (section 3.8.3.1).
    """
    new_only, as_published = 0x10, 0x08
    body = struct.pack(">HB", mid, 0)
    body += b"".join(_text(one) + bytes((qos | new_only | as_published,)) for one in filters)
    return _packet(0x82, body)


def unsubscribe(mid: int, filters: list[str]) -> bytes:
    """UNSUBSCRIBE; what is queued already still comes."""
    return _packet(0xA2, struct.pack(">HB", mid, 0) + b"".join(_text(one) for one in filters))


def publish(topic: str, payload: bytes) -> bytes:
    """PUBLISH at QoS 0, not retained."""
    return _packet(PUBLISH, _text(topic) + b"\x00" + payload)


def pubacks(mids: list[bytes]) -> bytes:
    """One PUBACK after the other."""
    return b"".join([b"\x40\x02" + mid for mid in mids])


def disconnect() -> bytes:
    """DISCONNECT, normal; the session stays at the broker."""
    return b"\xe0\x00"


def disconnect_for_good() -> bytes:
    """DISCONNECT that ends the session at the broker too."""
    return b"\xe0\x07\x00\x05" + struct.pack(">BI", _SESSION_EXPIRY, 0)


def split(data: bytes, inbox: list[Inbound], other: list[tuple[int, bytes]]) -> bytes:
    """Take complete packets off `data`: PUBLISH into `inbox`, the rest into `other`.

    Returns the bytes of the packet that is not complete yet.
    Raises `MalformedPacketError`.
    """
    at, end = 0, len(data)
    append = inbox.append
    while at + 2 <= end:
        kind = data[at]
        size = data[at + 1]
        start = at + 2
        if size >= _MORE:
            if start < end and data[start] < _MORE:  # two bytes: nearly every PUBLISH
                size = size & 0x7F | data[start] << 7
                start += 1
            else:
                found = read_varint(data, at + 1)
                if found is None:
                    break
                size, start = found
        stop = start + size
        if stop > end:
            break
        if kind & 0xF0 == PUBLISH:
            body = start + 2 + (data[start] << 8 | data[start + 1])
            topic = data[start + 2 : body]
            mid = None
            if kind & 0x06:
                mid = data[body : body + 2]
                body += 2
            if data[body]:
                append(_with_properties(data, body, stop, topic, mid, kind & 1))
            else:
                append(_inbound((topic, data[body + 1 : stop], mid, b"", kind & 1)))
        else:
            other.append((kind & 0xF0, data[start:stop]))
        at = stop
    return data[at:]


def _with_properties(  # noqa: PLR0913, PLR0917 - where it is, and the flags before it
    data: bytes, at: int, stop: int, topic: bytes, mid: bytes | None, retained: int
) -> Inbound:
    found = read_varint(data, at)
    if found is None or found[0] + found[1] > stop:
        raise MalformedPacketError
    length, at = found
    return Inbound(topic, data[at + length : stop], mid, data[at : at + length], retained)


def user_property(properties: bytes, name: bytes) -> str | None:
    """First user property called `name` among a PUBLISH's properties (section 3.3.2.3)."""
    at = 0
    while at < len(properties):
        identifier = properties[at]
        at += 1
        if identifier == _USER_PROPERTY:
            key, at = _string(properties, at)
            value, at = _string(properties, at)
            if key == name:
                return value.decode(errors="replace")
        elif identifier in _FIXED_WIDTH and identifier != 0x0B:  # noqa: PLR2004 - a varint
            at += _FIXED_WIDTH[identifier]
        elif identifier in _STRINGS:
            _, at = _string(properties, at)
        else:
            found = read_varint(properties, at)
            if found is None:
                raise MalformedPacketError
            at = found[1]
    return None


def numbers(properties: bytes) -> tuple[int, int, int | None] | None:
    """boot, seq and sent among the user properties, digits only; for forms without these fields."""
    boot, seq, sent = (user_property(properties, name) for name in (b"boot", b"seq", b"sent"))
    if not (_is_counter(boot) and _is_counter(seq) and int(seq)):
        return None
    return int(boot), int(seq), int(sent) if _is_counter(sent) else None


def _is_counter(text: str | None) -> TypeGuard[str]:
    return text is not None and text.isascii() and text.isdigit() and len(text) <= _COUNTER_DIGITS


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    size = (data[at] << 8) | data[at + 1]
    stop = at + 2 + size
    if stop > len(data):
        raise MalformedPacketError
    return data[at + 2 : stop], stop
