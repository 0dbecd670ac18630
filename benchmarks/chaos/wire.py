"""A device's MQTT 5 connection, bare: what it writes and what it is answered, packet by packet."""

import asyncio
import struct
from collections.abc import Callable
from typing import cast

from ingest import packets
from ingest.packets import Inbound

PUBACK = 0x40
PUBLISH_QOS_1 = 0x32
HANDSHAKE_SECONDS = 5
KEEPALIVE_SECONDS = 60
RECEIVE_MAXIMUM = 1000

Answered = Callable[[int, int], None]
"""Takes a packet id and the reason code of its PUBACK."""
Told = Callable[[bytes], None]
"""Takes the payload of a receipt."""


class RefusedError(ConnectionError):
    """The broker would not have the device."""


class Wire(asyncio.Protocol):
    """One connection. `lost` is done when it is gone."""

    def __init__(self, answered: Answered, told: Told) -> None:
        loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._greeted: asyncio.Future[int] = loop.create_future()
        self._answered = answered
        self._told = told
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand acknowledgements and receipts on."""
        inbox: list[Inbound] = []
        other: list[tuple[int, bytes]] = []
        self._rest = packets.split(self._rest + data, inbox, other)
        for message in inbox:
            self._told(message.payload)
        for kind, body in other:
            if kind == PUBACK:
                reason = body[2] if len(body) > 2 else 0  # noqa: PLR2004 - left out when 0
                self._answered(int.from_bytes(body[:2], "big"), reason)
            elif kind == packets.CONNACK and not self._greeted.done():
                self._greeted.set_result(body[1])

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if not self.lost.done():
            self.lost.set_result(None)
        if not self._greeted.done():
            self._greeted.set_exception(RefusedError(str(exc)))

    async def greet(self, username: str, password: str, receipts: str) -> None:
        """Connect and subscribe. Raises `RefusedError`, `TimeoutError`."""
        self.write(
            packets.connect(
                username,
                username,
                password,
                keepalive=KEEPALIVE_SECONDS,
                receive_maximum=RECEIVE_MAXIMUM,
            )
        )
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            reason = await self._greeted
        if reason >= packets.FAILURE:
            message = f"reason {reason:#x}"
            raise RefusedError(message)
        self.write(packets.subscribe(1, [receipts], qos=0))

    def write(self, data: bytes) -> None:
        """Send bytes, unless the connection is gone."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def publish(self, mid: int, topic: str, payload: bytes) -> None:
        """Publish at QoS 1."""
        name = topic.encode()
        body = struct.pack(">H", len(name)) + name + struct.pack(">HB", mid, 0) + payload
        self.write(bytes((PUBLISH_QOS_1,)) + packets.varint(len(body)) + body)

    def cut(self) -> None:
        """Drop the connection without a word."""
        if self._transport:
            self._transport.abort()


async def open_wire(port: int, answered: Answered, told: Told) -> Wire:
    """Open a connection to a broker on this machine. Raises `OSError`, `TimeoutError`."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(HANDSHAKE_SECONDS):
        _, wire = await loop.create_connection(lambda: Wire(answered, told), "127.0.0.1", port)
    return wire
